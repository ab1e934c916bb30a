"""Periods as a person writes them: `7d`, `12h`, or a day."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from planwatch.clock import format_instant, parse_instant
from planwatch.errors import UsageError

_PERIOD: Final = re.compile(r"([0-9]{1,5})\s?([dhw])")

_HOURS: Final = {"h": 1, "d": 24, "w": 168}


def since_instant(text: str, present: datetime, *, option: str = "--since") -> str:
    """Return the instant that `7d`, `12h` or a day means, as the ledger keeps it.

    Raises:
        UsageError: it is none of these.
    """
    match = _PERIOD.fullmatch(text.strip().lower())
    try:
        if match:
            hours = int(match[1]) * _HOURS[match[2]]
            return format_instant(present - timedelta(hours=hours))
        return format_instant(parse_instant(text))
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"{option} {text!r} is no period", hint="write 7d, 12h, or a day such as 2026-11-01"
        ) from error
