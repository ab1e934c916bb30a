"""`analyse`: load plans → a step a section, all at once → write → save."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from planwatch.analysis.report.market_report import SECTIONS, write_summary
from planwatch.domain.job_kinds import ANALYSE
from planwatch.engine.workflow import Ended, PlannedStep, Run, Workflow
from planwatch.workflows.context import Services
from planwatch.workflows.reports.inputs import load_background, read_baskets
from planwatch.workflows.reports.narration import narrate
from planwatch.workflows.reports.section_facts import ANALYSIS
from planwatch.workflows.reports.snapshot import load_snapshot
from planwatch.workflows.reports.steps import (
    analysis_ended,
    cached_ended,
    report_workflow,
    save_step,
    snapshot_step,
)

_ESTIMATE_S = 0.1
_STAGES = (("load plans",), tuple(SECTIONS), ("write",), ("save",))


def build_analyse(services: Services) -> Workflow:
    """Return the workflow of an analysis."""
    plan = [[PlannedStep(name, _ESTIMATE_S) for name in stage] for stage in _STAGES]
    return report_workflow(analyse, plan, ANALYSIS, services)


def analyse(run: Run, params: Mapping[str, Any], services: Services) -> Ended:
    """Analyse the market for the brand `params["focus"]` and store the analysis.

    Raises:
        NoPlans: the brand has no plan in force.
    """
    focus = str(params["focus"])
    baskets = read_baskets(services.settings.analysis.baskets)
    snapshot = run.step("load plans", snapshot_step(ANALYSE, (focus,), params, services))
    if snapshot["cached"]:
        return cached_ended(snapshot, (focus,))
    plans = load_snapshot(services.ledger, snapshot)
    background = load_background(
        services.ledger, snapshot, plans, baskets, unverified=bool(params.get("unverified"))
    )
    work: dict[str, Callable[[], Any]] = {
        name: partial(section, plans, focus, background) for name, section in SECTIONS.items()
    }
    sections = run.gather(work)
    ordered = [sections[name] for name in SECTIONS]
    document = run.step("write", lambda: write_summary(ordered, focus))
    narrated = narrate(run, ANALYSIS, params, services, document, lambda: plans)
    analysis_id = run.step("save", save_step(run, ANALYSE, (focus,), snapshot, narrated))
    return analysis_ended(analysis_id, (focus,), narrated)
