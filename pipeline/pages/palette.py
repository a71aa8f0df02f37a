"""One colour for one answer in the whole report, whichever exhibit shows it and in whichever order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.pages.theme import CATEGORIES, ORDERED, OTHER, Category

REST = ("other", "none")  # answers that stand for the rest, by code or by the beginning of it
REST_BEGINS = ("na_", "no_", "none_", "not_")


def is_rest(code: str) -> bool:
    """Whether an answer stands for the rest: other, none, not applicable."""
    return code in REST or code.startswith(REST_BEGINS)


def assign(groups: Iterable[Sequence[str]], order: Sequence[str] = ()) -> dict[str, int]:
    """The number of a colour for each code, such that no two codes of one group share a colour.

    `groups` are the answers of each exhibit that is drawn in colours; `order` is the codebook's order of all answers,
    which alone decides who comes first, so that adding an exhibit rarely moves a colour. Each code takes the lowest
    number that its neighbours leave free; numbers may exceed the palette where a group is larger than it.
    """
    neighbours: dict[str, set[str]] = {}
    for group in groups:
        named = [code for code in group if not is_rest(code)]
        for code in named:
            neighbours.setdefault(code, set()).update(c for c in named if c != code)
    place = {code: i for i, code in reversed(list(enumerate(order)))}
    numbers: dict[str, int] = {}
    for code in sorted(neighbours, key=lambda c: (place.get(c, len(place)), c)):
        taken = {numbers[c] for c in neighbours[code] if c in numbers}
        numbers[code] = next(i for i in range(len(taken) + 1) if i not in taken)
    return numbers


def colours(codes: Sequence[str], numbers: Mapping[str, int], *, ordered: bool = False) -> list[Category] | None:
    """A colour for each answer of one exhibit, grey for the rest; None where there are more answers than colours.

    Answers with an order take shades of one hue, dark for the first.
    """
    named = [code for code in codes if not is_rest(code)]
    if len(codes) - len(named) > 1:
        return None
    if ordered:
        return None if len(named) > len(ORDERED) else _filled(codes, dict(zip(named, ORDERED, strict=False)))
    chosen = {code: numbers.get(code, len(CATEGORIES)) for code in named}
    if any(number >= len(CATEGORIES) for number in chosen.values()):
        return None
    return _filled(codes, {code: CATEGORIES[number] for code, number in chosen.items()})


def _filled(codes: Sequence[str], chosen: Mapping[str, Category]) -> list[Category]:
    return [chosen.get(code, OTHER) for code in codes]
