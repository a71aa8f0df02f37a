"""Labels of drawings are laid out as whole texts, so that scripts whose letters join or run from the right are.

WeasyPrint 70 lays out each letter of an SVG text by itself, from left to right, as a letter may have a place of its
own; ours never have. (Its module `svg.text`; there is no option.)
"""

from __future__ import annotations

from collections.abc import Iterator

from weasyprint import svg

_by_letter = svg.text


class _Whole(str):
    """A text that is taken for one letter."""

    def __iter__(self) -> Iterator[str]:
        return iter((str(self),))


def _whole(drawing, node, font_size: float) -> None:
    if node.text:
        node._etree_node.text = _Whole(node.text)
    _by_letter(drawing, node, font_size)


def lay_out_whole() -> None:
    """Has WeasyPrint draw each text of an SVG in one piece from now on."""
    svg.text = _whole
    svg.TAGS |= {tag: _whole for tag, draw in svg.TAGS.items() if draw is _by_letter}
