"""What tells each company from the others, and so must not be found in anybody else's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.figures.tailored.package import Package
from pipeline.figures.tailored.submitted import Submission
from pipeline.pages.gates import Foreign, digits_of, plain


@dataclass(frozen=True)
class Telling:
    """What tells one company from any other in a text, spelt as the gates read it, and all that it submitted."""

    name: str
    names: frozenset[str]
    ids: frozenset[str]
    texts: frozenset[str]
    numbers: frozenset[str]
    mine: str


def telling_of(submission: Submission, words: str) -> Telling:
    """Of a submission what is not among the words of the edition itself, which are nobody's."""
    name = plain(submission.name).casefold()
    texts = {plain(text).casefold() for text in submission.words}
    return Telling(
        name=name,
        names=frozenset({name} if name not in words else ()),
        ids=frozenset(i.casefold() for i in submission.telling_ids),
        texts=frozenset(text for text in texts if text not in words),
        numbers=frozenset(digits_of(n) for n in submission.numbers if n not in words),
        mine="\n".join(map(str.casefold, (submission.name, *submission.ids, *submission.texts))),
    )


def foreign_to(ident: str, telling: Mapping[str, Telling], package: Package) -> Foreign:
    """What of all other companies must not be in this one's file."""
    own, others = telling[ident], [each for other, each in telling.items() if other != ident]
    return Foreign(
        names=frozenset().union(*(other.names for other in others)) - {own.name},
        ids=frozenset().union(*(other.ids for other in others)),
        texts=frozenset().union(*(other.texts for other in others)),
        numbers=frozenset().union(*(other.numbers for other in others)),
        mine=own.mine,
        printed=frozenset(digits_of(n) for cell in package.ledger.cells for n in cell.printed.split()),
    )
