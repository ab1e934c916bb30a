"""Data tiers section: rank of the focus in each tier, its ladder, and its sizes beside rivals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from planwatch.analysis.facts import Fact, count_fact, difference_facts, ids_of
from planwatch.analysis.market.market import Listing, find_cheaper_elsewhere
from planwatch.analysis.metrics.gap import Gap
from planwatch.analysis.metrics.ladder import sort_ladder
from planwatch.analysis.metrics.tiers import TierStanding, rank_in_tiers
from planwatch.analysis.report.costs import list_by_rule
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.direct import direct_facts
from planwatch.analysis.report.sections.gaps import gap_count_facts, gap_facts, gap_table
from planwatch.analysis.report.sections.ladder import (
    PRICES,
    ladder_facts,
    misleading_fact,
    rung_table,
)
from planwatch.analysis.report.sections.per_gb import per_gb_part
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.sections.white_space import TIER_WORDS
from planwatch.analysis.report.sentences import (
    find_misleading,
    say_difference,
    say_elsewhere,
    say_uplift,
    say_widest_gap,
    say_widest_lead,
)
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import brand_subject, tier_subject
from planwatch.domain.job_kinds import ANALYSE
from planwatch.domain.phrasing import (
    count_of,
    format_pounds,
    format_rank,
    join_some,
    name_plan,
    name_plan_of_brand,
)

CHEAPEST_RIVAL: Final = "the cheapest rival"


def _tier_columns(focus: str) -> tuple[Column, ...]:
    """Return the columns of the data tiers, seen from one brand."""
    return (
        ("tier", "Data tier", "text"),
        ("plans", "Plans", "int"),
        ("market_pence", "Lowest cost", "money"),
        ("market_plan", "Cheapest plan", "text"),
        ("focus_pence", f"{focus} cost", "money"),
        ("gap_pence", f"{focus} − cheapest", "money_diff"),
        ("gap_percent", "% of cheapest", "percent"),
        ("rank", f"{focus} rank", "int"),
        ("brands", "Brands", "int"),
    )


def _tier_row(standing: TierStanding, focus: str) -> Record:
    tier, own, gap = standing.tier, standing.own, standing.gap
    return {
        "tier": tier,
        "plans": standing.plans,
        "market_pence": standing.cheapest.monthly_pence,
        "market_plan": name_plan_of_brand(standing.cheapest.plan),
        "focus_pence": own.monthly_pence if own else None,
        "gap_pence": gap.pence if gap else None,
        "gap_percent": gap.percent if gap else None,
        "rank": standing.rank,
        "brands": standing.brands,
        "by_rule": list_by_rule(market_pence=standing.cheapest, focus_pence=own),
        "ids": {
            "market_plan": standing.cheapest.plan_id,
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


def _cost_facts(standing: TierStanding, focus: str) -> list[Fact]:
    """Return the cheapest effective cost of a tier: the market's and the focus brand's."""
    tier = standing.tier
    return [
        Fact(
            kind="tier",
            label=f"lowest comparable cost in the {tier} data tier",
            value=cheapest.monthly_pence,
            unit="pence_per_month",
            subject=tier_subject(tier, brand).seen_in(cheapest),
            formula="Data tier",
            plan_ids=(cheapest.plan_id,),
        )
        for brand, cheapest in ((None, standing.cheapest), (focus, standing.own))
        if cheapest is not None
    ]


def _rank_facts(standing: TierStanding, focus: str) -> list[Fact]:
    """Return how many brands sell in a tier, and rank and gap of the focus brand there."""
    tier, gap = standing.tier, standing.gap
    facts = [
        count_fact(
            "tier_brands", standing.brands, "brands that sell in the tier", tier_subject(tier)
        )
    ]
    if standing.rank is None or gap is None:
        return facts
    subject = tier_subject(tier, focus)
    facts.append(
        Fact(
            kind="tier_rank",
            label="rank by cheapest plan",
            value=standing.rank,
            unit="rank",
            subject=subject,
            formula="Data tier",
        )
    )
    if gap.pence:
        plan = standing.cheapest.plan
        base = brand_subject(plan.brand).said(name_plan_of_brand(plan))
        facts += difference_facts("tier_gap", gap, subject, base, "Data tier")
    return facts


def _say_counts_of_gaps(gaps: Sequence[Gap], focus: str) -> list[str]:
    if not gaps:
        return []
    pence = [gap.pence for gap in gaps]
    return [
        f"Of {count_of(len(pence), 'size')} with a rival, {focus} is dearer than the cheapest "
        f"rival at {sum(gap > 0 for gap in pence)}, cheaper at {sum(gap < 0 for gap in pence)} "
        f"and tied at {pence.count(0)}."
    ]


def _say_alone(alone: Sequence[Listing], focus: str) -> list[str]:
    if not alone:
        return []
    named = join_some([name_plan(item.plan) for item in alone])
    return [f"No rival sells as much data on as short a term as {focus} does: {named}."]


def _say_tier(standing: TierStanding, focus: str) -> str:
    words, own, gap = TIER_WORDS[standing.tier], standing.own, standing.gap
    cheapest = name_plan_of_brand(standing.cheapest.plan)
    least = format_pounds(standing.cheapest.monthly_pence)
    if own is None or gap is None or standing.rank is None:
        return (
            f"{focus} sells nothing for {words}; the cheapest plan there is {cheapest} at {least} "
            f"a month."
        )
    if not gap.pence:
        return (
            f"{focus} has the lowest effective cost for {words}: "
            f"{format_pounds(own.monthly_pence)} a month ({name_plan(own.plan)})."
        )
    return (
        f"For {words}, {focus} ranks {format_rank(standing.rank)} of "
        f"{count_of(standing.brands, 'brand')}: its cheapest plan costs "
        f"{format_pounds(own.monthly_pence)} a month, {say_difference(gap)} {cheapest} at {least}."
    )


def _say_worst_tier(standings: Iterable[TierStanding], focus: str) -> list[str]:
    behind = [(one.gap.pence, one) for one in standings if one.gap and one.gap.pence]
    return [_say_tier(max(behind, key=lambda found: found[0])[1], focus)] if behind else []


def _analysed(study: Study) -> Part:
    """Return the data tiers, the focus brand's ladder, and each of its sizes against a rival."""
    focus, market, gaps = study.focus, study.market, study.size_gaps
    tiers, ladder = rank_in_tiers(market, focus), sort_ladder(study.own)
    further = per_gb_part(study)
    elsewhere = [pair for pair in find_cheaper_elsewhere(market) if pair[0].plan.brand == focus]
    widest_gap = say_widest_gap(gaps.found, focus, CHEAPEST_RIVAL)
    misleading = find_misleading(ladder)
    uplift = say_uplift(misleading, focus)
    return Part(
        sentences=[
            *(_say_tier(standing, focus) for standing in tiers),
            *_say_counts_of_gaps(gaps.found, focus),
            *widest_gap,
            *say_widest_lead(gaps.found, focus, CHEAPEST_RIVAL),
            *_say_alone(gaps.alone, focus),
            *uplift,
            *say_elsewhere(elsewhere),
            *further.sentences,
        ],
        tables=[
            build_table(
                "tiers",
                "Data tiers",
                _tier_columns(focus),
                [_tier_row(standing, focus) for standing in tiers],
            ),
            rung_table(ladder),
            gap_table(
                "Against the cheapest rival of the same size, or of at least that size", gaps
            ),
            *further.tables,
        ],
        facts=[
            *(fact for standing in tiers for fact in _cost_facts(standing, focus)),
            *(fact for standing in tiers for fact in _rank_facts(standing, focus)),
            misleading_fact(len(misleading), focus),
            *gap_facts(gaps.found),
            *gap_count_facts(gaps, focus),
            *ladder_facts(ladder),
            *further.facts,
            *direct_facts(market, [focus]),
        ],
        findings=[
            *(Line(10, text) for text in widest_gap),
            *(Line(30, text) for text in uplift),
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
