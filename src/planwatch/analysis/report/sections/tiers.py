"""Data tiers section: rank of the focus in each tier, cost per further GB, unlimited premium."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

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
from planwatch.analysis.metrics.gap import gap_count_facts, gap_facts
from planwatch.analysis.metrics.ladder import ladder_facts, ladder_rows
from planwatch.analysis.metrics.per_gb import ladder_steps, unlimited_premium_pence
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.direct import direct_part
from planwatch.analysis.report.sections.gaps import GAP_COLUMNS
from planwatch.analysis.report.sections.ladder import PRICES, RUNG_COLUMNS, uplift_count_facts
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.sections.white_space import TIER_WORDS
from planwatch.analysis.report.sentences import (
    Row,
    say_difference,
    say_elsewhere,
    say_uplift,
    say_widest_gap,
    say_widest_lead,
)
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import brand_subject, plan_subject, tier_subject
from planwatch.domain.brand import AGGREGATORS
from planwatch.domain.job_kinds import ANALYSE
from planwatch.domain.phrasing import (
    count_of,
    format_pounds,
    format_rank,
    join_some,
    name_plan,
    name_plan_of_brand,
    possessive,
)

CHEAPEST_RIVAL: Final = "the cheapest rival"
_STEP_COLUMNS: Final[tuple[Column, ...]] = (
    ("smaller", "From", "text"),
    ("larger", "To", "text"),
    ("more_pence", "More a month", "money_diff"),
    ("per_gb_pence", "Each further GB", "money_diff"),
)
_PREMIUM_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("premium_pence", "Unlimited − largest capped", "money_diff"),
)


def _tier_columns(focus: str) -> tuple[Column, ...]:
    """Return the columns of the data tiers, seen from one brand."""
    return (
        ("tier", "Data tier", "text"),
        ("plans", "Plans", "int"),
        ("market_pence", "Cheapest effective", "money"),
        ("market_plan", "Cheapest plan", "text"),
        ("focus_pence", f"{focus} effective", "money"),
        ("gap_pence", f"{focus} − cheapest", "money_diff"),
        ("gap_percent", "% of cheapest", "percent"),
        ("rank", f"{focus} rank", "int"),
        ("brands", "Brands", "int"),
    )


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
                **ids_of(plan_subject(step.larger), named="larger", per_gb_pence="marginal_per_gb"),
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


def _say_rivals(
    gaps: Sequence[Row], rungs: Sequence[Row], elsewhere: Sequence[Row], focus: str
) -> list[str]:
    return [
        *_say_counts_of_gaps(gaps, focus),
        *say_widest_gap(gaps, focus, CHEAPEST_RIVAL),
        *say_widest_lead(gaps, focus, CHEAPEST_RIVAL),
        *_say_alone(gaps, focus),
        *say_uplift(rungs, focus),
        *say_elsewhere(elsewhere),
    ]


def _say_counts_of_gaps(gaps: Sequence[Row], focus: str) -> list[str]:
    priced = [row["gap_pence"] for row in gaps if row["gap_pence"] is not None]
    if not priced:
        return []
    return [
        f"Of {count_of(len(priced), 'size')} with a rival, {focus} is dearer than the cheapest "
        f"rival at {sum(gap > 0 for gap in priced)}, cheaper at {sum(gap < 0 for gap in priced)} "
        f"and tied at {sum(gap == 0 for gap in priced)}."
    ]


def _say_alone(gaps: Sequence[Row], focus: str) -> list[str]:
    alone = [row["plan"] for row in gaps if row["gap_pence"] is None]
    if not alone:
        return []
    return [f"No rival sells as much data on as short a term as {focus} does: {join_some(alone)}."]


def say_tier(row: Row, focus: str) -> str:
    words = TIER_WORDS[row["tier"]]
    if row["focus_pence"] is None:
        return (
            f"{focus} sells nothing for {words}; the cheapest plan there is {row['market_plan']} "
            f"at {format_pounds(row['market_pence'])} a month."
        )
    if not row["gap_pence"]:
        return (
            f"{focus} has the lowest effective cost for {words}: "
            f"{format_pounds(row['focus_pence'])} a month ({row['focus_plan']})."
        )
    return (
        f"For {words}, {focus} ranks {format_rank(row['rank'])} of "
        f"{count_of(row['brands'], 'brand')}: its cheapest plan costs "
        f"{format_pounds(row['focus_pence'])} a month, {say_difference(row)} {row['market_plan']} "
        f"at {format_pounds(row['market_pence'])}."
    )


def _say_worst_tier(rows: Sequence[Row], focus: str) -> list[str]:
    behind = [row for row in rows if row["gap_pence"]]
    return [say_tier(max(behind, key=lambda row: row["gap_pence"]), focus)] if behind else []


def say_premium(rows: Sequence[Row], focus: str) -> list[str]:
    """Return the unlimited premium of the focus, and the lowest one among its rivals."""
    own = [row for row in rows if row["brand"] == focus]
    others = [row for row in rows if row["brand"] != focus]
    if not own:
        return []
    first = (
        f"{possessive(focus)} unlimited data costs {_say_more(own[0]['premium_pence'])} a month "
        f"than its largest capped plan"
    )
    if not others:
        return [f"{first}."]
    least = min(others, key=lambda row: row["premium_pence"])
    more = _say_more(least["premium_pence"])
    return [f"{first}; at {least['brand']} it costs {more}, the lowest premium among rivals."]


def _say_more(pence: int) -> str:
    return f"{format_pounds(abs(pence))} {'less' if pence < 0 else 'more'}"


def _analysed(study: Study) -> Part:
    """Return the data tiers, the focus brand's ladder, and each of its sizes against a rival."""
    focus, market = study.focus, study.market
    gaps = [gap.as_row() for gap in study.size_gaps]
    tiers, rungs = tier_rows(market, focus), ladder_rows(study.own)
    steps, premiums = step_rows(market, focus), premium_rows(market)
    elsewhere = [row for row in elsewhere_rows(market) if row["brand"] == focus]
    return Part(
        sentences=[
            *(say_tier(row, focus) for row in tiers),
            *_say_rivals(gaps, rungs, elsewhere, focus),
            *say_premium(premiums, focus),
        ],
        tables=[
            build_table("tiers", "Data tiers", _tier_columns(focus), tiers),
            build_table("rungs", "Every plan over its term", RUNG_COLUMNS, rungs),
            build_table(
                "gaps",
                "Against the cheapest rival of the same size, or of at least that size",
                GAP_COLUMNS,
                gaps,
            ),
            build_table("steps", "Cost of each further GB", _STEP_COLUMNS, steps),
            build_table("premiums", "Unlimited premium", _PREMIUM_COLUMNS, premiums),
        ],
        facts=[
            *tier_facts(market, focus),
            *tier_gap_facts(tiers, focus),
            *uplift_count_facts(rungs, [focus]),
            *gap_facts(study.size_gaps),
            *gap_count_facts(study.size_gaps, focus),
            *ladder_facts(study.own),
            *step_facts(market, focus),
            *premium_facts(premiums),
            *direct_part(market, [focus]).facts,
        ],
        findings=[
            *(Line(10, text) for text in say_widest_gap(gaps, focus, CHEAPEST_RIVAL)),
            *(Line(30, text) for text in say_uplift(rungs, focus)),
            *(Line(40, text) for text in _say_worst_tier(tiers, focus)),
        ],
    )


ANALYSED: Final = Section(
    report=ANALYSE,
    name="tiers",
    title="Data tiers and ladder",
    place=20,
    build=_analysed,
    told=PRICES
    | {"tier", "tier_rank", "tier_gap", "tier_gap_percent", "misleading", "marginal_per_gb"},
)
