"""How long a survey of many respondents takes, and how much memory: read, check, and 100 exhibits by 5 dimensions.

    python benchmarks/scale.py 1000 10000 100000

Writes a made-up survey of 150 columns (60 choices, 60 numbers, 30 ticks of three questions) to a temporary folder and runs
each size in a process of its own, so that the peak is that of the size. Prints seconds by step and the peak in GB.
"""

from __future__ import annotations

import csv
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHOICES, NUMBERS, SEVERAL, PER = 60, 60, 3, 10
DIMENSIONS = 5


def write_edition(folder: Path, respondents: int) -> None:
    """A tidy export, its codebook and exhibits.yaml with 100 exhibits by five dimensions."""
    draw = random.Random(7)
    questions, exhibits = [], []
    for i in range(CHOICES):
        listed = ", ".join(f"{{code: a{k}, label: Answer {chr(65 + k)}}}" for k in range(3 + i % 4))
        questions.append(f"  - {{id: c{i}, type: single, text: Choice {i}, choices: [{listed}]}}")
    for i in range(NUMBERS):
        questions.append(f"  - {{id: n{i}, type: number, text: Number {i}, hard: [0, 1000000]}}")
    for i in range(SEVERAL):
        listed = ", ".join(f"{{code: t{k}, label: Tick {chr(65 + k)}}}" for k in range(PER))
        column = f"m{i}__{{item}}"
        questions.append(f"  - {{id: m{i}, type: multiple, text: M{i}, column: '{column}', choices: [{listed}]}}")
    bands = {0: "lt", 1: "mid", 2: "gt"}
    dimensions = [
        f"  d{d}: {{title: D{d}, variable: n{d}, bands: [{{id: {bands[0]}, label: Low, below: 300}}, "
        f"{{id: {bands[1]}, label: Middle, from: 300, below: 600}}, {{id: {bands[2]}, label: High, from: 600}}]}}"
        for d in range(DIMENSIONS)
    ]
    checks = [f"  - {{id: k{i}, assert: n{i} <= 100000, severity: info, message: too much}}" for i in range(20)]
    head = ["survey: {id: many, title: Many, year: 2026, synthetic: true}", "source: {decimal: '.', kind: tidy}"]
    lines = [*head, "dimensions:", *dimensions, "questions:", *questions, "checks:", *checks, ""]
    (folder / "codebook.yaml").write_text("\n".join(lines))
    common = "chapter: one, title: T, measure: M"
    for i in range(50):
        exhibits.append(f"  - {{id: e_c{i}, {common}, statistic: share, question: c{i}}}")
    for i in range(47):
        exhibits.append(f"  - {{id: e_n{i}, {common}, statistic: median, question: n{i}, column: mid}}")
    for i in range(SEVERAL):
        exhibits.append(f"  - {{id: e_m{i}, {common}, statistic: share, question: m{i}}}")
    listed = ", ".join(f"d{d}" for d in range(DIMENSIONS))
    (folder / "exhibits.yaml").write_text(
        f"report: {{title: Many, notebooks: notebooks, dimensions: [{listed}]}}\n"
        "chapters: [{id: one, title: One, notebook: one.ipynb}]\nexhibits:\n" + "\n".join(exhibits) + "\n"
    )
    heads = ["respondent_id", *(f"c{i}" for i in range(CHOICES)), *(f"n{i}" for i in range(NUMBERS)),
             *(f"m{i}__t{k}" for i in range(SEVERAL) for k in range(PER))]  # fmt: skip
    with (folder / "responses.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(heads)
        pool = [_row(draw) for _ in range(1000)]  # drawn once: writing is not what is measured
        for number in range(respondents):
            writer.writerow([f"R{number}", *pool[(number * 7919 + number // 1000) % len(pool)]])


def _row(draw: random.Random) -> list[str]:
    row = ["" if draw.random() < 0.05 else f"a{draw.randrange(3 + i % 4)}" for i in range(CHOICES)]
    row += ["" if draw.random() < 0.05 else str(round(draw.lognormvariate(6, 1), 1)) for _ in range(NUMBERS)]
    return row + [str(int(draw.random() < 0.3)) for _ in range(SEVERAL * PER)]


def measure(folder: Path) -> None:
    """Runs in a process of its own."""
    from pipeline.figures import read_report, tabulate
    from pipeline.responses import read_survey

    began = time.perf_counter()
    survey = read_survey(folder)
    read = time.perf_counter()
    ledger = tabulate(survey, read_report(folder, survey.codebook))
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{len(survey.answers):>9,}  read and check {read - began:7.1f} s  tabulate {done - read:7.1f} s  "
          f"{len(ledger.cells):,} figures  peak {peak:5.2f} GB", flush=True)  # fmt: skip


def main() -> None:
    if sys.argv[1] == "--folder":
        measure(Path(sys.argv[2]))
        return
    for size in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as folder:
            write_edition(Path(folder), size)
            subprocess.run([sys.executable, __file__, "--folder", folder], check=True)


if __name__ == "__main__":
    main()
