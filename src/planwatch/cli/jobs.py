"""Commands that start, follow and show jobs.

What only one command needs is imported inside it: a dispatch and a cold `status` must feel instant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from planwatch.cli.follow import follow, watch
from planwatch.cli.options import Json, NoLlm, Refresh, Wait
from planwatch.cli.session import Session, open_session
from planwatch.engine.report import job_record
from planwatch.errors import NoPlans, UsageError
from planwatch.ledger.jobs import active_jobs, count_jobs, find_job, list_jobs
from planwatch.sources.registry import SOURCE_IDS, resolve_source
from planwatch.views.dispatched import print_dispatched, print_dispatched_json
from planwatch.views.output import console, print_json
from planwatch.workflows.freshness import market_note, source_records
from planwatch.workflows.kinds import ANALYSE, COMPARE, SCRAPE

DEFAULT_FOCUS = "O2"
_LONGEST_WAIT_S = 1e9


def scrape(
    sources: Annotated[
        list[str] | None, typer.Argument(help="Sources to ask; all nine without any.")
    ] = None,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Collect plans as a detached job.

    Example: planwatch scrape three smarty --wait
    """
    wanted = list(dict.fromkeys(resolve_source(source) for source in sources or SOURCE_IDS))
    with open_session() as session:
        _refuse_recorded(session)
        _start(session, SCRAPE, {"sources": wanted}, wait=wait, as_json=as_json)


def compare(
    brand_a: Annotated[str, typer.Argument(help="The brand whose view is taken.")],
    brand_b: Annotated[str, typer.Argument(help="Its rival.")],
    wait: Wait = False,
    refresh: Refresh = False,
    no_llm: NoLlm = False,
    as_json: Json = False,
) -> None:
    """Compare two brands on the true cost of their plans, as a detached job.

    Example: planwatch compare O2 Vodafone --wait
    """
    from planwatch.domain.brand import resolve_brand
    from planwatch.ledger.in_force import known_brands

    with open_session() as session:
        sold = known_brands(session.ledger)
        pair = [resolve_brand(brand_a, sold), resolve_brand(brand_b, sold)]
        if pair[0] == pair[1]:
            raise UsageError(
                f"{pair[0]} cannot be compared with itself",
                hint="name two brands, as in: planwatch compare O2 Vodafone",
            )
        _require_plans(session, pair, sold)
        params = {"brands": pair, "refresh": refresh, "no_llm": no_llm}
        _start(session, COMPARE, params, wait=wait, as_json=as_json)


def analyse(
    focus: Annotated[
        str, typer.Option("--focus", help="The brand for which the market is analysed.")
    ] = DEFAULT_FOCUS,
    wait: Wait = False,
    refresh: Refresh = False,
    no_llm: NoLlm = False,
    as_json: Json = False,
) -> None:
    """Analyse the market for one brand, as a detached job.

    Example: planwatch analyse --focus Tesco --wait
    """
    from planwatch.domain.brand import resolve_brand
    from planwatch.ledger.in_force import known_brands

    with open_session() as session:
        sold = known_brands(session.ledger)
        brand = resolve_brand(focus, sold)
        _require_plans(session, [brand], sold)
        params = {"focus": brand, "refresh": refresh, "no_llm": no_llm}
        _start(session, ANALYSE, params, wait=wait, as_json=as_json)


def status(
    job: Annotated[
        str | None, typer.Argument(help="A job by unique prefix of its id, or `last`.")
    ] = None,
    watch_jobs: Annotated[
        bool, typer.Option("--watch", "-w", help="Refresh until no job is active.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most jobs to show.")] = 100,
    as_json: Json = False,
) -> None:
    """Show jobs with their progress and the freshness of each source; or one job in full.

    Example: planwatch status last
    """
    if watch_jobs and as_json:
        raise UsageError(
            "--watch draws for a person and --json is for a program",
            hint="poll `planwatch status --json`, or leave one of the two out",
        )
    with open_session() as session:
        if watch_jobs:
            raise typer.Exit(watch(session, job, limit))
        if as_json:
            print_json(_status_record(session, job, limit), note=market_note(session.ledger))
            return
        from planwatch.clock import now
        from planwatch.views.status import print_status

        note = market_note(session.ledger)
        print_status(console(), _status_record(session, job, limit), now(), note=note)


def wait(
    job: Annotated[str, typer.Argument(help="A job by unique prefix of its id, or `last`.")],
    timeout: Annotated[
        float | None, typer.Option("--timeout", min=0, help="Give up after so many seconds.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Wait for a job and end with its exit code; 75 when the time is up.

    Example: planwatch wait last --timeout 900
    """
    if timeout is not None and not timeout < _LONGEST_WAIT_S:
        raise UsageError(f"--timeout {timeout} is no time", hint="write seconds, such as 900")
    with open_session() as session:
        found = find_job(session.ledger, job)
        raise typer.Exit(
            follow(
                session,
                found.job_id,
                timeout_s=timeout,
                as_json=as_json,
                with_report=False,
            )
        )


def _start(
    session: Session, kind: str, params: Mapping[str, Any], *, wait: bool, as_json: bool
) -> None:
    job_id = session.dispatch(kind, params)
    if wait:
        raise typer.Exit(follow(session, job_id, timeout_s=None, as_json=as_json))
    if as_json:
        print_dispatched_json(job_id, note=market_note(session.ledger))
    else:
        print_dispatched(job_id, kind, params, note=market_note(session.ledger))


def _status_record(session: Session, job: str | None, limit: int) -> dict[str, Any]:
    if job is not None:
        found = find_job(session.ledger, job)
        return {"job": job_record(session.ledger, found, with_steps=True)}
    return {
        "jobs": [
            job_record(session.ledger, found, with_steps=False)
            for found in list_jobs(session.ledger, limit=limit)
        ],
        "jobs_total": count_jobs(session.ledger),
        "sources": source_records(session.ledger),
    }


def _require_plans(session: Session, brands: list[str], sold: list[str]) -> None:
    missing = [brand for brand in brands if brand not in sold]
    if not missing:
        return
    running = [job.job_id for job in active_jobs(session.ledger) if job.kind == SCRAPE]
    todo = (
        f"a scrape is under way; when it is done, ask again: planwatch wait {running[0]}"
        if running
        else "collect them first: planwatch scrape --wait (or try: planwatch demo)"
    )
    if not sold:
        raise NoPlans("there are no plans yet", hint=todo)
    raise NoPlans(
        f"no plans of {' or '.join(missing)} are in force",
        hint=f"{todo}; brands with plans: {', '.join(sold)}",
    )


def _refuse_recorded(session: Session) -> None:
    if market_note(session.ledger):
        raise UsageError(
            f"{session.home.root} holds the recorded market of the demo; real plans do not go in",
            hint="unset PLANWATCH_HOME, or set it to another folder, and scrape again",
        )
