"""The kinds of jobs and their params, as the dispatching side sees them. Imports nothing heavy."""

from __future__ import annotations

from typing import Final

SCRAPE: Final = "scrape"
COMPARE: Final = "compare"
ANALYSE: Final = "analyse"
KINDS: Final = (SCRAPE, COMPARE, ANALYSE)

COMPARE_STEPS: Final = ("load plans", "compute facts", "write", "save")
ANALYSE_SECTIONS: Final = (
    "overview",
    "tiers",
    "frontier",
    "baskets",
    "flexibility",
    "roaming",
    "promotions",
    "moves",
    "recommendations",
    "market",
)


def step_of_source(source_id: str) -> str:
    """Return the name of a scrape's step for one source."""
    return f"scrape {source_id}"
