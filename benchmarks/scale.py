"""How long a survey of many respondents takes, and how much memory.

    python benchmarks/scale.py 1000 10000 100000
    python benchmarks/scale.py 1000000 --no-figures

Draws a survey of 150 columns (55 choices, 60 numbers, 2 dates, 3 texts, 30 ticks of three questions), with what people
get wrong in it, decisions and a fix, and 100 exhibits by 5 dimensions, in a temporary folder. Each size runs in a
process of its own. Prints seconds, those of one core at work, and the highest memory in use (RSS) of each step.
"""

from __future__ import annotations

import argparse
import csv
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

CHOICES, NUMBERS, DATES, TEXTS, SEVERAL, PER = 55, 60, 2, 3, 3, 10
DIMENSIONS = 5
DECIDED = 200  # corrections in decisions.csv, at most


def write_edition(folder: Path, respondents: int) -> None:
    """A tidy export, its codebook, decisions, and exhibits.yaml with 100 exhibits by five dimensions."""
    (folder / "codebook.yaml").write_text("\n".join(_codebook()))
    (folder / "exhibits.yaml").write_text("\n".join(_exhibits()))
    _draw(folder, respondents)


def _codebook() -> list[str]:
    questions = []
    for i in range(CHOICES):
        listed = ", ".join(f"{{code: a{k}, label: Answer {chr(65 + k)}}}" for k in range(3 + i % 4))
        questions.append(f"  - {{id: c{i}, type: single, text: Choice {i}, choices: [{listed}]}}")
    for i in range(NUMBERS):
        kind = ("number", "money", "count")[i % 3]
        questions.append(f"  - {{id: n{i}, type: {kind}, text: Number {i}, hard: [0, 1000000]}}")
    questions += [f"  - {{id: d{i}, type: date, text: Date {i}}}" for i in range(DATES)]
    questions += [f"  - {{id: t{i}, type: text, text: Text {i}}}" for i in range(TEXTS)]
    for i in range(SEVERAL):
        listed = ", ".join(f"{{code: t{k}, label: Tick {chr(65 + k)}}}" for k in range(PER))
        column = f"m{i}__{{item}}"
        questions.append(f"  - {{id: m{i}, type: multiple, text: M{i}, column: '{column}', choices: [{listed}]}}")
    edges = "{id: lt, label: Low, below: 300}, {id: mid, label: Middle, from: 300, below: 600}, "
    edges += "{id: gt, label: High, from: 600}"
    return [
        "survey: {id: many, title: Many, year: 2026, synthetic: true}",
        "source: {decimal: '.', kind: tidy}",
        "dimensions:",
        *(f"  by_n{d}: {{title: D{d}, variable: n{d}, bands: [{edges}]}}" for d in range(DIMENSIONS)),
        "questions:",
        *questions,
        "derived:",
        *(f"  - {{id: r{i}, label: Ratio {i}, formula: n{i} / n{i + 1}}}" for i in range(3)),
        "checks:",
        *(f"  - {{id: k{i}, assert: n{i} <= 20000, severity: info, message: too much}}" for i in range(10)),
        *(
            f"  - {{id: s{i}, when: \"c{i} == 'a0'\", assert: n{i} < 9000, severity: warning, message: many}}"
            for i in range(10)
        ),
        "fixes:",
        "  - {id: cents, question: n9, when: n9 > 5_000, to: n9 / 100, reason: entered in cents}",
        "",
    ]


def _exhibits() -> list[str]:
    common = "chapter: one, title: T, measure: M"
    listed = ", ".join(f"by_n{d}" for d in range(DIMENSIONS))
    return [
        f"report: {{title: Many, notebooks: notebooks, dimensions: [{listed}]}}",
        "chapters: [{id: one, title: One, notebook: one.ipynb}]",
        "exhibits:",
        *(f"  - {{id: e_c{i}, {common}, statistic: share, question: c{i}}}" for i in range(50)),
        *(f"  - {{id: e_n{i}, {common}, statistic: median, question: n{i}, column: mid}}" for i in range(47)),
        *(f"  - {{id: e_m{i}, {common}, statistic: share, question: m{i}}}" for i in range(SEVERAL)),
        "",
    ]


def _draw(folder: Path, respondents: int) -> None:
    """The export, and decisions that correct what some of the respondents wrote."""
    place = iter(range(1000))

    def drawn() -> str:
        return f"((hash(i * 1000 + {next(place)}) % 1000000 + 0.5) / 1e6)"

    columns = {"respondent_id": "'R' || i"}
    for i in range(CHOICES):
        columns[f"c{i}"] = (
            f"CASE WHEN {drawn()} < 0.05 THEN '' WHEN {drawn()} < 0.0002 THEN 'Anser A' "
            f"ELSE 'a' || floor({drawn()} * {3 + i % 4})::INT END"
        )
    for i in range(NUMBERS):
        digits = "BIGINT" if i % 3 == 2 else "DECIMAL(18, 1)"  # a count is whole
        normal = f"sqrt(-2 * ln({drawn()})) * cos(2 * pi() * {drawn()})"
        columns[f"n{i}"] = (
            f"CASE WHEN {drawn()} < 0.05 THEN '' WHEN {drawn()} < 0.001 THEN 'about ' || floor({drawn()} * 900)::INT "
            f"WHEN {drawn()} < 0.0005 THEN '12/2025' ELSE exp(6 + {normal})::{digits}::VARCHAR END"
        )
    for i in range(DATES):
        columns[f"d{i}"] = f"strftime(DATE '2024-01-01' + floor({drawn()} * 700)::INT, '%Y-%m-%d')"
    for i in range(TEXTS):
        columns[f"t{i}"] = f"CASE WHEN {drawn()} < 0.7 THEN '' ELSE 'because of\nreason ' || hash(i * {i + 3}) END"
    for i in range(SEVERAL * PER):
        columns[f"m{i // PER}__t{i % PER}"] = f"({drawn()} < 0.3)::INT::VARCHAR"
    selected = ", ".join(f'{formula} AS "{name}"' for name, formula in columns.items())
    export = folder / "responses.csv"
    duckdb.sql(f"COPY (SELECT {selected} FROM range({respondents}) AS rows(i)) TO '{export}' (HEADER)")
    n0 = columns["n0"]
    query = f"SELECT i, {n0} AS text FROM range({respondents}) AS rows(i) WHERE text = '12/2025' LIMIT {DECIDED}"
    lines = duckdb.sql(query).fetchall()
    head = ["seq", "finding_id", "respondent_id", "question_id", "action", "old_value", "new_value", "reason_code",
            "reason", "evidence", "author", "at_utc", "reviewer", "codebook_version", "source_sha256"]  # fmt: skip
    with (folder / "decisions.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        for seq, (i, text) in enumerate(lines, start=1):
            writer.writerow([seq, "", f"R{i}", "n0", "correct", text, "12", "", "asked again", "", "A", "", "", "", ""])


class Steps:
    """Seconds and highest memory in use of one step after the other."""

    def __init__(self, respondents: int):
        self.respondents, self.step, self.began, self.worked, self.most = respondents, "", 0.0, 0.0, 0

    def __call__(self, step: str, *_) -> None:
        """A step begins, and the one before it is over, unless it is the same."""
        if step == self.step:
            return
        now, work = time.perf_counter(), time.process_time()
        if self.step:
            used = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
            self.most = max(self.most, used)
            self.say(self.step, now - self.began, work - self.worked, used)
        Path("/proc/self/clear_refs").write_text("5")  # the highest memory is counted anew
        self.step, self.began, self.worked = step, now, work

    def say(self, step: str, seconds: float, worked: float, kilobytes: int, rest: str = "") -> None:
        """One line of the result."""
        times = f"{seconds:7.1f} s {worked:7.1f} s of one core"
        print(f"{self.respondents:>9,}  {step:<26} {times}  {kilobytes / 1024**2:5.2f} GB{rest}", flush=True)


def measure(folder: Path, respondents: int, figures: bool) -> None:
    """Runs in a process of its own."""
    from pipeline.figures import read_report, tabulate
    from pipeline.responses import progress, read_survey
    from pipeline.validate import write_findings

    progress.MANY = 0  # every step is told
    steps = Steps(respondents)
    began = time.perf_counter()
    steps("reading responses.csv")
    survey = read_survey(folder, progress=steps)
    steps("writing the findings")
    write_findings(survey, folder / "out")
    if figures:
        steps("tabulating")
        ledger = tabulate(survey, read_report(folder, survey.codebook))
    steps("")
    size = (folder / "out" / "validation.html").stat().st_size / 1024**2
    rest = f"; {len(survey.findings):,} findings, validation.html {size:.1f} MB"
    rest += f", {len(ledger.cells):,} figures" if figures else ""
    steps.say("all", time.perf_counter() - began, time.process_time(), steps.most, rest)


def main() -> None:
    """Draws each size and measures it in a process of its own."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("sizes", type=int, nargs="+")
    arguments.add_argument("--no-figures", action="store_true")
    arguments.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.folder:
        measure(given.folder, given.sizes[0], not given.no_figures)
        return
    for size in given.sizes:
        with tempfile.TemporaryDirectory() as folder:
            write_edition(Path(folder), size)
            flags = ["--no-figures"] if given.no_figures else []
            subprocess.run([sys.executable, __file__, str(size), "--folder", folder, *flags], check=True)


if __name__ == "__main__":
    main()
