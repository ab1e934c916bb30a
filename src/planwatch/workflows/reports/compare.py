"""`compare A B`: load plans → compute facts → write → save."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planwatch.analysis.report.comparison import compute_comparison, write_comparison
from planwatch.analysis.report.writing import write_top
from planwatch.domain.job_kinds import COMPARE
from planwatch.engine.workflow import Ended, PlannedStep, Run, Workflow
from planwatch.workflows.context import Services
from planwatch.workflows.reports.inputs import load_background, read_baskets
from planwatch.workflows.reports.narration import narrate
from planwatch.workflows.reports.section_facts import told_sections
from planwatch.workflows.reports.snapshot import load_snapshot
from planwatch.workflows.reports.steps import (
    analysis_ended,
    cached_ended,
    pricing_of,
    report_workflow,
    save_step,
    snapshot_step,
)

_ESTIMATE_S = 0.1
_STEPS = ("load plans", "compute facts", "write", "save")


def build_compare(services: Services) -> Workflow:
    """Return the workflow of a comparison."""
    return report_workflow(
        compare,
        [[PlannedStep(name, _ESTIMATE_S)] for name in _STEPS],
        told_sections(COMPARE),
        services,
    )


def compare(run: Run, params: Mapping[str, Any], services: Services) -> Ended:
    """Compare `params["brands"]`, two display names, and store the analysis.

    Raises:
        NoPlans: one of them has no plan in force.
    """
    brand_a, brand_b = params["brands"]
    load, compute, write, save = _STEPS
    baskets = read_baskets(services.settings.analysis.baskets)
    pricing = pricing_of(params, services, brand_a)
    snapshot = run.step(load, snapshot_step(COMPARE, (brand_a, brand_b), params, services))
    if snapshot["cached"]:
        return cached_ended(snapshot, (brand_a, brand_b))

    def work() -> dict[str, Any]:
        plans = load_snapshot(services.ledger, snapshot)
        background = load_background(
            services.ledger,
            snapshot,
            plans,
            baskets,
            pricing=pricing,
            unverified=bool(params.get("unverified")),
            has_index=False,
        )
        return compute_comparison(plans, brand_a, brand_b, background)

    computed = run.step(compute, work)
    top = run.step(write, lambda: write_top(computed["sections"]))
    document = write_comparison(computed, top)
    narrated = narrate(
        run,
        told_sections(COMPARE),
        params,
        services,
        document,
        lambda: load_snapshot(services.ledger, snapshot),
    )
    analysis_id = run.step(save, save_step(run, COMPARE, (brand_a, brand_b), snapshot, narrated))
    return analysis_ended(analysis_id, (brand_a, brand_b), narrated)
