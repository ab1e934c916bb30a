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


def main() -> int:
    """Return 0 when every move was heard of once, in time, in one message a job."""
    parser = argparse.ArgumentParser(prog="python -m tests.sequences.year", description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for name in list(os.environ):
        if name.startswith(("PLANWATCH_", "OPENAI_", "XDG_")) or name.lower().endswith("_proxy"):
            del os.environ[name]
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
            _say(f"{turn.at:%Y-%m-%d}, {time.monotonic() - began:.0f} s")

    _say(f"{options.days} nasty days, seed {options.seed}: {folder}")
    lived = live(folder / "home", options.days, options.seed, tell=tell)
    for fault in lived.faults:
        _say(f"  {fault}")
    _say(", ".join(f"{name} {number}" for name, number in lived.counts.items()))
    _say(f"{time.monotonic() - began:.0f} s; faults {len(lived.faults)}")
    if not lived.faults:
        shutil.rmtree(folder)
    return 1 if lived.faults else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
