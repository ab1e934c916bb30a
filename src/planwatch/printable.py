"""Make scraped text safe to print: no control characters, no hidden reversals of direction.

A page may hold bytes that move a terminal's cursor or set its title; none of them is ever part of a
plan's name or of an error's message.
"""

from __future__ import annotations

import re
from typing import Final

# controls, reversals of direction, and halves of surrogate pairs, which no UTF-8 can hold
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    """Return `text` without control characters; tabs and line ends stay."""
    return _UNPRINTABLE.sub("", text)
