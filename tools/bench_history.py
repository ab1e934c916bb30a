"""What a year of daily scrapes costs: size of the ledger, and time of `planwatch changes`.

400 plans of which 2 % move a day, written by the real write path; the archive is left out. The
week is the same market with seven days, so that only the length of its history differs.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.long_history import build_history
from tools.bench import (
    IMPORT_TYPER,
    PROGRAM,
    ROUNDS_OF_PROCESSES,
    Figure,
    interleave,
    start_process,
)

from planwatch.home import Home

PLANS = 400
LAST = date(2026, 11, 22)
CHANGES = (*PROGRAM, "--no-resume", "changes", "--since", "30d")


def main() -> int:
    """Build both ledgers, measure, and tell by the exit code whether the goals are met."""
    os.environ["PLANWATCH_NOW"] = (
        f"{LAST}T12:00:00Z"  # of the processes: the last scrape is today's
    )
    with tempfile.TemporaryDirectory() as folder:
        year, week = (_build(Path(folder), days) for days in (365, 7))
        figures = list(measure(year, week))
    for figure in figures:
        print(figure.line())
    return int(not all(figure.is_met for figure in figures))


def _build(folder: Path, days: int) -> Home:
    root = folder / f"{days}-days"
    home = Home(root, root / "config.toml")
    build_history(home, plans=PLANS, days=days, last=LAST)
    return home


def measure(year: Home, week: Home) -> Iterator[Figure]:
    """Yield the year's size, and the times of processes taken in turns, medians."""
    yield Figure("ledger of a year", year.ledger.stat().st_size / 1e6, "MB", 8)
    typer, table, short, as_json = interleave(
        [
            start_process(year, *IMPORT_TYPER),
            start_process(year, *CHANGES),
            start_process(week, *CHANGES),
            start_process(year, *CHANGES, "--json"),
        ],
        ROUNDS_OF_PROCESSES,
    )
    yield Figure("changes --since 30d --json ÷ python -c 'import typer'", as_json / typer, most=2.5)
    yield Figure("changes --since 30d ÷ python -c 'import typer'", table / typer, most=2.5)
    yield Figure("changes --since 30d of a year ÷ of a week", table / short, most=1.2)


if __name__ == "__main__":
    sys.exit(main())
