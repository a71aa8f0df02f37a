"""The numerals of the HTML: each prints a figure that its text names, or stands in words that are allowed there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.audit.census.allowed import PROSE, Allowed, covered
from pipeline.audit.census.drawings import of_drawings
from pipeline.audit.census.html_text import PLACEHOLDER, Piece, place_of
from pipeline.audit.census.numerals import Token, align, numerals
from pipeline.audit.census.result import Appearance, Count, Unbound
from pipeline.figures.ledger import Ledger, N

AROUND = 36  # letters shown on both sides of a numeral that is not bound


@dataclass(frozen=True)
class Explained:
    """One numeral that the HTML rightly has, or should have: a figure that is printed, or words that are allowed."""

    text: str
    piece: Piece
    appearance: Appearance | None = None
    reason: str = ""


def of_html(pieces: Sequence[Piece], allowed: Allowed, ledger: Ledger) -> tuple[Count, list[Explained]]:
    """Counts the numerals of all texts; what each should be, so that paper is held to the truth and not to a slip."""
    count, explained = Count(), []
    for piece in pieces:
        text = piece.text.replace("\u00a0", " ")
        tokens = numerals(text)
        known = [reference for reference in piece.references if reference.partition(":")[0] in ledger]
        for reference in set(piece.references) - set(known):
            count.unbound.append(Unbound("html", place_of(piece), f"it names {reference}, and there is no such figure"))
        figures = [(reference, token) for reference in known for token in _printed(reference, ledger)]
        if not tokens and not figures:
            continue
        spans = [] if len(tokens) == len(figures) == 1 else allowed.spans(piece)
        reasons = [covered(token.start, token.end, spans) for token in tokens]
        places = align([t.text for t in tokens], [r is not None for r in reasons], [token for _, token in figures])
        missing = [figures[place] for place in range(len(figures)) if place not in places]
        for token, place, reason in zip(tokens, places, reasons, strict=True):
            if place is not None:
                explained.append(Explained(token.text, piece, _appearance(piece, *figures[place])))
                count.figures += 1
            elif reason is not None:
                explained.append(Explained(token.text, piece, reason=reason))
                count.allowed[reason] += 1
            else:
                instead = missing.pop(0) if missing else None
                count.unbound.append(Unbound("html", place_of(piece), _unbound(token, text, instead)))
                explained += [Explained(instead[1], piece, _appearance(piece, *instead))] if instead else []
        for reference, token in missing:
            message = f"{reference} is {token}, and the text that names it does not print that: {text[:90]!r}"
            count.unbound.append(Unbound("html", place_of(piece), message))
            explained.append(Explained(token, piece, _appearance(piece, reference, token)))
        count.numerals += len(tokens)
    count.unbound += of_drawings(pieces, allowed.report, ledger)
    return count, explained


def _unbound(token: Token, text: str, instead: tuple[str, str] | None) -> str:
    around = text[max(0, token.start - AROUND) : token.end + AROUND].replace(PLACEHOLDER, "…")
    if instead is None:
        return f"the numeral {token.text!r} is neither a figure that the text names nor allowed there: {around!r}"
    reference, right = instead
    return f"the numeral {token.text!r} stands where {reference} is {right!r}: {around!r}"


def _printed(reference: str, ledger: Ledger) -> list[str]:
    """The numerals that a text must print which names a figure or a part of it."""
    cell_id, _, part = reference.partition(":")
    cell = ledger.cell(cell_id)
    match part:
        case "n":
            text = f"{cell.n:,}"
        case "numerator":
            text = f"{cell.numerator:,}"
        case "bare":
            text = cell.printed.removesuffix("%")
        case _:
            text = cell.printed
    return [token.text for token in numerals(text.replace("\u00a0", " "))]


def _appearance(piece: Piece, reference: str, text: str) -> Appearance:
    cell_id, _, part = reference.partition(":")
    base = part == N or cell_id.endswith(f".{N}")
    page = piece.page if piece.on_paper or piece.element == "title" else None
    return Appearance(cell_id, "html", _element(piece, base), piece.section, piece.anchor, page, text)


def _element(piece: Piece, base: bool) -> str:
    """What kind of place a text is, in the words of table `appearance`."""
    if piece.element in ("td", "th"):
        return "table_cell"
    if piece.element in ("h1", "h2"):
        return "headline"
    if piece.element == "title" and "svg" in piece.within:
        return "alt_text"
    if base:
        return "base"
    if {".source", ".changes"} & piece.within:
        return "note"
    return "prose" if PROSE & piece.within else "label"
