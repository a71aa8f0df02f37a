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
from itertools import islice

import duckdb

from pipeline.audit.recompute.language import name, word
from pipeline.audit.recompute.macros import MACROS
from pipeline.audit.recompute.spec import Book, NotRecomputed, unheard

HEADER_ROWS = {"qualtrics": 3, "tidy": 1}
RESPONDENT = {"qualtrics": ("ResponseId", "ResponseID"), "tidy": ("respondent_id",)}  # its usual names
OTHER_TOOLS = {"v1", "respondent id", "respondentid"}  # in the first row: a layout that is not read here
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
DECISIONS = "decisions.csv"
ID = "(respondent)"


@dataclass(frozen=True)
class File:
    """One file of the export: its columns' names in SQL, and which of them holds each slot or system column."""

    path: str
    kind: str
    delimiter: str
    tags: tuple[str, ...]
    places: dict[str, int]

    @cached_property
    def columns(self) -> list[str]:
        """One name per column of the file: its tag, made unlike the others."""
        found: list[str] = []
        for place, tag in enumerate(self.tags, start=1):
            known = {column.lower() for column in found}
            found.append(tag if tag and tag.lower() not in (*known, "row", "file") else f"column {place}")
        return found


def read_files(book: Book, connection: duckdb.DuckDBPyConnection) -> list[File]:
    """The headers of each file, matched. NotRecomputed for a layout, encoding or codebook that is not read here."""
    if told := unheard(book):
        raise NotRecomputed(f"the second engine does not know {told}")
    return [_file(book, path, connection) for path in book.source.get("files") or ["responses.csv"]]


def _file(book: Book, path: str, connection: duckdb.DuckDBPyConnection) -> File:
    text = _text(book, path)
    delimiter = DELIMITERS.get(book.source.get("delimiter")) or _delimiter(path, text)
    heads = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 3))
    kind = _kind(book, path, heads)
    if len(heads) < HEADER_ROWS[kind]:
        raise NotRecomputed(f"{path} has no header of kind {kind}")
    ids = [_import_id(cell) for cell in heads[2]] if kind == "qualtrics" else []
    tags, shown = heads[0], heads[1] if kind == "qualtrics" else heads[0]
    stated = book.source.get("id")
    wanted = {(ID, place): (column, ()) for place, column in enumerate([stated] if stated else RESPONDENT[kind])}
    wanted |= {(column, 0): (column, ()) for column in book.system}
    wanted |= {(slot.name, 0): (slot.column, slot.texts) for slot in book.slots.values()}
    texts = dict.fromkeys(text for column, above in wanted.values() for text in (column, *above))
    plain = _plain(connection, [*texts, *tags, *shown])
    found: dict[str, int | None] = {}
    for (slot, _), (column, above) in wanted.items():
        told = {plain[text] for text in (column, *above)} if above else set()
        ways = [[place for place, import_id in enumerate(ids) if import_id == column]]
        ways += [[place for place, tag in enumerate(tags) if tag == column]]
        ways += [[place for place, tag in enumerate(tags) if plain[tag] == plain[column]]]
        ways += [[place for place, text in enumerate(shown) if text and plain[text] in told]]
        place = next((places[0] for places in ways if places), None)
        found[slot] = place if found.get(slot) is None else found[slot]
    lost = [slot for slot in book.slots.values() if found[slot.name] is None and slot.is_guessed]
    if lost or found[ID] is None:
        named = lost[0].name if lost else "the respondent's id"
        raise NotRecomputed(f"the second engine does not find the column of {named} in {path}")
    return File(path, kind, delimiter, tuple(tags), {slot: place for slot, place in found.items() if place is not None})


def _text(book: Book, path: str) -> str:
    encoding = str(book.source.get("encoding", "auto")).lower().replace("_", "-")
    if encoding in ("auto", "utf-8", "utf8") and path.lower().endswith((".csv", ".tsv")):
        try:
            text = (book.folder / path).read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            encoding = "another encoding"
        else:
            if not text.lower().startswith("sep="):
                return text
    raise NotRecomputed(f"the second engine reads CSV and TSV in UTF-8, not {path} in {encoding}")


def _delimiter(path: str, text: str) -> str:
    """The sign between cells where the codebook does not say it: the one that makes most of the first row."""
    if path.lower().endswith(".tsv"):
        return "\t"

    def width(sign: str) -> int:
        return len(next(csv.reader(io.StringIO(text, newline=""), delimiter=sign), []))

    return max(DELIMITERS.values(), key=width)


def _kind(book: Book, path: str, heads: list[list[str]]) -> str:
    kind = book.source.get("kind", "auto")
    if kind == "auto" and len(heads) > 2 and any('"ImportId"' in cell for cell in heads[2]):
        kind = "qualtrics"
    elif kind == "auto" and not OTHER_TOOLS & {tag.strip().lower() for tag in heads[0]}:
        kind = "tidy"
    rows = book.source.get("header_rows")
    if kind not in HEADER_ROWS or rows not in (None, HEADER_ROWS[kind]) or (kind == "qualtrics" and len(heads) < 3):
        raise NotRecomputed(f"the second engine reads plain tables and Qualtrics exports; {path} is neither")
    return kind


def _import_id(cell: str) -> str:
    """The tool's id of a column; where a choice is named beside it, that of the choice's own column."""
    entry = json.loads(cell) if cell else {}
    question, choice = str(entry.get("ImportId", "")), str(entry.get("choiceId", ""))
    return question if not choice or question.endswith(f"_{choice}") else f"{question}_{choice}"


def _plain(connection: duckdb.DuckDBPyConnection, texts: list[str]) -> dict[str, str]:
    """Each text as it is compared."""
    return dict(connection.execute("SELECT t, plain(t) FROM (SELECT unnest(?) AS t)", [texts]).fetchall())


def raw_sql(files: list[File], wanted: list[str]) -> str:
    """All records of all files in their order, with the wanted slots and system columns; blank rows are no records.

    A column that a file does not have is NULL for its records: the question was not asked there.
    """
    parts = []
    for number, file in enumerate(files):
        columns = ", ".join(f"{word(column)}: 'VARCHAR'" for column in file.columns)
        read = (
            f"SELECT {number} AS file, row_number() OVER () AS row, * FROM read_csv({word(file.path)}, header = false, "
            f"auto_detect = false, delim = {word(file.delimiter)}, quote = '\"', escape = '\"', "
            f"null_padding = true, parallel = false, columns = {{{columns}}})"
        )
        cells = ["file", "row", f"strip({_cell(file, ID)}) AS {name(ID)}"]
        cells += [f"{_cell(file, slot)} AS {name(slot)}" for slot in wanted]
        filled = f"greatest('', {', '.join(map(name, file.columns))}) != ''"
        parts.append(f"SELECT {', '.join(cells)} FROM ({read}) WHERE row > {HEADER_ROWS[file.kind]} AND {filled}")
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
