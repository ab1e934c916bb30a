"""`match`: the headlines at which a tariff matches its rivals, as a JSON record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from planwatch.analysis.market.market import Listing, Market
from planwatch.analysis.market.sizes import Sizes
from planwatch.analysis.match import (
    Headline,
    Matched,
    Matching,
    Recommendation,
    match_tariff,
)
from planwatch.analysis.metrics.tariff import Tariff
from planwatch.analysis.pricing import Pricing
from planwatch.domain.phrasing import name_plan_of_brand
from planwatch.domain.rise_table import load_rise_rules

Record = dict[str, Any]


def take_features(tariff: Tariff, market: Market) -> Tariff:
    """Return the tariff with what it does not state of speed and roaming as the brand sells it now.

    The cheapest plan of the brand with that data and term says it; without one nothing is added.
    """
    own = market.of_brand(tariff.brand).once(Sizes).find_same(tariff.allowance, tariff.term_months)
    if own is None:
        return tariff
    plan, has_roaming = own.plan, tariff.roaming is not None
    return replace(
        tariff,
        roaming=tariff.roaming or plan.roaming,
        roaming_mb=tariff.roaming_mb if has_roaming else tariff.roaming_mb or plan.roaming_mb,
        generation=tariff.generation or plan.generation,
        max_speed_mbps=tariff.max_speed_mbps or plan.max_speed_mbps,
    )


def match_record(tariff: Tariff, market: Market, pricing: Pricing) -> Record:
    """Return what the tariff must charge, in the shape of docs/reference/json.md."""
    found = match_tariff(tariff, market, load_rise_rules().of(tariff.brand), pricing)
    plan, current = found.plan, found.current
    return {
        "brand": plan.brand,
        "data_mb": plan.allowance.data_mb,
        "unlimited": plan.allowance.unlimited,
        "term_months": plan.term_months,
        "promo_pence": tariff.promo_pence,
        "promo_months": tariff.promo_months,
        "rise_pence": tariff.rise_pence,
        "may_rise": plan.may_rise,
        "roaming": plan.roaming,
        "roaming_mb": plan.roaming_mb,
        "max_speed_mbps": plan.max_speed_mbps,
        "as_of": plan.as_of.isoformat(),
        "current": None if current is None else _listing(current),
        "like_for_like": _matching(found.like_for_like),
        "peers": _matching(found.peers),
        "overall": _matching(found.overall),
        "longer_term": None if found.longer is None else _listing(found.longer),
        "pricing": {
            "peers": list(pricing.peers),
            "premium_pence": pricing.premium_pence,
            "floor_pence": pricing.floor_pence,
        },
        "recommended": _recommended(found.recommended),
        "own_ladder": _own_ladder(found),
    }


def _listing(item: Listing) -> Record:
    return {
        "plan_id": item.plan_id,
        "brand": item.plan.brand,
        "plan": name_plan_of_brand(item.plan),
        "price_pence": item.plan.price_pence,
        "effective_pence": item.plan.effective_pence,
        "comparable_pence": item.monthly_pence,
        "term_months": item.plan.term_months,
    }


def _matching(found: Matching | None) -> Record | None:
    if found is None:
        return None
    return {
        **_rival(found.rival),
        "is_same_size": found.is_same_size,
        "lacks": list(found.shortfall.lacks),
        "not_stated": list(found.shortfall.unstated),
        **_headline("match", found.match),
        **_headline("beat", found.beat),
    }


def _rival(item: Listing) -> Record:
    return {
        "rival": name_plan_of_brand(item.plan),
        "rival_brand": item.plan.brand,
        "rival_id": item.plan_id,
        "rival_price_pence": item.plan.price_pence,
        "rival_pence": item.monthly_pence,
    }


def _headline(name: str, headline: Headline | None) -> Record:
    return {
        f"{name}_pence": None if headline is None else headline.pence,
        f"{name}_effective_pence": None if headline is None else headline.effective_pence,
    }


def _recommended(found: Recommendation | None) -> Record | None:
    if found is None:
        return None
    headline = found.headline
    return {
        **_rival(found.rival),
        "target_pence": found.target_pence,
        "price_pence": None if headline is None else headline.pence,
        "effective_pence": None if headline is None else headline.effective_pence,
        "is_floor": found.is_floor,
    }


def _own_ladder(found: Matched) -> Record:
    def listed(items: Sequence[Listing]) -> list[Record]:
        return [_listing(item) for item in items]

    return {"dominated": listed(found.dominated), "dominating": listed(found.dominating)}
