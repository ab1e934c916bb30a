"""The monitor of a running job: does this worker still have it and its ledger, and is it overdue?

Polls the ledger's `data_version`, which costs microseconds, over a connection of its own.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from planwatch.clock import stamp
from planwatch.domain.job import Job
from planwatch.engine.lock import write_heartbeat
from planwatch.errors import LedgerMissing, LedgerReplaced, PlanwatchError
from planwatch.home import Home
from planwatch.ledger.jobs.transitions import is_ours, mark_stalled
from planwatch.ledger.store.connection import Ledger, open_ledger

logger: Final = logging.getLogger(__name__)
TICK_S: Final = 0.25


class JobMonitor:
    """A thread that kills this process and its group once the job or its ledger is gone.

    It is stopped before the end of the job is written, which takes the job from its worker, too.
    """

    def __init__(
        self,
        home: Home,
        job: Job,
        lock: int,
        when_overdue: Callable[[str], None] = lambda _job_id: None,
    ) -> None:
        """Prepare.

        Args:
            lock: the job's, into which heartbeats are written.
            when_overdue: called in a thread that nobody waits for; it may not raise.
        """
        self._when_overdue = when_overdue
        self._home = home
        self._job = job
        self._lock = lock
        self._stopped = threading.Event()
        self._overdue_at: float | None = None
        self._thread = threading.Thread(target=self._run, name="monitor", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def expect(self, limit_s: float) -> None:
        """Flag the job as stalled when it is not over in so many seconds."""
        self._overdue_at = time.monotonic() + limit_s

    def _run(self) -> None:
        ledger, seen = None, None
        while not self._stopped.wait(TICK_S):
            write_heartbeat(self._lock, stamp())
            try:
                ledger = ledger or open_ledger(self._home, create=False)
                seen = self._check(ledger, seen)
            except (LedgerReplaced, LedgerMissing) as error:
                self._end(f"{error}; the worker stops")
            except PlanwatchError as error:
                logger.warning("the monitor met an error: %s", error)
        if ledger is not None:
            ledger.close()

    def _check(self, ledger: Ledger, seen: int | None) -> int:
        ledger.check_in_place()
        version = ledger.data_version()
        if version != seen and not is_ours(ledger, self._job.job_id, self._job.generation):
            self._end(f"job {self._job.job_id} was taken from this worker, which stops")
        elif self._overdue_at is not None and time.monotonic() >= self._overdue_at:
            mark_stalled(ledger, self._job.job_id, generation=self._job.generation, at=stamp())
            self._overdue_at = None
            logger.warning("job %s: beyond its expected time", self._job.job_id)
            threading.Thread(
                target=self._when_overdue, args=(self._job.job_id,), name="overdue", daemon=True
            ).start()
        return version

    def _end(self, why: str) -> None:
        if not self._stopped.is_set():
            _end_this_process(why)


def _end_this_process(why: str) -> None:
    logger.error(why)
    if os.getpgrp() == os.getpid():  # a worker leads its group; whatever it started is in it
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)
