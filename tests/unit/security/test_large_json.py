"""A JSON of many plans takes time in proportion to its size, however its numbers are written."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import pytest

from planwatch.sources.cards import mine_plans

_DAY: Final = date(2026, 11, 2)
_FEW, _TIMES = 1_000, 8
_MOST_RATIO: Final = 2.0 * _TIMES  # a quadratic reading takes 64 times as long


def _in_pounds(number: int) -> dict[str, Any]:
    return {
        "price": {"amount": 10 + number % 90, "currency": "GBP"},
        "data": f"{1 + number % 300}GB",
    }


def _in_pence(number: int) -> dict[str, Any]:
    return {"monthlyPricePence": 1000 + number % 900, "dataAllowanceMb": 1000 * (1 + number % 300)}


def _as_text(number: int) -> dict[str, Any]:
    return {"monthlyPrice": f"{10 + number % 90}.00", "dataAllowance": str(1 + number % 300)}


def _seconds(count: int, offer: Callable[[int], dict[str, Any]], *, in_a_script: bool) -> float:
    plans = [
        {"id": each, "name": f"Plan {each}", **offer(each), "term": "12 months"}
        for each in range(count)
    ]
    text = json.dumps({"plans": plans})
    if in_a_script:
        text = f"<html><body><script>window.state = {text};</script></body></html>"
    start = time.thread_time()
    found = mine_plans(text, as_of=_DAY).found
    took_s = time.thread_time() - start
    assert len(found) == count
    return took_s


@pytest.mark.parametrize("in_a_script", [False, True], ids=["json", "script"])
@pytest.mark.parametrize("offer", [_in_pounds, _in_pence, _as_text])
def test_eight_times_as_many_plans_take_about_eight_times_as_long(
    offer: Callable[[int], dict[str, Any]], in_a_script: bool
) -> None:
    few = min(_seconds(_FEW, offer, in_a_script=in_a_script) for _ in range(2))
    many = _seconds(_FEW * _TIMES, offer, in_a_script=in_a_script)

    assert many / few < _MOST_RATIO
