from __future__ import annotations

from planwatch.analysis.facts import Difference
from planwatch.analysis.market.market import build_market
from planwatch.analysis.metrics.tiers import rank_in_tiers
from tests.support.plans import make_plan


def test_a_brand_stands_in_each_tier_that_any_brand_sells_in() -> None:
    market = build_market(
        [
            make_plan(gb=20, price_pence=1000),
            make_plan(brand="EE", gb=20, price_pence=800),
            make_plan(brand="EE", gb=10, price_pence=900),
            make_plan(brand="Three", gb=5, price_pence=1000),
            make_plan(brand="EE", gb=None, price_pence=2000),
        ]
    )

    low, unlimited = rank_in_tiers(market, "O2")

    assert (low.tier, low.plans, low.brands) == ("low", 4, 3)
    assert (low.cheapest.monthly_pence, low.rank) == (800, 2)  # EE is one brand; Three ties
    assert low.gap == Difference(pence=200, percent=25.0)  # 200 / 800
    assert (unlimited.tier, unlimited.own, unlimited.rank, unlimited.gap) == (
        "unlimited",
        None,
        None,
        None,
    )


def test_the_cheapest_of_a_tier_ranks_first_with_no_gap() -> None:
    market = build_market([make_plan(price_pence=800), make_plan(brand="EE", price_pence=900)])

    [medium] = rank_in_tiers(market, "O2")

    assert (medium.rank, medium.gap) == (1, Difference(pence=0, percent=0.0))
