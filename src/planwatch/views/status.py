"""`planwatch status`: jobs and the freshness of each source, or one job in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType

from planwatch.views.jobs import render_job, render_jobs, summary_line
from planwatch.views.market import render_sources
from planwatch.views.tables import note_text, print_note

if TYPE_CHECKING:
    from rich.console import Console


def print_status(
    target: Console, record: Mapping[str, Any], present: datetime, *, note: str | None
) -> None:
    """Print one job, or the jobs and sources."""
    print_note(target, note)
    target.print(render_status(record, present))


def render_status(record: Mapping[str, Any], present: datetime) -> RenderableType:
    """Return the view of a status record."""
    if "job" in record:
        return render_job(record["job"], present)
    if not record["jobs"]:
        return Group(
            "No job yet. Start one: planwatch scrape", "", render_sources(record["sources"])
        )
    return Group(
        render_jobs(record["jobs"], present, total=record["jobs_total"]),
        "",
        render_sources(record["sources"]),
    )


def render_watch(
    jobs: Sequence[Mapping[str, Any]], present: datetime, *, note: str | None
) -> RenderableType:
    """Return a frame of `status --watch`."""
    head = [note_text(note)] if note else []
    if len(jobs) == 1 and "steps" in jobs[0]:
        return Group(*head, render_job(jobs[0], present))
    return Group(*head, render_jobs(jobs, present, total=len(jobs)))


def line_of(job: Mapping[str, Any]) -> str:
    """Return a job in one line, for a watch without a terminal."""
    if job["finished_at"] is not None:
        return summary_line(job)
    now = f": {', '.join(job['current_steps'])}" if job["current_steps"] else ""
    return f"{job['kind']} {job['id']} {job['status']} {job['percent']} %{now}"
