"""Putting the pages of one scrape together: nothing merged, nothing dropped in silence."""

from __future__ import annotations

import json
from datetime import date

import pytest

from planwatch.domain.allowance import Allowance
from planwatch.domain.page import Page, PageRequest
from planwatch.domain.plan import Plan
from planwatch.errors import NothingFound
from planwatch.sources.contract import Reading, Source, group_offers, read_pages

DAY = date(2026, 11, 2)


def _parse(page: Page, as_of: date) -> Reading:
    offers = json.loads(page.body)
    if not offers:
        raise NothingFound("the list is empty")
    return Reading(
        plans=tuple(
            Plan(
                brand="EE",
                source="ee",
                name=f"{gb}GB",
                allowance=Allowance.of_gb(gb),
                term_months=24,
                price_pence=price,
                retailer=retailer,
                as_of=as_of,
            )
            for gb, price, retailer in offers
        )
    )


def _source(brand: str | None) -> Source:
    return Source(
        id="ee",
        brand=brand,
        title="EE",
        requests=(PageRequest(name="all", url="https://ee.co.uk/"),),
        parse=_parse,
        rises="not_stated",
        checked_against="nothing",
    )


def _pages(*offers: list[tuple[int, int, str | None]]) -> list[Page]:
    return [
        Page(body=json.dumps(page).encode(), name=f"page-{number}")
        for number, page in enumerate(offers)
    ]


def test_the_same_offer_on_two_pages_is_one_and_keeps_its_first_page() -> None:
    reading = read_pages(_source("EE"), _pages([(5, 700, None)], [(5, 700, None)]), DAY)

    assert [plan.name for plan in reading.plans] == ["5GB"]
    assert reading.page_names == ("page-0",)
    assert reading.unreadable == ()


def test_two_prices_of_a_brand_for_one_plan_are_not_merged_in_silence() -> None:
    reading = read_pages(_source("EE"), _pages([(5, 700, None), (5, 600, None)]), DAY)

    assert [plan.price_pence for plan in reading.plans] == [700]
    assert [item.where for item in reading.unreadable] == ["5GB on page page-0"]
    assert "ee-5gb-24m at 600p, and before at 700p" in reading.unreadable[0].reason


def test_an_aggregator_may_list_one_plan_at_several_prices() -> None:
    reading = read_pages(_source(None), _pages([(5, 700, "A"), (5, 600, "B")]), DAY)

    offers = group_offers(reading.plans)
    assert [plan.retailer for plan in offers["ee-5gb-24m"]] == ["B", "A"]
    assert reading.unreadable == ()


def test_an_empty_page_among_others_is_reported_so_that_nothing_is_withdrawn() -> None:
    reading = read_pages(_source("EE"), _pages([(5, 700, None)], []), DAY)

    assert [(item.where, item.reason) for item in reading.unreadable] == [
        ("page page-1", "the list is empty")
    ]


def test_pages_that_are_all_empty_are_no_reading() -> None:
    with pytest.raises(NothingFound, match="2 page"):
        read_pages(_source("EE"), _pages([], []), DAY)
