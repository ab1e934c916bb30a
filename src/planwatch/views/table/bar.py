"""A horizontal bar in a cell. Pure text; where the stream has no blocks, ASCII."""

from __future__ import annotations

from typing import Final

WIDTH: Final = 10
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
_PARTS: Final = len(_EIGHTHS) - 1


def render_bar(value: float | None, most: float, *, is_ascii: bool) -> str:
    """Return a bar, as long to `WIDTH` as the value is to `most`; "" where there is no value."""
    if value is None or value <= 0 or most <= 0:
        return ""
    share = min(value / most, 1.0)
    if is_ascii:
        return "#" * max(1, round(share * WIDTH))
    whole, part = divmod(max(1, round(share * WIDTH * _PARTS)), _PARTS)
    return _EIGHTHS[-1] * whole + (_EIGHTHS[part] if part else "")
