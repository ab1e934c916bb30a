"""What the sections of a report share is worked out once, whoever asks first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from planwatch.analysis.market.market import Listings, Market, build_market, list_plan
from planwatch.analysis.market.worked import Worked
from planwatch.analysis.metrics.frontier import find_dominated
from tests.support.plans import make_plan

PLANS = [
    make_plan(brand=brand, variant=str(at), price_pence=1000 - at)
    for at, brand in enumerate(("O2", "EE", "Three", "O2", "EE"))
]


def test_whoever_asks_at_once_gets_one_result() -> None:
    worked, together = Worked(), Barrier(8)

    def ask(_: int) -> Market:
        together.wait(timeout=10)
        return worked.once("market", lambda: build_market(PLANS))

    with ThreadPoolExecutor(8) as pool:
        markets = list(pool.map(ask, range(8)))

    assert all(market is markets[0] for market in markets)


def test_listings_are_taken_as_they_are() -> None:
    listings = Listings(map(list_plan, PLANS))

    assert Listings.of(listings) is listings


def test_a_market_judges_its_own_plans_once() -> None:
    listings = Listings(map(list_plan, PLANS))

    first = find_dominated(listings, listings)

    assert find_dominated(listings, listings) is first
    assert find_dominated(list(listings), listings) == first


def test_what_fails_is_tried_again_and_one_result_may_need_another() -> None:
    worked, calls = Worked(), []

    def fail() -> int:
        calls.append("fail")
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            worked.once("a", fail)

    assert worked.once("b", lambda: worked.once("c", lambda: 2) + 1) == 3
    assert calls == ["fail", "fail"]
