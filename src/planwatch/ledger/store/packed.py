"""Long JSON in a column of text, compressed: an analysis says much in the same few words.

A document of 370 kB takes 40; a year of weekly analyses would otherwise be most of the file.
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any, Final

MARK: Final = "zlib:"
"""What a packed text begins with; no JSON does."""

_LONG: Final = 2_000  # characters; what is shorter stays readable with SQL


def pack(text: str) -> str:
    """Return JSON as it is kept: itself, or where it is long the mark and Base64 of zlib."""
    if len(text) < _LONG:
        return text
    return MARK + base64.b64encode(zlib.compress(text.encode())).decode("ascii")


def unpack(text: str) -> Any:
    """Return the value of kept JSON, packed or not: rows of older versions are not."""
    if text.startswith(MARK):
        text = zlib.decompress(base64.b64decode(text[len(MARK) :])).decode()
    return json.loads(text)
