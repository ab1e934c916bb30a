"""The command `status`: jobs with their progress, and how fresh each source is.

What only one form of it needs is imported where it is needed: a cold `status` must feel instant.
"""

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from planwatch.cli.completion import complete_job
from planwatch.cli.options import Json, check_kind, check_seconds, output_file
from planwatch.cli.session import Session, open_session
from planwatch.domain.job import JobStatus
from planwatch.domain.job_kinds import KINDS
from planwatch.engine.job_record import job_record, job_records
from planwatch.errors import UsageError
from planwatch.ledger.jobs.jobs import count_jobs, find_job, list_newest_and_active
from planwatch.views.output.streams import print_json, print_message
from planwatch.workflows.freshness import load_source_statuses, market_note


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
        int,
        typer.Option(
            "--limit", min=1, help="Maximum number of jobs to show; active jobs are always shown."
        ),
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
            "--output",
            "-o",
            metavar="FILE",
            parser=output_file,
            help="Write to a file; its extension sets the format.",
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
        from planwatch.cli.jobs.status_output import deliver_metrics, deliver_status, read_form
        from planwatch.views.output.delivery import PROMETHEUS

        delivery = read_form(form, output, as_json=as_json)
        if delivery.form == PROMETHEUS:
            deliver_metrics(delivery.path, is_filtered=job is not None or any(filters.values()))
        else:
            read = partial(_status_record, job=job, filters=filters, limit=limit)
            deliver_status(delivery, read, is_all=not any(filters.values()))
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

    check_seconds("--interval", interval)
    check_seconds("--timeout", timeout)
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


def _filters(kind: str | None, states: list[str] | None, since: str | None) -> dict[str, Any]:
    states = [state.lower() for state in states or []]
    for state in states:
        if state not in set(JobStatus):
            raise UsageError(f"unknown state {state!r}", hint=f"use {', '.join(JobStatus)}")
    start = None
    if since is not None:
        from planwatch.clock import now
        from planwatch.services.market.period import since_instant

        start = since_instant(since, now())
    return {"kind": check_kind(kind), "statuses": tuple(states), "since": start}


def _status_record(
    session: Session, job: str | None, filters: dict[str, Any], limit: int
) -> dict[str, Any]:
    if job is not None:
        found = find_job(session.ledger, job)
        return {"job": job_record(session.ledger, found, with_steps=True)}
    return {
        "jobs": job_records(
            session.ledger, list_newest_and_active(session.ledger, limit=limit, **filters)
        ),
        "jobs_total": count_jobs(session.ledger, **filters),
        "sources": load_source_statuses(session.ledger, session.settings, print_message),
    }
