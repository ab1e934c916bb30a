"""A plan's price schedule completed by its brand's rise rule: printed steps first, then derived.

A card may print one rise of two (O2's does). Printed steps win for the months up to the last of
them; after it the rule goes on. What printed and rule disagree about is kept, not resolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from planwatch.domain.rise_rules import (
    SHORTEST_CONTRACT_MONTHS,
    RiseKind,
    RiseRule,
    Sold,
    find_rules,
)
from planwatch.domain.schedule import PriceStep, month_of_step, monthly_prices

MOST_APART_PENCE: Final = 1
"""Printed amounts are rounded; further apart is a conflict."""


class Printed(Sold, Protocol):
    """What a page prints of a plan's price."""

    @property
    def term_months(self) -> int: ...
    @property
    def price_pence(self) -> int: ...
    @property
    def list_price_pence(self) -> int | None: ...
    @property
    def promo_months(self) -> int | None: ...
    @property
    def price_steps(self) -> tuple[PriceStep, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleConflict:
    """A month in which the card prints another rise than the rule says; 0 for none."""

    month: int
    printed_pence: int
    rule_pence: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What a brand's rules add to the printed schedule of a plan.

    Attributes:
        derived: the steps that follow the printed ones.
        conflicts: where card and rule disagree, by month.
        rules: those that hold for the plan; () where none is known, or its term is too short.
    """

    derived: tuple[PriceStep, ...] = ()
    conflicts: tuple[ScheduleConflict, ...] = ()
    rules: tuple[RiseRule, ...] = ()

    @property
    def kind(self) -> RiseKind | None:
        """What is known of rises; None where no rule is."""
        kinds = {rule.kind for rule in self.rules}
        return next((kind for kind in ("variable", "stated", "fixed") if kind in kinds), None)


AS_PRINTED: Final = Completion()


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


def complete_schedule(plan: Printed, rules: Iterable[RiseRule]) -> Completion:
    """Return the rises that the plan's card does not print.

    Printed steps win for the months up to the last of them. After it the rule goes on to the end
    of the term; where the card prints a promotion for so many months and no price after it, the
    list price follows it, with the rises until then. Contracts of a year or more only.

    Source: Ofcom's ban on inflation-linked rises (17 January 2025) has rises said in pounds and
    pence at the point of sale; docs/reference/formulas.md, "Derived steps".
    """
    if plan.term_months < SHORTEST_CONTRACT_MONTHS:
        return AS_PRINTED
    rules = find_rules(rules, plan)
    if not rules:
        return AS_PRINTED
    rises = _rises_of(plan, rules)
    last_printed = _last_printed_month(plan)
    conflicts = (
        [*_find_conflicts(plan, rises, last_printed), *_find_unruled(plan, rules, rises)]
        if plan.price_steps
        else []
    )
    return Completion(
        derived=tuple(_derive(plan, rises, last_printed)),
        conflicts=tuple(sorted(conflicts, key=lambda conflict: conflict.month)),
        rules=rules,
    )


def _printed_prices(plan: Printed) -> tuple[int, ...]:
    """Return the printed price of each month of the term in pence."""
    return monthly_prices(plan.price_pence, plan.term_months, plan.price_steps, plan.as_of)


def _rises_of(plan: Printed, rules: Sequence[RiseRule]) -> list[_Rise]:
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


def _is_at_half_price(plan: Printed, month: int) -> bool:
    """Tell whether the month is one of a promotion that halves the list price.

    Where a card prints the end of the promotion as a date, it is over once the price is that of the
    list or more.
    """
    if not is_half(plan.price_pence, plan.list_price_pence):
        return False
    before = _printed_prices(plan)[month - 2]
    return month <= _promo_months(plan) and before < (plan.list_price_pence or 0)


def is_half(price_pence: int | None, list_pence: int | None) -> bool:
    """Tell whether a price is half of another, to a penny: half of £18.99 is printed as £9.50."""
    if price_pence is None or list_pence is None:
        return False
    return abs(2 * price_pence - list_pence) <= 1


def _promo_months(plan: Printed) -> int:
    """Return for how many months the promotion holds: to the end of the term if not said."""
    ends = [step.starts - 1 for step in plan.price_steps if isinstance(step.starts, int)]
    return plan.promo_months or min(ends, default=plan.term_months)


def _last_printed_month(plan: Printed) -> int:
    return max((month_of_step(step, plan.as_of) for step in plan.price_steps), default=0)


def _derive(plan: Printed, rises: Sequence[_Rise], last_printed: int) -> Iterator[PriceStep]:
    end = _unprinted_promo_end(plan)
    if not rises and not end:
        return
    price = _printed_prices(plan)[-1]  # no printed step follows
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


def _unprinted_promo_end(plan: Printed) -> int | None:
    """Return the month after a promotion that the card ends without a price for it."""
    if plan.list_price_pence is None or plan.promo_months is None:
        return None
    end = plan.promo_months + 1
    if _last_printed_month(plan) >= end:
        return None  # it is among the printed steps
    return end if end <= plan.term_months else None


def _price_after_promo(plan: Printed, rises: Sequence[_Rise], end: int) -> int:
    """Return the list price with every rise to `end`, whole: halves were of the half price."""
    whole = sum(rise.whole_pence for rise in rises if rise.month <= end)
    return (plan.list_price_pence or plan.price_pence) + whole


def _find_conflicts(
    plan: Printed, rises: Sequence[_Rise], last_printed: int
) -> Iterator[ScheduleConflict]:
    """Yield the months up to the last printed step in which the rule says another rise.

    A month in which a promotion ends is passed over: its price is not the one before plus a rise.
    """
    prices = _printed_prices(plan)
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
    plan: Printed, rules: Sequence[RiseRule], rises: Sequence[_Rise]
) -> Iterator[ScheduleConflict]:
    """Yield the months in which the card prints a rise and the rule says none.

    With a list price a dated step may be the end of a promotion, which is no rise: passed over.
    """
    if plan.list_price_pence is not None or any(rule.kind == "variable" for rule in rules):
        return
    prices = _printed_prices(plan)
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
