"""What WeasyPrint 70 leaves out of the PDF's structure: which header heads what, where drawings lie, links on paper.

Called with the PDF's objects before they are written, so that the file is made once and stays the same bytes.
"""

from __future__ import annotations

from pydyf import PDF, Array, Dictionary
from weasyprint import Document

POINTS_PER_PIXEL = 0.75
PRINT = 4  # the flag of an annotation that is printed with its page


def repair(document: Document, pdf: PDF) -> None:
    """Give every header cell its scope, every figure its box in points from below, every link the print flag."""
    for element in [each for each in pdf.objects if isinstance(each, Dictionary)]:
        if element.get("S") == "/TH":
            element["A"]["Scope"] = _scope(element, pdf)
        elif element.get("S") == "/Figure":
            height = _at(element["Pg"], pdf)["MediaBox"][3]
            left, top, right, bottom = (edge * POINTS_PER_PIXEL for edge in element["A"]["BBox"])
            element["A"]["BBox"] = Array((left, height - bottom, right, height - top))
        elif element.get("Subtype") == "/Link":
            element["F"] = element.get("F", 0) | PRINT


def _scope(header: Dictionary, pdf: PDF) -> str:
    """A header in a row of headers heads its column, one beside data heads its row."""
    cells = [_at(kid, pdf) for kid in _at(header["P"], pdf)["K"]]
    return "/Column" if all(cell["S"] == "/TH" for cell in cells) else "/Row"


def _at(reference: bytes, pdf: PDF) -> Dictionary:
    return pdf.objects[int(reference.split()[0])]
