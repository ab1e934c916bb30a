"""Market report for one focus brand: its sections under one verdict.

Each section is computed alone, so that a workflow can make it a step of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planwatch.analysis.market.market import newest_capture
from planwatch.analysis.report.document import Record, build_section
from planwatch.analysis.report.sections.section import Section
from planwatch.analysis.report.study import Study
from planwatch.analysis.report.writing import assemble
from planwatch.domain.job_kinds import ANALYSE


def compute_section(section: Section, study: Study) -> Record:
    """Return a section with the brands and the day of its market, for a checkpoint."""
    market = study.market
    return {
        **section.compute(study),
        "brands": list(market.brands),
        "as_of": newest_capture(market.listings).isoformat(),
    }


def write_market_report(
    sections: Sequence[Mapping[str, Any]], top: Mapping[str, Any], focus: str
) -> Record:
    """Put the sections under what `write_top` says of them, as the document that views render.

    The executive summary stands before the market table, which is the last.

    Args:
        sections: what `compute_section` returned for each section, in their order.
        focus: display name of the focus brand.
    """
    sentences = [top["verdict"], *top["findings"], *top["leads"]]
    summary = build_section("summary", "Executive summary", sentences, [])
    parts = assemble(sections)
    return {
        "kind": ANALYSE,
        "brands": [focus],
        "market_brands": sections[0]["brands"],
        "focus": focus,
        "as_of": max(section["as_of"] for section in sections),
        "verdict": top["verdict"],
        "findings": top["findings"],
        **parts,
        "sections": [*parts["sections"][:-1], summary, parts["sections"][-1]],
    }
