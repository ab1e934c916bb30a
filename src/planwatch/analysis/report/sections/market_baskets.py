"""Usage baskets section of an analysis: each basket at the focus brand and in the market."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from planwatch.analysis.facts import Fact, count_fact, fact_id, ids_of
from planwatch.analysis.metrics.baskets import Basket, BasketGap, MarketPrice
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.baskets import (
    TITLE,
    TOLD,
    basket_facts,
    basket_of,
    gap_facts,
    win_fact,
)
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.sentences import say_difference
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import MARKET, Subject, brand_subject
from planwatch.domain.job_kinds import ANALYSE
from planwatch.domain.phrasing import count_of, format_pounds, join_words


def _analysed(study: Study) -> Part:
    """Return the price of each basket by brand, its winner, and the gap of the focus brand."""
    focus, brands, priced = study.focus, study.market.brands, study.priced
    plain = [price for price in priced if not price.basket.roaming]
    roaming = [price for price in priced if price.basket.roaming]
    return Part(
        sentences=_say_baskets(priced, focus),
        tables=[
            build_table(
                "baskets",
                f"{focus} and the market",
                _columns(focus),
                [_row(price, focus) for price in priced],
            ),
            _prices_table("basket_prices", "By brand", plain, brands),
            _prices_table("basket_prices_roaming", "By brand, with EU roaming", roaming, brands),
        ],
        facts=[*basket_facts(priced, brands), *_facts(priced, focus)],
        verdict=[Line(10, _say_wins(priced, focus))],
        findings=[Line(50, text) for text in _say_widest_lead(priced, focus)],
    )


def _columns(focus: str) -> tuple[Column, ...]:
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


def _row(price: MarketPrice, focus: str) -> Record:
    """Return the focus brand's price of a basket beside the market's and its best rival's."""
    gap = price.gap_of(focus, price.pence)
    return {
        "basket": price.basket.label,
        "focus_pence": price.price_at(focus),
        "market_pence": price.pence,
        "winner": join_words(price.winners) or None,
        "gap_pence": gap.pence if gap else None,
        "gap_percent": gap.percent if gap else None,
        "rival_pence": price.rival_pence(focus),
        "median_pence": price.median_pence,
        "ids": ids_of(
            basket_of(price, focus),
            focus_pence="basket",
            gap_pence="basket_gap",
            gap_percent="basket_gap_percent",
        ),
    }


def _prices_table(
    table_id: str, title: str, prices: Sequence[MarketPrice], brands: Sequence[str]
) -> Record:
    """Return what each basket costs at each brand that serves any, under the basket's id."""
    rows = [
        _prices_row(prices, brand)
        for brand in brands
        if any(brand in price.cheapest for price in prices)
    ]
    columns = _price_columns([price.basket for price in prices])
    return build_table(table_id, f"{title} (1m: on a one-month term)", columns, rows)


def _price_columns(baskets: Sequence[Basket]) -> tuple[Column, ...]:
    """Return a column of prices for each basket, keyed by its id."""
    prices = tuple((basket.id, basket.short_label, "money") for basket in baskets)
    return (("brand", "Brand", "text"), *prices)


def _prices_row(prices: Sequence[MarketPrice], brand: str) -> Record:
    return {
        "brand": brand,
        **{price.basket.id: price.price_at(brand) for price in prices},
        "ids": {price.basket.id: fact_id("basket", basket_of(price, brand)) for price in prices},
    }


def _facts(priced: Sequence[MarketPrice], focus: str) -> list[Fact]:
    """Return how many baskets the focus wins, shares and lacks, how many its best rival wins."""
    served = [price for price in priced if price.winners]
    alone, shared = _count_wins(served, focus)
    lacking = sum(focus not in price.cheapest for price in served)
    gaps = _find_gaps(served, focus)
    own = brand_subject(focus)
    return [
        count_fact("baskets_served", len(served), "baskets that at least one brand serves", MARKET),
        count_fact("baskets_shared", shared, "baskets won in a tie", own),
        count_fact("baskets_alone", alone, "baskets won alone", own),
        count_fact("baskets_lacking", lacking, "baskets that only others serve", own),
        *(
            count_fact("baskets_won", number, "baskets won", brand_subject(brand))
            for brand, number in _count_winners(served).items()
        ),
        *(fact for gap in gaps for fact in gap_facts(gap, focus, _base_of(gap.market))),
        *(_room_fact(lead, focus) for lead in _find_leads(served, focus)),
        *(win_fact(gap.market, focus, gap.base_pence) for gap in gaps if gap.pence > 0),
    ]


def _find_gaps(priced: Iterable[MarketPrice], focus: str) -> list[BasketGap]:
    """Return the gap of the focus brand's price to the market's where it is not the same."""
    gaps = (price.gap_of(focus, price.pence) for price in priced)
    return [gap for gap in gaps if gap is not None and gap.pence]


def _find_leads(priced: Iterable[MarketPrice], focus: str) -> list[BasketGap]:
    """Return the focus brand's price beside its cheapest rival's where it wins alone."""
    won = (price for price in priced if price.winners == (focus,))
    leads = (price.gap_of(focus, price.rival_pence(focus)) for price in won)
    return [lead for lead in leads if lead is not None]


def _count_wins(priced: Iterable[MarketPrice], focus: str) -> tuple[int, int]:
    """Return how many baskets the focus brand wins alone, and how many in a tie."""
    won = [len(price.winners) for price in priced if focus in price.winners]
    return won.count(1), len(won) - won.count(1)


def _count_winners(priced: Iterable[MarketPrice]) -> Counter[str]:
    """Return how many baskets each brand wins, alone or in a tie, in order of appearance."""
    return Counter(brand for price in priced for brand in price.winners)


def _base_of(price: MarketPrice) -> Subject | str:
    """Return the brand that a price is against, in words where several ask the least."""
    winners = price.winners
    return brand_subject(winners[0]) if len(winners) == 1 else join_words(winners)


def _room_fact(lead: BasketGap, focus: str) -> Fact:
    return Fact(
        kind="basket_room",
        label="cheapest rival's price of the basket minus the focus brand's",
        value=-lead.pence,
        unit="pence_per_month",
        subject=basket_of(lead.market, focus),
        formula="Usage basket",
        base=brand_subject(focus),
    )


def _say_baskets(priced: Sequence[MarketPrice], focus: str) -> list[str]:
    return [
        _say_wins(priced, focus),
        *_say_behind(priced, focus),
        *_say_widest_lead(priced, focus),
        *_say_unserved(priced, focus),
    ]


def _say_behind(priced: Sequence[MarketPrice], focus: str) -> list[str]:
    """Return the baskets that the focus is closest to winning and furthest from it."""
    behind = [gap for gap in _find_gaps(priced, focus) if gap.pence > 0]
    if not behind:
        return []
    near = min(behind, key=lambda gap: gap.pence)
    far = max(behind, key=lambda gap: gap.pence)
    sentences = [
        f"Closest to winning: {near.label}, where {focus} costs {_over_market(near)}; it "
        f"would win at {format_pounds(near.base_pence - 1)}."
    ]
    if far is not near:
        sentences.append(f"Furthest behind: {far.label}, where {focus} costs {_over_market(far)}.")
    return sentences


def _say_unserved(priced: Sequence[MarketPrice], focus: str) -> list[str]:
    unserved = [
        (price, price.pence)
        for price in priced
        if price.pence is not None and focus not in price.cheapest
    ]
    if not unserved:
        return []
    price, pence = unserved[0]
    return [
        f"{focus} has no plan for {count_of(len(unserved), 'basket')} that rivals serve, such as "
        f"{price.basket.label} ({join_words(price.winners)} at {format_pounds(pence)})."
    ]


def _say_wins(priced: Sequence[MarketPrice], focus: str) -> str:
    served = sum(bool(price.winners) for price in priced)
    alone, shared = _count_wins(priced, focus)
    ties = f" and ties for {shared}" if shared else ""
    best = _name_leader(priced, focus)
    return f"{focus} wins {alone or 'none'} of {count_of(served, 'usage basket')}{ties}{best}."


def _name_leader(priced: Sequence[MarketPrice], focus: str) -> str:
    """Return "; SMARTY leads with 9" for the rival that wins most baskets, alone or tied."""
    wins = _count_winners(priced)
    most = max(wins.values(), default=0)
    leaders = [brand for brand, number in wins.items() if number == most]
    if not leaders or focus in leaders:
        return ""
    verb = "leads" if len(leaders) == 1 else "lead"
    return f"; {join_words(leaders)} {verb} with {most}"


def _say_widest_lead(priced: Sequence[MarketPrice], focus: str) -> list[str]:
    """Return the basket that the focus wins by most, and how far its price could rise."""
    lead = min(_find_leads(priced, focus), key=lambda lead: lead.pence, default=None)
    if lead is None:
        return []
    return [
        f"Widest lead: {lead.label}, where {focus} costs {format_pounds(lead.own_pence)} "
        f"and the cheapest rival {format_pounds(lead.base_pence)}; {focus} could charge "
        f"{format_pounds(-lead.pence)} more before they tie."
    ]


def _over_market(gap: BasketGap) -> str:
    return (
        f"{format_pounds(gap.own_pence)}, {say_difference(gap)} {join_words(gap.market.winners)} "
        f"at {format_pounds(gap.base_pence)}"
    )


ANALYSED: Final = Section(
    report=ANALYSE, name="baskets", title=TITLE, place=40, build=_analysed, told=TOLD
)
