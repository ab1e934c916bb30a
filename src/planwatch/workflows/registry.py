"""The workflows by kind, bound to one worker's services."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from planwatch.engine.workflow import Ended, PlannedStep, Run, Workflow
from planwatch.errors import EngineError
from planwatch.workflows.context import Services
from planwatch.workflows.kinds import ANALYSE, COMPARE, SCRAPE

Plan = Sequence[Sequence[PlannedStep]]


def build_workflow(kind: str, services: Services) -> Workflow:
    """Return the workflow of a kind; only its own module is imported.

    Raises:
        EngineError: there is no such kind.
    """
    function: Callable[[Run, Mapping[str, Any], Services], Ended]
    plan: Plan
    if kind == SCRAPE:
        from planwatch.workflows.scrape.workflow import close_scrape, plan_scrape, scrape

        return Workflow(
            function=lambda run, params: scrape(run, params, services),
            plan=plan_scrape,
            resume_within_s=services.settings.jobs.resume_within_h * 3600,
            close=close_scrape,
        )
    if kind == COMPARE:
        from planwatch.workflows.reports.compare import COMPARE_PLAN, compare
        from planwatch.workflows.reports.narration import plan_words

        function, plan = compare, COMPARE_PLAN
    elif kind == ANALYSE:
        from planwatch.workflows.reports.analyse import ANALYSE_PLAN, analyse
        from planwatch.workflows.reports.narration import plan_words

        function, plan = analyse, ANALYSE_PLAN
    else:
        raise EngineError(
            f"this planwatch knows no job of kind {kind!r}",
            hint="it was dispatched by another version; run that one, or start a new job",
        )
    return Workflow(
        function=lambda run, params: function(run, params, services),
        # the words are asked for when the template's stand, before all is saved
        plan=lambda params: [
            *plan[:-1],
            *plan_words(kind, params, services.settings.llm),
            *plan[-1:],
        ],
    )
