"""A source of a user's own: a shop that settings name and the card reader reads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSource:
    """A shop that settings name and the card miner reads; `name` is the brand's display name."""

    id: str
    name: str
    urls: tuple[str, ...]
    currency: str = "GBP"
    needs_browser: bool = False
