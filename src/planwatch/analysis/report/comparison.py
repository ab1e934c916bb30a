"""Comparison of two brands: `compute_comparison` makes the figures, `write_comparison` the report.

The figures are JSON, so that they can be kept as a checkpoint and written up again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planwatch.analysis.facts import Fact, fact_records, ids_of, percent_of
from planwatch.analysis.inputs import NOTHING, Background
from planwatch.analysis.market.market import (
    Market,
    build_market,
    newest_capture,
    require_brands,
)
from planwatch.analysis.metrics.baskets import (
    MarketPrice,
    basket_facts,
    price_market,
)
from planwatch.analysis.metrics.frontier import (
    Domination,
    count_uncertain,
    domination_facts,
    find_dominated,
)
from planwatch.analysis.metrics.gap import Gap, find_gap, gap_count_facts, gap_facts
from planwatch.analysis.metrics.ladder import (
    Pair,
    ladder_facts,
    ladder_order,
    ladder_rows,
    pair_ladders,
    pair_row,
)
from planwatch.analysis.report.caveats import find_caveats, say_uncertain_dominations
from planwatch.analysis.report.comparison_verdict import say_findings, say_verdict
from planwatch.analysis.report.document import (
    BRAND_COLUMNS,
    DOMINATED_COLUMNS,
    GAP_COLUMNS,
    RUNG_COLUMNS,
    SECTION_KEYS,
    Record,
    basket_columns,
    build_section,
    build_table,
    pair_columns,
)
from planwatch.analysis.report.sections.baskets import (
    TIE,
    basket_count_facts,
    basket_gap_facts,
    say_baskets,
    win_facts,
)
from planwatch.analysis.report.sections.direct import direct_part
from planwatch.analysis.report.sections.dominated import domination_count_facts, say_dominated
from planwatch.analysis.report.sections.gaps import say_gaps
from planwatch.analysis.report.sections.ladder import (
    pair_facts,
    pair_size,
    say_ladder,
    uplift_count_facts,
)
from planwatch.analysis.report.sections.matching import matching_part
from planwatch.analysis.report.sections.moves import moves_part
from planwatch.analysis.report.sections.overview import brand_rows
from planwatch.analysis.report.sections.plans import considered_records, plans_part
from planwatch.analysis.report.sections.promotions import promotions_part
from planwatch.analysis.report.sections.rises import rises_part
from planwatch.analysis.report.sections.section import Part
from planwatch.analysis.report.sections.white_space import white_space_part
from planwatch.analysis.report.sentences import say_freshness
from planwatch.analysis.subjects import basket_subject, brand_subject
from planwatch.domain.job_kinds import COMPARE
from planwatch.domain.phrasing import name_plan
from planwatch.domain.plan import Plan
from planwatch.errors import UsageError


def compute_comparison(
    plans: Sequence[Plan], brand_a: str, brand_b: str, background: Background = NOTHING
) -> Record:
    """Compute every figure of a comparison.

    Args:
        plans: the cheapest offer of each (source, plan_key); other brands are ignored.
        brand_a: display name of the focus: gaps are A − B, in % of B.
        brand_b: display name of the rival.
        background: rise rules, baskets, history and health.

    Returns:
        Figures as rows, with facts, caveats and the plans left out; all of it JSON.

    Raises:
        UsageError: a brand against itself.
        NoPlans: a brand without a comparable plan.
    """
    if brand_a == brand_b:
        raise UsageError(f"{brand_a} against itself", hint="name two different brands")
    brands = (brand_a, brand_b)
    market = build_market(
        [plan for plan in plans if plan.brand in brands],
        background.rules,
        unverified=background.unverified,
    )
    require_brands(market, brands)
    a, b = market.of_brand(brand_a), market.of_brand(brand_b)
    gaps = [find_gap(item, b) for item in sorted(a, key=ladder_order)]
    priced = [price_market(basket, {brand_a: a, brand_b: b}) for basket in background.baskets]
    dominated = [*find_dominated(a, b), *find_dominated(b, a)]
    parts = _build_parts(market, brands, background, gaps, priced)
    computed: Record = {
        "kind": COMPARE,
        "brands": list(brands),
        "focus": None,
        "as_of": newest_capture(market.listings).isoformat(),
        "plans": {brand_a: len(a), brand_b: len(b)},
        "pairs": [_pair_row(pair, brand_a) for pair in pair_ladders(a, b)],
        "rungs": [*ladder_rows(a), *ladder_rows(b)],
        "gaps": [gap.as_row() for gap in gaps],
        "baskets": [_basket_row(price, brands) for price in priced],
        "dominated": [verdict.as_row() for verdict in dominated],
        "parts": [part.as_record() for part in parts],
        "brand_rows": brand_rows(market, background.sources),
        "caveats": _caveats(market, dominated, background),
    }
    facts = _facts(market, gaps, priced, dominated, brands)
    of_parts = (fact for part in parts for fact in part.facts)
    return {
        **computed,
        "facts": fact_records([*facts, *of_parts, *_count_facts(computed, dominated)]),
    }


def _facts(
    market: Market,
    gaps: Sequence[Gap],
    priced: Sequence[MarketPrice],
    dominated: Sequence[Domination],
    brands: Sequence[str],
) -> list[Fact]:
    return [
        *gap_facts(gaps),
        *gap_count_facts(gaps, brands[0]),
        *domination_facts(dominated),
        *basket_facts(priced, brands),
        *ladder_facts(market.listings),
    ]


def _count_facts(computed: Record, dominated: Sequence[Domination]) -> list[Fact]:
    a, b = computed["brands"]
    served = [row for row in computed["baskets"] if row["b_pence"] is not None]
    return [
        *pair_facts(computed),
        *basket_count_facts(computed["baskets"], [a, b]),
        *basket_gap_facts(computed["baskets"], a, b),
        *domination_count_facts(dominated, computed["plans"]),
        *uplift_count_facts(computed["rungs"], [a, b]),
        *win_facts(served, a, "b_pence"),
    ]


def _build_parts(
    market: Market,
    brands: tuple[str, str],
    background: Background,
    gaps: Sequence[Gap],
    priced: Sequence[MarketPrice],
) -> list[Part]:
    """Return the parts that follow the ladder, the gaps, the baskets and the dominations."""
    a, b = brands
    return [
        rises_part(market, brands, brands),
        promotions_part(market, brands, brands),
        moves_part(market, background, brands, brands),
        white_space_part(market, brands, "Neither brand"),
        matching_part(a, gaps, priced, market.of_brand(b)),
        direct_part(market, brands),
        plans_part(market, background),
    ]


def _caveats(market: Market, dominated: Sequence[Domination], background: Background) -> list[str]:
    uncertain = say_uncertain_dominations(count_uncertain(dominated), len(dominated))
    return [
        *find_caveats(market.listings, background.sources, market.left_out),
        *([uncertain] if uncertain else []),
    ]


def _pair_row(pair: Pair, brand_a: str) -> Record:
    row = pair_row(pair)
    ids = ids_of(
        brand_subject(brand_a),
        variant=pair_size(row),
        gap_pence="pair_gap",
        gap_percent="pair_gap_percent",
    )
    return {**row, "ids": ids}


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


def write_comparison(computed: Mapping[str, Any]) -> Record:
    """Write the figures of `compute_comparison` up as the document that views render."""
    return {
        "kind": computed["kind"],
        "brands": computed["brands"],
        "market_brands": computed["brands"],
        "focus": computed["focus"],
        "as_of": computed["as_of"],
        "verdict": say_verdict(computed),
        "findings": say_findings(computed),
        "sections": _sections(computed),
        "facts": computed["facts"],
        "caveats": computed["caveats"],
        "left_out": _part(computed, "market")["figures"]["left_out"],
        "considered": considered_records(_part(computed, "market")),
    }


def _sections(computed: Mapping[str, Any]) -> list[Record]:
    a, b = computed["brands"]
    pairs = build_table(
        "pairs", "Cheapest variant of each data and term", pair_columns(a, b), computed["pairs"]
    )
    rungs = build_table("rungs", "Every plan over its term", RUNG_COLUMNS, computed["rungs"])
    gaps = build_table("gaps", f"{a} against {b}", GAP_COLUMNS, computed["gaps"])
    baskets = build_table("baskets", "Cheapest plan", basket_columns(a, b), computed["baskets"])
    dominated = build_table(
        "dominated", "Dominated plans", DOMINATED_COLUMNS, computed["dominated"]
    )
    brands = build_table("brands", "Brands", BRAND_COLUMNS, computed["brand_rows"])
    return [
        build_section("brands", "Freshness", say_freshness(computed["brand_rows"]), [brands]),
        build_section("ladder", "Ladder", say_ladder(computed), [pairs, rungs]),
        build_section("gaps", "Gaps", say_gaps(computed), [gaps]),
        build_section("baskets", "Usage baskets", say_baskets(computed), [baskets]),
        build_section("dominated", "Dominated plans", say_dominated(computed), [dominated]),
        *({key: part[key] for key in SECTION_KEYS} for part in computed["parts"]),
    ]


def _part(computed: Mapping[str, Any], part_id: str) -> Mapping[str, Any]:
    [found] = [part for part in computed["parts"] if part["id"] == part_id]
    return dict(found)
