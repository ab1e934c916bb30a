"""Price moves: how much a recorded change moved a price, and the one filter that judges it.

Works on change records (`kind`, `brand`, `before`, `after`). Imports no plan, so that
`planwatch changes` starts quickly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

PRICE_KINDS: Final = ("headline", "effective")
"""The kinds of change with a price before and a price after, in pence."""

PRESENCE_KINDS: Final = ("new", "withdrawn", "relaunched")
"""The kinds of change that say whether a plan is in force."""

NEW_LOW: Final = "new_low"
NEW_HIGH: Final = "new_high"
"""What a rule of alerts may ask for beside kinds of change: a price beyond all of some days."""

ChangeRecord = Mapping[str, Any]


def moved_pence(change: ChangeRecord) -> int | None:
    """Return by how many pence a price moved; None for a kind without an amount."""
    if change["kind"] not in PRICE_KINDS:
        return None
    return int(change["after"] - change["before"])


def moved_percent(change: ChangeRecord) -> float | None:
    """Return a move as a percentage of the price before; None where that is not above 0."""
    pence = moved_pence(change)
    if pence is None or change["before"] <= 0:
        return None
    return pence * 100 / int(change["before"])


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFilter:
    """Which changes pass; None and empty mean any.

    Thresholds and the direction judge changes of price. A kind without an amount passes them only
    when `kinds` names it. A move from a price of zero has no percentage and passes any.

    Attributes:
        min_pence, min_percent: least move of a price, up or down; both must be reached.
        direction: price changes upwards or downwards only.
    """

    brands: Collection[str] = ()
    kinds: Collection[str] = ()
    min_pence: float | None = None
    min_percent: float | None = None
    direction: Literal["up", "down"] | None = None

    @property
    def asks_amount(self) -> bool:
        """Tell whether it has a threshold or a direction."""
        return not (self.min_pence is None and self.min_percent is None and self.direction is None)

    @property
    def has_any(self) -> bool:
        """Tell whether it asks for anything."""
        return bool(self.brands or self.kinds or self.asks_amount)

    @property
    def possible_kinds(self) -> Collection[str]:
        """Return the kinds that can pass; empty for any."""
        return self.kinds or (PRICE_KINDS if self.asks_amount else ())

    def passes(self, change: ChangeRecord) -> bool:
        """Tell whether a change is all that the filter asks for."""
        if self.brands and change["brand"] not in self.brands:
            return False
        if self.possible_kinds and change["kind"] not in self.possible_kinds:
            return False
        pence = moved_pence(change)
        return pence is None or self._passes_move(pence, int(change["before"]))

    def _passes_move(self, pence: int, before: int) -> bool:
        if self.direction is not None and (pence <= 0 if self.direction == "up" else pence >= 0):
            return False
        if self.min_pence is not None and abs(pence) < self.min_pence:
            return False
        # both sides times 100, and rounded: 5.1 % of 1000 pence is 51 pence and nothing more; of a
        # price of zero any percentage is reached
        return self.min_percent is None or abs(pence) * 100 >= round(self.min_percent * before, 6)
