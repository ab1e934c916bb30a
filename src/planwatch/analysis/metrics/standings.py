"""Standings: rivals in groups of equal features, so that a plan's dominators are found at once.

Domination compares cost and data, which differ from plan to plan, and features, which many plans
share. So features are compared once for two groups, and within a group a staircase over cost or
data tells the best rival. Verdicts, and the definition: `frontier`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from planwatch.analysis.market.market import ROAMING_RANK, Listing, Listings
from planwatch.domain.plan import Generation, Roaming

_GENERATION_RANK: Final = {None: 0, "4g": 0, "5g": 1}
_NO_LIMIT: Final = float("inf")


class Features(NamedTuple):
    """What domination compares besides cost and data, as the plan states it."""

    term_months: int
    roaming: Roaming | None
    roaming_mb: int | None
    generation: Generation | None
    max_speed_mbps: int | None

    @classmethod
    def of(cls, item: Listing) -> Features:
        plan = item.plan
        return cls(
            plan.term_months, plan.roaming, plan.roaming_mb, plan.generation, plan.max_speed_mbps
        )

    @property
    def top_speed(self) -> float | None:
        """The stated limit; none stated beside a generation is no limit; else not known."""
        if self.max_speed_mbps is not None:
            return float(self.max_speed_mbps)
        return None if self.generation is None else _NO_LIMIT

    def unknowns_beside(self, dominator: Features) -> tuple[str, ...]:
        """Return what is not stated here and the dominator might be worse in.

        Where neither states how much data may be used abroad, nothing speaks for a difference.
        """
        unknown = []
        has_limit = dominator.roaming_mb is not None
        if self.roaming is None and (dominator.roaming != "global" or has_limit):
            unknown.append("roaming")
        if self.roaming in ("eu", "global") and self.roaming_mb is None and has_limit:
            unknown.append("roaming data")
        is_limit_compared = self.max_speed_mbps is not None or dominator.max_speed_mbps is None
        if self.generation is None and not (dominator.generation == "5g" and is_limit_compared):
            unknown.append("speed")
        return tuple(unknown)


@dataclass(frozen=True, slots=True)
class Measured:
    """Features as numbers, more is better; what is not stated counts as the worst."""

    values: tuple[float, ...]
    is_known: tuple[bool, ...]

    @classmethod
    def of(cls, features: Features) -> Measured:
        speed = features.top_speed
        return cls(
            (
                -features.term_months,
                ROAMING_RANK[features.roaming],
                features.roaming_mb or 0,
                _GENERATION_RANK[features.generation],
                speed or 0,
            ),
            (
                True,
                features.roaming is not None,
                features.roaming == "none" or features.roaming_mb is not None,
                features.generation is not None,
                bool(speed),
            ),
        )

    def is_worse(self, other: Measured) -> bool:
        """Tell whether a point is worse than the other's."""
        return any(mine < its for mine, its in zip(self.values, other.values, strict=True))

    def is_better(self, other: Measured) -> bool:
        """Tell whether a point that both state is better than the other's."""
        points = zip(self.values, other.values, self.is_known, other.is_known, strict=True)
        return any(mine > its and known and its_known for mine, its, known, its_known in points)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A rival and its place among all: the cheapest first, of equals the one that gives more."""

    rank: int
    item: Listing
    data: float


class _Staircase:
    """The best of those up to each place on a line, and the best that is no offer of its plan."""

    def __init__(self, placed: Iterable[tuple[float, float, Ranked]]) -> None:
        """Take (place, order, rival), by place; the least order is best, of equals the first."""
        self._places: list[float] = []
        self._best: list[tuple[Ranked, Ranked | None]] = []
        first: Ranked | None = None
        second: Ranked | None = None
        first_order = second_order = 0.0
        for place, order, rival in placed:
            if first is None or order < first_order:
                if first is not None and first.item.identity != rival.item.identity:
                    second, second_order = first, first_order
                first, first_order = rival, order
            elif rival.item.identity != first.item.identity and (
                second is None or order < second_order
            ):
                second, second_order = rival, order
            else:
                continue
            if self._places and self._places[-1] == place:
                self._best[-1] = (first, second)
            else:
                self._places.append(place)
                self._best.append((first, second))

    def find_best(self, place: float, identity: str) -> Ranked | None:
        """Return the best of those up to a place that is no offer of the plan `identity`."""
        step = bisect_right(self._places, place) - 1
        if step < 0:
            return None
        first, second = self._best[step]
        return first if first.item.identity != identity else second


class Group:
    """Rivals with equal features, in order of rank."""

    def __init__(self, features: Features) -> None:
        self.features = features
        self.measured = Measured.of(features)
        self.rivals: list[Ranked] = []

    @property
    def first(self) -> Ranked:
        return self.rivals[0]

    @cached_property
    def _by_data(self) -> _Staircase:
        ordered = sorted(self.rivals, key=lambda rival: -rival.data)
        return _Staircase((-rival.data, rival.rank, rival) for rival in ordered)

    @cached_property
    def _by_cost(self) -> _Staircase:
        # of equal data the cheapest comes first, as in the order of rank
        return _Staircase((rival.item.monthly_pence, -rival.data, rival) for rival in self.rivals)

    def find_cheapest(self, item: Listing) -> Ranked | None:
        """Return the first by rank with as much data as the plan, which may cost more."""
        return self._by_data.find_best(-item.plan.allowance.sort_key, item.identity)

    def find_largest(self, item: Listing) -> Ranked | None:
        """Return the one with most data that costs no more, then the cheapest; may have less."""
        return self._by_cost.find_best(item.monthly_pence, item.identity)


@dataclass(frozen=True, slots=True)
class Facing:
    """A group whose features are no worse than those of a plan.

    Attributes:
        is_better: in a feature that both state.
        is_certain: no verdict depends on what the plan does not state.
    """

    group: Group
    is_better: bool
    is_certain: bool

    def beats(self, rival: Ranked, item: Listing) -> bool:
        """Tell whether one of the group dominates the plan, which it is no offer of."""
        pence, data = item.monthly_pence, item.plan.allowance.sort_key
        if rival.item.monthly_pence > pence or rival.data < data:
            return False
        return self.is_better or rival.item.monthly_pence < pence or rival.data > data


class Standings:
    """All rivals by their features."""

    def __init__(self, rivals: Sequence[Listing]) -> None:
        by_id = sorted(rivals, key=lambda item: item.plan_id)
        groups: dict[Features, Group] = {}
        measured = [
            (-item.monthly_pence, item.plan.allowance.sort_key, group.measured.values, item, group)
            for item, group in ((item, _group_of(item, groups)) for item in by_id)
        ]
        measured.sort(key=lambda entry: entry[:3], reverse=True)
        for rank, (_, data, _, item, group) in enumerate(measured):
            group.rivals.append(Ranked(rank, item, data))
        self._groups = sorted(groups.values(), key=lambda group: group.first.rank)
        self._facing: dict[Features, tuple[Facing, ...]] = {}

    def facing(self, item: Listing) -> tuple[Facing, ...]:
        """Return the groups with features no worse than a plan's, the one with the cheapest first.

        Plans of equal features are answered from one comparison.
        """
        features = Features.of(item)
        found = self._facing.get(features)
        if found is None:
            mine = Measured.of(features)
            found = self._facing[features] = tuple(
                Facing(
                    group,
                    group.measured.is_better(mine),
                    not features.unknowns_beside(group.features),
                )
                for group in self._groups
                if not group.measured.is_worse(mine)
            )
        return found

    def find_dominator(self, item: Listing) -> Listing | None:
        """Return the first by rank that certainly dominates, else the first that dominates."""
        certain: Ranked | None = None
        uncertain: Ranked | None = None
        for facing in self.facing(item):
            first = facing.group.first
            if first.item.monthly_pence > item.monthly_pence:
                break  # dearer, as are all that follow
            if certain is not None and first.rank > certain.rank:
                break
            rival = facing.group.find_cheapest(item)
            if rival is None or not facing.beats(rival, item):
                continue
            if facing.is_certain:
                certain = rival if certain is None or rival.rank < certain.rank else certain
            else:
                uncertain = rival if uncertain is None or rival.rank < uncertain.rank else uncertain
        found = certain or uncertain
        return None if found is None else found.item

    def largest_dominators(self, item: Listing) -> Iterator[tuple[Listing, bool]]:
        """Yield of each group the dominator with most data, and whether it is better without it."""
        for facing in self.facing(item):
            rival = facing.group.find_largest(item)
            if rival is not None and facing.beats(rival, item):
                is_cheaper = rival.item.monthly_pence < item.monthly_pence
                yield rival.item, facing.is_better or is_cheaper


def _group_of(item: Listing, groups: dict[Features, Group]) -> Group:
    features = Features.of(item)
    if features not in groups:
        groups[features] = Group(features)
    return groups[features]


def standings_of(rivals: Iterable[Listing]) -> Standings:
    """Return the standings of rivals; of `Listings` they are made once."""
    return Listings.of(rivals).once(Standings)
