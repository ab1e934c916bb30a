"""A plan as JSON: what people read, and what versions keep."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.plan import Plan, PriceStep
from planwatch.domain.record import (
    brief_content,
    offer_record,
    plan_content,
    plan_from_content,
    plan_record,
)
from planwatch.domain.schedule import month_of_step

ALLOWANCES = st.one_of(st.just(UNLIMITED), st.builds(Allowance, st.integers(1, 2_000_000)))
PENCE = st.integers(0, 100_000)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
WORDS = st.text(max_size=12)
STATED = st.one_of(st.none(), WORDS)
STEPS = st.builds(PriceStep, st.one_of(st.integers(1, 36), DAYS), PENCE)
PLANS = st.builds(
    Plan,
    brand=st.sampled_from(["O2", "Sky Mobile", "Honest Mobile"]),
    source=st.sampled_from(["o2", "uswitch"]),
    name=WORDS,
    allowance=ALLOWANCES,
    term_months=st.integers(0, 36),
    price_pence=PENCE,
    as_of=DAYS,
    variant=WORDS,
    base_allowance=st.one_of(st.none(), ALLOWANCES),
    list_price_pence=st.one_of(st.none(), PENCE),
    promo_months=st.one_of(st.none(), st.integers(1, 24)),
    upfront_pence=PENCE,
    credit_pence=PENCE,
    price_steps=st.lists(STEPS, max_size=4).map(tuple),
    roaming=st.sampled_from([None, "none", "eu", "global"]),
    roaming_mb=st.one_of(st.none(), st.integers(1, 100_000)),
    generation=st.sampled_from([None, "4g", "5g"]),
    max_speed_mbps=st.one_of(st.none(), st.integers(1, 1000)),
    minutes=STATED,
    texts=STATED,
    host_network=STATED,
    condition=STATED,
    extras=st.lists(WORDS, max_size=3).map(tuple),
    incentives=st.lists(WORDS, max_size=3).map(tuple),
    retailer=STATED,
    source_ref=STATED,
    url=STATED,
    billing_days=st.sampled_from([None, 28, 30]),
    verified=st.booleans(),
)
THREE = Plan(
    brand="Three",
    source="three",
    name="25GB Lite SIMO 24M",
    variant="Lite",
    allowance=Allowance.of_gb(25),
    term_months=24,
    price_pence=700,
    as_of=date(2025, 11, 17),
    list_price_pence=1400,
    promo_months=6,
    price_steps=(PriceStep(date(2026, 4, 1), 795), PriceStep(7, 1590)),
    extras=("Three+ Rewards",),
    url="https://www.three.co.uk/shop/sim-only/pay-monthly",
)


def rebuild(
    plan: Plan,
    as_of: date | None = None,
    write: Callable[[Plan], dict[str, Any]] = plan_content,
) -> Plan:
    """Send the content through JSON text, as the ledger does."""
    return plan_from_content(
        json.loads(json.dumps(write(plan))),
        brand=plan.brand,
        source=plan.source,
        as_of=as_of or plan.as_of,
        rules=plan.rules,
        url=plan.url,
        verified=plan.verified,
    )


@given(PLANS)
def test_a_plan_comes_back_whole_from_its_content(plan: Plan) -> None:
    assert rebuild(plan) == plan
    assert rebuild(plan, write=brief_content) == plan


@given(PLANS, DAYS, STATED)
def test_the_day_and_the_place_of_capture_make_no_new_version(
    plan: Plan, day: date, url: str | None
) -> None:
    later = replace(plan, as_of=day, url=url, verified=not plan.verified)

    assert plan_content(later) == plan_content(plan)


def test_a_promotion_of_six_months_reads_the_same_on_every_day() -> None:
    later = rebuild(THREE, as_of=date(2025, 12, 5))

    assert later.price_steps == THREE.price_steps
    assert plan_content(later) == plan_content(THREE)


@given(PLANS)
def test_every_record_is_json_and_says_unlimited_by_its_own_word(plan: Plan) -> None:
    record = json.loads(json.dumps(plan_record(plan)))

    assert (record["data_mb"] is None) == record["unlimited"] == plan.allowance.unlimited


@given(PLANS)
def test_the_record_dates_every_step(plan: Plan) -> None:
    dated = tuple(
        PriceStep(date.fromisoformat(step["from"]), step["price_pence"])
        for step in plan_record(plan)["price_steps"]
    )

    assert [month_of_step(step, plan.as_of) for step in dated] == [
        month_of_step(step, plan.as_of) for step in plan.price_steps
    ]
    assert [step.price_pence for step in dated] == [step.price_pence for step in plan.price_steps]


def test_the_record_of_a_plan_is_the_documented_one() -> None:
    assert plan_record(THREE) == {
        "brand": "Three",
        "source": "three",
        "name": "25GB Lite SIMO 24M",
        "variant": "Lite",
        "plan_key": "three-25gb-24m-lite",
        "data_mb": 25_000,
        "base_data_mb": 25_000,
        "unlimited": False,
        "term_months": 24,
        "plan_kind": "contract",
        "price_pence": 700,
        "currency": "GBP",
        "list_price_pence": 1400,
        "upfront_pence": 0,
        "credit_pence": 0,
        "price_steps": [
            {"from": "2026-04-01", "price_pence": 795},
            {"from": "2026-05-01", "price_pence": 1590},
        ],
        "effective_pence": 1371,
        "exit_price_pence": 1590,
        "per_gb_pence": 54.8,
        "promo_ends": "2026-05-01",
        "as_of": "2025-11-17",
        "roaming": None,
        "roaming_mb": None,
        "generation": None,
        "max_speed_mbps": None,
        "minutes": None,
        "texts": None,
        "host_network": None,
        "condition": None,
        "extras": ["Three+ Rewards"],
        "incentives": [],
        "retailer": None,
        "source_ref": None,
        "url": "https://www.three.co.uk/shop/sim-only/pay-monthly",
        "verified": True,
        "derived_steps": [],
        "may_rise": False,
        "printed_effective_pence": 1371,
    }


def test_an_offer_says_who_sells_on_what_condition_at_what_price() -> None:
    offer = replace(THREE, price_steps=(), retailer="Mobiles.co.uk", incentives=("£20 gift card",))

    assert offer_record(offer) == {
        "retailer": "Mobiles.co.uk",
        "condition": None,
        "price_pence": 700,
        "upfront_pence": 0,
        "effective_pence": 700,
        "incentives": ["£20 gift card"],
        "source_ref": None,
        "url": "https://www.three.co.uk/shop/sim-only/pay-monthly",
    }
