"""Costs of plans in tables and facts of a report: effective, and comparable where that differs.

Plans are ranked by the comparable cost. It is the effective one, but of a plan billed every 28 or
30 days, of which both are shown, each under its name.
"""

from __future__ import annotations

from planwatch.analysis.facts import Fact, fact_id
from planwatch.analysis.market.market import Listing
from planwatch.analysis.report.document import COMPARABLE_PENCE, Column, Record
from planwatch.analysis.subjects import plan_subject


def cost_columns(key: str, label: str) -> tuple[Column, Column]:
    """Return the column of an effective cost, and that of the comparable one beside it.

    Args:
        key: ends in `_pence`; `rival_pence` has `rival_comparable_pence` beside it.
        label: with the word "effective".
    """
    comparable = label.replace("Effective", "Comparable").replace("effective", "comparable")
    return (key, label, "money"), (_comparable_key(key), comparable, "money")


def cost_cells(**items: Listing | None) -> Record:
    """Return the cells of such columns for the plan in each, and which costs rest on a rule."""
    cells: Record = {}
    for key, item in items.items():
        cells[key] = item.plan.effective_pence if item else None
        has_both = item is not None and item.plan.billing_days is not None
        cells[_comparable_key(key)] = item.monthly_pence if item and has_both else None
    return {**cells, "by_rule": list_by_rule(**items)}


def list_by_rule(**items: Listing | None) -> list[str]:
    """Return the keys of the columns whose cost rests on steps that no page prints."""
    return [
        each
        for key, item in items.items()
        if item and item.plan.is_by_rule
        for each in (key, _comparable_key(key))
    ]


def cost_ids(key: str, item: Listing) -> dict[str, str]:
    """Return the ids of the facts that such cells show."""
    subject = plan_subject(item)
    return {
        key: fact_id("effective", subject),
        _comparable_key(key): fact_id("comparable", subject),
    }


def cost_facts(item: Listing) -> list[Fact]:
    """Return the effective cost of a plan and, where it is another, the comparable one."""
    costs = [("effective", item.plan.effective_pence, "Effective monthly cost")]
    if item.plan.billing_days is not None:
        costs.append(("comparable", item.monthly_pence, "Comparable monthly cost"))
    return [
        Fact(
            kind=kind,
            label=f"{kind} cost",
            value=pence,
            unit="pence_per_month",
            subject=plan_subject(item),
            formula=formula,
            plan_ids=(item.plan_id,),
        )
        for kind, pence, formula in costs
    ]


def _comparable_key(key: str) -> str:
    of_whom = key.removesuffix("_pence").removesuffix("effective").removesuffix("_")
    return f"{of_whom}_{COMPARABLE_PENCE}" if of_whom else COMPARABLE_PENCE
