"""`cheapest`: the plans in force, ranked for what somebody needs, as JSON records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from planwatch.analysis.cheapest import Candidate, Need, rank_cheapest
from planwatch.analysis.market.market import (
    LeftOut,
    Listing,
    build_market,
    newest_capture,
    only_unverified,
)
from planwatch.domain.outcome import GOOD_OUTCOMES
from planwatch.domain.phrasing import name_plan_of_brand
from planwatch.domain.plan import Plan
from planwatch.domain.roaming_charges import RoamingCharge, find_charge, load_roaming_charges
from planwatch.errors import NoPlans
from planwatch.ledger.plans.read import (
    StoredPlan,
    load_current_plans,
    load_offers,
    stored_plan_record,
)
from planwatch.ledger.store.connection import Ledger

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Offered:
    """The plans in force: those that can be ranked, the rest, and each as the ledger has it."""

    listings: Sequence[Listing]
    left_out: Sequence[LeftOut]
    stored: Mapping[str, StoredPlan]


def find_cheapest_plans(
    ledger: Ledger,
    need: Need,
    sources: Sequence[Mapping[str, Any]],
    *,
    unverified: bool = False,
) -> Record:
    """Return the ranking in the shape of docs/reference/json.md, "Cheapest".

    Args:
        sources: each source with its newest outcome and freshness.
        unverified: with the plans that only the card miner read.

    Raises:
        NoPlans: no plan in force can be ranked for anybody.
    """
    offered = _load_offered(ledger, unverified=unverified)
    day = newest_capture(offered.listings)
    ranking = rank_cheapest(offered.listings, need, day)
    outcomes = {record["source"]: record["outcome"] for record in sources}

    def read(candidates: Sequence[Candidate], *, is_ranked: bool) -> list[Record]:
        stored = [offered.stored[candidate.item.plan_id] for candidate in candidates]
        offers = load_offers(ledger, [each.plan_id for each in stored])
        return [
            {
                "rank": place if is_ranked else None,
                "missing": list(candidate.missing),
                **stored_plan_record(each, offers.get(each.plan_id, [])),
                "source_outcome": outcomes.get(each.plan.source),
                **_cost_record(candidate, need, day),
            }
            for place, (candidate, each) in enumerate(zip(candidates, stored, strict=True), start=1)
        ]

    return {
        "asked": _asked_record(need),
        "as_of": day.isoformat(),
        "total": len(ranking.ranked),
        "plans": read(ranking.ranked, is_ranked=True),
        "not_stated": read(ranking.not_stated, is_ranked=False),
        "left_out": [
            f"{name_plan_of_brand(item.plan)}: {item.reason}" for item in offered.left_out
        ],
        "sources": [record for record in sources if _is_in_trouble(record, need)],
    }


def _load_offered(ledger: Ledger, *, unverified: bool) -> _Offered:
    stored = load_current_plans(ledger)
    market = build_market([each.plan for each in stored], unverified=unverified)
    listings = [*market.listings, *market.elsewhere]
    if not listings:
        if market.left_out and not any(item.plan.verified for item in market.left_out):
            raise only_unverified(sorted({item.plan.brand for item in market.left_out}))
        raise NoPlans(
            "there are no plans yet to rank",
            hint="collect them first: planwatch scrape --wait (or try: planwatch demo)",
        )
    offers = {id(item.plan) for item in market.elsewhere}
    return _Offered(
        listings=listings,
        left_out=[item for item in market.left_out if id(item.plan) not in offers],
        stored={each.ref: each for each in stored},
    )


def _asked_record(need: Need) -> Record:
    return {
        "data_mb": need.needed.data_mb,
        "unlimited": need.needed.unlimited,
        "max_term_months": need.longest_term,
        "roaming": need.roaming,
        "generation": "5g" if need.five_g else None,
        "eu_days": need.eu_days,
        "brands": list(need.brands),
        "excluded": list(need.excluded),
    }


def _cost_record(candidate: Candidate, need: Need, day: date) -> Record:
    is_known = candidate.trip_pence is not None
    return {
        "comparable_pence": candidate.item.monthly_pence,
        "trip_pence": candidate.trip_pence,
        "cost_with_trip_pence": candidate.cost_pence if is_known else None,
        "roaming_charge": (
            None if need.eu_days is None else _charge_record(candidate.item.plan, day)
        ),
    }


def _charge_record(plan: Plan, day: date) -> Record | None:
    """Return the dated charge of a plan whose page does not say that it roams in the EU."""
    if plan.roaming in ("eu", "global"):
        return None
    charge = find_charge(plan, day, load_roaming_charges())
    return None if charge is None else charge_record(charge)


def charge_record(charge: RoamingCharge) -> Record:
    """Return a roaming charge in the shape of docs/reference/json.md."""
    return {
        "kind": charge.kind,
        "pence_a_day": charge.pence_a_day,
        "pence_a_pass": charge.pence_a_pass,
        "pass_days": charge.pass_days,
        "cap_mb": charge.cap_mb,
        "holds_from": charge.holds_from.isoformat(),
        "note": charge.note or None,
        "source": charge.source,
        "checked": charge.checked.isoformat(),
    }


def _is_in_trouble(record: Mapping[str, Any], need: Need) -> bool:
    """Tell whether a source that matters to the answer was not read in full, or is stale."""
    is_wanted = not need.brands or record["brand"] is None or record["brand"] in need.brands
    is_well = record["outcome"] in (None, *GOOD_OUTCOMES) and record["freshness"] != "stale"
    return is_wanted and record["brand"] not in need.excluded and not is_well
