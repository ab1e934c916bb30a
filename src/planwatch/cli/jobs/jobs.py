"""Commands that show, follow and steer jobs.

What only one command needs is imported inside it: a cold `status` must feel instant.
"""

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from planwatch.cli.completion import complete_job
from planwatch.cli.options import JobId, Json, Quiet, Wait
from planwatch.cli.session import Session, open_session, working_folder
from planwatch.cli.verbosity import Verbosity, read_verbosity
from planwatch.domain.job import JobStatus
from planwatch.domain.job_kinds import KINDS
from planwatch.engine.job_record import job_record, job_records
from planwatch.errors import UsageError
from planwatch.ledger.jobs.jobs import count_jobs, find_job, list_jobs, load_job
from planwatch.views.output.streams import print_json, print_line, print_message
from planwatch.workflows.freshness import load_source_statuses, market_note

_LONGEST_WAIT_S = 1e9


def status(
    job: Annotated[
        str | None,
        typer.Argument(
            help="A job id, a unique prefix of one, or `last`.", autocompletion=complete_job
        ),
    ] = None,
    watch_jobs: Annotated[
        bool, typer.Option("--watch", "-w", help="Follow live until no job is active.")
    ] = False,
    kind: Annotated[
        str | None,
        typer.Option("--kind", help=f"Only jobs of this kind: {', '.join(KINDS)}."),
    ] = None,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only jobs in this state; repeatable.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="Only jobs since then: 7d, 12h, or a date.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="Maximum number of jobs to show.")
    ] = 100,
    interval: Annotated[
        float | None,
        typer.Option(
            "--interval", min=0.05, help="With --watch: seconds between updates; 0.25 by default."
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", min=0, help="With --watch: stop after this many seconds."),
    ] = None,
    keep_open: Annotated[
        bool, typer.Option("--keep-open", help="With --watch: keep watching when no job is active.")
    ] = False,
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help="table, json, csv, md or prometheus."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write to a file; its extension sets the format."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show jobs with their progress and how fresh each source is; or one job in full.

    With --format prometheus: metrics for a textfile collector; a file is replaced atomically.

    Example: planwatch status last --watch
    """
    filters = _filters(kind, state, since)
    if job is not None and any(filters.values()):
        raise UsageError(
            "--kind, --state and --since cannot be used with one job", hint="leave them out"
        )
    if watch_jobs:
        _refuse_with_watch(as_json=as_json or bool(form or output), hides=bool(state or since))
        raise typer.Exit(_watch(job, kind, interval, timeout, keep_open=keep_open))
    if keep_open or interval is not None or timeout is not None:
        raise UsageError(
            "--interval, --timeout and --keep-open need --watch",
            hint="add --watch, or wait for one job: planwatch wait JOB --timeout 900",
        )
    if form is not None or output is not None:
        # the common `status` does without what this takes to import
        from planwatch.cli.jobs.status import deliver_metrics, deliver_status, is_for_prometheus

        if is_for_prometheus(form, output, as_json=as_json):
            deliver_metrics(output, is_filtered=job is not None or any(filters.values()))
        else:
            read = partial(_status_record, job=job, filters=filters, limit=limit)
            deliver_status(form, output, read, as_json=as_json, is_all=not any(filters.values()))
        return
    with open_session() as session:
        record = _status_record(session, job, filters, limit)
        if as_json:
            print_json(record, note=market_note(session.ledger))
            return
        from planwatch.clock import now
        from planwatch.views.jobs.status import print_status

        note = market_note(session.ledger)
        print_status(record, now(), note=note, is_all=not any(filters.values()))


def _watch(
    job: str | None,
    kind: str | None,
    interval: float | None,
    timeout: float | None,
    *,
    keep_open: bool,
) -> int:
    from planwatch.cli.jobs.watch import LOOK_S, watch

    _check_seconds("--interval", interval)
    _check_seconds("--timeout", timeout)
    with open_session() as session:
        wanted = None if job is None else find_job(session.ledger, job).job_id
        return watch(
            session,
            wanted,
            kind=kind,
            interval_s=interval or LOOK_S,
            timeout_s=timeout,
            keep_open=keep_open,
        )


def _refuse_with_watch(*, as_json: bool, hides: bool) -> None:
    if as_json:
        raise UsageError(
            "--watch cannot be combined with --json, --format or --output",
            hint="poll `planwatch status --json`, or leave out --watch",
        )
    if hides:
        raise UsageError(
            "--watch shows active jobs only, so --state and --since cannot be used with it",
            hint="leave them out, or leave out --watch",
        )


def wait(
    job: JobId,
    timeout: Annotated[
        float | None, typer.Option("--timeout", min=0, help="Give up after this many seconds.")
    ] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Wait for a job and exit with its exit code; 75 on timeout.

    Example: planwatch wait last --timeout 900
    """
    from planwatch.cli.jobs.follow import follow

    _check_seconds("--timeout", timeout)
    verbosity = read_verbosity(quiet=quiet, as_json=as_json)
    with open_session(tell=verbosity.print_notice) as session:
        found = find_job(session.ledger, job)
        raise typer.Exit(
            follow(
                session,
                found.job_id,
                timeout_s=timeout,
                verbosity=verbosity,
                with_report=False,
            )
        )


def logs(
    job: JobId,
    follow_log: Annotated[
        bool, typer.Option("--follow", "-f", help="Follow until the job has ended.")
    ] = False,
    lines: Annotated[
        int | None,
        typer.Option("--lines", "-n", min=0, help="Print only this many of the last lines."),
    ] = None,
) -> None:
    """Print the log of a job's workers.

    Example: planwatch logs last -f
    """
    from planwatch.cli.jobs.logs import show_log

    with open_session() as session:
        found = find_job(session.ledger, job)
        raise typer.Exit(show_log(session, found.job_id, lines=lines, follow=follow_log))


def cancel(job: JobId, as_json: Json = False) -> None:
    """Cancel an active job within two seconds; its finished steps are kept.

    Example: planwatch cancel last
    """
    from planwatch.engine.launch import start_waiting
    from planwatch.engine.lifecycle import cancel as cancel_job

    # resuming a job only to cancel it would start a worker for nothing
    with open_session(resumes=False) as session:
        found = find_job(session.ledger, job)
        is_news = cancel_job(session.ledger, session.home, found)
        start_waiting(session.ledger, session.home, session.limits)
        record = job_record(session.ledger, load_job(session.ledger, found.job_id), with_steps=True)
        if as_json:
            print_json({"job": record})
            return
        done = "it had not started"
        if record["steps_total"]:
            done = f"{record['steps_done']} of {record['steps_total']} steps kept"
        said = f"Cancelled {found.kind}" if is_news else f"Already cancelled: {found.kind}"
        print_line(f"{said} {found.job_id}; {done}.")
        print_line(f"Resume it: planwatch resume {found.job_id}")


def resume(
    job: JobId,
    from_step: Annotated[
        str | None,
        typer.Option("--from", help="Run this step again, and all steps after it."),
    ] = None,
    wait: Wait = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Resume a failed, partial or cancelled job after its last finished step.

    Failed steps run again, and so do the steps after them.

    Example: planwatch resume last
    """
    from planwatch.engine.launch import start_job
    from planwatch.engine.lifecycle import reopen
    from planwatch.views.jobs.dispatched import print_resumed, print_resumed_json

    verbosity = read_verbosity(quiet=quiet, as_json=as_json)
    with open_session(tell=verbosity.print_notice) as session:
        found = find_job(session.ledger, job)
        request = session.request(found.kind, found.params)
        reopened = reopen(session.ledger, session.home, found, request, from_step)
        start_job(session.ledger, session.home, found.job_id, session.limits)
        if wait:
            from planwatch.cli.jobs.follow import follow

            raise typer.Exit(follow(session, found.job_id, timeout_s=None, verbosity=verbosity))
        if verbosity is Verbosity.QUIET:
            print_line(found.job_id)
            return
        now = load_job(session.ledger, found.job_id)
        if as_json:
            print_resumed_json(now, reopened)
        else:
            print_resumed(now, reopened)


def prune(
    older_than: Annotated[
        str, typer.Option("--older-than", help="Remove what is older than this: 30d, 12h.")
    ] = "30d",
    pages_older_than: Annotated[
        str | None,
        typer.Option(
            "--pages-older-than", help="The same for archived pages; archive.keep_days by default."
        ),
    ] = None,
    logs_max_mb: Annotated[
        float,
        typer.Option(
            "--logs-max-mb", min=0.001, help="Size limit of cron.log; the newest lines stay."
        ),
    ] = 10.0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be removed, and remove nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Remove old jobs, pages, logs and alerts; never plans or analyses.

    The pages of plans in force are kept, however old. So are the answers of a
    model that an analysis or a newer job refers to, and alerts still to be sent.

    Example: planwatch prune --older-than 90d --dry-run
    """
    from planwatch.clock import format_instant, now
    from planwatch.fetch.archive import Archive
    from planwatch.services.maintenance.prune.jobs import prune as remove
    from planwatch.services.maintenance.prune.pages import prune_pages
    from planwatch.services.maintenance.prune.rest import prune_rest
    from planwatch.services.market.period import since_instant
    from planwatch.settings.load import load_settings
    from planwatch.views.care.pruned import print_pruned

    with open_session() as session:
        archive = load_settings(session.home.config_file, working_folder()).archive
        pages_age = pages_older_than or f"{archive.keep_days}d"
        before = since_instant(older_than, now(), option="--older-than")
        pages_before = since_instant(pages_age, now(), option="--pages-older-than")
        for option, age, instant in (
            ("--older-than", older_than, before),
            ("--pages-older-than", pages_age, pages_before),
        ):
            if instant > format_instant(now()):
                raise UsageError(
                    f"{option} {age} is in the future", hint="write an age, such as 30d"
                )
        rest = prune_rest(
            session.ledger, session.home, before, int(logs_max_mb * 1_000_000), dry_run=dry_run
        )
        removed = remove(session.ledger, session.home, before, dry_run=dry_run)
        pages = prune_pages(
            session.ledger,
            Archive(session.home.archive),
            pages_before,
            archive.max_mb * 1_000_000,
            dry_run=dry_run,
        )
        if as_json:
            print_json(
                {
                    "before": before,
                    "pages_before": pages_before,
                    "dry_run": dry_run,
                    **removed.as_record(),
                    **pages.as_record(),
                    **rest.as_record(),
                }
            )
        else:
            print_pruned(removed, pages, rest, before, pages_before, dry_run=dry_run)


def _check_seconds(option: str, seconds: float | None) -> None:
    if seconds is not None and not seconds < _LONGEST_WAIT_S:
        raise UsageError(
            f"{option} {seconds} is not a valid time", hint="write seconds, such as 900"
        )


def _filters(kind: str | None, states: list[str] | None, since: str | None) -> dict[str, Any]:
    kind = None if kind is None else kind.lower()
    states = [state.lower() for state in states or []]
    if kind is not None and kind not in KINDS:
        raise UsageError(f"unknown kind of job {kind!r}", hint=f"use {', '.join(KINDS)}")
    for state in states:
        if state not in set(JobStatus):
            raise UsageError(f"unknown state {state!r}", hint=f"use {', '.join(JobStatus)}")
    start = None
    if since is not None:
        from planwatch.clock import now
        from planwatch.services.market.period import since_instant

        start = since_instant(since, now())
    return {"kind": kind, "statuses": tuple(states), "since": start}


def _status_record(
    session: Session, job: str | None, filters: dict[str, Any], limit: int
) -> dict[str, Any]:
    if job is not None:
        found = find_job(session.ledger, job)
        return {"job": job_record(session.ledger, found, with_steps=True)}
    return {
        "jobs": job_records(session.ledger, list_jobs(session.ledger, limit=limit, **filters)),
        "jobs_total": count_jobs(session.ledger, **filters),
        "sources": load_source_statuses(session.ledger, session.settings, print_message),
    }
