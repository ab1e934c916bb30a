"""Commands that follow and steer one job.

What only one command needs is imported inside it: a command that waits for nothing must feel
instant.
"""

from typing import Annotated

import typer

from planwatch.cli.completion import complete_job
from planwatch.cli.options import JobId, Json, Quiet, Wait, check_kind, check_seconds
from planwatch.cli.session import open_session
from planwatch.cli.verbosity import Verbosity, read_verbosity
from planwatch.domain.job_kinds import KINDS
from planwatch.engine.job_record import job_record, job_records
from planwatch.errors import UsageError
from planwatch.ledger.jobs.jobs import find_job, load_job
from planwatch.views.output.streams import print_json, print_line


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

    check_seconds("--timeout", timeout)
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


def cancel(
    job: Annotated[
        str | None,
        typer.Argument(
            help="A job id, a unique prefix of one, or `last`.", autocompletion=complete_job
        ),
    ] = None,
    all_jobs: Annotated[bool, typer.Option("--all", help="Cancel every active job.")] = False,
    kind: Annotated[
        str | None,
        typer.Option("--kind", help=f"With --all: only jobs of this kind: {', '.join(KINDS)}."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Cancel active jobs, usually within two seconds; their finished steps are kept.

    Example: planwatch cancel last
    """
    if job is not None and all_jobs:
        raise UsageError("JOB and --all cannot be combined", hint="leave one of them out")
    if kind is not None and not all_jobs:
        raise UsageError("--kind needs --all", hint="add --all, or name one job")
    if all_jobs:
        _cancel_all(check_kind(kind), as_json=as_json)
    elif job is not None:
        _cancel_one(job, as_json=as_json)
    else:
        raise UsageError(
            "no job is named", hint="name one, such as `last`, or cancel every active job by --all"
        )


def _cancel_all(kind: str | None, *, as_json: bool) -> None:
    from planwatch.engine.launch import start_waiting
    from planwatch.engine.lifecycle import cancel_all

    with open_session(resumes=False) as session:
        cancelled = cancel_all(session.ledger, session.home, kind)
        start_waiting(session.ledger, session.home, session.limits)
        if as_json:
            jobs = [load_job(session.ledger, each.job_id) for each in cancelled]
            print_json({"jobs": job_records(session.ledger, jobs)})
            return
    for each in cancelled:
        print_line(f"Cancelled {each.kind} {each.job_id}.")
    if cancelled:
        print_line("Resume one: planwatch resume JOB")
    else:
        print_line("No job is active." if kind is None else f"No {kind} is active.")


def _cancel_one(job: str, *, as_json: bool) -> None:
    from planwatch.engine.launch import start_waiting
    from planwatch.engine.lifecycle import cancel as cancel_job

    # resuming a job only to cancel it would start a worker for nothing
    with open_session(resumes=False) as session:
        found = find_job(session.ledger, job)
        was_active = cancel_job(session.ledger, session.home, found)
        start_waiting(session.ledger, session.home, session.limits)
        record = job_record(session.ledger, load_job(session.ledger, found.job_id), with_steps=True)
        if as_json:
            print_json({"job": record})
            return
        done = "it had not started"
        if record["steps_total"]:
            done = f"{record['steps_done']} of {record['steps_total']} steps kept"
        said = f"Cancelled {found.kind}" if was_active else f"Already cancelled: {found.kind}"
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
