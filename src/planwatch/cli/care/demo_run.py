"""The run behind `planwatch demo`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import typer

from planwatch.cli.jobs.follow import exit_code_of, wait_for
from planwatch.cli.session import Session, open_session
from planwatch.clock import now
from planwatch.domain.job import Job
from planwatch.domain.job_kinds import ANALYSE, COMPARE, SCRAPE, get_kind
from planwatch.engine.job_record import job_record
from planwatch.errors import UsageError
from planwatch.home import Home, demo_home, find_home
from planwatch.ledger.jobs.jobs import count_jobs, list_jobs
from planwatch.ledger.plans.counts import count_current_plans
from planwatch.ledger.store.info import RECORDED, is_recorded, set_info
from planwatch.sources.registry import SOURCE_IDS
from planwatch.views.output.streams import console, print_line

_ALL_JOBS = 1000
_BRANDS = ("O2", "Vodafone")
_FOCUS = "O2"
_TIME_OF_DAY = "T09:00:00Z"


def run_demo() -> None:
    """Do what an earlier demo in the same home has not done, and show all of it.

    Where nothing is left to do, say what is there.

    Raises:
        UsageError: the home holds anything but a demo.
    """
    named = "PLANWATCH_HOME" in os.environ
    home = find_home() if named else demo_home()
    _refuse_other_home(home)
    with open_session(home) as session:
        _mark(session)
        jobs = _jobs()
        done = [_find_done(session, kind, params) for kind, params in jobs]
        if all(done):
            _print_there(session, named=named)
            return
        for number, (kind, params) in enumerate(jobs, start=1):
            record = _run(session, kind, params)
            _print_progress(number, len(jobs), record)
        # the views import Rich; the jobs above need not wait for it
        from planwatch.services.maintenance.demo import load_demo
        from planwatch.views.care.demo import print_demo

        print_demo(console(), load_demo(session.ledger), home, named=named, present=now())


def _jobs() -> list[tuple[str, dict[str, Any]]]:
    # package data is looked at by this command alone
    from planwatch.fetch.recorded import list_dates

    scrapes: list[tuple[str, dict[str, Any]]] = [
        (
            SCRAPE,
            {
                "sources": list(SOURCE_IDS),
                "fetcher": "recorded",
                "market_date": day,
                "market_now": day + _TIME_OF_DAY,
            },
        )
        for day in list_dates()
    ]
    return [
        *scrapes,
        (COMPARE, get_kind(COMPARE).check_params({"brands": list(_BRANDS), "no_llm": True})),
        (ANALYSE, get_kind(ANALYSE).check_params({"focus": _FOCUS, "no_llm": True})),
    ]


def _find_done(session: Session, kind: str, params: dict[str, Any]) -> Job | None:
    """Return the job of an earlier demo that did this."""
    return next((job for job in _find_earlier(session, kind, params) if not job.is_active), None)


def _find_earlier(session: Session, kind: str, params: dict[str, Any]) -> list[Job]:
    """Return the jobs that did this, or are about it."""
    return [
        job
        for job in list_jobs(session.ledger, limit=_ALL_JOBS, kind=kind)
        if dict(job.params) == params and (job.is_active or exit_code_of(job) == 0)
    ]


def _print_there(session: Session, *, named: bool) -> None:
    # plain lines: a second demo must not wait for Rich
    from planwatch.views.care.demo_there import print_demo_there
    from planwatch.workflows.freshness import market_note

    print_demo_there(
        session.home,
        plans=count_current_plans(session.ledger),
        note=market_note(session.ledger),
        named=named,
    )


def _run(session: Session, kind: str, params: dict[str, Any]) -> dict[str, Any]:
    """Do one job of the demo, unless an earlier demo did; go on with one that is under way."""
    known = _find_earlier(session, kind, params)
    if "market_now" in params and not known:
        with session.ledger.transaction():
            set_info(session.ledger, "market_now", params["market_now"])
    found = known[0] if known else session.dispatch(session.request(kind, params)).job
    job_id = found.job_id
    job = wait_for(session, job_id)
    record = job_record(session.ledger, job, with_steps=False)
    if exit_code_of(job):
        print_line(f"See what went wrong: planwatch status {job_id}")
        raise typer.Exit(exit_code_of(job))
    return record


def _print_progress(number: int, total: int, record: dict[str, Any]) -> None:
    from planwatch.views.jobs.jobs import summary_line

    print_line(f"[{number}/{total}] {summary_line(record)}")


def _mark(session: Session) -> None:
    if is_recorded(session.ledger):
        return
    if count_jobs(session.ledger) or count_current_plans(session.ledger):
        raise _not_a_demo(session.home.root)
    with session.ledger.transaction():
        set_info(session.ledger, "market", RECORDED)


def _refuse_other_home(home: Home) -> None:
    ours = {home.archive, home.logs, home.locks}
    others = set(home.root.iterdir()) - ours if home.root.is_dir() else set()
    if others and not home.ledger.exists():
        raise _not_a_demo(home.root)


def _not_a_demo(root: Path) -> UsageError:
    return UsageError(
        f"{root} holds something other than a demo; the demo needs a folder of its own",
        hint="unset PLANWATCH_HOME, or set it to a new folder, and run: planwatch demo",
    )
