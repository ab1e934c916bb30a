"""Transactions of the engine, repeated while another process holds the ledger.

A value that took minutes to fetch is not thrown away because another process writes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final, TypeVar

from planwatch.errors import LedgerBusy
from planwatch.ledger.store.connection import Ledger

logger: Final = logging.getLogger(__name__)
BUSY_LIMIT_S: Final = 300.0
_T = TypeVar("_T")


def retry_transaction(
    ledger: Ledger, work: Callable[[], _T], *, durable: bool = True, limit_s: float = BUSY_LIMIT_S
) -> _T:
    """Do `work` in one transaction; begin again while the ledger is held.

    Raises:
        LedgerBusy: it was held for `limit_s` seconds.
    """

    def do() -> _T:
        with ledger.transaction(durable=durable):
            return work()

    return retry_while_busy(do, limit_s=limit_s)


def retry_while_busy(work: Callable[[], _T], *, limit_s: float = BUSY_LIMIT_S) -> _T:
    """Do `work`, which has transactions of its own, again and again while the ledger is held.

    Repeating is safe: a transaction that met a held ledger has written nothing. The ledger's own
    busy timeout is the pause between two tries.

    Raises:
        LedgerBusy: it was held for `limit_s` seconds.
    """
    deadline = time.monotonic() + limit_s
    while True:
        try:
            return work()
        except LedgerBusy:
            if time.monotonic() >= deadline:
                raise
            logger.warning("the ledger is held by another process; trying again")
