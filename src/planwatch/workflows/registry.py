"""The workflows by kind, bound to one worker's services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from planwatch.engine.workflow import Ended, Run, Workflow
from planwatch.errors import EngineError
from planwatch.workflows.kinds import ANALYSE, ANALYSE_STEPS, COMPARE, COMPARE_STEPS, SCRAPE
from planwatch.workflows.services import Services


def build_workflow(kind: str, services: Services) -> Workflow:
    """Return the workflow of a kind; only its own module is imported.

    Raises:
        EngineError: there is no such kind.
    """
    function: Callable[[Run, Mapping[str, Any], Services], Ended]
    steps: tuple[str, ...]
    if kind == SCRAPE:
        from planwatch.workflows.scrape import close_scrape, scrape, scrape_steps

        return Workflow(
            function=lambda run, params: scrape(run, params, services),
            step_names=scrape_steps,
            resume_within_s=services.settings.jobs.resume_within_h * 3600,
            close=close_scrape,
        )
    if kind == COMPARE:
        from planwatch.workflows.compare import compare

        function, steps = compare, COMPARE_STEPS
    elif kind == ANALYSE:
        from planwatch.workflows.analyse import analyse

        function, steps = analyse, ANALYSE_STEPS
    else:
        raise EngineError(
            f"this planwatch knows no job of kind {kind!r}",
            hint="it was dispatched by another version; run that one, or start a new job",
        )
    return Workflow(
        function=lambda run, params: function(run, params, services),
        step_names=lambda _params: steps,
    )
