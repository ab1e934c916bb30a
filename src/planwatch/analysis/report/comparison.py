"""Comparison of two brands: `compute_comparison` makes its sections, `write_comparison` the report.

The sections are JSON, so that they can be kept as a checkpoint and written up again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planwatch.analysis.inputs import NOTHING, Background
from planwatch.analysis.market.market import newest_capture
from planwatch.analysis.report.document import Record
from planwatch.analysis.report.sections.section import sections_of
from planwatch.analysis.report.study import study_pair
from planwatch.analysis.report.writing import assemble
from planwatch.domain.job_kinds import COMPARE
from planwatch.domain.plan import Plan
from planwatch.errors import UsageError


def compute_comparison(
    plans: Sequence[Plan], brand_a: str, brand_b: str, background: Background = NOTHING
) -> Record:
    """Compute every section of a comparison.

    Args:
        plans: the cheapest offer of each (source, plan_key); other brands are ignored.
        brand_a: display name of the focus: gaps are A − B, in % of B.
        brand_b: display name of the rival.
        background: rise rules, baskets, history and health.

    Returns:
        What `Section.compute` returns of each, in their order, with brands and day; all of it JSON.

    Raises:
        UsageError: a brand against itself.
        NoPlans: a brand without a comparable plan.
    """
    if brand_a == brand_b:
        raise UsageError(f"{brand_a} against itself", hint="name two different brands")
    study = study_pair(plans, brand_a, brand_b, background)
    return {
        "brands": [brand_a, brand_b],
        "as_of": newest_capture(study.market.listings).isoformat(),
        "sections": [section.compute(study) for section in sections_of(COMPARE)],
    }


def write_comparison(computed: Mapping[str, Any], top: Mapping[str, Any]) -> Record:
    """Put the sections under what `write_top` says of them, as the document that views render."""
    sections = computed["sections"]
    return {
        "kind": COMPARE,
        "brands": computed["brands"],
        "market_brands": computed["brands"],
        "focus": None,
        "as_of": computed["as_of"],
        "verdict": top["verdict"],
        "findings": top["findings"],
        **assemble(sections),
    }
