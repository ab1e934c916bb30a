"""Days and times as they are shown and written: those of London, where the contracts are signed.

The ledger and JSON keep instants in UTC; in summer a day begins in London at 23:00 UTC of the day
before. A text that is a day already stays that day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from planwatch.errors import TimeZoneMissing

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

ZONE: Final = "Europe/London"
_DAY_LENGTH: Final = len("2026-11-16")


def to_london(instant: str | datetime) -> datetime:
    """Return an instant by London's clock; one without an offset is UTC.

    Raises:
        ValueError: the text is no ISO instant.
        TimeZoneMissing: neither the system nor Python has the zone.
    """
    at = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(_zone())


@lru_cache(maxsize=1024)  # a market's plans were seen at a few instants
def london_day(instant: str | datetime) -> date:
    """Return the day in London of an instant, or the day that a text names.

    Raises:
        ValueError: the text is neither.
    """
    if isinstance(instant, str) and len(instant) == _DAY_LENGTH:
        return date.fromisoformat(instant)
    return to_london(instant).date()


def from_london(at: datetime) -> datetime:
    """Return an instant in UTC; one without an offset is by London's clock."""
    return (at if at.tzinfo else at.replace(tzinfo=_zone())).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """Return the first instant of a day in London, in UTC."""
    return datetime.combine(day, time(), tzinfo=_zone()).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Return the first instant after a day in London, in UTC."""
    return start_of_day(day + timedelta(days=1))


def show_day(instant: str | datetime) -> str:
    """Return the day in London as "2026-07-01"."""
    return london_day(instant).isoformat()


def show_minute(instant: str | datetime) -> str:
    """Return day and time in London for a table: "2026-07-01 00:30"."""
    return f"{to_london(instant):%Y-%m-%d %H:%M}"


def show_time(instant: str | datetime) -> str:
    """Return the same with the zone, for a sentence: "2026-07-01 00:30 BST"."""
    return f"{to_london(instant):%Y-%m-%d %H:%M %Z}"


@lru_cache(maxsize=1)
def _zone() -> ZoneInfo:
    # imported here: it takes 4 ms, and `status` must not wait for what it does not show
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(ZONE)
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise TimeZoneMissing(
            f"this machine does not know the time zone {ZONE}",
            hint="install the time zones: pip install tzdata, or the system's package tzdata",
        ) from error
