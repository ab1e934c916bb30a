"""Rounding of computed figures: once, at the end, half away from zero."""

from __future__ import annotations

from fractions import Fraction


def round_half_up(value: Fraction) -> int:
    """Return the nearest whole number; a half goes away from zero."""
    size = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return size if value >= 0 else -size


def round_tenth(value: Fraction) -> float:
    """Return the value to one decimal, half away from zero."""
    return round_half_up(value * 10) / 10


def round_up(value: Fraction) -> int:
    """Return the smallest whole number that is not less than the value."""
    return -(-value.numerator // value.denominator)
