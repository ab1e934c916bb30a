"""The term of a plan as runs of months with one price, each with the reason for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.domain.month_runs import REASONS, MonthRun, month_prices, month_runs, total_pence
from planwatch.domain.plan import Plan, PriceStep
from planwatch.domain.rise_table import load_rise_rules
from tests.support.plans import make_plan, make_three_plan

SIGNED = date(2026, 11, 16)
APRIL_2027, APRIL_2028 = date(2027, 4, 1), date(2028, 4, 1)


def _ruled(plan: Plan) -> Plan:
    return plan.with_rules(load_rise_rules().of(plan.brand))


def _brief(runs: tuple[MonthRun, ...]) -> list[tuple[int, int, str, bool]]:
    return [
        (run.months, run.first.price_pence, run.first.reason, run.first.derived) for run in runs
    ]


@pytest.mark.parametrize("years_later", [0, 1])
def test_the_months_of_threes_card_give_14_27(years_later: int) -> None:
    plan = make_three_plan()
    moved = replace(
        plan,
        as_of=plan.as_of.replace(year=plan.as_of.year + years_later),
        price_steps=tuple(
            replace(step, starts=step.starts.replace(year=step.starts.year + years_later))
            if isinstance(step.starts, date)
            else step
            for step in plan.price_steps
        ),
    )

    runs = month_runs(moved)

    assert _brief(runs) == [
        (5, 700, "promotion", False),
        (1, 795, "printed_rise", False),
        (11, 1590, "promotion_ends", False),
        (7, 1780, "printed_rise", False),
    ]
    assert total_pence(moved) == 34245
    assert moved.effective_pence == 1427
    year = 2025 + years_later
    assert [(run.first.starts, run.last.starts) for run in runs] == [
        (date(year, 11, 1), date(year + 1, 3, 1)),
        (date(year + 1, 4, 1), date(year + 1, 4, 1)),
        (date(year + 1, 5, 1), date(year + 2, 3, 1)),
        (date(year + 2, 4, 1), date(year + 2, 10, 1)),
    ]


PRINTED_ONE_OF_TWO: dict[str, Any] = {"price_steps": (PriceStep(APRIL_2027, 1250),)}
PROMOTION_WITHOUT_ITS_END: dict[str, Any] = {
    "price_pence": 500,
    "list_price_pence": 1000,
    "promo_months": 6,
}


@pytest.mark.parametrize(
    ("card", "runs"),
    [
        (
            PRINTED_ONE_OF_TWO,
            [
                (5, 1000, "headline", False),
                (12, 1250, "printed_rise", False),
                (7, 1500, "rise_by_rule", True),
            ],
        ),
        (
            {},
            [
                (5, 1000, "headline", False),
                (12, 1250, "rise_by_rule", True),
                (7, 1500, "rise_by_rule", True),
            ],
        ),
        (
            PROMOTION_WITHOUT_ITS_END,
            [
                (5, 500, "promotion", False),
                (1, 750, "rise_by_rule", True),
                (11, 1250, "promotion_ends", True),
                (7, 1500, "rise_by_rule", True),
            ],
        ),
    ],
    ids=["one printed of two", "none printed", "end of the promotion not printed"],
)
def test_what_a_rule_adds_is_marked(
    card: dict[str, Any], runs: list[tuple[int, int, str, bool]]
) -> None:
    plan = _ruled(make_plan(as_of=SIGNED, **card))

    assert _brief(month_runs(plan)) == runs


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ({"price_steps": (PriceStep(APRIL_2027, 900),)}, "printed_fall"),
        ({"price_steps": (PriceStep(7, 800),)}, "printed_fall"),
        ({"price_steps": (PriceStep(7, 1400),)}, "promotion_ends"),
        (
            {"list_price_pence": 1400, "price_steps": (PriceStep(APRIL_2027, 1400),)},
            "promotion_ends",
        ),
        (
            {
                "list_price_pence": 1400,
                "promo_months": 5,
                "price_steps": (PriceStep(APRIL_2027, 1590),),
            },
            "promotion_ends",
        ),
        (
            {"list_price_pence": 1100, "price_steps": (PriceStep(APRIL_2027, 1250),)},
            "printed_rise",
        ),
    ],
)
def test_a_later_price_has_a_reason(card: dict[str, Any], reason: str) -> None:
    [_, later] = month_runs(make_plan(as_of=SIGNED, **card))

    assert later.first.reason == reason


@pytest.mark.parametrize("term", [0, 1])
def test_a_plan_without_a_term_is_one_month(term: int) -> None:
    [run] = month_runs(_ruled(make_plan(term_months=term)))

    assert (run.months, run.first.price_pence, run.first.reason) == (1, 1000, "headline")


def test_upfront_charge_and_credit_are_terms_of_the_total() -> None:
    plan = make_plan(term_months=12, upfront_pence=500, credit_pence=2400)

    assert total_pence(plan) == 12 * 1000 + 500 - 2400


def test_a_step_that_changes_nothing_begins_no_run() -> None:
    plan = make_plan(as_of=SIGNED, price_steps=(PriceStep(7, 1000), PriceStep(APRIL_2028, 1200)))

    assert _brief(month_runs(plan)) == [
        (17, 1000, "headline", False),
        (7, 1200, "printed_rise", False),
    ]


STEPS = st.lists(
    st.builds(
        PriceStep,
        st.one_of(st.integers(1, 30), st.dates(date(2026, 1, 1), date(2029, 12, 31))),
        st.integers(0, 5000),
    ),
    max_size=5,
)


@given(
    steps=STEPS,
    term=st.integers(0, 36),
    listed=st.none() | st.integers(1, 3000),
    promo_months=st.none() | st.integers(1, 24),
)
def test_runs_are_the_prices_of_the_term_and_nothing_else(
    steps: list[PriceStep], term: int, listed: int | None, promo_months: int | None
) -> None:
    plan = _ruled(
        make_plan(
            as_of=SIGNED,
            term_months=term,
            price_steps=tuple(steps),
            list_price_pence=listed,
            promo_months=promo_months,
        )
    )
    runs, months = month_runs(plan), month_prices(plan)

    assert tuple(month.price_pence for month in months) == plan.prices_by_month()
    assert [month.month for month in months] == list(range(1, max(term, 1) + 1))
    spread = [run.first.price_pence for run in runs for _ in range(run.months)]
    assert tuple(spread) == plan.prices_by_month()
    assert all(a.first.price_pence != b.first.price_pence for a, b in pairwise(runs))
    assert {month.reason for month in months} <= set(REASONS)
    total = sum(run.total_pence for run in runs) + plan.upfront_pence - plan.credit_pence
    assert total == total_pence(plan)
