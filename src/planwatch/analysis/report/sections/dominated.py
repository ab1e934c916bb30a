"""Dominated plans section: how many plans another dominates, and the efficient frontier's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planwatch.analysis.facts import Fact, count_fact, ids_of
from planwatch.analysis.market.market import Listing
from planwatch.analysis.metrics.frontier import Domination
from planwatch.analysis.report.sections.overview import Record
from planwatch.analysis.report.sentences import (
    Row,
    find_widest_domination,
    say_dominated_count,
    say_domination,
)
from planwatch.analysis.subjects import brand_subject, plan_subject
from planwatch.domain.phrasing import name_plan_of_brand


def domination_count_facts(verdicts: Sequence[Domination], plans: Mapping[str, int]) -> list[Fact]:
    """Return how many plans each brand has, how many are dominated and how many may be."""
    facts = []
    for brand, number in plans.items():
        own = [verdict for verdict in verdicts if verdict.item.plan.brand == brand]
        certain = sum(not verdict.depends_on for verdict in own)
        inner = sum(verdict.dominator.plan.brand == brand for verdict in own)
        counts = (
            ("plans", number, "comparable plans"),
            ("dominated_certain", certain, "plans dominated"),
            ("dominated_perhaps", len(own) - certain, "plans that may be dominated"),
            ("dominated_by_own", inner, "plans dominated by another plan of the brand"),
        )
        subject = brand_subject(brand)
        facts += [count_fact(kind, count, label, subject) for kind, count, label in counts]
        facts += [_cut_fact(verdict) for verdict in own]
    return facts


def _cut_fact(verdict: Domination) -> Fact:
    return Fact(
        kind="domination_cut",
        label="cut after which that plan no longer dominates it",
        value=verdict.item.monthly_pence - verdict.ends_at_pence,
        unit="pence_per_month",
        subject=plan_subject(verdict.item),
        formula="Domination",
        plan_ids=(verdict.item.plan_id,),
        base=plan_subject(verdict.dominator),
    )


def efficient_row(item: Listing) -> Record:
    plan = item.plan
    return {
        "brand": plan.brand,
        "plan": name_plan_of_brand(plan),
        "data_mb": plan.allowance.data_mb,
        "term_months": plan.term_months,
        "effective_pence": item.monthly_pence,
        "roaming": plan.roaming,
        "generation": plan.generation,
        "ids": {"plan": item.plan_id, **ids_of(plan_subject(item), effective_pence="effective")},
    }


def say_dominated(computed: Row) -> list[str]:
    a, b = computed["brands"]
    return [*say_domination_count(computed, a, b), *say_domination_count(computed, b, a)]


def say_domination_count(computed: Row, brand: str, rival: str) -> list[str]:
    rows = [row for row in computed["dominated"] if row["brand"] == brand]
    widest = find_widest_domination(rows)
    if widest is None:
        return [f"No {brand} plan is dominated by {rival}."]
    seller = f"{rival} has one that costs no more and offers no less"
    return [
        say_dominated_count(rows, computed["plans"][brand], brand, seller),
        say_domination(widest),
    ]
