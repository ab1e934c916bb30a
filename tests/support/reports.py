"""Reports of plans, without a ledger and a job around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planwatch.analysis.inputs import NOTHING, Background
from planwatch.analysis.report.comparison import compute_comparison, write_comparison
from planwatch.analysis.report.market_report import compute_section, write_market_report
from planwatch.analysis.report.sections.section import sections_of
from planwatch.analysis.report.study import study_market
from planwatch.analysis.report.writing import write_top
from planwatch.domain.job_kinds import ANALYSE
from planwatch.domain.plan import Plan

SECTION_NAMES = tuple(section.name for section in sections_of(ANALYSE))


def report_section(
    name: str, plans: Sequence[Plan], focus: str, background: Background = NOTHING
) -> dict[str, Any]:
    """Return one section of a market report, as its step keeps it."""
    [section] = [section for section in sections_of(ANALYSE) if section.name == name]
    return compute_section(section, study_market(plans, focus, background))


def report_market(
    plans: Sequence[Plan], focus: str, background: Background = NOTHING
) -> dict[str, Any]:
    study = study_market(plans, focus, background)
    computed = [compute_section(section, study) for section in sections_of(ANALYSE)]
    return write_market_report(computed, write_top(computed), focus)


def compare(
    plans: Sequence[Plan], brand_a: str, brand_b: str, background: Background = NOTHING
) -> dict[str, Any]:
    computed = compute_comparison(plans, brand_a, brand_b, background)
    return write_comparison(computed, write_top(computed["sections"]))
