"""Rises, promotions, GB by GB, white space, owners: small figures of plans and ladders."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.analysis.market.market import list_plan
from planwatch.analysis.market.owners import group_by_owner
from planwatch.analysis.metrics.per_gb import (
    find_premiums,
    ladder_steps,
    marginal_pence_per_gb,
    unlimited_premium_pence,
)
from planwatch.analysis.metrics.promotions import promo_months_in_term, promotion_intensity
from planwatch.analysis.metrics.rises import (
    RiseExposure,
    brand_exposure,
    rise_burden_percent,
    rise_exposure,
)
from planwatch.analysis.metrics.white_space import white_space
from planwatch.domain.plan import Plan, PriceStep
from tests.support.plans import make_plan, make_three_plan
from tests.unit.analysis.strategies import plans


def test_the_rise_burden_is_the_yearly_rise_against_the_first_price() -> None:
    # £1.90 / £7.00 = 27.1 %
    assert rise_burden_percent(make_three_plan()) == 27.1
    assert rise_burden_percent(make_plan()) == 0.0


def test_the_burden_of_a_rise_that_nobody_can_tell_is_not_known() -> None:
    unclear = make_plan(price_steps=(PriceStep(6, 1500), PriceStep(date(2026, 4, 1), 1500)))

    assert rise_burden_percent(unclear) is None


def test_the_rise_exposure_leaves_the_end_of_the_promotion_out() -> None:
    # £17.80 − £15.90 = £1.90 a month, £22.80 a year; / £190.80 = 11.9 %
    assert rise_exposure(make_three_plan()) == RiseExposure(pence_a_year=2280, percent=11.9)


def test_a_plan_without_rises_is_exposed_to_none() -> None:
    assert rise_exposure(make_plan()) == RiseExposure(pence_a_year=0, percent=0.0)


@pytest.mark.parametrize(
    ("plan", "months"),
    [
        (make_three_plan(), 6),
        (make_three_plan(promo_months=None), 24),
        (make_three_plan(promo_months=60), 24),
        (make_plan(), None),
        (make_plan(list_price_pence=1000), None),
    ],
)
def test_a_promotion_lasts_as_long_as_said_and_no_longer_than_the_term(
    plan: Plan, months: int | None
) -> None:
    assert promo_months_in_term(plan) == months


def test_promotion_intensity_is_the_share_and_the_mean_weight() -> None:
    some = [make_three_plan(), make_plan(list_price_pence=2000), make_plan(), make_plan(gb=5)]

    found = promotion_intensity(some)

    # 50 % for 6 of 24 months weighs 12.5 %, 50 % for the term 50 %: mean 31.25 %, to 31.3
    assert (found.plans, found.promoted, found.share_percent, found.weight_percent) == (
        4,
        2,
        50.0,
        31.3,
    )


def test_no_promotion_has_no_weight() -> None:
    assert promotion_intensity([make_plan()]).weight_percent is None
    assert promotion_intensity([]).share_percent is None


@given(st.lists(plans(), max_size=8))
def test_a_share_is_never_more_than_all(some: list[Plan]) -> None:
    found = promotion_intensity(some)

    assert found.share_percent is None or 0 <= found.share_percent <= 100


def test_a_further_gb_costs_what_the_larger_plan_costs_more() -> None:
    five, twenty = list_plan(make_plan(gb=5, price_pence=800)), list_plan(make_plan(gb=20))

    # £2.00 / 15 GB = 13.3p
    assert marginal_pence_per_gb(five, twenty) == 13
    assert marginal_pence_per_gb(twenty, list_plan(make_plan(gb=None))) is None
    with pytest.raises(ValueError, match="no more data"):
        marginal_pence_per_gb(twenty, five)


def test_a_ladder_steps_from_size_to_size_at_each_term_by_its_cheapest() -> None:
    ladder = [
        make_plan(gb=None, price_pence=2000),
        make_plan(gb=5, price_pence=900, variant="dear"),
        make_plan(gb=5, price_pence=800),
        make_plan(gb=25, price_pence=1200),
        make_plan(gb=25, price_pence=1500, term_months=1),
    ]

    steps = ladder_steps([list_plan(plan) for plan in ladder])

    assert [(s.smaller.plan_id, s.larger.plan_id, s.pence_per_gb) for s in steps] == [
        ("o2:o2-5gb-24m", "o2:o2-25gb-24m", 20),
        ("o2:o2-25gb-24m", "o2:o2-unlimited-24m", None),
    ]


def test_the_unlimited_premium_is_over_the_largest_capped_plan() -> None:
    ladder = [
        list_plan(make_plan(gb=gb, price_pence=pence)) for gb, pence in ((5, 500), (100, 1500))
    ]

    assert (
        unlimited_premium_pence([*ladder, list_plan(make_plan(gb=None, price_pence=2000))]) == 500
    )
    assert unlimited_premium_pence(ladder) is None
    assert unlimited_premium_pence([list_plan(make_plan(gb=None))]) is None


def test_the_white_space_has_every_cell_with_who_sells_there() -> None:
    cells = white_space(
        [
            list_plan(make_plan(gb=5, term_months=18)),
            list_plan(make_plan(gb=5, term_months=18, brand="EE", price_pence=900)),
        ]
    )

    assert len(cells) == 5 * 4
    [filled] = [cell for cell in cells if not cell.is_empty]
    assert (filled.tier, filled.term_months, filled.brands, filled.plans) == (
        "low",
        18,
        ("EE", "O2"),
        2,
    )
    assert filled.cheapest
    assert filled.cheapest.monthly_pence == 900


def test_brands_of_one_owner_stand_together() -> None:
    brands = ("O2", "giffgaff", "Three", "Lebara")

    groups = group_by_owner([list_plan(make_plan(brand=brand)) for brand in brands])

    assert [(group.owner, group.brands, group.plans) for group in groups] == [
        ("Virgin Media O2", ("giffgaff", "O2"), 2),
        ("Lebara", ("Lebara",), 1),
        ("VodafoneThree", ("Three",), 1),
    ]


def test_a_brands_exposure_is_the_mean_over_all_contracts_and_the_largest_of_one() -> None:
    flat, rising = list_plan(make_plan(brand="Three")), list_plan(make_three_plan())

    found = brand_exposure([flat, rising])

    assert (found.rising, found.mean_pence) == (1, 1140)  # 2280 / 2
    assert (found.largest, found.most.pence_a_year) == (rising, 2280)


def test_the_unlimited_premium_is_of_the_brands_that_sell_both() -> None:
    by_brand = {
        "O2": [list_plan(make_plan()), list_plan(make_plan(gb=None, price_pence=1700))],
        "EE": [list_plan(make_plan(brand="EE", gb=None))],
    }

    assert find_premiums(by_brand) == {"O2": 700}
