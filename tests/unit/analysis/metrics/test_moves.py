from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from planwatch.analysis.metrics.moves import (
    Moves,
    change_percent,
    count_moves,
    find_largest,
    keep_recent,
)
from planwatch.domain.period import Period, period_up_to

MONTH, QUARTER = (
    period_up_to(datetime(2026, 11, 16, 9, tzinfo=UTC), days=days) for days in (30, 90)
)


def _change(
    kind: str, before: Any, after: Any, day: str = "2026-11-10", brand: str = "O2"
) -> dict[str, Any]:
    return {
        "changed_at": f"{day}T09:00:00.000Z",
        "brand": brand,
        "kind": kind,
        "before": before,
        "after": after,
    }


CHANGES = [
    _change("headline", 1000, 900),
    _change("effective", 1100, 1000),
    _change("effective", 1000, 1050, "2026-10-18"),
    _change("new", None, 800),
    _change("relaunched", None, 800),
    _change("withdrawn", 900, None),
    _change("promotion", None, {}),
    _change("allowance", 5000, 8000),
    _change("new", None, 700, "2026-09-01"),
    _change("effective", 2000, 1500, brand="EE"),
]


def test_the_moves_of_a_brand_are_counted_by_kind() -> None:
    assert count_moves(CHANGES, "O2", MONTH, 30) == Moves(
        brand="O2",
        days=30,
        new=2,
        withdrawn=1,
        cuts=1,
        raises=1,
        promotions=1,
        others=1,
        net_pence=-50,
    )
    assert count_moves(CHANGES, "O2", QUARTER, 90).new == 3
    assert count_moves(CHANGES, "O2", QUARTER, 90).total == 8


def test_a_period_has_its_first_instant_and_not_its_end() -> None:
    days = ["2026-10-16", "2026-10-17", "2026-11-16", "2026-11-17"]  # each at 09:00

    kept = keep_recent([_change("new", None, 1, day) for day in days], MONTH)
    ended = keep_recent(
        [_change("new", None, 1, day) for day in days],
        Period("2026-10-17T09:00:00.000Z", "2026-11-16T09:00:00.000Z"),
    )

    assert [row["changed_at"][:10] for row in kept] == ["2026-10-17", "2026-11-16"]
    assert [row["changed_at"][:10] for row in ended] == ["2026-10-17"]


def test_the_largest_move_is_by_pence_whichever_way() -> None:
    largest = find_largest(CHANGES, MONTH)

    assert largest is not None
    assert (largest["brand"], change_percent(largest)) == ("EE", -25.0)
    assert find_largest([], MONTH) is None
