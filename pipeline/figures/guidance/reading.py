"""guidance.yaml, read and checked against the codebooks: a rule that loads can be computed for any company."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.figures.checking import Definition
from pipeline.figures.facts import read_references
from pipeline.figures.guidance.file import GuidanceFile
from pipeline.figures.guidance.reader import Reader, folders_of
from pipeline.figures.guidance.rule import Rule
from pipeline.figures.ledger import FACTS
from pipeline.responses.codebook import Codebook, read_codebook
from pipeline.responses.strict_yaml import load_as

FILE = "guidance.yaml"


@dataclass(frozen=True)
class Guidance:
    """The rules of an edition, in the file's order; none for an edition that has no guidance.yaml."""

    rules: tuple[Rule, ...] = ()

    @property
    def surveys(self) -> tuple[str, ...]:
        """The folders of the further surveys that rules read."""
        return tuple(sorted({folder for rule in self.rules for folder in rule.codebooks if folder}))


def read_guidance(edition: Path, codebook: Codebook) -> Guidance:
    """The rules that an edition's guidance.yaml defines, worked out against its codebook.

    Raises InputError with file, line and key for a name, number, unit or sentence that does not fit, weights that do
    not add to 100, ranges that overlap, and a worked example that does not come out.
    """
    path = edition / FILE
    if not path.exists():
        return Guidance()
    keys, document = load_as(path, GuidanceFile)
    definition = Definition(document, codebook)
    definition.once([rule.id for rule in keys.rules], "rule", ("rules",))
    folders = sorted(found.parent.name for found in edition.glob("*/codebook.yaml"))
    references = {cell.column: cell for cell in read_references(edition / "references.csv")}
    surveys = {"": codebook}
    for i, rule in enumerate(keys.rules):
        if rule.id in FACTS:
            definition.refuse(f"{rule.id!r} is an exhibit of every ledger; choose another id", ("rules", i, "id"))
        for folder, at in folders_of(rule, ("rules", i)):
            if folder not in surveys:
                definition.known(folder, folders, "sub-survey", at)
                surveys[folder] = read_codebook(edition / folder / "codebook.yaml")
    found = [Reader(keys, i, definition, surveys, references).rule() for i in range(len(keys.rules))]
    return Guidance(tuple(found))
