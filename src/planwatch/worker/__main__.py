"""The worker's process: `python -P -m planwatch.worker JOB --home … --config … --lock FD`.

Started by `engine/launch.py`, never by hand; its output is the job's log.
"""

from __future__ import annotations

import argparse
import gc
import logging
import sys
import time
from pathlib import Path
from typing import Final

from planwatch.engine.lock import Limits
from planwatch.engine.worker import Hooks, Prepared, work_on
from planwatch.errors import PlanwatchError
from planwatch.home import Home
from planwatch.ledger.store.connection import Ledger
from planwatch.settings.early import limits
from planwatch.settings.load import load_settings, read_values

_VALUES_BETWEEN_COLLECTIONS: Final = 50_000
"""A report is made of hundreds of thousands of values in no cycle: looking for one at each 700 of
them, as Python does, takes a tenth of a large analysis."""


def main() -> int:
    """Run one job; return the process's exit code."""
    parser = argparse.ArgumentParser(prog="planwatch.worker")
    parser.add_argument("job_id")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--lock", type=int, required=True)
    parser.add_argument("--slot", type=int, required=True)
    arguments = parser.parse_args()
    _log_to_stderr()
    gc.set_threshold(_VALUES_BETWEEN_COLLECTIONS)
    home = Home(arguments.home, arguments.config)

    def prepare(ledger: Ledger, kind: str) -> Prepared:
        from planwatch.settings.sources import read_catalogue
        from planwatch.workflows.context import Services
        from planwatch.workflows.registry import build_workflow

        settings = load_settings(home.config_file, Path.cwd())
        catalogue = read_catalogue(read_values(home.config_file, Path.cwd()))
        services = Services(home, settings, ledger, catalogue)
        jobs = settings.jobs
        return Prepared(
            workflow=build_workflow(kind, services),
            parallel_steps=jobs.parallel_steps,
            step_limit_s=jobs.step_limit_s,
            stalled_factor=jobs.stalled_factor,
            stalled_grace_s=jobs.stalled_grace_s,
        )

    def at_once() -> Limits:
        return limits(read_values(home.config_file, Path.cwd()))

    def after_end(ledger: Ledger, job_id: str) -> None:
        from planwatch.alerts.worker_alerts import report_end

        report_end(home, ledger, job_id)

    def when_overdue(job_id: str) -> None:
        from planwatch.alerts.worker_alerts import report_overdue

        report_overdue(home, job_id)

    hooks = Hooks(after_end=after_end, when_overdue=when_overdue)
    try:
        return work_on(
            home, arguments.job_id, arguments.lock, arguments.slot, prepare, at_once, hooks
        )
    except PlanwatchError as error:
        logging.getLogger(__name__).error("%s", error)
        return error.exit_code


def _log_to_stderr() -> None:
    logging.Formatter.converter = time.gmtime
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO,
        format="%(asctime)s.%(msecs)03dZ %(levelname)s %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%S",
    )
    for noisy in ("httpx", "httpx2", "httpcore", "httpcore2", "hpack", "openai"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


if __name__ == "__main__":
    sys.exit(main())
