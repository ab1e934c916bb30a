"""SIGTERM and SIGHUP as exceptions, so that a live display leaves the terminal as it found it."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Final

_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)
_BY_SIGNAL: Final = 128  # what a shell reports of a process that a signal ended


@contextlib.contextmanager
def terminated_by_exception() -> Iterator[None]:
    """End the block by SystemExit when the process is asked to end: code 143 or 129.

    A signal that is ignored, as SIGHUP under nohup, stays ignored.
    """
    before = {each: signal.getsignal(each) for each in _SIGNALS}
    caught = [each for each, handler in before.items() if handler is not signal.SIG_IGN]

    def end(number: int, _frame: FrameType | None) -> None:
        for each in caught:
            signal.signal(each, signal.SIG_IGN)  # the terminal is restored once, and in peace
        raise SystemExit(_BY_SIGNAL + number)

    for each in caught:
        signal.signal(each, end)
    try:
        yield
    finally:
        for each in caught:
            signal.signal(each, before[each])
