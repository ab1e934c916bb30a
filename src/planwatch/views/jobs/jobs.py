"""Jobs on the screen: the list, one job in full, the line of a dispatch, the end of a wait."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from planwatch.clock import parse_instant
from planwatch.domain.job_kinds import find_kind
from planwatch.domain.phrasing import DASH, format_age, format_count, format_duration, list_some
from planwatch.views.table.column import Column, Styled
from planwatch.views.table.styles import OUTCOME_STYLES, error_text
from planwatch.views.table.table import FittingTable

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

STATUS_STYLES: Final = {
    "pending": "cyan",
    "running": "bold cyan",
    "completed": "green",
    "partial": "yellow",
    "failed": "bold red",
    "cancelled": "magenta",
    "fell back": "yellow",
}
_ENDED_SHORT: Final = ("failed", "cancelled")  # no percent: nobody is working towards 100
_UNKNOWN_KIND: Final = "not a kind of this planwatch"
_BAR_WIDTH: Final = 12
_SHORT: Final = 70
_JOB_COLUMNS: Final = (
    Column("job", is_head=True),
    Column("kind", is_head=True),
    Column("what", folds=True, is_head=True),
    Column("state", is_head=True),
    Column("progress"),
    Column("now", folds=True),
    Column("started", align="right"),
    Column("took", align="right"),
)
_LEAVING_JOBS: Final = ("took", "started", "now")
_REMARK: Final = Column("remark", folds=True, is_note=True)
_STEP_COLUMNS: Final = (
    Column("step", is_head=True),
    Column("state", is_head=True),
    Column("attempts", align="right"),
    Column("took", align="right"),
    _REMARK,
)
_COUNTS: Final = ("plans", "new", "withdrawn", "changed")
_OUTCOME_COLUMNS: Final = (
    Column("source", is_head=True),
    Column("outcome", is_head=True),
    *(Column(name, align="right") for name in (*_COUNTS, "took")),
    _REMARK,
)


def what_of(job: Mapping[str, Any]) -> str:
    """Return what a job is about, in a few words."""
    kind = find_kind(job["kind"])
    return kind.describe(job["params"]) if kind else _UNKNOWN_KIND


def took(job: Mapping[str, Any], present: datetime) -> str:
    """Return how long a job or step took, or has been taking."""
    if not job["started_at"]:
        return DASH
    end = parse_instant(job["finished_at"]) if job["finished_at"] else present
    return format_duration(max(0.0, (end - parse_instant(job["started_at"])).total_seconds()))


def render_jobs(
    jobs: Sequence[Mapping[str, Any]], present: datetime, *, total: int
) -> FittingTable:
    """Return the table of jobs, the newest first."""
    shown = f"showing {len(jobs)} of {total}" if total > len(jobs) else None
    rows = [
        (
            job["id"],
            job["kind"],
            what_of(job),
            _status(job["status"]),
            bar(job),
            _now(job),
            _started(job, present),
            took(job, present),
        )
        for job in jobs
    ]
    return FittingTable("Jobs", _JOB_COLUMNS, rows, caption=shown, leaving=_LEAVING_JOBS)


def _started(job: Mapping[str, Any], present: datetime) -> str:
    if job["started_at"] is None:
        return DASH
    return format_age((present - parse_instant(job["started_at"])).total_seconds())


def _status(status: str) -> Styled:
    return Styled([status], STATUS_STYLES.get(status, ""))


def bar(job: Mapping[str, Any], width: int = _BAR_WIDTH) -> Styled:
    """Return a job's percent as a bar and a figure; of one that came to nothing, its steps."""
    if job["status"] in _ENDED_SHORT:
        return Styled([_steps_done(job)], STATUS_STYLES[job["status"]])
    filled = round(width * job["percent"] / 100)
    empty = ("╌" * (width - filled), "bright_black")
    parts = ["━" * filled, empty, f" {job['percent']:3d} %"]
    return Styled(parts, STATUS_STYLES.get(job["status"], ""))


def say_eta(job: Mapping[str, Any]) -> str:
    """Return how much longer a job takes and how that is known; nothing where it is not."""
    if job["eta_s"] is None:
        return ""
    basis = "by earlier jobs" if job["eta_basis"] == "history" else "a first guess"
    return f"{format_duration(job['eta_s'])} left ({basis})"


def say_state(job: Mapping[str, Any]) -> str:
    """Return what is out of the ordinary about an active job, or what it waits for."""
    flags = job["flags"]
    if "elsewhere" in flags:
        return "started on another machine or in another place; not resumed here"
    if "lost" in flags:
        return "its worker is lost; the job is resumed"
    if "waiting" in flags:
        return f"waits for {list_some(job['waits_for'], 1)}"
    if "stalled" in flags:
        return f"stalled: beyond its expected {format_duration(job['expected_s'] or 0.0)}"
    return ""


def _now(job: Mapping[str, Any]) -> str:
    current = job["current_steps"]
    remarks = [say_state(job)] if job["flags"] else []
    if current:
        more = f" +{len(current) - 2}" if len(current) > 2 else ""
        remarks += [", ".join(current[:2]) + more, *([say_eta(job)] if job["eta_s"] else [])]
    if remarks:
        return "; ".join(remarks)
    error = job["error"]
    return textwrap.shorten(str(error["message"]), _SHORT, placeholder="…") if error else ""


def render_job(job: Mapping[str, Any], present: datetime) -> Group:
    """Return one job in full: its head, its steps, what came of it."""
    from rich.console import Group  # the list of jobs does without
    from rich.table import Table
    from rich.text import Text

    from planwatch.views.table.text import as_text

    head = Table.grid(padding=(0, 2))
    head.add_column(style="bright_black")
    head.add_column()
    head.add_row("job", Text.assemble((job["id"], "bold"), f"  {job['kind']}  {what_of(job)}"))
    state = as_text(_status(job["status"]))
    is_short = job["status"] in _ENDED_SHORT
    head.add_row("state", state if is_short else Text.assemble(state, "  ", as_text(bar(job))))
    head.add_row("steps", _steps_done(job))
    if say_state(job):
        head.add_row("", Text(say_state(job), style="yellow"))
    if job["key"]:
        head.add_row("key", job["key"])
    head.add_row("took", took(job, present))
    if say_eta(job):
        head.add_row("", say_eta(job))
    if job["resumes"]:
        times = "once" if job["resumes"] == 1 else f"{job['resumes']} times"
        head.add_row("resumed", f"{times}, having no living worker")
    parts: list[RenderableType] = [head]
    if job["steps"]:
        parts += ["", _steps_table(job, present)]
    if job["result"]:
        parts += ["", _render_result(job)]
    if job["error"]:
        parts += ["", error_text(job["error"])]
    return Group(*parts)


def _render_result(job: Mapping[str, Any]) -> RenderableType:
    result = job["result"]
    if "sources" in result:
        return render_outcomes(result)
    if "analysis_id" in result:
        cached = "  (cached: plans unchanged)" if result["cached"] else ""
        return f"Read it: planwatch show {result['analysis_id']}{cached}"
    return summary_line(job)


def render_job_tables(job: Mapping[str, Any], present: datetime) -> list[FittingTable]:
    """Return one job as tables alone: the job, its steps, what came of its sources."""
    tables = [render_jobs([job], present, total=1)]
    tables += [replace(_steps_table(job, present), title="Steps")] if job["steps"] else []
    has_sources = job["result"] and "sources" in job["result"]
    return tables + ([_outcomes_table(job["result"])] if has_sources else [])


def _steps_done(job: Mapping[str, Any]) -> str:
    if not job["steps_total"]:
        return "not begun"
    done = f"{job['steps_done']} of {job['steps_total']} done"
    is_cached = bool(job["result"] and job["result"].get("cached"))
    return f"{done}; the rest was not needed" if is_cached else done


def _steps_table(job: Mapping[str, Any], present: datetime) -> FittingTable:
    # what was stopped with its job has not gone on since
    until = parse_instant(job["finished_at"]) if job["finished_at"] else present
    rows = [
        (
            step["name"],
            _status(_state_of_step(step)),
            str(step["attempts"] or DASH),
            took(step, until),
            remark_of_step(step, until),
        )
        for step in job["steps"]
    ]
    return FittingTable(None, _STEP_COLUMNS, rows)


def remark_of_step(step: Mapping[str, Any], present: datetime) -> str:
    """Return what a person wants to know of a step: its error, its next attempt, its delay."""
    remarks = [str(step["error"]["message"])] if step["error"] else []
    if step["retry_at"]:
        left_s = (parse_instant(step["retry_at"]) - present).total_seconds()
        remarks.insert(0, f"again in {format_duration(max(0.0, left_s))}")
    if step["longer_than_usual"]:
        usual = format_duration(step["expected_s"] or 0.0)
        remarks.insert(0, f"longer than usual ({took(step, present)} against {usual})")
    if not step["error"]:
        remarks += _say_tries(step)
    return "; ".join(remarks)


def _say_tries(step: Mapping[str, Any]) -> list[str]:
    """Return what became of the earlier attempts of a step that is well now."""
    remarks = []
    for attempt in step["tries"]:
        if attempt["error"]:
            which = f"attempt {attempt['attempt']}: " if len(step["tries"]) > 1 else ""
            remarks.append(which + attempt["error"]["message"])
        elif attempt["finished_at"] is None and (
            attempt["attempt"] < step["attempts"] or step["status"] in ("pending", "stopped")
        ):
            remarks.append(f"attempt {attempt['attempt']} ended with its worker")
    return remarks


def _state_of_step(step: Mapping[str, Any]) -> str:
    return "fell back" if step["fell_back"] else str(step["status"]).replace("_", " ")


def render_outcomes(result: Mapping[str, Any]) -> Group:
    """Return the table of what came of each source of a scrape."""
    from rich.console import Group

    return Group(
        _outcomes_table(result), f"{format_count(result['plans_total'], 'plan')} in force."
    )


def _outcomes_table(result: Mapping[str, Any]) -> FittingTable:
    rows = [
        (
            source["source"],
            Styled([source["outcome"]], OUTCOME_STYLES.get(source["outcome"], "")),
            *(str(source[name] or DASH) for name in _COUNTS),
            format_duration(source["duration_s"]),
            str(source["error"]["message"]) if source["error"] else "",
        )
        for source in result["sources"]
    ]
    return FittingTable("Sources", _OUTCOME_COLUMNS, rows)


def summary_line(job: Mapping[str, Any]) -> str:
    """Return the end of a job in one line, as logs and cron mails want it."""
    head = f"{job['kind']} {job['id']} {job['status']}"
    kind, result, error = find_kind(job["kind"]), job["result"], job["error"]
    if error and job["status"] != "completed":
        return f"{head}: {error['message']}; hint: {error['hint']}"
    return f"{head}: {kind.describe_end(result, error)}" if kind and result else head
