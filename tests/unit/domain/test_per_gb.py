"""The cost of a GB."""

from __future__ import annotations

from fractions import Fraction

import pytest

from planwatch.analysis.metrics.ladder import pence_per_gb
from planwatch.domain.allowance import Allowance
from planwatch.domain.per_gb import cost_per_gb, per_gb_tenths


@pytest.mark.parametrize(
    ("pence", "data_mb", "tenths", "whole"),
    [
        (1427, 25_000, 57.1, 57),
        (1000, 100_000, 10.0, 10),
        (500, 500, 1000.0, 1000),
        (1, 20_000, 0.1, 0),  # 0.05 is rounded up
        (4, 100_000, 0.0, 0),
        (5745, 100_000, 57.5, 57),  # each is rounded from the exact cost, once
        (0, 5_000, 0.0, 0),
    ],
)
def test_a_gb_costs_the_effective_cost_divided_by_the_data(
    pence: int, data_mb: int, tenths: float, whole: int
) -> None:
    assert per_gb_tenths(pence, data_mb) == tenths
    assert pence_per_gb(pence, Allowance(data_mb)) == whole
    assert cost_per_gb(pence, data_mb) == Fraction(pence * 1000, data_mb)


def test_unlimited_data_has_no_cost_of_a_gb() -> None:
    assert per_gb_tenths(2249, None) is None
    assert cost_per_gb(2249, None) is None
