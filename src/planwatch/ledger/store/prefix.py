"""An id named by its first letters, as a range that an index answers: `id >= ? AND id < ?`."""

from __future__ import annotations

from typing import Final

_AFTER_EVERY_ID: Final = "\x7f"  # ids are letters and digits
_EMPTY_RANGE: Final = ("", "")


def range_of_prefix(prefix: str) -> tuple[str, str]:
    """Return the first id that may begin with `prefix` and the first that comes after them all.

    Args:
        prefix: as typed; one that no id can begin with gives a range without any.
    """
    return (prefix, prefix + _AFTER_EVERY_ID) if prefix.isascii() else _EMPTY_RANGE
