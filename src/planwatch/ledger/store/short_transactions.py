"""Long work in many short transactions, so that no other writer waits for long.

A transaction ends when its time is over, whatever its rows weigh. What was committed stays, and
whoever does the work again after a crash goes on from there.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from planwatch.ledger.store.connection import Ledger

_Item = TypeVar("_Item")

# How long the write lock is to be held, the commit included. No more than 0.1 s is promised; the
# rest is for a slow disk and a busy machine.
_HELD_S: Final = 0.03
_FIRST_S: Final = 0.005
_LEAST_S: Final = 0.002
# SQLite asks for a lock that is held again after 1 to 25 ms, as long as it has waited for less than
# 0.13 s: whoever waited for one transaction asks within this pause.
_PAUSE_S: Final = 0.025
_TRUNCATE_TRIES: Final = 20
_FEW_FRAMES: Final = 250


def run_in_short_transactions(
    ledger: Ledger, items: Iterable[_Item], do: Callable[[_Item], object]
) -> None:
    """Call `do` with each item, inside transactions with a pause after each.

    Args:
        items: may be a generator; it is asked for the next item when the last one is done.
        do: one small piece of work, a few milliseconds at most.
    """
    waiting = iter(items)
    work_s = _FIRST_S
    with _setting(ledger, "wal_autocheckpoint", 0):  # a commit would copy the WAL, too
        for first in waiting:
            with ledger.transaction():
                begun = time.perf_counter()
                _work(itertools.chain((first,), waiting), do, until=begun + work_s)
            held_s = time.perf_counter() - begun
            work_s = min(_HELD_S, max(_LEAST_S, work_s * min(2.0, _HELD_S / held_s)))
            _copy_wal(ledger)
            time.sleep(_PAUSE_S)


def _work(items: Iterable[_Item], do: Callable[[_Item], object], *, until: float) -> None:
    for item in items:
        do(item)
        if time.perf_counter() >= until:
            return


def release_free_pages(ledger: Ledger) -> None:
    """Give pages that are no longer used back to the file system.

    A ledger that was rebuilt by other tools may lack `auto_vacuum`: its free pages stay in the file
    and are used again. Only a VACUUM would remove them, and that holds the lock all the time.
    """
    if _read(ledger, "auto_vacuum"):
        pages = range(_read(ledger, "freelist_count"))
        run_in_short_transactions(
            ledger, pages, lambda _page: ledger.query("PRAGMA incremental_vacuum(1)")
        )
    _truncate_wal(ledger)


def _truncate_wal(ledger: Ledger) -> None:
    """Empty the WAL, unless readers are in the way all the time: it is empty after them.

    A checkpoint that truncates holds the write lock, also while it waits for readers. So it waits
    for none, and finds most of the work done.
    """
    with _setting(ledger, "busy_timeout", 0):
        for _ in range(_TRUNCATE_TRIES):
            in_wal, copied = _copy_wal(ledger)
            if in_wal - copied <= _FEW_FRAMES:
                is_busy = ledger.query("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
                if not is_busy:
                    return
            time.sleep(_PAUSE_S)


def _copy_wal(ledger: Ledger) -> tuple[int, int]:
    """Copy the WAL into the ledger as far as its readers allow, without the write lock.

    Returns:
        Pages in the WAL, and how many of these are copied.
    """
    _, in_wal, copied = ledger.query("PRAGMA wal_checkpoint(PASSIVE)")[0]
    return int(in_wal), int(copied)


@contextlib.contextmanager
def _setting(ledger: Ledger, name: str, value: int) -> Iterator[None]:
    """Give a setting of the connection another value for a while."""
    former = _read(ledger, name)
    ledger.query(f"PRAGMA {name}={value}")
    try:
        yield
    finally:
        ledger.query(f"PRAGMA {name}={former}")


def _read(ledger: Ledger, name: str) -> int:
    return int(ledger.query(f"PRAGMA {name}")[0][0])
