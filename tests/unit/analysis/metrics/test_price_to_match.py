from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.analysis.market.market import list_plan
from planwatch.analysis.metrics.baskets import Basket, price_basket, price_market
from planwatch.analysis.metrics.frontier import dominates, find_frontier_pence
from planwatch.analysis.metrics.gap import find_gap
from planwatch.analysis.metrics.price_to_match import (
    cut_to_match_pence,
    data_to_match,
    find_match,
    find_win,
    price_to_win_pence,
    promotion_to_match_pence,
)
from planwatch.domain.allowance import Allowance
from planwatch.domain.plan import Plan, PriceStep
from planwatch.domain.schedule import monthly_prices
from tests.support.plans import make_plan, make_three_plan
from tests.unit.analysis.strategies import plans


def test_every_month_is_cut_by_the_gap() -> None:
    assert (cut_to_match_pence(227), cut_to_match_pence(-100)) == (227, 0)


@pytest.mark.parametrize(
    ("months", "pence"),
    [
        (24, 227),
        (12, 454),
        (7, 779),  # 227 × 24 / 7 = 778.3, rounded up
        (6, None),  # 227 × 24 / 6 = 908: more than a month at £7.00
    ],
)
def test_a_promotion_is_worth_the_gap_over_the_whole_term(months: int, pence: int | None) -> None:
    plan = make_plan(price_pence=800) if months == 7 else make_three_plan()

    assert promotion_to_match_pence(plan, 227, months) == pence


def test_a_promotion_does_not_outlast_the_term() -> None:
    with pytest.raises(ValueError, match="1 to 24 months"):
        promotion_to_match_pence(make_plan(), 100, 25)


def test_the_least_data_that_ends_a_domination_is_in_whole_gb() -> None:
    item = list_plan(make_plan(gb=25))
    cheaper = list_plan(make_plan(brand="EE", gb=30, price_pence=900))
    level = list_plan(make_plan(brand="EE", gb=30))

    assert data_to_match(item, [cheaper]) == Allowance.of_gb(31)
    assert data_to_match(item, [level]) == Allowance.of_gb(30)
    assert data_to_match(item, [list_plan(make_plan(brand="EE", gb=5))]) == Allowance.of_gb(25)


def test_no_data_is_enough_against_unlimited() -> None:
    item = list_plan(make_plan(gb=25))

    assert data_to_match(item, [list_plan(make_plan(brand="EE", gb=None))]) is None


def test_a_basket_is_won_a_penny_below_the_market() -> None:
    assert (price_to_win_pence(1200), price_to_win_pence(None)) == (1199, None)


def test_the_frontier_price_is_the_highest_that_nobody_dominates() -> None:
    item = list_plan(make_plan(price_pence=5000))
    rivals = [
        list_plan(make_plan(brand="EE", gb=30, price_pence=900)),
        list_plan(make_plan(brand="EE", gb=10, price_pence=100)),
    ]

    assert find_frontier_pence(item, rivals) == 899
    assert find_frontier_pence(item, rivals[1:]) is None


@given(plans(), st.lists(plans(), max_size=8))
def test_at_the_frontier_price_nobody_dominates_and_a_penny_above_somebody_does(
    own: Plan, others: list[Plan]
) -> None:
    item = replace(list_plan(own), identity="own")
    rivals = [list_plan(plan) for plan in others]
    limit = find_frontier_pence(item, rivals)

    def is_dominated(pence: int) -> bool:
        return any(dominates(rival, replace(item, monthly_pence=pence)) for rival in rivals)

    if limit is None:
        assert not is_dominated(10**6)
        return
    assert not is_dominated(limit)
    assert is_dominated(limit + 1)


@given(plans(), st.lists(plans(), min_size=1, max_size=8))
def test_more_data_as_said_ends_every_domination(own: Plan, others: list[Plan]) -> None:
    item = replace(list_plan(own), identity="own")
    rivals = [list_plan(plan) for plan in others]
    enough = data_to_match(item, rivals)

    if enough is None:
        assert any(dominates(rival, item) and rival.plan.allowance.unlimited for rival in rivals)
        return
    larger = replace(item, plan=replace(own, allowance=enough))
    assert not any(dominates(rival, larger) for rival in rivals)


@given(st.integers(100, 5000), st.integers(1, 36), st.integers(1, 400), st.integers(1, 36))
def test_a_promotion_to_match_makes_the_plan_cost_no_more_than_the_rival(
    price: int, term: int, gap: int, months: int
) -> None:
    plan = make_plan(price_pence=price, term_months=term)
    months = min(months, term)
    worth = promotion_to_match_pence(plan, gap, months)
    if worth is None:
        return

    promoted = replace(plan, price_pence=price - worth, price_steps=(PriceStep(months + 1, price),))

    assert promoted.effective_pence <= plan.effective_pence - gap
    assert min(monthly_prices(price - worth, months, (), plan.as_of)) >= 0


@given(st.lists(plans(), max_size=8), plans(), st.booleans(), st.sampled_from((None, 1, 12)))
def test_the_price_of_a_basket_never_rises_when_a_plan_is_added(
    some: list[Plan], another: Plan, roaming: bool, term: int | None
) -> None:
    basket = Basket(Allowance.of_gb(10), term, roaming)
    before = price_basket(basket, [list_plan(plan) for plan in some])
    after = price_basket(basket, [list_plan(plan) for plan in (*some, another)])

    if before is not None:
        assert after is not None
        assert after.monthly_pence <= before.monthly_pence


@given(plans(), st.booleans(), st.booleans())
def test_an_unknown_never_helps_a_plan_into_a_basket(
    plan: Plan, roaming: bool, five_g: bool
) -> None:
    basket = Basket(Allowance.of_gb(5), None, roaming, five_g)
    unstated = replace(plan, roaming=None, generation=None)

    served = price_basket(basket, [list_plan(unstated)]) is not None

    assert served <= (price_basket(basket, [list_plan(plan)]) is not None)


@given(plans(), st.lists(plans(), max_size=8))
def test_an_unknown_never_helps_a_rival_to_press_the_frontier_price(
    own: Plan, others: list[Plan]
) -> None:
    item = replace(list_plan(own), identity="own")
    stated = find_frontier_pence(item, [list_plan(plan) for plan in others])
    unstated = find_frontier_pence(
        item, [list_plan(replace(plan, roaming=None, generation=None)) for plan in others]
    )

    assert unstated is None or (stated is not None and stated <= unstated)


def test_a_plan_matches_its_rival_by_a_cut_a_promotion_or_more_data() -> None:
    own, rival = list_plan(make_plan(price_pence=1100)), list_plan(make_plan(brand="EE"))
    gap = find_gap(own, [rival])
    assert gap is not None

    match = find_match(gap, [rival])

    assert (match.cut_pence, match.promotions) == (100, {3: 800, 6: 400, 12: 200})  # 100 × 24 / k
    assert (match.data_mb, match.is_no_data_enough) == (26_000, False)


def test_no_data_is_enough_beside_a_cheaper_unlimited_plan() -> None:
    own, rival = list_plan(make_plan(price_pence=1100)), list_plan(make_plan(brand="EE", gb=None))
    gap = find_gap(own, [rival])
    assert gap is not None

    match = find_match(gap, [rival])

    assert (match.data_mb, match.is_no_data_enough) == (None, True)


def test_a_basket_is_won_a_penny_below_the_cheapest_rival() -> None:
    own, rival = list_plan(make_plan(price_pence=1100)), list_plan(make_plan(brand="EE"))
    priced = price_market(Basket(Allowance.of_gb(15)), {"O2": [own], "EE": [rival]})

    win = find_win(priced, "O2")

    assert win is not None
    assert (win.rival, win.win_pence, win.cut_pence) == (rival, 999, 101)
    assert find_win(priced, "EE") is None
    assert find_win(priced, "Three") is None
