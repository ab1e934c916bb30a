"""`planwatch status`: jobs and the freshness of each source, or one job in full."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from planwatch.views.jobs.jobs import render_job, render_job_tables, render_jobs
from planwatch.views.market.market import render_sources
from planwatch.views.output.plain import print_parts
from planwatch.views.output.streams import console
from planwatch.views.table.column import Styled
from planwatch.views.table.styles import NOTE_STYLE, print_note

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from planwatch.views.output.delivery import Content
    from planwatch.views.table.table import FittingTable

_JOB_COLUMNS: Final = (
    "id",
    "kind",
    "key",
    "status",
    "percent",
    "steps_done",
    "steps_total",
    "current_steps",
    "flags",
    "eta_s",
    "created_at",
    "started_at",
    "finished_at",
    "attempts",
    "resumes",
    "error",
)
_STEP_COLUMNS: Final = ("name", "status", "attempts", "started_at", "finished_at", "error")
_NO_JOB: Final = "No job yet. Start one: planwatch scrape"


def print_status(
    record: Mapping[str, Any], present: datetime, *, note: str | None, is_all: bool = True
) -> None:
    """Print one job, or the jobs and sources."""
    if "job" in record:
        _draw_status(console(), record, present, note=note, is_all=is_all)
        return
    said = [Styled([note], NOTE_STYLE)] if note else []
    print_parts([*said, *_parts(record, present, is_all=is_all)])


def render_status(
    record: Mapping[str, Any], present: datetime, *, is_all: bool = True
) -> RenderableType:
    """Return the view of a status record; `is_all` unless it was filtered."""
    from rich.console import Group

    if "job" in record:
        return render_job(record["job"], present)
    return Group(*_parts(record, present, is_all=is_all))


def _draw_status(
    target: Console,
    record: Mapping[str, Any],
    present: datetime,
    *,
    note: str | None,
    is_all: bool,
) -> None:
    print_note(target, note)
    target.print(render_status(record, present, is_all=is_all))


def _parts(
    record: Mapping[str, Any], present: datetime, *, is_all: bool
) -> tuple[str | FittingTable, ...]:
    jobs: str | FittingTable = _NO_JOB if is_all else "No job passes these filters."
    if record["jobs"]:
        jobs = render_jobs(record["jobs"], present, total=record["jobs_total"])
    return jobs, "", render_sources(record["sources"])


def status_content(
    record: Mapping[str, Any], present: datetime, *, note: str | None, is_all: bool
) -> Content:
    """Return a status record for `deliver`; the rows of its CSV are jobs, or the steps of one."""
    from planwatch.views.output.delivery import Content  # most calls of `status` do without

    is_one = "job" in record
    rows = record["job"]["steps"] if is_one else record["jobs"]
    return Content(
        record=record,
        columns=_STEP_COLUMNS if is_one else _JOB_COLUMNS,
        rows=[{**row, "error": _said(row["error"])} for row in rows],
        draw=lambda target: _draw_status(target, record, present, note=note, is_all=is_all),
        tables=lambda: (
            render_job_tables(record["job"], present)
            if is_one
            else [
                render_jobs(record["jobs"], present, total=record["jobs_total"]),
                render_sources(record["sources"]),
            ]
        ),
        note=note,
    )


def _said(error: Mapping[str, Any] | None) -> str | None:
    return None if error is None else str(error["message"])
