"""The words of a market's overview: who sells, and where one brand stands in each data tier."""

from __future__ import annotations

from collections.abc import Sequence

from planwatch.analysis.report.sections.white_space import TIER_WORDS
from planwatch.analysis.report.sentences import Row, say_of_base
from planwatch.domain.phrasing import count_of, format_money, format_rank


def say_overview(figures: Row, focus: str) -> list[str]:
    brands = figures["brands"]
    own = next(row for row in brands if row["brand"] == focus)
    plans = count_of(figures["plans"], "comparable plan")
    return [
        f"The market holds {plans} of {count_of(len(brands), 'brand')}; {focus} sells "
        f"{own['plans']}.",
    ]


def say_tier(row: Row, focus: str) -> str:
    words = TIER_WORDS[row["tier"]]
    if row["focus_pence"] is None:
        return (
            f"{focus} sells nothing with {words}; the cheapest there is {row['market_plan']} at "
            f"{format_money(row['market_pence'])} a month."
        )
    if not row["gap_pence"]:
        return (
            f"{focus} has the least effective cost with {words}: "
            f"{format_money(row['focus_pence'])} a month ({row['focus_plan']})."
        )
    return (
        f"With {words} {focus} ranks {format_rank(row['rank'])} of "
        f"{count_of(row['brands'], 'brand')}: its cheapest costs "
        f"{format_money(row['focus_pence'])} a month against {format_money(row['market_pence'])} "
        f"for {row['market_plan']}, {say_of_base(row, row['market_brand'])} more."
    )


def say_premium(rows: Sequence[Row], focus: str) -> list[str]:
    """Return what unlimited costs more at the focus and at the brand where it costs least more."""
    own = [row for row in rows if row["brand"] == focus]
    others = [row for row in rows if row["brand"] != focus]
    if not own:
        return []
    first = (
        f"Unlimited data costs {_say_more(own[0]['premium_pence'])} a month than the largest "
        f"capped plan of {focus}"
    )
    if not others:
        return [f"{first}."]
    least = min(others, key=lambda row: row["premium_pence"])
    return [f"{first}; at {least['brand']} {_say_more(least['premium_pence'])}."]


def _say_more(pence: int) -> str:
    return f"{format_money(abs(pence))} {'less' if pence < 0 else 'more'}"


def say_worst_tier(figures: Row, focus: str) -> list[str]:
    behind = [row for row in figures["tiers"] if row["gap_pence"]]
    return [say_tier(max(behind, key=lambda row: row["gap_pence"]), focus)] if behind else []
