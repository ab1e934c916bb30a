"""Moves: recent changes of price and plan, counted by brand from the ledger's changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from planwatch.analysis.facts import percent_of
from planwatch.domain.moves import MoveFilter
from planwatch.domain.period import Period

PERIODS: Final = (30, 90)
"""Periods that an analysis covers, in days."""

Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """The moves of one brand within a period.

    Attributes:
        cuts: changes of effective cost downwards; `raises` upwards.
        net_pence: sum of the changes of effective cost.
    """

    brand: str
    days: int
    new: int
    withdrawn: int
    cuts: int
    raises: int
    promotions: int
    others: int
    net_pence: int

    @property
    def total(self) -> int:
        return self.new + self.withdrawn + self.cuts + self.raises + self.promotions + self.others


_COSTS: Final = MoveFilter(kinds=("effective",))
_CUTS: Final = replace(_COSTS, direction="down")
_RAISES: Final = replace(_COSTS, direction="up")
_COUNTED: Final = frozenset(
    {"new", "relaunched", "withdrawn", "effective", "headline", "promotion"}
)


def keep_recent(changes: Iterable[Change], period: Period) -> list[Change]:
    """Return the changes of a period, in their order."""
    return [row for row in changes if period.covers(row["changed_at"])]


def count_moves(changes: Sequence[Change], brand: str, period: Period, days: int) -> Moves:
    """Count the moves of a brand within a period, which is called by its days.

    A change of headline price is counted by its change of effective cost, so that a cut is one
    move; a relaunched plan counts as new.

    Source: docs/reference/formulas.md, "Moves".
    """
    rows = keep_recent((row for row in changes if row["brand"] == brand), period)
    kinds = Counter(row["kind"] for row in rows)
    costs = [row for row in rows if _COSTS.passes(row)]
    return Moves(
        brand=brand,
        days=days,
        new=kinds["new"] + kinds["relaunched"],
        withdrawn=kinds["withdrawn"],
        cuts=sum(map(_CUTS.passes, costs)),
        raises=sum(map(_RAISES.passes, costs)),
        promotions=kinds["promotion"],
        others=sum(number for kind, number in kinds.items() if kind not in _COUNTED),
        net_pence=sum(row["after"] - row["before"] for row in costs),
    )


def find_largest(changes: Sequence[Change], period: Period) -> Change | None:
    """Return the largest change of effective cost in pence, or None; the newest of equals."""
    rows = [row for row in keep_recent(changes, period) if _COSTS.passes(row)]
    return max(rows, key=lambda row: abs(row["after"] - row["before"]), default=None)


def change_percent(change: Change) -> float | None:
    """Return a change of cost as a percentage of what it was."""
    return percent_of(change["after"] - change["before"], change["before"])
