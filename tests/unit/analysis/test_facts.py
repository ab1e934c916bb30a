from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.analysis.facts import Fact, fact_records, percent_of


def _fact(value: int) -> Fact:
    return Fact(
        id="gap.o2-25gb-24m",
        label="gap",
        value=value,
        unit="pence_per_month",
        subject="O2 25 GB, 24 months against Vodafone 25 GB, 24 months",
        formula="Gap to a rival",
        plan_ids=("o2:o2-25gb-24m", "vodafone:vodafone-25gb-24m"),
    )


def test_a_fact_becomes_a_record_with_its_plans_as_a_list() -> None:
    assert _fact(227).as_record() == {
        "id": "gap.o2-25gb-24m",
        "label": "gap",
        "value": 227,
        "unit": "pence_per_month",
        "subject": "O2 25 GB, 24 months against Vodafone 25 GB, 24 months",
        "base": None,
        "formula": "Gap to a rival",
        "plan_ids": ["o2:o2-25gb-24m", "vodafone:vodafone-25gb-24m"],
    }


def test_a_fact_computed_twice_is_recorded_once() -> None:
    assert fact_records([_fact(227), _fact(227)]) == [_fact(227).as_record()]


@pytest.mark.parametrize(
    ("part", "base", "percent"),
    [
        (200, 1600, 12.5),
        (727, 700, 103.9),  # 103.857
        (-200, 1600, -12.5),
        (1, 2000, 0.1),  # 0.05 is half a tenth and goes away from zero
        (-1, 2000, -0.1),
        (0, 500, 0.0),
        (100, 0, None),
    ],
)
def test_a_percentage_has_one_decimal_and_rounds_half_away_from_zero(
    part: int, base: int, percent: float | None
) -> None:
    assert percent_of(part, base) == percent


@given(st.integers(-10_000, 10_000), st.integers(1, 10_000))
def test_a_percentage_keeps_its_size_when_its_sign_turns(part: int, base: int) -> None:
    mine, turned = percent_of(part, base), percent_of(-part, base)

    assert mine is not None
    assert turned is not None
    assert mine == -turned
    assert abs(mine - part / base * 100) <= 0.05 + 1e-9
