"""Gaps section of a comparison: each plan of brand A against its cheapest rival at brand B."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from planwatch.analysis.metrics.gap import gap_count_facts, gap_facts
from planwatch.analysis.report.document import Column, build_table
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.sentences import Row, say_widest_gap, say_widest_lead
from planwatch.analysis.report.study import Study
from planwatch.domain.job_kinds import COMPARE
from planwatch.domain.phrasing import count_of

GAP_COLUMNS: Final[tuple[Column, ...]] = (
    ("plan", "Plan", "text"),
    ("effective_pence", "Effective", "money"),
    ("rival", "Rival plan", "text"),
    ("rival_pence", "Rival effective", "money"),
    ("gap_pence", "Gap", "money_diff"),
    ("gap_percent", "% of rival", "percent"),
    ("basis", "Compared on", "text"),
    ("rival_lacks", "Rival lacks", "text"),
)


def _compared(study: Study) -> Part:
    a, b = study.brands
    rows = [gap.as_row() for gap in study.gaps]
    widest_gap, widest_lead = say_widest_gap(rows, a, b), say_widest_lead(rows, a, b)
    return Part(
        sentences=[*widest_gap, *widest_lead, *_say_alone(rows, a, b)],
        tables=[build_table("gaps", f"{a} against {b}", GAP_COLUMNS, rows)],
        facts=[*gap_facts(study.gaps), *gap_count_facts(study.gaps, a)],
        findings=[
            *(Line(20, text) for text in widest_gap),
            *(Line(50, text) for text in widest_lead),
        ],
    )


def _say_alone(rows: Sequence[Row], a: str, b: str) -> list[str]:
    alone = sum(row["gap_pence"] is None for row in rows)
    if not alone:
        return []
    return [
        f"{count_of(alone, f'{a} plan')} {'has' if alone == 1 else 'have'} no rival: "
        f"{b} sells nothing with as much data on as short a term."
    ]


COMPARED: Final = Section(
    report=COMPARE,
    name="gaps",
    title="Gaps",
    place=30,
    build=_compared,
    told=frozenset({"gap", "gap_percent", "widest_gap", "dearer", "cheaper", "level"}),
)
