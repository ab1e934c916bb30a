"""Every cell of the table of a job's states, by every function that leads into the second one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest

from planwatch.domain.job import TRANSITIONS, Job, JobStatus
from planwatch.errors import JobLost
from planwatch.home import Home
from planwatch.ledger.jobs.jobs import load_job
from planwatch.ledger.jobs.steps import begin_attempt
from planwatch.ledger.jobs.transitions import (
    cancel_job,
    check_fence,
    claim_job,
    create_job,
    finish_job,
    mark_launched,
    release_job,
    reopen_job,
    undo_launch,
)
from planwatch.ledger.store.connection import Ledger, open_ledger
from tests.support.ledgers import create_launched_job

AT: Final = "2026-11-23T09:00:00.000Z"
LATER: Final = "2026-11-23T10:00:00.000Z"
RESUMES: Final = 3
PENDING, RUNNING = JobStatus.PENDING, JobStatus.RUNNING
PARTIAL, FAILED, CANCELLED = JobStatus.PARTIAL, JobStatus.FAILED, JobStatus.CANCELLED


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """One for all: each test makes a job of its own."""
    root = tmp_path_factory.mktemp("home")
    opened = open_ledger(Home(root, root / "config.toml"))
    yield opened
    opened.close()


@dataclass(frozen=True)
class Way:
    """What the engine calls to bring a job into `after`; allowed only from some states."""

    name: str
    move: Callable[[Ledger, Job], object]
    allowed_from: frozenset[JobStatus]
    after: JobStatus
    max_resumes: int = RESUMES


def _reopen(ledger: Ledger, job: Job) -> None:
    with ledger.transaction():
        reopen_job(ledger, job.job_id, context={"new": True}, max_resumes=1, at=LATER)


def _finish(status: JobStatus) -> Callable[[Ledger, Job], None]:
    def finish(ledger: Ledger, job: Job) -> None:
        with ledger.transaction():
            finish_job(
                ledger,
                job.job_id,
                generation=job.generation,
                status=status,
                result={"of": job.job_id},
                error=None,
                at=LATER,
            )

    return finish


def _claim(ledger: Ledger, job: Job) -> None:
    claim_job(ledger, job.job_id, pid=7, at=LATER)


def _release(ledger: Ledger, job: Job) -> None:
    release_job(ledger, job, at=LATER)


WAYS: Final = (
    Way(
        "claimed",
        _claim,
        frozenset({PENDING}),
        RUNNING,
    ),
    Way("left by a dead worker", _release, frozenset({RUNNING}), PENDING),
    Way("left by its last worker", _release, frozenset({PENDING, RUNNING}), FAILED, max_resumes=0),
    Way(
        "cancelled",
        lambda ledger, job: cancel_job(ledger, job.job_id, at=LATER),
        frozenset({PENDING, RUNNING}),
        CANCELLED,
    ),
    Way("reopened", _reopen, frozenset({PARTIAL, FAILED, CANCELLED}), PENDING),
    *(
        Way(f"finished as {status}", _finish(status), frozenset({RUNNING}), status)
        for status in (JobStatus.COMPLETED, PARTIAL, FAILED)
    ),
)
# A worker that was started and died before it took the job up leaves it pending: no move.
_NO_MOVE: Final = (PENDING, "left by a dead worker")
_numbers = itertools.count(1)


def _cases(*, is_allowed: bool) -> list[Any]:
    return [
        pytest.param(before, way, id=f"{before} to {way.after}, {way.name}")
        for before, way in itertools.product(JobStatus, WAYS)
        if (before in way.allowed_from) is is_allowed and (before, way.name) != _NO_MOVE
    ]


def _bring_to(ledger: Ledger, status: JobStatus, max_resumes: int = RESUMES) -> Job:
    """Return a new job in a state, with a step in progress wherever a worker had taken it up."""
    job_id = f"job{next(_numbers)}"
    create_launched_job(
        ledger,
        job_id=job_id,
        kind="test",
        params={},
        context={},
        max_resumes=max_resumes,
        at=AT,
    )
    if status is PENDING:
        return load_job(ledger, job_id)
    job = claim_job(ledger, job_id, pid=1, at=AT)
    with ledger.transaction():
        begin_attempt(
            ledger,
            job_id,
            "fetch",
            1,
            stage=0,
            position=0,
            generation=job.generation,
            at=AT,
        )
    if status is CANCELLED:
        cancel_job(ledger, job_id, at=AT)
    elif status is not RUNNING:
        _finish(status)(ledger, job)
    return load_job(ledger, job_id)


def _rows_of(ledger: Ledger, job_id: str) -> list[Mapping[str, Any]]:
    return [
        dict(row)
        for table in ("jobs", "steps", "attempts")
        for row in ledger.query(f"SELECT * FROM {table} WHERE job_id = ?", (job_id,))
    ]


@pytest.mark.parametrize(("before", "way"), _cases(is_allowed=True))
def test_a_job_moves_where_the_table_says_so(ledger: Ledger, before: JobStatus, way: Way) -> None:
    job = _bring_to(ledger, before, way.max_resumes)

    way.move(ledger, job)

    assert load_job(ledger, job.job_id).status is way.after


@pytest.mark.parametrize(("before", "way"), _cases(is_allowed=False))
def test_a_move_that_the_table_does_not_have_raises_and_changes_no_row(
    ledger: Ledger, before: JobStatus, way: Way
) -> None:
    job = _bring_to(ledger, before, way.max_resumes)
    rows = _rows_of(ledger, job.job_id)

    with pytest.raises(JobLost):
        way.move(ledger, job)

    assert _rows_of(ledger, job.job_id) == rows


def test_the_ways_above_are_the_whole_table() -> None:
    moves = {(before, way.after) for way in WAYS for before in way.allowed_from}

    assert moves == {
        (before, after) for before, following in TRANSITIONS.items() for after in following
    }
    assert {(before, way.after) for before in JobStatus for way in WAYS} == set(
        itertools.product(JobStatus, JobStatus)
    ), "a cell without a test"


def test_a_worker_that_died_before_it_took_its_job_up_costs_a_resumption(ledger: Ledger) -> None:
    job = _bring_to(ledger, PENDING)

    status = release_job(ledger, job, at=LATER)

    now = load_job(ledger, job.job_id)
    assert status is now.status is PENDING
    assert (now.resumes, now.launched, now.generation) == (1, False, job.generation + 1)


def _waiting(ledger: Ledger) -> Job:
    """Return a new job that waits for its turn."""
    job_id = f"job{next(_numbers)}"
    with ledger.transaction():
        create_job(ledger, job_id=job_id, kind="test", params={}, context={}, max_resumes=3, at=AT)
    return load_job(ledger, job_id)


def test_a_job_that_waits_for_its_turn_has_no_worker_to_lose(ledger: Ledger) -> None:
    job = _waiting(ledger)
    rows = _rows_of(ledger, job.job_id)

    status = release_job(ledger, job, at=LATER)

    assert status is None
    assert _rows_of(ledger, job.job_id) == rows


def test_a_job_whose_turn_has_come_is_launched_once(ledger: Ledger) -> None:
    job = _waiting(ledger)

    launched = [mark_launched(ledger, job), mark_launched(ledger, job)]

    assert launched == [True, False]
    assert load_job(ledger, job.job_id).launched


def test_a_job_that_moved_on_since_it_was_seen_is_not_launched(ledger: Ledger) -> None:
    seen = _waiting(ledger)
    mark_launched(ledger, seen)
    release_job(ledger, load_job(ledger, seen.job_id), at=LATER)
    rows = _rows_of(ledger, seen.job_id)

    is_launched = mark_launched(ledger, seen)

    assert not is_launched
    assert _rows_of(ledger, seen.job_id) == rows


@pytest.mark.parametrize("before", sorted(set(JobStatus) - {PENDING}))
def test_only_a_pending_job_is_launched(ledger: Ledger, before: JobStatus) -> None:
    job = _bring_to(ledger, before)
    rows = _rows_of(ledger, job.job_id)

    is_launched = mark_launched(ledger, job)

    assert not is_launched
    assert _rows_of(ledger, job.job_id) == rows


@pytest.mark.parametrize(("resumed", "resumes"), [(False, 1), (True, 0)])
def test_a_start_that_failed_is_taken_back_with_the_resumption_that_it_was(
    ledger: Ledger, resumed: bool, resumes: int
) -> None:
    job = _bring_to(ledger, PENDING)
    release_job(ledger, job, at=LATER)
    mark_launched(ledger, load_job(ledger, job.job_id))

    undo_launch(ledger, job.job_id, resumed=resumed)

    now = load_job(ledger, job.job_id)
    assert (now.status, now.launched, now.resumes) == (PENDING, False, resumes)


@pytest.mark.parametrize(
    "way", [way for way in WAYS if RUNNING in way.allowed_from], ids=lambda way: way.name
)
def test_a_move_out_of_running_fences_its_worker_off_and_stops_its_steps(
    ledger: Ledger, way: Way
) -> None:
    job = _bring_to(ledger, RUNNING, way.max_resumes)

    way.move(ledger, job)

    with pytest.raises(JobLost):
        check_fence(ledger, job.job_id, job.generation)
    steps = ledger.query("SELECT status, started_at FROM steps WHERE job_id = ?", (job.job_id,))
    assert [tuple(step) for step in steps] == [("pending", AT)]
    assert load_job(ledger, job.job_id).worker_pid is None


def test_a_reopened_job_begins_its_counts_anew_and_keeps_its_generations(ledger: Ledger) -> None:
    running = _bring_to(ledger, RUNNING)
    release_job(ledger, running, at=AT)
    job = claim_job(ledger, running.job_id, pid=1, at=AT)
    _finish(FAILED)(ledger, job)

    _reopen(ledger, job)

    now = load_job(ledger, job.job_id)
    assert (job.resumes, job.attempts, now.attempts) == (1, 2, 2)
    assert now.generation > job.generation
    assert (now.context, now.max_resumes, now.resumes) == ({"new": True}, 1, 0)
    assert (now.queued_at, now.started_at, now.finished_at) == (LATER, None, None)
    assert (now.result, now.error, now.launched) == (None, None, False)
    assert now.created_at == AT
