"""Generate ids of jobs and analyses: short, random, easy to read aloud."""

from __future__ import annotations

import os
from typing import Final

_LETTERS: Final = "023456789abcdefghjkmnpqrstuvwxyz"  # 32, without 1, i, l and o
_LENGTH: Final = 10


def new_id() -> str:
    """Return a fresh id: ten letters without look-alikes, 50 bits."""
    # 32 letters: the remainder of a random byte is even. `secrets` costs 4 ms to import.
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in os.urandom(_LENGTH))
