"""Data tiers section: rank of the focus in each tier, cost per further GB, unlimited premium."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from planwatch.analysis.facts import Fact, Unit, count_fact, percent_of, row_gap_facts
from planwatch.analysis.market.market import (
    DATA_TIERS,
    DataTier,
    Listing,
    Market,
    data_tier,
    find_cheaper_elsewhere,
    find_cheapest,
)
from planwatch.analysis.metrics.per_gb import ladder_steps, unlimited_premium_pence
from planwatch.analysis.report.sections.overview import Record
from planwatch.analysis.report.sentences import Row
from planwatch.domain.brand import AGGREGATORS, slug_of_brand
from planwatch.domain.phrasing import name_plan, name_plan_of_brand


def tier_gap_facts(rows: Iterable[Row], focus: str) -> list[Fact]:
    """Return the rank and the gap of the focus brand in each data tier, and how many sell there."""
    facts = []
    for row in rows:
        tier = row["tier"]
        facts.append(
            count_fact(f"tier_brands.{tier}", row["brands"], "brands that sell in the tier", tier)
        )
        if row["rank"] is None:
            continue
        subject = f"{focus} in the {tier} data tier"
        facts.append(
            _fact(f"tier_rank.{tier}", "rank by cheapest plan", row["rank"], "rank", subject)
        )
        if row["gap_pence"]:
            facts += row_gap_facts(
                f"tier_gap.{tier}", row, subject, row["market_plan"], "Data tier"
            )
    return facts


def _fact(fact_id: str, label: str, value: Any, unit: Unit, subject: str) -> Fact:
    return Fact(
        id=fact_id, label=label, value=value, unit=unit, subject=subject, formula="Data tier"
    )


def tier_rows(market: Market, focus: str) -> list[Record]:
    """Return one row for each data tier in which a brand sells, low to unlimited.

    `rank` counts the brands whose cheapest plan of the tier costs less than the focus brand's,
    plus one; None where the focus sells nothing there.
    """
    rows = [_tier_row(market, tier, focus) for tier in DATA_TIERS]
    return [row for row in rows if row is not None]


def _tier_row(market: Market, tier: DataTier, focus: str) -> Record | None:
    listings = _keep_tier(market.listings, tier)
    best = find_cheapest(listings)
    if best is None:
        return None
    own = find_cheapest(item for item in listings if item.plan.brand == focus)
    cheaper = {
        item.plan.brand for item in listings if own and item.monthly_pence < own.monthly_pence
    }
    gap = own.monthly_pence - best.monthly_pence if own else None
    return {
        "tier": tier,
        "plans": len(listings),
        "market_pence": best.monthly_pence,
        "market_brand": best.plan.brand,
        "market_plan": name_plan_of_brand(best.plan),
        "focus_pence": own.monthly_pence if own else None,
        "focus_plan": name_plan(own.plan) if own else None,
        "gap_pence": gap,
        "gap_percent": None if gap is None else percent_of(gap, best.monthly_pence),
        "rank": len(cheaper) + 1 if own else None,
        "brands": len({item.plan.brand for item in listings}),
    }


def _keep_tier(listings: Iterable[Listing], tier: DataTier) -> list[Listing]:
    return [item for item in listings if data_tier(item.plan.allowance) == tier]


def tier_facts(market: Market, focus: str) -> list[Fact]:
    """Return the cheapest effective cost of each tier: the market's and the focus brand's."""
    facts = []
    for tier in DATA_TIERS:
        listings = _keep_tier(market.listings, tier)
        own = [item for item in listings if item.plan.brand == focus]
        for who, items in (("market", listings), (slug_of_brand(focus), own)):
            cheapest = find_cheapest(items)
            if cheapest is not None:
                facts.append(_tier_fact(tier, who, cheapest))
    return facts


def _tier_fact(tier: DataTier, who: str, cheapest: Listing) -> Fact:
    return Fact(
        id=f"tier.{tier}.{who}",
        label=f"lowest effective cost in the {tier} data tier",
        value=cheapest.monthly_pence,
        unit="pence_per_month",
        subject=name_plan_of_brand(cheapest.plan),
        formula="Data tier",
        plan_ids=(cheapest.plan_id,),
    )


def elsewhere_rows(market: Market) -> list[Record]:
    """Return the plans that an aggregator sells for less than their brand, widest gap first."""
    return [
        {
            "brand": own.plan.brand,
            "plan": name_plan_of_brand(own.plan),
            "own_pence": own.monthly_pence,
            "seller": offer.plan.retailer or AGGREGATORS[offer.plan.source],
            "offer_pence": offer.monthly_pence,
        }
        for own, offer in find_cheaper_elsewhere(market)
    ]


def step_rows(market: Market, focus: str) -> list[Record]:
    """Return what each further GB costs along the focus brand's ladder."""
    return [
        {
            "smaller": name_plan(step.smaller.plan),
            "larger": name_plan(step.larger.plan),
            "more_pence": step.larger.monthly_pence - step.smaller.monthly_pence,
            "per_gb_pence": step.pence_per_gb,
        }
        for step in ladder_steps(market.of_brand(focus))
    ]


def step_facts(market: Market, focus: str) -> list[Fact]:
    """Return the marginal cost of a GB of each step of the focus brand's ladder."""
    return [
        Fact(
            id=f"marginal_per_gb.{step.larger.slug}",
            label="cost of each further GB",
            value=step.pence_per_gb,
            unit="pence_per_gb",
            subject=name_plan_of_brand(step.larger.plan),
            formula="Marginal £ per GB",
            plan_ids=(step.smaller.plan_id, step.larger.plan_id),
            base=name_plan_of_brand(step.smaller.plan),
        )
        for step in ladder_steps(market.of_brand(focus))
        if step.pence_per_gb is not None
    ]


def premium_rows(market: Market) -> list[Record]:
    """Return what unlimited costs above the largest capped plan, at each brand that sells both."""
    rows = [
        {"brand": brand, "premium_pence": unlimited_premium_pence(listings)}
        for brand, listings in market.by_brand().items()
    ]
    return [row for row in rows if row["premium_pence"] is not None]


def premium_facts(rows: Sequence[Record]) -> list[Fact]:
    return [
        Fact(
            id=f"unlimited_premium.{slug_of_brand(row['brand'])}",
            label="effective cost of unlimited data minus that of the largest capped plan",
            value=row["premium_pence"],
            unit="pence_per_month",
            subject=row["brand"],
            formula="Unlimited premium",
            base=f"the largest capped plan of {row['brand']}",
        )
        for row in rows
    ]
