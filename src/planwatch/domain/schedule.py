"""The price of a plan as a dated schedule: which price is due in which month of the term.

Month 1 is the calendar month of signing. Source of the rules: docs/reference/formulas.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PriceStep:
    """From `starts` on the plan costs `price_pence` a month.

    `starts` is a date (a rise on a fixed day, or the first day of a month whose bill changes) or
    the number of a month of the term (the end of a promotion; 1 = the month of signing).
    """

    starts: date | int
    price_pence: int

    def __post_init__(self) -> None:
        if self.price_pence < 0:
            raise ValueError(f"a price is not negative: {self.price_pence} pence")
        if isinstance(self.starts, int) and self.starts < 1:
            raise ValueError(f"months of a term are counted from 1, not {self.starts}")


def add_months(day: date, months: int) -> date:
    """Return the first day of the month that lies `months` after the month of `day`."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)


def months_between(earlier: date, later: date) -> int:
    """Count calendar months from the month of `earlier` to that of `later`; may be negative."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def month_of_step(step: PriceStep, as_of: date) -> int:
    """Return the number of the first month in which `step` is billed, for a signing on `as_of`.

    A dated step counts from the first calendar month that begins on or after its date, so 31 March
    means April. The number is below 1 for a step that lies before the signing.
    """
    if not isinstance(step.starts, date):
        return step.starts
    months = months_between(as_of, step.starts) + 1
    return months if step.starts.day == 1 else months + 1


def monthly_prices(
    price_pence: int, months: int, steps: Iterable[PriceStep], as_of: date
) -> tuple[int, ...]:
    """Return the price of each month 1..`months` in pence.

    Of several steps that begin in the same month the one with the later date wins; a month number
    (the end of a promotion) wins over a date, since the rise of a promoted price ends with it.
    """
    prices = [price_pence] * months
    for first, step in _in_order(steps, as_of):
        prices[first - 1 :] = [step.price_pence] * max(months - first + 1, 0)
    return tuple(prices)


def steps_by_month(
    months: int, steps: Iterable[PriceStep], as_of: date
) -> tuple[PriceStep | None, ...]:
    """Return the step that sets the price of each month 1..`months`; None before the first."""
    found: list[PriceStep | None] = [None] * months
    for first, step in _in_order(steps, as_of):
        found[first - 1 :] = [step] * max(months - first + 1, 0)
    return tuple(found)


def _in_order(steps: Iterable[PriceStep], as_of: date) -> list[tuple[int, PriceStep]]:
    """Return the steps with the month from which each is billed; the later of them wins."""
    ordered = sorted(steps, key=lambda step: (month_of_step(step, as_of), *_rank_in_month(step)))
    return [(max(month_of_step(step, as_of), 1), step) for step in ordered]


def _rank_in_month(step: PriceStep) -> tuple[int, int]:
    if isinstance(step.starts, date):
        return (0, step.starts.toordinal())
    return (1, 0)
