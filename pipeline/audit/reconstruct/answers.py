"""Who answers what, once everybody's place is known: all questions at once, so that answers make sense together.

Given the places, every printed table is a set of sums that must hold exactly. Among the many sets of answers that do,
the one is sought in which the plan's preferences are broken least.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.audit.reconstruct.margins import Margins
from pipeline.audit.reconstruct.plan import NO, YES, Kind, Plan, Preference
from pipeline.audit.reconstruct.positions import Position
from pipeline.audit.reconstruct.room import leave_room
from pipeline.audit.reconstruct.solver import cp_model, solve
from pipeline.audit.reconstruct.targets import Table, Targets
from pipeline.errors import BandwiseError

COMPLETION = 5  # effort for a first set of shares around given answers; any will do

Respondent = Mapping[str, str]  # id, a band per dimension, an answer per question; several answers are joined by |


class NoAnswers(BandwiseError):
    """No set of answers was found within the effort that the plan allows."""

    exit_status = 1


@dataclass
class Model:
    """A CP-SAT model of everybody's answers.

    `given[i, question, answer]` is the literal "respondent i gives the answer"; `price` are the terms to minimise.
    """

    plan: Plan
    tables: Sequence[Table]
    margins: Mapping[str, Margins]
    positions: Sequence[Position]
    cp: object = field(default_factory=lambda: cp_model().CpModel())
    given: dict = field(default_factory=dict)
    price: list = field(default_factory=list)

    def holds(self, i: int, question: str, answer: str):
        """The literal for one answer of one respondent, or None where no printed table leaves room for it."""
        if answer == NO and self.kind(question) is Kind.HOLDERS:
            yes = self.given.get((i, question, YES))
            return self.cp.new_constant(1) if yes is None else yes.negated()
        return self.given.get((i, question, answer))

    def kind(self, question: str) -> Kind:
        return next((table.kind for table in self.tables if table.question == question), Kind.HOLDERS)

    def answers(self, question: str) -> tuple[str, ...]:
        """The codes that can be given; a question that is held or not has the one code YES."""
        table = next((table for table in self.tables if table.question == question), None)
        return (YES,) if table is None or table.kind is Kind.HOLDERS else table.columns

    def holders(self, question: str, cut: str, band: str) -> int:
        """How many of a band hold it, by its table."""
        table = next(table for table in self.tables if table.question == question)
        return self.margins[table.exhibit][cut, band, table.columns[0]]

    @property
    def questions(self) -> list[str]:
        return [table.question for table in self.tables] + list(self.plan.population.holders)


def find_answers(plan: Plan, targets: Targets, margins: Mapping[str, Margins], positions: Sequence[Position],
                 start: Sequence[Respondent] | None = None,
                 progress: Callable[[str], None] = lambda line: None) -> list[dict[str, str]]:
    """One dict per respondent, in the order of `positions`.

    `start` is a set of answers in the same order that holds every margin. Who holds what is kept from it, because room
    for later numbers was made there; the other answers are returned as they are unless better ones are found.
    """
    if start is None:
        start = _from_scratch(plan, targets, margins, positions, progress)
    model = build(plan, targets.tables, margins, positions)
    _hint(model, start)
    _keep_holders(model, start)
    was = _run(model, plan.population.effort.preferences, fix_hints=True)
    if was is None:
        raise NoAnswers("the starting answers do not hold the printed tables")
    better = _run(model, plan.population.effort.preferences)
    if better is None or better.objective_value >= was.objective_value:
        progress(f"answers: preferences broken at a price of {was.objective_value:.0f}, no better found")
        return [dict(respondent) for respondent in start]
    progress(f"answers: preferences broken at a price of {better.objective_value:.0f}, "
             f"at least {better.best_objective_bound:.0f} with these holders")
    return _read(model, better)


def _from_scratch(plan: Plan, targets: Targets, margins: Mapping[str, Margins], positions: Sequence[Position],
                  progress: Callable[[str], None]) -> list[dict[str, str]]:
    """Answers by the preferences alone, then the holders changed until medians and mean shares have room as well."""
    effort = plan.population.effort
    model = build(plan, targets.tables, margins, positions)
    solver = _run(model, effort.preferences)
    if solver is None:
        raise NoAnswers("no set of answers was found; give population.effort.preferences more")
    progress(f"answers: preferences broken at a price of {solver.objective_value:.0f}")
    respondents = _read(model, solver)
    if not targets.medians and not targets.mean_shares:
        return respondents
    model = build(plan, targets.tables, margins, positions)
    leave_room(model, targets)
    _hint(model, respondents)
    whole = _run(model, COMPLETION, fix_hints=True)
    if whole is not None:
        _hint_all(model, whole)
    solver = _run(model, effort.room)
    if solver is None:
        return respondents
    progress(f"answers: with room for later numbers at a price of {solver.objective_value:.0f}")
    return _read(model, solver)


def build(plan: Plan, tables: Sequence[Table], margins: Mapping[str, Margins], positions: Sequence[Position]) -> Model:
    """Everybody's answers with the margins as hard sums and the preferences as prices."""
    model = Model(plan, tables, margins, positions)
    for table in tables:
        _add_table(model, table)
    for question, n in plan.population.holders.items():
        for i in range(len(positions)):
            model.given[i, question, YES] = model.cp.new_bool_var("")
        model.cp.add(sum(model.given[i, question, YES] for i in range(len(positions))) == n)
    for any_of in plan.population.any_of:
        _add_any_of(model, any_of.questions, any_of.respondents)
    for preference in plan.preferences:
        for i in range(len(positions)):
            _add_preference(model, preference, i)
    return model


def _add_table(model: Model, table: Table) -> None:
    margins = model.margins[table.exhibit]
    cuts = tuple(dict.fromkeys(cut for cut, _, _ in margins))
    codes = {column: YES if table.kind is Kind.HOLDERS else column for column in table.columns}
    for i, position in enumerate(model.positions):
        for column, code in codes.items():
            if all(margins[cut, position[cut], column] for cut in cuts):
                model.given[i, table.question, code] = model.cp.new_bool_var("")
        if table.kind is Kind.CHOICE:
            model.cp.add_exactly_one(*(model.given[i, table.question, code] for code in codes.values()
                                       if (i, table.question, code) in model.given))
    for (cut, band, column), n in margins.items():
        model.cp.add(sum(model.given[i, table.question, codes[column]] for i, position in enumerate(model.positions)
                         if position[cut] == band and (i, table.question, codes[column]) in model.given) == n)


def _add_any_of(model: Model, questions: Sequence[str], respondents: int) -> None:
    any_of = []
    for i in range(len(model.positions)):
        any_of.append(model.cp.new_bool_var(""))
        held = [model.given[i, question, YES] for question in questions if (i, question, YES) in model.given]
        model.cp.add_max_equality(any_of[-1], held or [0])
    model.cp.add(sum(any_of) == respondents)


def _add_preference(model: Model, preference: Preference, i: int) -> None:
    for question in preference.questions:
        others = [model.given[i, question, answer] for answer in model.answers(question)
                  if answer not in preference.answers and (i, question, answer) in model.given]
        if preference.complete:
            _forbid(model, preference, [literal.negated() for literal in others])
            continue
        for answer in preference.answers:
            when = model.holds(i, question, answer)
            if when is None:
                continue
            if preference.exclusive:
                _forbid(model, preference, [when], others)
            else:
                wanted = [model.holds(i, other, code) for other, codes in preference.expect.items() for code in codes]
                _forbid(model, preference, [when, *(literal.negated() for literal in wanted if literal is not None)])


def _forbid(model: Model, preference: Preference, together: Sequence, any_of: Sequence | None = None) -> None:
    """A price on all of `together` being true at once (with any of `any_of`, counted once)."""
    breach = model.cp.new_bool_var("")
    model.price.append(preference.weight * breach)
    broken = [literal.negated() for literal in together]
    if any_of is None:
        model.cp.add_bool_or([*broken, breach])
    else:
        for literal in any_of:
            model.cp.add_bool_or([*broken, literal.negated(), breach])


def _run(model: Model, effort: float, *, fix_hints: bool = False):
    population = model.plan.population
    model.cp.minimize(sum(model.price))
    return solve(model.cp, effort=effort, seed=population.seed, workers=population.effort.workers, fix_hints=fix_hints)


def _keep_holders(model: Model, respondents: Sequence[Respondent]) -> None:
    for (i, question, answer), literal in model.given.items():
        if model.kind(question) is Kind.HOLDERS:
            model.cp.add(literal == (respondents[i][question] == answer))


def _hint(model: Model, respondents: Sequence[Respondent]) -> None:
    for (i, question, answer), literal in model.given.items():
        model.cp.add_hint(literal, answer in respondents[i][question].split("|"))


def _hint_all(model: Model, solver) -> None:
    model.cp.clear_hints()
    for index in range(len(model.cp.proto.variables)):
        model.cp.add_hint(model.cp.get_int_var_from_proto_index(index), solver.response_proto.solution[index])


def _read(model: Model, solver) -> list[dict[str, str]]:
    respondents = []
    for i, position in enumerate(model.positions):
        respondent = {"id": str(i + 1), **position}
        for question in model.questions:
            given = [answer for answer in model.answers(question)
                     if (i, question, answer) in model.given and solver.boolean_value(model.given[i, question, answer])]
            respondent[question] = "|".join(given) or (NO if model.kind(question) is Kind.HOLDERS else "")
        respondents.append(respondent)
    return respondents
