"""Make scraped text safe to print: no control characters, nothing invisible or turned around.

A page may hold bytes that move a terminal's cursor or set its title; none of them is ever part of a
plan's name or of an error's message.
"""

from __future__ import annotations

import re
from typing import Final

# controls, what has no width, reversals of direction, and halves of surrogate pairs, which no UTF-8
# can hold
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)


def printable(text: str) -> str:
    """Return `text` without control and invisible characters; tabs and line ends stay."""
    return _UNPRINTABLE.sub("", text)
