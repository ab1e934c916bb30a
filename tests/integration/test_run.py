"""A run in this process: steps once, effects with their checkpoint, a worker that lost its job."""

from __future__ import annotations

import itertools
import sqlite3
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from planwatch.domain.job import FINAL, TRANSITIONS, Job, JobStatus
from planwatch.engine.patience import patiently
from planwatch.engine.retry import RetryPolicy
from planwatch.engine.run import LocalRun
from planwatch.engine.workflow import Step
from planwatch.errors import ConnectionFault, JobLost, LayoutChanged, LedgerBusy, StepFailed
from planwatch.home import Home
from planwatch.ledger.connection import Ledger, open_ledger
from planwatch.ledger.info import get_info, set_info
from planwatch.ledger.job_moves import claim_job, create_job, finish_job, release_job
from planwatch.ledger.jobs import load_job
from planwatch.ledger.steps import begin_attempt, fail_step, load_attempts, load_steps

AT = "2026-11-23T09:00:00.000Z"
NO_PAUSE = RetryPolicy(attempts=3, first_wait_s=0.001, longest_wait_s=0.002)


@pytest.fixture
def ledger(home: Path) -> Iterator[Ledger]:
    opened = open_ledger(Home(home, home / "config.toml"))
    yield opened
    opened.close()


def _create(ledger: Ledger, job_id: str = "job", max_resumes: int = 3) -> None:
    with ledger.transaction():
        create_job(
            ledger,
            job_id=job_id,
            kind="test",
            params={},
            context={},
            max_resumes=max_resumes,
            at=AT,
            launched=True,
        )


def _claim(ledger: Ledger, job_id: str = "job") -> Job:
    return claim_job(ledger, job_id, pid=1, at=AT)


def _run(ledger: Ledger, job: Job) -> LocalRun:
    return LocalRun(ledger, job, load_steps(ledger, job.job_id), parallel=4)


def _resume(ledger: Ledger) -> LocalRun:
    """As after a death of the worker: released, claimed anew, steps read from the ledger."""
    release_job(ledger, load_job(ledger, "job"), at=AT)
    return _run(ledger, _claim(ledger))


def test_a_finished_step_is_not_run_again_and_gives_the_same_value(ledger: Ledger) -> None:
    _create(ledger)
    calls = itertools.count(1)
    first = _run(ledger, _claim(ledger)).step(
        "fetch", lambda: {"call": next(calls), "pair": (1, 2)}
    )

    again = _resume(ledger).step("fetch", lambda: {"call": next(calls), "pair": (1, 2)})

    assert first == again == {"call": 1, "pair": [1, 2]}
    assert next(calls) == 2


def test_steps_of_one_name_are_told_apart_by_their_occurrence(ledger: Ledger) -> None:
    _create(ledger)
    run = _run(ledger, _claim(ledger))
    first = [run.step("page", partial(int, number)) for number in (10, 20)]

    resumed = _resume(ledger)

    assert [resumed.step("page", lambda: -1) for _ in range(2)] == first == [10, 20]
    assert resumed.step("page", lambda: 30) == 30


def test_effects_and_checkpoint_are_one_transaction(ledger: Ledger) -> None:
    _create(ledger)

    def record(target: Ledger, value: str) -> str:
        set_info(target, "effect", value)
        raise ZeroDivisionError

    with pytest.raises(StepFailed, match="ZeroDivisionError"):
        _run(ledger, _claim(ledger)).step("save", lambda: "half", record=record)

    assert get_info(ledger, "effect") is None
    assert [step.status.value for step in load_steps(ledger, "job")] == ["failed"]


def test_what_the_record_returns_is_what_the_checkpoint_keeps(ledger: Ledger) -> None:
    _create(ledger)
    run = _run(ledger, _claim(ledger))

    kept = run.step("count", lambda: ["a", "b"], record=lambda _ledger, value: len(value))

    assert kept == 2
    assert load_steps(ledger, "job")[0].value == 2


def test_a_worker_that_lost_its_job_can_neither_begin_nor_finish_a_step(ledger: Ledger) -> None:
    _create(ledger)
    lost = _run(ledger, _claim(ledger))

    def lose_the_job() -> str:
        _resume(ledger)
        return "too late"

    with pytest.raises(JobLost):
        lost.step("slow", lose_the_job, record=lambda target, _: set_info(target, "effect", "x"))
    with pytest.raises(JobLost):
        lost.step("next", lambda: 1)

    assert get_info(ledger, "effect") is None


def test_attempts_survive_a_crash_and_are_counted_on(ledger: Ledger) -> None:
    _create(ledger)

    def die() -> None:
        raise KeyboardInterrupt  # as good as dead: nothing is written

    with pytest.raises(KeyboardInterrupt):
        _run(ledger, _claim(ledger)).step("fetch", die)
    _resume(ledger).step("fetch", lambda: "done")

    attempts = load_attempts(ledger, "job")
    assert [(row["attempt"], row["finished_at"] is None) for row in attempts] == [
        (1, True),
        (2, False),
    ]


def test_a_step_that_gives_up_fails_with_its_cause(ledger: Ledger) -> None:
    _create(ledger)

    def fail() -> None:
        raise LayoutChanged("no .card on the page", hint="look at it")

    with pytest.raises(StepFailed, match=r"step 'parse' failed: no \.card on the page"):
        _run(ledger, _claim(ledger)).step("parse", fail)

    step = load_steps(ledger, "job")[0]
    assert (step.status.value, step.attempts) == ("failed", 1)
    assert step.error == {
        "code": "layout_changed",
        "message": "no .card on the page",
        "hint": "look at it",
    }


def test_a_fallback_turns_the_last_error_into_a_value(ledger: Ledger) -> None:
    _create(ledger)
    tries = itertools.count(1)

    def fail() -> None:
        next(tries)
        raise ConnectionFault("reset")

    step = Step(work=fail, retry=NO_PAUSE, fallback=lambda error: f"network: {error}")
    value = _run(ledger, _claim(ledger)).step("fetch", step)

    attempts = load_attempts(ledger, "job")
    assert value == "network: reset"
    assert next(tries) == 4, "three attempts were made"
    assert [row["error"]["code"] for row in attempts] == ["connection"] * 3


def test_gathered_steps_run_at_the_same_time(ledger: Ledger) -> None:
    _create(ledger)
    meeting = threading.Barrier(3, timeout=10)

    def work(name: str) -> Any:
        return lambda: (meeting.wait(), name)[1]

    values = _run(ledger, _claim(ledger)).gather({name: work(name) for name in "abc"})

    assert values == {"a": "a", "b": "b", "c": "c"}


def test_one_gathered_step_that_fails_lets_the_others_finish(ledger: Ledger) -> None:
    _create(ledger)

    def fail() -> None:
        raise LayoutChanged("broken")

    with pytest.raises(StepFailed):
        _run(ledger, _claim(ledger)).gather({"bad": fail, "good": lambda: 1})

    states = {step.name: step.status.value for step in load_steps(ledger, "job")}
    assert states == {"bad": "failed", "good": "completed"}


def test_effects_that_cannot_be_written_fall_back_like_work_that_failed(ledger: Ledger) -> None:
    _create(ledger)
    written: list[str] = []

    def record(target: Ledger, value: str) -> str:
        set_info(target, value, "x")
        if value == "bad":
            raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
        written.append(value)
        return value

    step = Step(work=lambda: "bad", record=record, fallback=lambda _error: "good")
    kept = _run(ledger, _claim(ledger)).gather({"source": step, "other": lambda: 1})

    assert kept == {"source": "good", "other": 1}
    assert (get_info(ledger, "bad"), get_info(ledger, "good")) == (None, "x")
    assert [step.status.value for step in load_steps(ledger, "job")] == ["completed"] * 2


def test_a_row_that_the_schema_forbids_fails_its_step_and_not_the_worker(ledger: Ledger) -> None:
    _create(ledger)

    def record(target: Ledger, _value: None) -> None:
        target.execute("INSERT INTO ledger_info (name) VALUES ('no value')")

    step = Step(work=lambda: None, record=record)
    with pytest.raises(StepFailed) as caught:
        _run(ledger, _claim(ledger)).gather({"bad": step, "good": lambda: 1})

    states = {step.name: step.status.value for step in load_steps(ledger, "job")}
    assert caught.value.context["cause"]["code"] == "row_refused"
    assert states == {"bad": "failed", "good": "completed"}


def test_a_fallback_that_fails_too_fails_its_step_alone(ledger: Ledger) -> None:
    _create(ledger)

    def fail(*_: object) -> None:
        raise LayoutChanged("broken")

    with pytest.raises(StepFailed, match="broken"):
        _run(ledger, _claim(ledger)).step("bad", Step(work=fail, fallback=fail))

    assert load_attempts(ledger, "job")[0]["error"]["code"] == "layout_changed"


def test_a_value_that_is_no_json_fails_its_step(ledger: Ledger) -> None:
    _create(ledger)

    with pytest.raises(StepFailed):
        _run(ledger, _claim(ledger)).step("odd", lambda: float("nan"))

    assert load_steps(ledger, "job")[0].status.value == "failed"


def test_a_held_ledger_is_waited_for_and_the_value_is_kept(home: Path, ledger: Ledger) -> None:
    _create(ledger)
    ledger.execute("PRAGMA busy_timeout=20")
    run = _run(ledger, _claim(ledger))
    holder = sqlite3.connect(home / "ledger.db", isolation_level=None, check_same_thread=False)
    calls = itertools.count(1)
    release = threading.Timer(0.3, holder.rollback)

    def work() -> int:
        holder.execute("BEGIN IMMEDIATE")
        release.start()
        return next(calls)

    value = run.step("fetch", work)

    release.join()
    holder.close()
    assert value == 1
    assert next(calls) == 2, "the work was done once"


def test_a_ledger_that_stays_held_ends_the_patience(home: Path, ledger: Ledger) -> None:
    ledger.execute("PRAGMA busy_timeout=20")
    holder = sqlite3.connect(home / "ledger.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(LedgerBusy):
        patiently(ledger, lambda: None, patience_s=0.1)

    holder.close()


def test_a_lost_job_stops_a_pending_retry_without_writing_an_outcome(ledger: Ledger) -> None:
    """The retry of one step must not end as its final failure because another could not write."""
    _create(ledger)
    waiting = threading.Event()

    def flaky() -> None:
        waiting.set()
        raise ConnectionFault("reset")

    def lose_the_job() -> None:
        waiting.wait(10)
        _resume(ledger)

    slow = RetryPolicy(attempts=3, first_wait_s=30.0, longest_wait_s=60.0)
    steps = {
        "flaky": Step(work=flaky, retry=slow, fallback=lambda _error: "network"),
        "losing": Step(work=lose_the_job),
    }
    with pytest.raises(JobLost, match="no longer this worker's"):
        _run(ledger, _claim(ledger)).gather(steps)

    states = {step.name: step.status.value for step in load_steps(ledger, "job")}
    assert states["flaky"] == "running", "no outcome was written for it"


def test_a_clock_that_jumped_back_cannot_stretch_a_pause(ledger: Ledger) -> None:
    _create(ledger)
    run = _run(ledger, _claim(ledger))
    with ledger.transaction():
        begin_attempt(ledger, "job", "fetch", 1, stage=0, position=0, generation=1, at=AT)
        fail_step(ledger, "job", "fetch", 1, error={}, at=AT, retry_at="2999-01-01T00:00:00.000Z")
    del run

    value = _resume(ledger).step("fetch", Step(work=lambda: 1, retry=NO_PAUSE))

    assert value == 1


@pytest.mark.parametrize("before", JobStatus)
@pytest.mark.parametrize("after", sorted(FINAL))
def test_a_job_ends_only_from_where_the_table_of_transitions_allows(
    ledger: Ledger, before: JobStatus, after: JobStatus
) -> None:
    _create(ledger)
    job = _claim(ledger)
    ledger.execute("UPDATE jobs SET status = ?", (before,))

    def finish() -> None:
        with ledger.transaction():
            finish_job(
                ledger,
                "job",
                generation=job.generation,
                status=after,
                result=None,
                error=None,
                at=AT,
            )

    if before is JobStatus.RUNNING:
        assert after in TRANSITIONS[before]
        finish()
        assert load_job(ledger, "job").status is after
    else:
        with pytest.raises(JobLost):
            finish()
        assert load_job(ledger, "job").status is before


@pytest.mark.parametrize("before", sorted(set(JobStatus) - {JobStatus.PENDING}))
def test_only_a_pending_job_can_be_claimed(ledger: Ledger, before: JobStatus) -> None:
    _create(ledger)
    ledger.execute("UPDATE jobs SET status = ?", (before,))

    with pytest.raises(JobLost):
        _claim(ledger)

    assert load_job(ledger, "job").generation == 0


def test_a_job_that_moved_on_since_it_was_seen_is_not_released(ledger: Ledger) -> None:
    _create(ledger)
    seen = load_job(ledger, "job")
    _claim(ledger)

    released = release_job(ledger, seen, at=AT)

    assert released is None
    assert load_job(ledger, "job").status is JobStatus.RUNNING
