"""Comparable monthly cost: of a calendar month, also where a plan is billed by 28 or 30 days."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from planwatch.analysis.rounding import round_half_up
from planwatch.domain.plan import Plan

MONTH_IN_DAYS: Final = Fraction(487, 16)  # 365.25 / 12 = 30.4375


def comparable_pence(plan: Plan) -> int:
    """Return what the plan costs a calendar month, for comparison with others.

    Returns:
        Pence: the effective monthly cost; of a plan billed every 28 or 30 days it is stretched
        to 30.4375 days. Rounded half up, once.

    Source: docs/reference/formulas.md, "Comparable monthly cost".
    """
    if plan.billing_days is None:
        return plan.effective_pence
    months = max(plan.term_months, 1)
    total = plan.upfront_pence + sum(plan.prices_by_month()) - plan.credit_pence
    return round_half_up(Fraction(total, months) * billing_factor(plan.billing_days))


def billing_factor(billing_days: int | None) -> Fraction:
    """Return by how much a calendar month is longer than what is billed: 365.25 / 12 / days.

    Source: docs/reference/formulas.md, "Comparable monthly cost".
    """
    return Fraction(1) if billing_days is None else MONTH_IN_DAYS / billing_days
