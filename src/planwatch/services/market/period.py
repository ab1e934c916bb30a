"""What a person asks of a period: `7d`, `12h`, a date, and brands by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from planwatch.clock import end_of_period, format_instant, parse_instant
from planwatch.domain.brand import resolve_brand
from planwatch.domain.london import end_of_day, from_london, start_of_day
from planwatch.domain.period import Period
from planwatch.errors import UsageError
from planwatch.ledger.plans.counts import brands_ever
from planwatch.ledger.store.connection import Ledger

_PERIOD: Final = re.compile(r"([0-9]{1,5})\s?([dhw])")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}")
_LAST_YEAR: Final = 2099
_DAY: Final = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}")
_HOURS: Final = {"h": 1, "d": 24, "w": 168}


def since_instant(text: str, present: datetime, *, option: str = "--since") -> str:
    """Return the instant that `7d`, `12h` or a day means, as the ledger keeps it.

    A day begins at midnight in London; a time without an offset is London's, too.

    Raises:
        UsageError: it is none of these.
    """
    return _read_instant(text, present, option, start_of_day)


def read_period(since: str, until: str | None, present: datetime) -> Period:
    """Return the period that `--since` and `--until` mean; without the latter it ends now.

    What is later than now, which a clock that ran ahead wrote, is within no period.

    Raises:
        UsageError: they are none, or it begins in the future or not before it ends.
    """
    end = None if until is None else until_instant(until, present)
    start = since_instant(since, present if end is None else parse_instant(end))
    if start > format_instant(present):
        raise UsageError(f"--since {since} is in the future", hint="write an age, such as 7d")
    if end is not None and start >= end:
        raise UsageError(f"--since {since} is not before --until {until}", hint="swap the two")
    now_ends = end_of_period(present)
    return Period(start, min(end or now_ends, now_ends))


def resolve_brands(ledger: Ledger, names: Sequence[str]) -> list[str]:
    """Return the display names of brands that the ledger ever held, each once.

    Raises:
        UnknownName: one of them is none.
    """
    if not names:
        return []
    sold = brands_ever(ledger)
    return list(dict.fromkeys(resolve_brand(name, sold) for name in names))


def until_instant(text: str, present: datetime) -> str:
    """Return the first instant after a period: after a day, or of `7d` the instant so long ago.

    Raises:
        UsageError: it is none of these.
    """
    return _read_instant(text, present, "--until", end_of_day)


def _read_instant(
    text: str, present: datetime, option: str, of_day: Callable[[date], datetime]
) -> str:
    given = text.strip()
    match = _PERIOD.fullmatch(given.lower())
    try:
        if match:
            at = present - timedelta(hours=int(match[1]) * _HOURS[match[2]])
        elif _DAY.fullmatch(given):
            at = of_day(date.fromisoformat(given))
        else:
            at = from_london(datetime.fromisoformat(given))
        return format_instant(at)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"{option} {text!r} is not a valid period",
            hint="write 7d, 12h, or a date such as 2026-11-01",
        ) from error


def read_day(text: str, *, option: str, is_month: bool = False) -> date:
    """Return the day that a person wrote.

    Args:
        is_month: a month such as 2027-01 is one, too: its first day.

    Raises:
        UsageError: it is none.
    """
    given = text.strip()
    whole = f"{given}-01" if is_month and _MONTH.fullmatch(given) else given
    try:
        day = date.fromisoformat(whole)
    except ValueError as error:
        example = "a month such as 2027-01, or a date" if is_month else "a date such as 2026-11-01"
        raise UsageError(
            f"{option} {text!r} is not a valid date", hint=f"write {example}"
        ) from error
    if day.year > _LAST_YEAR:
        raise UsageError(
            f"{option} {text!r} is too far in the future", hint="write a year up to 2099"
        )
    return day
