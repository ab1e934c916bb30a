"""A job taken up again by a person: what is kept, what is done again, when it cannot be."""

from __future__ import annotations

import pytest

from planwatch.domain.job import Job, JobStatus
from planwatch.engine.lifecycle import Reopened, cancel, reopen
from planwatch.engine.request import JobRequest
from planwatch.engine.run import LocalRun
from planwatch.engine.workflow import Step
from planwatch.errors import LayoutChanged, StepFailed, UnknownName, WrongState
from planwatch.home import Home
from planwatch.ledger.jobs.jobs import load_job
from planwatch.ledger.jobs.steps import DeclaredStep, declare_steps, load_attempts, load_steps
from planwatch.ledger.jobs.transitions import claim_job, finish_job
from planwatch.ledger.store.connection import Ledger
from tests.support.ledgers import create_launched_job

AT = "2026-11-23T09:00:00.000Z"
PLAN = {"load": 0, "ee": 1, "o2": 1, "sky": 1, "count": 2, "save": 3}


def _request(place: Home, max_resumes: int = 3) -> JobRequest:
    return JobRequest(kind="test", params={}, max_resumes=max_resumes, working_folder=place.root)


def _claim(ledger: Ledger) -> Job:
    return claim_job(ledger, "job", pid=1, at=AT)


def _begin(ledger: Ledger, place: Home) -> Job:
    """Return a new job, claimed and with all its steps announced."""
    create_launched_job(
        ledger,
        job_id="job",
        kind="test",
        params={},
        context=_request(place).context(place),
        max_resumes=3,
        at=AT,
    )
    job = _claim(ledger)
    with ledger.transaction():
        declare_steps(
            ledger,
            "job",
            [
                DeclaredStep(name=name, stage=stage, expected_s=1.0, usual_s=None)
                for name, stage in PLAN.items()
            ],
        )
    return job


def _end(ledger: Ledger, job: Job, status: JobStatus) -> Job:
    with ledger.transaction():
        finish_job(
            ledger,
            "job",
            generation=job.generation,
            status=status,
            result={"old": True},
            error={"code": "old", "message": "old", "hint": ""},
            at=AT,
        )
    return load_job(ledger, "job")


def _fail() -> int:
    raise LayoutChanged("broken")


def _work(ledger: Ledger, job: Job, *, without: str = "", falling_back: str = "") -> LocalRun:
    """Take all steps, one of which may fall back; stop where one is asked to fail."""
    run = LocalRun(ledger, job, load_steps(ledger, "job"), parallel=3)
    steps = {
        name: Step(
            work=_fail if name in (without, falling_back) else lambda: 1,
            fallback=None if name == without else lambda _error: 0,
        )
        for name in PLAN
    }
    run.step("load", steps["load"])
    run.gather({name: steps[name] for name in ("ee", "o2", "sky")})
    run.step("count", steps["count"])
    run.step("save", steps["save"])
    return run


def _partial(ledger: Ledger, place: Home, *, falling_back: str) -> Job:
    job = _begin(ledger, place)
    _work(ledger, job, falling_back=falling_back)
    return _end(ledger, job, JobStatus.PARTIAL)


def _failed(ledger: Ledger, place: Home, *, without: str) -> Job:
    job = _begin(ledger, place)
    with pytest.raises(StepFailed):
        _work(ledger, job, without=without)
    return _end(ledger, job, JobStatus.FAILED)


def _states(ledger: Ledger) -> dict[str, str]:
    return {step.name: step.status.value for step in load_steps(ledger, "job")}


def test_a_step_that_fell_back_is_done_again_with_every_later_stage_and_no_other(
    ledger: Ledger, place: Home
) -> None:
    job = _partial(ledger, place, falling_back="o2")

    reopened = reopen(ledger, place, job, _request(place))

    assert reopened == Reopened(kept=3, again=["o2", "count", "save"])
    assert _states(ledger) == {
        "load": "completed",
        "ee": "completed",
        "o2": "pending",
        "sky": "completed",
        "count": "pending",
        "save": "pending",
    }


@pytest.mark.parametrize(
    ("falling_back", "again"),
    [
        ("load", ["load", "ee", "o2", "sky", "count", "save"]),
        ("count", ["count", "save"]),
        ("save", ["save"]),
    ],
)
def test_what_is_said_to_be_done_again_is_done_again_whatever_the_steps_are_called(
    ledger: Ledger, place: Home, falling_back: str, again: list[str]
) -> None:
    job = _partial(ledger, place, falling_back=falling_back)

    reopened = reopen(ledger, place, job, _request(place))

    pending = [name for name, status in _states(ledger).items() if status == "pending"]
    assert list(reopened.again) == pending == again


def test_a_step_that_failed_is_done_again_and_what_is_finished_is_kept(
    ledger: Ledger, place: Home
) -> None:
    job = _failed(ledger, place, without="ee")

    reopened = reopen(ledger, place, job, _request(place))

    assert reopened == Reopened(kept=3, again=[])
    assert _states(ledger) == {
        "load": "completed",
        "ee": "pending",
        "o2": "completed",
        "sky": "completed",
        "count": "pending",
        "save": "pending",
    }


def test_a_cancelled_job_keeps_all_that_it_finished(ledger: Ledger, place: Home) -> None:
    job = _begin(ledger, place)
    run = LocalRun(ledger, job, load_steps(ledger, "job"), parallel=1)
    run.step("load", lambda: 1)
    cancel(ledger, place, load_job(ledger, "job"))

    reopened = reopen(ledger, place, load_job(ledger, "job"), _request(place))

    assert reopened == Reopened(kept=1, again=[])
    assert _states(ledger)["load"] == "completed"


def test_what_is_discarded_leaves_no_trace_but_its_attempts(ledger: Ledger, place: Home) -> None:
    job = _partial(ledger, place, falling_back="o2")
    attempts = load_attempts(ledger, "job")

    reopen(ledger, place, job, _request(place))

    step = {step.name: step for step in load_steps(ledger, "job")}["o2"]
    assert (step.value, step.error, step.fell_back, step.retry_at) == (None, None, False, None)
    assert (step.started_at, step.finished_at) == (None, None)
    assert (step.attempts, step.attempts_before) == (1, 1)
    assert load_attempts(ledger, "job") == attempts


def test_a_reopened_job_does_only_what_was_discarded(ledger: Ledger, place: Home) -> None:
    job = _partial(ledger, place, falling_back="o2")
    reopen(ledger, place, job, _request(place))

    _work(ledger, _claim(ledger))

    attempts = {step.name: step.attempts for step in load_steps(ledger, "job")}
    values = {step.name: step.value for step in load_steps(ledger, "job")}
    assert attempts == {"load": 1, "ee": 1, "o2": 2, "sky": 1, "count": 2, "save": 2}
    assert set(values.values()) == {1}


@pytest.mark.parametrize(
    ("from_step", "again"),
    [
        ("load", ["load", "ee", "o2", "sky", "count", "save"]),
        ("ee", ["ee", "count", "save"]),
        ("count", ["count", "save"]),
        ("save", ["save"]),
    ],
)
def test_from_a_step_on_that_step_and_every_later_stage_are_done_again(
    ledger: Ledger, place: Home, from_step: str, again: list[str]
) -> None:
    job = _begin(ledger, place)
    _work(ledger, job)
    job = _end(ledger, job, JobStatus.FAILED)

    reopened = reopen(ledger, place, job, _request(place), from_step)

    assert reopened == Reopened(kept=len(PLAN) - len(again), again=again)
    pending = [name for name, status in _states(ledger).items() if status == "pending"]
    assert pending == again


@pytest.mark.parametrize(
    ("from_step", "again"),
    [("ee", ["ee", "o2", "count", "save"]), ("save", ["o2", "count", "save"])],
)
def test_from_a_step_on_does_what_fell_back_again_too(
    ledger: Ledger, place: Home, from_step: str, again: list[str]
) -> None:
    job = _partial(ledger, place, falling_back="o2")

    reopened = reopen(ledger, place, job, _request(place), from_step)

    assert reopened == Reopened(kept=len(PLAN) - len(again), again=again)


def test_from_a_step_that_was_not_reached_keeps_all_that_is_finished(
    ledger: Ledger, place: Home
) -> None:
    job = _failed(ledger, place, without="ee")

    reopened = reopen(ledger, place, job, _request(place), "save")

    assert reopened == Reopened(kept=3, again=[])


def test_a_step_that_came_more_than_once_is_done_again_each_time(
    ledger: Ledger, place: Home
) -> None:
    job = _begin(ledger, place)
    run = LocalRun(ledger, job, load_steps(ledger, "job"), parallel=1)
    for _ in range(2):
        run.step("page", lambda: 1)
    job = _end(ledger, job, JobStatus.FAILED)

    reopened = reopen(ledger, place, job, _request(place), "page")

    assert reopened == Reopened(kept=0, again=["page", "page"])


def test_a_step_that_the_job_does_not_have_changes_nothing(ledger: Ledger, place: Home) -> None:
    job = _failed(ledger, place, without="ee")

    with pytest.raises(UnknownName, match="job job has no step 'scrape ee'") as caught:
        reopen(ledger, place, job, _request(place), "scrape ee")

    assert all(name in caught.value.hint for name in PLAN)
    assert load_job(ledger, "job") == job
    assert _states(ledger)["ee"] == "failed"


def test_a_running_job_goes_on_by_itself(ledger: Ledger, place: Home) -> None:
    job = _begin(ledger, place)

    with pytest.raises(WrongState, match="job job is running"):
        reopen(ledger, place, job, _request(place))

    assert load_job(ledger, "job") == job


def test_a_job_that_waits_for_its_worker_goes_on_by_itself(ledger: Ledger, place: Home) -> None:
    job = _failed(ledger, place, without="ee")
    reopen(ledger, place, job, _request(place))
    waiting = load_job(ledger, "job")

    with pytest.raises(WrongState, match="job job is pending"):
        reopen(ledger, place, waiting, _request(place))

    assert load_job(ledger, "job") == waiting


def test_of_a_completed_job_nothing_is_left_to_do(ledger: Ledger, place: Home) -> None:
    job = _end(ledger, _begin(ledger, place), JobStatus.COMPLETED)

    with pytest.raises(WrongState, match="job job is completed"):
        reopen(ledger, place, job, _request(place), "load")

    assert load_job(ledger, "job") == job


def test_a_job_that_was_seen_before_it_moved_on_is_judged_as_it_is_now(
    ledger: Ledger, place: Home
) -> None:
    seen = _failed(ledger, place, without="ee")
    reopen(ledger, place, seen, _request(place))

    with pytest.raises(WrongState, match="job job is pending"):
        reopen(ledger, place, seen, _request(place))


def test_a_reopened_job_takes_the_settings_of_whoever_reopens_it(
    ledger: Ledger, place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = _failed(ledger, place, without="ee")
    monkeypatch.setenv("PLANWATCH_FETCH__PACE_S", "3")
    request = _request(place, max_resumes=7)

    reopen(ledger, place, job, request)

    now = load_job(ledger, "job")
    assert now.context == request.context(place)
    assert now.context["environment"]["PLANWATCH_FETCH__PACE_S"] == "3"
    assert (now.max_resumes, now.resumes, now.attempts) == (7, 0, 1)
    assert (now.result, now.error, now.finished_at) == (None, None, None)


def test_cancelling_twice_is_no_news(ledger: Ledger, place: Home) -> None:
    _begin(ledger, place)

    first = cancel(ledger, place, load_job(ledger, "job"))
    second = cancel(ledger, place, load_job(ledger, "job"))

    assert (first, second) == (True, False)


@pytest.mark.parametrize("status", [JobStatus.COMPLETED, JobStatus.PARTIAL, JobStatus.FAILED])
def test_a_job_that_has_ended_cannot_be_cancelled(
    ledger: Ledger, place: Home, status: JobStatus
) -> None:
    job = _end(ledger, _begin(ledger, place), status)

    with pytest.raises(WrongState, match=f"job job is {status}"):
        cancel(ledger, place, job)

    assert load_job(ledger, "job") == job
