"""A real worker of 1,000 trivial steps, in a process of its own; prints its most memory in MB.

As `planwatch.worker.__main__` it builds the validated settings, the dearest import of a worker.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planwatch.clock import stamp
from planwatch.engine.lock import take_slot, try_lock
from planwatch.engine.worker import Prepared, work_on
from planwatch.engine.workflow import Ended, PlannedStep, Run, Workflow
from planwatch.home import Home
from planwatch.ledger.jobs.transitions import create_job
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.settings.load import load_settings

_STEPS = 1000
_KB_A_MB = 1000 if sys.platform == "linux" else 1_000_000


def main() -> int:
    """Do the job and print what it took."""
    root = Path(sys.argv[1])
    home = Home(root, root / "config.toml")
    ledger = open_ledger(home)
    with ledger.transaction():
        create_job(
            ledger, job_id="bench", kind="bench", params={}, context={}, max_resumes=0, at=stamp()
        )
    ledger.close()
    lock, slot = try_lock(home.lock_of("bench")), take_slot(home, "bench", {})
    assert lock is not None
    assert slot is not None
    code = work_on(home, "bench", lock, slot, _prepare, dict)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KB_A_MB)
    return code


def _prepare(ledger: Ledger, _kind: str) -> Prepared:
    jobs = load_settings(ledger.path.with_name("config.toml"), Path(os.devnull)).jobs

    def work(run: Run, _params: Mapping[str, Any]) -> Ended:
        return Ended(result=sum(run.step("trivial", lambda: 1) for _ in range(_STEPS)))

    return Prepared(
        workflow=Workflow(function=work, plan=lambda _params: [[PlannedStep("trivial", 0.001)]]),
        parallel_steps=jobs.parallel_steps,
        step_limit_s=jobs.step_limit_s,
        stalled_factor=jobs.stalled_factor,
        stalled_grace_s=jobs.stalled_grace_s,
    )


if __name__ == "__main__":
    sys.exit(main())
