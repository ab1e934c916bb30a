"""Transactions of the engine, repeated while another process holds the ledger.

A value that took minutes to fetch must not be thrown away because somebody has a shell open.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final, TypeVar

from planwatch.errors import LedgerBusy
from planwatch.ledger.store.connection import Ledger

logger: Final = logging.getLogger(__name__)
PATIENCE_S: Final = 300.0
_T = TypeVar("_T")


def patiently(
    ledger: Ledger, work: Callable[[], _T], *, durable: bool = True, patience_s: float = PATIENCE_S
) -> _T:
    """Do `work` in one transaction; begin again while the ledger is held.

    Raises:
        LedgerBusy: it was held for `patience_s` seconds.
    """

    def do() -> _T:
        with ledger.transaction(durable=durable):
            return work()

    return until_free(do, patience_s=patience_s)


def until_free(work: Callable[[], _T], *, patience_s: float = PATIENCE_S) -> _T:
    """Do `work`, which has transactions of its own, again and again while the ledger is held.

    Repeating is safe: a transaction that met a held ledger has written nothing. The ledger's own
    busy timeout is the pause between two tries.

    Raises:
        LedgerBusy: it was held for `patience_s` seconds.
    """
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return work()
        except LedgerBusy:
            if time.monotonic() >= deadline:
                raise
            logger.warning("the ledger is held by another process; trying again")
