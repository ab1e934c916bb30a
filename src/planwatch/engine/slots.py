"""Limits of a kind as locks: a worker holds one of its kind's slots for its whole life.

A slot cannot leak: the kernel lets go of it with its holder. Whoever makes a job pending or frees a
slot looks, afterwards, for who is next; so no job waits for a free slot that nobody sees.
"""

from __future__ import annotations

from collections.abc import Mapping

from planwatch.engine.lock import try_lock
from planwatch.home import Home

Limits = Mapping[str, int]
_OTHER_KINDS = 1


def take_slot(home: Home, kind: str, limits: Limits) -> int | None:
    """Take a slot of a kind; return its file descriptor, None while all are held.

    Raises:
        HomeError: a lock file cannot be made or locked.
    """
    for number in range(limits.get(kind, _OTHER_KINDS)):
        slot = try_lock(home.slot_of(kind, number))
        if slot is not None:
            return slot
    return None
