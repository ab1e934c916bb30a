"""Instants as the ledger keeps them, and periods between two of them.

A period has one rule everywhere, in SQL (`ledger/plans/changes.py`) as here: its first instant is
within it, its end is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """From `since`, which is within it, to `until`, which is not; both as the ledger keeps them."""

    since: str
    until: str

    def covers(self, instant: str) -> bool:
        """Tell whether an instant is within it."""
        return self.since <= instant < self.until


def period_up_to(present: datetime, days: int) -> Period:
    """Return the period from so many times 24 hours ago up to now, and now is within it."""
    return Period(format_instant(present - timedelta(days=days)), end_of_period(present))


def parse_instant(text: str) -> datetime:
    """Read an ISO instant; one without an offset is UTC.

    Raises:
        ValueError: it is not one.
    """
    instant = datetime.fromisoformat(text)
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def format_instant(instant: datetime) -> str:
    """Return the instant as the ledger keeps it: UTC, milliseconds, a trailing Z."""
    utc = instant.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="milliseconds") + "Z"


def next_instant(instant: str) -> str:
    """Return the first instant after one: the ledger counts in milliseconds."""
    return format_instant(parse_instant(instant) + timedelta(milliseconds=1))


def end_of_period(present: datetime) -> str:
    """Return the end of a period up to now, which is the first instant that is not within it."""
    return next_instant(format_instant(present))
