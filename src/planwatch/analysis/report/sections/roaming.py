"""Roaming and extras section: which brands include EU roaming or extras, and what roaming costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from planwatch.analysis.facts import Fact, count_fact, ids_of
from planwatch.analysis.market.market import Listing, Market, find_cheapest
from planwatch.analysis.metrics.baskets import Basket, MarketPrice, price_market
from planwatch.analysis.metrics.score import load_extras, mark_extras
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.section import Part, Section
from planwatch.analysis.subjects import MARKET, basket_subject, brand_subject
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


def roaming_part(market: Market, focus: str, baskets: Sequence[Basket]) -> Part:
    """Return the part; each basket is priced without and with EU roaming."""
    rows = [_row(brand, items) for brand, items in market.by_brand().items()]
    by_brand = market.by_brand()
    needs = list(dict.fromkeys((basket.needed, basket.longest_term) for basket in baskets))
    pairs = [
        tuple(price_market(Basket(needed, longest, roaming), by_brand) for roaming in (False, True))
        for needed, longest in needs
    ]
    prices = [_price_row(plain, roaming, focus) for plain, roaming in pairs]
    return Part(
        sentences=say_roaming(rows, prices, focus),
        tables=[
            build_table("roaming", "By brand", _COLUMNS, rows),
            build_table("roaming_prices", "What EU roaming costs", _PRICE_COLUMNS, prices),
        ],
        facts=[
            *(fact for row in rows for fact in _facts(row)),
            *(fact for row in prices for fact in _price_facts(row)),
            *_price_counts(prices),
        ],
    )


def _row(brand: str, listings: Sequence[Listing]) -> Record:
    roaming = [item for item in listings if item.plan.roaming in ("eu", "global")]
    cheapest = find_cheapest(roaming)
    extras = Counter(_MARKS[mark_extras(item.plan.extras, load_extras())] for item in listings)
    return {
        "brand": brand,
        "plans": len(listings),
        "roams": len(roaming),
        "none": sum(item.plan.roaming == "none" for item in listings),
        "unstated": sum(item.plan.roaming is None for item in listings),
        "cheapest_pence": cheapest.monthly_pence if cheapest else None,
        "cheapest": name_plan(cheapest.plan) if cheapest else None,
        "premium": extras["premium"],
        "basic": extras["basic"],
        "plan_ids": [cheapest.plan_id] if cheapest else [],
        "ids": {
            **({"cheapest": cheapest.plan_id} if cheapest else {}),
            **ids_of(
                brand_subject(brand),
                plans="plans",
                roams="roams",
                unstated="roaming_unstated",
                cheapest_pence="cheapest_roaming",
                premium="premium_extras",
                basic="basic_extras",
            ),
        },
    }


def _price_row(plain: MarketPrice, roaming: MarketPrice, focus: str) -> Record:
    has_both = plain.pence is not None and roaming.pence is not None
    return {
        "basket_id": plain.basket.id,
        "basket": plain.basket.label,
        "plain_pence": plain.pence,
        "roaming_pence": roaming.pence,
        "more_pence": (roaming.pence or 0) - (plain.pence or 0) if has_both else None,
        "focus_pence": roaming.price_at(focus),
        "plan_ids": sorted(
            {
                price.cheapest[winner].plan_id
                for price in (plain, roaming)
                for winner in price.winners
            }
        ),
        "ids": {
            **ids_of(
                basket_subject(plain.basket.id, plain.basket.label),
                roaming_pence="roaming_price",
                more_pence="roaming_more",
            ),
            **ids_of(
                basket_subject(roaming.basket.id, roaming.basket.label, focus), focus_pence="basket"
            ),
        },
    }


def say_roaming(rows: Sequence[Record], prices: Sequence[Record], focus: str) -> list[str]:
    own = next(row for row in rows if row["brand"] == focus)
    sentences = [_say_own(own)]
    priced = [row for row in prices if row["more_pence"] is not None]
    if priced:
        sentences.append(_say_price(priced))
    return [*sentences, _say_extras(own)]


def _say_price(priced: Sequence[Record]) -> str:
    most = max(priced, key=lambda row: row["more_pence"])
    if not most["more_pence"]:
        return "EU roaming adds nothing to the market price of any basket."
    free = sum(row["more_pence"] == 0 for row in priced)
    return (
        f"EU roaming adds nothing to the market price of {free or 'none'} of "
        f"{count_of(len(priced), 'basket')}; it adds most to {most['basket']}: "
        f"{format_pounds(most['more_pence'])} a month."
    )


def _say_extras(row: Record) -> str:
    number = row["premium"] + row["basic"]
    plans = f"of {possessive(row['brand'])} {count_of(row['plans'], 'plan')}"
    if not number:
        return f"None {plans} names an extra that the score counts."
    verb = "names" if number == 1 else "name"
    return (
        f"{number} {plans} {verb} an extra that the score counts, {row['premium'] or 'none'} of "
        f"them a premium one."
    )


def _say_own(row: Record) -> str:
    plans = f"of {possessive(row['brand'])} {count_of(row['plans'], 'plan')}"
    unstated = f"; {row['unstated']} {_states(row['unstated'])} it" if row["unstated"] else ""
    if not row["roams"]:
        return f"None {plans} is known to include EU roaming{unstated}."
    return (
        f"{row['roams']} {plans} {is_or_are(row['roams'])} known to include EU roaming, the "
        f"cheapest at {format_pounds(row['cheapest_pence'])} ({row['cheapest']}){unstated}."
    )


def _states(number: int) -> str:
    return "does not state" if number == 1 else "do not state"


def _facts(row: Record) -> list[Fact]:
    brand, subject = row["brand"], brand_subject(row["brand"])
    counts = [
        count_fact(kind, row[key], label, subject)
        for kind, key, label in (
            ("plans", "plans", "comparable plans"),
            ("roams", "roams", "plans with EU roaming"),
            ("roaming_unstated", "unstated", "plans that do not state roaming"),
            ("premium_extras", "premium", "plans with a premium extra"),
            ("basic_extras", "basic", "plans with a basic extra"),
        )
    ]
    counts.append(
        count_fact("extras", row["premium"] + row["basic"], "plans with an extra", subject)
    )
    if row["cheapest_pence"] is None:
        return counts
    return [
        *counts,
        Fact(
            kind="cheapest_roaming",
            label="lowest effective cost with EU roaming",
            value=row["cheapest_pence"],
            unit="pence_per_month",
            subject=replace(
                subject.said(f"{brand} {row['cheapest']}"), plan_id=row["ids"]["cheapest"]
            ),
            formula="Comparable monthly cost",
            plan_ids=tuple(row["plan_ids"]),
        ),
    ]


def _price_counts(rows: Sequence[Record]) -> list[Fact]:
    more = [row["more_pence"] for row in rows if row["more_pence"] is not None]
    return [
        count_fact(
            "roaming_priced", len(more), "baskets priced with and without EU roaming", MARKET
        ),
        count_fact(
            "roaming_free", more.count(0), "baskets to which EU roaming adds nothing", MARKET
        ),
    ]


def _price_facts(row: Record) -> list[Fact]:
    figures: list[tuple[str, str, Any, str | None]] = [
        (
            "roaming_more",
            "market price with EU roaming minus that without",
            row["more_pence"],
            "without",
        ),
        ("roaming_price", "market price with EU roaming", row["roaming_pence"], None),
    ]
    return [
        Fact(
            kind=kind,
            label=label,
            value=value,
            unit="pence_per_month",
            subject=basket_subject(row["basket_id"], row["basket"]),
            formula="Usage basket",
            plan_ids=tuple(row["plan_ids"]),
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
