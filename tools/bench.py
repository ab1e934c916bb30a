"""Speed as ratios, each against its reference, measured interleaved in one run; medians.

Prints a table with the goal beside each figure and ends with 1 when a goal is missed. What the
figures do not show: docs/reference/benchmarks.md.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from planwatch.clock import stamp
from planwatch.domain.job import Job
from planwatch.engine.run import LocalRun
from planwatch.home import Home
from planwatch.ledger.connection import Ledger, open_ledger
from planwatch.ledger.job_moves import claim_job, create_job

ROUNDS_OF_STEPS = 400
ROUNDS_OF_PROCESSES = 15
GOALS = {"step": 2.0, "dispatch": 2.0, "status": 2.5}


def main() -> int:
    """Measure, print, and tell by the exit code whether every goal is met."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "home"
        home = Home(root, root / "config.toml")
        results = {"step": measure_step(home, Path(folder))}
        results |= measure_starts(home)
    width = max(len(name) for name in LABELS.values())
    missed = False
    for name, ratio in results.items():
        verdict = "met" if ratio <= GOALS[name] else "MISSED"
        missed |= verdict != "met"
        print(f"{LABELS[name]:<{width}}  {ratio:5.2f}  goal ≤ {GOALS[name]:.1f}  {verdict}")
    return int(missed)


LABELS = {
    "step": "a trivial step, start mark and checkpoint ÷ a raw FULL commit",
    "dispatch": "planwatch scrape (dispatch) ÷ python -c 'import typer'",
    "status": "planwatch status ÷ python -c 'import typer'",
}


def measure_step(home: Home, folder: Path) -> float:
    """Return a whole trivial step as a multiple of one raw commit (WAL, FULL, one row)."""
    ledger = open_ledger(home)
    run = LocalRun(ledger, _claimed(ledger), [], parallel=1)
    raw = sqlite3.connect(folder / "raw.db", isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute("CREATE TABLE t (a TEXT)")

    def commit() -> None:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("INSERT INTO t VALUES ('x')")
        raw.execute("COMMIT")

    times = interleave([commit, lambda: run.step("trivial", lambda: 1)], ROUNDS_OF_STEPS)
    raw.close()
    ledger.close()
    return times[1] / times[0]


def measure_starts(home: Home) -> dict[str, float]:
    """Return whole processes as multiples of the start of Python with Typer."""
    # the workers that the dispatches start meet a closed port, and no site
    env = {
        **os.environ,
        "PLANWATCH_HOME": str(home.root),
        "PLANWATCH_ORIGIN": "http://127.0.0.1:9",
    }
    program = [sys.executable, "-P", "-m", "planwatch"]

    def process(*command: str) -> Callable[[], None]:
        def start() -> None:
            subprocess.run(command, env=env, check=True, capture_output=True, cwd=home.root)

        return start

    reference = process(sys.executable, "-c", "import typer")
    status = interleave(
        [reference, process(*program, "--no-resume", "status")], ROUNDS_OF_PROCESSES
    )
    dispatch = interleave([reference, process(*program, "scrape", "o2")], ROUNDS_OF_PROCESSES)
    subprocess.run([*program, "wait", "last"], env=env, capture_output=True, check=False)
    return {"dispatch": dispatch[1] / dispatch[0], "status": status[1] / status[0]}


def interleave(works: list[Callable[[], object]], rounds: int) -> list[float]:
    """Return the median seconds of each work, taken in turns; the first round warms up."""
    times: list[list[float]] = [[] for _ in works]
    for number in range(rounds + 1):
        for taken, work in zip(times, works, strict=True):
            started = time.perf_counter()
            work()
            if number:
                taken.append(time.perf_counter() - started)
    return [statistics.median(taken) for taken in times]


def _claimed(ledger: Ledger) -> Job:
    create_job(
        ledger, job_id="bench", kind="bench", params={}, context={}, max_resumes=0, at=stamp()
    )
    return claim_job(ledger, "bench", pid=os.getpid(), at=stamp())


if __name__ == "__main__":
    sys.exit(main())
