"""Plans by size (data and term): the cheapest of each, and the cheapest that covers one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from planwatch.analysis.market.market import Listing, Listings, cheapness, find_cheapest
from planwatch.domain.allowance import Allowance
from planwatch.domain.plan import Plan

Size = tuple[Allowance, int]


def plan_size(plan: Plan) -> Size:
    """Return what two plans share that are of one size."""
    return (plan.allowance, plan.term_months)


def group_sizes(listings: Iterable[Listing]) -> dict[Size, list[Listing]]:
    """Return the variants of each data and term, in the given order."""
    groups: dict[Size, list[Listing]] = {}
    for item in listings:
        groups.setdefault(plan_size(item.plan), []).append(item)
    return groups


class Sizes:
    """The cheapest plans of a market by size: `Listings.once(Sizes)`."""

    def __init__(self, listings: Listings) -> None:
        cheapest = [find_cheapest(group) for group in group_sizes(listings).values()]
        self._cheapest = {plan_size(item.plan): item for item in cheapest if item}
        by_term: dict[int, list[Listing]] = {}
        for (_, term_months), item in self._cheapest.items():
            by_term.setdefault(term_months, []).append(item)
        self._ladders = {term: _Ladder(items) for term, items in by_term.items()}

    def find_same(self, allowance: Allowance, term_months: int) -> Listing | None:
        """Return the cheapest of exactly this data and term."""
        return self._cheapest.get((allowance, term_months))

    def find_covering(self, allowance: Allowance, term_months: int | None) -> Listing | None:
        """Return the cheapest with no less data on no longer term; None takes any term."""
        found = (
            ladder.find_cheapest(allowance)
            for term, ladder in self._ladders.items()
            if term_months is None or term <= term_months
        )
        return find_cheapest(item for item in found if item)


class _Ladder:
    """The cheapest of each size of one term, and for each size the cheapest from it upwards."""

    def __init__(self, items: Iterable[Listing]) -> None:
        self._less_data: list[float] = []
        self._cheapest: list[Listing] = []
        for item in sorted(items, key=lambda item: -item.plan.allowance.sort_key):
            best = self._cheapest[-1] if self._cheapest else item
            self._less_data.append(-item.plan.allowance.sort_key)
            self._cheapest.append(min(best, item, key=cheapness))

    def find_cheapest(self, allowance: Allowance) -> Listing | None:
        step = bisect_right(self._less_data, -allowance.sort_key)
        return self._cheapest[step - 1] if step else None
