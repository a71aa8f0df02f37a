"""What an audience may see of every figure, decided once for all of them together."""

from pipeline.figures.disclosure.audiences import EXTERNAL, mark, may_see_respondents

__all__ = ["EXTERNAL", "mark", "may_see_respondents"]
