"""Texts and rules mean the same to both engines: by the README's table, and wherever made-up ones lead."""

import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.audit.recompute.files import connect
from pipeline.audit.recompute.language import name, sql
from pipeline.audit.recompute.reading import choice_rows, missing_rows, reading_steps, slot_rows
from pipeline.audit.recompute.spec import REASONS, Book, Slot, read_book
from pipeline.responses.choices import Matcher
from pipeline.responses.codebook import read_codebook
from pipeline.responses.expressions import evaluate
from pipeline.responses.numbers import PERCENT, parse_number
from pipeline.responses.schema import Choice

SMALL = Path(__file__).parents[2] / "small"
ASKED = (("money", "usd"), ("percent", "percent"), ("number", "months"), ("count", "people"), ("number", ""))


def read(texts, questions, source):
    """What the second engine reads: (slot, text) to (value, reason) for questions given as plain data."""
    asked = {q["id"]: q for q in questions}
    slots = {q: Slot(q, q, None, q, ()) for q in asked}
    book = Book(SMALL, {"source": {"currency": "USD", **source}}, {}, asked, slots)
    connection = connect(book)
    for table, query in (
        ("slot", slot_rows(book, list(slots))),
        ("choice", choice_rows(book, list(slots))),
        ("missing", missing_rows(book, list(slots))),
    ):
        connection.execute(f"CREATE TABLE {table} AS {query}")
    connection.execute("CREATE TABLE heard AS SELECT slot, text FROM slot, (SELECT unnest(?) AS text)", [texts])
    for step, query in reading_steps(book, {q["type"] for q in questions}).items():
        connection.execute(f"CREATE TABLE {name(step)} AS {query}")
    rows = connection.execute("SELECT slot, text, number, word, ticks, reason FROM reading").fetchall()
    return {(slot, text): (number if word is None else word, ticks, REASONS[reason])
            for slot, text, number, word, ticks, reason in rows}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,000", 1000), ("1 000", 1000), ("1'000", 1000), ("$1,200,000.00", 1_200_000), ("-5", -5), ("−5", -5),
        ("1.2E+07", 12_000_000), ("5k", 5000), ("USD 2mm", 2_000_000), ("1.2 bn", 1_200_000_000),
        ("2 million", 2_000_000), ("~30", 30), ("about 30", 30), ("30+", 30), (">100", 100), ("at least 5", 5),
        ("<5", 5), ("up to 5", 5), ("(5)", -5), ("40 FTE", 40), ("5, mostly remote", 5),
        ("€3M", None), ("1,5", None), ("1.000,50", None), ("10-15", None), ("$5-10M", None), ("none", None),
        ("１２，３４５", 12345), ("٢٥", 25), ("$5mil", None), ("5 mil", None), ("$5k/mo", None), ("5 kr", None),
        ("12/2025", None), ("1.2.3", None), ("see notes", None), ("15%", None), ("9" * 400, None),
    ],
)  # fmt: skip
def test_a_number_is_read_as_the_table_says(text, value):
    """Of the README of the responses room, for a question about money."""
    found = read([text], [{"id": "q", "type": "money", "unit": "usd"}], {"decimal": "."})

    assert found["q", text] == (value, None, "unreadable" if value is None else "answered")


def made_up(number, seed):
    """Texts that a person might type for a number, and some that nobody would."""
    parts = (
        ("", "", "", "~", "about ", "approx. ", "ca.", ">", "at least ", "<", "up to ", "("),
        ("", "", "-", "−", "+"),
        ("", "", "$", "us$", "usd ", "€", "cad ", "£ "),
        ("5", "12", "1,000", "1 000", "1'000", "1.000", "1,5", "0.15", ".5", "1,234.56", "1.234,56", "2e3", "1 23"),
        ("", "", "", "k", " M", "mm", " million", "bn", "m"),
        ("", "", "", "%", " percent"),
        ("", "", "", "", "-10", " to 10", "-20k"),
        ("", "", "", "+", " or more", " FTE", "FTE", " months", " days", " days or so", "x", "kk", " mil", ", mostly",
         "/month", " per year", " MRR", " bps", " 2", " -", " usd", " kr", " euros", ")", " ½", "\u200b"),
    )  # fmt: skip
    draw = random.Random(seed)
    return sorted({"".join(draw.choice(part) for part in parts) for _ in range(number)})


@pytest.mark.parametrize("decimal", [".", ",", None])
@pytest.mark.parametrize("ranges", ["withhold", "midpoint"])
def test_both_engines_read_the_same_number_from_any_text(decimal, ranges):
    """2,000 texts for five questions: a value, or the reason why there is none."""
    texts = made_up(2000, seed=5)
    questions = [{"id": f"q{i}", "type": kind, "unit": unit} for i, (kind, unit) in enumerate(ASKED)]
    found = read(texts, questions, {"decimal": decimal, "ranges": ranges})

    for i, (kind, unit) in enumerate(ASKED):
        for text in texts:
            parsed = parse_number(text, decimal=decimal, unit=unit or None, currency="USD", ranges=ranges, missing={})
            no_percent = PERCENT in parsed.flags and kind != "percent"
            no_money = parsed.currency and kind != "money"
            value = None if no_percent or no_money else parsed.value
            reason = parsed.reason or ("unreadable" if value is None else "answered")
            assert found[f"q{i}", text] == (pytest.approx(value), None, reason), (text, kind)


def test_both_engines_split_the_same_choices():
    """Choices with commas and slashes in them, unknown pieces, blanks, words for no answer."""
    labels = {"chat": "Chat, live", "live": "Live", "email": "E-mail", "phone": "Phone / fax", "none": "None of these"}
    choices = [{"code": code, "label": label} for code, label in labels.items()]
    words = [*labels.values(), "fax", "Something else", "", "n/a", "chat"]
    draw = random.Random(3)
    texts = sorted({draw.choice((",", "; ", "|", " / ", ", ")).join(draw.sample(words, draw.randint(1, 4)))
                    for _ in range(600)})  # fmt: skip
    source = {"missing": {"not_applicable": ["n/a"]}}
    found = read(texts, [{"id": "q", "type": "multiple", "choices": choices}], source)
    matcher = Matcher([Choice(**choice) for choice in choices])

    for text in texts:
        codes, left = matcher.split(text)
        _, ticks, reason = found["q", text]
        if codes and not left:
            assert (set(ticks), reason) == (set(codes), "answered"), text
        else:
            assert ticks is None and reason != "answered", text


RULES = (
    "grr <= nrr", "grr >= 90 and nrr > 100", "grr >= 90 or nrr > 100", "not (grr < 90)", "owner == 'support'",
    "owner != 'support'", "owner in ('support', 'success')", "owner not in ('support', 'success')", "grr < nrr < 110",
    "sum(people) > 5", "sum(people[core_roles]) > 5", "count(people) >= 2", "count(channels) > 1", "answered(grr, nrr)",
    "answered(people)", "answered(channels)", "selected(channels, 'chat')", "exclusive(channels)",
    "distinct(aims.1, aims.2)", "distinct(people)", "between(grr, 85, 95)", "within_factor(grr, nrr, 1.1)",
    "band(arr, 'arr') == '10_50m'", "band(arr, 'arr') in ('lt_10m', 'gt_100m')", "log10(arr) > 7",
    "matches(comment, '(?i)^t')", "people.support / people.success > 1", "100 * people.success / total_people >= 20",
    "-grr + 2 * nrr - 5 > 100", "mean(people) >= 2", "aims.1 == 'speed'", "grr == nrr or (owner == 'success' and True)",
)  # fmt: skip


def answers_of(book, codebook, number, seed):
    """Answers of so many respondents drawn at random, a fifth of them missing, typed as the first engine has them."""
    draw = np.random.default_rng(seed)
    columns = {}
    for variable in codebook.variables().values():
        missing = draw.random(number) < 0.2
        kind = book.variables[variable.name].kind
        if kind in ("single", "ranking"):
            values = pd.Series(draw.choice(book.codes(variable.question), number), dtype="object")
            columns[variable.name] = values.mask(missing).astype(pd.CategoricalDtype(book.codes(variable.question)))
        elif kind == "multiple":
            columns[variable.name] = pd.Series(draw.random(number) < 0.5, dtype="boolean").mask(missing)
        elif kind in ("text", "identifier"):
            words = draw.choice(["Thank you", "none", "try", "", "Tea"], number)
            columns[variable.name] = pd.Series(words, dtype="string").mask(missing)
        else:
            top = 150_000_000 if variable.name == "arr" else 110 if variable.name in ("grr", "nrr") else 6
            columns[variable.name] = pd.Series(draw.integers(0, top, number), dtype="Float64").mask(missing)
    return pd.DataFrame(columns)


@pytest.mark.parametrize("rule", RULES)
def test_both_engines_come_to_the_same_of_a_rule(rule):
    """Holds, does not hold, cannot be told: over 400 respondents with a fifth of all answers missing."""
    book, codebook = read_book(SMALL), read_codebook(SMALL / "codebook.yaml")
    frame = answers_of(book, codebook, 400, seed=len(rule))
    answers = frame.apply(lambda c: c.astype("object" if isinstance(c.dtype, pd.CategoricalDtype) else c.dtype))
    connection = connect(book)
    connection.register("frame", answers)
    found = [row[0] for row in connection.execute(f"SELECT ({sql(rule, book)})::BOOLEAN FROM frame").fetchall()]
    wanted = [None if pd.isna(value) else bool(value) for value in evaluate(rule, frame, codebook)]

    assert found == wanted
    assert len(set(wanted)) > 1


@pytest.mark.parametrize(
    ("formula", "exactly"),
    [
        ("grr + nrr", lambda g, n: g + n),
        ("grr - nrr", lambda g, n: g - n),
        ("grr * nrr / 100 - grr", lambda g, n: g * n / 100 - g),
        ("sum(grr, nrr)", lambda g, n: g + n),
        ("100 * grr / 8", lambda g, n: 100 * g / 8),
    ],
)
def test_both_engines_come_to_the_decimal_on_paper(formula, exactly):
    """Of numbers with up to two decimals, to the last digit; binary arithmetic alone misses one in four."""
    book, codebook = read_book(SMALL), read_codebook(SMALL / "codebook.yaml")
    draw = random.Random(1)
    frame = pd.DataFrame({name: [round(draw.uniform(-200, 200), draw.randint(0, 2)) for _ in range(400)]
                          for name in ("grr", "nrr")}).astype("Float64")  # fmt: skip
    connection = connect(book)
    connection.register("frame", frame.astype("float64"))
    pairs = frame.astype("float64").map(lambda value: Fraction(repr(float(value))))
    wanted = [float(exactly(*pair)) for pair in zip(pairs["grr"], pairs["nrr"], strict=True)]

    assert evaluate(formula, frame, codebook).tolist() == wanted
    assert [row[0] for row in connection.execute(f"SELECT {sql(formula, book)} FROM frame").fetchall()] == wanted
