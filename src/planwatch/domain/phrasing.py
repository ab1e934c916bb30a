"""How figures and names are written: money, data, terms, percentages, dates, durations, plurals.

The only formatter: sentences, screens, pages, charts and alerts all use it. British English, a unit
beside every number, "−" (U+2212) as the minus sign. None, what is not stated, is a dash.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from planwatch.domain.allowance import Allowance
from planwatch.domain.london import london_day

if TYPE_CHECKING:
    from planwatch.domain.plan import Plan

DASH: Final = "–"
MARKET_CURRENCY: Final = "GBP"
"""What the plans that are compared are priced in; a plan in another currency is left out."""

_SIGNS: Final = {"GBP": "£", "EUR": "€"}
_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 86_400


def format_money(pence: int | None, currency: str) -> str:
    """Return "£1,018.00", "−€18.00" or "CHF 18.00".

    Args:
        pence: in the minor unit of the currency.
        currency: ISO 4217 code of the plan.
    """
    if pence is None:
        return DASH
    units, rest = divmod(abs(pence), 100)
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"{'−' if pence < 0 else ''}{sign}{units:,}.{rest:02}"


def format_money_change(pence: int | None, currency: str) -> str:
    """Return money with its sign: "+£1.90", "−£1.90"; no change is "±£0.00"."""
    if pence is None or pence < 0:
        return format_money(pence, currency)
    return f"{'+' if pence else '±'}{format_money(pence, currency)}"


def format_pounds(pence: int | None) -> str:
    """Return an amount of the compared market, which is in pounds, as `format_money` does."""
    return format_money(pence, MARKET_CURRENCY)


def format_pounds_change(pence: int | None) -> str:
    """Return a difference of the compared market as `format_money_change` does."""
    return format_money_change(pence, MARKET_CURRENCY)


def format_percent(percent: float) -> str:
    """Return "19 %"; below 1 % one decimal. The sign is left to the sentence."""
    size = abs(percent)
    return f"{size:.1f} %" if size < 1 else f"{int(size + 0.5):,} %"


def format_percent_change(percent: float | None) -> str:
    """Return whole per cent with a sign: "+19 %", "+9,131 %"; what rounds to nothing is "0 %"."""
    if percent is None:
        return DASH
    rounded = int(abs(percent) + 0.5)  # half away from zero, as in sentences
    return f"{'−' if percent < 0 else '+'}{rounded:,} %" if rounded else "0 %"


def format_share(percent: float | None) -> str:
    """Return a part of a whole: "19 %"."""
    return DASH if percent is None else f"{percent:.0f} %"


def format_data(data_mb: int | None) -> str:
    """Return "25 GB", "500 MB", or "unlimited data" for None."""
    return "unlimited data" if data_mb is None else str(Allowance(data_mb))


def short_data(data_mb: int | None) -> str:
    """Return the same for a table: "25 GB", "Unlimited"."""
    return "Unlimited" if data_mb is None else str(Allowance(data_mb))


def format_term(months: int) -> str:
    """Return "24 months", "1 month", or "pay as you go" for 0."""
    return count_of(months, "month") if months else "pay as you go"


def short_term(months: int | None) -> str:
    """Return the same for a table: "24 months", "PAYG"."""
    if months is None:
        return DASH
    return count_of(months, "month") if months else "PAYG"


def format_date(day: date) -> str:
    """Return "16 November 2026"."""
    return f"{day.day} {day:%B %Y}"


def format_day(instant: str) -> str:
    """Return "16 November 2026" for an ISO date, or the day in London of an instant."""
    return format_date(london_day(instant))


def short_date(instant: str | None) -> str:
    """Return "16 Nov 2026" for an ISO date, or the day in London of an instant."""
    return DASH if instant is None else f"{london_day(instant):%-d %b %Y}"


def format_duration(seconds: float) -> str:
    """Return "0.4 s", "42 s", "3:07" or "1:02:33"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE_S:
        return f"{whole} s"
    minutes, rest = divmod(whole, _MINUTE_S)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def format_age(seconds: float) -> str:
    """Return "just now", "5 min ago", "3 h ago" or "2 days ago"."""
    if seconds < _MINUTE_S:
        return "just now"
    if seconds < _HOUR_S:
        return f"{int(seconds // _MINUTE_S)} min ago"
    if seconds < 2 * _DAY_S:
        return f"{int(seconds // _HOUR_S)} h ago"
    return f"{int(seconds // _DAY_S)} days ago"


def format_rank(rank: int) -> str:
    """Return "1st", "2nd", "11th"."""
    if rank % 100 in (11, 12, 13):
        return f"{rank}th"
    return f"{rank}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(rank % 10, 'th') }"


def format_text(value: object) -> str:
    """Return a value as it is; a dash for nothing."""
    return DASH if value is None or value == "" else str(value)


def format_count(number: int, noun: str) -> str:
    """Return "1 plan", "3 plans", "0 plans"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def count_of(number: int, noun: str) -> str:
    """Return "1 plan", "3 plans", "no plans"."""
    return format_count(number, noun) if number else f"no {noun}s"


def is_or_are(number: int) -> str:
    return "is" if number == 1 else "are"


def join_words(words: Sequence[str]) -> str:
    """Return "A", "A and B" or "A, B and C"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def join_some(words: Sequence[str], most: int = 5) -> str:
    """Return "A, B and C", or the first `most` "and others"."""
    if len(words) <= most:
        return join_words(words)
    return join_words([*words[:most], "others"])


def list_some(words: Sequence[str], most: int) -> str:
    """Return "A, B, C", or the first `most` "and 4 more"."""
    more = len(words) - most
    return ", ".join(words[:most]) + (f" and {more} more" if more > 0 else "")


def possessive(name: str) -> str:
    """Return "Vodafone's"."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def name_size(data_mb: int | None, term_months: int) -> str:
    """Return "25 GB, 24 months"."""
    return f"{format_data(data_mb)}, {format_term(term_months)}"


def name_plan(plan: Plan) -> str:
    """Return the plan's name within its brand: "Lite 25 GB, 24 months (max 10 Mbps)"."""
    return name_plan_by(
        plan.allowance.data_mb,
        plan.term_months,
        plan.variant,
        condition=plan.condition,
        max_speed_mbps=plan.max_speed_mbps,
    )


def name_plan_by(
    data_mb: int | None,
    term_months: int,
    variant: str,
    *,
    condition: str | None = None,
    max_speed_mbps: int | None = None,
) -> str:
    """Return the same of what the ledger has in columns."""
    size = name_size(data_mb, term_months)
    is_said = f" {variant.lower()} " in f" {size.replace(',', '')} "
    name = size if is_said or not variant else f"{variant} {size}"
    limit = f"max {max_speed_mbps} Mbps" if max_speed_mbps else None
    details = ", ".join(word for word in (condition, limit) if word)
    return f"{name} ({details})" if details else name


def name_plan_of_brand(plan: Plan) -> str:
    """Return "O2 Classic 25 GB, 24 months"."""
    return f"{plan.brand} {name_plan(plan)}"
