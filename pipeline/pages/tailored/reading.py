"""Who the peers are and how the pages are read."""

from __future__ import annotations

from pipeline.figures.tailored.package import Page
from pipeline.pages.tailored.desk import Desk
from pipeline.pages.templating import render


def peers(page: Page, desk: Desk) -> str:
    """One card per peer group with its size and what it is widened to, then how to read place, word and marks."""
    groups = [(group, desk.cell(group.count)) for group in desk.company.peers]
    return render("company/peers.html", company=desk.company, groups=groups)
