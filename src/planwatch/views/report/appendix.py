"""The end of a report: each plan with its page, each fact by its formula, with anchors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from planwatch.analysis.formulas import IN_A_SENTENCE
from planwatch.domain.cost_mark import format_cost
from planwatch.domain.phrasing import format_money, short_data, short_date, short_term
from planwatch.domain.slug import slugify
from planwatch.services.market.report_data import Report
from planwatch.views.output.web_link import find_link
from planwatch.views.report.cells import Cell
from planwatch.views.report.references import References

_MOST_LABELS: Final = 6


@dataclass(frozen=True, slots=True)
class PlanColumn:
    """Facts that stand in the rows of their plans: one a plan, by one formula."""

    label: str
    formula: str


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan in the appendix; `href` is None where its address is no link.

    `facts` are (value, anchor) by `PlanColumn`, None where the plan has no such fact.
    """

    anchor: str
    number: int
    cells: Sequence[Cell]
    facts: Sequence[tuple[str, str] | None]
    href: str | None
    address: str
    captured: str
    reason: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """Facts of one subject, against one base, from the same plans, as (number, anchor).

    `href` leads to the one plan that the subject is. `values` are (label, value, anchor).
    """

    subject: str
    base: str
    href: str
    plans: Sequence[tuple[int, str]]
    values: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Formula:
    """The facts that one formula gave.

    Attributes:
        in_plans: how many of them stand in the rows of their plans, not in `rows`.
        has_base: one of them is against something.
        has_plans: one of them is from plans that its subject does not name.
        labels: heads of the columns where every row has one value for each; [] where rows differ.
    """

    anchor: str
    name: str
    about: str
    count: int
    in_plans: int
    has_base: bool
    has_plans: bool
    labels: Sequence[str]
    rows: Sequence[FactRow]


def find_facts_of_plans(
    facts: Sequence[Mapping[str, Any]], report: Report, refs: References
) -> dict[PlanColumn, dict[str, str]]:
    """Return the facts that at least half of the plans have one of each: fact ids by plan."""
    found: dict[PlanColumn, dict[str, str]] = {}
    for fact in facts:
        plan_ids = list(fact.get("plan_ids") or [])
        if len(plan_ids) != 1 or plan_ids[0] not in refs.plans or fact.get("base"):
            continue
        if refs.find_plan(fact) == f"#{refs.plans[plan_ids[0]]}":
            column = PlanColumn(str(fact.get("label", "")), str(fact.get("formula") or ""))
            found.setdefault(column, {}).setdefault(plan_ids[0], str(fact["id"]))
    considered = sum(not plan.reason for plan in report.plans)
    return {column: row for column, row in found.items() if 2 * len(row) >= considered}


def list_plan_rows(
    report: Report, refs: References, of_plans: Mapping[PlanColumn, Mapping[str, str]]
) -> list[PlanRow]:
    def fact_of(plan_id: str, row: Mapping[str, str]) -> tuple[str, str] | None:
        fact_id = row.get(plan_id)
        return (refs.values[fact_id], refs.facts[fact_id]) if fact_id else None

    return [
        PlanRow(
            anchor=refs.plans[plan.plan_id],
            number=number,
            cells=[
                Cell(plan.name),
                Cell(short_data(plan.allowance.data_mb) if plan.allowance else "–"),
                Cell(short_term(plan.term_months)),
                Cell(format_money(plan.headline_pence, plan.currency)),
                Cell(format_cost(plan.effective_pence, plan.currency, by_rule=plan.is_by_rule)),
            ],
            facts=[] if plan.reason else [fact_of(plan.plan_id, r) for r in of_plans.values()],
            href=find_link(plan.url),
            address=_say_address(plan.url),
            captured=short_date(plan.captured_at or plan.as_of or None),
            reason=plan.reason or "",
        )
        for number, plan in enumerate(report.plans, start=1)
    ]


def _say_address(url: str | None) -> str:
    link = find_link(url)
    if link is None:
        return url or "–"
    return (urlsplit(link).hostname or link).removeprefix("www.")


def list_formulas(
    facts: Sequence[Mapping[str, Any]], refs: References, in_plans: set[str]
) -> list[Formula]:
    """Return the facts by formula, in the order in which the formulas first appear.

    Args:
        in_plans: ids of the facts that stand in the rows of their plans.
    """
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for fact in facts:
        by_name.setdefault(str(fact.get("formula") or "Not named"), []).append(fact)
    slugs: Counter[str] = Counter()
    formulas = []
    for name, group in by_name.items():
        slug = f"formula-{slugify(name)}"
        slugs[slug] += 1
        anchor = slug if slugs[slug] == 1 else f"{slug}-{slugs[slug]}"
        listed = [fact for fact in group if str(fact["id"]) not in in_plans]
        rows = _fact_rows(listed, refs)
        formulas.append(
            Formula(
                anchor,
                name,
                IN_A_SENTENCE.get(name, ""),
                len(group),
                len(group) - len(listed),
                has_base=any(row.base for row in rows),
                has_plans=any(row.plans and not row.href for row in rows),
                labels=_shared_labels(rows),
                rows=rows,
            )
        )
    return formulas


def _fact_rows(facts: Sequence[Mapping[str, Any]], refs: References) -> list[FactRow]:
    grouped: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for fact in facts:
        key = (
            str(fact.get("subject") or ""),
            str(fact.get("base") or ""),
            tuple(fact.get("plan_ids") or ()),
        )
        grouped.setdefault(key, []).append(fact)
    rows = []
    for (subject, base, plan_ids), group in grouped.items():
        plans = [
            (int(refs.plans[plan_id][1:]), refs.plans[plan_id])
            for plan_id in plan_ids
            if plan_id in refs.plans
        ]
        href = refs.find_plan(group[0])
        is_one = len(plans) == 1 and href == f"#{plans[0][1]}"
        values = [
            (str(fact.get("label", fact["id"])), refs.values[id_], refs.facts[id_])
            for fact in group
            for id_ in (str(fact["id"]),)
        ]
        rows.append(FactRow(subject, base, href if is_one else "", plans, values))
    return rows


def _shared_labels(rows: Sequence[FactRow]) -> list[str]:
    labels = [label for label, _, _ in rows[0].values] if rows else []
    shared = len(rows) > 1 and all([v[0] for v in row.values] == labels for row in rows)
    return labels if shared and len(labels) <= _MOST_LABELS else []
