"""A row of blocks over time. Pure text; where the stream has no blocks, ASCII."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_BLOCKS: Final = "▁▂▃▄▅▆▇█"
_ASCII: Final = "_.:-=+*#"


def render_sparkline(values: Sequence[int | None], encoding: str | None) -> str:
    """Return one mark a value, the lowest to the highest; a space where there is none."""
    marks = _BLOCKS if can_hold(encoding) else _ASCII
    known = [value for value in values if value is not None]
    low, high = min(known, default=0), max(known, default=0)
    return "".join(" " if value is None else marks[_level(value, low, high)] for value in values)


def _level(value: int, low: int, high: int) -> int:
    steps = len(_BLOCKS) - 1
    return steps // 2 if high == low else round((value - low) * steps / (high - low))


def can_hold(encoding: str | None) -> bool:
    """Tell whether a stream can print blocks and lines."""
    try:
        _BLOCKS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
