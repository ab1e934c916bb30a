"""Market report for one focus brand: its sections under one verdict.

Each section is computed alone, so that a workflow can make it a step of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planwatch.analysis.market.market import newest_capture
from planwatch.analysis.report.document import Record, build_section
from planwatch.analysis.report.sections.section import Section, sections_of
from planwatch.analysis.report.study import Study
from planwatch.analysis.report.writing import MOST_FINDINGS, assemble, join_lines
from planwatch.domain.job_kinds import ANALYSE


def compute_section(section: Section, study: Study) -> Record:
    """Return a section with the brands and the day of its market, for a checkpoint."""
    market = study.market
    return {
        **section.compute(study),
        "brands": list(market.brands),
        "as_of": newest_capture(market.listings).isoformat(),
    }


def write_market_report(computed: Mapping[str, Mapping[str, Any]], focus: str) -> Record:
    """Put the sections under one verdict, as the document that views render.

    The executive summary stands before the market table, which is the last.

    Args:
        computed: what `compute_section` returned for each section, by name.
        focus: display name of the focus brand.
    """
    sections: Sequence[Mapping[str, Any]] = [
        computed[section.name] for section in sections_of(ANALYSE)
    ]
    verdict = " ".join(join_lines(sections, "verdict"))
    findings = join_lines(sections, "findings")[:MOST_FINDINGS]
    summary = build_section(
        "summary",
        "Executive summary",
        [verdict, *findings, *join_lines(sections, "leads")],
        [],
    )
    parts = assemble(sections)
    return {
        "kind": ANALYSE,
        "brands": [focus],
        "market_brands": sections[0]["brands"],
        "focus": focus,
        "as_of": max(section["as_of"] for section in sections),
        "verdict": verdict,
        "findings": findings,
        **parts,
        "sections": [*parts["sections"][:-1], summary, parts["sections"][-1]],
    }
