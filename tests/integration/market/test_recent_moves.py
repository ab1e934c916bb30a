"""The changes of a workbook: those of the seven days before its moment, net."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

import pytest

from planwatch.ledger.store.connection import Ledger
from planwatch.services.market.recent_moves import end_of_market, load_recent_moves
from tests.support.large_market import save_market
from tests.support.plans import make_plan

MOVES: Final = {date(2026, 11, 3): 1100, date(2026, 11, 10): 1200, date(2026, 11, 17): 1300}


@pytest.mark.parametrize(
    ("end", "before_and_after"),
    [
        (datetime(2026, 11, 9, 12, tzinfo=UTC), (1000, 1100)),
        (datetime(2026, 11, 16, 12, tzinfo=UTC), (1100, 1200)),
        (datetime(2026, 11, 24, 9, tzinfo=UTC), (1200, 1300)),
        (datetime(2026, 11, 30, 12, tzinfo=UTC), None),
    ],
)
def test_only_the_moves_of_the_last_seven_days_count(
    ledger: Ledger, end: datetime, before_and_after: tuple[int, int] | None
) -> None:
    plan = make_plan(price_pence=1000, as_of=date(2026, 11, 2))
    save_market(ledger, [plan], date(2026, 11, 2))
    for day, pence in MOVES.items():
        save_market(ledger, [replace(plan, price_pence=pence, as_of=day)], day)

    found = [
        (move["before"], move["after"])
        for line in load_recent_moves(ledger, end)
        for move in line["moves"]
        if move["kind"] == "headline"
    ]

    assert found == ([before_and_after] if before_and_after else [])
    assert load_recent_moves(ledger, end, brands=["EE"]) == []


def test_the_market_of_a_former_day_ends_with_that_day_and_never_after_now() -> None:
    present = datetime(2026, 11, 16, 9, tzinfo=UTC)

    assert end_of_market(present, None) == present
    assert end_of_market(present, "2026-11-16") == present
    assert end_of_market(present, "2026-11-02").date() == date(2026, 11, 2)
