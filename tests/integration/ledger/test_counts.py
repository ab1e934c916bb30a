"""How many plans are in force, and whose."""

from __future__ import annotations

import pytest

from planwatch.ledger.plans.counts import (
    brand_by_source,
    brands_ever,
    count_by_source,
    count_current_plans,
    find_currency,
    known_brands,
    unverified_brands,
)
from planwatch.ledger.store.connection import Ledger
from tests.support.plans import make_plan
from tests.support.scrapes import save_scrape


@pytest.fixture
def market(ledger: Ledger) -> Ledger:
    """O2 lost one of three plans and misses another; VOXI is gone; EE is unverified in part."""
    o2 = [make_plan(gb=gb) for gb in (5, 10, 20)]
    voxi = make_plan(brand="VOXI", gb=5)
    save_scrape(ledger, 2, *o2)
    for day, plans in ((3, o2[:2]), (4, o2[:2]), (5, o2[:1])):
        save_scrape(ledger, day, *plans)
    save_scrape(ledger, 2, voxi, source="voxi")
    for day in (3, 4):
        save_scrape(ledger, day, source="voxi")
    mined = make_plan(brand="EE", gb=5, verified=False, currency="EUR")
    save_scrape(ledger, 2, mined, make_plan(brand="EE", gb=10, currency="EUR"), source="ee")
    save_scrape(ledger, 2, make_plan(brand="Sky", gb=5, verified=False), source="sky")
    return ledger


def test_plans_in_force_are_counted_and_those_withdrawn_are_not(market: Ledger) -> None:
    assert count_current_plans(market) == 5
    assert count_by_source(market) == {"o2": (2, 1), "ee": (2, 0), "sky": (1, 0)}


def test_brands_are_known_while_they_have_plans(market: Ledger) -> None:
    assert known_brands(market) == ["EE", "O2", "Sky"]
    assert brands_ever(market) == ["EE", "O2", "Sky", "VOXI"]


def test_a_brand_is_unverified_where_no_plan_of_it_was_read_by_a_parser(market: Ledger) -> None:
    assert unverified_brands(market) == ["Sky"]


def test_a_source_has_the_brand_of_its_plans(market: Ledger) -> None:
    assert brand_by_source(market, ["o2", "ee", "voxi", "new"]) == {"o2": "O2", "ee": "EE"}


def test_prices_of_a_source_are_in_its_currency_or_that_of_the_market(market: Ledger) -> None:
    found = [find_currency(market, source) for source in ("o2", "ee", "voxi", "new")]

    assert found == ["GBP", "EUR", "GBP", "GBP"]


def test_an_empty_ledger_has_no_plans(ledger: Ledger) -> None:
    assert count_current_plans(ledger) == 0
    assert (known_brands(ledger), count_by_source(ledger)) == ([], {})
