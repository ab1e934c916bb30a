from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.analysis.market.market import list_plan
from planwatch.analysis.metrics.score import (
    SCORE_VERSION,
    WEIGHTS,
    TierPrices,
    load_extras,
    mark_data,
    mark_extras,
    mark_flexibility,
    mark_price,
    mark_roaming,
    percentile,
    score_plan,
    tier_prices,
)
from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.plan import Plan
from tests.support.plans import make_plan
from tests.unit.analysis.strategies import plans


def test_the_weights_add_up_to_a_hundred() -> None:
    assert sum(WEIGHTS.values()) == 100


def test_data_count_by_their_logarithm_up_to_250_gb() -> None:
    # ln(26) / ln(251) = 3.258 / 5.525
    assert round(mark_data(Allowance.of_gb(25)), 3) == 0.590
    assert mark_data(Allowance.of_gb(250)) == mark_data(Allowance.of_gb(600)) == 1.0
    assert mark_data(UNLIMITED) == 1.0


@pytest.mark.parametrize(
    ("term", "mark"), [(0, 1.0), (1, 1.0), (12, 0.5), (18, 0.25), (24, 0.0), (36, 0.0)]
)
def test_flexibility_falls_with_the_term(term: int, mark: float) -> None:
    assert mark_flexibility(term) == mark


def test_a_percentile_lies_between_its_neighbours() -> None:
    # five values: 5 % is 0.2 of the way from the first to the second
    assert percentile([100, 200, 300, 400, 500], 5) == 120
    assert percentile([100, 200, 300, 400, 500], 95) == 480
    assert percentile([100], 95) == 100


def test_a_price_counts_within_its_tier() -> None:
    prices = TierPrices(plans=5, pence=(100, 200, 300, 400, 500))

    assert mark_price(300, prices) == 0.5
    assert (mark_price(50, prices), mark_price(900, prices)) == (1.0, 0.0)


@pytest.mark.parametrize(
    "prices",
    [None, TierPrices(plans=2, pence=(100, 500)), TierPrices(plans=3, pence=(100, 100, 100))],
)
def test_a_tier_of_few_or_level_prices_tells_nothing(prices: TierPrices | None) -> None:
    assert mark_price(100, prices) is None


def test_roaming_that_is_not_stated_is_not_known() -> None:
    assert [mark_roaming(r) for r in (None, "none", "eu", "global")] == [None, 0.0, 0.5, 1.0]


@pytest.mark.parametrize(
    ("extras", "mark"),
    [
        ((), 0.0),
        (("Spend cap",), 0.0),
        (("Three+ Rewards",), 0.5),
        (("Three+ Rewards", "TNT Sports on your phone"), 1.0),
        (("priority support",), 0.5),
        (("Rolls of honour",), 0.0),
    ],
)
def test_extras_count_by_the_table(extras: tuple[str, ...], mark: float) -> None:
    assert mark_extras(extras, load_extras()) == mark


def test_a_score_is_over_what_is_known_and_says_how_much_that_is() -> None:
    tiers = {"medium": TierPrices(plans=3, pence=(800, 1000, 1200))}
    plan = make_plan(gb=25, term_months=12, roaming=None)

    score = score_plan(list_plan(plan), tiers)  # type: ignore[arg-type] # a literal of str

    # data 0.58971 × 40, price 0.5 × 20, extras 0 × 15, flexibility 0.5 × 10; / 85
    assert (score.value, score.coverage_percent, score.version) == (45.4, 85, SCORE_VERSION)
    assert score.marks["roaming"] is None


def test_prices_of_a_tier_are_counted_once_a_plan_for_its_size() -> None:
    listings = [list_plan(make_plan(price_pence=pence)) for pence in (1000, 1100)]

    assert tier_prices(listings) == {"medium": TierPrices(plans=1, pence=(1000, 1100))}


@given(plans(), st.lists(plans(), max_size=10))
def test_a_score_lies_between_0_and_100(plan: Plan, others: list[Plan]) -> None:
    score = score_plan(list_plan(plan), tier_prices(map(list_plan, others)))

    assert score.value is not None
    assert 0 <= score.value <= 100
    assert 0 < score.coverage_percent <= 100


@given(plans(), st.integers(1, 500), st.lists(plans(), min_size=3, max_size=10))
def test_a_cheaper_plan_never_scores_less(plan: Plan, less: int, others: list[Plan]) -> None:
    tiers = tier_prices(map(list_plan, others))
    cheaper = replace(plan, price_pence=plan.price_pence - less)

    dear, cheap = score_plan(list_plan(plan), tiers), score_plan(list_plan(cheaper), tiers)

    assert (cheap.value or 0) >= (dear.value or 0)


def test_one_very_dear_plan_moves_nobody_by_much() -> None:
    tier = [list_plan(make_plan(gb=50, price_pence=1000 + 20 * n)) for n in range(40)]
    outlier = list_plan(make_plan(gb=50, price_pence=6000))
    item = tier[20]

    before = score_plan(item, tier_prices(tier)).value
    after = score_plan(item, tier_prices([*tier, outlier])).value

    assert before is not None
    assert after is not None
    assert abs(after - before) < 1
