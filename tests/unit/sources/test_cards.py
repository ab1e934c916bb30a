"""Cards are read one by one: what is beyond belief on one costs that one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from parsel import Selector

from planwatch.domain.allowance import Allowance
from planwatch.domain.plan import Plan
from planwatch.domain.schedule import PriceStep
from planwatch.sources.reading.cards import read_cards
from planwatch.sources.reading.json_page import read_items

ABSURD = 10**20


def _plan(gb: int, **changes: Any) -> Plan:
    values: dict[str, Any] = {
        "brand": "Three",
        "source": "three",
        "name": f"{gb}GB",
        "allowance": Allowance.of_gb(gb),
        "term_months": 24,
        "price_pence": 1400,
        "as_of": date(2026, 11, 2),
        **changes,
    }
    return Plan(**values)


@pytest.mark.parametrize(
    "absurd",
    [
        {"price_pence": ABSURD},
        {"list_price_pence": ABSURD},
        {"promo_months": ABSURD},
        {"price_steps": (PriceStep(ABSURD, 1500),)},
        {"allowance": Allowance(ABSURD)},
    ],
)
def test_a_card_with_a_number_beyond_belief_is_unreadable_and_costs_only_itself(
    absurd: dict[str, Any],
) -> None:
    cards = Selector("<p>25GB</p><p>120GB</p>").css("p")

    reading = read_cards(
        "Three",
        cards,
        lambda card: [_plan(25, **absurd) if "25GB" in card.get() else _plan(120)],
    )

    assert reading.plans == (_plan(120),)
    assert [card.where for card in reading.unreadable] == ["card 1: 25GB"]
    assert "more than" in reading.unreadable[0].reason


def test_an_item_with_a_number_beyond_belief_is_unreadable_and_costs_only_itself() -> None:
    reading = read_items(
        [ABSURD, 1400], "plans", lambda pence: _plan(25, price_pence=pence), ref="id"
    )

    assert (reading.plans, len(reading.unreadable)) == ((_plan(25),), 1)
