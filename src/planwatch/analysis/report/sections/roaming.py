"""Roaming and extras section: which brands include EU roaming or extras, and what roaming costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from planwatch.analysis.facts import Fact, count_fact, ids_of
from planwatch.analysis.market.market import Listing, Market, find_cheapest
from planwatch.analysis.metrics.baskets import Basket, MarketPrice, price_market
from planwatch.analysis.metrics.score import load_extras, mark_extras
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.baskets import basket_of
from planwatch.analysis.report.sections.section import Part, Section
from planwatch.analysis.subjects import MARKET, brand_subject
from planwatch.domain.job_kinds import ANALYSE
from planwatch.domain.phrasing import count_of, format_pounds, is_or_are, name_plan, possessive

_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("plans", "Plans", "int"),
    ("roams", "EU roaming", "int"),
    ("none", "No roaming", "int"),
    ("unstated", "Not stated", "int"),
    ("cheapest_pence", "Cheapest with roaming", "money"),
    ("cheapest", "Plan", "text"),
    ("premium", "Premium extra", "int"),
    ("basic", "Basic extra", "int"),
)
_PRICE_COLUMNS: Final[tuple[Column, ...]] = (
    ("basket", "Basket", "text"),
    ("plain_pence", "Market price", "money"),
    ("roaming_pence", "With EU roaming", "money"),
    ("more_pence", "More for roaming", "money_diff"),
    ("focus_pence", "Focus, with roaming", "money"),
)
_MARKS: Final = {1.0: "premium", 0.5: "basic", 0.0: "none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _BrandRoaming:
    """How many plans of a brand roam, and how many name an extra that the score counts.

    Attributes:
        cheapest: of the plans with EU roaming.
    """

    brand: str
    plans: int
    roams: int
    excluded: int
    unstated: int
    cheapest: Listing | None
    premium: int
    basic: int

    @property
    def extras(self) -> int:
        return self.premium + self.basic


@dataclass(frozen=True, slots=True, kw_only=True)
class _RoamingPrice:
    """A basket without EU roaming and with it."""

    plain: MarketPrice
    roaming: MarketPrice

    @property
    def more_pence(self) -> int | None:
        """What roaming adds to the market price; None where one of both is not served."""
        if self.plain.pence is None or self.roaming.pence is None:
            return None
        return self.roaming.pence - self.plain.pence


def roaming_part(market: Market, focus: str, baskets: Sequence[Basket]) -> Part:
    """Return the part; each basket is priced without and with EU roaming."""
    by_brand = market.by_brand()
    found = {brand: _count_brand(brand, items) for brand, items in by_brand.items()}
    needs = dict.fromkeys((basket.needed, basket.longest_term) for basket in baskets)
    prices = [
        _RoamingPrice(
            plain=price_market(Basket(needed, longest), by_brand),
            roaming=price_market(Basket(needed, longest, roaming=True), by_brand),
        )
        for needed, longest in needs
    ]
    return Part(
        sentences=[_say_own(found[focus]), *_say_prices(prices), _say_extras(found[focus])],
        tables=[
            build_table("roaming", "By brand", _COLUMNS, map(_row, found.values())),
            build_table(
                "roaming_prices",
                "What EU roaming costs",
                _PRICE_COLUMNS,
                [_price_row(price, focus) for price in prices],
            ),
        ],
        facts=[
            *(fact for each in found.values() for fact in _facts(each)),
            *(fact for price in prices for fact in _price_facts(price)),
            *_price_counts(prices),
        ],
    )


def _count_brand(brand: str, listings: Sequence[Listing]) -> _BrandRoaming:
    roaming = [item for item in listings if item.plan.roaming in ("eu", "global")]
    extras = Counter(_MARKS[mark_extras(item.plan.extras, load_extras())] for item in listings)
    return _BrandRoaming(
        brand=brand,
        plans=len(listings),
        roams=len(roaming),
        excluded=sum(item.plan.roaming == "none" for item in listings),
        unstated=sum(item.plan.roaming is None for item in listings),
        cheapest=find_cheapest(roaming),
        premium=extras["premium"],
        basic=extras["basic"],
    )


def _row(found: _BrandRoaming) -> Record:
    cheapest = found.cheapest
    return {
        "brand": found.brand,
        "plans": found.plans,
        "roams": found.roams,
        "none": found.excluded,
        "unstated": found.unstated,
        "cheapest_pence": cheapest.monthly_pence if cheapest else None,
        "cheapest": name_plan(cheapest.plan) if cheapest else None,
        "premium": found.premium,
        "basic": found.basic,
        "ids": {
            **({"cheapest": cheapest.plan_id} if cheapest else {}),
            **ids_of(
                brand_subject(found.brand),
                plans="plans",
                roams="roams",
                unstated="roaming_unstated",
                cheapest_pence="cheapest_roaming",
                premium="premium_extras",
                basic="basic_extras",
            ),
        },
    }


def _price_row(price: _RoamingPrice, focus: str) -> Record:
    return {
        "basket": price.plain.basket.label,
        "plain_pence": price.plain.pence,
        "roaming_pence": price.roaming.pence,
        "more_pence": price.more_pence,
        "focus_pence": price.roaming.price_at(focus),
        "ids": {
            **ids_of(
                basket_of(price.plain), roaming_pence="roaming_price", more_pence="roaming_more"
            ),
            **ids_of(basket_of(price.roaming, focus), focus_pence="basket"),
        },
    }


def _say_prices(prices: Iterable[_RoamingPrice]) -> list[str]:
    priced = [
        (price.more_pence, price.plain.basket.label)
        for price in prices
        if price.more_pence is not None
    ]
    if not priced:
        return []
    most, basket = max(priced, key=lambda found: found[0])
    if not most:
        return ["EU roaming adds nothing to the market price of any basket."]
    free = sum(more == 0 for more, _ in priced)
    return [
        f"EU roaming adds nothing to the market price of {free or 'none'} of "
        f"{count_of(len(priced), 'basket')}; it adds most to {basket}: "
        f"{format_pounds(most)} a month."
    ]


def _say_extras(found: _BrandRoaming) -> str:
    plans = f"of {possessive(found.brand)} {count_of(found.plans, 'plan')}"
    if not found.extras:
        return f"None {plans} names an extra that the score counts."
    verb = "names" if found.extras == 1 else "name"
    return (
        f"{found.extras} {plans} {verb} an extra that the score counts, {found.premium or 'none'} "
        f"of them a premium one."
    )


def _say_own(found: _BrandRoaming) -> str:
    plans = f"of {possessive(found.brand)} {count_of(found.plans, 'plan')}"
    unstated = f"; {found.unstated} {_states(found.unstated)} it" if found.unstated else ""
    cheapest = found.cheapest
    if cheapest is None:
        return f"None {plans} is known to include EU roaming{unstated}."
    return (
        f"{found.roams} {plans} {is_or_are(found.roams)} known to include EU roaming, the "
        f"cheapest at {format_pounds(cheapest.monthly_pence)} ({name_plan(cheapest.plan)})"
        f"{unstated}."
    )


def _states(number: int) -> str:
    return "does not state" if number == 1 else "do not state"


def _facts(found: _BrandRoaming) -> list[Fact]:
    subject = brand_subject(found.brand)
    counts = [
        count_fact(kind, number, label, subject)
        for kind, number, label in (
            ("plans", found.plans, "comparable plans"),
            ("roams", found.roams, "plans with EU roaming"),
            ("roaming_unstated", found.unstated, "plans that do not state roaming"),
            ("premium_extras", found.premium, "plans with a premium extra"),
            ("basic_extras", found.basic, "plans with a basic extra"),
            ("extras", found.extras, "plans with an extra"),
        )
    ]
    if found.cheapest is None:
        return counts
    return [
        *counts,
        Fact(
            kind="cheapest_roaming",
            label="lowest effective cost with EU roaming",
            value=found.cheapest.monthly_pence,
            unit="pence_per_month",
            subject=subject.seen_in(found.cheapest),
            formula="Comparable monthly cost",
            plan_ids=(found.cheapest.plan_id,),
        ),
    ]


def _price_counts(prices: Iterable[_RoamingPrice]) -> list[Fact]:
    more = [price.more_pence for price in prices if price.more_pence is not None]
    return [
        count_fact(
            "roaming_priced", len(more), "baskets priced with and without EU roaming", MARKET
        ),
        count_fact(
            "roaming_free", more.count(0), "baskets to which EU roaming adds nothing", MARKET
        ),
    ]


def _price_facts(price: _RoamingPrice) -> list[Fact]:
    figures = (
        (
            "roaming_more",
            "market price with EU roaming minus that without",
            price.more_pence,
            "without",
        ),
        ("roaming_price", "market price with EU roaming", price.roaming.pence, None),
    )
    winners = {
        each.cheapest[winner].plan_id
        for each in (price.plain, price.roaming)
        for winner in each.winners
    }
    return [
        Fact(
            kind=kind,
            label=label,
            value=value,
            unit="pence_per_month",
            subject=basket_of(price.plain),
            formula="Usage basket",
            plan_ids=tuple(sorted(winners)),
            base=base,
        )
        for kind, label, value, base in figures
        if value is not None
    ]


ANALYSED: Final = Section(
    report=ANALYSE,
    name="roaming",
    title="Roaming and extras",
    place=60,
    build=lambda study: roaming_part(study.market, study.focus, study.background.baskets),
)
