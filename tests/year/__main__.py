"""Live through a simulated year: python -m tests.year --days 365 --seed 1."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.support.long_runs import leave_own_settings, say
from tests.year.calendar import Day
from tests.year.run import run_days


def main() -> int:
    """Return 0 when nothing was lost, reported twice or left behind."""
    parser = argparse.ArgumentParser(prog="python -m tests.year", description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    leave_own_settings()
    folder = Path(tempfile.mkdtemp(prefix="planwatch-year-"))
    os.environ["HOME"] = str(folder)
    began = time.monotonic()

    def tell(day: Day) -> None:
        if day.day.day == 1:
            say(f"{day.day}, {time.monotonic() - began:.0f} s")

    say(f"{options.days} days, seed {options.seed}: {folder}")
    year = run_days(folder, options.days, options.seed, tell=tell)
    for fault in year.faults:
        say(f"  {fault}")
    say(", ".join(f"{name} {number:g}" for name, number in year.counts.items()))
    say(f"{time.monotonic() - began:.0f} s; faults {len(year.faults)}")
    if not year.faults:
        shutil.rmtree(folder)
    return 1 if year.faults else 0


if __name__ == "__main__":
    sys.exit(main())
