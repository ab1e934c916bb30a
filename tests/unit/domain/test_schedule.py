"""Which price is due in which month of a term."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.domain.schedule import (
    PriceStep,
    add_months,
    month_of_step,
    monthly_prices,
    months_between,
)

SIGNED = date(2025, 11, 17)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
PRICES = st.integers(0, 10_000)
STEPS = st.builds(PriceStep, st.one_of(st.integers(1, 30), DAYS), PRICES)
FIRSTS = DAYS.map(lambda day: day.replace(day=1))
WHOLE_STEPS = st.builds(PriceStep, st.one_of(st.integers(1, 30), FIRSTS), PRICES)


def shift_step(step: PriceStep, months: int) -> PriceStep:
    if isinstance(step.starts, date):
        return PriceStep(add_months(step.starts, months), step.price_pence)
    return step


@pytest.mark.parametrize(
    ("starts", "month"),
    [
        (date(2025, 11, 1), 1),
        (date(2025, 11, 18), 2),
        (date(2026, 4, 1), 6),
        (date(2026, 3, 31), 6),
        (date(2026, 4, 2), 7),
        (date(2025, 12, 31), 3),
        (date(2025, 10, 1), 0),
        (7, 7),
    ],
)
def test_a_step_is_billed_from_the_first_month_that_begins_on_or_after_it(
    starts: date | int, month: int
) -> None:
    assert month_of_step(PriceStep(starts, 1000), SIGNED) == month


def test_the_day_of_signing_does_not_matter_only_its_month() -> None:
    step = PriceStep(date(2026, 4, 1), 1000)

    months = {month_of_step(step, date(2025, 11, day)) for day in range(1, 31)}

    assert months == {6}


def test_each_step_holds_until_the_next() -> None:
    steps = [PriceStep(3, 1500), PriceStep(date(2026, 3, 1), 1800)]

    assert monthly_prices(1000, 6, steps, SIGNED) == (1000, 1000, 1500, 1500, 1800, 1800)


def test_without_steps_every_month_costs_the_same() -> None:
    assert monthly_prices(1000, 3, [], SIGNED) == (1000, 1000, 1000)


def test_a_step_before_the_signing_holds_from_the_first_month() -> None:
    steps = [PriceStep(date(2025, 4, 1), 1200), PriceStep(date(2024, 4, 1), 1100)]

    assert monthly_prices(1000, 2, steps, SIGNED) == (1200, 1200)


def test_a_step_after_the_term_changes_nothing() -> None:
    assert monthly_prices(1000, 2, [PriceStep(3, 1500)], SIGNED) == (1000, 1000)


def test_of_two_dates_in_one_month_the_later_wins() -> None:
    steps = [PriceStep(date(2025, 12, 1), 1300), PriceStep(date(2025, 11, 20), 1200)]

    assert monthly_prices(1000, 3, steps, SIGNED) == (1000, 1300, 1300)


def test_the_end_of_a_promotion_wins_over_a_rise_in_the_same_month() -> None:
    steps = [PriceStep(6, 1590), PriceStep(date(2026, 4, 1), 795)]

    assert monthly_prices(700, 7, steps, SIGNED) == (700,) * 5 + (1590, 1590)


@given(DAYS, st.integers(-600, 600))
def test_adding_months_and_counting_them_agree(day: date, months: int) -> None:
    there = add_months(day, months)

    assert there.day == 1
    assert months_between(day, there) == months
    assert months_between(there, day) == -months


@given(PRICES, st.integers(1, 36), st.lists(STEPS, max_size=5), DAYS)
def test_the_order_in_which_steps_are_printed_does_not_matter(
    price: int, months: int, steps: list[PriceStep], signed: date
) -> None:
    by_start = {month_of_step(step, signed): step for step in steps}
    apart = list(by_start.values())

    expected = monthly_prices(price, months, apart, signed)

    assert monthly_prices(price, months, reversed(apart), signed) == expected


@given(PRICES, st.integers(1, 36), st.lists(WHOLE_STEPS, max_size=5), DAYS, st.integers(-60, 60))
def test_a_contract_and_its_dates_shifted_alike_cost_the_same(
    price: int, months: int, steps: list[PriceStep], signed: date, shift: int
) -> None:
    shifted = [shift_step(step, shift) for step in steps]

    there = monthly_prices(price, months, shifted, add_months(signed, shift))

    assert there == monthly_prices(price, months, steps, signed)


@given(PRICES, st.integers(1, 36), st.lists(STEPS, max_size=5), DAYS)
def test_every_month_has_the_headline_price_or_that_of_a_step(
    price: int, months: int, steps: list[PriceStep], signed: date
) -> None:
    prices = monthly_prices(price, months, steps, signed)

    assert len(prices) == months
    assert set(prices) <= {price, *(step.price_pence for step in steps)}


@pytest.mark.parametrize(("starts", "price_pence"), [(0, 100), (-1, 100), (1, -1)])
def test_a_step_that_cannot_be_is_refused(starts: int, price_pence: int) -> None:
    with pytest.raises(ValueError, match="not"):
        PriceStep(starts, price_pence)
