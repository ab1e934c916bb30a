"""The clock of every process: the present time in UTC, or PLANWATCH_NOW if it is set."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from planwatch.errors import SettingsError


def now() -> datetime:
    """Return the present instant in UTC.

    Raises:
        SettingsError: PLANWATCH_NOW is set and is not an ISO instant.
    """
    fixed = os.environ.get("PLANWATCH_NOW")
    if not fixed:
        return datetime.now(UTC)
    try:
        return parse_instant(fixed)
    except ValueError as error:
        raise SettingsError(
            f"PLANWATCH_NOW is {fixed!r}, which is not an ISO instant",
            hint="write it as 2026-11-23T09:00:00Z, or unset it",
        ) from error


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


def stamp() -> str:
    """Return the present instant as the ledger keeps it."""
    return format_instant(now())
