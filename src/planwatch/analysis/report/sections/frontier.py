"""Frontier section: the efficient plans of the market and the dominated ones of the focus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from planwatch.analysis.facts import count_fact, ids_of
from planwatch.analysis.market.market import Listing
from planwatch.analysis.metrics.frontier import Domination, count_uncertain
from planwatch.analysis.metrics.ladder import sort_ladder
from planwatch.analysis.report.caveats import say_uncertain_dominations
from planwatch.analysis.report.costs import cost_cells, cost_columns, cost_ids
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.dominated import (
    TOLD,
    dominated_table,
    domination_count_facts,
    domination_facts,
)
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.sentences import (
    find_dearest,
    find_widest_domination,
    say_dominated_count,
    say_domination,
)
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import MARKET, plan_subject
from planwatch.domain.job_kinds import ANALYSE
from planwatch.domain.phrasing import count_of, is_or_are, join_some, name_plan_of_brand

_COLUMNS: Final[tuple[Column, ...]] = (
    ("plan", "Efficient plan", "text"),
    ("data_mb", "Data", "data"),
    ("term_months", "Term", "months"),
    *cost_columns("effective_pence", "Effective"),
    ("roaming", "Roaming", "text"),
    ("generation", "Speed", "text"),
)


def _analysed(study: Study) -> Part:
    focus, every = study.focus, study.dominated
    beaten = {verdict.item.plan_id for verdict in every}
    efficient = sort_ladder(item for item in study.market.listings if item.plan_id not in beaten)
    own = [verdict for verdict in every if verdict.item.plan.brand == focus]
    uncertain = say_uncertain_dominations(count_uncertain(every), len(every))
    return Part(
        sentences=_say_frontier(study, efficient, own),
        tables=[
            build_table("frontier", "Efficient plans", _COLUMNS, map(_efficient_row, efficient)),
            dominated_table(f"Dominated plans of {focus}", own),
        ],
        facts=[
            *(fact for verdict in own for fact in domination_facts(verdict)),
            *domination_count_facts(own, {focus: len(study.own)}),
            count_fact("efficient", len(efficient), "efficient plans", MARKET),
        ],
        verdict=[Line(20, _say_efficient(study, own))],
        findings=[Line(20, text) for text in _say_finding(study, own)],
        caveats=[uncertain] if uncertain else [],
    )


def _efficient_row(item: Listing) -> Record:
    plan = item.plan
    return {
        "plan": name_plan_of_brand(plan),
        "data_mb": plan.allowance.data_mb,
        "term_months": plan.term_months,
        **cost_cells(effective_pence=item),
        "roaming": plan.roaming,
        "generation": plan.generation,
        "ids": {
            **ids_of(plan_subject(item), named="plan"),
            **cost_ids("effective_pence", item),
        },
    }


def _say_frontier(
    study: Study, efficient: Sequence[Listing], dominated: Sequence[Domination]
) -> list[str]:
    focus, plans = study.focus, len(study.market.listings)
    own = [name_plan_of_brand(item.plan) for item in efficient if item.plan.brand == focus]
    by_own = sum(verdict.dominator.plan.brand == focus for verdict in dominated)
    sentences = [
        f"{len(efficient)} of {count_of(plans, 'plan')} in the market "
        f"{is_or_are(len(efficient))} efficient: no other plan costs as little and offers as much.",
        _say_efficient(study, dominated),
    ]
    if own:
        named = f"{focus} plan" if len(own) == 1 else f"{focus} plans"
        sentences.append(f"Efficient {named}: {join_some(own)}.")
    if by_own:
        others = f"another {focus} plan" if by_own == 1 else f"other {focus} plans"
        sentences.append(
            f"{by_own} of the dominated plans {is_or_are(by_own)} dominated by {others}: reprice "
            f"or withdraw {'it' if by_own == 1 else 'them'}."
        )
    widest = find_widest_domination(dominated)
    return [*sentences, *([] if widest is None else [say_domination(widest)])]


def _say_efficient(study: Study, dominated: Sequence[Domination]) -> str:
    if not dominated:
        return f"No {study.focus} plan is dominated."
    seller = "another plan costs no more and offers no less"
    return say_dominated_count(dominated, len(study.own), study.focus, seller)


def _say_finding(study: Study, dominated: Sequence[Domination]) -> list[str]:
    """Return the widest domination, unless the finding on the widest gap is on that plan."""
    widest = find_widest_domination(dominated)
    dearest = find_dearest(study.size_gaps.found)
    if widest is None or (dearest and dearest.item.plan_id == widest.item.plan_id):
        return []
    return [say_domination(widest)]


ANALYSED: Final = Section(
    report=ANALYSE,
    name="frontier",
    title="Efficient frontier",
    place=30,
    build=_analysed,
    told=TOLD,
)
