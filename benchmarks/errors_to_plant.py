"""The errors of the drill: each is a change of the edition's files, of the code while it runs, or of the finished page.

Each is meant to pass unseen: where a lazy slip would be refused at once, the list has the one that looks right. Those
in definitions are planted in the 2023 edition, which can be held against a printed report; the others in the small one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache

from pipeline.figures.formats import exact

SMALL, EDITION_2023 = "tests/small", "survey_raw/2023"
DATA, DECISION, DEFINITION = "raw data", "a decision", "an exhibit's definition"
CODE, CHART, SENTENCE = "the code of figures", "a chart label", "a sentence"
ON_PAGE = (CHART, SENTENCE)  # the figures stay as they were
HEADER_ROWS = 3
RESPONSES, DECISIONS, EXHIBITS, SERVICE = "responses.csv", "decisions.csv", "exhibits.yaml", "notebooks/service.ipynb"

Change = Callable[[str], str]


@dataclass(frozen=True)
class Planted:
    """One error. `file` of the edition is changed by `change`; without a file the finished HTML is.

    `code` names a function of the package that is replaced by what `wrong` makes of it.
    """

    kind: str
    what: str
    file: str = ""
    change: Change | None = None
    edition: str = SMALL
    code: str = ""
    wrong: Callable[[Callable], Callable] | None = None


def put(old: str, new: str) -> Change:
    """One passage in place of another, which must be there once."""

    def change(text: str) -> str:
        if text.count(old) != 1:
            raise ValueError(f"{old!r} is there {text.count(old)} times")
        return text.replace(old, new)

    return change


def put_in(pattern: str, new: str) -> Change:
    """What the first match of a pattern is replaced by; there must be one."""

    def change(text: str) -> str:
        text, times = re.subn(pattern, new, text, count=1, flags=re.DOTALL)
        if not times:
            raise ValueError(f"{pattern!r} matches nothing")
        return text

    return change


def line_with(mark: str, times: int) -> Change:
    """The line that has this text, so many times."""
    return lambda text: "".join(line * (times if mark in line else 1) for line in text.splitlines(keepends=True))


def columns_swapped(one: str, other: str) -> Change:
    """The answers of two columns change places; their headers stay."""

    def change(text: str) -> str:
        rows = list(csv.reader(io.StringIO(text)))
        i, j = rows[0].index(one), rows[0].index(other)
        for row in rows[HEADER_ROWS:]:
            row[i], row[j] = row[j], row[i]
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        return out.getvalue()

    return change


# Code that is wrong -------------------------------------------------------------------------------------------------


def half_to_even(half_up: Callable) -> Callable:
    """Python's own rounding."""
    return lambda value, decimals=0: Decimal(round(exact(value) * Fraction(10) ** decimals)).scaleb(-decimals)


def one_more(share: Callable) -> Callable:
    """n of a share is one too many, its value as it should be."""

    def wrong(*given):
        figure = share(*given)
        return replace(figure, n=figure.n + 1) if figure.n else figure

    return wrong


def lower_middle(median: Callable) -> Callable:
    """The median of an even number is the lower of the two in the middle."""

    def wrong(values, weights=None):
        figure = median(values, weights)
        if len(figure.pivots) < 2:
            return figure
        return replace(figure, stat=sorted(values)[figure.pivots[0]], pivots=figure.pivots[:1])

    return wrong


def of_all(drawn: Callable) -> Callable:
    """Who did not answer stands in the denominator of a share."""

    def wrong(measure, given, thresholds):
        if measure.statistic.value == "share":
            given = [replace(c, value=Fraction(0), reason="") if c.reason == "not_answered" else c for c in given]
        return drawn(measure, given, thresholds)

    return wrong


def rest_on_last(add_to_100: Callable) -> Callable:
    """Every share is cut, and the last one takes all that is then missing from 100."""

    def wrong(shares, decimals=0):
        cut = [Decimal(int(share * 10**decimals)).scaleb(-decimals) for share in shares]
        return [*cut[:-1], 100 - sum(cut[:-1])]

    return wrong


def another_digit(format_value: Callable) -> Callable:
    """Printed is 76% where it should be 67%."""
    return lambda *given: format_value(*given).replace("67%", "76%")


# The list -----------------------------------------------------------------------------------------------------------


def text_of(cell: str) -> str:
    """The pattern of a figure's text in a drawing: all that stands before its digits, and they."""
    return rf'(<g data-cell="{re.escape(cell)}"><text[^>]*>)([^<]*)'


def value_lost(title: str) -> Change:
    """A bar of one drawing has no value at its end."""
    return put_in(rf'(<title id="{title}".*?)<g data-cell="channels\.overall\.all\.phone"><text[^>]*>[^<]*</text></g>',
                  r"\g<1>")  # fmt: skip


def texts_swapped(text: str) -> str:
    """The values at the ends of two bars change places."""
    patterns = [text_of("channels.overall.all.email"), text_of("channels.overall.all.phone")]
    first, second = (re.search(pattern, text)[2] for pattern in patterns)
    for pattern, new in zip(patterns, (second, first), strict=True):
        text = put_in(pattern, rf"\g<1>{new}")(text)
    return text


def names_swapped(text: str) -> str:
    """The names of two bars change places, their values stay."""
    head, chart, rest = re.split(r"(<svg[^>]*channels-chart-title.*?</svg>)", text, maxsplit=1, flags=re.DOTALL)
    chart = chart.replace(">E-mail<", ">?<").replace(">Phone<", ">E-mail<").replace(">?<", ">Phone<")
    return head + chart + rest


@cache
def errors() -> tuple[Planted, ...]:
    """All of them, in the order of the report."""
    data = [
        ("a digit: R11 kept 108% of revenue, not 103%", put(",94,103,No,", ",94,108,No,")),
        ("two columns changed places: Customer Success and Onboarding", columns_swapped("Q5_2", "Q5_3")),
        ("a record is lost: R08", line_with(",R08,", 0)),
        ("a row is there twice: R07", line_with(",R07,", 2)),
        ("a choice is spelled otherwise: Customer Suport", put("120M,Customer Support", "120M,Customer Suport")),
    ]
    decisions = [
        ("a wrong old value", put("correct,90,99", "correct,95,99")),
        ("about another respondent", put("R05,nrr", "R06,nrr")),
        ("the line is lost", line_with("R05,nrr", 0)),
        ("a slip in the new value: 98 for 99", put("correct,90,99", "correct,90,98")),
        ("the acceptance of another finding", put("385654cea06b,R10", "020e5d910b59,R10")),
    ]
    definitions = [
        ("wrong question: expansion for renewals",
         put("question: own_renewals\n    columns: [customer_success, sales,",
             "question: own_expansion\n    columns: [customer_success, sales,")),
        ("an answer is missing from those that count together",
         put("id: same_or_up, label: Same or more people, answers: [no_significant_change, increased]",
             "id: same_or_up, label: Same or more people, answers: [increased]")),
        ("the base is turned round", put("where: \"uses_cs == 'no'\"", "where: \"uses_cs == 'yes'\"")),
        ("median for mean", put_in(r"(- id: span_customer_success\n.*?statistic: )mean_of_ratios",
                                   r"\g<1>median_of_ratios")),
        ("cut by another number", put_in(r"(question: charge_support\n.*?)    cut_by: {arr: arr_range}\n", r"\g<1>")),
        ("a wrong edge of a bin",
         put_in(r"(id: software_cs_nonusers_by_arr\n.*?below: )30_000_000}(.*?from: )30_000_000,",
                r"\g<1>35_000_000}\g<2>35_000_000,")),
    ]  # fmt: skip
    code = [
        ("halves are rounded to even", "pipeline.figures.formats.half_up", half_to_even),
        ("n of shares is one too many", "pipeline.figures.statistics.share", one_more),
        ("the median of an even number is its lower middle", "pipeline.figures.statistics.median", lower_middle),
        ("shares of all, also of those who did not answer", "pipeline.figures.draw._drawn", of_all),
        ("the last share takes what is missing from 100", "pipeline.figures.cells.add_to_100", rest_on_last),
        ("digits of the print change places", "pipeline.figures.cells.format_value", another_digit),
    ]
    chart = [
        ("a digit of a value", put_in(text_of("channels.overall.all.phone"), r"\g<1>56%")),
        ("the values of two bars change places", texts_swapped),
        ("the names of two bars change places", names_swapped),
        ("a value is missing in the chart", value_lost("channels-chart-title")),
        ("a value is missing in the small panels", value_lost("channels-panels-title")),
        ("a digit of the alternative text",
         put_in(r'(<title id="channels-chart-title"[^>]*>[^<]*Phone 5)5', r"\g<1>6")),
    ]  # fmt: skip
    sentences = [
        ("a digit that is typed", SERVICE, put("Of {{ survey.overall.all.respondents }} companies", "Of 13 companies")),
        ("the wrong figure is bound", SERVICE,
         put("A support team owns support at {{ support_owner.overall.all.support }}",
             "A support team owns support at {{ support_owner.overall.all.success }}")),
        ("a headline with a number of last year", EXHIBITS,
         put("A support team owns support at {overall.all.support} of", "A support team owns support at 58% of")),
        ("a number in words", SERVICE,
         put("Of {{ survey.overall.all.respondents }} companies", "Nine in ten can be called: of these companies")),
    ]  # fmt: skip
    return (
        *(Planted(DATA, what, RESPONSES, change) for what, change in data),
        *(Planted(DECISION, what, DECISIONS, change) for what, change in decisions),
        *(Planted(DEFINITION, what, EXHIBITS, change, EDITION_2023) for what, change in definitions),
        *(Planted(CODE, what, code=name, wrong=wrong) for what, name, wrong in code),
        *(Planted(CHART, what, change=change) for what, change in chart),
        *(Planted(SENTENCE, what, file, change) for what, file, change in sentences),
    )
