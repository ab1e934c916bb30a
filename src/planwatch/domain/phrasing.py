"""Figures and names as they stand in a sentence: British English, units beside every number.

Owns the formats. Which sentence is said is decided in `narrative` and `market_narrative`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from planwatch.domain.allowance import Allowance
from planwatch.domain.plan import Plan


def format_money(pence: int) -> str:
    """Return "£18.00"; of a negative amount "-£18.00"."""
    pounds, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{pounds:,}.{rest:02}"


def format_percent(percent: float) -> str:
    """Return "19 %"; below 1 % one decimal. The sign is left to the sentence."""
    size = abs(percent)
    return f"{size:.1f} %" if size < 1 else f"{int(size + 0.5):,} %"


def format_data(data_mb: int | None) -> str:
    """Return "25 GB", "500 MB", or "unlimited data" for None."""
    return "unlimited data" if data_mb is None else str(Allowance(data_mb))


def format_term(months: int) -> str:
    """Return "24 months", "1 month", or "pay as you go" for 0."""
    return count_of(months, "month") if months else "pay as you go"


def format_date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def format_rank(rank: int) -> str:
    """Return "1st", "2nd", "11th"."""
    if rank % 100 in (11, 12, 13):
        return f"{rank}th"
    return f"{rank}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(rank % 10, 'th') }"


def count_of(number: int, noun: str) -> str:
    """Return "1 plan", "3 plans", "no plans"."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


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


def possessive(name: str) -> str:
    """Return "Vodafone's"."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def name_size(data_mb: int | None, term_months: int) -> str:
    """Return "25 GB, 24 months"."""
    return f"{format_data(data_mb)}, {format_term(term_months)}"


def name_plan(plan: Plan) -> str:
    """Return the plan's name within its brand: "25 GB, 24 months (Lite, max 10 Mbps)"."""
    limit = f"max {plan.max_speed_mbps} Mbps" if plan.max_speed_mbps else None
    size = name_size(plan.allowance.data_mb, plan.term_months)
    variant = None if plan.variant.lower() in size else plan.variant
    details = ", ".join(word for word in (variant, plan.condition, limit) if word)
    return f"{size} ({details})" if details else size


def name_plan_of_brand(plan: Plan) -> str:
    """Return "O2 25 GB, 24 months (Classic)"."""
    return f"{plan.brand} {name_plan(plan)}"
