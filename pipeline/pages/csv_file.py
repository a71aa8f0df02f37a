"""The figures of one exhibit as a CSV file inside a link, so that a page needs no server to hand them out."""

from __future__ import annotations

import base64
import csv
import io

from pipeline.figures.definitions import Exhibit
from pipeline.pages.book import Book

HEAD = ("cell", "exhibit", "dimension", "band", "answer", "statistic", "n", "value", "printed", "flag")


def csv_address(exhibit: Exhibit, book: Book) -> str:
    """A data: address of the exhibit's figures as UTF-8 with a byte order mark, which spreadsheets need."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEAD)
    labels = {measure.id: measure.label for measure in exhibit.measures}
    bands = {(row.dimension, row.band): (row.dimension_title, row.label) for row in exhibit.rows}
    for cell in book.ledger.exhibit(exhibit.id):
        dimension, band = bands.get((cell.dimension, cell.band), (cell.dimension, cell.band))
        value = "" if cell.stat is None else repr(cell.stat)
        flag = cell.mark if cell.status == "shown" else cell.status
        answer = labels.get(cell.column, cell.column)
        writer.writerow(
            (cell.cell_id, exhibit.title, dimension, band, answer, cell.stat_name, cell.n, value, cell.printed, flag)
        )
    data = base64.b64encode(text.getvalue().encode("utf-8-sig")).decode()
    return f"data:text/csv;charset=utf-8;base64,{data}"
