"""Putting the pages of one scrape together: nothing merged, nothing dropped in silence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from planwatch.domain.allowance import Allowance
from planwatch.domain.page import Page, PageRequest
from planwatch.domain.plan import Plan, PriceStep
from planwatch.errors import NothingFound
from planwatch.sources.contract import Reading, Source, group_offers, read_pages
from tests.support.plans import make_plan

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

    assert [plan.price_pence for plan in reading.plans] == [600]
    assert [item.where for item in reading.unreadable] == ["5GB on page page-0"]
    assert "ee-5gb-24m at 700p, and also at 600p" in reading.unreadable[0].reason


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


def _read_in_every_order(records: Sequence[Plan], *, brand: str | None) -> list[Reading]:
    """Return what is read of the records in each order, on one page and on a page each."""

    def source_of(pages: Sequence[Sequence[Plan]]) -> Source:
        return replace(
            _source(brand), parse=lambda page, _: Reading(plans=tuple(pages[int(page.body)]))
        )

    readings = []
    for order in permutations(records):
        for pages in ([order], [[record] for record in order]):
            bodies = [Page(body=b"%d" % number, name="all") for number in range(len(pages))]
            readings.append(read_pages(source_of(pages), bodies, DAY))
    return readings


@pytest.mark.parametrize(
    "differing",
    [
        {"name": ("Zebra", "Apple", "Mango")},
        {"extras": (("b",), ("a",), ())},
        {"incentives": (("Spotify",), (), ("Netflix",))},
        {"url": ("https://ee.co.uk/2", None, "https://ee.co.uk/1")},
        {"source_ref": ("B", "A", None)},
        {"roaming": ("global", "eu", None)},
        {"generation": ("5g", None, "4g")},
        {"price_pence": (1000, 800, 900)},
        {"upfront_pence": (0, 500, 100)},
        {"price_steps": ((PriceStep(7, 1500),), (), (PriceStep(7, 1200),))},
    ],
)
@pytest.mark.parametrize("brand", ["EE", None])
def test_which_of_several_records_stands_does_not_depend_on_their_order(
    differing: dict[str, tuple[Any, ...]], brand: str | None
) -> None:
    ((field, values),) = differing.items()
    records = [make_plan(brand="EE", **{field: value}) for value in values]

    readings = _read_in_every_order(records, brand=brand)

    assert len({group_offers(reading.plans)["ee-25gb-24m"][0] for reading in readings}) == 1
    assert len({frozenset(reading.unreadable) for reading in readings}) == 1


def test_the_record_that_stands_is_the_cheapest_over_its_term() -> None:
    dear = make_plan(brand="EE", price_pence=500, price_steps=(PriceStep(2, 3000),))
    cheap = make_plan(brand="EE", price_pence=1000)

    for reading in _read_in_every_order([dear, cheap], brand="EE"):
        assert reading.plans == (cheap,)


def test_records_that_differ_in_words_alone_are_one_and_none_is_unreadable() -> None:
    records = [make_plan(brand="EE", name=name, extras=(name,)) for name in ("b", "a", "c")]

    for reading in _read_in_every_order(records, brand="EE"):
        assert [plan.name for plan in reading.plans] == ["a"]
        assert reading.unreadable == ()


def test_a_card_that_is_repeated_with_a_badge_is_one_plan() -> None:
    names = ("Lite 25GB", "Best seller | Lite 25GB", "Lite 25GB (ends Monday)")
    variants = ("Lite", "Best seller | Lite", "Lite (ends Monday)")
    records = [
        make_plan(brand="EE", name=name, variant=variant)
        for name, variant in zip(names, variants, strict=True)
    ]

    for reading in _read_in_every_order(records, brand="EE"):
        assert [(plan.name, plan.plan_key) for plan in reading.plans] == [
            ("Lite 25GB", "ee-25gb-24m-lite")
        ]


def test_an_aggregators_equal_offers_stand_in_one_order() -> None:
    records = [
        make_plan(brand="EE", retailer=name, extras=(extra,))
        for name, extra in (("B", "x"), ("A", "y"), ("A", "x"))
    ]

    found = {
        tuple((plan.retailer, plan.extras) for plan in group_offers(reading.plans)["ee-25gb-24m"])
        for reading in _read_in_every_order(records, brand=None)
    }

    assert found == {(("A", ("x",)), ("B", ("x",)))}
