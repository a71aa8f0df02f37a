"""Works out one rule of guidance.yaml: its names first, then every expression and sentence that uses them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipeline.figures.checking import Definition
from pipeline.figures.formats import exact, format_value
from pipeline.figures.guidance import parts
from pipeline.figures.guidance.advise import example_of, worked_example
from pipeline.figures.guidance.blocks import BLOCKS
from pipeline.figures.guidance.file import FigureKeys, GuidanceFile, RuleKeys, SaysKeys
from pipeline.figures.guidance.ladder import check_ladder
from pipeline.figures.guidance.part_keys import NAME_IN_BRACES
from pipeline.figures.guidance.rule import LADDER, NEXT_STAGE, STAGE, STEP, Number, Rule
from pipeline.figures.ledger import Cell
from pipeline.responses import language
from pipeline.responses.codebook import Codebook
from pipeline.responses.schema import Derived


def folders_of(rule: RuleKeys, at: tuple) -> Iterator[tuple[str, tuple]]:
    """The further surveys that a rule names, and where."""
    if rule.survey is not None:
        yield rule.survey, (*at, "survey")
    for i, figure in enumerate(rule.figures):
        if figure.survey is not None:
            yield figure.survey, (*at, "figures", i, "survey")


class Reader:
    """Works out one rule: its names first, then every expression and sentence that uses them."""

    def __init__(self, file: GuidanceFile, place: int, definition: Definition, surveys, references: Mapping[str, Cell]):
        self.keys, self.at, self.sources = file.rules[place], ("rules", place), file.sources
        self.definition, self.references = definition, references
        folders = [folder for folder, _ in folders_of(self.keys, self.at)]
        self.home = self.keys.survey or ""
        self.plain = {folder: surveys[folder] for folder in dict.fromkeys([self.home, *folders])}
        self.variables: dict[str, dict[str, None]] = {folder: {} for folder in self.plain}
        self.required: dict[str, dict[str, None]] = {folder: {} for folder in self.plain}
        self.missing: dict[str, None] = {}
        self.made: dict[str, FigureKeys] = {}  # figures worked out so far

    def rule(self) -> Rule:
        """The rule, worked out; InputError with the place of what does not fit."""
        keys = self.keys
        sources = [self._source(name, (*self.at, "source", i)) for i, name in enumerate(keys.source)]
        self.numbers = {name: self._number(name) for name in keys.numbers}
        self.codebooks = self._with_names()
        if keys.when is not None:
            self.use(keys.when, language.BOOLEAN, (*self.at, "when"))
        order = self._order()
        parts.check(self)
        self._check_sentences()
        example = keys.example
        self._check_example_names()
        found = Rule(
            keys=keys,
            codebooks=self.codebooks,
            names=tuple(
                name for name in self.codebooks[self.home].derived if name not in self.plain[self.home].derived
            ),
            numbers=self.numbers,
            order=order,
            variables={folder: tuple(names) for folder, names in self.variables.items()},
            required={folder: tuple(names) for folder, names in self.required.items()},
            missing=tuple(self.missing),
            formula=keys.formula or self._formula(),
            source="; ".join(sources),
            example_source=self._source(example.source, (*self.at, "example")) if example and example.source else "",
        )
        self._check_example(found)
        return replace(found, example=example_of(found))

    # Names ---------------------------------------------------------------------------------------------------------

    def _source(self, name: str, at: tuple) -> str:
        self.definition.known(name, self.sources, "source", at)
        return self.sources[name].title

    def _number(self, name: str) -> Number:
        keys, at = self.keys.numbers[name], (*self.at, "numbers", name)
        if keys.reference is not None:
            self.definition.known(keys.reference, self.references, "reference", (*at, "reference"))
            cell = self.references[keys.reference]
            label, _, source = cell.label.removesuffix(")").partition(" (")
            return Number(exact(cell.stat), cell.printed, cell.unit, label, source)
        source = self._source(keys.source, (*at, "source")) if keys.source else ""
        value = exact(keys.value)
        return Number(value, format_value(value, keys.unit, keys.decimals), keys.unit, keys.label, source)

    def _with_names(self) -> dict[str, Codebook]:
        """The codebooks with the rule's names as derived numbers; only numbers are known to a further survey's."""
        keys = self.keys
        own = {name: ("numbers", name) for name in keys.numbers}
        later = {name: ("not_asked", name) for name in keys.not_asked}
        steps = keys.ladder.steps if keys.ladder else ()
        later |= {name: ("ladder", "steps", i, "sets") for i, step in enumerate(steps) for name in step.sets}
        later |= {name: (kind,) for kind, name in parts.names(keys)}
        for name in sorted(own.keys() & later.keys()):
            self.definition.refuse(f"the name {name!r} is given twice", (*self.at, *later[name]))
        for i, figure in enumerate(keys.figures):
            if figure.id in own or figure.id in later:
                self.definition.refuse(f"the name {figure.id!r} is given twice", (*self.at, "figures", i, "id"))
            later[figure.id] = ("figures", i, "id")
        found = {}
        for folder, codebook in self.plain.items():
            names = own | later if folder == self.home else own
            for name, place in names.items():
                if name in codebook.questions or name in codebook.derived:
                    self.definition.refuse(f"{name!r} is asked in the survey; choose another id", (*self.at, *place))
            added = {name: Derived(id=name, label=name, formula="0") for name in names}
            found[folder] = replace(codebook, derived=codebook.derived | added)
        return found

    def _order(self) -> tuple[str, ...]:
        """Figures as listed, and the ladder as soon as what it goes by is known."""
        order: list[str] = []
        ladder = self.keys.ladder
        by = set(self.meaning(ladder.by, (*self.at, "ladder", "by")).variables) if ladder else set()
        waiting = by & {figure.id for figure in self.keys.figures}
        for i, figure in enumerate(self.keys.figures):
            if ladder and not waiting and LADDER not in order:
                order.append(self._ladder())
            self._figure(figure, (*self.at, "figures", i))
            order.append(figure.id)
            waiting.discard(figure.id)
        if ladder and LADDER not in order:
            order.append(self._ladder())
        return tuple(order)

    def _ladder(self) -> str:
        check_ladder(self)
        return LADDER

    def _figure(self, figure: FigureKeys, at: tuple) -> None:
        folder = figure.survey or self.home
        if figure.is_ is not None:
            self.use(figure.is_, language.NUMBER, (*at, "is"), folder, required=not figure.optional)
        else:
            self.definition.known(figure.block, BLOCKS, "block", (*at, "block"))
            wanted = BLOCKS[figure.block].parameters
            for name in figure.with_:
                self.definition.known(name, wanted, "input", (*at, "with", name))
            for name in wanted:
                if name not in figure.with_:
                    self.definition.refuse(f"the block {figure.block!r} needs the input {name!r}", (*at, "with"))
            for name, text in figure.with_.items():
                self.use(text, language.NUMBER, (*at, "with", name), folder, required=not figure.optional)
        self.made[figure.id] = figure

    # Expressions ---------------------------------------------------------------------------------------------------

    def meaning(self, text: str, at: tuple, folder: str | None = None) -> language.Meaning:
        """What an expression gives and uses; refused where it cannot be used."""
        try:
            return language.check(text, self.codebooks[self.home if folder is None else folder])
        except language.ExpressionError as error:
            self.definition.refuse(str(error), at)

    def use(self, text: str, wanted: str, at: tuple, folder: str | None = None, required: bool = True) -> None:
        """Check an expression and note the answers that it reads."""
        meaning = self.meaning(text, at, folder)
        if meaning.type != wanted:
            self.definition.refuse(f"{text!r} gives a {meaning.type}, not a {wanted}", at)
        self.note(meaning, at, folder, required)

    def note(self, meaning: language.Meaning, at: tuple, folder: str | None = None, required: bool = True) -> None:
        """Note the answers that an expression reads, and refuse a figure that is computed further down."""
        folder = self.home if folder is None else folder
        figures = {figure.id for figure in self.keys.figures}
        for name in meaning.variables:
            if name in self.plain[folder].variables():
                self.variables[folder][name] = None
                if required:
                    self.required[folder][name] = None
            elif name in figures and name not in self.made:
                self.definition.refuse(f"{name!r} is computed further down", at)
            elif required and name in self.keys.not_asked:
                self.missing[name] = None

    # Sentences -----------------------------------------------------------------------------------------------------

    def _check_sentences(self) -> None:
        known = {*self.numbers, *self.keys.not_asked, *(f.id for f in self.keys.figures)}
        known |= {name for _, name in parts.names(self.keys)}
        steps = self.keys.ladder.steps if self.keys.ladder else ()
        known |= {name for step in steps for name in step.sets} | ({STEP} if steps else set())
        known |= {STAGE, NEXT_STAGE} if self.keys.maturity else set()
        answers = [name for codebook in self.plain.values() for name in codebook.variables()]
        for text, at in self._sentences():
            for name in NAME_IN_BRACES.findall(text):
                if name in known:
                    continue
                self.definition.known(name, [*known, *answers], "name", at)
                folder = next(f for f, codebook in self.plain.items() if name in codebook.variables())
                self.variables[folder][name] = None
        for text in (self.keys.title, self.keys.formula, self.keys.curve.title if self.keys.curve else ""):
            for name in NAME_IN_BRACES.findall(text):
                if name not in self.numbers:
                    self.definition.refuse(f"only numbers of the rule can stand in it, not {name!r}", self.at)

    def _sentences(self) -> Iterator[tuple[str, tuple]]:
        keys = self.keys
        for i, said in enumerate(keys.says):
            if isinstance(said, SaysKeys):
                self.use(said.when, language.BOOLEAN, (*self.at, "says", i, "when"), required=False)
                said = said.says
            yield said, (*self.at, "says", i)
        for i, row in enumerate(keys.table.rows if keys.table else ()):
            for text in row:
                yield text, (*self.at, "table", "rows", i)
        if keys.example:
            yield keys.example.says, (*self.at, "example", "says")
        yield from parts.sentences(keys, self.at)

    # The worked example ----------------------------------------------------------------------------------------------

    def _check_example_names(self) -> None:
        example, at = self.keys.example, (*self.at, "example")
        if example is None:
            return
        answers = [*self.keys.not_asked, *(name for names in self.variables.values() for name in names)]
        for name in example.answers:
            self.definition.known(name, answers, "input of the rule", (*at, "answers", name))
        figures = [*(figure.id for figure in self.keys.figures), *(name for _, name in parts.names(self.keys))]
        for name in example.gives:
            self.definition.known(name, figures, "figure", (*at, "gives", name))

    def _check_example(self, rule: Rule) -> None:
        """Refuse a worked example that does not come out."""
        if rule.keys.example is None:
            return
        company = worked_example(rule)
        for name, printed in rule.keys.example.gives.items():
            found = company.cells[name].printed
            if found != printed:
                message = f"the example gives {found} for {name!r}, not {printed}"
                self.definition.refuse(message, (*self.at, "example", "gives", name))

    def _formula(self) -> str:
        named = [BLOCKS[figure.block].formula for figure in self.keys.figures if figure.block]
        if not named:
            self.definition.refuse("the rule names no block, so it needs its 'formula' in words", self.at)
        return "; ".join(dict.fromkeys(named))
