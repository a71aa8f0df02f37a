"""The export and the decisions as DuckDB reads them: every cell text, under the codebook's names.

Paths are relative to the survey's folder, so that the SQL runs there as it stands.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import duckdb

from pipeline.audit.recompute.heads import RESPONDENT, SEPARATORS, Head, header_rows, heads_of, kind_of
from pipeline.audit.recompute.language import name, word
from pipeline.audit.recompute.macros import MACROS
from pipeline.audit.recompute.matched import place_of, places_of, texts_of
from pipeline.audit.recompute.spec import Book, NotRecomputed, unheard

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
DECISIONS = "decisions.csv"
ID, WAVE = "(respondent)", "wave"


@dataclass(frozen=True)
class File:
    """One file of the export: what stands above its columns, and which of them hold each slot or system column.

    The records follow its row `head`. A place may be that of the wave, one beyond the last column. `stand_ins` answer
    where a slot is blank, `ranks` are the columns of a ranking's choices by their labels. `makes_ids` says that it
    names nobody.
    """

    path: str
    kind: str
    delimiter: str
    line_end: str
    wave: str
    head: int
    heads: tuple[Head, ...]
    places: dict[str, int]
    stand_ins: dict[str, tuple[int, ...]]
    ranks: dict[str, tuple[tuple[str, int], ...]]
    makes_ids: bool

    @cached_property
    def columns(self) -> list[str]:
        """One name per column of the file: its tag, made unlike the others."""
        found: list[str] = []
        for place, head in enumerate(self.heads, start=1):
            known = {column.lower() for column in found}
            tag = head.tag
            found.append(tag if tag and tag.lower() not in (*known, "row", "file") else f"column {place}")
        return found


def read_files(book: Book, connection: duckdb.DuckDBPyConnection) -> list[File]:
    """The headers of each file, matched. NotRecomputed for a layout, encoding or codebook that is not read here."""
    if told := unheard(book):
        raise NotRecomputed(f"the second engine does not know {told}")
    waves = book.source.get("waves") or {"": book.source.get("files") or ["responses.csv"]}
    files = [_file(book, path, str(wave), connection) for wave, paths in waves.items() for path in paths]
    if len({file.kind for file in files}) > 1:
        raise NotRecomputed("the files are of several kinds")
    return files


def separator_of(book: Book, files: list[File]) -> str | None:
    """What joins several answers in one cell, where it is one sign. Ranks are joined by semicolons as they are read."""
    sign = book.source.get("separator") or SEPARATORS.get(files[0].kind)
    if sign and any(file.ranks for file in files):
        raise NotRecomputed(f"the second engine does not put ranks in order where {sign!r} joins answers")
    return sign


def _file(book: Book, path: str, wave: str, connection: duckdb.DuckDBPyConnection) -> File:
    text = _text(book, path)
    delimiter = DELIMITERS.get(book.source.get("delimiter")) or _delimiter(path, text)
    written = filter(None, csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))  # an empty line is no row
    filled = list(islice(((place, row) for place, row in enumerate(written, start=1) if any(row)), 4))
    rows = [row for _, row in filled]
    kind = kind_of(book.source.get("kind", "auto"), path, rows)
    number = header_rows(kind, book.source.get("header_rows"), rows)
    if len(rows) < number or len(set(map(len, rows[:number]))) > 1:
        raise NotRecomputed(f"the second engine finds no header of {number} rows in {path}")
    heads = heads_of(kind, rows[:number])
    known = (*heads, Head(WAVE, WAVE)) if wave else tuple(heads)
    stated = book.source.get("id")
    ids = (stated,) if stated else RESPONDENT.get(kind, ())
    slots, ranked = list(book.slots.values()), {s.name: s.parts for s in book.slots.values() if s.parts}
    wanted = [s for s in slots if not s.parts] + [part for parts in ranked.values() for _, part in parts]
    stand_ins = [column for s in slots for column in s.stand_ins]
    texts = texts_of(known, wanted, [*ids, *book.system, *stand_ins])
    plain = dict(zip(texts, _plain(connection, texts), strict=True)).__getitem__
    at = places_of(known, wanted, plain, path)
    ranks = {s: tuple((label, at[p.name]) for label, p in parts if p.name in at) for s, parts in ranked.items()}
    places = {column: place for column in book.system if (place := place_of(known, column, plain, path)) is not None}
    places |= {name: place for name, place in at.items() if name in book.slots}
    found = [place for name in ids if (place := place_of(known, name, plain, path)) is not None]
    makes_ids = stated == "none" or not ids
    if not found and not makes_ids:
        raise NotRecomputed(f"the second engine does not find the column of the respondent's id in {path}")
    beside = {s.name: tuple(place_of(known, c, plain, path) for c in s.stand_ins) for s in slots if s.stand_ins}
    if None in {place for others in beside.values() for place in others}:
        raise NotRecomputed(f"the second engine does not find a column that stands in, in {path}")
    places |= {} if makes_ids else {ID: found[0]}
    ranks = {slot: parts for slot, parts in ranks.items() if parts}
    end, last = _line_end(text), filled[number - 1][0]
    return File(path, kind, delimiter, end, wave, last, tuple(heads), places, beside, ranks, makes_ids)


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


def _line_end(text: str) -> str:
    """The option of DuckDB's reader for the one sign that ends all lines; those inside quoted cells may be others."""
    ends = set(re.findall(r"\r\n|\r|\n", re.sub(r'"[^"]*"', "", text)))
    written = {"\r\n": r"\r\n", "\r": r"\r", "\n": r"\n"}
    return f", new_line = '{written[ends.pop()]}'" if len(ends) == 1 else ""


def _plain(connection: duckdb.DuckDBPyConnection, texts: list[str]) -> list[str]:
    """Each text as it is compared."""
    return [row[0] for row in connection.execute("SELECT plain(t) FROM (SELECT unnest(?) AS t)", [texts]).fetchall()]


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
            f"null_padding = true, parallel = false{file.line_end}, columns = {{{columns}}})"
        )
        filled = f"greatest('', {', '.join(map(name, file.columns))}) != ''"
        read = f"SELECT * FROM ({read}) WHERE row > {file.head} AND {filled}"
        cells = ["file", "row", f"{_id(file)} AS {name(ID)}"]
        cells += [f"{_cell(file, slot)} AS {name(slot)}" for slot in wanted]
        parts.append(f"SELECT {', '.join(cells)} FROM ({read})")
    return " UNION ALL ".join(parts)


def _id(file: File) -> str:
    """Who a record is of, unique within its wave; where nobody is named, a digest of what it says."""
    if not file.makes_ids:
        own = f"strip({_at(file, file.places[ID])})"
    else:
        tags = [*(head.tag for head in file.heads), *([WAVE] if file.wave else [])]
        said = ", ".join(f"{{'tag': {word(tag)}, 'text': {_at(file, place)}}}" for place, tag in enumerate(tags))
        pairs = f"list_sort(list_filter([{said}], lambda p: p.text != ''))"
        joined = f"array_to_string(list_transform({pairs}, lambda p: p.tag || chr(31) || p.text), chr(30))"
        digest = f"substr(sha256({joined}), 1, 12)"
        again = f"row_number() OVER (PARTITION BY {digest} ORDER BY row)"
        own = f"{digest} || CASE WHEN {again} > 1 THEN '-' || {again} ELSE '' END"
    return f"CASE WHEN {own} != '' THEN {word(file.wave + ':')} || {own} ELSE '' END" if file.wave else own


def _cell(file: File, slot: str) -> str:
    if slot in file.ranks:
        return _in_order(file, file.ranks[slot])
    own = [file.places[slot]] if slot in file.places else []
    *first, last = [_at(file, place) for place in (*own, *file.stand_ins.get(slot, ()))] or ["NULL::VARCHAR"]
    cases = " ".join(f"WHEN strip({cell}) != '' THEN {cell}" for cell in first)
    return f"CASE {cases} ELSE {last} END" if first else last


def _at(file: File, place: int) -> str:
    return word(file.wave) if place == len(file.heads) else f"coalesce({name(file.columns[place])}, '')"


def _in_order(file: File, ranks: tuple[tuple[str, int], ...]) -> str:
    """The choices in the order of their ranks 1, 2, 3; as they stand where the ranks are no such order."""
    told = ", ".join(f"{{'label': {word(label)}, 'rank': strip({_at(file, place)})}}" for label, place in ranks)
    given = f"list_filter([{told}], lambda c: c.rank != '')"
    up = f"list_sort(list_transform({given}, lambda c: {{'size': length(c.rank), 'rank': c.rank, 'label': c.label}}))"
    fits = f"list_transform({up}, lambda c: c.rank) = list_transform(range(1, len({up}) + 1), lambda n: n::VARCHAR)"
    return (
        f"CASE WHEN {fits} THEN array_to_string(list_transform({up}, lambda c: c.label), '; ') "
        f"ELSE array_to_string(list_transform({given}, lambda c: c.label || ': ' || c.rank), '; ') END"
    )


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
