from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from planwatch.analysis.market.comparable import comparable_pence
from planwatch.analysis.market.market import build_market
from planwatch.analysis.metrics.baskets import Basket
from planwatch.analysis.metrics.tariff import Tariff, build_plan
from planwatch.analysis.what_if import Placement, highest_price, place_tariff
from planwatch.domain.allowance import Allowance
from planwatch.domain.plan import Plan
from planwatch.domain.rise_table import load_rise_rules
from tests.support.plans import make_plan
from tests.unit.analysis.strategies import plans

FIFTY = Basket(Allowance.of_gb(50))


def _tariff(**overrides: Any) -> Tariff:
    values: dict[str, Any] = {
        "brand": "O2",
        "allowance": Allowance.of_gb(50),
        "term_months": 24,
        "price_pence": 1500,
        "rise_pence": 0,
        "roaming": "eu",
        "generation": "5g",
    }
    return Tariff(**(values | overrides))


def _place(tariff: Tariff, *others: Plan, baskets: Sequence[Basket] = ()) -> Placement:
    return place_tariff(tariff, build_market(others), baskets)


def test_a_tariff_is_ranked_among_the_brands_that_serve_a_basket() -> None:
    market = [
        make_plan(brand="EE", gb=60, price_pence=1400),
        make_plan(brand="Three", gb=60, price_pence=1500),
        make_plan(brand="Vodafone", gb=60, price_pence=1600),
        make_plan(brand="Vodafone", gb=5, price_pence=100),
    ]

    placed = _place(_tariff(), *market, baskets=(FIFTY,))

    [rank] = placed.baskets
    # EE is cheaper, Three level: the tariff shares the second place of four brands
    assert (rank.rank, rank.brands, rank.market_pence, rank.win_pence) == (2, 4, 1400, 1399)
    assert rank.market_brands == ("EE",)


def test_a_basket_that_the_tariff_does_not_serve_is_left_out() -> None:
    needs = (Basket(Allowance.of_gb(50), None, roaming=True), Basket(Allowance.of_gb(100)))

    placed = _place(_tariff(roaming=None), make_plan(), baskets=needs)

    assert placed.baskets == ()


def test_whom_it_dominates_and_who_dominates_it_is_said() -> None:
    market = [
        make_plan(brand="EE", gb=60, price_pence=1400),
        make_plan(brand="Vodafone", gb=60, price_pence=1450),
        make_plan(gb=40, price_pence=1600),
    ]

    placed = _place(_tariff(), *market)

    assert [(v.dominator.plan_id, v.gap_pence) for v in placed.dominated_by] == [
        ("ee:ee-60gb-24m", 100),
        ("vodafone:vodafone-60gb-24m", 50),
    ]
    assert [(v.item.plan_id, v.gap_pence) for v in placed.dominates] == [("o2:o2-40gb-24m", 100)]
    # EE's has more data, so level is not enough
    assert (placed.joins_at_pence, placed.joins_at_cost_pence) == (1399, 1399)
    assert placed.gap is not None
    assert (placed.gap.pence, placed.gap.percent) == (100, 7.1)


def test_the_same_plan_of_its_own_brand_is_a_rival_like_any_other() -> None:
    placed = _place(_tariff(), make_plan(gb=50, price_pence=1400))

    assert [verdict.dominator.plan_id for verdict in placed.dominated_by] == ["o2:o2-50gb-24m"]
    assert placed.joins_at_pence == 1400


def test_a_tariff_that_nobody_matches_joins_at_any_price() -> None:
    placed = _place(_tariff(), make_plan(gb=10))

    assert (placed.is_free_of_rivals, placed.joins_at_pence, placed.dominated_by) == (
        True,
        None,
        (),
    )
    assert placed.gap is None


def test_the_price_that_joins_counts_promotion_and_rises() -> None:
    market = make_plan(brand="EE", gb=50, price_pence=1500)

    placed = _place(_tariff(promo_pence=900, promo_months=6, rise_pence=250), market)

    # £15.00 a month: 24 × 15.00 = 6 × 9.00 + 18 × p + rises. In November 2025 the rises are
    # 2.50 from April 2026 (19 months) and from April 2027 (7): £65.00; (360.12 − 54 − 65) / 18
    # is £13.396, where the cost rounds half up to £15.00
    assert placed.joins_at_pence == 1339
    assert placed.joins_at_cost_pence == 1500


def test_where_the_rises_come_from_is_said() -> None:
    assert _place(_tariff(), make_plan()).rise_source == "the tariff"
    assert _place(_tariff(rise_pence=None), make_plan()).rise_source is None


@given(
    st.lists(plans(), min_size=1, max_size=8),
    st.integers(1, 3000),
    st.sampled_from((None, (1, 3), (400, 6), (400, 23))),
    st.integers(0, 300),
    st.sampled_from((None, "none", "eu", "global")),
)
def test_at_the_price_that_joins_nobody_dominates_and_a_penny_more_somebody_does(
    others: list[Plan], price: int, promo: tuple[int, int] | None, rise: int, roaming: Any
) -> None:
    tariff = _tariff(
        allowance=Allowance.of_gb(10),
        price_pence=price,
        rise_pence=rise,
        roaming=roaming,
        promo_pence=None if promo is None else min(promo[0], price),
        promo_months=None if promo is None else promo[1],
    )
    placed = _place(tariff, *others)

    def is_dominated(pence: int) -> bool:
        promo_pence = None if tariff.promo_pence is None else min(tariff.promo_pence, pence)
        priced = replace(tariff, price_pence=pence, promo_pence=promo_pence)
        return bool(_place(priced, *others).dominated_by)

    if placed.is_free_of_rivals:
        assert not placed.dominated_by
        return
    if placed.joins_at_pence is None:
        assert is_dominated(0)
        return
    assert not is_dominated(placed.joins_at_pence)
    assert is_dominated(placed.joins_at_pence + 1)


@given(price=st.integers(400, 4000), promo=st.integers(200, 2000), months=st.integers(1, 23))
def test_the_cost_of_a_tariff_never_falls_as_its_price_rises(
    price: int, promo: int, months: int
) -> None:
    tariff = _tariff(
        brand="Three",
        allowance=Allowance.of_gb(120),
        price_pence=price + promo,
        promo_pence=promo,
        promo_months=months,
        rise_pence=None,
    )
    rules = [replace(rule, halved=False) for rule in load_rise_rules().of("Three")]
    costs = [
        comparable_pence(
            build_plan(replace(tariff, price_pence=price + promo + more), date(2026, 11, 16), rules)
        )
        for more in range(3)
    ]

    assert costs == sorted(costs)


@given(promo=st.integers(200, 2000), months=st.integers(1, 23), limit=st.integers(500, 5000))
def test_the_highest_price_within_a_limit_is_the_highest(
    promo: int, months: int, limit: int
) -> None:
    tariff = _tariff(
        brand="Three",
        allowance=Allowance.of_gb(120),
        price_pence=promo + 1,
        promo_pence=promo,
        promo_months=months,
        rise_pence=None,
    )
    rules, day = load_rise_rules().of("Three"), date(2026, 11, 16)

    def cost_at(price: int) -> int:
        priced = replace(tariff, price_pence=price, promo_pence=min(promo, price))
        return comparable_pence(build_plan(priced, day, rules))

    found = highest_price(tariff, day, rules, limit)

    assert found is None or cost_at(found) <= limit
    above = (found or 0) + 1
    dearer = {*range(above, above + 30), *(2 * promo + more for more in (-1, 0, 1))}
    assert all(cost_at(price) > limit for price in dearer if price >= above)
