"""Who the peers are, how the pages are read, and what each metric means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.figures.formats import format_n
from pipeline.figures.tailored.package import Company, Definition
from pipeline.pages.tailored.columns import LINE, PER_PAGE, in_columns, lines_of
from pipeline.pages.tailored.desk import Desk
from pipeline.pages.templating import render
from pipeline.pages.text_size import wrap

ROOM, FIRST = 412.0, 326.0  # points: height of a column, and of one below the cards of the first page
GAP = 2.6  # points between two entries
NAME_LENGTH = 60  # letters; a longer name, which other pages cut, stands here as a whole
NAME_GAP, NAME_LINE, WIDE = 8.0, 13.0, 850.0  # points above it, for a line of it, and of its width


@dataclass(frozen=True)
class Entry:
    """One term and what it means; a heading has no text."""

    term: str
    text: str = ""

    @property
    def height(self) -> float:
        return lines_of(f"{self.term}  {self.text}") * LINE + GAP + (0 if self.text else 6)


def peers_pages(desk: Desk) -> list[str]:
    """Cards of the peer groups; below them how to read the pages, and the metrics that they show."""
    company = desk.company
    entries = [Entry("How to read"), *_reading(company)]
    if company.definitions:
        entries += [Entry("What each metric measures"), *(_meaning(each, desk) for each in company.definitions)]
    full_name = company.name if len(company.name) > NAME_LENGTH else ""
    room = FIRST
    if full_name:
        room -= NAME_GAP + NAME_LINE * (wrap(f"Full name as submitted: {full_name}", WIDE, 9.5).count("\n") + 1)
    first = in_columns(entries, lambda each: each.height, room)[:PER_PAGE]
    rest = in_columns(entries[sum(map(len, first)) :], lambda each: each.height, ROOM)
    groups = [(group, desk.cell(group.count)) for group in company.peers]
    pages = [render("company/peers.html", company=company, groups=groups, columns=first, full_name=full_name)]
    return pages + [
        render("company/entries.html", columns=rest[i : i + PER_PAGE]) for i in range(0, len(rest), PER_PAGE)
    ]


def _reading(company: Company) -> Iterator[Entry]:
    everyone = company.respondents
    yield Entry(
        "You and your peers.",
        "You are compared with the first group above; the others stand beside it. Figures of peers are those of the "
        f"report, count you as well and rest on at least {company.withhold} {everyone}; a smaller group is widened, "
        "and the page says to what.",
    )
    yield Entry(
        "Middle half, middle 80%.",
        "A quarter of your peers lies below the middle half and a quarter above, a tenth on either side of the middle "
        f"80%. They are told from {company.quartiles} and from {company.tails} {everyone} up.",
    )
    yield Entry(
        "Higher than …",
        "How many of the others that answered have a smaller number than you, told among at least "
        f"{company.ranks} {everyone}. Higher is not always better.",
    )
    yield Entry(
        "Ahead, behind.",
        "Only outside the middle half, and only where one side is better. Peers’ medians, halves and tails may be "
        "rounded more than your own numbers.",
    )


def _meaning(definition: Definition, desk: Desk) -> Entry:
    """A metric's formula in words, who is counted where that is not plain, the survey where it is another, and n."""
    cell = desk.cell(definition.n)
    parts = [definition.measure]
    if not definition.base.endswith(" that answered"):
        parts.append(definition.base)
    if definition.source != desk.company.survey:
        parts.append(definition.source)
    if cell is not None and cell.n is not None:
        parts.append(format_n(cell.n))
    return Entry(definition.label, " ".join(f"{part.rstrip('.')}." for part in parts))
