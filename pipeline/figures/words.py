"""What an exhibit says of itself beside its figures: the question's words, who is counted, where a cut is unusual."""

from __future__ import annotations

from pipeline.figures.checking import Definition
from pipeline.figures.exhibits_file import ExhibitKeys
from pipeline.figures.vocabulary import Statistic


def question_text(question: str | None, definition: Definition) -> str:
    """The words of a question or derived number; for one of its items, with the item's label."""
    if question is None:
        return ""
    codebook = definition.codebook
    variable = codebook.variables().get(question)
    entry_id = variable.question if variable is not None else question
    entry = codebook.questions.get(entry_id)
    text = entry.text if entry is not None else codebook.derived[entry_id].label
    return f"{text}: {variable.label}" if variable is not None and variable.item else text


def base(keys: ExhibitKeys, definition: Definition) -> str:
    """Who is counted, in words, when the definition does not say it."""
    companies = definition.codebook.survey.respondents.capitalize()
    match keys.statistic:
        case Statistic.TEXT:
            return ""
        case Statistic.MEDIAN_NONZERO:
            return f"{companies} with a number above zero"
        case Statistic.MEAN_SHARE:
            return f"{companies} with a total above zero"
        case Statistic.RATIO_OF_SUMS | Statistic.MEAN_OF_RATIOS | Statistic.MEDIAN_OF_RATIOS:
            return f"{companies} with both numbers above zero"
        case Statistic.POINTS:
            return f"{companies} that gave both numbers"
        case Statistic.SHARE | Statistic.SHARE_NONZERO | Statistic.COUNT | Statistic.MEDIAN | Statistic.MEAN:
            return f"{companies} that answered"


def cut_notes(keys: ExhibitKeys, definition: Definition) -> tuple[str, ...]:
    """One sentence for each dimension that is cut by another variable than its own; one where answers are weighted."""
    weight = definition.codebook.survey.weight
    weighted = f"Weighted by {definition.codebook.variables()[weight].label}; n counts respondents" if weight else ""
    cut = (
        f"{definition.codebook.dimensions[name].title} as answered to: {question_text(variable, definition)}"
        for name, variable in keys.cut_by.items()
    )
    return (*cut, *filter(None, [weighted]))
