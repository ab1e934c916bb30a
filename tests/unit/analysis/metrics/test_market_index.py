from __future__ import annotations

from datetime import date

from planwatch.analysis.market.market import build_market
from planwatch.analysis.metrics.baskets import DEFAULT_BASKETS, Basket
from planwatch.analysis.metrics.market_index import IndexPoint, market_index
from planwatch.domain.allowance import Allowance
from tests.support.plans import make_plan

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def test_the_index_is_the_mean_price_of_the_baskets_against_the_first_date() -> None:
    october = build_market([make_plan(), make_plan(gb=100, price_pence=2000)])
    november = build_market([make_plan(price_pence=900), make_plan(brand="EE", price_pence=950)])
    baskets = [Basket(Allowance.of_gb(5)), Basket(Allowance.of_gb(50))]

    # 50 GB is sold in October only, so the index is over 5 GB: £10.00, then £9.00
    assert market_index([(OCTOBER, october), (NOVEMBER, november)], baskets) == (
        IndexPoint(
            day=OCTOBER,
            baskets=1,
            mean_pence=1000,
            index=100.0,
            plans=2,
            new=0,
            withdrawn=0,
            churn_percent=None,
        ),
        IndexPoint(
            day=NOVEMBER,
            baskets=1,
            mean_pence=900,
            index=90.0,
            plans=2,
            new=1,
            withdrawn=1,
            churn_percent=100.0,
        ),
    )


def test_a_market_that_serves_no_basket_throughout_has_no_index() -> None:
    empty = build_market([])
    some = build_market([make_plan()])

    assert market_index([(OCTOBER, empty), (NOVEMBER, some)], DEFAULT_BASKETS) == ()
    assert market_index([], DEFAULT_BASKETS) == ()
