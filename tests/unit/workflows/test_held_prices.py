"""Prices beyond belief are held back, each alone; the others pass."""

from __future__ import annotations

import pytest

from planwatch.domain.plan import Plan
from planwatch.ledger.pages.baseline import Baseline
from planwatch.sources.contract import Reading
from planwatch.sources.registry import load_source
from planwatch.workflows.scrape.held_prices import (
    HeldPrice,
    describe_held,
    held_error,
    hold_back,
)
from tests.support.plans import make_plan


def _hold(*plans: Plan, **known: int) -> tuple[list[int], list[tuple[int, int]]]:
    """Return the prices that pass, and those held back with the ones they are held against.

    Args:
        known: the price by the size of the plan, as `gb10`; `list10` its list price.
    """
    keys = {
        plan.allowance.data_mb // 1000: plan.plan_key for plan in plans if plan.allowance.data_mb
    }
    reading = Reading(plans=plans, page_names=tuple(f"p{n}" for n, _ in enumerate(plans)))
    baseline = Baseline(
        believed={keys[int(k[2:])]: v for k, v in known.items() if k.startswith("gb")},
        list_prices={keys[int(k[4:])]: v for k, v in known.items() if k.startswith("list")},
    )
    kept, held = hold_back(reading, baseline)
    assert len(kept.plans) == len(kept.page_names)
    assert [kept.page_names[n] for n, _ in enumerate(kept.plans)] == [
        name for plan, name in zip(plans, reading.page_names, strict=True) if plan in kept.plans
    ]
    return [plan.price_pence for plan in kept.plans], [(each.before, each.after) for each in held]


@pytest.mark.parametrize(
    ("before", "after", "is_held"),
    [
        (1500, 15, True),
        (1500, 375, True),
        (1500, 376, False),
        (1500, 6000, True),
        (1500, 5999, False),
        (1500, 150_000, True),
        (1500, 1500, False),
        (1500, 0, True),
        (0, 1500, True),
        (0, 0, False),
    ],
)
def test_a_factor_of_four_is_beyond_belief(before: int, after: int, is_held: bool) -> None:
    kept, held = _hold(make_plan(gb=10, price_pence=after), gb10=before)

    assert held == ([(before, after)] if is_held else [])
    assert kept == ([] if is_held else [after])


def test_a_plan_that_is_new_has_nothing_to_be_held_against() -> None:
    assert _hold(make_plan(gb=10, price_pence=15)) == ([15], [])


@pytest.mark.parametrize("promotion", [{"promo_months": 6}, {"list_price_pence": 1500}])
def test_a_promotion_on_the_card_makes_any_price_believable(promotion: dict[str, int]) -> None:
    assert _hold(make_plan(gb=10, price_pence=300, **promotion), gb10=1500) == ([300], [])


def test_a_promotion_that_ends_is_believed_at_its_list_price_only() -> None:
    assert _hold(make_plan(gb=10, price_pence=2000), gb10=400, list10=2000) == ([2000], [])
    assert _hold(make_plan(gb=10, price_pence=2100), gb10=400, list10=2000) == ([], [(400, 2100)])


def test_the_other_plans_pass() -> None:
    plans = [make_plan(gb=gb, price_pence=pence) for gb, pence in ((10, 15), (20, 1200), (30, 14))]

    assert _hold(*plans, gb10=1500, gb20=1100, gb30=1400) == ([1200], [(1500, 15), (1400, 14)])


def test_of_several_offers_the_usual_one_stands() -> None:
    offers = [
        make_plan(gb=10, price_pence=pence, retailer=shop)
        for shop, pence in (("A", 1500), ("B", 14), ("C", 1600), ("D", 100_000))
    ]

    assert _hold(*offers, gb10=1500) == ([1500, 1600, 100_000], [(1500, 14)])


def test_what_is_held_is_said_with_both_prices() -> None:
    held = HeldPrice(plan_key="k", name="Big", plan="O2 Big", currency="EUR", before=1500, after=15)

    assert describe_held([held.as_record()]) == "O2 Big unconfirmed: €0.15, was €15.00"


def test_a_run_that_holds_prices_back_says_which_and_how_to_accept_them() -> None:
    names = ("Big", "Small")
    held = [
        HeldPrice(plan_key="k", name=name, plan=name, currency="GBP", before=1500, after=15)
        for name in names
    ]

    assert held_error(load_source("smarty"), held) == {
        "code": "held_prices",
        "message": "SMARTY: 2 prices moved by a factor of 4 or more without a promotion:"
        " Big unconfirmed: £0.15, was £15.00 and Small unconfirmed: £0.15, was £15.00",
        "hint": "the old price stays and everything else is stored; if the site is right:"
        " planwatch sources accept smarty",
    }


def test_a_held_price_is_kept_with_the_key_of_its_plan() -> None:
    plan = make_plan(gb=10, price_pence=15)
    _, held = hold_back(
        Reading(plans=(plan,), page_names=("p",)), Baseline(believed={plan.plan_key: 1500})
    )

    assert [each.as_record() for each in held] == [
        {
            "plan_key": plan.plan_key,
            "name": plan.name,
            "plan": "O2 10 GB, 24 months",
            "currency": "GBP",
            "before": 1500,
            "after": 15,
        }
    ]
