"""What the columns of a report's tables mean to a reader: labels, and who gains by a difference.

In a report about a focus brand green is good for it and red is bad; the sign says the same. Of a
difference between anything else nobody here knows whether it is good: it has no colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

CAVEATS: Final = "caveats"
"""The name by which `show --section` knows the caveats."""
_EFFECTIVE: Final = {
    "win_pence": "Wins at (effective)",
    "ends_at_pence": "No longer dominated at (effective)",
}
"""Costs that look like prices to set; a document says no headline for them."""
_OF_THE_FOCUS: Final = frozenset(
    {
        ("pairs", "gap_pence"),
        ("gaps", "gap_pence"),
        ("baskets", "gap_pence"),
        ("tiers", "gap_pence"),
    }
)
"""Tables and keys of differences that are the focus brand's cost less another's."""


def label_of(column: Mapping[str, str]) -> str:
    """Return the label of a column."""
    return _EFFECTIVE.get(column["key"], str(column["label"]))


def tone_of(table: Mapping[str, Any], column: Mapping[str, str], value: Any) -> str:
    """Return `good` or `bad` for the focus brand, '' where a value is neither."""
    if (table.get("id"), column["key"]) not in _OF_THE_FOCUS:
        return ""
    if column["kind"] != "money_diff" or not isinstance(value, int | float) or not round(value):
        return ""
    return "bad" if value > 0 else "good"
