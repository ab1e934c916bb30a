"""A plan's price schedule completed by its brand's rise rule: printed steps first, then derived.

A card may print one rise of two (O2's does). Printed steps win for the months up to the last of
them; after it the rule goes on. What printed and rule disagree about is kept, not resolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from planwatch.domain.plan import Plan
from planwatch.domain.rise_rules import SHORTEST_CONTRACT_MONTHS, RiseRule, find_rules
from planwatch.domain.schedule import PriceStep, month_of_step

MOST_APART_PENCE: Final = 1
"""Printed amounts are rounded; further apart is a conflict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleConflict:
    """A month in which the card prints another rise than the rule says; 0 for none."""

    month: int
    printed_pence: int
    rule_pence: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A plan with its whole schedule.

    Attributes:
        plan: with the derived steps after the printed ones; the same object where there are none.
        derived: the steps that the rule gave.
        conflicts: where card and rule disagree, by month.
        has_rule: a rule is known, be it that the price does not rise.
    """

    plan: Plan
    derived: tuple[PriceStep, ...] = ()
    conflicts: tuple[ScheduleConflict, ...] = ()
    has_rule: bool = False


@dataclass(frozen=True, slots=True)
class _Rise:
    """A rise that the rule says: from when on, billed from which month, by how much.

    `whole_pence` is the amount that it adds to the list price, where `pence` is half of it.
    """

    day: date
    month: int
    pence: int
    whole_pence: int
    source: str


def complete_schedule(plan: Plan, rules: Iterable[RiseRule]) -> Completion:
    """Return the plan with the rises that its card does not print.

    Printed steps win for the months up to the last of them. After it the rule goes on to the end
    of the term; where the card prints a promotion for so many months and no price after it, the
    list price follows it, with the rises until then. Contracts of a year or more only.

    Source: Ofcom's ban on inflation-linked rises (17 January 2025) has rises said in pounds and
    pence at the point of sale; docs/reference/formulas.md, "Derived steps".
    """
    if plan.term_months < SHORTEST_CONTRACT_MONTHS:
        return Completion(plan=plan)
    rules = find_rules(rules, plan.brand, plan.allowance, plan.as_of)
    if not rules:
        return Completion(plan=plan)
    rises = _rises_of(plan, rules)
    last_printed = _last_printed_month(plan)
    conflicts = [*_find_conflicts(plan, rises, last_printed), *_find_unruled(plan, rules, rises)]
    derived = tuple(_derive(plan, rises, last_printed))
    completed = replace(plan, price_steps=(*plan.price_steps, *derived)) if derived else plan
    return Completion(
        plan=completed,
        derived=derived,
        conflicts=tuple(sorted(conflicts, key=lambda conflict: conflict.month)),
        has_rule=True,
    )


def _rises_of(plan: Plan, rules: Sequence[RiseRule]) -> list[_Rise]:
    """Return the rises within the term, by month; half of each in a month at half price."""
    rises = []
    for rule in rules:
        for day in rule.rise_days(plan.as_of, plan.term_months):
            month = month_of_step(PriceStep(day, 0), plan.as_of)
            if not 1 < month <= plan.term_months:
                continue
            whole = rule.pence_a_year
            is_halved = rule.halved and _is_at_half_price(plan, month)
            pence = (whole + 1) // 2 if is_halved else whole
            rises.append(_Rise(day, month, pence, whole, rule.source))
    return sorted(rises, key=lambda rise: rise.month)


def _is_at_half_price(plan: Plan, month: int) -> bool:
    """Tell whether the month is one of a promotion that halves the list price.

    Where a card prints the end of the promotion as a date, it is over once the price is that of the
    list or more.
    """
    if not is_half(plan.price_pence, plan.list_price_pence):
        return False
    before = plan.prices_by_month()[month - 2]
    return month <= _promo_months(plan) and before < (plan.list_price_pence or 0)


def is_half(price_pence: int | None, list_pence: int | None) -> bool:
    """Tell whether a price is half of another, to a penny: half of £18.99 is printed as £9.50."""
    if price_pence is None or list_pence is None:
        return False
    return abs(2 * price_pence - list_pence) <= 1


def _promo_months(plan: Plan) -> int:
    """Return for how many months the promotion holds: to the end of the term if not said."""
    ends = [step.starts - 1 for step in plan.price_steps if isinstance(step.starts, int)]
    return plan.promo_months or min(ends, default=plan.term_months)


def _last_printed_month(plan: Plan) -> int:
    return max((month_of_step(step, plan.as_of) for step in plan.price_steps), default=0)


def _derive(plan: Plan, rises: Sequence[_Rise], last_printed: int) -> Iterator[PriceStep]:
    price = plan.prices_by_month()[-1]  # no printed step follows
    end = _unprinted_promo_end(plan)
    for rise in rises:
        if rise.month <= last_printed:
            continue
        if end and rise.month > end:
            price = _price_after_promo(plan, rises, end)
            yield PriceStep(end, price)
            end = None
        if rise.month == end:
            continue  # the end of the promotion brings both
        price += rise.pence
        yield PriceStep(rise.day, price)
    if end:
        yield PriceStep(end, _price_after_promo(plan, rises, end))


def _unprinted_promo_end(plan: Plan) -> int | None:
    """Return the month after a promotion that the card ends without a price for it."""
    if plan.list_price_pence is None or plan.promo_months is None:
        return None
    end = plan.promo_months + 1
    if _last_printed_month(plan) >= end:
        return None  # it is among the printed steps
    return end if end <= plan.term_months else None


def _price_after_promo(plan: Plan, rises: Sequence[_Rise], end: int) -> int:
    """Return the list price with every rise to `end`, whole: halves were of the half price."""
    whole = sum(rise.whole_pence for rise in rises if rise.month <= end)
    return (plan.list_price_pence or plan.price_pence) + whole


def _find_conflicts(
    plan: Plan, rises: Sequence[_Rise], last_printed: int
) -> Iterator[ScheduleConflict]:
    """Yield the months up to the last printed step in which the rule says another rise.

    A month in which a promotion ends is passed over: its price is not the one before plus a rise.
    """
    prices = plan.prices_by_month()
    ends = {step.starts for step in plan.price_steps if isinstance(step.starts, int)}
    for rise in rises:
        if rise.month > last_printed or rise.month in ends:
            continue
        printed = prices[rise.month - 1] - prices[rise.month - 2]
        if abs(printed - rise.pence) > MOST_APART_PENCE:
            yield ScheduleConflict(
                month=rise.month,
                printed_pence=printed,
                rule_pence=rise.pence,
                source=rise.source,
            )


def _find_unruled(
    plan: Plan, rules: Sequence[RiseRule], rises: Sequence[_Rise]
) -> Iterator[ScheduleConflict]:
    """Yield the months in which the card prints a rise and the rule says none.

    With a list price a dated step may be the end of a promotion, which is no rise: passed over.
    """
    if plan.list_price_pence is not None:
        return
    prices = plan.prices_by_month()
    ruled = {rise.month for rise in rises}
    for step in plan.price_steps:
        month = month_of_step(step, plan.as_of)
        if isinstance(step.starts, int) or month in ruled or not 1 < month <= len(prices):
            continue
        printed = prices[month - 1] - prices[month - 2]
        if printed > MOST_APART_PENCE:
            yield ScheduleConflict(
                month=month, printed_pence=printed, rule_pence=0, source=rules[-1].source
            )
