"""Gaps section of a comparison: each plan of brand A against its cheapest rival at brand B."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from planwatch.analysis.facts import Fact, count_fact, facts_of, ids_of
from planwatch.analysis.market.market import Listing
from planwatch.analysis.metrics.gap import Basis, Gap, Gaps, Nearest
from planwatch.analysis.report.costs import cost_cells, cost_columns, cost_ids
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.sentences import say_shortfall, say_widest_gap, say_widest_lead
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import brand_subject, plan_subject
from planwatch.domain.job_kinds import COMPARE
from planwatch.domain.phrasing import count_of, name_plan, name_plan_of_brand

_COLUMNS: Final[tuple[Column, ...]] = (
    ("plan", "Plan", "text"),
    *cost_columns("effective_pence", "Effective"),
    ("rival", "Rival plan", "text"),
    *cost_columns("rival_pence", "Rival effective"),
    ("gap_pence", "Gap", "money_diff"),
    ("gap_percent", "% of rival", "percent"),
    ("basis", "Compared on", "text"),
    ("nearest", "Nearest without equivalent", "text"),
    *cost_columns("nearest_pence", "Its effective"),
    ("nearest_lacks", "It gives less", "text"),
)
NO_EQUIVALENT: Final = "no equivalent"
_BASIS_WORDS: Final[dict[Basis, str]] = {
    "same": "same data and term",
    "covers": "as much data, no longer term",
}


def gap_table(title: str, gaps: Gaps) -> Record:
    """Return each plan beside its rival; without one the rest of its row is empty."""
    by_plan = {gap.item.plan_id: gap for gap in gaps.found}
    nearest = {near.item.plan_id: near for near in gaps.nearest}
    rows = [_row(item, by_plan.get(item.plan_id), nearest.get(item.plan_id)) for item in gaps.items]
    return build_table("gaps", title, _COLUMNS, rows)


def _row(item: Listing, gap: Gap | None, near: Nearest | None) -> Record:
    row: Record = dict.fromkeys(key for key, _, _ in _COLUMNS)
    row |= {
        "plan": name_plan(item.plan),
        **cost_cells(
            effective_pence=item,
            rival_pence=gap.rival if gap else None,
            nearest_pence=near.rival if near and not gap else None,
        ),
        "ids": {
            **ids_of(plan_subject(item), named="plan"),
            **cost_ids("effective_pence", item),
        },
    }
    if gap is None:
        return row | {"basis": NO_EQUIVALENT, **_nearest_of(near, row["ids"])}
    return row | {
        "rival": name_plan_of_brand(gap.rival.plan),
        "gap_pence": gap.pence,
        "gap_percent": gap.percent,
        "basis": _BASIS_WORDS[gap.basis],
        "ids": {
            **row["ids"],
            **ids_of(plan_subject(item), gap_pence="gap", gap_percent="gap_percent"),
            **ids_of(plan_subject(gap.rival), named="rival"),
            **cost_ids("rival_pence", gap.rival),
        },
    }


def _nearest_of(near: Nearest | None, ids: Mapping[str, str]) -> Record:
    """Return the cells of the nearest rival of a plan without an equivalent."""
    if near is None:
        return {}
    return {
        "nearest": name_plan_of_brand(near.rival.plan),
        "nearest_lacks": say_shortfall(near.shortfall),
        "ids": {
            **ids,
            **ids_of(plan_subject(near.rival), named="nearest"),
            **cost_ids("nearest_pence", near.rival),
        },
    }


def gap_count_facts(gaps: Gaps, brand: str) -> list[Fact]:
    """Return at how many sizes a brand is dearer, cheaper or tied, and has no rival."""
    found = [gap.pence for gap in gaps.found]
    return [
        count_fact(kind, number, label, brand_subject(brand))
        for kind, number, label in (
            ("sizes_with_rival", len(found), "plans or sizes with a rival"),
            ("dearer", sum(pence > 0 for pence in found), "plans or sizes dearer than the rival"),
            (
                "cheaper",
                sum(pence < 0 for pence in found),
                "plans or sizes cheaper than the rival",
            ),
            ("level", sum(pence == 0 for pence in found), "plans or sizes tied with the rival"),
            ("no_rival", len(gaps.items) - len(found), "plans or sizes without a rival"),
        )
    ]


def gap_facts(gaps: Iterable[Gap]) -> list[Fact]:
    """Return each gap in pence and in per cent of the rival's cost; the subject names both."""
    return [fact for gap in gaps for fact in _facts(gap)]


def _facts(gap: Gap) -> list[Fact]:
    item, base = plan_subject(gap.item), plan_subject(gap.rival)
    in_percent = f"gap as a percentage of the cost of {base.words}"
    return facts_of(
        item.said(f"{item.words} against {base.words}"),
        "Gap to a rival",
        ("gap", "effective cost minus the rival's", gap.pence, "pence_per_month"),
        ("gap_percent", in_percent, gap.percent, "percent"),
        plan_ids=(gap.item.plan_id, gap.rival.plan_id),
        base=base,
    ) + _cheaper_facts(gap)


def _cheaper_facts(gap: Gap) -> list[Fact]:
    if gap.cheaper is None:
        return []
    return facts_of(
        plan_subject(gap.item).said(plan_subject(gap.cheaper).words),
        "Comparable monthly cost",
        (
            "cheaper_still",
            "effective cost of the cheapest that gives no less, of more data or a longer term",
            gap.cheaper.monthly_pence,
            "pence_per_month",
        ),
        plan_ids=(gap.item.plan_id, gap.cheaper.plan_id),
    )


def _compared(study: Study) -> Part:
    a, b = study.brands
    gaps = study.gaps
    widest_gap, widest_lead = say_widest_gap(gaps.found, a, b), say_widest_lead(gaps.found, a, b)
    return Part(
        sentences=[*widest_gap, *widest_lead, *_say_alone(len(gaps.alone), a, b)],
        tables=[gap_table(f"{a} against {b}", gaps)],
        facts=[*gap_facts(gaps.found), *gap_count_facts(gaps, a)],
        findings=[
            *(Line(20, text) for text in widest_gap),
            *(Line(50, text) for text in widest_lead),
        ],
    )


def _say_alone(alone: int, a: str, b: str) -> list[str]:
    if not alone:
        return []
    return [
        f"{count_of(alone, f'{a} plan')} {'has' if alone == 1 else 'have'} no equivalent: {b} is "
        f"not known to sell as much data on as short a term with no less speed and roaming."
    ]


COMPARED: Final = Section(
    report=COMPARE,
    name="gaps",
    title="Gaps",
    place=30,
    build=_compared,
    told=frozenset({"gap", "gap_percent", "widest_gap", "dearer", "cheaper", "level"}),
)
