from __future__ import annotations

from dataclasses import replace
from datetime import date

from planwatch.analysis.facts import Difference
from planwatch.analysis.market.market import list_plan
from planwatch.analysis.metrics.ladder import (
    annual_rise_pence,
    pair_ladders,
    pence_per_gb,
    promo_percent,
    sort_ladder,
    uplift_percent,
)
from planwatch.analysis.report.sections.ladder import ladder_facts, rung_table
from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.plan import PriceStep
from tests.support.plans import make_plan, make_three_plan


def test_a_rung_shows_what_a_promoted_plan_with_rises_truly_costs() -> None:
    rows = rung_table([list_plan(make_three_plan(variant="Lite"))])["rows"]

    # 5 × 700 + 795 + 11 × 1590 + 7 × 1780 = 34245; / 24 = 1426.9; 1427/700 − 1 = 103.9 %
    # rise 1780 − 1590; depth 1 − 700/1400; 1427 / 25 GB = 57.08
    assert rows == [
        {
            "brand": "Three",
            "plan": "Lite 25 GB, 24 months",
            "headline_pence": 700,
            "effective_pence": 1427,
            "exit_pence": 1780,
            "uplift_percent": 103.9,
            "promo_percent": 50.0,
            "promo_months": 6,
            "rise_pence": 190,
            "per_gb_pence": 57,
            "ids": {
                "plan": "three:three-25gb-24m-lite",
                "headline_pence": "headline.three-25gb-24m-lite",
                "effective_pence": "effective.three-25gb-24m-lite",
                "exit_pence": "exit.three-25gb-24m-lite",
                "uplift_percent": "uplift.three-25gb-24m-lite",
                "per_gb_pence": "per_gb.three-25gb-24m-lite",
            },
        }
    ]


def test_rungs_stand_by_data_then_term_with_unlimited_last() -> None:
    plans = [make_plan(gb=None), make_plan(gb=100), make_plan(gb=5), make_plan(gb=5, term_months=1)]

    ladder = sort_ladder(list_plan(plan) for plan in plans)

    assert [(item.plan.allowance.data_mb, item.plan.term_months) for item in ladder] == [
        (5_000, 1),
        (5_000, 24),
        (100_000, 24),
        (None, 24),
    ]


def test_a_flat_price_has_no_uplift_and_no_rise() -> None:
    assert (uplift_percent(make_plan()), annual_rise_pence(make_plan())) == (0.0, 0)


def test_a_free_first_month_has_no_uplift() -> None:
    plan = make_plan(price_pence=0, price_steps=(PriceStep(2, 1000),))

    assert uplift_percent(plan) is None


def test_the_end_of_a_promotion_is_no_rise() -> None:
    plan = make_plan(promo_months=6, list_price_pence=2000, price_steps=(PriceStep(7, 2000),))

    assert annual_rise_pence(plan) == 0
    assert annual_rise_pence(replace(plan, list_price_pence=None)) == 0


def test_a_rise_that_falls_on_the_end_of_a_promotion_is_measured_from_the_list_price() -> None:
    # April 2026 is month 6; the promotion of five months ends there: 2250 − 2000
    steps = (PriceStep(date(2026, 4, 1), 1250), PriceStep(6, 2250))
    listed = make_plan(term_months=12, promo_months=5, list_price_pence=2000, price_steps=steps)
    unlisted = make_plan(term_months=12, promo_months=5, price_steps=steps)

    assert (annual_rise_pence(listed), annual_rise_pence(unlisted)) == (250, None)


def test_a_rise_after_the_term_is_not_counted() -> None:
    plan = make_plan(term_months=1, price_steps=(PriceStep(date(2026, 4, 1), 1250),))

    assert annual_rise_pence(plan) == 0


def test_a_promotion_has_a_depth_only_below_a_list_price() -> None:
    depths = [promo_percent(make_plan(list_price_pence=price)) for price in (1250, 1000, None)]

    assert depths == [20.0, None, None]  # 1 − 1000/1250


def test_a_gb_of_unlimited_data_has_no_price() -> None:
    assert pence_per_gb(1000, UNLIMITED) is None
    assert pence_per_gb(1000, Allowance(500)) == 2000
    assert pence_per_gb(101, Allowance.of_gb(2)) == 51  # 50.5 rounds up


def test_two_ladders_meet_at_the_cheapest_variant_of_each_data_and_term() -> None:
    a = [
        list_plan(make_plan(variant="Plus", price_pence=1500)),
        list_plan(make_plan(price_pence=1200)),
        list_plan(make_plan(gb=5)),
    ]
    b = [list_plan(make_plan(brand="Vodafone", price_pence=1000))]

    small, both = pair_ladders(a, b)

    assert (small.a, small.b, small.gap) == (a[2], None, None)
    assert (both.a, both.b) == (a[1], b[0])
    assert both.gap == Difference(pence=200, percent=20.0)  # 200 / 1000


def test_each_rung_gives_four_facts_under_readable_ids() -> None:
    facts = ladder_facts([list_plan(make_three_plan())])

    assert {fact.id: fact.value for fact in facts} == {
        "headline.three-25gb-24m": 700,
        "effective.three-25gb-24m": 1427,
        "exit.three-25gb-24m": 1780,
        "uplift.three-25gb-24m": 103.9,
    }
    assert {fact.plan_ids for fact in facts} == {("three:three-25gb-24m",)}
