"""Following jobs: polls the ledger, resumes what dies meanwhile, ends with the job's exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any, Final

from planwatch.cli.session import GLOBALS, Session, resume_jobs
from planwatch.clock import now
from planwatch.domain.job import Job, JobStatus
from planwatch.engine.place import is_elsewhere
from planwatch.engine.report import job_record, load_state
from planwatch.ledger.jobs import active_jobs, load_job
from planwatch.views.output import print_json, print_message

_POLL_S: Final = 0.2
_EXIT_CODES: Final = {JobStatus.COMPLETED: 0, JobStatus.PARTIAL: 3, JobStatus.CANCELLED: 130}
_NOTHING_USABLE: Final = 4
_TRY_LATER: Final = 75
_INTERRUPTED: Final = 130


def exit_code_of(job: Job) -> int:
    """Return the documented exit code of a job; 75 while it has not ended."""
    if job.status is JobStatus.FAILED:
        code = (job.error or {}).get("code")
        return _NOTHING_USABLE if code in ("nothing_usable", "no_plans") else 1
    return _EXIT_CODES.get(job.status, _TRY_LATER)


def follow(
    session: Session,
    job_id: str,
    *,
    timeout_s: float | None,
    as_json: bool,
    with_report: bool = True,
) -> int:
    """Wait for the end of a job and show it; Ctrl-C detaches and never cancels.

    Args:
        with_report: show an analysis whole; else only where to find it.

    Returns:
        The exit code: of the job, 75 when the time is up, 130 after Ctrl-C.
    """
    try:
        if as_json or not sys.stderr.isatty():
            job = _wait(session, job_id, timeout_s, lambda: None)
        else:
            job = _wait_drawing(session, job_id, timeout_s)
    except KeyboardInterrupt:
        print_message(
            f"\nplanwatch: detached; job {job_id} goes on. Follow it: planwatch wait {job_id}"
        )
        return _INTERRUPTED
    if job is None:
        if timeout_s is not None:
            print_message(f"planwatch: job {job_id} is not done after {timeout_s:g} s; it goes on.")
        if as_json:
            print_json({"job": _record(session, job_id)})
        return _TRY_LATER
    _show_end(session, job, as_json=as_json, with_report=with_report)
    return exit_code_of(job)


def wait_for(session: Session, job_id: str) -> Job:
    """Wait for the end of a job, without a word, and return it."""
    job = _wait(session, job_id, None, lambda: None)
    return job or load_job(session.ledger, job_id)


def _wait(
    session: Session, job_id: str, timeout_s: float | None, tick: Callable[[], None]
) -> Job | None:
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    while True:
        resume_jobs(session)
        job = load_job(session.ledger, job_id)
        if not job.is_active:
            return job
        if is_elsewhere(job, session.home):
            print_message(f"planwatch: job {job_id} was started elsewhere; not resumed here.")
            return None
        if not GLOBALS.resume and _has_nobody(session, job):
            print_message(f"planwatch: job {job_id} has no living worker; --no-resume is set.")
            return None
        if deadline is not None and time.monotonic() >= deadline:
            return None
        tick()
        time.sleep(_POLL_S)


def _has_nobody(session: Session, job: Job) -> bool:
    """Tell whether nothing that lives is going to move a job."""
    state = load_state(session.ledger, job, active_jobs(session.ledger))
    is_waiting = job.status is JobStatus.PENDING and not job.launched
    return state.is_lost or (is_waiting and not state.waits_for)


def _wait_drawing(session: Session, job_id: str, timeout_s: float | None) -> Job | None:
    from planwatch.views.live import JobDisplay

    with JobDisplay() as display:
        return _wait(
            session, job_id, timeout_s, lambda: display.show(_record(session, job_id), now())
        )


def _show_end(session: Session, job: Job, *, as_json: bool, with_report: bool) -> None:
    # the end of a job is drawn by Rich, which a dispatch must not wait for
    from planwatch.views.ended import print_ended
    from planwatch.workflows.freshness import market_note

    record = _record(session, job.job_id)
    if as_json:
        print_json({"job": record}, note=market_note(session.ledger))
        return
    report = session.ledger if with_report else None
    print_ended(report, record, note=market_note(session.ledger), present=now())


def _record(session: Session, job_id: str) -> dict[str, Any]:
    return job_record(session.ledger, load_job(session.ledger, job_id), with_steps=True)
