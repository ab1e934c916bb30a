from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

import pytest

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.page import Page, PageRequest
from planwatch.domain.plan import Plan, PriceStep
from planwatch.errors import LayoutChanged, NothingFound
from planwatch.sources.contract import Reading, group_offers
from planwatch.sources.sites.uswitch import SOURCE, next_request

AS_OF = date(2026, 11, 2)
DEAL: dict[str, Any] = {
    "__typename": "DealSimOnly",
    "id": "70012",
    "isUswitchPlus": False,
    "network": {"name": "id mobile", "mobileNetworkOperator": "three"},
    "retailer": {"name": "iD Mobile"},
    "plan": {
        "data": "50000",
        "minutes": "Unlimited",
        "is5G": True,
        "roamingDestinations": [],
        "roamingAllowance": None,
    },
    "costs": {
        "contractLength": 12,
        "upfront": 0,
        "deductions": 0,
        "monthly": {"total": 9.95, "startOfTermDiscount": []},
        "priceRises": [],
        "schedule": [],
    },
    "offers": [],
}
AD = {"__typename": "Ad", "deal": DEAL | {"id": "99"}}
FIRST = SOURCE.requests[0]


def _deal(**changes: Any) -> dict[str, Any]:
    """Return the deal with changes by path, `costs__upfront=5`."""
    deal = copy.deepcopy(DEAL)
    for path, value in changes.items():
        *steps, last = path.split("__")
        here = deal
        for step in steps:
            here = here[step]
        here[last] = value
    return deal


def _page(items: list[dict[str, Any]], total: int | None = None) -> Page:
    found = {
        "metadata": {"total": len(items) if total is None else total},
        "items": items,
    }
    return Page(body=json.dumps({"data": {"dealsSimOnlyAndAds": found}}).encode())


def _read(*items: dict[str, Any]) -> Reading:
    return SOURCE.parse(_page(list(items)), AS_OF)


def _plan(**changes: Any) -> Plan:
    reading = _read(_deal(**changes))
    assert reading.unreadable == ()
    return reading.plans[0]


def _reason(**changes: Any) -> str:
    reading = _read(_deal(**changes))
    assert reading.plans == ()
    return reading.unreadable[0].reason


def _discount(*rows: tuple[int, float]) -> list[dict[str, Any]]:
    return [{"discountMonth": month, "discountedPrice": price} for month, price in rows]


def _rises(*rows: tuple[str, float]) -> list[dict[str, Any]]:
    return [{"startDate": day, "changeAmount": change} for day, change in rows]


def _schedule(*rows: tuple[str, float, str | None]) -> list[dict[str, Any]]:
    return [
        {"startDate": day, "monthlyCost": cost, "changeType": kind, "inContract": True}
        for day, cost, kind in rows
    ]


def test_an_ad_among_the_items_is_not_a_deal() -> None:
    assert [plan.source_ref for plan in _read(AD, DEAL, AD).plans] == ["70012"]


def test_a_page_of_ads_alone_holds_no_plan() -> None:
    with pytest.raises(NothingFound):
        _read(AD)


def test_an_item_of_a_new_kind_is_told() -> None:
    reading = _read(DEAL, DEAL | {"__typename": "DealHandset"})

    assert [item.where.split()[0][-3:] for item in reading.unreadable] == ["[1]"]


def test_brand_host_and_retailer_are_three_things() -> None:
    plan = _plan(retailer__name="Currys")

    assert (plan.brand, plan.host_network, plan.retailer) == ("iD Mobile", "Three", "Currys")


def test_one_plan_from_two_retailers_is_one_plan_with_two_offers() -> None:
    plans = _read(DEAL, _deal(id="2", retailer__name="Currys")).plans

    assert [len(offers) for offers in group_offers(plans).values()] == [2]
    assert len({plan.offer_key for plan in plans}) == 2


def test_plans_with_limited_and_unlimited_minutes_stay_apart() -> None:
    keys = [plan.plan_key for plan in _read(DEAL, _deal(plan__minutes="1000")).plans]

    assert keys == ["id-50gb-12m", "id-50gb-12m-1000-minutes"]


def test_data_are_megabytes_as_text_or_the_word_unlimited() -> None:
    assert _plan().allowance == Allowance.of_gb(50)
    assert _plan(plan__data="Unlimited").allowance == UNLIMITED


@pytest.mark.parametrize("data", ["50GB", "0", "", "²", "-1", 50000, None])
def test_data_in_another_form_are_unreadable(data: Any) -> None:
    assert "plan.data" in _reason(plan__data=data)


@pytest.mark.parametrize(("months", "kind"), [(0, "payg"), (1, "rolling"), (24, "contract")])
def test_no_months_mean_pay_as_you_go(months: int, kind: str) -> None:
    assert _plan(costs__contractLength=months).plan_kind == kind


@pytest.mark.parametrize("months", [-1, 61, "12", 12.5, True])
def test_a_term_out_of_range_is_unreadable(months: Any) -> None:
    assert "contractLength" in _reason(costs__contractLength=months)


@pytest.mark.parametrize("total", [9.955, 995, 0, -9.95, "9.95"])
def test_a_price_that_is_not_whole_pence_in_pounds_is_unreadable(total: Any) -> None:
    assert "costs.monthly.total" in _reason(costs__monthly__total=total)


@pytest.mark.parametrize("rows", [((6, 4.95),), tuple((month, 4.95) for month in range(1, 7))])
def test_a_discount_of_six_months_ends_with_the_seventh(
    rows: tuple[tuple[int, float], ...],
) -> None:
    plan = _plan(costs__monthly__startOfTermDiscount=_discount(*rows))

    assert (plan.price_pence, plan.list_price_pence, plan.promo_months) == (495, 995, 6)
    assert plan.price_steps == (PriceStep(7, 995),)


def test_a_discount_in_two_stages_has_two_steps() -> None:
    plan = _plan(costs__monthly__startOfTermDiscount=_discount((2, 1), (3, 5)))

    assert plan.prices_by_month()[:5] == (100, 100, 500, 995, 995)


def test_a_discount_to_the_end_of_the_term_is_what_rises_come_on_top_of() -> None:
    plan = _plan(
        costs__monthly__startOfTermDiscount=_discount((12, 5)),
        costs__priceRises=_rises(("2027-04-01", 1.5)),
    )

    assert plan.prices_by_month() == (500,) * 5 + (650,) * 7
    assert plan.list_price_pence == 995


def test_free_months_are_a_credit_and_no_price_of_nothing() -> None:
    plan = _plan(costs__monthly__startOfTermDiscount=_discount((3, 0)))

    assert (plan.price_pence, plan.credit_pence, plan.price_steps) == (995, 2985, ())
    assert plan.effective_pence == round(995 * 9 / 12)


def test_a_discount_that_takes_nothing_off_is_unreadable() -> None:
    assert "not a discount off" in _reason(costs__monthly__startOfTermDiscount=_discount((6, 9.95)))


def test_rises_add_up_from_their_days() -> None:
    plan = _plan(
        costs__contractLength=24,
        costs__priceRises=_rises(("2028-04-01", 2.5), ("2027-04-01", 2.5)),
    )

    assert plan.price_steps == (
        PriceStep(date(2027, 4, 1), 1245),
        PriceStep(date(2028, 4, 1), 1495),
    )


def test_a_rise_within_a_discount_needs_a_printed_schedule() -> None:
    changes: dict[str, Any] = {
        "costs__monthly__startOfTermDiscount": _discount((6, 4.95)),
        "costs__priceRises": _rises(("2027-04-01", 1.5)),
    }
    printed = _schedule(
        ("2026-11-02", 4.95, None),
        ("2027-04-01", 5.7, "price-rise"),
        ("2027-05-02", 11.45, "discount-end"),
    )

    assert "costs.priceRises" in _reason(**changes)
    plan = _plan(**changes, costs__schedule=printed)
    assert plan.prices_by_month() == (495,) * 5 + (570,) + (1145,) * 6
    assert plan.price_steps[1] == PriceStep(7, 1145)


def test_a_rise_in_the_month_that_ends_a_discount_is_billed_in_that_month() -> None:
    plan = _plan(
        costs__monthly__startOfTermDiscount=_discount((5, 4.95)),
        costs__priceRises=_rises(("2027-04-01", 1.5)),
    )

    assert plan.prices_by_month() == (495,) * 5 + (1145,) * 7


def test_months_of_a_discount_are_counted_from_the_first_day_of_the_schedule() -> None:
    plan = _plan(
        costs__monthly__startOfTermDiscount=_discount((6, 4.95)),
        costs__schedule=_schedule(("2026-12-01", 4.95, None), ("2027-06-01", 9.95, None)),
    )

    assert plan.price_steps == (PriceStep(7, 995),)


def test_a_schedule_of_rises_alone_comes_on_top_of_the_price_now() -> None:
    plan = _plan(costs__schedule=_schedule(("2027-04-01", 11.45, "PRICE_RISE")))

    assert (plan.price_pence, plan.price_steps) == (995, (PriceStep(date(2027, 4, 1), 1145),))


def test_a_schedule_that_begins_at_another_price_is_unreadable() -> None:
    assert "begins at" in _reason(costs__schedule=_schedule(("2026-11-02", 12, None)))


def test_a_schedule_that_does_not_end_the_discount_is_unreadable() -> None:
    reason = _reason(
        costs__monthly__startOfTermDiscount=_discount((6, 4.95)),
        costs__schedule=_schedule(("2026-11-02", 4.95, None)),
    )

    assert "no end of a discount" in reason


def test_what_a_plan_costs_after_the_contract_is_no_step_of_it() -> None:
    rows = _schedule(("2026-11-02", 9.95, None), ("2027-11-02", 20, None))
    rows[1]["inContract"] = False

    assert _plan(costs__schedule=rows).price_steps == ()


def test_gifts_and_deductions_are_shown_and_never_subtracted() -> None:
    plan = _plan(
        costs__deductions=60,
        offers=[{"offerType": "cashback", "characteristics": {"title": "£60 cashback to claim"}}],
    )

    assert plan.incentives == ("£60 cashback to claim", "£60.00 of deductions, not taken off here")
    assert (plan.credit_pence, plan.effective_pence) == (0, 995)


def test_an_upfront_charge_counts() -> None:
    assert _plan(costs__upfront=12).effective_pence == 1095


def test_a_price_for_members_keeps_its_condition() -> None:
    assert _plan(isUswitchPlus=True).condition == "Uswitch Plus member"


@pytest.mark.parametrize(
    ("places", "reach"),
    [(["EU"], "eu"), (["Rest of world", "EU"], "global"), ([], None), (["India"], None)],
)
def test_roaming_is_known_where_the_places_are(places: list[str], reach: str | None) -> None:
    plan = _plan(plan__roamingDestinations=places, plan__roamingAllowance="12000")

    assert (plan.roaming, plan.roaming_mb) == (reach, 12000)


def _follow(items: int, *, total: int, offset: int = 0) -> PageRequest | None:
    return next_request(_page([DEAL] * items, total), _at(offset))


def _at(offset: int) -> PageRequest:
    request: PageRequest | None = FIRST
    while request is not None and request.offset < offset:
        request = next_request(_page([DEAL] * min(100, offset - request.offset), 10**6), request)
    assert request is not None
    return request


def test_the_offset_counts_ads_too() -> None:
    following = next_request(_page([DEAL, AD, DEAL], total=9), FIRST)

    assert following is not None
    assert (following.name, following.offset) == ("offset-3", 3)
    assert following.json_body is not None
    assert following.json_body["variables"]["offset"] == 3
    assert following.headers["x-usw-csrf"] == "1"


def test_a_listing_ends_at_its_total() -> None:
    assert _follow(35, total=135, offset=100) is None


def test_a_listing_ends_at_an_empty_page() -> None:
    assert _follow(0, total=135, offset=100) is None


def test_a_full_page_that_reaches_the_total_is_followed_by_one_more() -> None:
    extra = _follow(100, total=100)

    assert extra is not None
    assert next_request(_page([DEAL] * 100, 100), extra) is None


def test_ads_on_top_of_a_full_page_skip_no_deal() -> None:
    following = _follow(101, total=300)

    assert following is not None
    assert following.offset == 100


def test_a_listing_that_never_ends_is_a_changed_layout() -> None:
    with pytest.raises(LayoutChanged, match="no end after 2000 items"):
        _follow(100, total=10**9, offset=1900)


def test_a_page_that_cannot_be_read_ends_the_listing() -> None:
    assert next_request(Page(body=b"<html>Just a moment...</html>"), FIRST) is None
