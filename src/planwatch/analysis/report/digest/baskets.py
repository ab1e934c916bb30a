"""Usage baskets in a digest: whose winner or price is another one than at the start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from planwatch.analysis.market.market import Market
from planwatch.analysis.metrics.baskets import Basket, MarketPrice, price_market
from planwatch.analysis.report.digest.lines import Line, pence_fact
from planwatch.analysis.report.document import Column, Record, build_section, build_table
from planwatch.analysis.subjects import basket_subject
from planwatch.domain.phrasing import format_pounds, join_some, join_words

_BASKET_COLUMNS: Final[tuple[Column, ...]] = (
    ("basket", "Basket", "text"),
    ("won_before", "Winner before", "text"),
    ("before_pence", "Price before", "money"),
    ("won_now", "Winner now", "text"),
    ("now_pence", "Price now", "money"),
    ("by_pence", "Change", "money_diff"),
)


def find_moved_baskets(
    before: Market, now: Market, baskets: Sequence[Basket], brands: Sequence[str] = ()
) -> list[Record]:
    """Return a row for each basket whose winner or price has changed.

    Both markets are to be of the same sources: one that is collected for the first time is no
    move of the market.

    Args:
        brands: only baskets that one of them won or wins; empty for all.
    """
    then, present = before.by_brand(), now.by_brand()
    prices = [(price_market(each, then), price_market(each, present)) for each in baskets]
    rows = [_basket_row(basket, *two) for basket, two in zip(baskets, prices, strict=True)]
    won = [{*first.winners, *last.winners} for first, last in prices]
    return [
        row
        for row, winners in zip(rows, won, strict=True)
        if (row["has_new_winner"] or row["by_pence"])
        and (not brands or not winners.isdisjoint(brands))
    ]


def _basket_row(basket: Basket, then: MarketPrice, now: MarketPrice) -> Record:
    has_both = then.pence is not None and now.pence is not None
    return {
        "basket_id": basket.id,
        "basket": basket.label,
        "won_before": join_words(then.winners) if then.winners else "nobody",
        "before_pence": then.pence,
        "won_now": join_words(now.winners) if now.winners else "nobody",
        "now_pence": now.pence,
        "by_pence": (now.pence or 0) - (then.pence or 0) if has_both else None,
        "has_new_winner": set(then.winners) != set(now.winners),
        "winners": (then.winners, now.winners),
    }


def say_new_winner(row: Record) -> str:
    """Say who wins a basket now, and who won it at the start."""
    if row["now_pence"] is None:
        return f"No brand serves {row['basket']} any more; {row['won_before']} did before."
    return (
        f"{row['won_now']} now {'win' if ' and ' in row['won_now'] else 'wins'} {row['basket']} at "
        f"{format_pounds(row['now_pence'])}; {row['won_before']} won it before"
        + ("." if row["before_pence"] is None else f", at {format_pounds(row['before_pence'])}.")
    )


def say_hands(moved: Iterable[Mapping[str, Any]], brand: str) -> list[Line]:
    """Return a line for each basket with a new winner, those that `brand` won or wins first."""
    rows = [row for row in moved if row["has_new_winner"]]
    return [_say_hand(row) for row in sorted(rows, key=lambda row: not _is_of(row, brand))]


def _is_of(row: Mapping[str, Any], brand: str) -> bool:
    return any(brand in winners for winners in row["winners"])


def _say_hand(row: Mapping[str, Any]) -> Line:
    basket = basket_subject(row["basket_id"], row["basket"])
    ends = ("before", row["before_pence"]), ("now", row["now_pence"])
    facts = tuple(
        pence_fact(f"basket_{when}", basket, pence, f"lowest cost {when}", "Usage basket")
        for when, pence in ends
        if pence is not None
    )
    before, now = (join_some(winners, 3) or "nobody" for winners in row["winners"])
    return Line(
        kind="basket",
        text=f"{row['basket']}: {now}{_at(row['now_pence'])}, before {before}"
        f"{_at(row['before_pence'])}.",
        facts=facts,
    )


def _at(pence: int | None) -> str:
    return "" if pence is None else f" at {format_pounds(pence)}"


def build_baskets_section(
    moved: Sequence[Record], new_sources: Sequence[str], *, known: bool
) -> Record:
    """Return the section.

    Args:
        new_sources: sentences about sources that are not compared.
        known: the winners at the start are known.
    """
    if not known:
        sentences = ["The winners at the start are not known: nothing had been collected yet."]
    elif not moved:
        sentences = ["No usage basket has a new winner or a new price."]
    else:
        won = [row for row in moved if row["has_new_winner"]]
        sentences = [say_new_winner(row) for row in won] or ["No basket has a new winner."]
    tables = (
        [build_table("baskets", "Baskets that changed", _BASKET_COLUMNS, moved)] if moved else []
    )
    return build_section("baskets", "Usage baskets", [*sentences, *new_sources], tables)
