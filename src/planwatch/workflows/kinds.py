"""The kinds of jobs and their params, as the dispatching side sees them. Imports nothing heavy."""

from __future__ import annotations

from typing import Final

SCRAPE: Final = "scrape"
COMPARE: Final = "compare"
ANALYSE: Final = "analyse"

COMPARE_STEPS: Final = ("load plans", "compute facts", "write", "save")
ANALYSE_SECTIONS: Final = ("overview", "ladder", "baskets", "frontier")
ANALYSE_STEPS: Final = ("load plans", *ANALYSE_SECTIONS, "write", "save")


def step_of_source(source_id: str) -> str:
    """Return the name of a scrape's step for one source."""
    return f"scrape {source_id}"
