"""The most data that each brand gives for the money: price bands by brand, a grid for each term.

Bands are of the effective cost, £5 wide. What the views draw: views/market/price_grid.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

BAND_PENCE: Final = 500
_LEVELS_MB: Final = (5_000, 20_000, 50_000, 100_000)
MOST_LEVEL: Final = len(_LEVELS_MB) + 2  # of unlimited data


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedPlan:
    """What the grid needs of a plan.

    Attributes:
        data_mb: None is unlimited.
        is_limited: its speed is capped, or a buyer must be or have something for this price.
    """

    plan_id: str
    brand: str
    term_months: int
    data_mb: int | None
    effective_pence: int
    is_limited: bool = False

    @property
    def level(self) -> int:
        """How much data it is, from 1 to `MOST_LEVEL`, which is unlimited."""
        if self.data_mb is None:
            return MOST_LEVEL
        return 1 + sum(self.data_mb > bound for bound in _LEVELS_MB)


@dataclass(frozen=True, slots=True)
class Band:
    """Costs from `from_pence` to `to_pence`, both within it."""

    from_pence: int
    to_pence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TermGrid:
    """The grid of one term.

    Attributes:
        cells: for each brand, in the order of `PriceGrid.brands`, and each band, in the order of
            `PriceGrid.bands`: the plan with the most data, None where the brand has none there.
    """

    term_months: int
    cells: Sequence[Sequence[PricedPlan | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceGrid:
    """Grids of the same brands and bands, a term each, the shortest first, pay as you go last.

    Attributes:
        bands: those in which some plan is, the cheapest first.
    """

    bands: Sequence[Band]
    brands: Sequence[str]
    terms: Sequence[TermGrid]

    def as_record(self) -> list[dict[str, Any]]:
        """Return the grid in the shape of docs/reference/json.md."""
        return [
            {
                "term_months": grid.term_months,
                "bands": [
                    {"from_pence": band.from_pence, "to_pence": band.to_pence}
                    for band in self.bands
                ],
                "cells": [
                    {
                        "brand": plan.brand,
                        "band": place,
                        "plan_id": plan.plan_id,
                        "data_mb": plan.data_mb,
                        "unlimited": plan.data_mb is None,
                        "effective_pence": plan.effective_pence,
                        "limited": plan.is_limited,
                    }
                    for row in grid.cells
                    for place, plan in enumerate(row)
                    if plan is not None
                ],
            }
            for grid in self.terms
        ]


def band_of(effective_pence: int) -> Band:
    """Return the band of a cost: up to £5.00, £5.01 to £10.00, and so on."""
    place = max(effective_pence - 1, 0) // BAND_PENCE
    return Band(place * BAND_PENCE + (1 if place else 0), (place + 1) * BAND_PENCE)


def price_grid(plans: Iterable[PricedPlan]) -> PriceGrid:
    """Return for each term the most data that each brand gives in each band.

    Of plans with the same data one without a limit counts, then the cheapest. Brands are in
    alphabetical order; a brand or band without a plan of one term has empty cells there.
    """
    best: dict[tuple[int, str, Band], PricedPlan] = {}
    for plan in plans:
        place = (plan.term_months, plan.brand, band_of(plan.effective_pence))
        best[place] = min(plan, best.get(place, plan), key=_preference)
    brands = sorted({brand for _, brand, _ in best}, key=lambda name: (name.lower(), name))
    bands = sorted({band for *_, band in best}, key=lambda band: band.to_pence)
    return PriceGrid(
        bands=bands,
        brands=brands,
        terms=[
            TermGrid(
                term_months=term,
                cells=[[best.get((term, brand, band)) for band in bands] for brand in brands],
            )
            for term in sorted({term for term, *_ in best}, key=lambda term: (term == 0, term))
        ],
    )


def _preference(plan: PricedPlan) -> tuple[float, bool, int, str]:
    data = float("inf") if plan.data_mb is None else plan.data_mb
    return (-data, plan.is_limited, plan.effective_pence, plan.plan_id)
