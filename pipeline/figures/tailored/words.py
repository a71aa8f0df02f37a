"""Why a company has no number, in words that speak to it."""

from __future__ import annotations

from pipeline.figures import contributions

MISSING = {
    "not_answered": "You did not answer",
    "not_asked": "You were not asked",
    "not_applicable": "You answered: not applicable",
    "not_known": "You answered: not known",
    "refused": "You preferred not to say",
    "unreadable": "Your answer could not be read",
    "withheld": "Your answer is being checked",
    contributions.ZERO: "One side is zero",
    contributions.NO_TOTAL: "Your total is zero",
    contributions.OUTSIDE_BASE: "Not counted for companies like yours",
    contributions.BASE_UNKNOWN: "You left open whether this concerns you",
    contributions.OUTSIDE_BINS: "Your answer is in none of these classes",
    contributions.CANNOT_TELL: "Your answers do not say",
}


def missing_words(reason: str) -> str:
    """The sentence for a reason of the answers or of a contribution."""
    return MISSING.get(reason, MISSING["not_answered"])
