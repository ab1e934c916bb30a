"""`analyse`: load plans → a step a section, all at once → write → save."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from planwatch.analysis.market.worked import Worked
from planwatch.analysis.report.market_report import compute_section, write_market_report
from planwatch.analysis.report.sections.section import Section, sections_of
from planwatch.analysis.report.study import study_market
from planwatch.analysis.report.writing import write_top
from planwatch.domain.job_kinds import ANALYSE
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


def build_analyse(services: Services) -> Workflow:
    """Return the workflow of an analysis."""
    sections = [section.name for section in sections_of(ANALYSE)]
    stages = (["load plans"], sections, ["write"], ["save"])
    plan = [[PlannedStep(name, _ESTIMATE_S) for name in stage] for stage in stages]
    return report_workflow(analyse, plan, told_sections(ANALYSE), services)


def analyse(run: Run, params: Mapping[str, Any], services: Services) -> Ended:
    """Analyse the market for the brand `params["focus"]` and store the analysis.

    Raises:
        NoPlans: the brand has no plan in force.
    """
    focus = str(params["focus"])
    baskets = read_baskets(services.settings.analysis.baskets)
    pricing = pricing_of(params, services, focus)
    snapshot = run.step("load plans", snapshot_step(ANALYSE, (focus,), params, services))
    if snapshot["cached"]:
        return cached_ended(snapshot, (focus,))
    is_unverified = bool(params.get("unverified"))

    def work() -> dict[str, Callable[[], Any]]:
        plans = load_snapshot(services.ledger, snapshot)
        background = load_background(
            services.ledger,
            snapshot,
            plans,
            baskets,
            pricing=pricing,
            unverified=is_unverified,
        )
        shared = Worked()

        def compute(section: Section) -> dict[str, Any]:
            study = shared.once(focus, lambda: study_market(plans, focus, background))
            return compute_section(section, study)

        return {section.name: partial(compute, section) for section in sections_of(ANALYSE)}

    sections = run.gather(work())  # which alone keeps the plans: a market may be large
    ordered = [sections[section.name] for section in sections_of(ANALYSE)]
    # no checkpoint of the whole document: it says all that those of the sections say
    top = run.step("write", lambda: write_top(ordered))
    document = write_market_report(ordered, top, focus)
    narrated = narrate(
        run,
        told_sections(ANALYSE),
        params,
        services,
        document,
        lambda: load_snapshot(services.ledger, snapshot),
    )
    analysis_id = run.step("save", save_step(run, ANALYSE, (focus,), snapshot, narrated))
    return analysis_ended(analysis_id, (focus,), narrated)
