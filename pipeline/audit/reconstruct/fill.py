"""Answers that no table prints: drawn from the distributions that a plan names, so that the printed facts hold.

A plan is a list of steps in order. Each step names a question, a kind of draw and, where it matters, which companies
it concerns (`where`), how many answer (`answered`) and what the answer goes with (`leans`: about correlations with
variables that are already there). Counts and quantiles are met exactly; only who gets which value is chance.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.audit.reconstruct.choose import lean_score, refuse_unknown, select
from pipeline.errors import InputError
from pipeline.responses.codebook import Codebook

CROWDING = 0.3  # how much each tick that a company already has keeps it from the next


@dataclass(frozen=True)
class Draw:
    """What a kind of draw may use: the answers so far, the companies concerned in order of their score, the printed
    cells, the codebook and the step's own random stream."""

    step: Mapping[str, Any]
    answers: pd.DataFrame
    rows: np.ndarray
    rng: np.random.Generator
    printed: pd.DataFrame
    codebook: Codebook

    @property
    def codes(self) -> list[str]:
        """The choices of the question, or its items where it is typed."""
        question = self.step["question"]
        return [choice.code for choice in self.codebook.choices(question) or self.codebook.items(question)]


def fill(
    answers: pd.DataFrame, steps: Sequence[Mapping[str, Any]], *, seed: int, printed: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """`answers` with the variables of every step added. A step's random stream hangs on its question's name alone, so
    that adding a step changes no other."""
    answers = answers.copy()
    for step in steps:
        rng = np.random.default_rng([seed, zlib.crc32(step["question"].encode())])
        if step["draw"] not in KINDS:
            message = f"'{step['draw']}' is not a kind of draw; allowed are {', '.join(KINDS)}"
            raise InputError(message, key=step["question"])
        kind, keys = KINDS[step["draw"]]
        refuse_unknown(step, COMMON_KEYS | keys, step["question"])
        drawn = kind(Draw(step, answers, _concerned(answers, step, rng), rng, printed, codebook))
        answers = _with_columns(answers, drawn)
    return answers


def _with_columns(answers: pd.DataFrame, drawn: pd.DataFrame | pd.Series) -> pd.DataFrame:
    drawn = drawn.to_frame() if isinstance(drawn, pd.Series) else drawn
    kept = [name for name in answers.columns if name not in drawn.columns]
    return pd.concat([answers[kept], drawn], axis=1)


def _concerned(answers: pd.DataFrame, step: Mapping[str, Any], rng: np.random.Generator) -> np.ndarray:
    """Positions of the companies that answer, from the lowest latent score to the highest."""
    concerned = np.flatnonzero(select(answers, step.get("where")))
    score = lean_score(answers, step.get("leans"), rng)
    n = step.get("answered", len(concerned))
    if n > len(concerned):
        raise InputError(f"{n} companies are to answer, but only {len(concerned)} are concerned", key=step["question"])
    answering = rng.permutation(concerned)[:n]
    return answering[np.argsort(score[answering], kind="stable")]


def _column(draw: Draw, values: Sequence[Any], *, name: str | None = None, rows: np.ndarray | None = None) -> pd.Series:
    rows = draw.rows if rows is None else rows
    column = np.full(len(draw.answers), None, dtype=object)
    column[rows] = np.asarray(values, dtype=object)
    return pd.Series(column, index=draw.answers.index, name=name or draw.step["question"])


def _tidy(value: float, step: Mapping[str, Any]) -> float:
    """Rounded to the step's `round_to` (a grain such as 5) or `digits` (significant ones), inside its limits."""
    if "digits" in step and value:
        grain = 10.0 ** (np.floor(np.log10(abs(value))) - step["digits"] + 1)
        value = round(value / grain) * grain
    if "round_to" in step:
        value = round(value / step["round_to"]) * step["round_to"]
    value = min(max(value, step.get("least", -np.inf)), step.get("most", np.inf))
    return round(float(value), 6)


# Kinds of draw.
def draw_counts(draw: Draw) -> pd.Series:
    """Codes in exact numbers, in the order given; `rest` takes who is left. A code may say more than its number:
    {n, where, leans}, and {code} where one code comes in two parts. `by` gives separate numbers for each code of
    another variable."""
    step = draw.step
    column = np.full(len(draw.answers), None, dtype=object)
    for rows, counts in _groups(draw):
        left = list(rows)
        for code, part in counts.items():
            part = part if isinstance(part, Mapping) else {"n": part}
            taken = _take(draw, left, code, part, leans=step.get("leans"))
            column[taken] = part.get("code", code)
            left = [i for i in left if column[i] is None]
    return pd.Series(column, index=draw.answers.index, name=step["question"])


def _groups(draw: Draw) -> list[tuple[Sequence[int], Mapping[str, Any]]]:
    by = draw.step.get("by")
    if by is None:
        return [(draw.rows, draw.step["counts"])]
    codes = draw.answers[by]
    return [([i for i in draw.rows if codes.iloc[i] == code], counts) for code, counts in draw.step["counts"].items()]


def _take(draw: Draw, rows: Sequence[int], code: str, part: Mapping[str, Any], *, leans: Any = None) -> list[int]:
    """The `n` of these rows that meet the part's `where` and score highest on its leans, or all of them for `rest`."""
    refuse_unknown(part, {"n", "code", "where", "leans"}, draw.step["question"])
    fits = select(draw.answers, part.get("where"))
    score = lean_score(draw.answers, part.get("leans", leans), draw.rng)
    able = sorted((i for i in rows if fits[i]), key=lambda i: -score[i])
    if part["n"] == "rest":
        return able
    if part["n"] > len(able):
        raise InputError(
            f"{part['n']} companies are to answer '{code}', but only {len(able)} can", key=draw.step["question"]
        )
    return able[: part["n"]]


def draw_quantiles(draw: Draw) -> pd.Series:
    """Numbers whose quantiles (linear between order statistics) are the step's `points`: percent -> value.

    Values rise with the latent score. With n = 1 modulo 4 the median and both quartiles are met to the digit."""
    points = sorted((float(p), float(v)) for p, v in draw.step["points"].items())
    positions = np.linspace(0, 100, len(draw.rows))
    values = np.interp(positions, *zip(*points, strict=True))
    return _column(draw, [_tidy(v, draw.step) for v in values])


def draw_classes(draw: Draw) -> pd.Series:
    """Numbers in exact classes: each takes `n` of the companies concerned that meet its own `where`, lowest score
    first, and draws evenly `between` two limits or from `values`."""
    column = np.full(len(draw.answers), None, dtype=object)
    left = list(draw.rows)
    for part in draw.step["classes"]:
        refuse_unknown(part, ROUNDING_KEYS | {"n", "where", "values", "between"}, draw.step["question"])
        fits = select(draw.answers, part.get("where"))
        able = [i for i in left if fits[i]]
        taken = able if part["n"] == "rest" else able[: part["n"]]
        if part["n"] != "rest" and len(taken) < part["n"]:
            raise InputError(f"a class of {part['n']} finds only {len(taken)} companies", key=draw.step["question"])
        if "values" in part:
            values = draw.rng.choice(part["values"], size=len(taken))
        else:
            low, high = part["between"]
            values = np.sort(
                low + (high - low) * (np.arange(len(taken)) + draw.rng.random(len(taken))) / max(1, len(taken))
            )
        for i, value in zip(taken, values, strict=True):
            column[i] = _tidy(float(value), {**draw.step, **part})
        left = [i for i in left if i not in set(taken)]
    return pd.Series(column, index=draw.answers.index, name=draw.step["question"])


def draw_lognormal(draw: Draw) -> pd.Series:
    """`median` times variables to the powers of `scales`, with noise whose natural log deviates by `spread`."""
    step = draw.step
    centre = np.full(len(draw.rows), np.log(step["median"]))
    for variable, power in step.get("scales", {}).items():
        base = np.log(np.maximum(draw.answers[variable].iloc[draw.rows].astype(float).to_numpy(), 1e-9))
        centre = centre + power * base
    noise = draw.rng.normal(0, step["spread"], len(draw.rows))
    return _column(draw, [_tidy(v, step) for v in np.exp(centre + noise)])


def draw_offset(draw: Draw) -> pd.Series:
    """Another answer plus (`sign` 1) or minus (-1) a log-normal gap: what lies above or below it by nature."""
    step = draw.step
    base = draw.answers[step["from"]].iloc[draw.rows].astype(float).to_numpy()
    gap = step["gap"] * np.exp(draw.rng.normal(0, step["spread"], len(base)))
    return _column(draw, [_tidy(v, step) for v in base + step["sign"] * gap])


def draw_complement(draw: Draw) -> pd.Series:
    """What another answer leaves of `total`."""
    base = draw.answers[draw.step["from"]].iloc[draw.rows].astype(float).to_numpy()
    return _column(draw, [round(draw.step["total"] - v, 6) for v in base])


def draw_ticks(draw: Draw) -> pd.DataFrame:
    """Several answers: each choice is ticked by an exact number of the companies concerned (`counts`), those that meet
    `needs` (with {choice} filled in) and lean to it; `alone` are choices that go with no other; everyone ticks
    something."""
    step = draw.step
    question = step["question"]
    ticks = {code: np.zeros(len(draw.answers), dtype=bool) for code in draw.codes}
    open_rows = list(draw.rows)
    for code, part in step.get("alone", {}).items():
        taken = _take(draw, open_rows, code, part)
        ticks[part.get("code", code)][taken] = True
        open_rows = [i for i in open_rows if i not in taken]
    load = np.zeros(len(draw.answers))
    for code, n in sorted(step.get("counts", {}).items(), key=lambda pair: pair[1]):
        needs = {name.replace("{choice}", code): rule for name, rule in step.get("needs", {}).items()}
        fits = select(draw.answers, needs)
        able = [i for i in open_rows if fits[i]]
        score = lean_score(draw.answers, step.get("leans_of", {}).get(code, step.get("leans")), draw.rng)
        n = min(n, len(able)) if step.get("at_most") else n
        if n > len(able):
            raise InputError(f"{n} companies are to tick '{code}', but only {len(able)} can", key=question)
        taken = sorted(able, key=lambda i: -score[i] + CROWDING * load[i])[:n]
        ticks[code][taken] = True
        load[taken] += 1
    _leave_no_one_out(ticks, open_rows, step)
    frame = pd.DataFrame({f"{question}.{code}": values for code, values in ticks.items()}, index=draw.answers.index)
    answered = np.zeros(len(draw.answers), dtype=bool)
    answered[draw.rows] = True
    frame = frame.astype(object)
    frame[~answered] = None
    return frame


def _leave_no_one_out(ticks: dict[str, np.ndarray], rows: Sequence[int], step: Mapping[str, Any]) -> None:
    """Hands one tick of the busiest company to each that has none; the counts stay."""
    codes = list(step.get("counts", {}))
    for i in rows:
        if any(ticks[code][i] for code in codes):
            continue
        donors = [(sum(ticks[c][j] for c in codes), j) for j in rows]
        _, j = max(donors, key=lambda pair: (pair[0], -pair[1]))
        code = max((c for c in codes if ticks[c][j]), key=lambda c: ticks[c].sum())
        ticks[code][j], ticks[code][i] = False, True


def draw_ranking(draw: Draw) -> pd.DataFrame:
    """Ranked choices without ties: each choice is named by an exact number of companies (they must sum to places times
    companies); the commoner tends to stand higher."""
    step = draw.step
    counts = dict(step["mentions"])
    places, n = draw.codebook.questions[step["question"]].places, len(draw.rows)
    if sum(counts.values()) != places * n:
        raise InputError(
            f"{sum(counts.values())} mentions do not fill {places} places of {n} companies", key=step["question"]
        )
    order = draw.rng.permutation(draw.rows)
    # Dealing choice after choice round the table gives no one the same choice twice while no count exceeds n.
    deck = [code for code, count in sorted(counts.items(), key=lambda pair: -pair[1]) for _ in range(count)]
    hands: dict[int, list[str]] = {i: [] for i in order}
    for position, code in enumerate(deck):
        hands[order[position % n]].append(code)
    _shuffle_hands(hands, draw.rng)
    columns = {
        f"{step['question']}.{place}": np.full(len(draw.answers), None, dtype=object) for place in range(1, places + 1)
    }
    for i, hand in hands.items():
        keys = {code: np.log(counts[code]) + draw.rng.gumbel(0, step.get("spread", 0.6)) for code in hand}
        for place, code in enumerate(sorted(hand, key=lambda c: -keys[c]), start=1):
            columns[f"{step['question']}.{place}"][i] = code
    return pd.DataFrame(columns, index=draw.answers.index)


def _shuffle_hands(hands: dict[int, list[str]], rng: np.random.Generator) -> None:
    rows = list(hands)
    for _ in range(40 * len(rows)):
        i, j = rng.choice(rows, 2, replace=False)
        a, b = rng.integers(len(hands[i])), rng.integers(len(hands[j]))
        mine, yours = hands[i][a], hands[j][b]
        if mine not in hands[j] and yours not in hands[i]:
            hands[i][a], hands[j][b] = yours, mine


def draw_printed_medians(draw: Draw) -> pd.DataFrame:
    """One number per item whose median over those who answer is the printed one: log-normal about it, then the middle
    value (or the middle two) set to it. `needs` may hold {item}."""
    step = draw.step
    question = step["question"]
    printed = draw.printed[(draw.printed.exhibit == step["exhibit"]) & (draw.printed.column == step["column"])]
    targets = dict(zip(printed.band, printed.value.astype(float), strict=True))
    columns = {}
    score = lean_score(draw.answers, step.get("leans"), draw.rng)
    concerned = set(draw.rows)
    for item in draw.codes:
        fits = select(
            draw.answers, {name.replace("{item}", item): rule for name, rule in step.get("needs", {}).items()}
        )
        rows = np.array(sorted((i for i in np.flatnonzero(fits) if i in concerned), key=lambda i: score[i]), dtype=int)
        if item in targets and len(rows) == 0:
            raise InputError(f"a median is printed for {item}, but no company answers", key=question)
        values = np.sort(targets.get(item, 1.0) * np.exp(draw.rng.normal(0, step["spread"], len(rows))))
        values = np.array([_tidy(v, step) for v in values])
        middle = [(len(rows) - 1) // 2, len(rows) // 2]
        values[: middle[0]] = np.minimum(values[: middle[0]], targets.get(item, 1.0))
        values[middle[1] + 1 :] = np.maximum(values[middle[1] + 1 :], targets.get(item, 1.0))
        values[middle] = targets.get(item, 1.0)
        columns[f"{question}.{item}"] = _column(draw, values, name=f"{question}.{item}", rows=rows)
    return pd.DataFrame(columns)


def draw_share_of(draw: Draw) -> pd.Series:
    """Another answer times a `percent`, itself a variable; with `rest`, what that share leaves of it."""
    step = draw.step
    base, percent = (draw.answers[step[name]].iloc[draw.rows].astype(float).to_numpy() for name in ("from", "percent"))
    return _column(draw, [_tidy(v, step) for v in base * (100 - percent if step.get("rest") else percent) / 100])


def draw_movements(draw: Draw) -> pd.DataFrame:
    """A stock that gains and loses over periods, each period starting where the one before ended.

    `gains` and `losses` name questions with the same items and the variable that holds their rate over all periods, in
    percent of the first opening stock. The stock ends near `closing` (times a draw from `closing_growth`); flows follow
    the `season` with some `unevenness`; everything is rounded to `grain`.
    """
    step, items = draw.step, draw.codes
    flows = {
        **{name: (1, rate) for name, rate in step["gains"].items()},
        **{name: (-1, rate) for name, rate in step["losses"].items()},
    }
    columns = {
        f"{question}.{item}": np.full(len(draw.answers), None, dtype=object)
        for question in (step["question"], *flows, step["ending"])
        for item in items
    }
    for i in draw.rows:
        rates = {name: float(draw.answers[rate].iloc[i]) / 100 for name, (_, rate) in flows.items()}
        closing = float(draw.answers[step["closing"]].iloc[i]) * draw.rng.uniform(*step["closing_growth"])
        opening = _to_grain(closing / (1 + sum(flows[name][0] * rate for name, rate in rates.items())), step["grain"])
        parts = {}
        for name, rate in rates.items():
            uneven = np.array(step["season"]) * np.exp(draw.rng.normal(0, step["unevenness"], len(items)))
            parts[name] = [_to_grain(v, step["grain"]) for v in opening * rate * uneven / uneven.sum()]
        stock = opening
        for place, item in enumerate(items):
            columns[f"{step['question']}.{item}"][i] = stock
            for name, (sign, _) in flows.items():
                columns[f"{name}.{item}"][i] = parts[name][place]
                stock += sign * parts[name][place]
            columns[f"{step['ending']}.{item}"][i] = stock
    return pd.DataFrame(columns, index=draw.answers.index)


def _to_grain(value: float, grain: float) -> float:
    return float(round(value / grain) * grain)


COMMON_KEYS = frozenset({"question", "draw", "where", "answered", "leans"})
ROUNDING_KEYS = frozenset({"round_to", "digits", "least", "most"})
# Each kind of draw with the keys that it reads beside the common ones.
KINDS: Mapping[str, tuple[Callable[[Draw], pd.Series | pd.DataFrame], frozenset[str]]] = {
    "counts": (draw_counts, frozenset({"counts", "by"})),
    "quantiles": (draw_quantiles, ROUNDING_KEYS | {"points"}),
    "classes": (draw_classes, ROUNDING_KEYS | {"classes"}),
    "lognormal": (draw_lognormal, ROUNDING_KEYS | {"median", "spread", "scales"}),
    "offset": (draw_offset, ROUNDING_KEYS | {"from", "sign", "gap", "spread"}),
    "complement": (draw_complement, frozenset({"from", "total"})),
    "share_of": (draw_share_of, ROUNDING_KEYS | {"from", "percent", "rest"}),
    "ticks": (draw_ticks, frozenset({"counts", "alone", "needs", "leans_of", "at_most"})),
    "ranking": (draw_ranking, frozenset({"mentions", "spread"})),
    "printed_medians": (draw_printed_medians, ROUNDING_KEYS | {"exhibit", "column", "spread", "needs"}),
    "movements": (
        draw_movements,
        frozenset({"ending", "gains", "losses", "closing", "closing_growth", "grain", "season", "unevenness"}),
    ),
}
