"""What each company submitted, word by word, so that nobody else's file can be found to hold it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.figures.tailored.gathered import Gathered, Respondent

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


def words_of_edition(edition: Path, notebook: Path) -> str:
    """All that the edition's own files say, which is nobody's answer: definitions and the notebook's words."""
    files = [*sorted(edition.glob("*.yaml")), *sorted(edition.glob("*/codebook.yaml")), notebook]
    return "\n".join(path.read_text(encoding="utf-8") for path in files).replace("_", "")
