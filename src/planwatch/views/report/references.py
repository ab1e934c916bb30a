"""Anchors of facts and plans, and which cell of a table is which fact.

A figure is linked when the row names the fact, or when exactly one fact has the row's subject, is
of the column's kind and has the cell's value. Nothing is linked because two numbers are alike.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from planwatch.domain.brand import slug_of_brand
from planwatch.services.market.report_data import ReportPlan
from planwatch.views.report.cells import format_fact

_NOT_IN_ANCHOR: Final = re.compile(r"[^A-Za-z0-9._:@-]+")

_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "headline_pence": ("headline",),
    "effective_pence": ("effective",),
    "rival_pence": ("effective",),
    "dominator_pence": ("effective",),
    "market_pence": ("tier",),
    "exit_pence": ("exit",),
    "uplift_percent": ("uplift",),
    "per_gb_pence": ("per_gb",),
    "over_12_pence": ("over_12m",),
    "over_24_pence": ("over_24m",),
    "score": ("score",),
    "coverage": ("score_coverage",),
    "gap_pence": ("gap", "dominated", "tier_gap", "offer_gap"),
    "gap_percent": ("gap_percent", "tier_gap_percent", "offer_gap_percent"),
    "ends_at_pence": ("ends_domination",),
    "burden_percent": ("rise_burden",),
    "exposure_pence": ("rise_exposure",),
    "exposure_percent": ("rise_exposure_percent",),
    "cut_pence": ("match.cut", "win_cut"),
    "promo_3_pence": ("match.promo_3m",),
    "promo_6_pence": ("match.promo_6m",),
    "promo_12_pence": ("match.promo_12m",),
    "win_pence": ("win",),
    "own_pence": ("win_own",),
    "offer_pence": ("offer",),
    "plans": ("plans",),
    "promoted": ("promoted",),
    "share_percent": ("promo_share",),
    "weight_percent": ("promo_weight",),
    "contracts": ("contracts",),
    "rising": ("rising",),
    "mean_pence": ("rise_mean",),
    "premium_pence": ("unlimited_premium",),
    "roams": ("roams",),
    "unstated": ("roaming_unstated",),
    "premium": ("premium_extras",),
    "basic": ("basic_extras",),
    "total": ("moves",),
    "new": ("new_plans",),
    "withdrawn": ("withdrawn",),
    "cuts": ("cuts",),
    "raises": ("raises",),
    "promotions": ("promotion_moves",),
    "others": ("other_moves",),
}
_OF_ANOTHER: Final = {"rival_pence": "rival", "dominator_pence": "dominator"}
_PLAN_KEYS: Final = (
    "plan",
    "rival",
    "dominator",
    "cheapest",
    "market_plan",
    "smaller",
    "larger",
    "most_plan",
    "a_plan",
    "b_plan",
)


class References:
    """Where each fact and each plan stands on the page."""

    def __init__(
        self,
        facts: Sequence[Mapping[str, Any]],
        plans: Sequence[ReportPlan],
        brands: Sequence[str],
        focus: str | None,
    ) -> None:
        self.brands, self.focus = list(brands), focus or (brands[0] if brands else None)
        self.facts = {
            str(fact["id"]): anchor
            for fact, anchor in zip(facts, _make_anchors(facts), strict=True)
        }
        self.values = {str(fact["id"]): format_fact(fact) for fact in facts}
        self._values = {str(fact["id"]): fact.get("value") for fact in facts}
        self._by_subject: dict[tuple[str, str], list[str]] = defaultdict(list)
        for fact in facts:
            for kind in _kinds_of(str(fact["id"])):
                self._by_subject[kind, str(fact.get("subject"))].append(str(fact["id"]))
        self.plans = {plan.plan_id: f"p{at}" for at, plan in enumerate(plans, start=1)}
        names = Counter(plan.name for plan in plans if not plan.reason)
        self._plan_by_name = {
            plan.name: self.plans[plan.plan_id]
            for plan in plans
            if not plan.reason and names[plan.name] == 1
        }

    def find_cell(self, key: str, row: Mapping[str, Any]) -> str:
        """Return the anchor that a cell leads to, '' where none is certain."""
        named = row.get("fact_ids") or row.get("facts")
        if isinstance(named, Mapping) and named.get(key) in self.facts:
            return f"#{self.facts[named[key]]}"
        if key in _PLAN_KEYS:
            return self._find_plan(key, row)
        if row.get(key) is None:
            return ""
        found = self._find_basket(key, row) or self._find_fact(key, row)
        return f"#{self.facts[found]}" if found else ""

    def find_plan(self, name: str) -> str:
        """Return the anchor of the one plan of that name, with its brand; '' without one."""
        return f"#{self._plan_by_name[name]}" if name in self._plan_by_name else ""

    def _find_fact(self, key: str, row: Mapping[str, Any]) -> str | None:
        candidates = {
            fact_id
            for kind in _KINDS.get(key, ())
            for subject in self._subjects(key, row)
            for fact_id in self._by_subject.get((kind, subject), ())
            if self._values[fact_id] == row[key]
            and ("days" not in row or fact_id.endswith(f".{row['days']}d"))
        }
        return candidates.pop() if len(candidates) == 1 else None

    def _find_basket(self, key: str, row: Mapping[str, Any]) -> str | None:
        brand = row.get("brand")
        if brand and f"basket.{key}.{slug_of_brand(str(brand))}" in self.facts:
            fact_id = f"basket.{key}.{slug_of_brand(str(brand))}"
            return fact_id if self._values[fact_id] == row[key] else None
        seller = {
            "a_pence": self.brands[0] if self.brands else None,
            "b_pence": self.brands[1] if len(self.brands) > 1 else None,
            "focus_pence": self.focus,
        }.get(key)
        if not seller or not row.get("basket"):
            return None
        found = self._by_subject.get(("basket", f"{row['basket']} at {seller}"), [])
        right = [fact_id for fact_id in found if self._values[fact_id] == row[key]]
        return right[0] if len(right) == 1 else None

    def _subjects(self, key: str, row: Mapping[str, Any]) -> list[str]:
        if key in _OF_ANOTHER:
            return [str(row.get(_OF_ANOTHER[key]))]
        if "basket" in row:
            return [f"{row['basket']} at {self.focus}"]
        if "tier" in row:
            named = row.get("market_plan")
            own = f"{self.focus} in the {row['tier']} data tier"
            return [str(named)] if key == "market_pence" else [own]
        if "plan" not in row:
            return [str(row["brand"])] if "brand" in row else []
        plan = str(row["plan"])
        names = [plan, f"{row['brand']} {plan}"] if "brand" in row else self._with_focus(plan)
        against = [f"{name} against {row['rival']}" for name in names if row.get("rival")]
        below = [
            f"{name}, dominated by {row['dominator']}" for name in names if row.get("dominator")
        ]
        return [*names, *against, *below]

    def _with_focus(self, plan: str) -> list[str]:
        return [plan, f"{self.focus} {plan}"] if self.focus else [plan]

    def _find_plan(self, key: str, row: Mapping[str, Any]) -> str:
        name = row.get(key)
        if not isinstance(name, str):
            return ""
        brand = row.get("brand")
        if key in ("a_plan", "b_plan") and len(self.brands) > 1:
            brand = self.brands[key == "b_plan"]
        elif brand is None and key in ("plan", "smaller", "larger"):
            brand = self.focus
        return self.find_plan(name) or self.find_plan(f"{brand} {name}")


def _kinds_of(fact_id: str) -> Iterable[str]:
    """Return the kind that an id begins with, of one word and of two: `match.cut.…`."""
    words = fact_id.split(".")
    return {words[0], ".".join(words[:2])}


def _make_anchors(facts: Sequence[Mapping[str, Any]]) -> list[str]:
    made: list[str] = []
    taken: set[str] = set()
    for fact in facts:
        wanted = f"f-{_NOT_IN_ANCHOR.sub('-', str(fact['id']))}"
        anchor, number = wanted, 2
        while anchor in taken:
            anchor, number = f"{wanted}-{number}", number + 1
        taken.add(anchor)
        made.append(anchor)
    return made
