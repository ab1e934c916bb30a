"""For whom a price is recommended: the brands to price against, the premium and the floor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """For whom a price is recommended.

    Attributes:
        peers: the brands to price against; () for every other brand.
        premium_pence: what the brand may cost more than they do, a month; below 0 less.
        floor_pence: the lowest headline that may be recommended.
    """

    peers: tuple[str, ...] = ()
    premium_pence: int = 0
    floor_pence: int = 0


NOBODY: Final = Pricing()
"""Whoever has not said for whom: every other brand, no premium and no floor."""
