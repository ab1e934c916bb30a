"""Direct section: the price of the same plan at its brand and at an aggregator or retailer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from planwatch.analysis.facts import Fact, count_fact, difference, facts_of, ids_of
from planwatch.analysis.market.market import Listing, Market
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.section import Part, Section
from planwatch.analysis.report.sentences import name_seller, say_elsewhere
from planwatch.analysis.subjects import MARKET, brand_subject, plan_subject
from planwatch.domain.job_kinds import COMPARE
from planwatch.domain.phrasing import count_of, name_plan_of_brand

_COLUMNS: Final[tuple[Column, ...]] = (
    ("plan", "Plan", "text"),
    ("own_pence", "Brand price", "money"),
    ("seller", "Seller", "text"),
    ("offer_pence", "Seller price", "money"),
    ("gap_pence", "Seller − brand", "money_diff"),
    ("gap_percent", "% of brand", "percent"),
)


def direct_part(market: Market, shown: Sequence[str]) -> Part:
    """Return the part over the plans of `shown` brands that another seller has, too."""
    pairs = _find_pairs(market, shown)
    rows = [_row(own, offer) for own, offer in pairs]
    return Part(
        sentences=_say_direct(pairs),
        tables=[build_table("direct", "Sold by the brand and by another seller", _COLUMNS, rows)],
        facts=direct_facts(market, shown),
    )


def direct_facts(market: Market, shown: Sequence[str]) -> list[Fact]:
    """Return how many plans of `shown` brands another seller has, too, and each at both prices."""
    pairs = _find_pairs(market, shown)
    return [
        count_fact(
            "sold_both_ways",
            len(pairs),
            "plans sold by their brand and by another seller",
            MARKET,
        ),
        count_fact(
            "cheaper_elsewhere",
            len(_keep_cheaper(pairs)),
            "plans cheaper at another seller",
            MARKET,
        ),
        *(fact for own, offer in pairs for fact in _facts(own, offer)),
    ]


def _keep_cheaper(pairs: Iterable[tuple[Listing, Listing]]) -> list[tuple[Listing, Listing]]:
    return [(own, offer) for own, offer in pairs if offer.monthly_pence < own.monthly_pence]


def _find_pairs(market: Market, shown: Sequence[str]) -> list[tuple[Listing, Listing]]:
    direct = {item.identity: item for item in market.listings if item.plan.brand in shown}
    pairs = [
        (direct[offer.identity], offer) for offer in market.elsewhere if offer.identity in direct
    ]
    return sorted(
        pairs, key=lambda pair: (pair[1].monthly_pence - pair[0].monthly_pence, pair[0].plan_id)
    )


def _row(own: Listing, offer: Listing) -> Record:
    gap = difference(offer.monthly_pence, own.monthly_pence)
    return {
        "plan": name_plan_of_brand(own.plan),
        "own_pence": own.monthly_pence,
        "seller": name_seller(offer),
        "offer_pence": offer.monthly_pence,
        "gap_pence": gap.pence,
        "gap_percent": gap.percent,
        "ids": {
            "plan": own.plan_id,
            **ids_of(
                plan_subject(offer),
                own_pence="direct",
                offer_pence="offer",
                gap_pence="offer_gap",
                gap_percent="offer_gap_percent",
            ),
        },
    }


def _say_direct(pairs: Sequence[tuple[Listing, Listing]]) -> list[str]:
    if not pairs:
        return ["No plan here is known to be sold both by its brand and by another seller."]
    cheaper = _keep_cheaper(pairs)
    level = sum(offer.monthly_pence == own.monthly_pence for own, offer in pairs)
    dearer = len(pairs) - len(cheaper) - level
    parts = [
        f"{number or 'none'} cost{'s' if number == 1 else ''} {what}"
        for number, what in (
            (len(cheaper), "less at the other seller"),
            (level, "the same"),
            (dearer, "more"),
        )
    ]
    first = (
        f"Of {count_of(len(pairs), 'plan')} sold both by the brand and by another seller, "
        f"{parts[0]}, {parts[1]} and {parts[2]}."
    )
    return [first, *say_elsewhere(cheaper)]


def _facts(own: Listing, offer: Listing) -> list[Fact]:
    brand, gap = own.plan.brand, difference(offer.monthly_pence, own.monthly_pence)
    subject = plan_subject(offer).said(name_plan_of_brand(own.plan))
    formula, ids = "An aggregator's offer", (own.plan_id, offer.plan_id)
    above = "cost at the other seller minus that at its brand"
    at_brand, at_seller = "effective cost at its brand", "effective cost at another seller"
    return [
        *facts_of(
            subject,
            formula,
            ("direct", at_brand, own.monthly_pence, "pence_per_month"),
            ("offer", at_seller, offer.monthly_pence, "pence_per_month"),
            plan_ids=ids,
        ),
        *facts_of(
            subject,
            formula,
            ("offer_gap", above, gap.pence, "pence_per_month"),
            ("offer_gap_percent", above, gap.percent, "percent"),
            plan_ids=ids,
            base=brand_subject(brand).said(f"its price at {brand}"),
        ),
    ]


TOLD: Final = frozenset(
    {
        *("direct", "offer", "offer_gap", "offer_gap_percent"),
        *("sold_both_ways", "cheaper_elsewhere"),
    }
)
COMPARED: Final = Section(
    report=COMPARE,
    name="direct",
    title="Direct against aggregator",
    place=110,
    build=lambda study: direct_part(study.market, study.brands),
)
