"""Like for like: rivals that give no less than a plan in speed, roaming zone and data abroad.

What a plan does not state it is not compared on; what a rival does not state is not taken for as
good. Cost, data and term are compared by size: `sizes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from planwatch.analysis.market.market import ROAMING_RANK, Listing, Listings, find_cheapest
from planwatch.analysis.market.sizes import Sizes
from planwatch.domain.phrasing import format_data
from planwatch.domain.plan import Plan, Roaming


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a rival gives less of than a plan.

    Attributes:
        lacks: by what it states itself ("EU roaming", "full speed").
        unstated: what the plan states and the rival says nothing of ("roaming").
    """

    lacks: tuple[str, ...] = ()
    unstated: tuple[str, ...] = ()

    @property
    def is_none(self) -> bool:
        return not self.lacks and not self.unstated


NO_SHORTFALL: Final = Shortfall()


class Terms(NamedTuple):
    """What is compared besides cost, data and term."""

    max_speed_mbps: int | None
    roaming: Roaming | None
    roaming_mb: int | None

    @classmethod
    def of(cls, plan: Plan) -> Terms:
        return cls(plan.max_speed_mbps, plan.roaming, plan.roaming_mb)

    def shortfall_of(self, rival: Terms) -> Shortfall:
        """Return what `rival` gives less of than this."""
        lacks: list[str] = []
        unstated: list[str] = []
        if rival.max_speed_mbps and rival.max_speed_mbps < (self.max_speed_mbps or float("inf")):
            lacks.append("full speed" if self.max_speed_mbps is None else "its speed")
        if ROAMING_RANK[self.roaming] > ROAMING_RANK[rival.roaming]:
            zone = "global roaming" if self.roaming == "global" else "EU roaming"
            (unstated if rival.roaming is None else lacks).append(zone)
        elif self.roaming in ("eu", "global") and self.roaming_mb is not None:
            if rival.roaming_mb is None:
                unstated.append("how much data is usable abroad")
            elif rival.roaming_mb < self.roaming_mb:
                lacks.append(f"{format_data(self.roaming_mb)} of data abroad")
        return Shortfall(tuple(lacks), tuple(unstated))


class Equivalents:
    """Rivals by what they give: `Listings.once(Equivalents)`."""

    def __init__(self, listings: Listings) -> None:
        groups: dict[Terms, list[Listing]] = {}
        for item in listings:
            groups.setdefault(Terms.of(item.plan), []).append(item)
        self._sizes = {terms: Sizes(Listings(group)) for terms, group in groups.items()}

    def find_same(self, plan: Plan) -> Listing | None:
        """Return the cheapest of the same data and term that gives no less."""
        return self._cheapest(plan, lambda s: s.find_same(plan.allowance, plan.term_months))

    def find_rival(self, plan: Plan) -> Listing | None:
        """Return the cheapest of the same data and term, else the cheapest that covers them."""
        return self.find_same(plan) or self.find_covering(plan)

    def find_covering(self, plan: Plan) -> Listing | None:
        """Return the cheapest with no less data on no longer term that gives no less."""
        return self._cheapest(plan, lambda s: s.find_covering(plan.allowance, plan.term_months))

    def find_any_term(self, plan: Plan) -> Listing | None:
        """Return the cheapest with no less data on any term that gives no less."""
        return self._cheapest(plan, lambda s: s.find_covering(plan.allowance, None))

    def _cheapest(self, plan: Plan, find: Callable[[Sizes], Listing | None]) -> Listing | None:
        found: Iterator[Listing | None] = (find(sizes) for sizes in self._no_less(plan))
        return find_cheapest(item for item in found if item)

    def _no_less(self, plan: Plan) -> Iterable[Sizes]:
        mine = Terms.of(plan)
        return (sizes for terms, sizes in self._sizes.items() if mine.shortfall_of(terms).is_none)
