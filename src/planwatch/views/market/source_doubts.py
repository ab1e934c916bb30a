"""The sources that a view should not be trusted for, as one line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from planwatch.domain.outcome import GOOD_OUTCOMES
from planwatch.domain.phrasing import format_age

_HOUR_S: Final = 3600
_PARTIAL: Final = "partial"
_STALE: Final = "stale"


def say_doubts(sources: Iterable[Mapping[str, Any]], brands: Collection[str] = ()) -> str:
    """Return which sources are stale, partial or not read; '' where none is.

    Args:
        sources: as `status --json` has them.
        brands: whose sources matter, and those of several brands that have plans; () for all.
    """
    found: dict[str, list[str]] = {"not read": [], _PARTIAL: [], _STALE: []}
    for source in sources:
        if not source.get("enabled", True) or not _matters(source, brands):
            continue
        name, outcome = str(source["brand"] or source["source"]), source["outcome"]
        age_h = source["age_h"]
        age = "never" if age_h is None else format_age(max(0.0, age_h * _HOUR_S))
        if outcome is None:
            found["not read"].append(name)
        elif outcome == _PARTIAL:
            found[_PARTIAL].append(f"{name} ({age})")
        elif outcome not in GOOD_OUTCOMES:
            words = str(outcome).replace("_", " ")
            found["not read"].append(f"{name} ({words}, last good {age})")
        elif source["freshness"] in (_STALE, "none"):
            found[_STALE].append(f"{name} ({age})")
    said = [f"{word}: {', '.join(names)}" for word, names in found.items() if names]
    return f"Sources {'; '.join(said)}." if said else ""


def _matters(source: Mapping[str, Any], brands: Collection[str]) -> bool:
    if source["brand"] is None:  # an aggregator
        return bool(source["plans_in_force"]) or (not brands and source["outcome"] is not None)
    return not brands or source["brand"] in brands
