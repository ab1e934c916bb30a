"""`planwatch status`: jobs and the freshness of each source, or one job in full."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from rich.console import Group, RenderableType

from planwatch.views.jobs import render_job, render_jobs
from planwatch.views.market import render_sources
from planwatch.views.tables import print_note

if TYPE_CHECKING:
    from rich.console import Console

_NO_JOB: Final = "No job yet. Start one: planwatch scrape"


def print_status(
    target: Console,
    record: Mapping[str, Any],
    present: datetime,
    *,
    note: str | None,
    is_all: bool = True,
) -> None:
    """Print one job, or the jobs and sources."""
    print_note(target, note)
    target.print(render_status(record, present, is_all=is_all))


def render_status(
    record: Mapping[str, Any], present: datetime, *, is_all: bool = True
) -> RenderableType:
    """Return the view of a status record; `is_all` unless it was filtered."""
    if "job" in record:
        return render_job(record["job"], present)
    if not record["jobs"]:
        return Group(
            _NO_JOB if is_all else "No job passes these filters.",
            "",
            render_sources(record["sources"]),
        )
    return Group(
        render_jobs(record["jobs"], present, total=record["jobs_total"]),
        "",
        render_sources(record["sources"]),
    )
