"""What the card miner says beside a parser: which plans are the same, and which it alone finds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planwatch.domain.page import Page
from planwatch.domain.plan import Plan
from planwatch.sources.cards.result import MinedPlan
from planwatch.sources.registry import load_source
from planwatch.workflows.scrape.miner_check import Opinion, ask_miner
from tests.support.plans import AS_OF, make_plan


def _mined(plan: Plan, *, term_stated: bool = True) -> MinedPlan:
    return MinedPlan(plan=plan, evidence="", path="", origin="html", term_stated=term_stated)


ROLLING = make_plan(term_months=1)
CONTRACT = make_plan(term_months=24)


@pytest.mark.parametrize(
    ("found", "term_stated", "is_same"),
    [
        (CONTRACT, True, True),
        (replace(CONTRACT, name="Another name"), True, True),
        (ROLLING, True, False),
        (ROLLING, False, True),
        (replace(CONTRACT, price_pence=999), True, False),
        (replace(ROLLING, price_pence=999), False, False),
        (make_plan(gb=30), True, False),
        (make_plan(gb=30, term_months=1), False, False),
        (make_plan(gb=None), True, False),
    ],
)
def test_plans_are_the_same_by_data_and_price_and_by_a_term_that_is_stated(
    found: Plan, term_stated: bool, is_same: bool
) -> None:
    opinion = Opinion((_mined(found, term_stated=term_stated),))

    assert opinion.agreement([CONTRACT]) == (1.0 if is_same else 0.0)
    assert opinion.beyond([CONTRACT]) == (() if is_same else (found,))


def test_agreement_is_the_share_of_the_parsers_plans_that_the_miner_has() -> None:
    plans = [make_plan(gb=gb) for gb in (1, 2, 3, 4)]

    assert Opinion(tuple(_mined(plan) for plan in plans[:3])).agreement(plans) == 0.75
    assert Opinion(tuple(_mined(plan) for plan in plans)).agreement(plans[:1]) == 1.0
    assert Opinion(()).agreement(plans) == 0.0
    assert Opinion((_mined(CONTRACT),)).agreement([]) == 0.0


def test_an_opinion_has_the_plans_that_were_found() -> None:
    assert Opinion((_mined(CONTRACT), _mined(ROLLING))).plans == (CONTRACT, ROLLING)


def _page(*cards: str) -> Page:
    shown = "".join(f"<div class='card'>{card}</div>" for card in cards)
    return Page(body=f"<html><body><main>{shown}</main></body></html>".encode(), name="plans")


def _card(gb: int, pounds: int) -> str:
    return f"<h3>{gb}GB</h3><p>{gb}GB data</p><p>£{pounds} a month</p><p>24 month contract</p>"


def test_the_miner_finds_each_offer_once_on_all_pages_of_a_scrape() -> None:
    first, second = _page(_card(5, 8), _card(10, 12)), _page(_card(10, 12), _card(20, 15))

    found = ask_miner(load_source("smarty"), [first, second], AS_OF)

    assert [(plan.allowance.data_mb, plan.price_pence) for plan in found.plans] == [
        (5000, 800),
        (10_000, 1200),
        (20_000, 1500),
    ]
    about = {(plan.source, plan.brand, plan.as_of) for plan in found.plans}
    assert about == {("smarty", "SMARTY", AS_OF)}
    assert found.fault is None
