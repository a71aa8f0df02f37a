"""The export and the decisions as DuckDB reads them: every cell text, under the codebook's names.

Columns are found as the codebook says: by the survey tool's id (ImportId), else by the export tag, else by the text
above them. Paths are relative to the survey's folder, so that the SQL runs there as it stands.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from functools import cached_property

import duckdb

from pipeline.audit.recompute.language import name, word
from pipeline.audit.recompute.macros import MACROS
from pipeline.audit.recompute.spec import Book, NotRecomputed, unread_keys

HEADER_ROWS = {"qualtrics": 3, "tidy": 1}
RESPONDENT = {"qualtrics": "ResponseId", "tidy": "respondent_id"}  # its usual name
UTF_8 = ("utf-8", "utf8", "utf_8")
DECISIONS = "decisions.csv"
ID = "(respondent)"


@dataclass(frozen=True)
class File:
    """One file of the export: its columns' names in SQL, and which of them holds each slot or system column."""

    path: str
    tags: tuple[str, ...]
    places: dict[str, int]

    @cached_property
    def columns(self) -> list[str]:
        """One name per column of the file: its tag, made unlike the others."""
        found: list[str] = []
        for place, tag in enumerate(self.tags, start=1):
            known = {column.lower() for column in found}
            found.append(tag if tag and tag.lower() not in known and tag.lower() != "row" else f"column {place}")
        return found


def read_files(book: Book, connection: duckdb.DuckDBPyConnection) -> list[File]:
    """The headers of each file, matched. NotRecomputed for a kind or an encoding that the second engine cannot read."""
    if unread := unread_keys(book):
        raise NotRecomputed(f"the second engine does not know {unread}")
    kind = book.source.get("kind", "auto")
    if kind not in HEADER_ROWS:
        raise NotRecomputed(f"the second engine reads exports of kind {' and '.join(HEADER_ROWS)}, not {kind}")
    return [_file(book, path, kind, connection) for path in book.source.get("files") or ["responses.csv"]]


def _file(book: Book, path: str, kind: str, connection: duckdb.DuckDBPyConnection) -> File:
    encoding = str(book.source.get("encoding", "utf-8")).lower()
    if encoding not in UTF_8 or not path.lower().endswith((".csv", ".tsv")):
        raise NotRecomputed(f"the second engine reads CSV and TSV in UTF-8, not {path} in {encoding}")
    text = (book.folder / path).read_bytes().decode("utf-8-sig")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(path))
    heads = [next(rows) for _ in range(HEADER_ROWS[kind])]
    ids = [json.loads(cell)["ImportId"] if cell else "" for cell in heads[2]] if kind == "qualtrics" else []
    plain = _plain(connection, heads[1] if kind == "qualtrics" else heads[0])
    usual = RESPONDENT[kind]
    wanted = {ID: (book.source.get("id") or usual, ()), **{column: (column, ()) for column in book.system}}
    wanted |= {slot.name: (slot.column, slot.texts) for slot in book.slots.values()}
    places = {}
    for slot, (column, texts) in wanted.items():
        ways = [column if column in head else None for head in (ids, heads[0])]
        above = _plain(connection, list(texts))
        found = next((head.index(column) for head, hit in zip((ids, heads[0]), ways, strict=True) if hit), None)
        if found is None:
            found = next((place for place, shown in enumerate(plain) if shown and shown in above), None)
        if found is not None:
            places[slot] = found
    return File(path, tuple(heads[0]), places)


def _delimiter(path: str) -> str:
    return "\t" if path.lower().endswith(".tsv") else ","


def _plain(connection: duckdb.DuckDBPyConnection, texts: list[str]) -> list[str]:
    if not texts:
        return []
    return [row[0] for row in connection.execute("SELECT plain(unnest(?))", [texts]).fetchall()]


def raw_sql(book: Book, files: list[File], wanted: list[str]) -> str:
    """All records of all files in their order, with the wanted slots and system columns; blank rows are no records.

    A column that a file does not have is NULL for its records: the question was not asked there.
    """
    kind = book.source.get("kind", "tidy")
    parts = []
    for number, file in enumerate(files):
        columns = ", ".join(f"{word(column)}: 'VARCHAR'" for column in file.columns)
        read = (
            f"SELECT {number} AS file, row_number() OVER () AS row, * FROM read_csv({word(file.path)}, header = false, "
            f"auto_detect = false, delim = {word(_delimiter(file.path))}, quote = '\"', escape = '\"', "
            f"null_padding = true, parallel = false, columns = {{{columns}}})"
        )
        cells = ["file", "row", f"strip({_cell(file, ID)}) AS {name(ID)}"]
        cells += [f"{_cell(file, slot)} AS {name(slot)}" for slot in wanted]
        filled = f"greatest('', {', '.join(map(name, file.columns))}) != ''"
        parts.append(f"SELECT {', '.join(cells)} FROM ({read}) WHERE row > {HEADER_ROWS[kind]} AND {filled}")
    return " UNION ALL ".join(parts)


def _cell(file: File, slot: str) -> str:
    if slot not in file.places:
        return "NULL::VARCHAR"
    return f"coalesce({name(file.columns[file.places[slot]])}, '')"


def decisions_sql(book: Book) -> str:
    """The lines of decisions.csv; none where there is no file."""
    if not (book.folder / DECISIONS).exists():
        texts = ("respondent_id", "question_id", "action", "old_value", "new_value")
        return f"SELECT NULL::INTEGER AS seq, {', '.join(f'NULL::VARCHAR AS {text}' for text in texts)} WHERE FALSE"
    return (
        "SELECT seq::INTEGER AS seq, strip(respondent_id) AS respondent_id, strip(coalesce(question_id, '')) AS "
        "question_id, strip(action) AS action, coalesce(old_value, '') AS old_value, coalesce(new_value, '') AS "
        f"new_value FROM read_csv({word(DECISIONS)}, header = true, all_varchar = true, delim = ',', quote = '\"', "
        "escape = '\"', parallel = false) WHERE seq IS NOT NULL"
    )


def connect(book: Book) -> duckdb.DuckDBPyConnection:
    """A database in memory that finds the survey's files, reads texts as the codebook does and reaches no network."""
    connection = duckdb.connect()
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute(f"SET file_search_path = {word(str(book.folder.resolve()))}")
    for macro in MACROS:
        connection.execute(macro)
    return connection
