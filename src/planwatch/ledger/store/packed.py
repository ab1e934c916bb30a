"""Long JSON in a column of text, compressed: an analysis says much in the same few words.

A document of 370 kB takes 40; a year of weekly analyses would otherwise be most of the file.
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any, Final

from planwatch.errors import LedgerError

MARK: Final = "zlib:"
"""What a packed text begins with; no JSON does."""

MOST: Final = 64_000_000
"""Bytes up to which any value is unpacked: a hundred times what an analysis takes."""
MOST_TIMES: Final = 40
"""Beyond that, how often as long as its packed bytes a value may be; an analysis comes to 12."""

_LONG: Final = 2_000  # characters; what is shorter stays readable with SQL


def pack(text: str) -> str:
    """Return JSON as it is kept: itself, or where it is long the mark and Base64 of zlib."""
    if len(text) < _LONG:
        return text
    return MARK + base64.b64encode(zlib.compress(text.encode())).decode("ascii")


def unpack(text: str) -> Any:
    """Return the value of kept JSON, packed or not: rows of older versions are not.

    Raises:
        LedgerError: it is not what `pack` makes, or far longer than it.
    """
    if text.startswith(MARK):
        text = _inflate(text[len(MARK) :])
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged("it is not JSON") from error


def _inflate(packed: str) -> str:
    unpacker = zlib.decompressobj()
    try:
        kept = base64.b64decode(packed, validate=True)
        most = max(MOST, MOST_TIMES * len(kept))
        data = unpacker.decompress(kept, most + 1)
        if len(data) > most:
            raise _damaged(f"it unpacks to more than {most // 1_000_000} MB")
        if not unpacker.eof:
            raise _damaged("it was cut short")
        return data.decode()
    except (ValueError, zlib.error) as error:  # not Base64, not UTF-8
        raise _damaged("it cannot be unpacked") from error


def _damaged(why: str) -> LedgerError:
    return LedgerError(
        f"a value in the ledger is not one that planwatch stored: {why}",
        hint="see what else is wrong: planwatch doctor; then restore a backup",
    )
