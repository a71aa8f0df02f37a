"""How long the PDFs of all companies take, how much processor time and memory, and how many pages they have.

    python benchmarks/tailor.py            every company of the 2023 edition
    python benchmarks/tailor.py 8 4        the first eight, four at once
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from pipeline.responses import read_survey
from pipeline.tailor import FAILED, read_index, tailor

EDITION = Path(__file__).parents[1] / "survey_raw" / "2023"
EVERY = 0.5  # seconds between two looks at the memory


def main() -> None:
    count, jobs = (int(argument) for argument in (*sys.argv[1:3], "0", "0")[:2])
    companies = [str(ident) for ident in read_survey(EDITION).answers["company_id"]][: count or None]
    with tempfile.TemporaryDirectory() as folder:
        memory = Memory()
        began = time.perf_counter()
        tailor(EDITION, Path(folder), companies=companies, jobs=jobs or None)
        seconds = time.perf_counter() - began
        used = sum(os.times()[2:4])  # of the workers and kernels
        peak = memory.stop()
        entries = read_index(Path(folder) / "companies")
    each = [entry.seconds for entry in entries]
    pages = [entry.pages for entry in entries]
    failed = sum(entry.status == FAILED for entry in entries)
    print(f"{len(entries)} companies, {failed} failed, {seconds:.0f} s in all, {seconds / len(entries):.2f} s each")
    print(f"processor time of workers and kernels {used / len(entries):.2f} s each")
    print(f"one PDF in its worker: median {statistics.median(each):.1f} s, longest {max(each):.1f} s")
    print(f"pages: {min(pages)} to {max(pages)}, {sum(pages)} in all")
    print(f"peak memory of all processes {peak / 2**30:.2f} GB")


class Memory:
    """Looks at the memory of this process and its children until it is stopped; shared pages count once each."""

    def __init__(self) -> None:
        self._peak, self._done = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """The highest sum that was seen, in bytes."""
        self._done.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._done.wait(EVERY):
            self._peak = max(self._peak, sum(map(_own, [psutil.Process(), *psutil.Process().children(recursive=True)])))


def _own(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss
    except psutil.Error:
        return 0


if __name__ == "__main__":
    main()
