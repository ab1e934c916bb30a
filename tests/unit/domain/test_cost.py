"""What a plan truly costs."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.domain.cost import effective_monthly_pence, exit_price_pence
from planwatch.domain.schedule import PriceStep, add_months, monthly_prices

SIGNED = date(2025, 11, 17)
PRICES = st.integers(0, 10_000)
TERMS = st.integers(0, 36)
MONTHS_AND_PRICES = st.dictionaries(st.integers(1, 40), PRICES, max_size=5)


def steps_of(by_month: dict[int, int]) -> list[PriceStep]:
    return [PriceStep(month, price) for month, price in by_month.items()]


@pytest.mark.parametrize(
    ("price", "rises", "effective", "last"),
    [
        (700, [(date(2026, 4, 1), 795), (7, 1590), (date(2027, 4, 1), 1780)], 1427, 1780),
        (
            700,
            [(date(2026, 4, 1), 795), (date(2026, 5, 1), 1590), (date(2027, 4, 1), 1780)],
            1427,
            1780,
        ),
        (800, [(date(2026, 4, 1), 915), (7, 1830), (date(2027, 4, 1), 2060)], 1644, 2060),
        (2000, [(date(2026, 4, 1), 2230), (date(2027, 4, 1), 2460)], 2249, 2460),
    ],
    ids=["25 GB", "25 GB, dates only", "120 GB", "unlimited"],
)
def test_the_plans_that_three_printed_in_november_2025(
    price: int, rises: list[tuple[date | int, int]], effective: int, last: int
) -> None:
    steps = [PriceStep(starts, pence) for starts, pence in rises]

    assert effective_monthly_pence(price, 24, steps=steps, as_of=SIGNED) == effective
    assert exit_price_pence(price, 24, steps=steps, as_of=SIGNED) == last


def test_the_month_of_signing_decides_what_rises_cost() -> None:
    """A £10 plan of 24 months that rises by £2.50 each April after the signing."""
    costs = {}
    for month in range(1, 13):
        signed = date(2026, month, 15)
        aprils = [date(year, 4, 1) for year in range(2026, 2030) if date(year, 4, 1) > signed]
        steps = [PriceStep(april, 1000 + 250 * n) for n, april in enumerate(aprils, start=1)]
        costs[month] = effective_monthly_pence(1000, 24, steps=steps, as_of=signed)

    assert costs == {
        1: 1313, 2: 1333, 3: 1354, 4: 1125, 5: 1146, 6: 1167,
        7: 1188, 8: 1208, 9: 1229, 10: 1250, 11: 1271, 12: 1292,
    }  # fmt: skip
    assert (min(costs.values()), max(costs.values())) == (1125, 1354)


def test_what_is_paid_once_and_what_is_credited_are_spread_over_the_term() -> None:
    cost = effective_monthly_pence(1000, 12, upfront_pence=600, credit_pence=1200, as_of=SIGNED)

    assert cost == 950


@pytest.mark.parametrize(("term", "months"), [(0, 1), (1, 1), (24, 24)])
def test_pay_as_you_go_counts_as_one_month(term: int, months: int) -> None:
    cost = effective_monthly_pence(1000, term, upfront_pence=2400, as_of=SIGNED)

    assert cost == 1000 + 2400 // months


@pytest.mark.parametrize(
    ("upfront", "cost"), [(0, 1000), (11, 1000), (12, 1001), (13, 1001), (35, 1001), (36, 1002)]
)
def test_half_a_penny_is_rounded_up(upfront: int, cost: int) -> None:
    assert effective_monthly_pence(1000, 24, upfront_pence=upfront, as_of=SIGNED) == cost


@given(PRICES, TERMS)
def test_a_flat_plan_costs_its_price(price: int, term: int) -> None:
    assert effective_monthly_pence(price, term, as_of=SIGNED) == price
    assert exit_price_pence(price, term, as_of=SIGNED) == price


@given(PRICES, TERMS, MONTHS_AND_PRICES, PRICES, PRICES)
def test_the_cost_is_rounded_once_and_half_up(
    price: int, term: int, by_month: dict[int, int], upfront: int, credit: int
) -> None:
    months = max(term, 1)
    due = monthly_prices(price, months, steps_of(by_month), SIGNED)
    exact = Fraction(upfront + sum(due) - credit, months)

    cost = effective_monthly_pence(
        price,
        term,
        steps=steps_of(by_month),
        upfront_pence=upfront,
        credit_pence=credit,
        as_of=SIGNED,
    )

    assert cost == floor(exact + Fraction(1, 2))


@given(PRICES, TERMS, MONTHS_AND_PRICES, st.integers(1, 40), st.integers(0, 5_000))
def test_a_further_rise_never_makes_a_plan_cheaper(
    price: int, term: int, by_month: dict[int, int], month: int, rise: int
) -> None:
    highest = max([price, *by_month.values()])
    with_rise = {**by_month, month: highest + rise}

    before = effective_monthly_pence(price, term, steps=steps_of(by_month), as_of=SIGNED)
    after = effective_monthly_pence(price, term, steps=steps_of(with_rise), as_of=SIGNED)

    assert after >= before


@given(PRICES, TERMS, MONTHS_AND_PRICES)
def test_the_cost_lies_between_the_lowest_and_the_highest_price(
    price: int, term: int, by_month: dict[int, int]
) -> None:
    prices = [price, *by_month.values()]

    cost = effective_monthly_pence(price, term, steps=steps_of(by_month), as_of=SIGNED)

    assert min(prices) <= cost <= max(prices)


@given(PRICES, TERMS, MONTHS_AND_PRICES)
def test_the_order_of_the_steps_does_not_matter(
    price: int, term: int, by_month: dict[int, int]
) -> None:
    steps = steps_of(by_month)

    one = effective_monthly_pence(price, term, steps=steps, as_of=SIGNED)

    assert effective_monthly_pence(price, term, steps=reversed(steps), as_of=SIGNED) == one


@given(PRICES, TERMS, MONTHS_AND_PRICES)
def test_month_numbers_and_their_dates_cost_the_same(
    price: int, term: int, by_month: dict[int, int]
) -> None:
    dated = [PriceStep(add_months(SIGNED, n - 1), pence) for n, pence in by_month.items()]

    one = effective_monthly_pence(price, term, steps=steps_of(by_month), as_of=SIGNED)

    assert effective_monthly_pence(price, term, steps=dated, as_of=SIGNED) == one


@pytest.mark.parametrize(
    ("price", "term", "upfront", "credit"),
    [(-1, 12, 0, 0), (1000, -1, 0, 0), (1000, 12, -1, 0), (1000, 12, 0, -1)],
)
def test_a_negative_amount_or_term_is_refused(
    price: int, term: int, upfront: int, credit: int
) -> None:
    with pytest.raises(ValueError, match="not negative"):
        effective_monthly_pence(
            price, term, upfront_pence=upfront, credit_pence=credit, as_of=SIGNED
        )
