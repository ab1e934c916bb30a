"""The clock of every process: the present time in UTC, or PLANWATCH_NOW if it is set."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from typing import Final

from planwatch.domain.london import end_of_day, london_day
from planwatch.domain.period import end_of_period as end_of_period
from planwatch.domain.period import format_instant as format_instant
from planwatch.domain.period import next_instant as next_instant
from planwatch.domain.period import parse_instant as parse_instant
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
    """Return the present day in London."""
    return london_day(now())


def last_instant_of(day: date) -> str:
    """Return the last instant of a day in London."""
    return format_instant(end_of_day(day) - timedelta(milliseconds=1))


def stamp() -> str:
    """Return the present instant as the ledger keeps it."""
    return format_instant(now())
