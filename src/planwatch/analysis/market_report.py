"""The market seen from one brand: a section each for overview, ladder, baskets and frontier.

Each section is a pure function of the plans, so that a workflow can make it a step of its own;
`write_summary` puts the finished sections under one verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from planwatch.analysis.background import NOTHING, Background
from planwatch.analysis.baskets import (
    MarketPrice,
    basket_facts,
    price_market,
)
from planwatch.analysis.caveats import find_caveats, say_hanging
from planwatch.analysis.document import (
    BRAND_COLUMNS,
    DOMINATED_COLUMNS,
    FRONTIER_COLUMNS,
    GAP_COLUMNS,
    RUNG_COLUMNS,
    Record,
    basket_price_columns,
    build_section,
    build_table,
    market_basket_columns,
    tier_columns,
)
from planwatch.analysis.facts import Fact, fact_records
from planwatch.analysis.frontier import (
    count_hanging,
    domination_facts,
    find_dominated,
)
from planwatch.analysis.gap import find_gap, gap_facts
from planwatch.analysis.ladder import ladder_facts, ladder_order, ladder_rows, pair_ladders
from planwatch.analysis.market import (
    Market,
    build_market,
    newest_capture,
    require_brands,
)
from planwatch.analysis.market_narrative import (
    say_frontier,
    say_market_baskets,
    say_market_findings,
    say_market_verdict,
    say_rivals,
)
from planwatch.analysis.market_rows import (
    basket_price_rows,
    brand_rows,
    efficient_row,
    elsewhere_rows,
    market_basket_row,
    tier_facts,
    tier_rows,
)
from planwatch.analysis.overview_narrative import say_overview
from planwatch.domain.plan import Plan

_DOCUMENT_KEYS: Final = ("id", "title", "sentences", "tables")


def report_overview(
    plans: Sequence[Plan], focus_brand: str, background: Background = NOTHING
) -> Record:
    """Return who is in the market, the cheapest of each data tier, and where the focus stands."""
    market = _market_of(plans, focus_brand, background)
    tiers = tier_rows(market, focus_brand)
    brands = brand_rows(market)
    figures = {"plans": len(market.listings), "tiers": tiers, "brands": brands}
    section = build_section(
        "overview",
        "Overview",
        say_overview(figures, focus_brand),
        [
            build_table("brands", "Brands", BRAND_COLUMNS, brands),
            build_table("tiers", "Data tiers", tier_columns(focus_brand), tiers),
        ],
    )
    return _finish(
        section,
        market,
        figures=figures,
        facts=tier_facts(market, focus_brand),
        caveats=find_caveats(market.listings),
    )


def report_ladder(
    plans: Sequence[Plan], focus_brand: str, background: Background = NOTHING
) -> Record:
    """Return the focus brand's ladder, and each data and term against the cheapest rival."""
    market = _market_of(plans, focus_brand, background)
    own = market.of_brand(focus_brand)
    rivals = [item for item in market.listings if item.plan.brand != focus_brand]
    gaps = [find_gap(pair.a, rivals) for pair in pair_ladders(own, ()) if pair.a]
    figures = {
        "gaps": [gap.as_row() for gap in gaps],
        "rungs": ladder_rows(own),
        "elsewhere": [row for row in elsewhere_rows(market) if row["brand"] == focus_brand],
    }
    section = build_section(
        "ladder",
        f"Ladder of {focus_brand}",
        say_rivals(figures, focus_brand),
        [
            build_table("rungs", "Every plan over its term", RUNG_COLUMNS, figures["rungs"]),
            build_table("gaps", "Against the cheapest rival", GAP_COLUMNS, figures["gaps"]),
        ],
    )
    facts = [*gap_facts(gaps), *ladder_facts(own)]
    return _finish(section, market, figures=figures, facts=facts)


def report_baskets(
    plans: Sequence[Plan], focus_brand: str, background: Background = NOTHING
) -> Record:
    """Return what each basket costs by brand, who wins it, and the gap of the focus."""
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
    return _finish(section, market, figures=figures, facts=basket_facts(priced, market.brands))


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
    hanging = say_hanging(count_hanging(every), len(every))
    return _finish(
        section,
        market,
        figures=figures,
        facts=domination_facts(own),
        caveats=[hanging] if hanging else [],
    )


SECTIONS: Final[dict[str, Callable[[Sequence[Plan], str, Background], Record]]] = {
    "overview": report_overview,
    "ladder": report_ladder,
    "baskets": report_baskets,
    "frontier": report_frontier,
}


def write_summary(sections: Iterable[Mapping[str, Any]], focus: str) -> Record:
    """Put the sections under one verdict, as the document that views render.

    Args:
        sections: what the functions of `SECTIONS` returned, all of them, in any order.
        focus: display name of the focus brand.
    """
    by_id = {section["id"]: section for section in sections}
    ordered = [by_id[name] for name in SECTIONS]
    figures = {name: by_id[name]["figures"] for name in SECTIONS}
    return {
        "kind": "analyse",
        "brands": [focus],
        "market_brands": ordered[0]["brands"],
        "focus": focus,
        "as_of": max(section["as_of"] for section in ordered),
        "verdict": say_market_verdict(figures, focus),
        "findings": say_market_findings(figures, focus),
        "sections": [{key: section[key] for key in _DOCUMENT_KEYS} for section in ordered],
        "facts": [fact for section in ordered for fact in section["facts"]],
        "caveats": [caveat for section in ordered for caveat in section["caveats"]],
        "left_out": ordered[0]["left_out"],
    }


def _market_of(plans: Sequence[Plan], focus_brand: str, background: Background) -> Market:
    market = build_market(plans, background.rules)
    require_brands(market, [focus_brand])
    return market


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
        "left_out": [item.as_record() for item in market.left_out],
    }
