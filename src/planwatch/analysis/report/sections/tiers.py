"""Data tiers section: rank of the focus in each tier, cost per further GB, unlimited premium."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planwatch.analysis.facts import Fact, count_fact, ids_of, percent_of, row_gap_facts
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
from planwatch.analysis.subjects import brand_subject, plan_subject, tier_subject
from planwatch.domain.brand import AGGREGATORS
from planwatch.domain.phrasing import name_plan, name_plan_of_brand


def tier_gap_facts(rows: Iterable[Row], focus: str) -> list[Fact]:
    """Return the rank and the gap of the focus brand in each data tier, and how many sell there."""
    facts = []
    for row in rows:
        tier = row["tier"]
        facts.append(
            count_fact(
                "tier_brands", row["brands"], "brands that sell in the tier", tier_subject(tier)
            )
        )
        if row["rank"] is None:
            continue
        subject = tier_subject(tier, focus)
        facts.append(
            Fact(
                kind="tier_rank",
                label="rank by cheapest plan",
                value=row["rank"],
                unit="rank",
                subject=subject,
                formula="Data tier",
            )
        )
        if row["gap_pence"]:
            base = brand_subject(row["market_brand"]).said(row["market_plan"])
            facts += row_gap_facts("tier_gap", row, subject, base, "Data tier")
    return facts


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
        "ids": {
            "market_plan": best.plan_id,
            **ids_of(tier_subject(tier), market_pence="tier", brands="tier_brands"),
            **ids_of(
                tier_subject(tier, focus),
                focus_pence="tier",
                rank="tier_rank",
                gap_pence="tier_gap",
                gap_percent="tier_gap_percent",
            ),
        },
    }


def _keep_tier(listings: Iterable[Listing], tier: DataTier) -> list[Listing]:
    return [item for item in listings if data_tier(item.plan.allowance) == tier]


def tier_facts(market: Market, focus: str) -> list[Fact]:
    """Return the cheapest effective cost of each tier: the market's and the focus brand's."""
    facts = []
    for tier in DATA_TIERS:
        listings = _keep_tier(market.listings, tier)
        own = [item for item in listings if item.plan.brand == focus]
        for brand, items in ((None, listings), (focus, own)):
            cheapest = find_cheapest(items)
            if cheapest is not None:
                facts.append(_tier_fact(tier, brand, cheapest))
    return facts


def _tier_fact(tier: DataTier, brand: str | None, cheapest: Listing) -> Fact:
    return Fact(
        kind="tier",
        label=f"lowest effective cost in the {tier} data tier",
        value=cheapest.monthly_pence,
        unit="pence_per_month",
        subject=tier_subject(tier, brand).seen_in(cheapest),
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
            "ids": {
                "smaller": step.smaller.plan_id,
                "larger": step.larger.plan_id,
                **ids_of(plan_subject(step.larger), per_gb_pence="marginal_per_gb"),
            },
        }
        for step in ladder_steps(market.of_brand(focus))
    ]


def step_facts(market: Market, focus: str) -> list[Fact]:
    """Return the marginal cost of a GB of each step of the focus brand's ladder."""
    return [
        Fact(
            kind="marginal_per_gb",
            label="cost of each further GB",
            value=step.pence_per_gb,
            unit="pence_per_gb",
            subject=plan_subject(step.larger),
            formula="Marginal £ per GB",
            plan_ids=(step.smaller.plan_id, step.larger.plan_id),
            base=plan_subject(step.smaller),
        )
        for step in ladder_steps(market.of_brand(focus))
        if step.pence_per_gb is not None
    ]


def premium_rows(market: Market) -> list[Record]:
    """Return what unlimited costs above the largest capped plan, at each brand that sells both."""
    rows = [
        {
            "brand": brand,
            "premium_pence": unlimited_premium_pence(listings),
            "ids": ids_of(brand_subject(brand), premium_pence="unlimited_premium"),
        }
        for brand, listings in market.by_brand().items()
    ]
    return [row for row in rows if row["premium_pence"] is not None]


def premium_facts(rows: Sequence[Record]) -> list[Fact]:
    return [
        Fact(
            kind="unlimited_premium",
            label="effective cost of unlimited data minus that of the largest capped plan",
            value=row["premium_pence"],
            unit="pence_per_month",
            subject=brand_subject(row["brand"]),
            formula="Unlimited premium",
            base=f"the largest capped plan of {row['brand']}",
        )
        for row in rows
    ]
