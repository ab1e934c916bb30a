"""Market report for one focus brand: builds each section and the summary above them.

Each section is a pure function of the plans, so that a workflow can make it a step of its own;
`write_summary` puts the finished sections under one verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from planwatch.analysis.facts import Fact, count_fact, fact_records
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
    count_uncertain,
    domination_facts,
    find_dominated,
)
from planwatch.analysis.metrics.gap import find_gap, gap_count_facts, gap_facts
from planwatch.analysis.metrics.ladder import ladder_facts, ladder_order, ladder_rows, pair_ladders
from planwatch.analysis.report.caveats import find_caveats, say_uncertain_dominations
from planwatch.analysis.report.document import (
    BRAND_COLUMNS,
    DOMINATED_COLUMNS,
    FRONTIER_COLUMNS,
    GAP_COLUMNS,
    PREMIUM_COLUMNS,
    RUNG_COLUMNS,
    SECTION_KEYS,
    STEP_COLUMNS,
    Record,
    basket_price_columns,
    build_section,
    build_table,
    market_basket_columns,
    tier_columns,
)
from planwatch.analysis.report.market_verdict import (
    say_frontier,
    say_market_baskets,
    say_market_findings,
    say_market_verdict,
    say_overview,
    say_premium,
    say_rivals,
    say_tier,
)
from planwatch.analysis.report.sections.baskets import (
    basket_price_rows,
    market_basket_facts,
    market_basket_row,
)
from planwatch.analysis.report.sections.direct import direct_part
from planwatch.analysis.report.sections.dominated import domination_count_facts, efficient_row
from planwatch.analysis.report.sections.flexibility import flexibility_part
from planwatch.analysis.report.sections.index import (
    find_index,
    index_facts,
    index_table,
    owner_facts,
    owner_rows,
    owner_table,
    say_index,
    say_owners,
)
from planwatch.analysis.report.sections.ladder import uplift_count_facts
from planwatch.analysis.report.sections.matching import matching_part
from planwatch.analysis.report.sections.moves import moves_part
from planwatch.analysis.report.sections.overview import brand_rows, overview_facts
from planwatch.analysis.report.sections.plans import considered_records, plans_part
from planwatch.analysis.report.sections.promotions import promotions_part
from planwatch.analysis.report.sections.rises import rises_part
from planwatch.analysis.report.sections.roaming import roaming_part
from planwatch.analysis.report.sections.section import Part
from planwatch.analysis.report.sections.tiers import (
    elsewhere_rows,
    premium_facts,
    premium_rows,
    step_facts,
    step_rows,
    tier_facts,
    tier_gap_facts,
    tier_rows,
)
from planwatch.analysis.subjects import MARKET
from planwatch.domain.job_kinds import ANALYSE
from planwatch.domain.plan import Plan


def report_overview(
    plans: Sequence[Plan], focus_brand: str, background: Background = NOTHING
) -> Record:
    """Return the brands in the market, their owners, and the market index."""
    market = _market_of(plans, focus_brand, background)
    brands = brand_rows(market, background.sources)
    owners = owner_rows(market)
    points = find_index(background)
    figures = {"plans": len(market.listings), "brands": brands}
    section = build_section(
        "overview",
        "Overview",
        [
            *say_overview(figures, focus_brand),
            *say_index(points),
            *say_owners(owners, len(market.listings)),
        ],
        [
            build_table("brands", "Brands", BRAND_COLUMNS, brands),
            owner_table(owners),
            *([index_table(points)] if points else []),
        ],
    )
    facts = [
        *overview_facts(brands, len(market.listings)),
        *index_facts(points),
        *owner_facts(owners),
    ]
    caveats = find_caveats(market.listings, background.sources, market.left_out)
    return _finish(section, market, figures=figures, facts=facts, caveats=caveats)


def report_tiers(
    plans: Sequence[Plan], focus_brand: str, background: Background = NOTHING
) -> Record:
    """Return the data tiers, the focus brand's ladder, and each of its sizes against a rival."""
    market = _market_of(plans, focus_brand, background)
    own = market.of_brand(focus_brand)
    rivals = [item for item in market.listings if item.plan.brand != focus_brand]
    gaps = [find_gap(pair.a, rivals) for pair in pair_ladders(own, ()) if pair.a]
    tiers = tier_rows(market, focus_brand)
    steps = step_rows(market, focus_brand)
    premiums = premium_rows(market)
    figures = {
        "tiers": tiers,
        "gaps": [gap.as_row() for gap in gaps],
        "rungs": ladder_rows(own),
        "elsewhere": [row for row in elsewhere_rows(market) if row["brand"] == focus_brand],
    }
    section = build_section(
        "tiers",
        "Data tiers and ladder",
        [
            *(say_tier(row, focus_brand) for row in tiers),
            *say_rivals(figures, focus_brand),
            *say_premium(premiums, focus_brand),
        ],
        [
            build_table("tiers", "Data tiers", tier_columns(focus_brand), tiers),
            build_table("rungs", "Every plan over its term", RUNG_COLUMNS, figures["rungs"]),
            build_table(
                "gaps",
                "Against the cheapest rival of the same size, or of at least that size",
                GAP_COLUMNS,
                figures["gaps"],
            ),
            build_table("steps", "Cost of each further GB", STEP_COLUMNS, steps),
            build_table("premiums", "Unlimited premium", PREMIUM_COLUMNS, premiums),
        ],
    )
    facts = [
        *tier_facts(market, focus_brand),
        *tier_gap_facts(tiers, focus_brand),
        *uplift_count_facts(figures["rungs"], [focus_brand]),
        *gap_facts(gaps),
        *gap_count_facts(gaps, focus_brand),
        *ladder_facts(own),
        *step_facts(market, focus_brand),
        *premium_facts(premiums),
        *direct_part(market, [focus_brand]).facts,
    ]
    return _finish(section, market, figures=figures, facts=facts)


def report_baskets(
    plans: Sequence[Plan], focus_brand: str, background: Background = NOTHING
) -> Record:
    """Return the price of each basket by brand, its winner, and the gap of the focus brand."""
    market = _market_of(plans, focus_brand, background)
    by_brand = market.by_brand()
    priced = [price_market(basket, by_brand) for basket in background.baskets]
    figures = {"baskets": [market_basket_row(price, focus_brand) for price in priced]}
    section = build_section(
        "baskets",
        "Usage baskets",
        say_market_baskets(figures, focus_brand),
        [
            build_table(
                "baskets",
                f"{focus_brand} and the market",
                market_basket_columns(focus_brand),
                figures["baskets"],
            ),
            *(
                _basket_prices(table_id, title, matching, market.brands)
                for table_id, title, matching in (
                    ("basket_prices", "By brand", [p for p in priced if not p.basket.roaming]),
                    (
                        "basket_prices_roaming",
                        "By brand, with EU roaming",
                        [p for p in priced if p.basket.roaming],
                    ),
                )
            ),
        ],
    )
    facts = [
        *basket_facts(priced, market.brands),
        *market_basket_facts(figures["baskets"], focus_brand),
    ]
    return _finish(section, market, figures=figures, facts=facts)


def _basket_prices(
    table_id: str, title: str, prices: Sequence[MarketPrice], brands: Sequence[str]
) -> Record:
    columns = basket_price_columns([price.basket for price in prices])
    return build_table(
        table_id, f"{title} (1m: on a one-month term)", columns, basket_price_rows(prices, brands)
    )


def report_frontier(
    plans: Sequence[Plan], focus_brand: str, background: Background = NOTHING
) -> Record:
    """Return the efficient plans of the market and the dominated ones of the focus brand."""
    market = _market_of(plans, focus_brand, background)
    every = find_dominated(market.listings, market.listings)
    beaten = {verdict.item.plan_id for verdict in every}
    efficient = [item for item in market.listings if item.plan_id not in beaten]
    own = [verdict for verdict in every if verdict.item.plan.brand == focus_brand]
    figures: Record = {
        "plans": len(market.listings),
        "own_plans": len(market.of_brand(focus_brand)),
        "efficient": [efficient_row(item) for item in sorted(efficient, key=ladder_order)],
        "dominated": [verdict.as_row() for verdict in own],
    }
    section = build_section(
        "frontier",
        "Efficient frontier",
        say_frontier(figures, focus_brand),
        [
            build_table("frontier", "Efficient plans", FRONTIER_COLUMNS, figures["efficient"]),
            build_table(
                "dominated",
                f"Dominated plans of {focus_brand}",
                DOMINATED_COLUMNS,
                figures["dominated"],
            ),
        ],
    )
    uncertain = say_uncertain_dominations(count_uncertain(every), len(every))
    return _finish(
        section,
        market,
        figures=figures,
        facts=[
            *domination_facts(own),
            *domination_count_facts(own, {focus_brand: figures["own_plans"]}),
            count_fact("efficient", len(efficient), "efficient plans", MARKET),
        ],
        caveats=[uncertain] if uncertain else [],
    )


def report_flexibility(
    plans: Sequence[Plan], focus_brand: str, background: Background = NOTHING
) -> Record:
    """Return what a one-month term costs above a longer one, and what no brand sells."""
    market = _market_of(plans, focus_brand, background)
    return _finish_part(flexibility_part(market, focus_brand), market)


def report_roaming(
    plans: Sequence[Plan], focus_brand: str, background: Background = NOTHING
) -> Record:
    """Return which brands include EU roaming and extras, and what EU roaming costs."""
    market = _market_of(plans, focus_brand, background)
    return _finish_part(roaming_part(market, focus_brand, background.baskets), market)


def report_promotions(
    plans: Sequence[Plan], focus_brand: str, background: Background = NOTHING
) -> Record:
    """Return how much each brand promotes, and what price rises add to a year's bill."""
    market = _market_of(plans, focus_brand, background)
    promotions = promotions_part(market, [focus_brand], market.brands)
    rises = rises_part(market, [focus_brand], market.brands)
    return _finish_part(promotions.joined_with(rises, "Promotions and rises"), market)


def report_moves(
    plans: Sequence[Plan], focus_brand: str, background: Background = NOTHING
) -> Record:
    """Return the moves of the last 30 and 90 days, and the plans sold by another seller, too."""
    market = _market_of(plans, focus_brand, background)
    moves = moves_part(market, background, [focus_brand], market.brands)
    direct = direct_part(market, market.brands)
    return _finish_part(moves.joined_with(direct, moves.title), market)


def report_recommendations(
    plans: Sequence[Plan], focus_brand: str, background: Background = NOTHING
) -> Record:
    """Return what would match each cheaper rival and win each lost basket of the focus brand."""
    market = _market_of(plans, focus_brand, background)
    rivals = [item for item in market.listings if item.plan.brand != focus_brand]
    gaps = [find_gap(item, rivals) for item in market.of_brand(focus_brand)]
    by_brand = market.by_brand()
    priced = [price_market(basket, by_brand) for basket in background.baskets]
    part = matching_part(
        focus_brand,
        gaps,
        priced,
        rivals,
        part_id="recommendations",
        title="Recommendations",
    )
    return _finish_part(part, market)


def report_market(
    plans: Sequence[Plan], focus_brand: str, background: Background = NOTHING
) -> Record:
    """Return every plan considered with its figures, and every plan left out."""
    market = _market_of(plans, focus_brand, background)
    return _finish_part(plans_part(market, background), market)


SECTIONS: Final[dict[str, Callable[[Sequence[Plan], str, Background], Record]]] = {
    "overview": report_overview,
    "tiers": report_tiers,
    "frontier": report_frontier,
    "baskets": report_baskets,
    "flexibility": report_flexibility,
    "roaming": report_roaming,
    "promotions": report_promotions,
    "moves": report_moves,
    "recommendations": report_recommendations,
    "market": report_market,
}


def write_summary(sections: Iterable[Mapping[str, Any]], focus: str) -> Record:
    """Put the sections under one verdict, as the document that views render.

    The executive summary is the tenth section; the market table follows it.

    Args:
        sections: what the functions of `SECTIONS` returned, all of them, in any order.
        focus: display name of the focus brand.
    """
    by_id = {section["id"]: section for section in sections}
    ordered = [by_id[name] for name in SECTIONS]
    figures = {name: by_id[name]["figures"] for name in SECTIONS}
    verdict, findings = say_market_verdict(figures, focus), say_market_findings(figures, focus)
    summary = build_section(
        "summary", "Executive summary", [verdict, *findings, *_first_words(by_id)], []
    )
    shown = [{key: section[key] for key in SECTION_KEYS} for section in ordered]
    return {
        "kind": ANALYSE,
        "brands": [focus],
        "market_brands": ordered[0]["brands"],
        "focus": focus,
        "as_of": max(section["as_of"] for section in ordered),
        "verdict": verdict,
        "findings": findings,
        "sections": [*shown[:-1], summary, shown[-1]],
        "facts": list(
            {fact["id"]: fact for section in ordered for fact in section["facts"]}.values()
        ),
        "caveats": [caveat for section in ordered for caveat in section["caveats"]],
        "left_out": by_id["market"]["figures"]["left_out"],
        "considered": considered_records(by_id["market"]),
    }


def _first_words(by_id: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the first sentence of each section that the verdict and findings do not cover."""
    uncovered = ("promotions", "moves", "flexibility", "recommendations")
    return [by_id[name]["sentences"][0] for name in uncovered]


def _market_of(plans: Sequence[Plan], focus_brand: str, background: Background) -> Market:
    market = build_market(plans, background.rules, unverified=background.unverified)
    require_brands(market, [focus_brand])
    return market


def _finish_part(part: Part, market: Market) -> Record:
    return _finish(part.as_section(), market, figures=part.figures, facts=part.facts)


def _finish(
    section: Record,
    market: Market,
    *,
    figures: Mapping[str, Any],
    facts: Iterable[Fact],
    caveats: Sequence[str] = (),
) -> Record:
    return {
        **section,
        "brands": list(market.brands),
        "as_of": newest_capture(market.listings).isoformat(),
        "figures": dict(figures),
        "facts": fact_records(facts),
        "caveats": list(caveats),
    }
