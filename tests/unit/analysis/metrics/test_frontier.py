from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.analysis.market.market import Listing, list_plan
from planwatch.analysis.metrics.frontier import (
    count_uncertain,
    dominates,
    find_dominated,
    find_unknowns,
)
from planwatch.analysis.report.sections.dominated import domination_facts
from planwatch.domain.plan import Plan
from tests.support.plans import make_plan
from tests.unit.analysis.strategies import plans


def _rival(**overrides: Any) -> Listing:
    return list_plan(make_plan(**({"brand": "EE"} | overrides)))


OWN = list_plan(make_plan(term_months=12))


@pytest.mark.parametrize(
    ("rival", "wins"),
    [
        ({"term_months": 12}, False),  # equal in everything
        ({"term_months": 12, "price_pence": 999}, True),
        ({"term_months": 12, "gb": 30}, True),
        ({"term_months": 12, "gb": None}, True),
        ({"term_months": 1}, True),
        ({"term_months": 12, "roaming": "global"}, True),
        ({"term_months": 12, "price_pence": 500, "roaming": "none"}, False),
        ({"term_months": 12, "price_pence": 500, "generation": "4g"}, False),
        ({"term_months": 12, "price_pence": 500, "gb": 20}, False),
        ({"term_months": 24, "price_pence": 500}, False),
        ({"term_months": 12, "price_pence": 1001, "gb": None}, False),
        ({"term_months": 12, "price_pence": 500, "roaming": None}, False),
        ({"term_months": 12, "price_pence": 500, "generation": None}, False),
        ({"term_months": 12, "price_pence": 500, "max_speed_mbps": 10}, False),
    ],
)
def test_a_plan_dominates_when_it_is_nowhere_worse_and_somewhere_better(
    rival: dict[str, Any], wins: bool
) -> None:
    assert dominates(_rival(**rival), OWN) is wins


def test_a_plan_without_a_limit_beats_one_with_a_stated_top_speed() -> None:
    limited = list_plan(make_plan(max_speed_mbps=10))

    assert dominates(_rival(), limited)
    assert dominates(_rival(max_speed_mbps=100), limited)
    assert not dominates(_rival(generation=None, price_pence=1), limited)


def test_what_the_other_does_not_state_is_no_strict_advantage() -> None:
    unstated = list_plan(make_plan(roaming=None))

    assert not dominates(_rival(roaming="global"), unstated)
    assert dominates(_rival(roaming="eu", price_pence=999), unstated)


def test_two_offers_of_one_plan_do_not_dominate_each_other() -> None:
    own = make_plan(variant="Classic")
    same_key = list_plan(replace(own, source="uswitch", price_pence=500))
    joined = list_plan(make_plan(source="uswitch", price_pence=500), joined=own)
    stranger = list_plan(make_plan(source="uswitch", price_pence=500))

    assert not dominates(same_key, list_plan(own))
    assert not dominates(joined, list_plan(own))
    assert dominates(stranger, list_plan(own))


def test_a_dominated_plan_is_reported_with_its_cheapest_dominator_and_what_ends_it() -> None:
    cheaper, cheapest = _rival(price_pence=900, gb=50), _rival(price_pence=800)
    own = list_plan(make_plan(price_pence=1000))

    [verdict] = find_dominated([own], [cheaper, cheapest, own])

    # 1000 − 800 = 200; the dominator is better in cost alone, so level with it is enough
    assert (verdict.dominator, verdict.gap_pence, verdict.ends_at_pence) == (cheapest, 200, 800)
    assert verdict.depends_on == ()


def test_a_dominator_that_gives_more_must_be_undercut_by_a_penny() -> None:
    [verdict] = find_dominated([OWN], [_rival(gb=30, term_months=12)])

    assert (verdict.gap_pence, verdict.ends_at_pence) == (0, 999)


@pytest.mark.parametrize(
    ("own", "rival", "unknown"),
    [
        ({}, {}, ()),
        ({"roaming": None}, {"roaming": "eu"}, ("roaming",)),
        ({"roaming": None}, {"roaming": "global"}, ()),
        ({"generation": None}, {"generation": "4g"}, ("speed",)),
        ({"generation": None}, {"generation": "5g"}, ()),
        ({"generation": None}, {"generation": "5g", "max_speed_mbps": 10}, ("speed",)),
        ({"roaming": None, "generation": None}, {"roaming": None}, ("roaming",)),
    ],
)
def test_a_verdict_depends_on_what_is_not_stated_unless_the_dominator_has_the_best(
    own: dict[str, Any], rival: dict[str, Any], unknown: tuple[str, ...]
) -> None:
    assert find_unknowns(list_plan(make_plan(**own)), _rival(**rival)) == unknown


def test_a_certain_dominator_is_preferred_to_a_cheaper_one_that_depends_on_an_unknown() -> None:
    own = list_plan(make_plan(roaming=None))
    uncertain, certain = _rival(price_pence=700), _rival(price_pence=900, roaming="global")

    both = find_dominated([own], [uncertain, certain])
    alone = find_dominated([own], [uncertain])

    assert [verdict.dominator for verdict in both] == [certain]
    assert (count_uncertain(both), count_uncertain(alone)) == (0, 1)


def test_the_facts_of_a_domination_are_the_gap_and_the_cost_that_ends_it() -> None:
    [verdict] = find_dominated([list_plan(make_plan())], [_rival(price_pence=800)])

    facts = domination_facts(verdict)

    assert {fact.id: fact.value for fact in facts} == {
        "dominated.o2-25gb-24m": 200,
        "ends_domination.o2-25gb-24m": 800,
    }
    assert facts[0].plan_ids == ("o2:o2-25gb-24m", "ee:ee-25gb-24m")


def test_ten_thousand_plans_that_none_dominates_take_less_than_two_seconds() -> None:
    items = [_rival(gb=gb, price_pence=500 + gb) for gb in range(1, 10_001)]

    started = time.process_time()
    verdicts = find_dominated(items, items)

    assert time.process_time() - started < 2
    assert verdicts == ()


@given(plans(), st.integers(1, 100))
def test_a_cheaper_plan_is_never_dominated_by_a_dearer_equal_one(plan: Plan, more: int) -> None:
    cheap = list_plan(plan)
    dear = list_plan(replace(plan, variant="other", price_pence=plan.price_pence + more))

    assert not dominates(dear, cheap)
    assert dominates(cheap, dear)


@given(plans())
def test_no_plan_dominates_itself(plan: Plan) -> None:
    assert not dominates(list_plan(plan), list_plan(replace(plan, variant="twin")))


@given(plans(), plans())
def test_two_plans_never_dominate_each_other(a: Plan, b: Plan) -> None:
    x, y = list_plan(a), list_plan(b)

    assert not (dominates(x, y) and dominates(y, x))


@given(
    st.lists(plans(all_known=True), min_size=3, max_size=12, unique_by=lambda plan: plan.plan_key)
)
def test_domination_passes_on_over_known_attributes(some: list[Plan]) -> None:
    items = [list_plan(plan) for plan in some]

    for a in items:
        for b in items:
            for c in items:
                if dominates(a, b) and dominates(b, c):
                    assert dominates(a, c)


@given(plans(), plans(), st.sampled_from(("roaming", "generation")))
def test_what_a_plan_does_not_state_never_helps_it_to_dominate(
    a: Plan, b: Plan, attribute: str
) -> None:
    unstated = replace(a, roaming=None) if attribute == "roaming" else replace(a, generation=None)

    assert dominates(list_plan(a), list_plan(b)) >= dominates(list_plan(unstated), list_plan(b))


@given(st.lists(plans(), max_size=15, unique_by=lambda plan: plan.plan_key))
def test_every_plan_off_the_frontier_has_a_dominator_on_it(some: list[Plan]) -> None:
    items = [list_plan(plan) for plan in some]
    verdicts = find_dominated(items, items)
    dominated = {verdict.item.plan_id for verdict in verdicts}
    efficient = [item for item in items if item.plan_id not in dominated]

    assert len(efficient) + len(verdicts) == len(items)
    for verdict in verdicts:
        assert verdict.dominator in efficient
        assert dominates(verdict.dominator, verdict.item)


@given(st.lists(plans(), min_size=2, max_size=15, unique_by=lambda plan: plan.plan_key))
def test_the_cost_that_ends_a_domination_ends_it(some: list[Plan]) -> None:
    items = [list_plan(plan) for plan in some]

    for verdict in find_dominated(items, items):
        repriced = replace(verdict.item, monthly_pence=verdict.ends_at_pence)
        nearly = replace(verdict.item, monthly_pence=verdict.ends_at_pence + 1)

        assert not dominates(verdict.dominator, repriced)
        assert dominates(verdict.dominator, nearly)
