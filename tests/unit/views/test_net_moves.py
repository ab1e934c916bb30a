"""One line a plan: what moved, the price first, and promotions and rises in words."""

from __future__ import annotations

from typing import Any

import pytest

from planwatch.views.market.changes import render_net_moves


def _line(*moves: tuple[str, Any, Any]) -> tuple[Any, ...]:
    record = {
        "changed_at": "2026-06-30T23:30:00.000Z",
        "plan": "O2 Classic 100 GB, 24 months",
        "verified": True,
        "currency": "GBP",
        "moves": [{"kind": kind, "before": b, "after": a} for kind, b, a in moves],
    }
    return tuple(render_net_moves([record], total=1).rows[0])


def _promotion(pence: int | None, months: int | None) -> dict[str, Any]:
    return {"list_price_pence": pence, "promo_months": months}


def test_several_moves_of_a_plan_are_one_line_with_prices_first() -> None:
    line = _line(
        ("headline", 2200, 1000),
        ("effective", 2310, 2110),
        ("promotion", None, _promotion(2000, 6)),
    )

    assert line == (
        "2026-07-01",
        "O2 Classic 100 GB, 24 months",
        "£22.00 → £10.00",
        "£23.10 → £21.10",
        "−9 %",
        "now 6 months half price",
    )


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ([("headline", 900, 0), ("promotion", None, _promotion(900, 1))], "now 1 month free"),
        (
            [("headline", 900, 700), ("promotion", None, _promotion(900, 3))],
            "now 3 months at £7.00 instead of £9.00",
        ),
        (
            [("promotion", _promotion(900, 3), _promotion(900, 6))],
            "now 6 months reduced from £9.00",
        ),
        ([("promotion", None, _promotion(None, 6))], "now 6 months promotion"),
        ([("promotion", _promotion(900, 3), None)], "promotion ended (was £9.00 for 3 months)"),
        (
            [("rise", [], [{"date": "2027-04-01", "increase_pence": 190}])],
            "rise +£1.90 on 1 Apr 2027",
        ),
        (
            [("rise", [{"date": "2027-04-01", "increase_pence": 190}], None)],
            "no rise on 1 Apr 2027 (was +£1.90)",
        ),
        (
            [
                (
                    "rise",
                    [{"date": "2027-04-01", "increase_pence": 95}],
                    [
                        {"date": "2027-04-01", "increase_pence": 190},
                        {"date": "2028-04-01", "increase_pence": 190},
                    ],
                )
            ],
            "rise +£0.95 → +£1.90 on 1 Apr 2027, rise +£1.90 on 1 Apr 2028",
        ),
    ],
)
def test_what_moved_beside_the_price_is_said_in_words(
    moves: list[tuple[str, Any, Any]], said: str
) -> None:
    assert _line(*moves)[-1] == said
