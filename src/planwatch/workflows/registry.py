"""The workflow of a kind of job, imported when a worker asks for it."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from planwatch.domain.job_kinds import get_kind
from planwatch.engine.workflow import Workflow
from planwatch.workflows.context import Services


def build_workflow(kind: str, services: Services) -> Workflow:
    """Return the workflow of a kind; only its own module is imported.

    Raises:
        EngineError: there is no such kind.
    """
    module, _, name = get_kind(kind).workflow.partition(":")
    build: Callable[[Services], Workflow] = getattr(importlib.import_module(module), name)
    return build(services)
