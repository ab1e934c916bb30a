"""What counts as a move between two captures of a plan, and what is none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.change import Change, diff_plans
from planwatch.domain.plan import PriceStep
from tests.support.plans import make_plan

APRIL = date(2026, 4, 1)


def _moves(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    changes = diff_plans(make_plan(**before), make_plan(**after))
    return [(change.kind, change.before, change.after) for change in changes]


def test_a_plan_that_is_as_it_was_has_not_moved() -> None:
    assert diff_plans(make_plan(), make_plan()) == ()


def test_a_price_moves_the_headline_first_and_the_cost_last() -> None:
    assert diff_plans(make_plan(price_pence=1000), make_plan(price_pence=900, term_months=12)) == (
        Change("headline", 1000, 900),
        Change("term", 24, 12),
        Change("effective", 1000, 900),
    )


@pytest.mark.parametrize(
    ("before", "after", "move"),
    [
        ({"gb": 25}, {"gb": 40}, ("allowance", 25_000, 40_000)),
        ({"gb": 25}, {"allowance": UNLIMITED}, ("allowance", 25_000, None)),
        ({"term_months": 24}, {"term_months": 12}, ("term", 24, 12)),
        ({"variant": "Lite"}, {"variant": "Plus"}, ("renamed", "Lite", "Plus")),
        (
            {},
            {"list_price_pence": 1000},
            ("promotion", None, {"list_price_pence": 1000, "promo_months": None}),
        ),
        (
            {"promo_months": 6},
            {},
            ("promotion", {"list_price_pence": None, "promo_months": 6}, None),
        ),
    ],
)
def test_each_kind_of_move_has_its_own_value(
    before: dict[str, Any], after: dict[str, Any], move: tuple[str, Any, Any]
) -> None:
    assert _moves(before, after) == [move]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "Lite"),  # not stated before
        ("Lite", ""),
        ("Lite", "LITE"),
        ("Big Plan", "big-plan!"),
    ],
)
def test_a_variant_is_renamed_only_from_one_word_to_another(before: str, after: str) -> None:
    assert _moves({"variant": before}, {"variant": after}) == []


@pytest.mark.parametrize(
    "extra",
    [
        {"extras": ("spotify",)},
        {"incentives": ("voucher",)},
        {"roaming": "world"},
        {"roaming_mb": 12_000},
        {"max_speed_mbps": 10},
        {"condition": "students"},
    ],
)
def test_what_comes_with_a_plan_is_one_move_of_extras(extra: dict[str, Any]) -> None:
    [(kind, before, after)] = _moves({}, extra)

    [name] = [name for name in after if before[name] != after[name]]
    stated = extra[name]
    assert kind == "extras"
    assert after[name] == (list(stated) if isinstance(stated, tuple) else stated)


def test_another_order_of_extras_is_no_move() -> None:
    before = {"extras": ("a", "b"), "incentives": ("x", "y")}

    assert _moves(before, {"extras": ("b", "a"), "incentives": ("y", "x")}) == []


def test_a_rise_is_known_by_what_it_adds_so_a_lower_price_alone_moves_none() -> None:
    before = {"price_pence": 1000, "price_steps": (PriceStep(APRIL, 1180),)}
    after = {"price_pence": 900, "price_steps": (PriceStep(APRIL, 1080),)}

    assert [kind for kind, _, _ in _moves(before, after)] == ["headline", "effective"]


def test_a_rise_after_a_promotion_is_counted_from_the_price_before_it() -> None:
    steps = (PriceStep(7, 1400), PriceStep(date(2027, 4, 1), 1580))
    before = {"price_pence": 700, "price_steps": steps}
    after = {"price_pence": 700, "price_steps": (*steps[:1], PriceStep(date(2027, 4, 1), 1600))}

    [rise, cost] = _moves(before, after)

    assert rise == (
        "rise",
        [{"date": "2027-04-01", "increase_pence": 180}],
        [{"date": "2027-04-01", "increase_pence": 200}],
    )
    assert cost[0] == "effective"


def test_the_end_of_a_promotion_by_month_is_no_rise() -> None:
    before = {"price_pence": 700, "price_steps": (PriceStep(7, 1400),)}
    after = {"price_pence": 700, "price_steps": (PriceStep(7, 1500),)}

    assert [kind for kind, _, _ in _moves(before, after)] == ["effective"]


def test_the_passing_of_a_month_is_no_move_of_the_cost() -> None:
    """A later signing pays the higher price for longer."""
    card = {"price_steps": (PriceStep(date(2026, 4, 1), 2500),)}
    december = {**card, "as_of": date(2025, 12, 1)}

    assert make_plan(**card).effective_pence != make_plan(**december).effective_pence
    assert _moves(card, december) == []


def test_an_allowance_of_data_is_compared_in_megabytes() -> None:
    half = {"allowance": Allowance(data_mb=500)}

    assert _moves({"gb": 1}, half) == [("allowance", 1000, 500)]
