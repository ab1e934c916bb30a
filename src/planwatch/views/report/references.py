"""Anchors of facts and plans on the page of a report, and where the cells of its tables lead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from planwatch.services.market.report_data import ReportPlan
from planwatch.views.report.cells import format_fact

_NOT_IN_ANCHOR: Final = re.compile(r"[^A-Za-z0-9._:@-]+")


class References:
    """Where each fact and each plan stands on the page.

    Attributes:
        facts: the anchor of each fact, by its id; `values` what it says.
        plans: the anchor of each plan, by its id.
    """

    def __init__(self, facts: Sequence[Mapping[str, Any]], plans: Sequence[ReportPlan]) -> None:
        """Give anchors to the facts, no two with one id, and to the plans."""
        ids = [str(fact["id"]) for fact in facts]
        self.facts = dict(zip(ids, _make_anchors(ids), strict=True))
        self.values = {id_: format_fact(fact) for id_, fact in zip(ids, facts, strict=True)}
        self.plans = {plan.plan_id: f"p{at}" for at, plan in enumerate(plans, start=1)}

    def find_cell(self, key: str, row: Mapping[str, Any]) -> str:
        """Return the anchor of the fact or plan that a cell shows, '' where the row names none."""
        id_ = (row.get("ids") or {}).get(key, "")
        anchor = self.facts.get(id_) or self.plans.get(id_)
        return f"#{anchor}" if anchor else ""

    def find_plan(self, fact: Mapping[str, Any]) -> str:
        """Return the anchor of the plan that a fact is about, '' where it is about none."""
        anchor = self.plans.get((fact.get("about") or {}).get("plan_id") or "")
        return f"#{anchor}" if anchor else ""


def _make_anchors(ids: Sequence[str]) -> list[str]:
    """Return an anchor for each id; of ids that are spelt alike in one, the later get a number."""
    made: list[str] = []
    taken: set[str] = set()
    for id_ in ids:
        wanted = f"f-{_NOT_IN_ANCHOR.sub('-', id_)}"
        anchor, number = wanted, 2
        while anchor in taken:
            anchor, number = f"{wanted}-{number}", number + 1
        taken.add(anchor)
        made.append(anchor)
    return made
