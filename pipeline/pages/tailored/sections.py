"""A page of a company's PDF by its id, as the notebook shows it: headline, body and source line around its kind."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.errors import InputError
from pipeline.figures.tailored.package import Package, Page
from pipeline.figures.tailored.tailored_file import PageKind
from pipeline.pages.advice import advice_beside, advice_pages
from pipeline.pages.tailored.desk import Desk
from pipeline.pages.tailored.differences import differences
from pipeline.pages.tailored.glance import glance
from pipeline.pages.tailored.reading import peers_pages
from pipeline.pages.tailored.submitted import answer_pages
from pipeline.pages.tailored.tables import items, metrics, shares
from pipeline.pages.templating import COMMENTARY, render
from pipeline.pages.text_size import text_width
from pipeline.pages.theme import css, css_tokens
from pipeline.responses.strict_yaml import suggest

STYLES = ("page", "company", "advice")
OWN_WORDS = (PageKind.GUIDANCE, PageKind.ANSWERS)  # pages without a figure of the peers
CONTINUED = " (continued)"
BELOW_WORDS = 370.0  # points that metrics and rules share
RULES = "Published rules, applied to your own answers alone; they are no result of this survey."
LINE, DECK = 780.0, 11.0  # points: of a line with some to spare, and the size that the line below a headline is set in
NAME_LENGTH = 60  # of a company's name in the line above the page


def page_html(package: Package, page: str) -> str:
    """The sections of a page and the style sheets they need; InputError for a page that tailored.yaml does not have."""
    pages = {each.id: each for each in package.company.pages}
    if page not in pages:
        raise InputError(f"there is no page {page!r}{suggest(page, pages)}", file="tailored.yaml")
    styles = css_tokens() + "".join(map(css, STYLES))
    return f"<style>{styles}</style>{_sections(pages[page], Desk(package))}"


def _sections(page: Page, desk: Desk) -> str:
    """The page as one section or, where it needs more room, as several."""
    match page.kind:
        case PageKind.GLANCE:
            return section(page, desk, *glance(page, desk), deck=_against(desk))
        case PageKind.PEERS:
            return _several(page, desk, peers_pages(desk))
        case PageKind.SHARES:
            return section(page, desk, page.title, shares(page, desk))
        case PageKind.ITEMS:
            return section(page, desk, page.title, items(page, desk), deck="" if page.groups else _first_peers(desk))
        case PageKind.METRICS:
            table, height = metrics(page, desk)
            return section(page, desk, page.title, table + _rules(page, desk, height)[0])
        case PageKind.GUIDANCE:
            elsewhere = [
                ident for other in desk.company.pages if other.rules
                for ident in _rules(other, desk, metrics(other, Desk(desk.package))[1])[1]
            ]  # fmt: skip
            return _several(page, desk, advice_pages(desk.advice, elsewhere))
        case PageKind.DIFFERENCES:
            return section(page, desk, page.title, differences(page, desk))
        case PageKind.ANSWERS:
            return _several(page, desk, answer_pages(desk))


def _several(page: Page, desk: Desk, bodies: list[str]) -> str:
    """One section after the other under the same title, with ids of their own."""
    return "".join(
        section(page, desk, page.title + (CONTINUED if number else ""), body,
                ident=f"{page.id}-{number + 1}" if number else page.id)
        for number, body in enumerate(bodies)
    )  # fmt: skip


def _rules(page: Page, desk: Desk, height: float) -> tuple[str, list[str]]:
    """The rules that stand below the metrics of a page, which are so high, and their ids."""
    if not page.rules:
        return "", []
    return advice_beside(desk.advice, page.rules, BELOW_WORDS - height)


def _against(desk: Desk) -> str:
    company = desk.company
    groups = ", ".join(f"{peers.title} {peers.label}" for peers in company.peers)
    if not groups:
        return short_name(company.name)
    named = f"{short_name(company.name)} beside its peers: {groups}"
    return named if text_width(named, DECK) <= LINE else f"You beside your peers: {groups}"


def _first_peers(desk: Desk) -> str:
    company = desk.company
    return f"Peers: {company.peers[0].title} {company.peers[0].label}" if company.peers else ""


def section(page: Page, desk: Desk, headline: str, body: str, deck: str = "", ident: str = "") -> str:
    """One page; its marks are explained in the line at its foot."""
    company = desk.company
    notes = [("", note) for note in desk.notes()]
    if page.rules or page.kind is PageKind.GUIDANCE:
        notes.insert(0, ("Rules", RULES))
    if page.kind not in OWN_WORDS:
        least = f"at least {company.withhold} {company.respondents} that answered, you among them where you did."
        notes.insert(0, ("Peers", least))
    return render(
        "company/page.html", id=ident or page.id, kind=page.kind.value, run=running_line(company.name, company.id),
        title=page.title, kicker="" if headline.startswith(page.title) else page.title, headline=headline, deck=deck,
        commentary=COMMENTARY, body=Markup(body),
        source=[*notes, ("Source", f"{company.source}.")],
    )  # fmt: skip


def running_line(name: str, ident: str) -> str:
    """The line above every page: whose results these are."""
    return f"Results of {short_name(name)} ({ident})"


def short_name(name: str) -> str:
    """A name that fits into one line, cut between words where it must be."""
    if len(name) <= NAME_LENGTH:
        return name
    cut = name[:NAME_LENGTH].rsplit(" ", 1)[0]
    return f"{cut}…"
