"""For whom a price is recommended: the brands to price against, the premium and the floor."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from planwatch.domain.brand import resolve_brand
from planwatch.errors import UsageError

_BETWEEN: Final = re.compile("[,;]")


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


def parse_peers(text: str, known: Iterable[str]) -> list[str]:
    """Return the display names of brands written as `EE, Vodafone`, each once.

    Args:
        known: further display names than planwatch's own.

    Raises:
        UnknownName: one is no brand.
    """
    sold = list(known)
    named = (resolve_brand(name, sold) for name in _BETWEEN.split(text) if name.strip())
    return list(dict.fromkeys(named))


def parse_peers_of(brand: str, text: str, known: Iterable[str]) -> list[str]:
    """Return the peers that a person named for a brand by --against.

    Raises:
        UnknownName: one is no brand.
        UsageError: the brand itself is one of them.
    """
    peers = parse_peers(text, known)
    if brand in peers:
        raise UsageError(f"{brand} is no peer of itself", hint="name other brands with --against")
    return peers
