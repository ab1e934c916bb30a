"""A step's work under a time limit: in the main thread by an alarm, else in a thread of its own.

An alarm costs a microsecond, and a change of threads as much as half a commit. But only the main
thread gets signals, and Python cannot end a thread: one that exceeds its limit is left running.
It writes nothing, since only the thread that waits writes, and it ends with the process. Neither
helps against a call that holds the interpreter: see watchdog.py.
Time in which the process did not run (a laptop asleep, SIGSTOP) is no time that a step took.
"""

from __future__ import annotations

import queue
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Final

from planwatch.errors import StepTimeout

_NEVER_SET: Final[Any] = object()
_AGAIN_S: Final = 1.0  # an alarm that some handler of errors swallowed comes again
_LOOK_S: Final = 1.0  # how often the time is looked at
_LATE_S: Final = 1.0  # a busy machine is so late
_LEAST_S: Final = 0.1  # what a standstill costs all the same, so that no number of them is endless
# where there is one, the clock that goes on while the machine is suspended
_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Allowance:
    """What one attempt may take.

    Attributes:
        frozen_s: how long the process stood still meanwhile.
    """

    def __init__(self, limit_s: float) -> None:
        """Begin now."""
        self.limit_s = limit_s
        self.frozen_s = 0.0
        self._left_s = limit_s
        self._seen_s, self._worked_s = time.clock_gettime(_CLOCK), time.process_time()

    def next_look_s(self) -> float:
        """Return in how many seconds to spend next."""
        return max(0.0, min(_LOOK_S, self._left_s))

    def spend(self) -> bool:
        """Take off what has passed since the last call; tell whether anything is left.

        A process that computed held the interpreter and was late; one that did not stood still.
        """
        seen_s, worked_s = time.clock_gettime(_CLOCK), time.process_time()
        passed_s, busy_s = seen_s - self._seen_s, worked_s - self._worked_s
        self._seen_s, self._worked_s = seen_s, worked_s
        if passed_s > self.next_look_s() + _LATE_S and busy_s < passed_s / 2:
            spent_s = max(_LEAST_S, busy_s)
            self.frozen_s += passed_s - spent_s
            passed_s = spent_s
        self._left_s -= passed_s
        return self._left_s > 0

    def describe_end(self) -> StepTimeout:
        """Return the error of work that used it up; worth another attempt after a standstill."""
        error = StepTimeout(
            f"it took longer than its limit of {self.limit_s:g} s",
            hint="jobs.step_limit_s sets the limit; planwatch logs may say what it waited for",
        )
        error.is_transient = self.frozen_s > 0
        return error


@dataclass(slots=True)
class _Task:
    work: Callable[[], Any]
    value: Any = _NEVER_SET
    error: BaseException | None = None
    is_done: threading.Event = field(default_factory=threading.Event)


class _Server(threading.Thread):
    """A thread that does one task after the other."""

    def __init__(self, serve: Callable[[_Server], None]) -> None:
        super().__init__(name="step", daemon=True)
        self.tasks: queue.SimpleQueue[_Task] = queue.SimpleQueue()
        self._serve = serve

    def run(self) -> None:
        self._serve(self)


class TimeLimiter:
    """Runs functions under a time limit; idle threads are used again."""

    def __init__(self) -> None:
        self._idle: list[_Server] = []
        self._lock = threading.Lock()
        self._allowance: Allowance | None = None  # of what the main thread does now
        self._has_alarm = False

    def run(self, work: Callable[[], Any], allowance: Allowance) -> Any:
        """Do `work` and return its value, or raise its error.

        Raises:
            StepTimeout: it took longer than the allowance.
            MemoryError: the thread that did it has ended for want of memory.
        """
        if threading.current_thread() is threading.main_thread():
            return self._run_with_alarm(work, allowance)
        task = _Task(work)
        server = self._take_server()
        server.tasks.put(task)
        while not task.is_done.wait(allowance.next_look_s()):
            if not server.is_alive() and not task.is_done.is_set():
                raise MemoryError("the thread of the step has ended")
            if not allowance.spend():
                raise allowance.describe_end()
        if task.error is not None:
            raise task.error
        return task.value

    def _run_with_alarm(self, work: Callable[[], Any], allowance: Allowance) -> Any:
        if not self._has_alarm:
            signal.signal(signal.SIGALRM, self._on_alarm)
            self._has_alarm = True
        # disarmed twice: the first ring may come between any two of these lines, the next one
        # comes a second later
        try:
            try:
                self._allowance = allowance
                # the first ring must come: 0 would arm nothing
                signal.setitimer(signal.ITIMER_REAL, allowance.next_look_s() or _LEAST_S, _AGAIN_S)
                return work()
            finally:
                self._disarm()
        finally:
            self._disarm()

    def _disarm(self) -> None:
        self._allowance = None
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _on_alarm(self, _number: int, _frame: FrameType | None) -> None:
        allowance = self._allowance
        if allowance is None:
            return
        if not allowance.spend():
            raise allowance.describe_end()
        signal.setitimer(signal.ITIMER_REAL, allowance.next_look_s(), _AGAIN_S)

    def _take_server(self) -> _Server:
        with self._lock:
            while self._idle:
                server = self._idle.pop()
                if server.is_alive():
                    return server
        server = _Server(self._serve)
        server.start()
        return server

    def _serve(self, server: _Server) -> None:
        while True:
            task = server.tasks.get()
            try:
                task.value = task.work()
            except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
                task.error = error
            with self._lock:
                self._idle.append(server)
            task.is_done.set()
            del task  # an idle thread must not keep what the last step was given and what it made
