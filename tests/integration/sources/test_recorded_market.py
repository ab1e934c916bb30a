"""The recorded market: what the pages say, what the parsers read, what moves between the dates."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from tools.build_recorded_market import RECORDED, build_files, find_recorded_files

from planwatch.domain.page import Page
from planwatch.domain.plan import Plan
from planwatch.sources.contract import read_pages
from planwatch.sources.registry import SOURCE_IDS, load_source
from tests.support.market import render_o2, render_tesco, render_three, render_uswitch
from tests.support.market.offer import GB
from tests.support.market.plans import DATES, FIRST, MOVES, SECOND, THIRD, offers_on
from tests.support.market.truth import NAMELESS, plans_on

MOST_BYTES = 1_500_000
MOST_BYTES_OF_A_PAGE = 40_000


def test_the_committed_pages_are_those_that_the_script_builds() -> None:
    built, committed = build_files(), find_recorded_files()

    assert sorted(committed) == sorted(built)
    assert [name for name in built if built[name] != committed[name]] == []


def test_the_recorded_market_stays_small_enough_for_the_package() -> None:
    sizes = {name: len(body) for name, body in find_recorded_files().items()}

    assert sum(sizes.values()) < MOST_BYTES
    assert {name for name, size in sizes.items() if size > MOST_BYTES_OF_A_PAGE} == set()


@pytest.mark.parametrize("day", DATES, ids=str)
def test_the_manifest_names_every_page_of_every_source(day: date) -> None:
    folder = RECORDED / "pages" / day.isoformat()

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    assert tuple(manifest) == SOURCE_IDS
    assert {f"{source}/{page['file']}" for source in manifest for page in manifest[source]} == {
        f"{path.parent.name}/{path.name}" for path in folder.glob("*/*")
    }


@pytest.mark.parametrize("day", DATES, ids=str)
@pytest.mark.parametrize("source_id", SOURCE_IDS)
def test_each_parser_reads_the_true_plans_from_the_pages(source_id: str, day: date) -> None:
    reading = read_pages(load_source(source_id), _recorded_pages(source_id, day), day)

    assert reading.unreadable == ()
    assert _in_order(map(_without_invented, reading.plans)) == _in_order(plans_on(source_id, day))


def test_nothing_moves_between_the_dates_but_the_moves_of_the_description() -> None:
    assert _moves_between(FIRST, SECOND) == {
        ("vodafone", "vodafone-100gb-24m", "£16.00 100 GB", "£14.00 100 GB"),
        ("three", "three-25gb-24m-lite", "£7.00 25 GB", "£14.00 25 GB"),
        ("giffgaff", "giffgaff-200gb-18m", None, "£18.00 200 GB"),
        ("sky", "sky-25gb-12m", "£9.00 25 GB", None),
        ("smarty", "smarty-40gb-1m-classic", "£10.00 40 GB", "£10.00 80 GB"),
        ("uswitch", "id-100gb-24m", "£11.00 100 GB", "£10.00 100 GB"),
    }
    assert _moves_between(SECOND, THIRD) == {
        ("o2", "o2-100gb-24m-classic", "£18.00 100 GB", "£20.00 100 GB"),
    }
    assert Counter(move.on for move in MOVES) == {SECOND: 6, THIRD: 1}


def test_a_half_price_headline_hides_more_than_half_of_the_true_cost() -> None:
    (plan,) = [plan for plan in plans_on("three", FIRST) if plan.source_ref == "25GB Lite SIMO 24M"]

    assert (plan.price_pence, plan.effective_pence) == (700, 1427)


def test_one_direct_plan_is_cheaper_at_the_aggregator() -> None:
    (direct,) = [p for p in plans_on("vodafone", THIRD) if p.plan_key == "vodafone-20gb-24m"]

    offers = {p.retailer: p for p in plans_on("uswitch", THIRD) if p.plan_key == direct.plan_key}

    assert direct.price_pence == 1200
    assert {retailer: plan.price_pence for retailer, plan in offers.items()} == {
        "Vodafone": 1200,
        "Mobiles.co.uk": 1000,
        "Fonehouse": 1100,
    }


def test_usage_baskets_are_won_by_different_brands() -> None:
    market = [plan for source in SOURCE_IDS for plan in plans_on(source, THIRD)]

    winners = {
        (gb, longest): _cheapest(market, gb, longest).brand
        for gb in (5, 15, 50, 100, None)
        for longest in (24, 1)
    }

    assert len(set(winners.values())) >= 4, winners


def test_every_offer_of_a_source_has_a_reference_of_its_own() -> None:
    for source in SOURCE_IDS:
        refs = Counter(offer.ref for offer in offers_on(source, THIRD))

        assert [ref for ref, count in refs.items() if count > 1] == []


def test_before_all_results_are_asked_for_a_list_shows_only_some_cards() -> None:
    o2, tesco = offers_on("o2", FIRST), offers_on("tesco", FIRST)

    short_o2 = render_o2.render(o2, FIRST, term_months=24, is_expanded=False)
    short_tesco = render_tesco.render(tesco, FIRST, shown=3)

    assert b"View all results" in short_o2
    assert b"View all results" not in render_o2.render(o2, FIRST, term_months=24)
    assert short_o2.count(b"c-tariff__tier") == render_o2.CARDS_AT_FIRST
    assert b"Show more" in short_tesco
    assert b"Show more" not in render_tesco.render(tesco, FIRST)
    assert short_tesco.count(b'class="result-title"') == 3 + 1  # and the template in a script


def test_a_combination_that_three_does_not_sell_shows_the_closest_match() -> None:
    offers = offers_on("three", FIRST)

    shown = render_three.closest_match(offers, render_three.Choice(1, 120 * GB, "Complete"))

    assert shown.ref == "25GB Lite SIMO 1M"


def test_paging_through_uswitch_gives_every_deal_once_and_the_ads_beside_them() -> None:
    offers = offers_on("uswitch", FIRST)
    total = render_uswitch.count_items(offers, FIRST)

    items = [
        item
        for offset in range(0, total, 10)
        for item in json.loads(render_uswitch.render(offers, FIRST, offset=offset, limit=10))[
            "data"
        ]["dealsSimOnlyAndAds"]["items"]
    ]

    deals = [item["id"] for item in items if item["__typename"] == "DealSimOnly"]
    assert deals == [offer.ref for offer in offers]
    assert Counter(item["__typename"] for item in items) == {"DealSimOnly": 25, "Ad": 2}


def _recorded_pages(source_id: str, day: date) -> list[Page]:
    folder = RECORDED / "pages" / day.isoformat()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return [
        Page(
            body=(folder / source_id / page["file"]).read_bytes(),
            url=page["url"],
            name=page["name"],
        )
        for page in manifest[source_id]
    ]


def _without_invented(plan: Plan) -> Plan:
    """Drop what a page does not print, and say the base allowance where a parser leaves it out."""
    return replace(
        plan,
        name="" if plan.source in NAMELESS else plan.name,
        url=None,
        base_allowance=plan.base_allowance or plan.allowance,
    )


def _in_order(plans: Iterable[Plan]) -> list[Plan]:
    return sorted(plans, key=lambda plan: (plan.plan_key, plan.offer_key, plan.price_pence))


def _moves_between(before: date, after: date) -> set[tuple[str, str, str | None, str | None]]:
    return {
        (source_id, key[0], was.get(key), now.get(key))
        for source_id in SOURCE_IDS
        for was, now in [(_offers_read(source_id, before), _offers_read(source_id, after))]
        for key in was.keys() | now.keys()
        if was.get(key) != now.get(key)
    }


def _offers_read(source_id: str, day: date) -> dict[tuple[str, str], str]:
    reading = read_pages(load_source(source_id), _recorded_pages(source_id, day), day)
    return {
        (plan.plan_key, plan.offer_key): f"£{plan.price_pence / 100:.2f} {plan.allowance}"
        for plan in reading.plans
    }


def _cheapest(market: list[Plan], gb: int | None, longest_months: int) -> Plan:
    fitting = [
        plan
        for plan in market
        if plan.term_months <= longest_months
        and (
            plan.allowance.data_mb is None or (gb is not None and plan.allowance.data_mb >= gb * GB)
        )
    ]
    return min(fitting, key=lambda plan: plan.effective_pence)
