"""Figures as people read them. Input is in the units of the JSON: pence, MB, months, instants."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from planwatch.domain.allowance import Allowance

DASH: Final = "–"
_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86_400


_SIGNS: Final = {"GBP": "£", "EUR": "€"}


def money(pence: int | None, currency: str = "GBP") -> str:
    """Pounds with two decimals, or the currency that is named; a dash for what is not stated."""
    if pence is None:
        return DASH
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"{'−' if pence < 0 else ''}{sign}{abs(pence) // 100}.{abs(pence) % 100:02d}"


def money_difference(pence: int | None) -> str:
    """As money, with a sign; nothing is `±£0.00`."""
    if pence is None:
        return DASH
    sign = "+" if pence > 0 else "−" if pence < 0 else "±"
    return f"{sign}£{abs(pence) // 100}.{abs(pence) % 100:02d}"


def data(data_mb: int | None) -> str:
    return "Unlimited" if data_mb is None else str(Allowance(data_mb))


def term(months: int | None) -> str:
    if months is None:
        return DASH
    if months == 0:
        return "PAYG"
    return "1 month" if months == 1 else f"{months} months"


def percent(value: float | None) -> str:
    """With a sign, and nothing after the point; what rounds to nothing is `0 %`."""
    if value is None:
        return DASH
    rounded = int(abs(value) + 0.5)  # half away from zero, as in the words
    return f"{'−' if value < 0 else '+'}{rounded} %" if rounded else "0 %"


def share(value: float | None) -> str:
    """A part of a whole, without a sign."""
    return DASH if value is None else f"{value:.0f} %"


def duration(seconds: float) -> str:
    """As 0.4 s, 42 s, 3:07 or 1:02:33."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    minutes, rest = divmod(whole, _MINUTE)
    hours, minutes = divmod(minutes, _MINUTE)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def count_of(number: int, noun: str) -> str:
    """As `1 step` or `3 steps`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def age(seconds: float) -> str:
    """As `just now`, 5 min, 3 h or 2 days."""
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min ago"
    if seconds < 2 * _DAY:
        return f"{int(seconds // _HOUR)} h ago"
    return f"{int(seconds // _DAY)} days ago"


def day(instant: str | None) -> str:
    return DASH if instant is None else f"{datetime.fromisoformat(instant):%-d %b %Y}"


def plain(value: Any) -> str:
    return DASH if value is None or value == "" else str(value)
