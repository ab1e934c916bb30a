"""Efficient frontier: which plans are dominated by another plan, and which are efficient.

No weights. A value that is not stated counts as the worst, so it never helps a plan to dominate.
A verdict that depends on a value that the dominated plan does not state says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planwatch.analysis.facts import Fact, ids_of
from planwatch.analysis.market.market import ROAMING_RANK, Listing
from planwatch.analysis.subjects import plan_subject
from planwatch.domain.phrasing import name_plan_of_brand
from planwatch.domain.plan import Plan

_GENERATION_RANK: Final = {None: 0, "4g": 0, "5g": 1}
_NO_LIMIT: Final = float("inf")


@dataclass(frozen=True, slots=True)
class _Criteria:
    """A plan as numbers, more is better: cost, data, term, roaming, generation, top speed."""

    item: Listing
    values: tuple[float, ...]
    is_known: tuple[bool, ...]


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

    def as_row(self) -> dict[str, Any]:
        """Return raw values; `plan` and `dominator` are names with the brand."""
        return {
            "brand": self.item.plan.brand,
            "plan_id": self.item.plan_id,
            "plan": name_plan_of_brand(self.item.plan),
            "effective_pence": self.item.monthly_pence,
            "dominator_brand": self.dominator.plan.brand,
            "dominator": name_plan_of_brand(self.dominator.plan),
            "dominator_pence": self.dominator.monthly_pence,
            "gap_pence": self.gap_pence,
            "ends_at_pence": self.ends_at_pence,
            "hangs_on": " and ".join(self.depends_on) or None,
            "ids": {
                "plan": self.item.plan_id,
                "dominator": self.dominator.plan_id,
                **ids_of(
                    plan_subject(self.item),
                    effective_pence="effective",
                    gap_pence="dominated",
                    ends_at_pence="ends_domination",
                ),
                **ids_of(plan_subject(self.dominator), dominator_pence="effective"),
            },
        }


def dominates(a: Listing, b: Listing) -> bool:
    """Tell whether `a` costs no more than `b`, gives no less, and is better in one point at least.

    Points: comparable cost, data, term, roaming, speed (generation, and a stated limit). Two
    offers of one plan do not dominate each other.

    Source: docs/reference/formulas.md, "Domination".
    """
    return _beats(_measure(a), _measure(b))


def find_unknowns(item: Listing, dominator: Listing) -> tuple[str, ...]:
    """Return what `item` does not state and `dominator` might be worse in; () when certain."""
    mine, other = item.plan, dominator.plan
    unknown = []
    if mine.roaming is None and other.roaming != "global":
        unknown.append("roaming")
    is_limit_compared = mine.max_speed_mbps is not None or other.max_speed_mbps is None
    if mine.generation is None and not (other.generation == "5g" and is_limit_compared):
        unknown.append("speed")
    return tuple(unknown)


def find_dominated(items: Iterable[Listing], rivals: Iterable[Listing]) -> tuple[Domination, ...]:
    """Return the plans among `items` that one of `rivals` dominates, in the order of `items`.

    Where `rivals` hold each plan once, every dominator that is named is itself on the frontier.
    """
    by_id = sorted(rivals, key=lambda item: item.plan_id)
    best_first = sorted(map(_measure, by_id), key=lambda criteria: criteria.values, reverse=True)
    found = (_find_domination(_measure(item), best_first) for item in items)
    return tuple(verdict for verdict in found if verdict is not None)


def find_every_dominator(item: Listing, rivals: Iterable[Listing]) -> tuple[Domination, ...]:
    """Return a verdict for each of `rivals` that dominates the plan, the cheapest first."""
    criteria = _measure(item)
    beating = [rival for rival in map(_measure, rivals) if _beats(rival, criteria)]
    ordered = sorted(beating, key=lambda rival: (rival.item.monthly_pence, rival.item.plan_id))
    return tuple(_describe(criteria, rival) for rival in ordered)


def find_frontier_pence(item: Listing, rivals: Iterable[Listing]) -> int | None:
    """Return the highest comparable cost at which none of `rivals` dominates the plan.

    Returns:
        Pence; below 0 where a rival that costs nothing dominates at any price; None where none
        does at any price.

    Source: docs/reference/formulas.md, "Price to join the frontier".
    """
    mine = _measure(item)
    limits = []
    for rival in map(_measure, rivals):
        if rival.item.identity == item.identity or any(
            other < own for other, own in zip(rival.values[1:], mine.values[1:], strict=True)
        ):
            continue
        gives_more = any(_better_points(rival, mine)[1:])
        limits.append(rival.item.monthly_pence - gives_more)
    return min(limits, default=None)


def count_uncertain(dominations: Iterable[Domination]) -> int:
    """Count the verdicts that depend on something not stated."""
    return sum(bool(verdict.depends_on) for verdict in dominations)


def _find_domination(criteria: _Criteria, best_first: Sequence[_Criteria]) -> Domination | None:
    uncertain: Domination | None = None
    for rival in best_first:
        if rival.values[0] < criteria.values[0]:
            break  # dearer, as are all that follow
        if not _beats(rival, criteria):
            continue
        verdict = _describe(criteria, rival)
        if not verdict.depends_on:
            return verdict
        uncertain = uncertain or verdict
    return uncertain


def _describe(criteria: _Criteria, rival: _Criteria) -> Domination:
    item, dominator = criteria.item, rival.item
    gives_more = any(_better_points(rival, criteria)[1:])
    return Domination(
        item=item,
        dominator=dominator,
        gap_pence=item.monthly_pence - dominator.monthly_pence,
        ends_at_pence=max(dominator.monthly_pence - gives_more, 0),
        depends_on=find_unknowns(item, dominator),
    )


def _beats(a: _Criteria, b: _Criteria) -> bool:
    # not a loop: this runs for every pair of plans in the market
    x, y = a.values, b.values
    if x[1] < y[1] or x[0] < y[0] or x[2] < y[2] or x[3] < y[3] or x[4] < y[4] or x[5] < y[5]:
        return False
    return a.item.identity != b.item.identity and any(_better_points(a, b))


def _better_points(a: _Criteria, b: _Criteria) -> list[bool]:
    """Tell for each point whether `a` is strictly better, which asks that both state it."""
    points = zip(a.values, b.values, a.is_known, b.is_known, strict=True)
    return [x > y and x_known and y_known for x, y, x_known, y_known in points]


def _measure(item: Listing) -> _Criteria:
    plan = item.plan
    speed = _top_speed(plan)
    return _Criteria(
        item,
        (
            -item.monthly_pence,
            plan.allowance.sort_key,
            -plan.term_months,
            ROAMING_RANK[plan.roaming],
            _GENERATION_RANK[plan.generation],
            speed or 0,
        ),
        (True, True, True, plan.roaming is not None, plan.generation is not None, bool(speed)),
    )


def _top_speed(plan: Plan) -> float | None:
    """Return the stated limit; none stated beside a generation is no limit; else not known."""
    if plan.max_speed_mbps is not None:
        return float(plan.max_speed_mbps)
    return None if plan.generation is None else _NO_LIMIT


def domination_facts(dominations: Iterable[Domination]) -> list[Fact]:
    """Return each dominated plan's gap to its dominator, and the cost that ends the domination."""
    facts = []
    for verdict in dominations:
        item, dominator = plan_subject(verdict.item), plan_subject(verdict.dominator)
        subject = item.said(f"{item.words}, dominated by {dominator.words}")
        figures = (
            ("dominated", f"effective cost above that of {dominator.words}", verdict.gap_pence),
            (
                "ends_domination",
                f"highest effective cost not dominated by {dominator.words}",
                verdict.ends_at_pence,
            ),
        )
        facts += [
            Fact(
                kind=kind,
                label=label,
                value=value,
                unit="pence_per_month",
                subject=subject,
                formula="Domination",
                plan_ids=(verdict.item.plan_id, verdict.dominator.plan_id),
            )
            for kind, label, value in figures
        ]
    return facts
