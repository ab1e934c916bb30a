"""What a dispatch prints. Plain text: it must be there at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from planwatch.domain.job import JobStatus
from planwatch.domain.job_kinds import get_kind
from planwatch.domain.phrasing import format_count
from planwatch.views.output.streams import print_json, print_line

if TYPE_CHECKING:
    from planwatch.domain.job import Job
    from planwatch.engine.launch import Dispatched
    from planwatch.engine.lifecycle import Reopened

POLL: Final[dict[str, Any]] = {
    "interval_s": 2,
    "factor": 2,
    "max_interval_s": 15,
    "max_attempts": 240,
}
"""How a program is to ask for a job's status: after 2 s, 4 s, 8 s, then every 15 s for an hour."""


def print_dispatched(found: Dispatched, *, note: str | None) -> None:
    """Print the job's id and how to follow it."""
    job = found.job
    what = get_kind(job.kind).describe_start(job.params)
    if found.is_new and (job.launched or job.status is not JobStatus.PENDING):
        print_line(f"Started {job.kind} {what} as job {job.job_id}.")
    elif found.is_new:
        print_line(f"Queued {job.kind} {what} as job {job.job_id}; it starts when it is its turn.")
    elif job.is_active:
        print_line(f"Job {job.job_id} is doing that already: {job.kind} {what}, {job.status}.")
    else:
        print_line(f"Job {job.job_id} has the key {job.key!r}: {job.kind} {what}, {job.status}.")
    if job.is_active:
        print_line(f"Follow it: planwatch status {job.job_id} --watch")
    else:
        print_line(f"See the result: planwatch status {job.job_id}")
    if job.status in (JobStatus.FAILED, JobStatus.PARTIAL, JobStatus.CANCELLED):
        print_line(f"Resume it: planwatch resume {job.job_id}")
    if note:
        print_line(note)


def print_dispatched_json(found: Dispatched, *, note: str | None) -> None:
    """Print what a program needs to follow the job."""
    print_json({**_following(found.job), "is_new": found.is_new}, note=note)


def print_resumed(job: Job, reopened: Reopened) -> None:
    """Print what a job that was taken up again keeps, and how to follow it."""
    again = f"; done again: {', '.join(reopened.again)}" if reopened.again else ""
    kept = f"{format_count(reopened.kept, 'finished step')} kept"
    print_line(f"Resumed {job.kind} {job.job_id}; {kept}{again}.")
    print_line(f"Follow it: planwatch status {job.job_id} --watch")


def print_resumed_json(job: Job, reopened: Reopened) -> None:
    """Print what a program needs to follow a job that was taken up again."""
    print_json(
        {
            **_following(job),
            "steps_kept": reopened.kept,
            "steps_again": list(reopened.again),
        }
    )


def _following(job: Job) -> dict[str, Any]:
    return {
        "job_id": job.job_id,
        "status": job.status.value,
        "status_command": f"planwatch status {job.job_id} --json",
        "poll": POLL,
    }
