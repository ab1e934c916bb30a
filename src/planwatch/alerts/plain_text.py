"""Scraped text made safe for a message: one line, no markup, no mention of a channel."""

from __future__ import annotations

from typing import Final

from planwatch.printable import printable

# a shop's text may mention a whole channel, or look like markup
_SAFE: Final = str.maketrans({"<": "‹", ">": "›", "@": "＠", "`": "'"})


def one_line(text: str) -> str:
    """Return text in one line, without what a service reads as markup or a mention."""
    return printable(" ".join(str(text).split())).translate(_SAFE)


def clause(text: str) -> str:
    """Return the same without a full stop at its end, to go into a sentence."""
    return one_line(text).rstrip(".")
