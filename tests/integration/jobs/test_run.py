"""A run in this process: steps once, effects with their checkpoint, a worker that lost its job."""

from __future__ import annotations

import ctypes
import itertools
import sqlite3
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from planwatch.domain.job import FINAL, TRANSITIONS, Job, JobStatus
from planwatch.engine import time_limit
from planwatch.engine.busy_retry import retry_transaction
from planwatch.engine.retry import RetryPolicy
from planwatch.engine.run import MOST_FORGIVEN, LocalRun
from planwatch.engine.workflow import Step
from planwatch.errors import (
    ConnectionFault,
    JobLost,
    LayoutChanged,
    LedgerBusy,
    StepFailed,
    StepTimeout,
)
from planwatch.home import Home
from planwatch.ledger.jobs.jobs import load_job
from planwatch.ledger.jobs.step_times import KEPT, load_step_times, save_step_times
from planwatch.ledger.jobs.steps import (
    begin_attempt,
    complete_step,
    fail_step,
    finish_attempt,
    load_attempts,
    load_steps,
    reopen_steps,
)
from planwatch.ledger.jobs.transitions import (
    claim_job,
    finish_job,
    release_job,
    reopen_job,
)
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.ledger.store.info import get_info, set_info
from tests.support.cli import HANG_S, wait_until
from tests.support.ledgers import create_launched_job

AT = "2026-11-23T09:00:00.000Z"
NO_PAUSE = RetryPolicy(attempts=3, first_wait_s=0.001, longest_wait_s=0.002)


@pytest.fixture
def ledger(home: Path) -> Iterator[Ledger]:
    opened = open_ledger(Home(home, home / "config.toml"))
    yield opened
    opened.close()


def _create(ledger: Ledger, job_id: str = "job", max_resumes: int = 3) -> None:
    create_launched_job(
        ledger,
        job_id=job_id,
        kind="test",
        params={},
        context={},
        max_resumes=max_resumes,
        at=AT,
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
    meeting = threading.Barrier(3, timeout=HANG_S)

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
        retry_transaction(ledger, lambda: None, limit_s=0.1)

    holder.close()


def test_a_lost_job_stops_a_pending_retry_without_writing_an_outcome(ledger: Ledger) -> None:
    """The retry of one step must not end as its final failure because another could not write."""
    _create(ledger)

    def flaky() -> None:
        raise ConnectionFault("reset")

    def lose_the_job() -> None:
        wait_until(
            lambda: ledger.query("SELECT 1 FROM steps WHERE retry_at IS NOT NULL"), "the pause"
        )
        _resume(ledger)

    slow = RetryPolicy(attempts=3, first_wait_s=2 * HANG_S, longest_wait_s=2 * HANG_S)
    steps = {
        "flaky": Step(work=flaky, retry=slow, fallback=lambda _error: "network"),
        "losing": Step(work=lose_the_job),
    }
    with pytest.raises(JobLost, match="no longer this worker's"):
        _run(ledger, _claim(ledger)).gather(steps)

    stopped = {step.name: step for step in load_steps(ledger, "job")}["flaky"]
    attempts = [row for row in load_attempts(ledger, "job") if row["name"] == "flaky"]
    assert (stopped.status.value, stopped.finished_at, stopped.value) == ("pending", None, None)
    assert stopped.retry_at is not None, "whoever goes on keeps the pause"
    assert [row["error"]["code"] for row in attempts] == ["connection"]


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


def _finish(ledger: Ledger, job: Job, status: JobStatus = JobStatus.COMPLETED) -> None:
    """Write the end of a job as its worker does."""
    with ledger.transaction():
        finish_job(
            ledger,
            job.job_id,
            generation=job.generation,
            status=status,
            result=None,
            error=None,
            at=AT,
        )
        save_step_times(ledger, job.job_id)


def _reopen(ledger: Ledger) -> Job:
    """Take the job up again as a person does, and claim it."""
    with ledger.transaction():
        reopen_job(ledger, "job", context={}, max_resumes=3, at=AT)
        reopen_steps(ledger, "job", None)
    return _claim(ledger)


def test_a_step_is_a_stage_of_its_own_and_gathered_steps_are_one(ledger: Ledger) -> None:
    _create(ledger)
    run = _run(ledger, _claim(ledger))

    run.step("load", lambda: 1)
    run.gather({"left": lambda: 2, "right": lambda: 3})
    run.step("save", lambda: 4)

    stages = {step.name: step.stage for step in load_steps(ledger, "job")}
    assert stages == {"load": 0, "left": 1, "right": 1, "save": 2}


def test_stages_are_counted_through_steps_that_were_finished_before(ledger: Ledger) -> None:
    _create(ledger)
    first = _run(ledger, _claim(ledger))
    first.step("load", lambda: 1)
    first.gather({"left": lambda: 2, "right": lambda: 3})

    resumed = _resume(ledger)
    resumed.step("load", lambda: -1)
    resumed.gather({"left": lambda: -1, "right": lambda: -1})
    resumed.step("save", lambda: 4)

    assert {step.name: step.stage for step in load_steps(ledger, "job")}["save"] == 2


@pytest.mark.parametrize("is_gathered", [False, True], ids=["a step", "gathered steps"])
def test_a_step_beyond_its_time_limit_is_not_tried_again_and_falls_back(
    ledger: Ledger, is_gathered: bool
) -> None:
    _create(ledger)
    gate = threading.Event()
    slow = Step(
        work=lambda: gate.wait(HANG_S),
        retry=NO_PAUSE,
        time_limit_s=0.05,
        fallback=lambda error: {"fell_back": type(error).__name__},
    )
    run = _run(ledger, _claim(ledger))

    values = run.gather({"slow": slow}) if is_gathered else {"slow": run.step("slow", slow)}
    gate.set()

    step, attempts = load_steps(ledger, "job")[0], load_attempts(ledger, "job")
    assert values == {"slow": {"fell_back": "StepTimeout"}}
    assert (step.status.value, step.value, step.fell_back) == ("completed", values["slow"], True)
    assert [row["error"]["code"] for row in attempts] == ["time_limit"]


def test_a_step_without_a_limit_of_its_own_has_that_of_the_run(ledger: Ledger) -> None:
    _create(ledger)
    gate = threading.Event()
    run = LocalRun(ledger, _claim(ledger), [], parallel=1, step_limit_s=0.05)

    with pytest.raises(StepFailed, match=r"longer than its limit of 0\.05 s") as caught:
        run.step("slow", lambda: gate.wait(HANG_S))
    value = run.step("patient", Step(work=lambda: gate.wait(0.1), time_limit_s=HANG_S))
    gate.set()

    assert isinstance(caught.value.__cause__, StepTimeout)
    assert value is False
    states = [step.status.value for step in load_steps(ledger, "job")]
    assert states == ["failed", "completed"]


def test_work_that_ends_after_its_limit_writes_nothing(ledger: Ledger) -> None:
    _create(ledger)
    gate, is_over = threading.Event(), threading.Event()
    recorded: list[str] = []

    def outstay() -> str:
        gate.wait(HANG_S)
        is_over.set()
        return "late"

    def record(_ledger: Ledger, value: str) -> str:
        recorded.append(value)
        return value

    slow = Step(work=outstay, record=record, time_limit_s=0.05, fallback=lambda _error: "stands in")
    values = _run(ledger, _claim(ledger)).gather({"slow": slow, "other": lambda: 1})
    gate.set()
    is_over.wait(HANG_S)

    assert values == {"slow": "stands in", "other": 1}
    assert recorded == ["stands in"]
    assert {step.name: step.value for step in load_steps(ledger, "job")} == values


def test_only_a_step_whose_value_stands_in_for_another_has_fallen_back(ledger: Ledger) -> None:
    _create(ledger)
    tries = itertools.count(1)

    def fail() -> None:
        raise LayoutChanged("broken")

    def fail_once() -> int:
        if next(tries) == 1:
            raise ConnectionFault("reset")
        return 1

    _run(ledger, _claim(ledger)).gather(
        {
            "good": Step(work=lambda: 1, fallback=lambda _error: 0),
            "second try": Step(work=fail_once, retry=NO_PAUSE, fallback=lambda _error: 0),
            "bad": Step(work=fail, fallback=lambda _error: 0),
        }
    )

    steps = {step.name: (step.value, step.fell_back) for step in load_steps(ledger, "job")}
    assert steps == {"good": (1, False), "second try": (1, False), "bad": (0, True)}


def test_attempts_that_died_with_their_worker_count_until_a_person_takes_the_job_up(
    ledger: Ledger,
) -> None:
    _create(ledger)
    job = _claim(ledger)
    with ledger.transaction():
        begin_attempt(
            ledger,
            "job",
            "fetch",
            1,
            stage=0,
            position=0,
            generation=job.generation,
            at=AT,
        )
    tries = itertools.count(1)

    def fail() -> None:
        next(tries)
        raise ConnectionFault("reset")

    step = Step(work=fail, retry=NO_PAUSE)
    with pytest.raises(StepFailed):
        _resume(ledger).step("fetch", step)
    after_a_death = next(tries) - 1
    _finish(ledger, load_job(ledger, "job"), JobStatus.FAILED)
    with pytest.raises(StepFailed):
        _run(ledger, _reopen(ledger)).step("fetch", step)
    after_a_person = next(tries) - 2 - after_a_death

    assert (after_a_death, after_a_person) == (2, 3)
    assert [row["attempt"] for row in load_attempts(ledger, "job")] == [1, 2, 3, 4, 5, 6]


def test_the_time_in_which_nobody_worked_on_a_step_is_added_up(ledger: Ledger) -> None:
    _create(ledger)
    for began, died in (("09:00:00", "09:00:10"), ("10:00:10", "10:00:15")):
        job = _claim(ledger)
        with ledger.transaction():
            begin_attempt(
                ledger,
                "job",
                "fetch",
                1,
                stage=0,
                position=0,
                generation=job.generation,
                at=f"2026-11-23T{began}.000Z",
            )
        release_job(ledger, job, at="2026-11-23T12:00:00.000Z", died_at=f"2026-11-23T{died}.000Z")
    paused_at = load_steps(ledger, "job")[0].paused_at
    with ledger.transaction():
        begin_attempt(
            ledger,
            "job",
            "fetch",
            1,
            stage=0,
            position=0,
            generation=job.generation,
            at="2026-11-23T10:00:45.000Z",
        )

    step = load_steps(ledger, "job")[0]
    assert paused_at == "2026-11-23T10:00:15.000Z", "when its worker died, not when it was found"
    assert (step.started_at, step.paused_at) == ("2026-11-23T09:00:00.000Z", None)
    assert step.lost_s == pytest.approx(3600 + 30, abs=0.001)


def test_the_key_of_a_step_is_the_same_in_every_attempt_and_after_a_resumption(
    ledger: Ledger,
) -> None:
    _create(ledger)
    keys: list[str] = []

    def ask(run: LocalRun) -> Step:
        def work() -> None:
            keys.append(run.idempotency_key("ask"))
            raise ConnectionFault("reset")

        return Step(work=work, retry=NO_PAUSE)

    first = _run(ledger, _claim(ledger))
    with pytest.raises(StepFailed):
        first.step("ask", ask(first))
    resumed = _resume(ledger)
    with pytest.raises(StepFailed):
        resumed.step("ask", ask(resumed))
    _finish(ledger, load_job(ledger, "job"), JobStatus.FAILED)
    reopened = _run(ledger, _reopen(ledger))

    assert len(keys) == 4, "three attempts, and one that had none left"
    assert set(keys) == {reopened.idempotency_key("ask")} == {"planwatch:job:ask:1"}


def test_no_two_steps_have_the_same_key(ledger: Ledger) -> None:
    _create(ledger)
    _create(ledger, "other")
    run, other = _run(ledger, _claim(ledger)), _run(ledger, _claim(ledger, "other"))

    keys = [
        run.idempotency_key("ask"),
        run.idempotency_key("ask", 2),
        run.idempotency_key("tell"),
        other.idempotency_key("ask"),
    ]

    assert len(set(keys)) == 4


def test_the_times_of_completed_steps_are_kept_and_no_others(ledger: Ledger) -> None:
    _create(ledger)
    job = _claim(ledger)
    run = _run(ledger, job)
    tries = itertools.count(1)

    def fail_once() -> int:
        if next(tries) == 1:
            raise ConnectionFault("reset")
        return 1

    def fail() -> None:
        raise LayoutChanged("broken")

    run.gather(
        {
            "good": lambda: 1,
            "second try": Step(work=fail_once, retry=NO_PAUSE),
            "fell back": Step(work=fail, fallback=lambda _error: 0),
        }
    )
    with pytest.raises(StepFailed):
        run.step("bad", fail)
    before_its_end = load_step_times(ledger, "test")

    _finish(ledger, job, JobStatus.PARTIAL)

    assert before_its_end == {}
    assert {name: len(times) for name, times in load_step_times(ledger, "test").items()} == {
        "good": 1,
        "second try": 1,
        "fell back": 1,  # what refuses us at once will do so again
    }


def _take(ledger: Ledger, job: Job, name: str, took_s: float, *, occurrence: int = 1) -> None:
    """Write a step that took so long."""
    with ledger.transaction():
        attempt = begin_attempt(
            ledger,
            job.job_id,
            name,
            occurrence,
            stage=0,
            position=0,
            generation=job.generation,
            at=AT,
        )
        complete_step(ledger, job.job_id, name, occurrence, value_json="1", at=AT)
        finish_attempt(ledger, job.job_id, name, occurrence, attempt, at=AT, took_s=took_s)


def test_the_time_of_a_step_is_that_of_its_last_attempt(ledger: Ledger) -> None:
    _create(ledger)
    job = _claim(ledger)
    with ledger.transaction():
        begin_attempt(
            ledger,
            "job",
            "fetch",
            1,
            stage=0,
            position=0,
            generation=job.generation,
            at=AT,
        )
        finish_attempt(ledger, "job", "fetch", 1, 1, at=AT, took_s=99.0, error={"code": "x"})
    _take(ledger, job, "fetch", 2.5)

    _finish(ledger, job)

    assert load_step_times(ledger, "test") == {"fetch": [2.5]}


def test_the_last_times_of_each_step_are_kept_in_their_order(ledger: Ledger) -> None:
    for number in range(KEPT + 5):
        _create(ledger, f"job{number}")
        job = _claim(ledger, f"job{number}")
        _take(ledger, job, "fetch", float(number))
        if number == 0:
            _take(ledger, job, "rare", 0.5)
        _finish(ledger, job)

    times = load_step_times(ledger, "test")

    assert KEPT == 20
    assert times == {"fetch": [float(number) for number in range(5, 25)], "rare": [0.5]}
    assert load_step_times(ledger, "another kind") == {}


def test_a_step_that_came_more_often_than_times_are_kept_leaves_its_last(ledger: Ledger) -> None:
    _create(ledger)
    job = _claim(ledger)
    for number in range(1, KEPT + 11):
        _take(ledger, job, "page", float(number), occurrence=number)

    _finish(ledger, job)

    assert load_step_times(ledger, "test") == {
        "page": [float(number) for number in range(11, KEPT + 11)]
    }


def test_a_step_that_a_reopened_job_keeps_is_not_timed_twice(ledger: Ledger) -> None:
    _create(ledger)
    job = _claim(ledger)
    _take(ledger, job, "fetch", 1.0)
    _finish(ledger, job, JobStatus.PARTIAL)
    again = _reopen(ledger)
    _take(ledger, again, "count", 2.0)

    _finish(ledger, again)

    assert load_step_times(ledger, "test") == {"fetch": [1.0], "count": [2.0]}


def test_times_outlive_the_job_that_they_come_from(ledger: Ledger) -> None:
    _create(ledger)
    job = _claim(ledger)
    _take(ledger, job, "fetch", 1.0)
    _finish(ledger, job)

    ledger.execute("DELETE FROM jobs")

    assert load_step_times(ledger, "test") == {"fetch": [1.0]}


def test_a_step_in_a_machine_that_stands_still_again_and_again_gives_up(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_limit, "_LOOK_S", 0.01)
    monkeypatch.setattr(time_limit, "_LATE_S", 0.01)
    _create(ledger)
    calls = itertools.count(1)

    def stand_still() -> None:
        assert next(calls) < 50, "it is tried for ever"
        # nobody else gets the interpreter meanwhile, and nothing is computed
        ctypes.PyDLL(None).usleep(100_000)
        raise ConnectionFault("reset")

    found = _run(ledger, _claim(ledger)).gather(
        {"step": Step(work=stand_still, retry=NO_PAUSE, fallback=str)}
    )

    assert found == {"step": "reset"}
    assert next(calls) - 1 == MOST_FORGIVEN + NO_PAUSE.attempts
