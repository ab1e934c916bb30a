from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.page import Page
from planwatch.errors import LayoutChanged, NothingFound
from planwatch.sources.contract import Reading
from planwatch.sources.sites.smarty import SOURCE
from tests.support.builders import build_smarty_answer
from tests.support.cases import CAPTURES

AS_OF = date(2025, 9, 12)
TRUTH = CAPTURES / "value-lists" / "smarty-2025-09-12.truth.json"
PLAN: dict[str, Any] = {
    "id": "SM_8GB",
    "name": "8GB",
    "description": "8GB Data, Unlimited Text, Unlimited Voice",
    "categoryType": "classic",
    "finalPrice": {"value": 7, "currency": "GBP"},
    "dataAllowanceGB": 8,
    "dataAllowanceWithPromosGB": None,
    "planIsDataOnly": False,
    "slug": "8gb-data",
    "voucher": None,
}


def _read(*changes: dict[str, Any]) -> Reading:
    plans = [PLAN | change for change in changes]
    body = json.dumps({"data": {"attributes": {"plans": plans}}}).encode()
    return SOURCE.parse(Page(body=body), AS_OF)


@pytest.mark.captures
@pytest.mark.skipif(not TRUTH.exists(), reason=f"no {TRUTH.name} beside the project")
def test_the_seventeen_plans_of_september_2025_come_back_whole() -> None:
    truth = json.loads(TRUTH.read_text("utf-8"))["plans"]

    reading = SOURCE.parse(Page(body=build_smarty_answer(truth)), AS_OF)

    assert reading.unreadable == ()
    assert len({plan.plan_key for plan in reading.plans}) == 17
    assert [
        (
            plan.source_ref,
            plan.name,
            plan.variant,
            plan.allowance,
            plan.base_allowance or plan.allowance,
            plan.price_pence,
            plan.term_months,
        )
        for plan in reading.plans
    ] == [
        (
            row["id"],
            row["name"],
            row["categoryType"],
            _allowance(row["data_gb"]),
            _allowance(row["base_data_gb"]),
            round(row["price_gbp_month"] * 100),
            row["contract_months"],
        )
        for row in truth
    ]


def _allowance(gb: int | None) -> Allowance:
    return UNLIMITED if gb is None else Allowance.of_gb(gb)


def test_no_gigabytes_mean_unlimited_data() -> None:
    plan = _read({"dataAllowanceGB": 0}).plans[0]

    assert plan.allowance == UNLIMITED
    assert plan.base_allowance is None


def test_a_data_promotion_changes_what_a_buyer_gets_and_not_the_identity() -> None:
    plain, promoted = _read({}, {"dataAllowanceWithPromosGB": 24}).plans

    assert promoted.allowance == Allowance.of_gb(24)
    assert promoted.base_allowance == Allowance.of_gb(8)
    assert promoted.plan_key == plain.plan_key


def test_a_voucher_says_the_promoted_data_where_the_field_does_not() -> None:
    plan = _read({"voucher": {"applies_to": {"title": "24"}}}).plans[0]

    assert (plan.allowance, plan.base_allowance) == (Allowance.of_gb(24), Allowance.of_gb(8))


@pytest.mark.parametrize("promoted", [0, 4, -1])
def test_promoted_data_below_the_base_are_not_guessed_at(promoted: int) -> None:
    reading = _read({}, {"id": "SM_ODD", "dataAllowanceWithPromosGB": promoted})

    assert [item.where for item in reading.unreadable] == ["data.attributes.plans[1] 'SM_ODD'"]
    assert len(reading.plans) == 1


def test_two_plans_of_one_name_stay_two() -> None:
    keys = {plan.plan_key for plan in _read({}, {"categoryType": "data-discount"}).plans}

    assert keys == {"smarty-8gb-1m-classic", "smarty-8gb-1m-data-discount"}


def test_half_a_gigabyte_is_500_mb() -> None:
    assert _read({"dataAllowanceGB": 0.5}).plans[0].allowance == Allowance(500)


def test_pounds_become_pence_exactly() -> None:
    prices = [_read({"finalPrice": {"value": pounds, "currency": "GBP"}}) for pounds in (7.5, 8.29)]

    assert [reading.plans[0].price_pence for reading in prices] == [750, 829]


@pytest.mark.parametrize(
    "price",
    [
        {"value": 7.005, "currency": "GBP"},
        {"value": 700, "currency": "GBP"},
        {"value": -7, "currency": "GBP"},
        {"value": 0, "currency": "GBP"},
        {"value": "7", "currency": "GBP"},
        {"value": True, "currency": "GBP"},
        {"value": 7, "currency": "EUR"},
        None,
    ],
)
def test_a_price_that_is_not_whole_pence_in_pounds_is_unreadable(price: Any) -> None:
    reading = _read({}, {"finalPrice": price})

    assert len(reading.plans) == len(reading.unreadable) == 1
    assert "finalPrice" in reading.unreadable[0].reason


def test_a_group_member_at_no_price_is_passed_over() -> None:
    free = {"value": 0, "currency": "GBP"}

    reading = _read({}, {"categoryType": "group", "finalPrice": free})

    assert len(reading.plans) == 1
    assert reading.unreadable == ()


def test_a_list_of_group_members_alone_is_no_list_of_plans() -> None:
    with pytest.raises(NothingFound):
        _read({"categoryType": "group", "finalPrice": {"value": 0, "currency": "GBP"}})


def test_a_data_only_plan_has_no_minutes() -> None:
    plan = _read({"planIsDataOnly": True, "description": "8GB Data"}).plans[0]

    assert (plan.minutes, plan.texts) == ("0", "0")


def test_a_missing_list_is_named_with_what_stood_there() -> None:
    with pytest.raises(LayoutChanged, match=r"no data\.attributes\.plans: .* of 'items'"):
        SOURCE.parse(Page(body=b'{"data": {"attributes": {"items": []}}}'), AS_OF)
