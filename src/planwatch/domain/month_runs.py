"""The price of a plan month by month, and why it changes: what an effective cost is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final, Literal

from planwatch.domain.plan import Plan
from planwatch.domain.schedule import PriceStep, add_months, month_of_step, steps_by_month

Reason = Literal[
    "headline", "promotion", "promotion_ends", "printed_rise", "printed_fall", "rise_by_rule"
]
REASONS: Final[tuple[Reason, ...]] = (
    "headline",
    "promotion",
    "promotion_ends",
    "printed_rise",
    "printed_fall",
    "rise_by_rule",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPrice:
    """What one month of the term costs.

    Attributes:
        month: of the term; 1 is the month of signing.
        starts: its first day.
        reason: why it costs so much since the price last changed.
        derived: the price follows from a rise rule; no page prints it.
        day: of a dated step: the day that the price changes.
    """

    month: int
    starts: date
    price_pence: int
    reason: Reason
    derived: bool = False
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRun:
    """Months of one price that follow each other, `first` to `last`; `by_pence` is the change."""

    first: MonthPrice
    last: MonthPrice
    months: int
    by_pence: int = 0

    @property
    def total_pence(self) -> int:
        return self.months * self.first.price_pence


def month_prices(plan: Plan) -> tuple[MonthPrice, ...]:
    """Return each month of the term with its price and the reason for it; one month at least."""
    months = max(plan.term_months, 1)
    derived = plan.completion.derived
    found: list[MonthPrice] = []
    for step in steps_by_month(months, plan.all_steps, plan.as_of):
        before = found[-1] if found else None
        price = plan.price_pence if step is None else step.price_pence
        starts = add_months(plan.as_of, len(found))
        if before and before.price_pence == price:
            same = MonthPrice(
                month=before.month + 1,
                starts=starts,
                price_pence=price,
                reason=before.reason,
                derived=before.derived,
                day=before.day,
            )
            found.append(same)
            continue
        is_derived = step is not None and any(step is each for each in derived)
        found.append(
            MonthPrice(
                month=len(found) + 1,
                starts=starts,
                price_pence=price,
                reason=_reason_of(plan, step, before, is_derived=is_derived),
                derived=is_derived,
                day=step.starts if step and isinstance(step.starts, date) else None,
            )
        )
    return tuple(found)


def month_runs(plan: Plan) -> tuple[MonthRun, ...]:
    """Return the term as runs of months with one price, in order."""
    return tuple(_runs_of(month_prices(plan)))


def total_pence(plan: Plan) -> int:
    """Return what the whole term costs: upfront charge and every month, minus the credit."""
    return plan.upfront_pence + sum(plan.prices_by_month()) - plan.credit_pence


def _runs_of(prices: tuple[MonthPrice, ...]) -> Iterator[MonthRun]:
    before: int | None = None
    for price, group in groupby(prices, key=lambda month: month.price_pence):
        months = list(group)
        yield MonthRun(
            first=months[0],
            last=months[-1],
            months=len(months),
            by_pence=0 if before is None else price - before,
        )
        before = price


def _reason_of(
    plan: Plan, step: PriceStep | None, before: MonthPrice | None, *, is_derived: bool
) -> Reason:
    if before is None or step is None:
        listed = plan.list_price_pence
        return "promotion" if listed is not None and listed > plan.price_pence else "headline"
    if _ends_promotion(plan, step, before):
        return "promotion_ends"
    if is_derived:
        return "rise_by_rule"
    return "printed_rise" if step.price_pence > before.price_pence else "printed_fall"


def _ends_promotion(plan: Plan, step: PriceStep, before: MonthPrice) -> bool:
    """Tell whether the step ends the promotion: by its month, or by a date to the list price."""
    if step.price_pence <= before.price_pence:
        return False
    if isinstance(step.starts, int):
        return True
    if plan.promo_months is not None:
        return month_of_step(step, plan.as_of) == plan.promo_months + 1
    return step.price_pence == plan.list_price_pence
