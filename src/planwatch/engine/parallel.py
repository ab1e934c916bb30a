"""Do several things at once in as many threads as this machine can start.

A machine that is short of memory starts fewer, or none: then the calling thread does the work.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

logger: Final = logging.getLogger(__name__)


def start_all(
    pool: ThreadPoolExecutor, works: Sequence[Callable[[], Any]], most: int
) -> list[Future[Any]]:
    """Start each of `works`, `most` at once; return a future for each, in their order."""
    futures: list[Future[Any]] = [Future() for _ in works]
    left = deque(zip(futures, works, strict=True))
    started = _start_threads(pool, lambda: _work_off(left), min(most, len(works)))
    if not started:
        _work_off(left)
    return futures


def _start_threads(pool: ThreadPoolExecutor, work: Callable[[], None], wanted: int) -> int:
    for started in range(wanted):
        try:
            pool.submit(work)
        except RuntimeError as error:  # "can't start new thread"
            logger.warning("%d steps at once instead of %d: %s", max(1, started), wanted, error)
            return started
    return wanted


def _work_off(left: deque[tuple[Future[Any], Callable[[], Any]]]) -> None:
    while True:
        try:
            future, work = left.popleft()
        except IndexError:  # another thread took the last one
            return
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for it
            future.set_exception(error)
