"""Where a company stands among its peers, in words."""

from __future__ import annotations

from pipeline.figures.tailored.package import Metric
from pipeline.pages.tailored.desk import Desk


def place(metric: Metric, desk: Desk) -> str:
    """Where the company stands among those that answered, in words; empty where too few did."""
    if not metric.higher_than:
        return ""
    return f"Higher than {desk.cell(metric.higher_than).printed} of {desk.cell(metric.others).printed} others"


def outside(metric: Metric, desk: Desk) -> str:
    """`above` or `below` where the company lies outside the middle half of its peers as printed, else empty."""
    own, half = desk.cell(metric.own.cell), desk.middle_half(metric.main)
    if own is None or half is None or own.printed in (half[0].printed, half[1].printed):
        return ""
    return "above" if own.stat > half[1].stat else "below" if own.stat < half[0].stat else ""
