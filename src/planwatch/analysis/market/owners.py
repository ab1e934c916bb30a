"""Group the plans of a market by the company that owns their brands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planwatch.analysis.market.market import Listing, find_cheapest
from planwatch.domain.brand import owner_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerGroup:
    """The brands of one owner; an independent brand is its own owner."""

    owner: str
    brands: tuple[str, ...]
    plans: int
    cheapest: Listing | None


def group_by_owner(listings: Sequence[Listing]) -> tuple[OwnerGroup, ...]:
    """Return the groups, the one with most plans first, then by name.

    Source: docs/reference/sources.md, "Brands and owners".
    """
    by_owner: dict[str, list[Listing]] = {}
    for item in listings:
        by_owner.setdefault(owner_of(item.plan.brand), []).append(item)
    groups = [
        OwnerGroup(
            owner=owner,
            brands=tuple(sorted({item.plan.brand for item in items}, key=str.casefold)),
            plans=len(items),
            cheapest=find_cheapest(items),
        )
        for owner, items in by_owner.items()
    ]
    return tuple(sorted(groups, key=lambda group: (-group.plans, group.owner.casefold())))
