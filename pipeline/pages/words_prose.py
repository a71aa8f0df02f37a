"""Prose in one column or two, or as a list of labelled sentences across the page; the largest type that fits."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pipeline.pages.templating import render
from pipeline.pages.words_blocks import (
    GAP,
    LABEL,
    MEASURE,
    ROOM,
    SIZES,
    WIDTH,
    Atom,
    Card,
    atoms_of,
    capitalised,
    lines_of,
    plain,
)

LABELLED = 630.0  # width of the sentences beside labels


def prose(written: str) -> str:
    """Paragraphs and lists in one column or two; a short text whose items all have labels as a list across the page."""
    atoms = atoms_of(written)
    items = [atom for atom in atoms if atom.tag in ("ul", "ol")]
    if items and all(LABEL.match(atom.html) for atom in items):
        size, line = SIZES[1]
        others = [atom for atom in atoms if atom not in items]
        if _height(others, MEASURE, size, line) + _labelled_height(items, size, line) <= ROOM:
            return render("words_labelled.html", parts=_labelled(atoms), size=size, line=line)
    count, (size, line) = 2, SIZES[3]
    for count, (size, line) in ((1, SIZES[0]), (1, SIZES[1]), (2, SIZES[1]), (2, SIZES[2]), (2, SIZES[3])):
        width = MEASURE if count == 1 else (WIDTH - GAP) / 2
        if max(_height(part, width, size, line) for part in _columns(atoms, count, width)) <= ROOM:
            break
    parts = _columns(atoms, count, MEASURE if count == 1 else (WIDTH - GAP) / 2)
    return render("words_prose.html", columns=[Markup(_joined(part)) for part in parts], size=size, line=line)


def _labelled(atoms: Sequence[Atom]) -> list[Markup | list[Card]]:
    """The text with each run of items as rows of number, label and sentence."""
    parts: list[Markup | list[Card]] = []
    for atom in atoms:
        if atom.tag not in ("ul", "ol"):
            parts.append(Markup(atom.html))
            continue
        if not parts or isinstance(parts[-1], Markup):
            parts.append([])
        found = LABEL.match(atom.html)
        body = capitalised(atom.html[found.end() :].strip())
        parts[-1].append(Card(str(atom.number or ""), Markup(plain(found[1]).rstrip(":")), Markup(body)))
    return parts


def _labelled_height(items: Sequence[Atom], size: float, line: float) -> float:
    return sum(lines_of(atom.text, LABELLED, size) * line + 13.0 for atom in items)


def _columns(atoms: Sequence[Atom], count: int, width: float) -> list[list[Atom]]:
    """The atoms in one column, or in two of about equal height, the first the longer one."""
    if count == 1 or len(atoms) < 2:
        return [list(atoms)]
    size, line = SIZES[1]
    breaks = [i for i in range(1, len(atoms)) if not atoms[i - 1].leads]
    if not breaks:
        return [list(atoms)]
    best = min(
        breaks,
        key=lambda i: (
            max(_height(atoms[:i], width, size, line), _height(atoms[i:], width, size, line)),
            -i,
        ),
    )
    return [list(atoms[:best]), list(atoms[best:])]


def _height(atoms: Sequence[Atom], width: float, size: float, line: float) -> float:
    indents = [0.0 if atom.tag == "p" else 18.0 for atom in atoms]
    return sum(
        lines_of(atom.text, width - indent, size) * line + (8.0 if indent == 0 else 5.0)
        for atom, indent in zip(atoms, indents, strict=True)
    )


def _joined(atoms: Sequence[Atom]) -> str:
    """The atoms of a column as HTML, neighbouring items in one list that keeps its numbers."""
    html, inside = "", ""
    for atom in atoms:
        tag = atom.tag if atom.tag in ("ul", "ol") else ""
        if inside and inside != tag:
            html += f"</{inside}>"
        if tag and inside != tag:
            html += f'<ol start="{atom.number}">' if tag == "ol" else "<ul>"
        inside = tag
        html += f"<li>{_number(atom)}{atom.html}</li>" if tag else atom.html
    return html + (f"</{inside}>" if inside else "")


def _number(atom: Atom) -> str:
    return f'<span class="marker" aria-hidden="true">{atom.number}</span>' if atom.number is not None else ""
