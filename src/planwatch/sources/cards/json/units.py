"""The units of bare numbers in JSON, decided for all values of one key together.

The name of the key decides, or a unit beside it, or what is plausible for a SIM plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from planwatch.sources.cards.amounts.figures import MB_PER_GB, find_sizes, minor_of, most_of
from planwatch.sources.cards.json.keys import LABEL, Scalar, money_in

_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,6})?")
_UNLIMITED: Final = re.compile(r"unlimited|∞|illimit|ilimitad|unbegrenzt", re.I)
_MINOR: Final = frozenset({"pence", "cents", "minor", "penny", "pennies", "subunit"})
_PER_GB: Final = 1024  # of the smaller units, where numbers are so large that they must be binary
_MB_OF_UNIT: Final = {
    "gb": Decimal(MB_PER_GB),
    "gigabyte": Decimal(MB_PER_GB),
    "gigabytes": Decimal(MB_PER_GB),
    "giga": Decimal(MB_PER_GB),
    "mb": Decimal(1),
    "megabyte": Decimal(1),
    "megabytes": Decimal(1),
    "kb": Decimal(MB_PER_GB) / (_PER_GB * _PER_GB),
}
_MOST_MB: Final = 900_000


@dataclass(frozen=True, slots=True)
class _Range:
    """What all numbers of one key have in common; `least` is of those above 0."""

    least: Decimal
    largest: Decimal
    is_whole: bool


class Units:
    """Knows every bare number of a JSON by the name of its key."""

    def __init__(self, scalars: Iterable[Scalar], currency: str) -> None:
        self._currency = currency
        numbers: dict[str, list[Decimal]] = {}
        for scalar in scalars:
            number = _number_of(scalar)
            if number is not None:
                numbers.setdefault(_name_of(scalar), []).append(number)
        # once for all: a page may hold a hundred thousand numbers of one key
        self._ranges = {name: _range_of(found) for name, found in numbers.items()}

    def pence_of(self, scalar: Scalar) -> int | None:
        """Return an amount in minor units; None for what is no plausible price."""
        if isinstance(scalar.value, str):
            named = money_in(scalar.value, self._currency)
            if len(named) == 1:
                return named.pop()
        number = _number_of(scalar)
        if number is None:
            return None
        scale = minor_of(self._currency)
        is_minor = bool(scalar.words() & _MINOR) or self._is_minor(scalar, scale)
        pence = int((number if is_minor else number * scale).to_integral_value())
        return pence if 0 < pence <= most_of(self._currency) else None

    def _is_minor(self, scalar: Scalar, scale: int) -> bool:
        """Tell whole numbers beyond what plans cost in pounds, and plausible in pence."""
        numbers = self._ranges[_name_of(scalar)]
        most = most_of(self._currency)
        return (
            scale > 1
            and numbers.is_whole
            and numbers.least * scale > most // 2
            and numbers.largest <= most
        )

    def mb_of(self, scalar: Scalar) -> tuple[bool, int | None]:
        """Return whether a value is a size of data, and its MB; None for unlimited."""
        if isinstance(scalar.value, str):
            sizes = {figure.value for figure in find_sizes(scalar.value)}
            if _UNLIMITED.search(scalar.value):
                return True, None
            if len(sizes) == 1:
                return True, sizes.pop()
        number = _number_of(scalar)
        if number is None:
            return False, None
        known = self._ranges.get(_name_of(scalar))
        largest = number if known is None else known.largest
        if number <= 0:
            return (number < 0 or largest > 0), None
        mb = int((number * self._scale_of(scalar, largest)).to_integral_value())
        return mb > 0, mb if mb < _MOST_MB else None

    def _scale_of(self, scalar: Scalar, largest: Decimal) -> Decimal:
        words = [scalar.unit.lower(), *scalar.words()]
        named = next((_MB_OF_UNIT[word] for word in words if word in _MB_OF_UNIT), None)
        if named is not None:
            return named
        if largest >= 10**9:
            return Decimal(MB_PER_GB) / _PER_GB**3
        if largest >= _MOST_MB and largest != 999_999:
            return Decimal(MB_PER_GB) / _PER_GB**2
        return Decimal(1) if largest >= MB_PER_GB else Decimal(MB_PER_GB)


def _range_of(numbers: list[Decimal]) -> _Range:
    above_zero = [number for number in numbers if number > 0]
    return _Range(
        least=min(above_zero, default=Decimal(0)),
        largest=max(numbers),
        is_whole=all(number == number.to_integral_value() for number in above_zero),
    )


def _number_of(scalar: Scalar) -> Decimal | None:
    value = scalar.value
    if isinstance(value, int | Decimal):
        return Decimal(value)
    plain = str(value).strip()
    return Decimal(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else None


def _name_of(scalar: Scalar) -> str:
    keys = [key for key in scalar.keys if not key.startswith(LABEL)]
    return ".".join(re.sub("[0-9]+", "#", key) for key in keys[-3:])
