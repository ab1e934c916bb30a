"""The clock of every process: the present time in UTC, or PLANWATCH_NOW if it is set."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from typing import Final

from planwatch.errors import ClockOutOfRange, SettingsError

_YEARS: Final = range(2000, 2200)  # beyond these, sums of days and months leave the calendar


def now() -> datetime:
    """Return the present instant in UTC.

    Raises:
        SettingsError: PLANWATCH_NOW is set and is not an ISO instant of a year from 2000 to 2199.
        ClockOutOfRange: the system's clock is outside these years.
    """
    fixed = os.environ.get("PLANWATCH_NOW")
    if not fixed:
        return check_clock(datetime.now(UTC))
    try:
        instant = parse_instant(fixed)
    except (ValueError, OverflowError) as error:
        raise SettingsError(
            f"PLANWATCH_NOW is {fixed!r}, which is not an ISO instant",
            hint="write it as 2026-11-23T09:00:00Z, or unset it",
        ) from error
    if instant.year not in _YEARS:
        raise SettingsError(
            f"PLANWATCH_NOW is {fixed!r}, which is not in the years {_YEARS[0]} to {_YEARS[-1]}",
            hint="write it as 2026-11-23T09:00:00Z, or unset it",
        )
    return instant


def check_clock(instant: datetime) -> datetime:
    """Return what the system's clock says, if it can be true.

    Raises:
        ClockOutOfRange: it cannot.
    """
    if instant.year not in _YEARS:
        raise ClockOutOfRange(
            f"the system's clock says {instant:%d %B} {instant.year}, which cannot be true",
            hint="set it right, then try again; nothing was changed",
        )
    return instant


def today() -> date:
    """Return the present day (UTC)."""
    return now().date()


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


def stamp() -> str:
    """Return the present instant as the ledger keeps it."""
    return format_instant(now())
