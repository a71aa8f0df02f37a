"""The first page: three short answers, each metric with the company's place among its peers, what to ask first."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from pipeline.figures.formats import EN_DASH
from pipeline.figures.tailored.package import Metric, MetricGroup, Page
from pipeline.figures.tailored.tailored_file import Better, PageKind
from pipeline.pages.tailored.desk import Desk, Shown
from pipeline.pages.tailored.differences import largest
from pipeline.pages.tailored.position import outside, place
from pipeline.pages.tailored.strip import strip
from pipeline.pages.templating import render
from pipeline.pages.text_size import serif_width

AHEAD, BEHIND = "ahead", "behind"
WIDTH, HEADLINE = 864.0, 22.0  # of a line, and the size that it is set in, in points
MOST = 2  # metrics that a short answer tells
ASKED = 3  # differences that the page asks about


@dataclass(frozen=True)
class Line:
    """One metric as a row of the table; `group` opens its group, `place` is empty where too few answered."""

    metric: Metric
    group: str
    first: bool
    own: Shown
    median: Shown
    half: str
    strip: Markup
    place: str
    peers: str


def glance(page: Page, desk: Desk) -> tuple[str, str]:
    """Headline and body of the page."""
    lines = [
        _line(metric, group, metric is group.metrics[0], desk) for group in page.groups for metric in group.metrics
    ]
    metrics = [line.metric for line in lines]
    questions = [page for page in desk.company.pages if page.kind is PageKind.DIFFERENCES]
    body = render(
        "company/glance.html", answers=_answers(metrics, desk), lines=lines,
        has_tails=any(line.metric.main and line.metric.main.p10 for line in lines),
        differences=largest(questions[0], desk, ASKED) if questions else [],
    )  # fmt: skip
    return _headline(page.groups, metrics), body


def _line(metric: Metric, group: MetricGroup, first: bool, desk: Desk) -> Line:
    own = desk.cell(metric.own.cell)
    half = desk.middle_half(metric.main)
    median = desk.shown(metric.main.cell if metric.main else "")
    drawing = Markup("")
    if metric.main is not None:
        you = f"you {own.printed}" if own else "you without a dot"
        alt = f"{metric.label}: peers’ median {median.text}, {you}"
        drawing = strip(f"strip-{metric.id}", alt, own, desk.cell(metric.main.cell), half, desk.tails(metric.main))
    return Line(
        metric=metric,
        group=group.title,
        first=first,
        own=Shown(own, own.printed if own else EN_DASH),
        median=median,
        half=f"{half[0].printed} to {half[1].printed}" if half else "",
        strip=drawing,
        place=place(metric, desk),
        peers=", ".join(filter(None, [metric.main.who, desk.base(metric.main)])) if metric.main else "",
    )


def _answers(metrics: list[Metric], desk: Desk) -> list[tuple[str, list[str]]]:
    """The three short answers: where the company is ahead, where it differs, what is worth a look."""
    neutral = [m for m in metrics if m.better is Better.NONE and outside(m, desk)]
    return [
        ("Where you are ahead", _sentences([m for m in metrics if m.verdict == AHEAD], desk)
         or ["No metric with a better side lies beyond the middle half of your peers on that side."]),
        ("Where you differ", _sentences(neutral, desk, "No side is better.")
         or ["Where no side is better, you lie in the middle half of your peers, as far as you answered."]),
        ("Worth a look", _sentences([m for m in metrics if m.verdict == BEHIND], desk)
         or ["No metric with a better side lies beyond the middle half of your peers on the other side."]),
    ]  # fmt: skip


def _sentences(metrics: list[Metric], desk: Desk, end: str = "") -> list[str]:
    found = []
    for metric in metrics[:MOST]:
        own, (low, high) = desk.cell(metric.own.cell), desk.middle_half(metric.main)
        found.append(f"{metric.label} {own.printed}; middle half {low.printed} to {high.printed}.")
    more = "More in the table." if len(metrics) > len(found) else ""
    last = " ".join(filter(None, [more, end]))
    return [*found, last] if found and last else found


def _headline(groups: tuple[MetricGroup, ...], metrics: list[Metric]) -> str:
    """The finding: the groups of metrics in which the company is ahead and behind, as far as there are any."""
    ahead = [m.label for m in metrics if m.verdict == AHEAD]
    behind = [m.label for m in metrics if m.verdict == BEHIND]
    if ahead and behind:
        pairs = ((a, b) for a in ahead for b in behind)
        lines = (f"Ahead of your peers on {_low(a)}, behind on {_low(b)}" for a, b in pairs)
        fits = (line for line in lines if serif_width(line, HEADLINE) <= WIDTH)
        return next(fits, "Ahead of your peers on some metrics, behind on others")
    if ahead:
        return f"Ahead of your peers on {_low(ahead[0])}"
    if behind:
        return f"Behind your peers on {_low(behind[0])}"
    if not any(m.own.cell for m in metrics):
        return "What your peers answered, with room for your own numbers"
    return "In the middle of your peers wherever one side is better"


def _low(label: str) -> str:
    """A label inside a sentence; abbreviations keep their capitals."""
    word = label.split(" ")[0]
    return label if word.isupper() else label[:1].lower() + label[1:]
