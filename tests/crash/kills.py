"""kill −9, again and again: `python -m tests.crash.kills --kills 1000`.

Real workers of real jobs die at every boundary of their transactions and at random instants; so do
commands that dispatch and that recover. A plain `planwatch status` takes each job up again. The
last line is `kills N  lost N  doubled N  stuck N`; `oracle.py` says what is lost and what doubled.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.crash.homes import Reference, measure
from tests.crash.lanes import Boundary, Lane, Tally
from tests.support.long_runs import leave_own_settings, say


def run_lanes(folder: Path, kills: int, lanes: int, seed: int) -> Tally:
    """Kill so often, in so many lanes at once."""
    _clean_environment(folder)
    reference = measure(folder / "unharmed")
    todo = [
        Boundary(kind, failpoint)
        for kind in reference.expected.steps
        for failpoint in reference.boundaries(kind)
    ]
    random.Random(seed).shuffle(todo)
    tally = Tally()
    with ProcessPoolExecutor(lanes) as pool:
        running = [
            pool.submit(
                _run_lane,
                folder / f"lane-{number}",
                kills // lanes + (number < kills % lanes),
                seed + number,
                reference,
                todo[number::lanes],
            )
            for number in range(lanes)
        ]
        for lane in running:
            tally.add(lane.result())
    for what, times in sorted(tally.kills.items()):
        say(f"{times} × {what}")
    reached = tally.boundaries.intersection(todo)
    say(f"{tally.jobs} jobs; {len(reached)} of {len(todo)} boundaries")
    return tally


def _run_lane(
    root: Path, quota: int, seed: int, reference: Reference, todo: Sequence[Boundary]
) -> Tally:
    return Lane(root, quota, seed, reference, todo).run()


def _clean_environment(folder: Path) -> None:
    """Leave nobody's settings, and no way to the internet."""
    leave_own_settings()
    os.environ |= {"HOME": str(folder), "PLANWATCH_ORIGIN": "http://127.0.0.1:9"}


def main() -> int:
    """Return 0 when so many were killed and nothing was lost, doubled or stuck."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--lanes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    arguments = parser.parse_args()
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="planwatch-kills-"))
    say(f"{arguments.kills} kills in {arguments.lanes} lanes, seed {arguments.seed}: {folder}")
    tally = run_lanes(folder, arguments.kills, arguments.lanes, arguments.seed)
    if tally.is_well:
        shutil.rmtree(folder)
    say(f"{time.monotonic() - began:.0f} s")
    say(tally.line())
    return 0 if tally.is_well and tally.kills.total() >= arguments.kills else 1


if __name__ == "__main__":
    sys.exit(main())
