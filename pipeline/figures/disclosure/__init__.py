"""What an audience may see of every figure, decided once for all of them together.

In reading order: `audiences`, who may see whom; `facts`, what the printed figures tell, and `groups`, of whom;
`primary`, which of it tells too much by itself; `complementary`, what could be worked out from the rest, by sums
(`span`) and by whole numbers (`whole_numbers`); `decide`, the decision.
"""

from pipeline.figures.disclosure.audiences import EXTERNAL, INTERNAL, mark, may_see_respondents
from pipeline.figures.disclosure.decide import Decision, decide
from pipeline.figures.disclosure.facts import Tabulated
from pipeline.figures.disclosure.groups import Owners

__all__ = ["EXTERNAL", "INTERNAL", "Decision", "Owners", "Tabulated", "decide", "mark", "may_see_respondents"]
