"""The grid of the plans that a command found: which of them are priced like the market."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from planwatch.analysis.metrics.price_grid import PricedPlan, PriceGrid, price_grid
from planwatch.domain.phrasing import MARKET_CURRENCY


def grid_of_records(plans: Iterable[Mapping[str, Any]]) -> PriceGrid:
    """Return the grid of plan records; a plan in another currency has no place in it."""
    return price_grid(
        PricedPlan(
            plan_id=f"{plan['source']}:{plan['plan_key']}",
            brand=plan["brand"],
            term_months=plan["term_months"],
            data_mb=plan["data_mb"],
            effective_pence=plan["effective_pence"],
            is_limited=bool(plan["condition"] or plan["max_speed_mbps"]),
        )
        for plan in plans
        if plan["currency"] == MARKET_CURRENCY
    )
