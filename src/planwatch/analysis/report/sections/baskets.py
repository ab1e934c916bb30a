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
from planwatch.analysis.metrics.baskets import Basket, MarketPrice, basket_facts
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.sentences import Row, say_difference
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import BASKETS, MARKET, Subject, basket_subject, brand_subject
from planwatch.domain.job_kinds import ANALYSE, COMPARE
from planwatch.domain.phrasing import count_of, format_pounds, join_words, name_plan, possessive

TIE: Final = "tie"
"""The winner of a basket that both brands of a comparison serve at the same price."""


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
            winners.count(TIE),
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


def say_baskets(brands: Sequence[str], baskets: Sequence[Row]) -> list[str]:
    a, b = brands
    rows = [row for row in baskets if row["gap_pence"]]
    leads_a = [row for row in rows if row["gap_pence"] < 0]
    leads_b = [row for row in rows if row["gap_pence"] > 0]
    sentences = [say_wins(brands, baskets)] if baskets else []
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


def say_wins(brands: Sequence[str], baskets: Sequence[Row]) -> str:
    a, b = brands
    winners = [row["winner"] for row in baskets]
    if not winners:
        return ""
    ties, unserved = winners.count(TIE), winners.count(None)
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


def _basket_row(price: MarketPrice, brands: tuple[str, str]) -> Record:
    a, b = price.price_at(brands[0]), price.price_at(brands[1])
    winner = price.winners[0] if price.winners else None
    gap = a - b if a is not None and b is not None else None
    return {
        "basket_id": price.basket.id,
        "basket": price.basket.label,
        "a_pence": a,
        "b_pence": b,
        "winner": TIE if len(price.winners) > 1 else winner,
        "gap_pence": gap,
        "gap_percent": percent_of(gap, b) if gap is not None and b is not None else None,
        "a_plan": _name_at(price, brands[0]),
        "b_plan": _name_at(price, brands[1]),
        "ids": _basket_ids(price, brands),
    }


def _basket_ids(price: MarketPrice, brands: tuple[str, str]) -> dict[str, str]:
    a, b = (basket_subject(price.basket.id, price.basket.label, brand) for brand in brands)
    plans = zip(("a_plan", "b_plan"), brands, strict=True)
    return {
        **ids_of(a, a_pence="basket", gap_pence="basket_gap", gap_percent="basket_gap_percent"),
        **ids_of(b, b_pence="basket"),
        **{key: price.cheapest[name].plan_id for key, name in plans if name in price.cheapest},
    }


def _name_at(price: MarketPrice, brand: str) -> str | None:
    item = price.cheapest.get(brand)
    return name_plan(item.plan) if item else None


def say_market_baskets(rows: Sequence[Row], focus: str) -> list[str]:
    behind = [row for row in rows if (row["gap_pence"] or 0) > 0]
    unserved = [row for row in rows if row["focus_pence"] is None and row["winner"]]
    sentences = [_say_market_wins(rows, focus)]
    if behind:
        near = min(behind, key=lambda row: row["gap_pence"])
        far = max(behind, key=lambda row: row["gap_pence"])
        sentences.append(
            f"Closest to winning: {near['basket']}, where {focus} costs {_over_market(near)}; it "
            f"would win at {format_pounds(near['market_pence'] - 1)}."
        )
        if far is not near:
            sentences.append(
                f"Furthest behind: {far['basket']}, where {focus} costs {_over_market(far)}."
            )
    sentences += _say_widest_lead(rows, focus)
    if unserved:
        sentences.append(
            f"{focus} has no plan for {count_of(len(unserved), 'basket')} that rivals serve, "
            f"such as {unserved[0]['basket']} ({unserved[0]['winner']} at "
            f"{format_pounds(unserved[0]['market_pence'])})."
        )
    return sentences


def _say_market_wins(rows: Sequence[Row], focus: str) -> str:
    served = [row for row in rows if row["winner"]]
    alone = sum(row["winners"] == [focus] for row in served)
    shared = sum(focus in row["winners"] for row in served) - alone
    ties = f" and ties for {shared}" if shared else ""
    best = _name_leader(served, focus)
    return f"{focus} wins {alone or 'none'} of {count_of(len(served), 'usage basket')}{ties}{best}."


def _name_leader(rows: Sequence[Row], focus: str) -> str:
    """Return "; SMARTY leads with 9" for the rival that wins most baskets, alone or tied."""
    wins: dict[str, int] = {}
    for row in rows:
        for brand in row["winners"]:
            wins[brand] = wins.get(brand, 0) + 1
    most = max(wins.values(), default=0)
    leaders = [brand for brand, number in wins.items() if number == most]
    if not leaders or focus in leaders:
        return ""
    verb = "leads" if len(leaders) == 1 else "lead"
    return f"; {join_words(leaders)} {verb} with {most}"


def _say_widest_lead(rows: Sequence[Row], focus: str) -> list[str]:
    """Return the basket that the focus wins by most, and how far its price could rise."""
    won = [row for row in rows if row["winners"] == [focus] and row["rival_pence"] is not None]
    if not won:
        return []
    row = max(won, key=lambda row: row["rival_pence"] - row["focus_pence"])
    room = row["rival_pence"] - row["focus_pence"]
    return [
        f"Widest lead: {row['basket']}, where {focus} costs {format_pounds(row['focus_pence'])} "
        f"and the cheapest rival {format_pounds(row['rival_pence'])}; {focus} could charge "
        f"{format_pounds(room)} more before they tie."
    ]


def _over_market(row: Row) -> str:
    return (
        f"{format_pounds(row['focus_pence'])}, {say_difference(row)} {row['winner']} at "
        f"{format_pounds(row['market_pence'])}"
    )


def _basket_columns(brand_a: str, brand_b: str) -> tuple[Column, ...]:
    """Return the columns of the baskets of two brands."""
    return (
        ("basket", "Basket", "text"),
        ("a_pence", brand_a, "money"),
        ("b_pence", brand_b, "money"),
        ("winner", "Winner", "text"),
        ("gap_pence", f"{brand_a} − {brand_b}", "money_diff"),
        ("gap_percent", f"% of {brand_b}", "percent"),
        ("a_plan", f"{brand_a} plan", "text"),
        ("b_plan", f"{brand_b} plan", "text"),
    )


def _market_basket_columns(focus: str) -> tuple[Column, ...]:
    """Return the columns of the baskets of the market, seen from one brand."""
    return (
        ("basket", "Basket", "text"),
        ("focus_pence", focus, "money"),
        ("market_pence", "Market price", "money"),
        ("winner", "Winner", "text"),
        ("gap_pence", f"{focus} − market", "money_diff"),
        ("gap_percent", "% of market", "percent"),
        ("rival_pence", "Cheapest rival", "money"),
        ("median_pence", "Median of brands", "money"),
    )


def _basket_price_columns(baskets: Sequence[Basket]) -> tuple[Column, ...]:
    """Return a column of prices for each basket, keyed by its id."""
    prices = tuple((basket.id, basket.short_label, "money") for basket in baskets)
    return (("brand", "Brand", "text"), *prices)


def _basket_prices(
    table_id: str, title: str, prices: Sequence[MarketPrice], brands: Sequence[str]
) -> Record:
    columns = _basket_price_columns([price.basket for price in prices])
    return build_table(
        table_id, f"{title} (1m: on a one-month term)", columns, basket_price_rows(prices, brands)
    )


def _compared(study: Study) -> Part:
    a, b = study.brands
    rows = [_basket_row(price, (a, b)) for price in study.priced]
    served = [row for row in rows if row["b_pence"] is not None]
    return Part(
        sentences=say_baskets(study.brands, rows),
        tables=[build_table("baskets", "Cheapest plan", _basket_columns(a, b), rows)],
        facts=[
            *basket_facts(study.priced, study.brands),
            *basket_count_facts(rows, study.brands),
            *basket_gap_facts(rows, a, b),
            *win_facts(served, a, "b_pence"),
        ],
        verdict=[Line(20, say_wins(study.brands, rows))],
    )


def _analysed(study: Study) -> Part:
    """Return the price of each basket by brand, its winner, and the gap of the focus brand."""
    focus, brands = study.focus, study.market.brands
    rows = [market_basket_row(price, focus) for price in study.priced]
    plain = [price for price in study.priced if not price.basket.roaming]
    roaming = [price for price in study.priced if price.basket.roaming]
    title = f"{focus} and the market"
    return Part(
        sentences=say_market_baskets(rows, focus),
        tables=[
            build_table("baskets", title, _market_basket_columns(focus), rows),
            _basket_prices("basket_prices", "By brand", plain, brands),
            _basket_prices("basket_prices_roaming", "By brand, with EU roaming", roaming, brands),
        ],
        facts=[*basket_facts(study.priced, brands), *market_basket_facts(rows, focus)],
        verdict=[Line(10, _say_market_wins(rows, focus))],
        findings=[Line(50, text) for text in _say_widest_lead(rows, focus)],
    )


_TOLD: Final = frozenset(
    {
        *("basket", "cheapest_basket", "basket_gap", "basket_gap_percent", "basket_room"),
        *("baskets_won", "baskets_alone", "baskets_served", "baskets_lacking"),
    }
)
_TITLE: Final = "Usage baskets"
COMPARED: Final = Section(
    report=COMPARE, name="baskets", title=_TITLE, place=40, build=_compared, told=_TOLD
)
ANALYSED: Final = Section(
    report=ANALYSE, name="baskets", title=_TITLE, place=40, build=_analysed, told=_TOLD
)
