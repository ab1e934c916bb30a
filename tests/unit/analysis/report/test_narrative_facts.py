"""Every figure that the words of a report tell is a fact; the words of a market of any shape."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planwatch.analysis.inputs import Background, Capture
from planwatch.domain.phrasing import name_plan_of_brand
from planwatch.domain.plan import Plan, PriceStep
from planwatch.domain.rise_table import load_rise_rules
from tests.support.plans import AS_OF, make_plan, make_three_plan
from tests.support.reports import compare, report_market
from tests.unit.analysis.figures import find_figures, find_unfounded
from tests.unit.analysis.strategies import plans

LETTERS = str.maketrans("0123456789", "abcdefghij")  # a tier's name is no figure
APRIL = PriceStep(date(2026, 4, 1), 1450)
MARKET = tuple(
    plan.with_rules(load_rise_rules().of(plan.brand))
    for plan in (
        make_plan(price_pence=1500),
        make_plan(gb=120, price_pence=1800),
        make_plan(gb=None, price_pence=2600, term_months=1),
        make_plan(gb=50, price_pence=2500, price_steps=(PriceStep(date(2026, 4, 1), 2750),)),
        make_plan(gb=10, price_pence=600, roaming=None, generation=None),
        make_three_plan(),
        make_three_plan(variant="Lite", price_pence=800, max_speed_mbps=10),
        make_plan(brand="Vodafone", price_pence=1200, price_steps=(APRIL,)),
        make_plan(brand="Vodafone", gb=None, price_pence=2900, extras=("TNT Sports",)),
        make_plan(brand="Vodafone", source="uswitch", retailer="Mobiles.co.uk", price_pence=900),
        make_plan(brand="Lebara", source="uswitch", gb=5, term_months=1, price_pence=500),
        make_plan(
            brand="Tesco Mobile", gb=100, term_months=12, price_pence=1333, condition="Clubcard"
        ),
        make_plan(brand="EE", verified=False),
    )
)


def _change(kind: str, before: Any, after: Any, plan: Plan, day: str) -> dict[str, Any]:
    return {
        "changed_at": f"{day}T09:00:00.000Z",
        "brand": plan.brand,
        "source": plan.source,
        "plan_key": plan.plan_key,
        "plan_id": f"{plan.source}:{plan.plan_key}",
        "name": plan.name,
        "plan": name_plan_of_brand(plan),
        "kind": kind,
        "before": before,
        "after": after,
    }


BACKGROUND = Background(
    today=AS_OF,
    changes=(
        _change("effective", 1617, 1500, MARKET[0], "2025-11-10"),
        _change("promotion", None, {}, MARKET[5], "2025-10-30"),
        _change("withdrawn", 900, None, make_plan(brand="Vodafone", gb=7), "2025-09-30"),
    ),
    past_plans=MARKET,
    past_markets=((date(2025, 10, 21), MARKET[:9]), (AS_OF, MARKET)),
    sources=(
        {"source": "three", "brand": "Three", "outcome": "partial", "freshness": "stale"},
        {"source": "o2", "brand": "O2", "outcome": "ok", "freshness": "fresh"},
    ),
    captures={"o2:o2-25gb-24m": Capture(sha256="ab", captured_at="2025-11-21", url="u")},
)


def _compare(some: tuple[Plan, ...], a: str, b: str) -> dict[str, Any]:
    return compare(some, a, b, BACKGROUND)


def _analyse(some: tuple[Plan, ...], focus: str) -> dict[str, Any]:
    return report_market(some, focus, BACKGROUND)


@pytest.mark.parametrize(("a", "b"), [("O2", "Vodafone"), ("Three", "O2"), ("Vodafone", "Lebara")])
def test_every_figure_that_a_comparison_tells_is_a_fact(a: str, b: str) -> None:
    assert find_unfounded(_compare(MARKET, a, b)) == []


@pytest.mark.parametrize("focus", ["O2", "Three", "Vodafone", "Lebara"])
def test_every_figure_that_an_analysis_tells_is_a_fact(focus: str) -> None:
    assert find_unfounded(_analyse(MARKET, focus)) == []


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(plans(), max_size=10, unique_by=lambda plan: plan.plan_key))
def test_so_is_every_figure_about_any_market(some: list[Plan]) -> None:
    lettered = [replace(plan, variant=plan.variant.translate(LETTERS)) for plan in some]
    market = (*lettered, make_plan(variant="own"), make_plan(brand="EE", gb=30, variant="own"))

    assert find_unfounded(_compare(market, "O2", "EE")) == []
    assert find_unfounded(_analyse(market, "O2")) == []


def test_a_figure_is_found_and_what_names_a_plan_is_not() -> None:
    sentence = "3 of O2's 4 plans (25 GB, 24 months) cost £1,200.50, 19 % of it, 2nd on 1 May 2026."

    assert find_figures(sentence) == ["3", "4", "£1,200.50", "19 %", "2nd"]


def test_an_id_names_one_fact_and_every_plan_of_a_fact_is_known() -> None:
    for document in (_compare(MARKET, "O2", "Vodafone"), _analyse(MARKET, "O2")):
        ids = [fact["id"] for fact in document["facts"]]
        known = {plan["plan_id"] for plan in document["considered"]}
        known |= {plan["plan_id"] for plan in document["left_out"]}

        assert len(ids) == len(set(ids))
        for fact in document["facts"]:
            is_move = fact["id"].startswith("move_")
            assert is_move or set(fact["plan_ids"]) <= known, fact


def test_every_plan_considered_leads_to_its_page() -> None:
    by_id = {plan["plan_id"]: plan for plan in _analyse(MARKET, "O2")["considered"]}

    plan = by_id["o2:o2-25gb-24m"]
    assert (plan["capture_sha256"], plan["captured_at"], plan["url"]) == ("ab", "2025-11-21", "u")
    assert [step["price_pence"] for step in plan["derived_steps"]] == [1750, 2000]
    assert by_id["three:three-25gb-24m"]["capture_sha256"] is None


def test_all_facts_about_four_hundred_plans_take_less_than_a_second() -> None:
    brands = ("O2", "EE", "Three", "Vodafone", "giffgaff", "Sky Mobile", "SMARTY", "Lebara")
    some = tuple(
        make_plan(
            brand=brands[n % 8],
            gb=None if n % 13 == 0 else 1 + n % 97,
            term_months=(1, 12, 24)[n % 3],
            price_pence=700 + 37 * n % 2900,
            roaming=(None, "eu", "none")[n % 3],
            variant=str(n),
        )
        for n in range(400)
    )
    background = Background(
        today=AS_OF,
        past_plans=some,
        past_markets=tuple((date(2025, month, 21), some) for month in (8, 9, 10, 11)),
    )

    started = time.process_time()
    document = report_market(some, "O2", background)
    took_s = time.process_time() - started

    assert len(document["considered"]) == 400
    assert took_s < 1, f"{took_s:.2f} s of processor"
