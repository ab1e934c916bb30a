"""What a plan truly costs: effective monthly cost and exit price. Integer pence throughout."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from planwatch.domain.schedule import PriceStep, monthly_prices


def effective_monthly_pence(
    price_pence: int,
    term_months: int,
    *,
    steps: Iterable[PriceStep] = (),
    upfront_pence: int = 0,
    credit_pence: int = 0,
    as_of: date,
) -> int:
    """Return the mean cost of a month over the minimum term: (U + Σ p(m) − C) / T.

    Args:
        price_pence: headline price of month 1.
        term_months: minimum term; 0 (pay as you go) counts as 1.
        steps: later prices, in any order.
        upfront_pence: one-off charge.
        credit_pence: credit that the bill gives by itself over the term (no cashback to claim).
        as_of: day of signing, which fixes the month in which each dated rise is billed.

    Returns:
        Pence, rounded half up, once.

    Raises:
        ValueError: a negative amount or term.

    Source: docs/reference/formulas.md, "Effective monthly cost".
    """
    months = _term_in_sums(term_months)
    if min(price_pence, upfront_pence, credit_pence) < 0:
        raise ValueError("amounts are not negative; a reduction goes into credit_pence")
    total = upfront_pence + sum(monthly_prices(price_pence, months, steps, as_of)) - credit_pence
    return (2 * total + months) // (2 * months)


def exit_price_pence(
    price_pence: int, term_months: int, *, steps: Iterable[PriceStep] = (), as_of: date
) -> int:
    """Return the price of the last month of the term, p(T), in pence."""
    return monthly_prices(price_pence, _term_in_sums(term_months), steps, as_of)[-1]


def _term_in_sums(term_months: int) -> int:
    if term_months < 0:
        raise ValueError(f"a term is not negative: {term_months} months")
    return max(term_months, 1)
