"""Dominated plans section of a comparison: which plans the other brand's plans dominate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from planwatch.analysis.facts import Fact, count_fact, facts_of, ids_of
from planwatch.analysis.metrics.frontier import (
    Domination,
    count_uncertain,
    find_dominated,
)
from planwatch.analysis.report.caveats import say_uncertain_dominations
from planwatch.analysis.report.costs import cost_cells, cost_columns, cost_ids
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.sentences import (
    find_dearest,
    find_widest_domination,
    say_dominated_count,
    say_domination,
)
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import brand_subject, plan_subject
from planwatch.domain.job_kinds import COMPARE
from planwatch.domain.phrasing import join_words, name_plan_of_brand

_COLUMNS: Final[tuple[Column, ...]] = (
    ("plan", "Dominated plan", "text"),
    *cost_columns("effective_pence", "Effective"),
    ("dominator", "Dominated by", "text"),
    *cost_columns("dominator_pence", "Dominator effective"),
    ("gap_pence", "Gap", "money_diff"),
    ("ends_at_pence", "No longer dominated at", "money"),
    ("hangs_on", "Depends on (not stated)", "text"),
)


def dominated_table(title: str, verdicts: Iterable[Domination]) -> Record:
    return build_table("dominated", title, _COLUMNS, map(_row, verdicts))


def _row(verdict: Domination) -> Record:
    item, dominator = verdict.item, verdict.dominator
    return {
        "plan": name_plan_of_brand(item.plan),
        **cost_cells(effective_pence=item, dominator_pence=dominator),
        "dominator": name_plan_of_brand(dominator.plan),
        "gap_pence": verdict.gap_pence,
        "ends_at_pence": verdict.ends_at_pence,
        "hangs_on": join_words(verdict.depends_on) or None,
        "ids": {
            **ids_of(
                plan_subject(item),
                named="plan",
                gap_pence="dominated",
                ends_at_pence="ends_domination",
            ),
            **cost_ids("effective_pence", item),
            **ids_of(plan_subject(dominator), named="dominator"),
            **cost_ids("dominator_pence", dominator),
        },
    }


def domination_facts(verdict: Domination) -> list[Fact]:
    """Return a dominated plan's gap to its dominator, and the cost that ends the domination."""
    item, dominator = plan_subject(verdict.item), plan_subject(verdict.dominator)
    above = f"effective cost above that of {dominator.words}"
    ends_at = f"highest effective cost not dominated by {dominator.words}"
    return facts_of(
        item.said(f"{item.words}, dominated by {dominator.words}"),
        "Domination",
        ("dominated", above, verdict.gap_pence, "pence_per_month"),
        ("ends_domination", ends_at, verdict.ends_at_pence, "pence_per_month"),
        plan_ids=(verdict.item.plan_id, verdict.dominator.plan_id),
    )


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


def _compared(study: Study) -> Part:
    a, b = study.brands
    verdicts = [*find_dominated(study.own, study.rivals), *find_dominated(study.rivals, study.own)]
    plans = {a: len(study.own), b: len(study.rivals)}
    uncertain = say_uncertain_dominations(count_uncertain(verdicts), len(verdicts))
    return Part(
        sentences=[*_say_brand(verdicts, plans, a, b), *_say_brand(verdicts, plans, b, a)],
        tables=[dominated_table("Dominated plans", verdicts)],
        facts=[
            *(fact for verdict in verdicts for fact in domination_facts(verdict)),
            *domination_count_facts(verdicts, plans),
        ],
        findings=[Line(30, text) for text in _say_finding(study, verdicts, plans)],
        caveats=[uncertain] if uncertain else [],
    )


def _say_brand(
    verdicts: Iterable[Domination], plans: Mapping[str, int], brand: str, rival: str
) -> list[str]:
    own = [verdict for verdict in verdicts if verdict.item.plan.brand == brand]
    widest = find_widest_domination(own)
    if widest is None:
        return [f"No {brand} plan is dominated by {rival}."]
    seller = f"{rival} has one that costs no more and offers no less"
    return [say_dominated_count(own, plans[brand], brand, seller), say_domination(widest)]


def _say_finding(
    study: Study, verdicts: Sequence[Domination], plans: Mapping[str, int]
) -> list[str]:
    """Return the widest domination; if the gap finding is on that plan, how many there are."""
    a, b = study.brands
    widest = find_widest_domination(found for found in verdicts if found.item.plan.brand == a)
    if widest is None:
        return []
    count, example = _say_brand(verdicts, plans, a, b)
    dearest = find_dearest(study.gaps.found)
    return [count if dearest and dearest.item.plan_id == widest.item.plan_id else example]


TOLD: Final = frozenset(
    {
        *("dominated", "ends_domination", "widest_domination", "domination_cut"),
        *("dominated_certain", "dominated_perhaps", "efficient"),
    }
)
COMPARED: Final = Section(
    report=COMPARE,
    name="dominated",
    title="Dominated plans",
    place=50,
    build=_compared,
    told=TOLD,
)
