from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.page import Page
from planwatch.errors import LayoutChanged, NothingFound
from planwatch.sources.contract import Reading
from planwatch.sources.sites.giffgaff import SOURCE
from tests.support.builders import build_giffgaff_page, wrap_hypernova
from tests.support.cases import CAPTURES

AS_OF = date(2025, 9, 11)
TRUTH = CAPTURES / "value-lists" / "giffgaff-jsonld-2025-09-11.truth.json"
TEN: dict[str, Any] = {
    "name": "giffgaff SIM - 25 GB for £10 - 18 Month Contract",
    "description": "25 GB, Unlimited Calls and Text",
    "url": "https://www.giffgaff.com/sim-only-deals/10pound-contract-plan",
    "offers": {"price": "10.00", "priceCurrency": "GBP"},
}
RANGE_TEN: dict[str, Any] = {
    "id": "c-25",
    "name": "£10 plan",
    "priceInPence": 1000,
    "description": "18 months",
    "allowance": [
        {"type": "VOICE", "allocation": -1},
        {"type": "DATA", "allocation": 25 * 1024 * 1024},
    ],
    "tags": ["contract_18"],
}


def _read(
    products: Sequence[dict[str, Any]] | None, ranged: Sequence[dict[str, Any]] | None
) -> Reading:
    page = "<html><body>"
    if products is not None:
        json_ld = json.dumps({"@type": "Product", "isRelatedTo": [], "isSimilarTo": products})
        page += f'<script type="application/ld+json">{json_ld}</script>'
    if ranged is not None:
        plans = {str(number): plan for number, plan in enumerate(ranged)}
        page += (
            '<script type="application/json" data-hypernova-key="RangePage">'
            f"{wrap_hypernova({'plans': plans})}</script>"
        )
    return SOURCE.parse(Page(body=f"{page}</body></html>".encode()), AS_OF)


@pytest.mark.captures
@pytest.mark.skipif(not TRUTH.exists(), reason=f"no {TRUTH.name} beside the project")
@pytest.mark.parametrize(
    "routes",
    [{}, {"range_page": False}, {"json_ld": False}],
    ids=["both", "JSON-LD alone", "RangePage alone"],
)
def test_the_22_plans_of_september_2025_come_back_whole(routes: dict[str, bool]) -> None:
    truth = json.loads(TRUTH.read_text("utf-8"))["plans"]

    reading = SOURCE.parse(Page(body=build_giffgaff_page(truth, **routes)), AS_OF)

    assert reading.unreadable == ()
    assert len({plan.plan_key for plan in reading.plans}) == 22
    assert [(plan.allowance, plan.price_pence, plan.term_months) for plan in reading.plans] == [
        (
            UNLIMITED if row["unlimited"] else Allowance.of_gb(row["data_gb"]),
            round(row["price_gbp_month"] * 100),
            0 if row["plan_kind"] == "payg" else row["contract_months"],
        )
        for row in truth
    ]


def test_two_plans_of_one_price_and_one_address_stay_two() -> None:
    unlimited = TEN | {"name": "giffgaff SIM - Unlimited data for £10 - 18 Month Contract"}

    keys = [plan.plan_key for plan in _read([TEN, unlimited], None).plans]

    assert keys == ["giffgaff-25gb-18m", "giffgaff-unlimited-18m"]


def test_a_plan_that_both_state_takes_the_id_of_the_one_and_the_name_of_the_other() -> None:
    (plan,) = _read([TEN], [RANGE_TEN]).plans

    assert plan.source_ref == "c-25"
    assert plan.name == TEN["name"]


def test_a_plan_that_only_one_states_is_not_lost() -> None:
    twelve = TEN | {
        "name": "giffgaff SIM - 50 GB for £12 - Monthly Rolling",
        "offers": {"price": "12.00"},
    }
    payg = RANGE_TEN | {"id": "p-25", "description": "Pay as you go", "tags": []}

    reading = _read([TEN, twelve], [RANGE_TEN, payg])

    assert {plan.plan_key for plan in reading.plans} == {
        "giffgaff-25gb-18m",
        "giffgaff-50gb-1m",
        "giffgaff-25gb-payg",
    }
    assert reading.unreadable == ()


def test_a_plan_at_two_prices_is_unreadable() -> None:
    reading = _read([TEN], [RANGE_TEN | {"priceInPence": 1200}])

    assert reading.plans == ()
    assert [item.reason for item in reading.unreadable] == ["1000 pence in one, 1200 in the other"]


def test_a_name_and_an_offer_at_two_prices_are_unreadable() -> None:
    reading = _read([TEN, TEN | {"offers": {"price": "12.00"}}], None)

    assert len(reading.plans) == len(reading.unreadable) == 1


def test_an_unreadable_plan_of_either_is_told() -> None:
    no_size = TEN | {"name": "giffgaff SIM for £10 - 18 Month Contract"}
    no_price = RANGE_TEN | {"id": "c-26", "priceInPence": None}

    reading = _read([TEN, no_size], [RANGE_TEN, no_price])

    assert len(reading.plans) == 1
    assert [item.where[:12] for item in reading.unreadable] == ["JSON-LD[1] '", "RangePage[1]"]


def test_always_on_is_a_plan_of_its_own() -> None:
    always_on = RANGE_TEN | {"id": "a", "name": "Always On", "priceInPence": 2500}

    keys = {plan.plan_key for plan in _read(None, [RANGE_TEN, always_on]).plans}

    assert keys == {"giffgaff-25gb-18m", "giffgaff-25gb-18m-always-on"}


@pytest.mark.parametrize(
    ("description", "tags", "term_months"),
    [
        ("Anything", ["5g", "contract_18"], 18),
        ("Monthly rolling plan", ["golden"], 1),
        ("Pay as you go, lasts 30 days", [], 0),
    ],
)
def test_the_term_comes_from_the_tag_or_the_description(
    description: str, tags: list[str], term_months: int
) -> None:
    plan = RANGE_TEN | {"description": description, "tags": tags}

    assert _read(None, [plan]).plans[0].term_months == term_months


def test_a_term_that_no_tag_and_no_description_states_is_unreadable() -> None:
    reading = _read(None, [RANGE_TEN | {"description": "Great value", "tags": ["golden"]}])

    assert reading.plans == ()
    assert "a minimum term" in reading.unreadable[0].reason


def test_kilobytes_that_are_no_whole_megabytes_are_unreadable() -> None:
    odd = RANGE_TEN | {"allowance": [{"type": "DATA", "allocation": 25_000_001}]}

    assert len(_read(None, [odd]).unreadable) == 1


def test_a_broken_front_end_json_costs_no_plan_and_is_told() -> None:
    body = build_giffgaff_page([]).replace(b'"plans"', b'"rows"')
    whole = body.replace(
        b'"isSimilarTo": []', b'"isSimilarTo": [' + json.dumps(TEN).encode() + b"]"
    )

    reading = SOURCE.parse(Page(body=whole), AS_OF)

    assert [plan.plan_key for plan in reading.plans] == ["giffgaff-25gb-18m"]
    assert [item.where for item in reading.unreadable] == ["RangePage"]


def test_a_page_that_is_cut_short_between_the_two_says_so() -> None:
    json_ld = json.dumps({"@type": "Product", "isRelatedTo": [TEN]})
    page = f'<html><body><script type="application/ld+json">{json_ld}</script>'

    cut, whole = (
        SOURCE.parse(Page(body=f"{page}{end}".encode()), AS_OF) for end in ("", "</html>")
    )

    assert [(item.where, item.reason) for item in cut.unreadable] == [
        ("RangePage", "the page is cut short before it")
    ]
    assert (cut.plans, whole.unreadable) == (whole.plans, ())


def test_entities_of_hypernova_are_undone() -> None:
    assert _read(None, [RANGE_TEN | {"name": "Calls & texts > data"}]).plans[0].name == (
        "Calls & texts > data"
    )


def test_a_page_without_either_is_a_changed_layout() -> None:
    with pytest.raises(LayoutChanged, match="RangePage"):
        _read(None, None)


def test_a_page_with_both_and_no_plan_is_empty() -> None:
    with pytest.raises(NothingFound):
        _read([], [])
