"""`analyse`: load plans → a step a section, all at once → write → save."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from planwatch.analysis.report.market_report import SECTIONS, write_summary
from planwatch.engine.workflow import Ended, PlannedStep, Run
from planwatch.workflows.context import Services
from planwatch.workflows.kinds import ANALYSE, ANALYSE_SECTIONS
from planwatch.workflows.reports.inputs import load_background, read_baskets
from planwatch.workflows.reports.narration import put_into_words
from planwatch.workflows.reports.snapshot import load_snapshot
from planwatch.workflows.reports.steps import analysis_ended, cached_ended, save_step, snapshot_step

_ESTIMATE_S = 0.1
ANALYSE_PLAN = (
    (PlannedStep("load plans", _ESTIMATE_S),),
    tuple(PlannedStep(name, _ESTIMATE_S) for name in ANALYSE_SECTIONS),
    (PlannedStep("write", _ESTIMATE_S),),
    (PlannedStep("save", _ESTIMATE_S),),
)


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
        name: partial(SECTIONS[name], plans, focus, background) for name in ANALYSE_SECTIONS
    }
    sections = run.gather(work)
    ordered = [sections[name] for name in ANALYSE_SECTIONS]
    document = run.step("write", lambda: write_summary(ordered, focus))
    spoken = put_into_words(run, ANALYSE, params, services, document, lambda: plans)
    analysis_id = run.step("save", save_step(run, ANALYSE, (focus,), snapshot, spoken))
    return analysis_ended(analysis_id, (focus,), spoken)
