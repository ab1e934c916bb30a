"""Ends a worker whose interpreter is held: a call into C that lets no other thread run.

A regular expression or a parser in C may keep the interpreter to itself. No alarm, no limit of a
step and no cancellation comes through then, since all of these are Python. So the kernel ends the
process unless Python puts it off again and again. What is written before, where each thread was,
tells the next worker how this one died (see hung.py).

The time is the processor's: a process that is stopped, or waits for a busy machine, uses none.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import signal
import threading
from pathlib import Path
from types import TracebackType
from typing import Final, Self

logger: Final = logging.getLogger(__name__)
LONGEST_HOLD_S: Final = 60.0  # nothing else of the job goes on meanwhile
SHORTEST_HOLD_S: Final = 5.0
_TICK_S: Final = 1.0
_STDERR: Final = 2


def hold_limit(step_limit_s: float) -> float:
    """Return how long one call may hold the interpreter: the limit of a step, within 5 to 60 s."""
    return min(max(step_limit_s, SHORTEST_HOLD_S), LONGEST_HOLD_S)


class Watchdog:
    """While it is entered, ends this process once the interpreter has been held too long."""

    def __init__(self, trace: Path, generation: int, limit_s: float) -> None:
        """Prepare.

        Args:
            trace: the file that says where each thread was; it goes when all is well.
            generation: of the job, as the trace's first line.
            limit_s: how much time of the processor a hold may take.
        """
        self._trace = trace
        self._generation = generation
        self._limit_s = limit_s
        self._descriptor: int | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def __enter__(self) -> Self:
        self._begin_trace()
        target = _STDERR if self._descriptor is None else self._descriptor
        # whoever ignores a signal passes that on, and this one would end nothing
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        # chain: after the trace the signal does what it does by default, which ends the process
        faulthandler.register(signal.SIGPROF, file=target, all_threads=True, chain=True)
        self._thread.start()  # first: where none can be started, nothing is to end the process
        self._put_off()
        return self

    def _begin_trace(self) -> None:
        """Open the trace; on a full disk the job's log says instead where the threads were."""
        flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC
        try:
            descriptor = os.open(self._trace, flags, 0o600)
            try:
                os.write(descriptor, f"{self._generation}\n".encode())
            except OSError:
                os.close(descriptor)
                raise
        except OSError as error:
            logger.warning("cannot write %s (%s)", self._trace, error.strerror)
        else:
            self._descriptor = descriptor

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join()
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.unregister(signal.SIGPROF)
        if self._descriptor is not None:
            os.close(self._descriptor)
        with contextlib.suppress(OSError):
            self._trace.unlink(missing_ok=True)

    def _run(self) -> None:
        while not self._stopped.wait(_TICK_S):
            self._put_off()

    def _put_off(self) -> None:
        # a tick more: a hold may begin just after Python put it off
        signal.setitimer(signal.ITIMER_PROF, self._limit_s + _TICK_S)
