"""Usage baskets section: which brand serves each basket at the lowest cost, and by how much."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from planwatch.analysis.facts import (
    Fact,
    count_fact,
    fact_id,
    ids_of,
    percent_of,
    row_gap_facts,
)
from planwatch.analysis.metrics.baskets import MarketPrice
from planwatch.analysis.report.sections.overview import Record
from planwatch.analysis.report.sentences import Row, say_difference
from planwatch.analysis.subjects import BASKETS, MARKET, Subject, basket_subject, brand_subject
from planwatch.domain.phrasing import count_of, format_pounds, join_words, possessive

TIE: Final = "tie"
"""The winner of a basket that both brands of a comparison serve at the same price."""
_TIES: Final = (TIE, "level")
"""What earlier versions wrote stands in checkpoints and stored reports."""


def basket_count_facts(rows: Sequence[Row], brands: Sequence[str]) -> list[Fact]:
    """Return how many baskets there are, and how many each brand wins alone.

    Args:
        rows: of a comparison, with `winner`.
    """
    winners = [row["winner"] for row in rows]
    return [
        count_fact("baskets", len(rows), "usage baskets", BASKETS),
        count_fact(
            "baskets_level",
            sum(map(winners.count, _TIES)),
            "baskets that end in a tie",
            BASKETS,
        ),
        count_fact(
            "baskets_unserved",
            winners.count(None),
            "baskets that neither brand serves",
            MARKET.said("both"),
        ),
        *(
            count_fact("baskets_won", winners.count(brand), "baskets won", brand_subject(brand))
            for brand in brands
        ),
    ]


def basket_gap_facts(rows: Iterable[Row], brand: str, base: str | None = None) -> list[Fact]:
    """Return the gap of a brand's price of each basket to the rival's, or to the market's."""
    return [
        fact
        for row in rows
        if row["gap_pence"]
        for fact in row_gap_facts(
            "basket_gap", row, _basket_of(row, brand), _base_of(row, base), "Usage basket"
        )
    ]


def _basket_of(row: Row, brand: str | None = None) -> Subject:
    return basket_subject(row["basket_id"], row["basket"], brand)


def _base_of(row: Row, base: str | None) -> Subject | str:
    """Return the brand that a price is against, in words where several ask the least."""
    if base is not None:
        return brand_subject(base)
    winners = row["winners"]
    return brand_subject(winners[0]) if len(winners) == 1 else str(row["winner"])


def market_basket_facts(rows: Sequence[Row], focus: str) -> list[Fact]:
    """Return how many baskets the focus wins, shares and lacks, how many its best rival wins."""
    served = [row for row in rows if row["winner"]]
    alone = sum(row["winners"] == [focus] for row in served)
    shared = sum(focus in row["winners"] for row in served) - alone
    wins: dict[str, int] = {}
    for row in served:
        for brand in row["winners"]:
            wins[brand] = wins.get(brand, 0) + 1
    own = brand_subject(focus)
    lacking = sum(row["focus_pence"] is None for row in served)
    room = [
        Fact(
            kind="basket_room",
            label="cheapest rival's price of the basket minus the focus brand's",
            value=row["rival_pence"] - row["focus_pence"],
            unit="pence_per_month",
            subject=_basket_of(row, focus),
            formula="Usage basket",
            base=brand_subject(focus),
        )
        for row in served
        if row["winners"] == [focus] and row["rival_pence"] is not None
    ]
    behind = [row for row in served if (row["gap_pence"] or 0) > 0]
    return [
        count_fact("baskets_served", len(served), "baskets that at least one brand serves", MARKET),
        count_fact("baskets_shared", shared, "baskets won in a tie", own),
        count_fact("baskets_alone", alone, "baskets won alone", own),
        count_fact("baskets_lacking", lacking, "baskets that only others serve", own),
        *(
            count_fact("baskets_won", number, "baskets won", brand_subject(brand))
            for brand, number in wins.items()
        ),
        *basket_gap_facts(served, focus),
        *room,
        *win_facts(behind, focus, "market_pence"),
    ]


def win_facts(rows: Iterable[Row], brand: str, rival_column: str) -> list[Fact]:
    """Return the cost at which a brand wins each basket: a penny less than `rival_column`."""
    return [
        Fact(
            kind="basket_win",
            label="cost that wins the basket",
            value=row[rival_column] - 1,
            unit="pence_per_month",
            subject=_basket_of(row, brand),
            formula="Price to match",
        )
        for row in rows
    ]


def market_basket_row(price: MarketPrice, focus: str) -> Record:
    """Return the focus brand's price of a basket beside the market's and its best rival's."""
    own = price.price_at(focus)
    rivals = [item.monthly_pence for name, item in price.cheapest.items() if name != focus]
    gap = own - price.pence if own is not None and price.pence is not None else None
    return {
        "basket_id": price.basket.id,
        "basket": price.basket.label,
        "focus_pence": own,
        "market_pence": price.pence,
        "winners": list(price.winners),
        "winner": join_words(price.winners) or None,
        "gap_pence": gap,
        "gap_percent": None if gap is None else percent_of(gap, price.pence or 0),
        "rival_pence": min(rivals, default=None),
        "median_pence": price.median_pence,
        "ids": ids_of(
            basket_subject(price.basket.id, price.basket.label, focus),
            focus_pence="basket",
            gap_pence="basket_gap",
            gap_percent="basket_gap_percent",
        ),
    }


def basket_price_rows(prices: Sequence[MarketPrice], brands: Sequence[str]) -> list[Record]:
    """Return what each basket costs at each brand that serves any, under the basket's id."""
    rows: list[Record] = [
        {
            "brand": brand,
            **{price.basket.id: price.price_at(brand) for price in prices},
            "ids": {
                price.basket.id: fact_id(
                    "basket", basket_subject(price.basket.id, price.basket.label, brand)
                )
                for price in prices
            },
        }
        for brand in brands
    ]
    return [row for row in rows if any(row[price.basket.id] is not None for price in prices)]


def say_baskets(computed: Row) -> list[str]:
    a, b = computed["brands"]
    rows = [row for row in computed["baskets"] if row["gap_pence"]]
    leads_a = [row for row in rows if row["gap_pence"] < 0]
    leads_b = [row for row in rows if row["gap_pence"] > 0]
    sentences = [say_wins(computed)] if computed["baskets"] else []
    if leads_a:
        row = min(leads_a, key=lambda row: row["gap_pence"])
        sentences.append(
            f"{possessive(a)} widest lead: {row['basket']}, where {_beside(a, b, row)}."
        )
    if leads_b:
        row = max(leads_b, key=lambda row: row["gap_pence"])
        sentences.append(
            f"{possessive(b)} widest lead: {row['basket']}, where {_beside(a, b, row)}; {a} would "
            f"win it at {format_pounds(row['b_pence'] - 1)}."
        )
    return sentences


def say_wins(computed: Row) -> str:
    a, b = computed["brands"]
    winners = [row["winner"] for row in computed["baskets"]]
    if not winners:
        return ""
    ties, unserved = sum(map(winners.count, _TIES)), winners.count(None)
    rest = [
        *([f"{ties} {'is a tie' if ties == 1 else 'are ties'}"] if ties else []),
        *([f"neither brand serves {unserved}"] if unserved else []),
    ]
    return (
        f"Of {count_of(len(winners), 'usage basket')}, {a} wins {winners.count(a) or 'none'} and "
        f"{b} {winners.count(b) or 'none'}{'; ' if rest else ''}{' and '.join(rest)}."
    )


def _beside(a: str, b: str, row: Row) -> str:
    return (
        f"{a} costs {format_pounds(row['a_pence'])}, {say_difference(row)} {b} at "
        f"{format_pounds(row['b_pence'])}"
    )
