"""White space: combinations of data tier and term that no brand sells, or one brand does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from planwatch.analysis.market.market import DATA_TIERS, DataTier, Listing, data_tier, find_cheapest

TERMS: Final = (0, 1, 12, 24)
"""Terms in months that are always shown; others are shown where a brand sells one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One data tier at one minimum term; `cheapest` is None where no brand sells."""

    tier: DataTier
    term_months: int
    brands: tuple[str, ...]
    plans: int
    cheapest: Listing | None

    @property
    def is_empty(self) -> bool:
        return self.cheapest is None


def white_space(listings: Sequence[Listing], terms: Iterable[int] = TERMS) -> tuple[Cell, ...]:
    """Return every cell of data tier × term, by term, then tier.

    Source: docs/reference/formulas.md, "White space".
    """
    every_term = sorted({*terms, *(item.plan.term_months for item in listings)})
    by_cell: dict[tuple[int, DataTier], list[Listing]] = {}
    for item in listings:
        by_cell.setdefault((item.plan.term_months, data_tier(item.plan.allowance)), []).append(item)
    return tuple(
        _cell(tier, term, by_cell.get((term, tier), []))
        for term in every_term
        for tier in DATA_TIERS
    )


def _cell(tier: DataTier, term_months: int, listings: Sequence[Listing]) -> Cell:
    return Cell(
        tier=tier,
        term_months=term_months,
        brands=tuple(sorted({item.plan.brand for item in listings}, key=str.casefold)),
        plans=len(listings),
        cheapest=find_cheapest(listings),
    )
