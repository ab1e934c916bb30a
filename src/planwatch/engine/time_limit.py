"""A step's work under a time limit: in the main thread by an alarm, else in a thread of its own.

An alarm costs a microsecond, and a change of threads as much as half a commit. But only the main
thread gets signals, and Python cannot end a thread: one that exceeds its limit is left running.
It writes nothing, since only the thread that waits writes, and it ends with the process.
"""

from __future__ import annotations

import queue
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Final

from planwatch.errors import StepTimeout

_NEVER_SET: Final[Any] = object()
_AGAIN_S: Final = 1.0  # an alarm that some handler of errors swallowed comes again


@dataclass(slots=True)
class _Task:
    work: Callable[[], Any]
    value: Any = _NEVER_SET
    error: BaseException | None = None
    is_done: threading.Event = field(default_factory=threading.Event)


class TimeLimiter:
    """Runs functions under a time limit; idle threads are used again."""

    def __init__(self) -> None:
        self._idle: list[queue.SimpleQueue[_Task]] = []
        self._lock = threading.Lock()
        self._alarm_s: float | None = None  # the limit of what the main thread does now
        self._has_alarm = False

    def run(self, work: Callable[[], Any], limit_s: float) -> Any:
        """Do `work` and return its value, or raise its error.

        Raises:
            StepTimeout: it took longer than `limit_s` seconds.
        """
        if threading.current_thread() is threading.main_thread():
            return self._run_with_alarm(work, limit_s)
        task = _Task(work)
        self._take_thread().put(task)
        if not task.is_done.wait(limit_s):
            raise _too_long(limit_s)
        if task.error is not None:
            raise task.error
        return task.value

    def _run_with_alarm(self, work: Callable[[], Any], limit_s: float) -> Any:
        if not self._has_alarm:
            signal.signal(signal.SIGALRM, self._on_alarm)
            self._has_alarm = True
        # disarmed twice: the first ring may come between any two of these lines, the next one
        # comes a second later
        try:
            try:
                self._alarm_s = limit_s
                signal.setitimer(signal.ITIMER_REAL, limit_s, _AGAIN_S)
                return work()
            finally:
                self._disarm()
        finally:
            self._disarm()

    def _disarm(self) -> None:
        self._alarm_s = None
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _on_alarm(self, _number: int, _frame: FrameType | None) -> None:
        if self._alarm_s is not None:
            raise _too_long(self._alarm_s)

    def _take_thread(self) -> queue.SimpleQueue[_Task]:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        tasks: queue.SimpleQueue[_Task] = queue.SimpleQueue()
        threading.Thread(target=self._serve, args=(tasks,), name="step", daemon=True).start()
        return tasks

    def _serve(self, tasks: queue.SimpleQueue[_Task]) -> None:
        while True:
            task = tasks.get()
            try:
                task.value = task.work()
            except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
                task.error = error
            with self._lock:
                self._idle.append(tasks)
            task.is_done.set()


def _too_long(limit_s: float) -> StepTimeout:
    return StepTimeout(
        f"it took longer than its limit of {limit_s:g} s",
        hint="jobs.step_limit_s sets the limit; planwatch logs may say what it waited for",
    )
