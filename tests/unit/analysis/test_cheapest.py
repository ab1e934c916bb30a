"""The ranking of plans for a need, against its definition read off literally."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.analysis.cheapest import Candidate, Need, rank_cheapest, spread_trip
from planwatch.analysis.market.market import Listing, build_market, list_plan
from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.plan import Plan
from planwatch.domain.roaming_charges import RoamingCharge, trip_pence
from tests.support.plans import AS_OF, make_plan
from tests.unit.analysis.strategies import plans

CHARGES = tuple(
    RoamingCharge(
        brand=brand, holds_from=date(2020, 1, 1), source="a page", checked=AS_OF, **values
    )
    for brand, values in (
        ("O2", {"kind": "included"}),
        ("EE", {"kind": "daily", "pence_a_day": 259}),
    )
)
NEEDS = st.builds(
    Need,
    needed=st.sampled_from((Allowance(500), Allowance.of_gb(10), UNLIMITED)),
    longest_term=st.sampled_from((None, 0, 1, 12)),
    roaming=st.sampled_from((None, "eu", "global")),
    five_g=st.booleans(),
    eu_days=st.sampled_from((None, 1, 14)),
    brands=st.sampled_from(((), ("O2", "EE"))),
    excluded=st.sampled_from(((), ("EE",))),
)


def _list(*offered: Plan) -> list[Listing]:
    market = build_market(list(offered))
    return [*market.listings, *market.elsewhere]


def _rank(offered: Sequence[Plan], **need: Any) -> tuple[list[str], list[str]]:
    asked = Need(**{"needed": Allowance.of_gb(10), **need})
    ranking = rank_cheapest(_list(*offered), asked, AS_OF, CHARGES)

    def names(candidates: Sequence[Candidate]) -> list[str]:
        return [candidate.item.plan.variant for candidate in candidates]

    return names(ranking.ranked), names(ranking.not_stated)


def _states_all(plan: Plan, need: Need) -> bool:
    """The definition: it states everything that is asked for."""
    zones = {"eu": ("eu", "global"), "global": ("global",), None: ("none", "eu", "global", None)}
    return (
        plan.roaming in zones[need.roaming]
        and (not need.five_g or plan.generation == "5g")
        and (need.eu_days is None or trip_pence(plan, need.eu_days, AS_OF, CHARGES) is not None)
    )


def _fits(plan: Plan, need: Need) -> bool:
    data_mb, needed_mb = plan.allowance.data_mb, need.needed.data_mb
    return (
        (data_mb is None or (needed_mb is not None and data_mb >= needed_mb))
        and (need.longest_term is None or plan.term_months <= need.longest_term)
        and (not need.brands or plan.brand in need.brands)
        and plan.brand not in need.excluded
    )


def _cost(plan: Plan, need: Need) -> tuple[int, int, str]:
    trip = trip_pence(plan, need.eu_days, AS_OF, CHARGES) if need.eu_days else 0
    item = list_plan(plan)
    return (item.monthly_pence + ((trip or 0) + 6) // 12, plan.price_pence, item.plan_id)


@given(offered=st.lists(plans(), max_size=12, unique_by=lambda plan: plan.plan_key), need=NEEDS)
def test_the_ranking_is_the_sorted_list_of_the_plans_that_state_all_that_is_asked(
    offered: list[Plan], need: Need
) -> None:
    expected = sorted(
        (plan for plan in offered if _fits(plan, need) and _states_all(plan, need)),
        key=lambda plan: _cost(plan, need),
    )

    ranking = rank_cheapest(_list(*offered), need, AS_OF, CHARGES)

    assert [candidate.item.plan for candidate in ranking.ranked] == expected
    assert [candidate.cost_pence for candidate in ranking.ranked] == [
        _cost(plan, need)[0] for plan in expected
    ]


@given(offered=st.lists(plans(), max_size=12, unique_by=lambda plan: plan.plan_key), need=NEEDS)
def test_what_is_not_stated_is_set_apart_and_never_ranked(offered: list[Plan], need: Need) -> None:
    ranking = rank_cheapest(_list(*offered), need, AS_OF, CHARGES)

    ranked = [candidate.item.plan for candidate in ranking.ranked]
    apart = [candidate.item.plan for candidate in ranking.not_stated]
    assert not any(plan in ranked for plan in apart)
    if need.roaming:
        assert all(plan.roaming is not None for plan in ranked)
    if need.five_g:
        assert all(plan.generation is not None for plan in ranked)
    for candidate in ranking.not_stated:
        plan = candidate.item.plan
        assert _fits(plan, need)
        assert ("roaming" in candidate.missing) == bool(need.roaming and plan.roaming is None)
        assert ("generation" in candidate.missing) == (need.five_g and plan.generation is None)
        assert candidate.missing


@given(
    offered=st.lists(plans(), max_size=8, unique_by=lambda plan: plan.plan_key),
    need=NEEDS.filter(lambda need: need.eu_days is None),
)
def test_charges_decide_nothing_where_no_days_abroad_are_asked_for(
    offered: list[Plan], need: Need
) -> None:
    market = _list(*offered)

    assert rank_cheapest(market, need, AS_OF, CHARGES) == rank_cheapest(market, need, AS_OF, ())


@pytest.mark.parametrize(
    ("stated", "need", "expected"),
    [
        ({"roaming": None}, {"roaming": "eu"}, ([], ["A"])),
        ({"roaming": "none"}, {"roaming": "eu"}, ([], [])),
        ({"roaming": "global"}, {"roaming": "eu"}, (["A"], [])),
        ({"roaming": "eu"}, {"roaming": "global"}, ([], [])),
        ({"generation": None}, {"five_g": True}, ([], ["A"])),
        ({"generation": "4g"}, {"five_g": True}, ([], [])),
        ({"generation": None, "roaming": "none"}, {"five_g": True, "roaming": "eu"}, ([], [])),
        ({"term_months": 12}, {"longest_term": 1}, ([], [])),
        ({"term_months": 0}, {"longest_term": 1}, (["A"], [])),
        ({"gb": 9}, {}, ([], [])),
        ({"gb": None}, {"needed": UNLIMITED}, (["A"], [])),
        ({"gb": 500}, {"needed": UNLIMITED}, ([], [])),
        ({"brand": "Lebara", "roaming": None}, {"eu_days": 14}, ([], ["A"])),
        ({"brand": "O2", "roaming": None}, {"eu_days": 14}, (["A"], [])),
        ({"brand": "O2", "roaming": None}, {"eu_days": 14, "roaming": "eu"}, ([], ["A"])),
        ({"brand": "O2", "roaming": "none"}, {"eu_days": 14}, ([], ["A"])),
    ],
)
def test_each_thing_asked_for_ranks_sets_apart_or_leaves_out(
    stated: dict[str, Any], need: dict[str, Any], expected: tuple[list[str], list[str]]
) -> None:
    assert _rank([make_plan(variant="A", **stated)], **need) == expected


def test_days_abroad_can_make_a_dearer_plan_the_cheapest() -> None:
    pays = make_plan(brand="EE", variant="pays", price_pence=1000, roaming=None)
    roams = make_plan(brand="EE", variant="roams", price_pence=1200, roaming="eu")

    assert _rank([pays, roams]) == (["pays", "roams"], [])
    assert _rank([pays, roams], eu_days=14) == (["roams", "pays"], [])


@pytest.mark.parametrize(("pence", "month"), [(0, 0), (5, 0), (6, 1), (3850, 321), (2800, 233)])
def test_a_years_trip_is_spread_over_twelve_months_and_rounded_half_up(
    pence: int, month: int
) -> None:
    assert spread_trip(pence) == month


@pytest.mark.parametrize(
    ("pence", "source"), [(999, "uswitch"), (1000, "vodafone"), (1001, "vodafone")]
)
def test_a_plan_and_an_offer_of_it_are_ranked_once_at_the_lower_cost(
    pence: int, source: str
) -> None:
    direct = make_plan(brand="Vodafone", variant="Classic", term_months=1)
    offer = replace(direct, source="uswitch", variant="", price_pence=pence)

    ranking = rank_cheapest(_list(direct, offer), Need(needed=Allowance.of_gb(10)), AS_OF)

    assert [candidate.item.plan.source for candidate in ranking.ranked] == [source]


def test_a_dearer_offer_that_states_it_does_not_hide_the_plan_that_does_not() -> None:
    direct = make_plan(variant="Classic", term_months=1, generation=None)
    offer = replace(direct, source="uswitch", variant="", price_pence=1200, generation="5g")
    need = Need(needed=Allowance.of_gb(10), five_g=True)

    dearer = rank_cheapest(_list(direct, offer), need, AS_OF)
    alike = rank_cheapest(_list(direct, replace(offer, price_pence=1000)), need, AS_OF)

    assert [each.item.plan.source for each in dearer.ranked] == ["uswitch"]
    assert [each.item.plan.source for each in dearer.not_stated] == ["o2"]
    assert alike.not_stated == ()


def test_plans_billed_by_days_are_ranked_by_the_cost_of_a_calendar_month() -> None:
    days = make_plan(variant="days", term_months=1, price_pence=1000, billing_days=30)
    month = make_plan(variant="month", term_months=1, price_pence=1010)

    assert _rank([days, month]) == (["month", "days"], [])
