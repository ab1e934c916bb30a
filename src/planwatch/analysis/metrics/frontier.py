"""Efficient frontier: which plans are dominated by another plan, and which are efficient.

No weights. A value that is not stated counts as the worst, so it never helps a plan to dominate.
A verdict that depends on a value that the dominated plan does not state says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planwatch.analysis.market.market import Listing, Listings
from planwatch.analysis.metrics.standings import Features, Measured, standings_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Domination:
    """A dominated plan and its cheapest dominator.

    Attributes:
        dominator: the cheapest that certainly dominates, else the cheapest.
        gap_pence: comparable cost above the dominator's; 0 where that gives more for the same.
        ends_at_pence: the highest comparable cost at which this dominator no longer dominates.
        depends_on: what the plan does not state ("roaming", "speed") and the verdict depends on.
    """

    item: Listing
    dominator: Listing
    gap_pence: int
    ends_at_pence: int
    depends_on: tuple[str, ...]


def dominates(a: Listing, b: Listing) -> bool:
    """Tell whether `a` costs no more than `b`, gives no less, and is better in one point at least.

    Points: comparable cost, data, term, roaming, speed (generation, and a stated limit). Two
    offers of one plan do not dominate each other.

    Source: docs/reference/formulas.md, "Domination".
    """
    if a.identity == b.identity or a.monthly_pence > b.monthly_pence:
        return False
    if not a.plan.allowance.covers(b.plan.allowance):
        return False
    mine, its = Measured.of(Features.of(a)), Measured.of(Features.of(b))
    if mine.is_worse(its):
        return False
    return a.monthly_pence < b.monthly_pence or _gives_more(a, b)


def _gives_more(a: Listing, b: Listing) -> bool:
    """Tell whether `a` is better in a point besides the cost that both state."""
    return a.plan.allowance.sort_key > b.plan.allowance.sort_key or Measured.of(
        Features.of(a)
    ).is_better(Measured.of(Features.of(b)))


def find_unknowns(item: Listing, dominator: Listing) -> tuple[str, ...]:
    """Return what `item` does not state and `dominator` might be worse in; () when certain."""
    return Features.of(item).unknowns_beside(Features.of(dominator))


def find_dominated(items: Iterable[Listing], rivals: Iterable[Listing]) -> tuple[Domination, ...]:
    """Return the plans among `items` that one of `rivals` dominates, in the order of `items`.

    Where `rivals` hold each plan once, every dominator that is named is itself on the frontier.
    """
    among = Listings.of(rivals)
    return among.once(_judge_all) if items is among else _judge(items, among)


def _judge_all(items: Listings) -> tuple[Domination, ...]:
    return _judge(items, items)


def _judge(items: Iterable[Listing], rivals: Listings) -> tuple[Domination, ...]:
    standings = standings_of(rivals)
    found = ((item, standings.find_dominator(item)) for item in items)
    return tuple(_describe(item, dominator) for item, dominator in found if dominator is not None)


def is_dominated(item: Listing, rivals: Iterable[Listing]) -> bool:
    """Tell whether one of `rivals` dominates the plan."""
    return standings_of(rivals).find_dominator(item) is not None


def find_every_dominator(item: Listing, rivals: Iterable[Listing]) -> tuple[Domination, ...]:
    """Return a verdict for each of `rivals` that dominates the plan, the cheapest first."""
    beating = [
        rival.item
        for facing in standings_of(rivals).facing(item)
        for rival in facing.group.rivals
        if facing.beats(rival, item) and rival.item.identity != item.identity
    ]
    ordered = sorted(beating, key=lambda rival: (rival.monthly_pence, rival.plan_id))
    return tuple(_describe(item, rival) for rival in ordered)


def find_frontier_pence(item: Listing, rivals: Iterable[Listing]) -> int | None:
    """Return the highest comparable cost at which none of `rivals` dominates the plan.

    Returns:
        Pence; below 0 where a rival that costs nothing dominates at any price; None where none
        does at any price.

    Source: docs/reference/formulas.md, "Price to join the frontier".
    """
    data = item.plan.allowance.sort_key
    limits = (
        rival.item.monthly_pence - (facing.is_better or rival.data > data)
        for facing in standings_of(rivals).facing(item)
        for rival in facing.group.rivals
        if rival.data >= data and rival.item.identity != item.identity
    )
    return min(limits, default=None)


def count_uncertain(dominations: Iterable[Domination]) -> int:
    """Count the verdicts that depend on something not stated."""
    return sum(bool(verdict.depends_on) for verdict in dominations)


def _describe(item: Listing, dominator: Listing) -> Domination:
    return Domination(
        item=item,
        dominator=dominator,
        gap_pence=item.monthly_pence - dominator.monthly_pence,
        ends_at_pence=max(dominator.monthly_pence - _gives_more(dominator, item), 0),
        depends_on=find_unknowns(item, dominator),
    )
