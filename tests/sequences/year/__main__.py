"""Live through a drawn nasty year: python -m tests.sequences.year --days 365 --seed 1."""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.sequences.year.drawn import Turn
from tests.sequences.year.lived import live
from tests.support.long_runs import leave_own_settings, say


def main() -> int:
    """Return 0 when every move was heard of once, in time, in one message a job."""
    parser = argparse.ArgumentParser(prog="python -m tests.sequences.year", description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    leave_own_settings()
    logging.disable()  # a failed step says so; a year has many
    in_memory = Path("/dev/shm")
    folder = Path(
        tempfile.mkdtemp(
            prefix="planwatch-year-", dir=in_memory if os.access(in_memory, os.W_OK) else None
        )
    )
    began = time.monotonic()

    def tell(turn: Turn) -> None:
        if turn.at.day == 1:
            say(f"{turn.at:%Y-%m-%d}, {time.monotonic() - began:.0f} s")

    say(f"{options.days} nasty days, seed {options.seed}: {folder}")
    lived = live(folder / "home", options.days, options.seed, tell=tell)
    for fault in lived.faults:
        say(f"  {fault}")
    say(", ".join(f"{name} {number}" for name, number in lived.counts.items()))
    say(f"{time.monotonic() - began:.0f} s; faults {len(lived.faults)}")
    if not lived.faults:
        shutil.rmtree(folder)
    return 1 if lived.faults else 0


if __name__ == "__main__":
    sys.exit(main())
