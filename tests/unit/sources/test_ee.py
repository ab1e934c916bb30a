from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

import pytest

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.page import Page
from planwatch.domain.plan import PriceStep
from planwatch.errors import LayoutChanged
from planwatch.sources.contract import Reading
from planwatch.sources.sites.ee import SOURCE

AS_OF = date(2026, 11, 2)
PLAN: dict[str, Any] = {
    "code": "M24ESS025",
    "name": "25GB Essentials",
    "price": {
        "payMonthlyPrice": 19.99,
        "payTodayPrice": 0,
        "subscriptionTermInMonths": 24,
        "futurePayMonthlyPrice": None,
        "futurePrices": [],
    },
    "planFamily": {"title": "Essentials", "type": "ESS", "features": []},
    "entitlements": [
        {"name": "Minutes", "quantity": -1, "unit": "MIN"},
        {"name": "Data", "quantity": 25000, "unit": "MB"},
    ],
    "labels": [],
}


def _read(*changes: dict[str, Any]) -> Reading:
    combinations = [{"plan": _changed(change)} for change in changes]
    answer = {"data": {"simBundle": {"productPlanCombinations": combinations}}}
    return SOURCE.parse(Page(body=json.dumps(answer).encode()), AS_OF)


def _changed(change: dict[str, Any]) -> dict[str, Any]:
    plan = copy.deepcopy(PLAN)
    for path, value in change.items():
        *steps, last = path.split(".")
        here = plan
        for step in steps:
            here = here[step]
        here[last] = value
    return plan


def _data(quantity: float, name: str = "Data", unit: str = "MB") -> dict[str, Any]:
    return {"name": name, "quantity": quantity, "unit": unit}


def test_pounds_become_pence_exactly() -> None:
    assert _read({}).plans[0].price_pence == 1999


def test_minus_one_megabyte_is_unlimited() -> None:
    assert _read({"entitlements": [_data(-1)]}).plans[0].allowance == UNLIMITED


def test_unlimited_minutes_do_not_make_data_unlimited() -> None:
    assert _read({}).plans[0].allowance == Allowance.of_gb(25)


def test_data_abroad_are_not_the_allowance() -> None:
    abroad = _data(50000, name="EU Data")

    assert _read({"entitlements": [abroad, _data(25000)]}).plans[0].allowance == (
        Allowance.of_gb(25)
    )


@pytest.mark.parametrize(
    "entitlements",
    [[], [_data(0)], [_data(-2)], [_data(5000), _data(9000)], [_data(25, unit="GB")]],
)
def test_data_that_are_not_clear_are_unreadable(entitlements: list[dict[str, Any]]) -> None:
    reading = _read({}, {"entitlements": entitlements})

    assert len(reading.plans) == len(reading.unreadable) == 1
    assert reading.unreadable[0].where.endswith("[1] 'M24ESS025'")


def test_later_prices_are_dated_steps() -> None:
    later = [
        {"price": 22.49, "appliedDate": "2027-03-31", "isTloApplied": False},
        {"price": 24.99, "appliedDate": "2028-03-31T00:00:00Z", "isTloApplied": False},
    ]

    plan = _read({"price.futurePrices": later, "price.futurePayMonthlyPrice": 22.49}).plans[0]

    assert plan.price_steps == (
        PriceStep(date(2027, 3, 31), 2249),
        PriceStep(date(2028, 3, 31), 2499),
    )


def test_a_later_price_without_a_day_is_unreadable() -> None:
    reading = _read({"price.futurePayMonthlyPrice": 22.49})

    assert "futurePayMonthlyPrice" in reading.unreadable[0].reason


def test_what_is_paid_today_without_a_term_is_pay_as_you_go() -> None:
    plan = _read(
        {
            "price.payMonthlyPrice": None,
            "price.payTodayPrice": 9,
            "price.wasPayTodayPrice": 10,
            "price.subscriptionTermInMonths": None,
        }
    ).plans[0]

    assert (plan.term_months, plan.plan_kind) == (0, "payg")
    assert (plan.price_pence, plan.list_price_pence) == (900, 1000)


@pytest.mark.parametrize("term", [None, 0, 240, "24"])
def test_a_price_a_month_without_a_term_is_unreadable(term: Any) -> None:
    assert len(_read({"price.subscriptionTermInMonths": term}).unreadable) == 1


def test_a_lost_monthly_price_is_not_replaced_by_what_is_paid_today() -> None:
    reading = _read({"price.payMonthlyPrice": None, "price.payTodayPrice": 5})

    assert reading.plans == ()


def test_tiers_of_one_size_stay_apart() -> None:
    keys = {plan.plan_key for plan in _read({}, {"planFamily.title": "All Rounder"}).plans}

    assert keys == {"ee-25gb-24m-essentials", "ee-25gb-24m-all-rounder"}


def test_a_guided_plan_stays_apart_from_the_others_of_its_family() -> None:
    guided = {"planFamily.title": "Pay as you go", "name": "Guided Pay as you go plan £9"}
    bare = {"planFamily": {"features": []}, "name": "Guided Pay as you go plan £9"}

    assert [plan.variant for plan in _read(guided, bare).plans] == [
        "Pay as you go guided",
        "Guided",
    ]


def test_a_cap_on_the_speed_is_read_from_the_features() -> None:
    features = [{"name": "Max speed 100Mbps"}, {"name": "Parental controls"}]

    plan = _read({"planFamily.specialFeatures": features}).plans[0]

    assert (plan.max_speed_mbps, plan.extras) == (100, ("Parental controls",))


def test_a_promotion_label_takes_nothing_off_the_price() -> None:
    plan = _read({"labels": [{"title": "£60 gift card"}, {"title": "Our favourite"}, {}]}).plans[0]

    assert plan.incentives == ("£60 gift card",)
    assert (plan.price_pence, plan.credit_pence) == (1999, 0)


def test_an_answer_with_errors_names_the_path_that_is_null() -> None:
    body = b'{"errors": [{"message": "no"}], "data": {"simBundle": null}}'

    with pytest.raises(LayoutChanged, match=r"productPlanCombinations: simBundle is null"):
        SOURCE.parse(Page(body=body), AS_OF)


def test_both_requests_are_plain_gets_with_the_spelling_of_the_site() -> None:
    sent = [json.loads(request.params["variables"]) for request in SOURCE.requests]

    assert [request.json_body for request in SOURCE.requests] == [None, None]
    assert sent == [
        {"bundleSeoId": "sim-only-deals", "simSeoId": "multi-sim-paym"},
        {"bundleSeoId": "pay-as-you-go-sim-only", "simSeoId": "mulit-sim-payg"},
    ]
