"""Wait for a job: poll the ledger, resume lost workers, return the job's exit code."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from planwatch.cli.exit_codes import INTERRUPTED, MODEL_UNAVAILABLE, NOTHING_USABLE, TRY_LATER
from planwatch.cli.jobs.termination import terminated_by_exception
from planwatch.cli.session import GLOBALS, Session, resume_jobs
from planwatch.cli.verbosity import Verbosity
from planwatch.clock import now
from planwatch.domain.job import Job, JobStatus
from planwatch.engine.job_record import is_progressing, job_record
from planwatch.engine.origin import is_elsewhere
from planwatch.ledger.jobs.jobs import load_job
from planwatch.services.jobs.job_progress import load_finished_steps
from planwatch.views.jobs.frame import Frame
from planwatch.views.output.streams import is_screen, print_json, print_message

_POLL_S: Final = 0.2
_EXIT_CODES: Final = {
    JobStatus.COMPLETED: 0,
    JobStatus.PARTIAL: 3,
    JobStatus.CANCELLED: INTERRUPTED,
}


def exit_code_of(job: Job) -> int:
    """Return the documented exit code of a job; 75 while it has not ended."""
    if job.status is JobStatus.COMPLETED and job.error:
        return MODEL_UNAVAILABLE
    if job.status is JobStatus.FAILED:
        code = (job.error or {}).get("code")
        return NOTHING_USABLE if code in ("nothing_usable", "no_plans") else 1
    return _EXIT_CODES.get(job.status, TRY_LATER)


def follow(
    session: Session,
    job_id: str,
    *,
    timeout_s: float | None,
    verbosity: Verbosity,
    with_report: bool = True,
) -> int:
    """Wait for the end of a job and show it; Ctrl-C detaches and never cancels.

    Args:
        with_report: show an analysis on one screen; else only where to find it.

    Returns:
        The exit code: of the job, 75 when the time is up, 130 after Ctrl-C.
    """
    try:
        if verbosity is not Verbosity.NORMAL or not is_screen(sys.stderr):
            job = _wait(session, job_id, timeout_s, lambda: None, verbosity.print_notice)
        else:
            job = _wait_drawing(session, job_id, timeout_s)
    except KeyboardInterrupt:
        print_message(
            f"\nplanwatch: detached; job {job_id} keeps running. Follow it: planwatch wait {job_id}"
        )
        return INTERRUPTED
    if job is None:
        if timeout_s is not None:
            print_message(
                f"planwatch: job {job_id} has not finished after {timeout_s:g} s; it keeps running."
            )
        if verbosity is Verbosity.JSON:
            print_json({"job": _record(session, job_id)})
        return TRY_LATER
    code = exit_code_of(job)
    if code != 0 or verbosity is not Verbosity.QUIET:
        _show_end(session, job, verbosity, with_report=with_report)
    return code


def wait_for(session: Session, job_id: str) -> Job:
    """Wait for the end of a job, without a word, and return it."""
    job = _wait(session, job_id, None, lambda: None)
    return job or load_job(session.ledger, job_id)


def _wait(
    session: Session,
    job_id: str,
    timeout_s: float | None,
    tick: Callable[[], None],
    tell: Callable[[str], None] = print_message,
) -> Job | None:
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    while True:
        session.ledger.check_in_place()  # before a worker is started in another ledger's home
        resume_jobs(session, tell)
        job = load_job(session.ledger, job_id)
        session.ledger.check_in_place()  # what was read may be of a file that nobody finds again
        if not job.is_active:
            return job
        stuck = why_stuck(session, job)
        if stuck:
            print_message(f"planwatch: {stuck}.")
            return None
        if deadline is not None and time.monotonic() >= deadline:
            return None
        tick()
        time.sleep(_POLL_S)


def why_stuck(session: Session, job: Job) -> str | None:
    """Return why nothing that we may do, and nobody else, is going to move an active job."""
    if is_elsewhere(job, session.home):
        return f"job {job.job_id} was started elsewhere, so it is not resumed here"
    if GLOBALS.resume or is_progressing(session.ledger, job):
        return None
    now = load_job(session.ledger, job.job_id)  # it may have ended between the two looks
    if not now.is_active:
        return None
    return f"job {job.job_id} has lost its worker, and --no-resume is set"


def _wait_drawing(session: Session, job_id: str, timeout_s: float | None) -> Job | None:
    # drawn by Rich, which a dispatch must not wait for
    from planwatch.views.jobs.watch import WatchDisplay
    from planwatch.workflows.freshness import market_note

    notices: deque[str] = deque(maxlen=3)
    with (
        terminated_by_exception(),
        WatchDisplay(market_note(session.ledger), stream=sys.stderr) as display,
    ):

        def draw() -> None:
            job = load_job(session.ledger, job_id)
            frame = Frame(
                active=[_record(session, job_id)],
                finished={job_id: load_finished_steps(session.ledger, job)},
                ended=(),
                notices=tuple(notices),
            )
            display.show(frame, now())

        return _wait(session, job_id, timeout_s, draw, notices.append)


def _show_end(session: Session, job: Job, verbosity: Verbosity, *, with_report: bool) -> None:
    # the end of a job is drawn by Rich, which a dispatch must not wait for
    from planwatch.cli.market.show_screen import load_doubts
    from planwatch.views.jobs.ended import print_ended, print_in_a_line
    from planwatch.workflows.freshness import market_note

    record = _record(session, job.job_id)
    note = market_note(session.ledger)
    if verbosity is Verbosity.JSON:
        print_json({"job": record}, note=note)
        return
    if verbosity is Verbosity.QUIET:
        print_in_a_line(record, note=note)
        return
    if job.error and job.status is JobStatus.COMPLETED:
        print_message(
            f"planwatch: the model did not write the whole report: {job.error['message']}"
        )
    report = session.ledger if with_report else None
    print_ended(
        report,
        record,
        note=note,
        present=now(),
        say_doubts=lambda document: load_doubts(session, document),
    )


def _record(session: Session, job_id: str) -> dict[str, Any]:
    return job_record(session.ledger, load_job(session.ledger, job_id), with_steps=True)
