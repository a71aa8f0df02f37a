"""The checks that every survey gets without declaring them: their ids, usual severity and what they say."""

from __future__ import annotations

from collections.abc import Mapping

# id: (severity unless the codebook says otherwise, the rule in words)
BUILTIN = {
    "unmatched_column": ("warning", "Every column of the export belongs to a question or is a known system column"),
    "unmatched_question": ("warning", "Every question has its column in the export"),
    "encoding": ("warning", "The export's text shows no sign of a wrong encoding"),
    "spreadsheet": ("warning", "No answer was changed by a spreadsheet: a date, lost digits, an error value"),
    "dup_id": ("error", "Each response id occurs once"),
    "dup_company": ("warning", "Each company counts once"),
    "test_record": ("error", "No counted record looks like a test"),
    "type": ("error", "Every answer can be read as its question asks"),
    "choice": ("error", "Every chosen answer is a choice of its question"),
    "choice_as_other": ("info", "No text beside the listed choices is counted as other"),
    "zero_or_none": ("warning", "No number is answered with the word none, which could mean 0 or no answer"),
    "censored": ("warning", "Numbers are given as such, not as more or less than a number"),
    "number_form": ("info", "Numbers are written plainly: not approximate, with remarks or in brackets"),
    "hard_range": ("error", "Numbers lie in the range that is possible"),
    "soft_range": ("warning", "Numbers lie in the range that is usual"),
    "skip_violation": ("warning", "Only questions that were asked are answered"),
    "required": ("warning", "Required questions are answered"),
    "pct_fraction": ("warning", "Percentages are given as 0 to 100, not as fractions of 1"),
    "parts_total": ("error", "The parts of an allocation add to its total"),
    "weight": ("error", "Every respondent has a weight above zero, a whole number where it is a frequency"),
    "multi_none": ("warning", "An exclusive choice is ticked alone"),
    "rank_perm": ("warning", "Ranked places follow each other and name different choices"),
    "outlier": ("warning", "Numbers lie near those of the same band (robust z of log10 at most 3.5, 8 or more values)"),
    "round_numbers": ("info", "Not nearly all numbers of a respondent are round"),
    "straightline": ("info", "A respondent does not give one answer to most items of a question"),
    "speeder": ("info", "The survey took at least a third of the median time"),
    "other_recode": ("info", "Text given for 'other' is not one of the listed choices"),
    "ip_in_text": ("warning", "Free text holds no IP address"),
    "pii_in_text": ("warning", "Free text holds no e-mail address and no telephone number"),
}


def severity_of(rule: str, switches: Mapping[str, str]) -> str:
    """The severity of a built-in check: what the codebook's `builtin` says, "off" included, else the usual one."""
    return switches.get(rule, BUILTIN[rule][0])
