"""Following jobs: polls the ledger, resumes what dies meanwhile, ends with the job's exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from planwatch.cli.session import GLOBALS, Session, resume_jobs
from planwatch.clock import now
from planwatch.domain.job import Job, JobStatus
from planwatch.engine.lock import is_held
from planwatch.engine.place import is_elsewhere
from planwatch.engine.report import job_record
from planwatch.ledger.jobs import active_jobs, find_job, list_jobs, load_job
from planwatch.views.output import console, print_json, print_line, print_message

_POLL_S: Final = 0.2
_FRAMES_A_SECOND: Final = 5
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
        if not is_held(session.home.lock_of(job_id)):
            if is_elsewhere(job, session.home):
                print_message(f"planwatch: job {job_id} was started elsewhere; not resumed here.")
                return None
            if not GLOBALS.resume:
                print_message(f"planwatch: job {job_id} has no living worker; --no-resume is set.")
                return None
        if deadline is not None and time.monotonic() >= deadline:
            return None
        tick()
        time.sleep(_POLL_S)


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


def watch(session: Session, job: str | None, limit: int) -> int:
    """Show active jobs until there are none; without a terminal a line a change.

    Returns:
        The exit code: 0, or 130 after Ctrl-C.
    """
    wanted = None if job is None else find_job(session.ledger, job).job_id
    try:
        if sys.stdout.isatty():
            _watch_drawing(session, wanted, limit)
        else:
            _watch_plainly(session, wanted, limit)
    except KeyboardInterrupt:
        return _INTERRUPTED
    return 0


def _watched(session: Session, wanted: str | None, limit: int) -> list[dict[str, Any]]:
    if wanted is not None:
        jobs = [load_job(session.ledger, wanted)]
    else:
        jobs = list_jobs(session.ledger, limit=limit)
    return [job_record(session.ledger, job, with_steps=wanted is not None) for job in jobs]


def _is_over(session: Session, wanted: str | None) -> bool:
    active = {
        job.job_id
        for job in active_jobs(session.ledger)
        if not is_elsewhere(job, session.home)  # nothing here moves it
    }
    return not (active if wanted is None else active & {wanted})


def _watch(
    session: Session,
    wanted: str | None,
    limit: int,
    show: Callable[[list[dict[str, Any]]], None],
) -> None:
    """Show the jobs again and again until none that this home can move is active."""
    while True:
        resume_jobs(session)
        over = _is_over(session, wanted)
        show(_watched(session, wanted, limit))
        if over:
            return
        time.sleep(_POLL_S)


def _watch_drawing(session: Session, wanted: str | None, limit: int) -> None:
    from rich.live import Live

    from planwatch.views.status import render_watch
    from planwatch.workflows.freshness import market_note

    note = market_note(session.ledger)
    with Live(console=console(), refresh_per_second=_FRAMES_A_SECOND) as live:
        _watch(
            session,
            wanted,
            limit,
            lambda records: live.update(render_watch(records, now(), note=note)),
        )


def _watch_plainly(session: Session, wanted: str | None, limit: int) -> None:
    from planwatch.views.status import line_of

    told: dict[str, str] = {}

    def tell(records: list[dict[str, Any]]) -> None:
        for record in reversed(records):
            _tell(record, told, line_of(record))

    _watch(session, wanted, limit, tell)


def _tell(record: Mapping[str, Any], told: dict[str, str], line: str) -> None:
    if told.get(record["id"]) == line:
        return
    is_old_news = record["id"] not in told and record["finished_at"] is not None
    told[record["id"]] = line
    if not is_old_news:
        print_line(line)
