"""Shelves of the shops: the plan that a test is about, and others that stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from tests.sequences.shops import SHOPS, Card

_SIZES: Final = (21, 32, 43, 54, 65, 76, 87, 98, 109, 121, 132, 143, 154, 165, 176, 187, 198, 209)
_TIER: Final = "Plus"
BESIDE: Final = 5


def subject(source: str, pence: int, *, gb: int = 12, **other: Any) -> Card:
    """Return the plan that a test is about."""
    tier = "" if source == "giffgaff" else "Lite"
    return replace(Card(gb=gb, pence=pence, tier=tier), **other)


def label(source: str, *, gb: int = 12, tier: str = "Lite") -> str:
    """Return what messages call that plan."""
    return SHOPS[source].label(Card(gb=gb, pence=0, tier=tier))


def others(number: int = BESIDE) -> tuple[Card, ...]:
    """Return so many plans beside it, each of its own size and price."""
    return tuple(
        Card(gb=gb, pence=900 + 110 * place, tier=_TIER) for place, gb in enumerate(_SIZES[:number])
    )


def shelf(*cards: Card, beside: int = BESIDE) -> tuple[Card, ...]:
    """Return these plans and so many others."""
    return (*cards, *others(beside))


def prices(source: str, values: Sequence[int], **other: Any) -> list[tuple[Card, ...]]:
    """Return a shelf for each price of the plan that a test is about."""
    return [shelf(subject(source, pence, **other)) for pence in values]


def unreadable(cards: Sequence[Card], number: int) -> tuple[Card, ...]:
    """Return the cards with the last so many of them spoilt."""
    kept = len(cards) - number
    return (*cards[:kept], *(replace(card, is_readable=False) for card in cards[kept:]))
