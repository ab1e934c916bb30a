from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

from planwatch.analysis.market.comparable import comparable_pence
from planwatch.analysis.metrics.horizon import horizon_cost
from planwatch.domain.plan import Plan, PriceStep
from planwatch.domain.rise_table import load_rise_rules
from tests.support.plans import make_plan, make_three_plan
from tests.unit.analysis.strategies import plans

NOVEMBER = date(2026, 11, 16)
APRIL_2027 = PriceStep(date(2027, 4, 1), 1250)


def test_a_longer_term_counts_its_first_months_only_and_says_so() -> None:
    cost = horizon_cost(make_three_plan(), 12)

    # 5 × 7.00 + 7.95 + 6 × 15.90 = £138.35; / 12 = £11.529
    assert (cost.pence, cost.assumptions) == (1153, ("cut_off",))


def test_a_plan_of_just_that_term_costs_what_it_costs() -> None:
    cost = horizon_cost(make_three_plan(), 24)

    assert (cost.pence, cost.assumptions) == (1427, ())


def test_a_shorter_contract_goes_on_with_the_rule_of_its_brand() -> None:
    plan = make_plan(term_months=12, as_of=NOVEMBER, price_steps=(APRIL_2027,))

    cost = horizon_cost(plan.with_rules(load_rise_rules().of("O2")), 24)

    # 5 × 10.00 + 12 × 12.50 + 7 × 15.00 = £305.00; / 24 = £12.708
    assert (cost.pence, cost.assumptions) == (1271, ("goes_on",))


def test_a_contract_without_a_rule_repeats_the_rise_that_it_printed() -> None:
    plan = make_plan(term_months=12, as_of=NOVEMBER, price_steps=(APRIL_2027,), brand="Lebara")

    assert horizon_cost(plan, 24).pence == 1271


def test_a_rolling_price_goes_on_as_it_is() -> None:
    cost = horizon_cost(
        make_plan(term_months=1, as_of=NOVEMBER).with_rules(load_rise_rules().of("O2")), 24
    )

    assert (cost.pence, cost.assumptions) == (1000, ("goes_on",))


def test_an_upfront_charge_counts_once_and_a_credit_evenly() -> None:
    plan = make_plan(upfront_pence=1200, credit_pence=2400)

    # 12 months: 12.00 + 12 × 10.00 − half of 24.00 = £120.00
    cost = horizon_cost(plan, 12)

    assert (cost.pence, cost.assumptions) == (1000, ("cut_off", "credit_spread"))


@pytest.mark.parametrize(("days", "pence"), [(None, 1000), (30, 1015), (28, 1087)])
def test_a_plan_billed_by_days_is_stretched_to_a_calendar_month(
    days: int | None, pence: int
) -> None:
    assert horizon_cost(make_plan(term_months=1, billing_days=days), 12).pence == pence


def test_a_cost_billed_by_days_is_rounded_once() -> None:
    plan = make_plan(
        term_months=2, price_pence=500, billing_days=28, price_steps=(PriceStep(2, 501),)
    )

    # 500.5 × 487/448 = 544.07; of 501, rounded first, it were 544.61 → 545
    assert comparable_pence(plan) == 544


@given(plans())
def test_the_cost_over_its_own_term_is_its_comparable_cost(plan: Plan) -> None:
    assert horizon_cost(plan, max(plan.term_months, 1)).pence == comparable_pence(plan)
