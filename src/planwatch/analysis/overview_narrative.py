"""The words of a market's overview: who sells, and where one brand stands in each data tier."""

from __future__ import annotations

from typing import Final

from planwatch.analysis.sentences import Row, say_of_base
from planwatch.analysis.words import count_of, format_money, format_rank

_TIER_WORDS: Final = {
    "low": "up to 20 GB",
    "medium": "over 20 to 100 GB",
    "high": "over 100 GB",
    "unlimited": "unlimited data",
}


def say_overview(figures: Row, focus: str) -> list[str]:
    brands = figures["brands"]
    own = next(row for row in brands if row["brand"] == focus)
    plans = count_of(figures["plans"], "comparable plan")
    return [
        f"The market holds {plans} of {count_of(len(brands), 'brand')}; {focus} sells "
        f"{own['plans']}.",
        *(say_tier(row, focus) for row in figures["tiers"]),
    ]


def say_tier(row: Row, focus: str) -> str:
    words = _TIER_WORDS[row["tier"]]
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


def say_worst_tier(figures: Row, focus: str) -> list[str]:
    behind = [row for row in figures["tiers"] if row["gap_pence"]]
    return [say_tier(max(behind, key=lambda row: row["gap_pence"]), focus)] if behind else []
