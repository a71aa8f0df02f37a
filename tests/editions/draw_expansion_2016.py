"""Draws the synthetic responses of survey_raw/expansion_2016: companies whose answers agree with what was published.

Not part of the pipeline: it stands here so that anyone can see that no answer is a real company's. The facts that it
meets are those of references.csv; where the publication says nothing, the distribution is ours and stands below.

    python tests/editions/draw_expansion_2016.py > survey_raw/expansion_2016/responses.csv
"""

from __future__ import annotations

import csv
import io
import random
import sys
from statistics import correlation, median

SEED = 2016
RANGES = {  # ARR range: companies, median of full-time CS people, pay against the overall median, expansion share
    "Under $1M": (22, 1, 0.96, 6),
    "$1M to $3M": (34, 2, 1.00, 8),
    "$3M to $5M": (30, 3, 0.90, 9),  # junior staff join, pay dips, cross-sell and retention too
    "$6M to $20M": (56, 6, 1.06, 12),  # management layers, senior people
    "$21M to $50M": (38, 14, 0.98, 16),  # resources optimised, more junior staff
    "Over $50M": (28, 30, 1.05, 21),  # the highest median share of revenue from expansion
}
RETENTION = {"$3M to $5M": -5}  # points of net retention less than elsewhere
MODELS = ("Enterprise", "Mid-market", "Transactional")
WEEKS = {"Enterprise": 12, "Mid-market": 8, "Transactional": 4}  # medians; enterprise takes three times as long
BOOK = {"Enterprise": 10, "Mid-market": 40, "Transactional": 150}  # customers of one manager
MEETS = {
    "Enterprise": ("Weekly", "Weekly", "Monthly", "Monthly", "Quarterly"),
    "Mid-market": ("Monthly", "Monthly", "Quarterly", "Weekly", "Only when something triggers it"),
    "Transactional": ("Quarterly", "Only when something triggers it", "Monthly", "Only when something triggers it"),
}
LEADERS = ("Under $1M", "$1M to $3M", "$3M to $5M", "$6M to $10M", "Over $10M", "We have none yet")
TRIGGERS = (
    "ARR held by one manager, or new bookings", "Complexity of the product", "Number of customers per manager",
    "None of these",
)  # fmt: skip
HIRES = dict(zip(TRIGGERS, (0.7, 0.45, 0.6), strict=False))
SYSTEM = ("Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name",
          "Last Name", "Custom Data 1")  # fmt: skip
QUESTIONS = (
    ("What is your company called?", ("Open-Ended Response",)),
    ("In which range is your ARR?", ("Response",)),
    ("Which sales model brings most of your revenue?", ("Response",)),
    ("How many full-time people work in customer success?", ("Open-Ended Response",)),
    ("What was your ARR when you hired the first leader of customer success?", ("Response",)),
    ("What does a full-time customer success manager earn in a year, all in (US dollars)?", ("Open-Ended Response",)),
    ("How often does a customer success manager meet a typical customer?", ("Response", "Other (please specify)")),
    ("How many weeks pass from booking until a customer is live?", ("Open-Ended Response",)),
    ("How many customers does one customer success manager look after?", ("Open-Ended Response",)),
    ("What makes you hire another customer success manager? (Select all that apply)", TRIGGERS),
    ("What was your average NPS last year?", ("Open-Ended Response",)),
    ("By what percentage did your ARR grow last year?", ("Open-Ended Response",)),
    ("What was your net dollar retention last year, in percent?", ("Open-Ended Response",)),
    ("What share of your accounts did you keep last year, in percent?", ("Open-Ended Response",)),
    ("What share of your revenue came from expansion last year, in percent?", ("Open-Ended Response",)),
    ("What does it cost you to renew one dollar of revenue (US dollars)?", ("Open-Ended Response",)),
)


def companies() -> list[dict]:
    """The answers that are meant, one dictionary a company."""
    draw = random.Random(SEED)
    sizes = [size for size, (count, *_) in RANGES.items() for _ in range(count)]
    draw.shuffle(sizes)
    found = []
    for size in sizes:
        _, people, pay, _ = RANGES[size]
        model = draw.choices(MODELS, (4, 4, 3))[0]
        leader = draw.choices(LEADERS, (24, 32, 20, 12, 4, 8))[0]
        found.append({
            "size": size, "model": model, "leader": leader,
            "people": max(1, round(people * draw.lognormvariate(0, 0.5))),
            "pay": pay * draw.lognormvariate(0, 0.18),
            "meets": draw.choice(MEETS[model]),
            "weeks": WEEKS[model] * draw.lognormvariate(0, 0.4),
            "book": max(1, round(BOOK[model] * draw.lognormvariate(0, 0.5))),
            "hires": [t for t, p in HIRES.items() if draw.random() < p] or [TRIGGERS[3]],
            "nps": round(draw.gauss(32, 18)),
            "growth": round(max(2, draw.lognormvariate(3.6, 0.6))),
            "nrr": round(draw.gauss(103, 8) + RETENTION.get(size, 0)),
            "kept": draw.gauss(0, 5),
            "cost": draw.lognormvariate(0, 0.35),
        })  # fmt: skip
    _meet(found, draw)
    return found


def _meet(found: list[dict], draw: random.Random) -> None:
    """Bring medians to what was published, and take from NPS what it has in common with growth and retention."""
    scale = 90_000 / median(c["pay"] for c in found)
    dear = 0.13 / median(c["cost"] for c in found)
    middle = median(c["kept"] for c in found)
    for model, weeks in WEEKS.items():
        own = [c for c in found if c["model"] == model]
        factor = weeks / median(c["weeks"] for c in own)
        for c in own:
            c["weeks"] = max(1, round(c["weeks"] * factor))
    for size, (*_, share) in RANGES.items():
        own = [c for c in found if c["size"] == size]
        spread = sorted(draw.gauss(0, 5) for _ in own)
        shift = median(spread)
        draw.shuffle(own)
        for c, step in zip(own, spread, strict=True):
            c["expansion"] = max(0, round(share + step - shift))
    for c in found:
        c["pay"] = round(c["pay"] * scale, -3)
        c["cost"] = round(c["cost"] * dear, 2)
        c["kept"] = min(100, round(90 + c["kept"] - middle))
    for _ in range(20_000):  # exchange the NPS of two companies while that brings both correlations nearer to none
        one, other = draw.sample(found, 2)
        before = _tied(found)
        one["nps"], other["nps"] = other["nps"], one["nps"]
        if _tied(found) > before:
            one["nps"], other["nps"] = other["nps"], one["nps"]
        elif _tied(found) < 0.005:
            return


def _tied(found: list[dict]) -> float:
    nps = [c["nps"] for c in found]
    return max(abs(correlation(nps, [c[name] for c in found])) for name in ("growth", "nrr", "kept"))


def export(found: list[dict]) -> str:
    """The export as SurveyMonkey writes it, with what goes wrong in any survey: odd spellings, gaps, a test, a slip."""
    draw = random.Random(SEED + 1)
    upper, lower = list(SYSTEM), [""] * len(SYSTEM)
    for text, options in QUESTIONS:
        upper += [text, *[""] * (len(options) - 1)]
        lower += options
    rows = [upper, lower]
    for number, c in enumerate(found, start=1):
        rows.append(_system(number) + _cells(c, number, draw))
    test = [*_system(900), "Test, please ignore", *[""] * (len(upper) - len(SYSTEM) - 1)]
    rows.insert(40, test)
    rows[21][-3] = "9.5"  # a share of accounts with the decimal point one place to the left
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _system(number: int) -> list[str]:
    day, minute = 1 + number % 27, number % 60
    began, ended = (f"06/{day:02d}/2016 {hour:02d}:{minute:02d}:00 AM" for hour in (9, 10))
    return [str(5_100_000_000 + number), "88001", began, ended, f"192.0.2.{number % 250}", "", "", "", ""]


def _cells(c: dict, number: int, draw: random.Random) -> list[str]:
    def typed(value: float, *forms: str, gaps: float = 0.0) -> str:
        if draw.random() < gaps:
            return ""
        form = draw.choice(forms) if draw.random() < 0.12 else "{}"
        return form.format(int(value) if float(value).is_integer() else value)

    pay = typed(c["pay"], "${:,}", "{:,}")
    other = c["meets"] == "Weekly" and number % 40 == 7
    ticks = [choice if choice in c["hires"] else "" for choice in TRIGGERS]
    return [
        f"Company {number:03d}", c["size"], c["model"], typed(c["people"], "{} FTE", "{} people", gaps=0.03),
        c["leader"], pay,
        "" if other else c["meets"], "Every few days" if other else "", typed(c["weeks"], "{} weeks", "about {}"),
        typed(c["book"], "~{}", "{} customers", gaps=0.05), *ticks, typed(c["nps"], "{}", gaps=0.1),
        typed(c["growth"], "{}%", gaps=0.04), typed(c["nrr"], "{}%", gaps=0.04), typed(c["kept"], "{}%"),
        typed(c["expansion"], "{} %"), typed(c["cost"], "${}"),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    sys.stdout.write(export(companies()))
