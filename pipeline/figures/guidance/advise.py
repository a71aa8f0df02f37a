"""Applies the rules of an edition to one company: what each comes to, or what is missing for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.errors import InputError
from pipeline.figures.guidance.advice import Advice, Example, Need, Series, Status, Table
from pipeline.figures.guidance.blocks import BLOCKS
from pipeline.figures.guidance.company import Company, example_rows
from pipeline.figures.guidance.curve import series_of
from pipeline.figures.guidance.file import FigureKeys, SaysKeys
from pipeline.figures.guidance.ladder import ladder_table, step_of
from pipeline.figures.guidance.maturity import maturity_of
from pipeline.figures.guidance.part_keys import NAME_IN_BRACES, StepKeys
from pipeline.figures.guidance.rule import EXAMPLE, LADDER, NEXT_STAGE, STAGE, STEP, Rule
from pipeline.figures.guidance.score import score_of
from pipeline.figures.ledger import EMPTY
from pipeline.responses.schema import Kind
from pipeline.responses.survey import Survey

if TYPE_CHECKING:
    from pipeline.figures.guidance.reading import Guidance


def advise(
    guidance: Guidance, survey: Survey, respondent_id: str, further: Mapping[str, Survey] | None = None
) -> tuple[Advice, ...]:
    """What the rules say to one company, in the file's order.

    `further` are the other surveys of the edition by folder; a company is found there by the answer to the first
    question of type identifier that both surveys have. Without them their rules are `missing`. Raises InputError for
    an id that is no respondent's.
    """
    if respondent_id not in survey.answers.index:
        raise InputError(f"no respondent has the id {respondent_id!r}")
    answers = {"": survey.answers.loc[[respondent_id]]}
    for folder, other in (further or {}).items():
        same = _same_company(survey, respondent_id, other)
        if same is not None:
            answers[folder] = other.answers.loc[[same]]
    return tuple(_advice(rule, answers) for rule in guidance.rules)


def _same_company(survey: Survey, respondent_id: str, other: Survey) -> str | None:
    for name, question in survey.codebook.questions.items():
        if question.type is Kind.identifier and name in other.codebook.questions:
            same = other.answers.index[other.answers[name] == survey.answers.at[respondent_id, name]]
            return str(same[0]) if len(same) else None
    return None


def _advice(rule: Rule, answers: Mapping[str, pd.DataFrame]) -> Advice:
    rows = {folder: answers[folder][list(names)] for folder, names in rule.variables.items() if folder in answers}
    if rule.survey not in rows:
        title = rule.codebooks[rule.survey].survey.title
        return _plain(rule, Status.MISSING, (Need("", title),))
    company = Company(rule, rows)
    if rule.missing:
        needs = tuple(Need(name, rule.keys.not_asked[name].label) for name in rule.missing)
        return _plain(rule, Status.NOT_ASKED, needs)
    if rule.keys.when is not None and company.value(rule.keys.when) is False:
        return _plain(rule, Status.DOES_NOT_APPLY)
    found = _work_out(company)
    if found.complete and (rule.keys.when is None or company.value(rule.keys.when)):
        advice = _full(company, found)
        if advice.words or advice.table:
            return advice
    needs = _unanswered(rule, rows, found.step)
    return _plain(rule, Status.MISSING if needs else Status.DOES_NOT_APPLY, needs)


@dataclass
class _Found:
    """What the parts of a rule came to."""

    complete: bool = True
    step: StepKeys | None = None
    texts: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    actions: tuple[str, ...] = ()
    table: Table | None = None
    series: tuple[Series, ...] = ()


def _work_out(company: Company) -> _Found:
    """Compute figures and ladder in their order, then the other parts."""
    rule, keys, found = company.rule, company.rule.keys, _Found()
    figures = {figure.id: figure for figure in keys.figures}
    for name in rule.order:
        if name == LADDER:
            _climb(company, found)
        else:
            figure = figures[name]
            value = _value(figure, company)
            company.give(name, value)
            company.figure(name, value, figure.unit, figure.label, figure.decimals, figure.block or "rule")
            found.complete &= value is not None or figure.optional
    if keys.curve and found.complete:
        found.series = series_of(company)
        found.complete &= bool(found.series)
    if keys.maturity:
        maturity = maturity_of(company)
        found.complete &= maturity is not None
        if maturity:
            found.texts |= {STAGE: maturity.stage.label, NEXT_STAGE: maturity.next.label if maturity.next else ""}
            found.table, found.actions = maturity.table, maturity.stage.initiatives
    if keys.score:
        band, found.table = score_of(company)
        wanted = "covered" if keys.score.question else "score"
        found.complete &= company.cells[wanted].status != EMPTY
        found.words += [band.says] if band and band.says else []
    return found


def _climb(company: Company, found: _Found) -> None:
    ladder = company.rule.keys.ladder
    step = step_of(ladder, company)
    known = step is not None or company.value(ladder.by) is not None
    found.complete &= known and (step is not None or bool(ladder.outside))
    for name in ladder.steps[0].sets:
        company.give(name, company.value(step.sets[name]) if step else None)
        if step:
            company.cells[name] = company.cells[step.sets[name]]
    found.step = step
    if step is not None:
        found.texts[STEP] = step.label
    if ladder.listed and step is not None:
        found.table = ladder_table(ladder, step)
    else:
        found.words += filter(None, [step.says if step is not None else ladder.outside])


def _value(figure: FigureKeys, company: Company) -> Fraction | None:
    if figure.is_ is not None:
        return company.value(figure.is_, figure.survey)
    inputs = {name: company.value(text, figure.survey) for name, text in figure.with_.items()}
    return None if None in inputs.values() else BLOCKS[figure.block].function(**inputs)


def _unanswered(rule: Rule, rows: Mapping[str, pd.DataFrame], step: StepKeys | None) -> tuple[Need, ...]:
    """The questions without an answer that the rule cannot do without, in the codebook's order.

    A rule that can do without any single one (a maturity model) names all that it reads.
    """
    found: dict[str, Need] = {}
    for folder, row in rows.items():
        codebook = rule.codebooks[folder]
        on_step = step.sets.values() if step else ()
        names = [name for name in rule.variables[folder] if name in rule.required[folder] or name in on_step]
        for name in names or rule.variables[folder]:
            for source in codebook.sources_of(name) if pd.isna(row[name].iloc[0]) else ():
                facts = codebook.variables()[source]
                text = codebook.questions[facts.question].text
                if facts.item and facts.kind not in (Kind.multiple, Kind.ranking):
                    text = f"{text}: {facts.label}"
                found.setdefault(text, Need(source, text))
    return tuple(found.values())


def _full(company: Company, found: _Found) -> Advice:
    rule, keys = company.rule, company.rule.keys
    said = [each for each in keys.says if not isinstance(each, SaysKeys) or company.value(each.when)]
    sentences = [each.says if isinstance(each, SaysKeys) else each for each in said]
    words = [_bound(text, company, found.texts) for text in [*found.words, *sentences]]
    table = found.table
    if keys.table:
        table = Table(keys.table.heads, keys.table.rows)
    if table:
        rows = tuple(tuple(_bound(text, company, found.texts, empty=True) for text in row) for row in table.rows)
        table = Table(table.heads, rows, table.marked)
    actions = [_bound(text, company, found.texts) for text in found.actions]
    return Advice(
        **_frame(rule, company),
        status=Status.APPLIES,
        cells=_distinct(company),
        words=tuple(filter(None, words)),
        actions=tuple(filter(None, actions)),
        table=table,
        curve=_bound(keys.curve.title, company, {}) if keys.curve else "",
        series=found.series,
    )


def _plain(rule: Rule, status: Status, needs: tuple[Need, ...] = ()) -> Advice:
    """A rule that has nothing to say to the company, with its worked example."""
    company = Company(rule, {})
    return Advice(**_frame(rule, company), status=status, needs=needs, cells=_distinct(company))


def example_of(rule: Rule) -> Example | None:
    """The worked example of a rule in words, None for a rule without one."""
    if rule.keys.example is None:
        return None
    company = worked_example(rule)
    own = tuple(cell for cell in _distinct(company) if cell.band == EXAMPLE)
    return Example(_bound(rule.keys.example.says, company, {}), rule.example_source, own)


def worked_example(rule: Rule) -> Company:
    """The rule computed with the answers of its example."""
    company = Company(rule, example_rows(rule), EXAMPLE)
    for name, asked in rule.keys.not_asked.items():
        given = rule.keys.example.answers.get(name)
        value = None if given is None else Fraction(str(given))
        company.give(name, value)
        company.figure(name, value, asked.unit, asked.label, stat="answer")
    _work_out(company)
    return company


def _frame(rule: Rule, company: Company) -> dict:
    keys = rule.keys
    return {
        "id": rule.id,
        "title": _bound(keys.title, company, {}),
        "page": keys.page,
        "priority": keys.priority,
        "formula": _bound(rule.formula, company, {}),
        "source": rule.source,
        "example": rule.example,
    }


def _distinct(company: Company):
    return tuple({cell.cell_id: cell for cell in company.cells.values()}.values())


def _bound(text: str, company: Company, texts: Mapping[str, str], empty: bool = False) -> str:
    """The sentence with addresses for names; nothing when one of its figures is empty, unless `empty` lets it stand."""
    missing = False

    def address(found) -> str:
        nonlocal missing
        name = found[1]
        cell = company.cells.get(name)
        if cell is not None and (empty or cell.status != EMPTY):
            return f"{{{{ {cell.cell_id} }}}}"
        word = texts.get(name) or _choice(name, company)
        missing |= not word
        return word or "–"

    bound = NAME_IN_BRACES.sub(address, text)
    return "" if missing and not empty else bound


def _choice(name: str, company: Company) -> str:
    """The label of the choice that answers a question, empty where it is not answered."""
    for folder, row in company.rows.items():
        codebook = company.rule.codebooks[folder]
        if name in row and name in codebook.questions and not pd.isna(row[name].iloc[0]):
            return next((c.label for c in codebook.choices(name) if c.code == row[name].iloc[0]), "")
    return ""
