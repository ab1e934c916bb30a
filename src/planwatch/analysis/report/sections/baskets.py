"""Usage baskets section of a comparison: which brand serves each at the lower cost, by how much."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from planwatch.analysis.facts import Fact, count_fact, difference_facts, ids_of
from planwatch.analysis.metrics.baskets import BasketGap, MarketPrice
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.sentences import say_difference
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import BASKETS, MARKET, Subject, basket_subject, brand_subject
from planwatch.domain.job_kinds import COMPARE
from planwatch.domain.phrasing import count_of, format_pounds, name_plan, possessive

TIE: Final = "tie"
"""The winner of a basket that both brands of a comparison serve at the same price."""


def _compared(study: Study) -> Part:
    a, b = study.brands
    gaps = _find_gaps(study.priced, a, b)
    return Part(
        sentences=_say_baskets(study.priced, gaps, a, b),
        tables=[
            build_table(
                "baskets",
                "Cheapest plan",
                _columns(a, b),
                [_row(price, a, b) for price in study.priced],
            )
        ],
        facts=[
            *basket_facts(study.priced, study.brands),
            *_count_facts(study.priced, study.brands),
            *(fact for gap in gaps for fact in gap_facts(gap, a, brand_subject(b))),
            *(
                win_fact(price, a, theirs)
                for price in study.priced
                if (theirs := price.price_at(b)) is not None
            ),
        ],
        verdict=[Line(20, _say_wins(study.priced, a, b))],
    )


def _find_gaps(priced: Iterable[MarketPrice], a: str, b: str) -> list[BasketGap]:
    """Return the gap of A's price to B's where it is not the same."""
    gaps = (price.gap_of(a, price.price_at(b)) for price in priced)
    return [gap for gap in gaps if gap is not None and gap.pence]


def _find_winner(price: MarketPrice) -> str | None:
    if len(price.winners) > 1:
        return TIE
    return price.winners[0] if price.winners else None


def _columns(brand_a: str, brand_b: str) -> tuple[Column, ...]:
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


def _row(price: MarketPrice, a: str, b: str) -> Record:
    gap = price.gap_of(a, price.price_at(b))
    return {
        "basket": price.basket.label,
        "a_pence": price.price_at(a),
        "b_pence": price.price_at(b),
        "winner": _find_winner(price),
        "gap_pence": gap.pence if gap else None,
        "gap_percent": gap.percent if gap else None,
        "a_plan": _name_at(price, a),
        "b_plan": _name_at(price, b),
        "ids": _row_ids(price, a, b),
    }


def _row_ids(price: MarketPrice, a: str, b: str) -> dict[str, str]:
    return {
        **ids_of(
            basket_of(price, a),
            a_pence="basket",
            gap_pence="basket_gap",
            gap_percent="basket_gap_percent",
        ),
        **ids_of(basket_of(price, b), b_pence="basket"),
        **{
            key: price.cheapest[name].plan_id
            for key, name in (("a_plan", a), ("b_plan", b))
            if name in price.cheapest
        },
    }


def _name_at(price: MarketPrice, brand: str) -> str | None:
    item = price.cheapest.get(brand)
    return name_plan(item.plan) if item else None


def basket_of(price: MarketPrice, brand: str | None = None) -> Subject:
    """Return a basket as one brand serves it, or as the market does."""
    return basket_subject(price.basket.id, price.basket.label, brand)


def basket_facts(priced: Iterable[MarketPrice], brands: Sequence[str]) -> list[Fact]:
    """Return the price of each basket at each of these brands that serves it."""
    return [
        Fact(
            kind="basket",
            label="price of the basket",
            value=market.cheapest[brand].monthly_pence,
            unit="pence_per_month",
            subject=basket_of(market, brand),
            formula="Usage basket",
            plan_ids=(market.cheapest[brand].plan_id,),
        )
        for market in priced
        for brand in brands
        if brand in market.cheapest
    ]


def gap_facts(gap: BasketGap, brand: str, base: Subject | str) -> list[Fact]:
    """Return the gap of a brand's price of a basket to the rival's, or to the market's."""
    return difference_facts("basket_gap", gap, basket_of(gap.market, brand), base, "Usage basket")


def win_fact(price: MarketPrice, brand: str, rival_pence: int) -> Fact:
    """Return the cost at which a brand wins a basket: a penny less than its rival."""
    return Fact(
        kind="basket_win",
        label="cost that wins the basket",
        value=rival_pence - 1,
        unit="pence_per_month",
        subject=basket_of(price, brand),
        formula="Price to match",
    )


def _count_facts(priced: Sequence[MarketPrice], brands: Sequence[str]) -> list[Fact]:
    """Return how many baskets there are, and how many each brand wins alone."""
    winners = [_find_winner(price) for price in priced]
    return [
        count_fact("baskets", len(winners), "usage baskets", BASKETS),
        count_fact("baskets_level", winners.count(TIE), "baskets that end in a tie", BASKETS),
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


def _say_baskets(
    priced: Sequence[MarketPrice], gaps: Sequence[BasketGap], a: str, b: str
) -> list[str]:
    leads_a = [gap for gap in gaps if gap.pence < 0]
    leads_b = [gap for gap in gaps if gap.pence > 0]
    sentences = [_say_wins(priced, a, b)] if priced else []
    if leads_a:
        gap = min(leads_a, key=lambda gap: gap.pence)
        sentences.append(f"{possessive(a)} widest lead: {gap.label}, where {_beside(gap, a, b)}.")
    if leads_b:
        gap = max(leads_b, key=lambda gap: gap.pence)
        sentences.append(
            f"{possessive(b)} widest lead: {gap.label}, where {_beside(gap, a, b)}; {a} would "
            f"win it at {format_pounds(gap.base_pence - 1)}."
        )
    return sentences


def _say_wins(priced: Sequence[MarketPrice], a: str, b: str) -> str:
    winners = [_find_winner(price) for price in priced]
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


def _beside(gap: BasketGap, a: str, b: str) -> str:
    return (
        f"{a} costs {format_pounds(gap.own_pence)}, {say_difference(gap)} {b} at "
        f"{format_pounds(gap.base_pence)}"
    )


TOLD: Final = frozenset(
    {
        *("basket", "cheapest_basket", "basket_gap", "basket_gap_percent", "basket_room"),
        *("baskets_won", "baskets_alone", "baskets_served", "baskets_lacking"),
    }
)
TITLE: Final = "Usage baskets"
COMPARED: Final = Section(
    report=COMPARE, name="baskets", title=TITLE, place=40, build=_compared, told=TOLD
)
