"""Dominated plans section: how many plans another dominates, and the efficient frontier's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planwatch.analysis.facts import Fact, count_fact
from planwatch.analysis.market.market import Listing
from planwatch.analysis.report.sections.overview import Record
from planwatch.analysis.report.sentences import (
    Row,
    find_widest_domination,
    say_dominated_count,
    say_domination,
)
from planwatch.domain.brand import slug_of_brand
from planwatch.domain.phrasing import name_plan_of_brand


def domination_count_facts(rows: Sequence[Row], plans: Mapping[str, int]) -> list[Fact]:
    """Return how many plans each brand has, how many are dominated and how many may be."""
    facts = []
    for brand, number in plans.items():
        own = [row for row in rows if row["brand"] == brand]
        certain = sum(row["hangs_on"] is None for row in own)
        slug = slug_of_brand(brand)
        inner = sum(row["dominator_brand"] == brand for row in own)
        facts += [
            count_fact(f"plans.{slug}", number, "comparable plans", brand),
            count_fact(f"dominated_certain.{slug}", certain, "plans dominated", brand),
            count_fact(
                f"dominated_perhaps.{slug}",
                len(own) - certain,
                "plans that may be dominated",
                brand,
            ),
            count_fact(
                f"dominated_by_own.{slug}",
                inner,
                "plans dominated by another plan of the brand",
                brand,
            ),
        ]
        facts += [_cut_fact(row) for row in own]
    return facts


def _cut_fact(row: Row) -> Fact:
    return Fact(
        id=f"domination_cut.{row['plan_id']}",
        label="cut after which that plan no longer dominates it",
        value=row["effective_pence"] - row["ends_at_pence"],
        unit="pence_per_month",
        subject=row["plan"],
        formula="Domination",
        plan_ids=(row["plan_id"],),
        base=row["dominator"],
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
