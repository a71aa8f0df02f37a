"""What each company submitted, word by word, so that nobody else's file can be found to hold it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.figures.tailored.gathered import Gathered, Respondent
from pipeline.responses.strict_yaml import load

SHORTEST_TEXT = 10  # letters; shorter texts stand in too many places to tell anything
SHORTEST_NUMBER = 5  # digits
SHORTEST_ID = 3
AMOUNT = re.compile(r"[\s$€£%]*-?\d[\d,. ]*[\s%]*")


@dataclass(frozen=True)
class Submission:
    """One company's name, ids and answers as received."""

    name: str
    ids: frozenset[str]
    texts: tuple[str, ...]

    @property
    def words(self) -> frozenset[str]:
        """Answers that are words, long enough to be told from anybody's."""
        return frozenset(t for t in self.texts if len(t) >= SHORTEST_TEXT and not AMOUNT.fullmatch(t))

    @property
    def numbers(self) -> frozenset[str]:
        """Answers that are numbers, long enough to be told from anybody's; thousands without commas."""
        amounts = (t.strip(" $€£%").replace(",", "") for t in self.texts if AMOUNT.fullmatch(t))
        return frozenset(a for a in amounts if sum(letter.isdigit() for letter in a) >= SHORTEST_NUMBER)

    @property
    def telling_ids(self) -> frozenset[str]:
        """Ids that cannot be taken for a plain number."""
        return frozenset(i for i in self.ids if len(i) >= SHORTEST_ID and not i.isdigit())


def submissions(gathered: Gathered, respondents: list[Respondent]) -> dict[str, Submission]:
    """Every company's submission by its id, over all surveys that it took part in."""
    found = {}
    for respondent in respondents:
        texts: list[str] = []
        for folder, response in respondent.responses.items():
            row = gathered.opened(folder).survey.raw.loc[response]
            texts += [str(text).strip() for text in row if str(text).strip()]
        ids = frozenset((respondent.id, *respondent.responses.values()))
        found[respondent.id] = Submission(respondent.name, ids, tuple(dict.fromkeys(texts)))
    return found


def words_of_edition(edition: Path) -> str:
    """All that the edition's definitions say, comments left out: questions, choices, labels, which are nobody's answer.

    What the notebook says is no definition: a company that is named there is named to all.
    """
    files = [*sorted(edition.glob("*.yaml")), *sorted(edition.glob("*/codebook.yaml"))]
    return "\n".join(str(scalar) for path in files for scalar in _scalars(load(path).data))


def _scalars(data: Any) -> Iterator[Any]:
    if isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from _scalars(value)
    else:
        yield data
