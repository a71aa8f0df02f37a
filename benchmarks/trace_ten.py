"""Numbers drawn at random from a finished PDF, each followed back to the raw rows with `bandwise audit`, by the clock.

    python benchmarks/trace_ten.py survey_raw/2023 OUTPUT [--seed 2023] [--numbers 10] [--to FOLDER]

OUTPUT is a finished build for readers inside the house. The trace of each number is kept in FOLDER, to be read.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

PRINTED = """
    SELECT page, printed_text, element, cell_id, (SELECT count(DISTINCT respondent_id) FROM cell_member m
    WHERE m.cell_id = a.cell_id AND role <> 'EXCLUDED') FROM appearance a
    WHERE medium = 'pdf' AND element <> 'alt_text' ORDER BY appearance_id
"""  # alternative texts are in the file, and not to be seen in it


def main() -> None:
    words = argparse.ArgumentParser(description="Random numbers of a finished PDF, back to the raw rows")
    words.add_argument("edition")
    words.add_argument("output", type=Path)
    words.add_argument("--seed", type=int, default=2023)
    words.add_argument("--numbers", type=int, default=10)
    words.add_argument("--to", type=Path, default=Path(tempfile.gettempdir()) / "traces")
    given = words.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    with closing(connect(given.output / "ledger.sqlite")) as database:
        printed = database.execute(PRINTED).fetchall()
    print(f"{given.numbers} of {len(printed):,} numbers, seed {given.seed}")
    seconds = []
    for page, text, element, cell, members in random.Random(given.seed).sample(printed, given.numbers):
        command = [sys.executable, "-m", "pipeline.cli", "audit", given.edition, cell, "--output", given.output]
        began = time.perf_counter()
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds.append(time.perf_counter() - began)
        (given.to / f"{cell}.txt").write_text(run.stdout + run.stderr, encoding="utf-8")
        said = "" if run.returncode == 0 else f"  exit status {run.returncode}"
        how = f"{members} members, {seconds[-1]:.1f} s{said}"
        print(f"page {page:>3}  {text:>10}  {element:<10}  {cell}: {how}", flush=True)
    print(f"{sum(seconds):.0f} s in all, at most {max(seconds):.1f} s; traces in {given.to}")


if __name__ == "__main__":
    main()
