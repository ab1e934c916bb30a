"""JSON in a column that may be NULL."""

from __future__ import annotations

import json
from typing import Any


def dump_json(value: Any) -> str | None:
    """Return a value as a column keeps it; NULL for None."""
    return None if value is None else json.dumps(value)


def load_json(text: str | None) -> Any:
    """Return the value of a column; None for NULL."""
    return None if text is None else json.loads(text)
