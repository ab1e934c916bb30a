"""What moved in the last days before a moment of the market, as `planwatch changes` has it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from planwatch.clock import end_of_period, format_instant
from planwatch.domain.moves import MoveFilter
from planwatch.ledger.plans.changes import ChangeFilter
from planwatch.ledger.plans.net_moves import load_net_moves
from planwatch.ledger.store.connection import Ledger

RECENT_DAYS: Final = 7


def end_of_market(present: datetime, as_of: str | None) -> datetime:
    """Return the last moment of the market that is shown: now, or the end of a former day."""
    if as_of is None:
        return present
    next_day = date.fromisoformat(as_of.strip()) + timedelta(days=1)
    end = datetime(next_day.year, next_day.month, next_day.day, tzinfo=present.tzinfo)
    return min(present, end - timedelta(milliseconds=1))


def load_recent_moves(
    ledger: Ledger, end: datetime, *, brands: Sequence[str] = (), source: str | None = None
) -> list[dict[str, Any]]:
    """Return the net moves of the last `RECENT_DAYS` days up to a moment, the newest first."""
    return load_net_moves(
        ledger,
        ChangeFilter(
            since=format_instant(end - timedelta(days=RECENT_DAYS)),
            until=end_of_period(end),
            source=source,
            moves=MoveFilter(brands=list(brands)),
        ),
    )
