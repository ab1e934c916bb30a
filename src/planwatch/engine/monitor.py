"""The watch beside a worker's workflow: is the job still ours, and is it beyond its time?

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
from planwatch.engine.lock import give_sign
from planwatch.errors import PlanwatchError
from planwatch.home import Home
from planwatch.ledger.jobs.transitions import is_ours, mark_stalled
from planwatch.ledger.store.connection import Ledger, open_ledger

logger: Final = logging.getLogger(__name__)
TICK_S: Final = 0.25


class Watchman:
    """A thread that ends this process, with all of its group, once the job is no longer its own.

    It is over before the end of the job is written, which takes the job from its worker, too.
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
            lock: the job's, into which signs of life are written.
            when_overdue: called in a thread that nobody waits for; it may not raise.
        """
        self._when_overdue = when_overdue
        self._home = home
        self._job = job
        self._lock = lock
        self._over = threading.Event()
        self._stalled_at: float | None = None
        self._thread = threading.Thread(target=self._watch, name="watchman", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def expect(self, limit_s: float) -> None:
        """Flag the job as stalled when it is not over in so many seconds."""
        self._stalled_at = time.monotonic() + limit_s

    def _watch(self) -> None:
        ledger, seen = None, None
        while not self._over.wait(TICK_S):
            give_sign(self._lock, stamp())
            try:
                ledger = ledger or open_ledger(self._home)
                seen = self._look(ledger, seen)
            except PlanwatchError as error:
                logger.warning("the watch met: %s", error)
        if ledger is not None:
            ledger.close()

    def _look(self, ledger: Ledger, seen: int | None) -> int:
        version = ledger.data_version()
        if version != seen and not is_ours(ledger, self._job.job_id, self._job.generation):
            if not self._over.is_set():
                _end_this_process(self._job.job_id)
        elif self._stalled_at is not None and time.monotonic() >= self._stalled_at:
            mark_stalled(ledger, self._job.job_id, generation=self._job.generation, at=stamp())
            self._stalled_at = None
            logger.warning("job %s: beyond its expected time", self._job.job_id)
            threading.Thread(
                target=self._when_overdue, args=(self._job.job_id,), name="overdue", daemon=True
            ).start()
        return version


def _end_this_process(job_id: str) -> None:
    logger.warning("job %s was taken from this worker, which ends", job_id)
    if os.getpgrp() == os.getpid():  # a worker leads its group; whatever it started is in it
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)
