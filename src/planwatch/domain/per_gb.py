"""What a gigabyte of a plan costs. Not for unlimited data, which has no number of gigabytes."""

from __future__ import annotations

from fractions import Fraction

from planwatch.domain.allowance import MB_PER_GB


def cost_per_gb(monthly_pence: int, data_mb: int | None) -> Fraction | None:
    """Return the exact cost of a GB in pence; None for unlimited, never 0 for it.

    Source: docs/reference/formulas.md, "£ per GB".
    """
    return None if data_mb is None else Fraction(monthly_pence * MB_PER_GB, data_mb)


def per_gb_tenths(monthly_pence: int, data_mb: int | None) -> float | None:
    """Return the same, rounded half up to a tenth of a penny: a plan of 500 GB costs 4.1p a GB."""
    exact = cost_per_gb(monthly_pence, data_mb)
    return None if exact is None else int(exact * 10 + Fraction(1, 2)) / 10
