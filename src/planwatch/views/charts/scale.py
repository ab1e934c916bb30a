"""From values to places: round ticks on a linear axis, 1-2-5 on a logarithmic one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_STEPS: Final = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Scale:
    """Places from `start` to `end` for values from `low` to `high`."""

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def place(self, value: float) -> float:
        low, high, at = self.low, self.high, value
        if self.is_log:
            low, high, at = math.log(low), math.log(high), math.log(value)
        share = (at - low) / (high - low) if high > low else 0.5
        return self.start + share * (self.end - self.start)


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """Return at most `most` + 1 evenly spaced round values from below `low` to above `high`."""
    span = max(high - low, 0.01)
    power = 10 ** math.floor(math.log10(span / most))
    step = next(power * by for by in (*_STEPS, 20, 50) if span / (power * by) <= most - 1)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def say_pounds(ticks: Sequence[float]) -> list[str]:
    """Return each tick in pounds, all with pence or all without."""
    has_pence = any(abs(tick - round(tick)) > 1e-6 for tick in ticks)
    return [f"£{tick:.2f}" if has_pence else f"£{tick:.0f}" for tick in ticks]


def log_ticks(low: float, high: float) -> list[float]:
    """Return 1, 2, 5, 10, 20 … between two values above 0."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [10.0**exponent * by for exponent in exponents for by in _STEPS[:3]]
    return [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]


def day_ticks(first: date, last: date, most: int) -> list[date]:
    """Return days spread evenly from the first to the last, both included."""
    days = (last - first).days
    count = max(min(most, days), 1)
    return [first + timedelta(days=round(days * part / count)) for part in range(count + 1)]


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move places apart to a least gap, keeping their order, within bounds where there is room."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = list(places)
    floor = low
    for index in order:
        moved[index] = max(moved[index], floor)
        floor = moved[index] + gap
    ceiling = high
    for index in reversed(order):
        moved[index] = min(moved[index], ceiling)
        ceiling = moved[index] - gap
    return moved
