"""The efficient frontier: which plans another plan beats on every count, and which none does.

No weights, no opinions. A value that is not stated counts as the worst: it never helps a plan to
dominate. A verdict on a plan that does not state one may hang on it, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planwatch.analysis.facts import Fact
from planwatch.analysis.market.market import ROAMING_RANK, Listing
from planwatch.domain.phrasing import name_plan_of_brand
from planwatch.domain.plan import Plan

_GENERATION_RANK: Final = {None: 0, "4g": 0, "5g": 1}
_NO_LIMIT: Final = float("inf")


@dataclass(frozen=True, slots=True)
class _Standing:
    """A plan as marks, more is better: cost, data, term, roaming, generation, top speed."""

    item: Listing
    marks: tuple[float, ...]
    is_known: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Domination:
    """A dominated plan and its cheapest dominator.

    Attributes:
        dominator: the cheapest whose verdict is certain, else the cheapest.
        gap_pence: comparable cost above the dominator's; 0 where that gives more for the same.
        ends_at_pence: the highest comparable cost at which this dominator no longer dominates.
        hangs_on: what the plan does not state ("roaming", "speed") and the verdict rests on.
    """

    item: Listing
    dominator: Listing
    gap_pence: int
    ends_at_pence: int
    hangs_on: tuple[str, ...]

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
            "hangs_on": " and ".join(self.hangs_on) or None,
        }


def dominates(a: Listing, b: Listing) -> bool:
    """Tell whether `a` costs no more than `b`, gives no less, and is better in one point at least.

    Points: comparable cost, data, term, roaming, speed (generation, and a stated limit). Two
    offers of one plan do not dominate each other.

    Source: docs/reference/formulas.md, "Domination".
    """
    return _beats(_stand(a), _stand(b))


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
    best_first = sorted(map(_stand, by_id), key=lambda standing: standing.marks, reverse=True)
    found = (_find_domination(_stand(item), best_first) for item in items)
    return tuple(verdict for verdict in found if verdict is not None)


def find_every_dominator(item: Listing, rivals: Iterable[Listing]) -> tuple[Domination, ...]:
    """Return a verdict for each of `rivals` that dominates the plan, the cheapest first."""
    standing = _stand(item)
    beating = [rival for rival in map(_stand, rivals) if _beats(rival, standing)]
    ordered = sorted(beating, key=lambda rival: (rival.item.monthly_pence, rival.item.plan_id))
    return tuple(_describe(standing, rival) for rival in ordered)


def find_frontier_pence(item: Listing, rivals: Iterable[Listing]) -> int | None:
    """Return the highest comparable cost at which none of `rivals` dominates the plan.

    Returns:
        Pence; below 0 where a rival that costs nothing dominates at any price; None where none
        does at any price.

    Source: docs/reference/formulas.md, "Price to join the frontier".
    """
    mine = _stand(item)
    limits = []
    for rival in map(_stand, rivals):
        if rival.item.identity == item.identity or any(
            other < own for other, own in zip(rival.marks[1:], mine.marks[1:], strict=True)
        ):
            continue
        gives_more = any(_better_points(rival, mine)[1:])
        limits.append(rival.item.monthly_pence - gives_more)
    return min(limits, default=None)


def count_hanging(dominations: Iterable[Domination]) -> int:
    """Count the verdicts that rest on something not stated."""
    return sum(bool(verdict.hangs_on) for verdict in dominations)


def _find_domination(standing: _Standing, best_first: Sequence[_Standing]) -> Domination | None:
    uncertain: Domination | None = None
    for rival in best_first:
        if rival.marks[0] < standing.marks[0]:
            break  # dearer, as are all that follow
        if not _beats(rival, standing):
            continue
        verdict = _describe(standing, rival)
        if not verdict.hangs_on:
            return verdict
        uncertain = uncertain or verdict
    return uncertain


def _describe(standing: _Standing, rival: _Standing) -> Domination:
    item, dominator = standing.item, rival.item
    gives_more = any(_better_points(rival, standing)[1:])
    return Domination(
        item=item,
        dominator=dominator,
        gap_pence=item.monthly_pence - dominator.monthly_pence,
        ends_at_pence=max(dominator.monthly_pence - gives_more, 0),
        hangs_on=find_unknowns(item, dominator),
    )


def _beats(a: _Standing, b: _Standing) -> bool:
    # written out: this runs for every pair of plans in the market
    x, y = a.marks, b.marks
    if x[1] < y[1] or x[0] < y[0] or x[2] < y[2] or x[3] < y[3] or x[4] < y[4] or x[5] < y[5]:
        return False
    return a.item.identity != b.item.identity and any(_better_points(a, b))


def _better_points(a: _Standing, b: _Standing) -> list[bool]:
    """Tell for each point whether `a` is strictly better, which asks that both state it."""
    points = zip(a.marks, b.marks, a.is_known, b.is_known, strict=True)
    return [x > y and x_known and y_known for x, y, x_known, y_known in points]


def _stand(item: Listing) -> _Standing:
    plan = item.plan
    speed = _top_speed(plan)
    return _Standing(
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
    """Return of each dominated plan the gap to its dominator and the cost that would end it."""
    facts = []
    for verdict in dominations:
        slug, ids = verdict.item.slug, (verdict.item.plan_id, verdict.dominator.plan_id)
        base = name_plan_of_brand(verdict.dominator.plan)
        figures = (
            ("dominated", f"effective cost above that of {base}", verdict.gap_pence),
            ("ends_domination", "highest effective cost not dominated", verdict.ends_at_pence),
        )
        facts += [
            Fact(
                id=f"{kind}.{slug}",
                label=label,
                value=value,
                unit="pence_per_month",
                subject=f"{name_plan_of_brand(verdict.item.plan)}, dominated by {base}",
                formula="Domination",
                plan_ids=ids,
            )
            for kind, label, value in figures
        ]
    return facts
