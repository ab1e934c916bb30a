"""Cost of a plan over a common horizon of 12 or 24 months, to compare plans of different terms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal

from planwatch.analysis.market.comparable import billing_factor
from planwatch.analysis.rounding import round_half_up
from planwatch.domain.plan import Plan
from planwatch.domain.rise_rules import SHORTEST_CONTRACT_MONTHS
from planwatch.domain.schedule import PriceStep, month_of_step

Assumption = Literal["goes_on", "cut_off", "credit_spread"]
HORIZONS: Final = (12, 24)
_MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizonCost:
    """The mean cost of a month over a horizon.

    Attributes:
        assumptions: `goes_on`: the term is shorter, and its last price continues with the known
            yearly rise; `cut_off`: the term is longer, and only its first months count;
            `credit_spread`: a credit for the whole term is assumed to be spread evenly.
    """

    months: int
    pence: int
    assumptions: tuple[Assumption, ...]


def horizon_cost(plan: Plan, months: int) -> HorizonCost:
    """Return the mean cost of a calendar month over the first `months` months.

    Args:
        plan: its brand's rise rules hold after the term of a contract, too; a rolling price does
            not change.
        months: the horizon, 12 or 24.

    Source: docs/reference/formulas.md, "Common horizon".
    """
    term = max(plan.term_months, 1)
    prices = _extend_term(plan, months).prices_by_month()[:months]
    credit = Fraction(plan.credit_pence * min(months, term), term)
    total = plan.upfront_pence + sum(prices) - credit
    assumptions: list[Assumption] = []
    if term < months:
        assumptions.append("goes_on")
    if term > months:
        assumptions.append("cut_off")
        if plan.credit_pence:
            assumptions.append("credit_spread")
    pence = round_half_up(total / months * billing_factor(plan.billing_days))
    return HorizonCost(months=months, pence=pence, assumptions=tuple(assumptions))


def _extend_term(plan: Plan, months: int) -> Plan:
    """Return the plan with a term of at least `months` and the rises that a contract then has."""
    if plan.term_months >= months:
        return plan
    longer = replace(plan, term_months=months)
    if plan.term_months < SHORTEST_CONTRACT_MONTHS:
        return replace(longer, rules=())
    if longer.completion.kind in ("fixed", "stated"):
        return longer
    return _repeat_last_rise(plan, longer)


def _repeat_last_rise(plan: Plan, longer: Plan) -> Plan:
    """Repeat the last dated rise of the term every 12 months after it, if there is one."""
    prices = plan.prices_by_month()
    ends = {step.starts for step in plan.all_steps if isinstance(step.starts, int)}
    rises = [
        (month, prices[month - 1] - prices[month - 2])
        for month in _months_of_dated_steps(plan)
        if 1 < month <= len(prices) and month not in ends and prices[month - 1] > prices[month - 2]
    ]
    if not rises:
        return longer
    last, amount = max(rises)
    further = [
        month
        for month in range(last + _MONTHS_A_YEAR, longer.term_months + 1, _MONTHS_A_YEAR)
        if month > len(prices)
    ]
    steps = [
        PriceStep(month, prices[-1] + number * amount)
        for number, month in enumerate(further, start=1)
    ]
    return replace(longer, price_steps=(*longer.price_steps, *steps))


def _months_of_dated_steps(plan: Plan) -> list[int]:
    return [
        month_of_step(step, plan.as_of)
        for step in plan.all_steps
        if not isinstance(step.starts, int)
    ]
