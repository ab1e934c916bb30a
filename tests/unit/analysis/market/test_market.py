from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.analysis.market.comparable import comparable_pence
from planwatch.analysis.market.market import (
    build_market,
    data_tier,
    find_cheaper_elsewhere,
    find_cheapest,
    list_plan,
    newest_capture,
    require_brands,
)
from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.errors import NoPlans
from tests.support.plans import make_plan


def test_a_brand_is_compared_by_its_direct_plans_and_only_else_by_the_aggregators() -> None:
    own = make_plan()
    offer_of_own = make_plan(source="uswitch", price_pence=900)
    only_there = make_plan(brand="Lebara", source="uswitch")

    market = build_market([own, offer_of_own, only_there])

    assert [item.plan for item in market.listings] == [own, only_there]
    assert [item.plan for item in market.elsewhere] == [offer_of_own]
    assert market.brands == ("Lebara", "O2")


def test_a_brand_whose_direct_plans_are_not_verified_is_seen_through_the_aggregator() -> None:
    guessed, offered = make_plan(verified=False), make_plan(source="uswitch")

    market = build_market([guessed, offered])

    assert [item.plan for item in market.listings] == [offered]


def test_plans_that_cannot_be_compared_are_left_out_with_the_reason() -> None:
    plans = [
        make_plan(verified=False, gb=1),
        make_plan(currency="EUR", gb=2),
        make_plan(price_pence=0, gb=3),
        make_plan(gb=4),
        make_plan(source="uswitch", gb=4),
        make_plan(source="uswitch", gb=5),
    ]

    left_out = [item.as_record() for item in build_market(plans).left_out]

    assert [(record["plan_id"], record["reason"]) for record in left_out] == [
        ("o2:o2-1gb-24m", "not verified: only the card miner found it"),
        ("o2:o2-2gb-24m", "priced in EUR, not in GBP"),
        ("o2:o2-3gb-24m", "it has no price"),
        (
            "uswitch:o2-4gb-24m",
            "offered through Uswitch; compared as o2-4gb-24m, which the brand sells",
        ),
        ("uswitch:o2-5gb-24m", "offered through Uswitch; O2 is compared by its own plans"),
    ]
    assert (left_out[0]["name"], left_out[0]["brand"]) == ("O2 SIM", "O2")


def test_a_plan_billed_by_days_is_compared_by_the_calendar_month() -> None:
    plan = make_plan(term_months=1, price_pence=1200)
    by_30, by_28 = (
        make_plan(term_months=1, price_pence=1200, billing_days=days) for days in (30, 28)
    )

    # 1200 × 487/480 = 1217.5 → 1218; 1200 × 487/448 = 1304.46 → 1304
    assert [comparable_pence(item) for item in (plan, by_30, by_28)] == [1200, 1218, 1304]


@given(st.integers(1, 99_999), st.sampled_from((28, 30)))
def test_the_stretch_to_a_month_is_the_exact_fraction_rounded_half_up(
    pence: int, days: int
) -> None:
    plan = make_plan(term_months=1, price_pence=pence, billing_days=days)

    exact = pence * Fraction(36525, 100) / 12 / days
    assert comparable_pence(plan) == floor(exact + Fraction(1, 2))


def test_the_data_tiers_meet_at_20_and_100_gb() -> None:
    tiers = [data_tier(Allowance(mb)) for mb in (20_000, 20_001, 100_000, 100_001)]

    assert tiers == ["low", "medium", "medium", "high"]
    assert data_tier(UNLIMITED) == "unlimited"


def test_of_plans_that_cost_the_same_the_lower_headline_is_the_cheapest() -> None:
    flat = list_plan(make_plan(term_months=1, price_pence=1000))
    with_fee = list_plan(make_plan(term_months=1, price_pence=900, upfront_pence=100))

    assert find_cheapest([flat, with_fee]) == with_fee
    assert find_cheapest([]) is None


def test_a_plan_that_costs_less_through_the_aggregator_is_found_widest_gap_first() -> None:
    plans = [
        make_plan(gb=10, price_pence=500),
        make_plan(gb=20, price_pence=1000),
        make_plan(gb=30, price_pence=1000),
        make_plan(source="uswitch", gb=10, price_pence=400),
        make_plan(source="uswitch", gb=20, price_pence=800),
        make_plan(source="uswitch", gb=30, price_pence=1000),  # no cheaper
        make_plan(source="uswitch", gb=40, price_pence=100),  # not sold directly
    ]

    found = find_cheaper_elsewhere(build_market(plans))

    assert [(own.plan_id, offer.monthly_pence) for own, offer in found] == [
        ("o2:o2-20gb-24m", 800),
        ("o2:o2-10gb-24m", 400),
    ]


def test_a_brand_without_plans_is_named_with_the_scrape_that_would_help() -> None:
    market = build_market([make_plan(), make_plan(brand="EE", verified=False)])

    with pytest.raises(NoPlans) as caught:
        require_brands(market, ["O2", "EE", "Lebara"])

    assert (
        caught.value.message == "no plans of EE and Lebara to compare (1 plan cannot be compared)"
    )
    assert caught.value.hint == "run: planwatch scrape ee uswitch"
    assert caught.value.exit_code == 4


def test_the_newest_capture_dates_the_market() -> None:
    plans = [make_plan(), make_plan(gb=5, as_of=date(2025, 11, 25))]

    assert newest_capture(build_market(plans).listings) == date(2025, 11, 25)


def test_a_fact_id_names_the_source_only_where_that_is_not_the_brands() -> None:
    assert list_plan(make_plan(variant="Classic")).slug == "o2-25gb-24m-classic"
    assert list_plan(make_plan(source="uswitch")).slug == "o2-25gb-24m@uswitch"
