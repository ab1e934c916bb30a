"""A job begun by one version of the code and continued by another: it goes on, or says why not."""

from __future__ import annotations

import os
import signal
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from planwatch import __version__
from planwatch.domain.job import Job, JobStatus
from planwatch.engine.lifecycle import reopen
from planwatch.engine.lock import release_lock, take_slot, try_lock
from planwatch.engine.request import JobRequest
from planwatch.engine.worker import Prepared, work_on
from planwatch.engine.workflow import Ended, PlannedStep, Run, Workflow
from planwatch.errors import SettingsError
from planwatch.home import Home
from planwatch.ledger.jobs.jobs import load_job
from planwatch.ledger.jobs.steps import load_steps
from planwatch.ledger.jobs.transitions import release_job
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.settings.load import load_settings
from planwatch.workflows.context import Services
from planwatch.workflows.registry import build_workflow
from tests.support.cli import HANG_S
from tests.support.ledgers import create_launched_job

AT = "2026-11-23T09:00:00.000Z"
KIND = "test"
DEATH, FAULT = 9, 70
Body = Callable[[Run, Callable[[str, Any], Callable[[], Any]]], Any]


class Engine:
    """One home, and workers forked from this process with whatever code a test gives them."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root, root / "config.toml")
        self.ledger = open_ledger(self.home)
        self._called = root / "called"

    def dispatch(self, kind: str = KIND, params: Mapping[str, Any] | None = None) -> None:
        create_launched_job(
            self.ledger,
            job_id="job",
            kind=kind,
            params=params or {},
            context=self._request().context(self.home),
            max_resumes=3,
            at=AT,
        )

    def work(self, plan: Sequence[Sequence[str]], body: Body, **more: Any) -> int:
        """Let a worker do the job by this code; return its exit code."""
        workflow = Workflow(
            function=lambda run, _params: Ended(result=body(run, self._step)),
            plan=lambda _params: [[PlannedStep(name) for name in stage] for stage in plan],
            **more,
        )
        return self.work_prepared(lambda _ledger, _kind: _prepared(workflow))

    def work_prepared(self, prepare: Callable[[Ledger, str], Prepared]) -> int:
        self._called.write_text("")
        lock = try_lock(self.home.lock_of("job"))
        slot = take_slot(self.home, KIND, {})
        assert lock is not None
        assert slot is not None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # threads of other tests are idle
            pid = os.fork()
        if not pid:
            try:
                os._exit(work_on(self.home, "job", lock, slot, prepare, dict))
            finally:
                traceback.print_exc()
                os._exit(FAULT)
        release_lock(lock)
        release_lock(slot)
        return _exit_code_of(pid)

    def crash(self, plan: Sequence[Sequence[str]], body: Body) -> None:
        """Let a worker do the job by this code until it dies, and be found dead."""
        assert self.work(plan, body) == DEATH
        release_job(self.ledger, self.job, at=AT)

    def reopen(self, from_step: str | None = None) -> None:
        reopen(self.ledger, self.home, self.job, self._request(), from_step)

    @property
    def calls(self) -> list[str]:
        """The steps that the last worker did, in request."""
        return self._called.read_text().split()

    @property
    def job(self) -> Job:
        return load_job(self.ledger, "job")

    @property
    def values(self) -> dict[str, Any]:
        return {step.name: step.value for step in load_steps(self.ledger, "job")}

    def _step(self, name: str, value: Any) -> Callable[[], Any]:
        def work() -> Any:
            with self._called.open("a") as called:
                called.write(f"{name}\n")
            return value

        return work

    def _request(self) -> JobRequest:
        return JobRequest(kind=KIND, params={}, max_resumes=3, working_folder=self.home.root)


def _exit_code_of(pid: int) -> int:
    deadline = time.monotonic() + HANG_S
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.005)


def _prepared(workflow: Workflow) -> Prepared:
    return Prepared(
        workflow=workflow,
        parallel_steps=2,
        step_limit_s=HANG_S,
        stalled_factor=2.0,
        stalled_grace_s=10.0,
    )


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    made = Engine(home)
    yield made
    made.ledger.close()


def _die() -> None:
    os._exit(DEATH)


def _old(run: Run, step: Callable[[str, Any], Callable[[], Any]]) -> None:
    """The code that began the job: it finished `x` and died in `y`."""
    run.step("x", step("x", 1))
    run.step("y", _die)


OLD_PLAN = (["x"], ["y"])


def test_the_same_code_goes_on_after_the_last_finished_step(engine: Engine) -> None:
    engine.dispatch()
    engine.crash(OLD_PLAN, _old)

    code = engine.work(
        OLD_PLAN, lambda run, step: [run.step("x", step("x", -1)), run.step("y", step("y", 2))]
    )

    assert (code, engine.job.status, engine.job.result) == (0, JobStatus.COMPLETED, [1, 2])
    assert engine.calls == ["y"]


def test_a_step_whose_meaning_changed_is_done_by_its_new_name_only(engine: Engine) -> None:
    engine.dispatch()
    engine.crash(OLD_PLAN, _old)

    engine.work(
        (["x@2"], ["y"]),
        lambda run, step: [run.step("x@2", step("x@2", {"new": 1})), run.step("y", step("y", 2))],
    )

    assert (engine.job.status, engine.job.result) == (JobStatus.COMPLETED, [{"new": 1}, 2])
    assert engine.calls == ["x@2", "y"]
    assert engine.values == {"x": 1, "x@2": {"new": 1}, "y": 2}


def test_a_step_may_change_its_meaning_more_than_once(engine: Engine) -> None:
    engine.dispatch()
    engine.crash(
        (["x@2"], ["y"]), lambda run, step: [run.step("x@2", step("x@2", 1)), run.step("y", _die)]
    )

    engine.work((["x@10"],), lambda run, step: run.step("x@10", step("x@10", 10)))

    assert (engine.job.status, engine.calls) == (JobStatus.COMPLETED, ["x@10"])


@pytest.mark.parametrize(
    ("finished", "plan"),
    [
        ("x", (["z"], ["y"])),
        ("x", (["xx@2"], ["y"])),
        ("x@2", (["x"], ["y"])),
        ("x@3", (["x@2"], ["y"])),
    ],
    ids=["gone", "another step's successor", "of a newer planwatch", "of a newer planwatch still"],
)
def test_a_finished_step_that_the_code_does_not_know_ends_the_job_loudly(
    engine: Engine, finished: str, plan: Sequence[Sequence[str]]
) -> None:
    engine.dispatch()
    engine.crash(
        ([finished], ["y"]),
        lambda run, step: [run.step(finished, step(finished, 1)), run.step("y", _die)],
    )

    code = engine.work(plan, lambda run, step: run.step(plan[0][0], step(plan[0][0], 0)))

    assert code == 0, "the job's end was written"
    assert (engine.job.status, engine.calls) == (JobStatus.FAILED, [])
    assert engine.job.error is not None
    assert engine.job.error["code"] == "workflow_changed"
    assert f"{finished!r}" in engine.job.error["message"]
    assert f"planwatch {__version__} began it" in engine.job.error["message"]
    assert "start a new job" in engine.job.error["hint"]
    assert engine.values[finished] == 1, "what was finished is kept for the code that knows it"


def test_a_refused_job_goes_on_with_the_code_that_knows_its_steps(engine: Engine) -> None:
    engine.dispatch()
    engine.crash(OLD_PLAN, _old)
    engine.work((["z"],), lambda run, step: run.step("z", step("z", 0)))
    engine.reopen()

    engine.work(
        OLD_PLAN, lambda run, step: [run.step("x", step("x", -1)), run.step("y", step("y", 2))]
    )

    assert (engine.job.status, engine.job.result) == (JobStatus.COMPLETED, [1, 2])


def test_a_step_that_was_never_finished_may_go(engine: Engine) -> None:
    engine.dispatch()
    engine.crash(OLD_PLAN, _old)

    engine.work((["x"],), lambda run, step: run.step("x", step("x", -1)))

    assert (engine.job.status, engine.job.result) == (JobStatus.COMPLETED, 1)


def test_a_new_step_before_a_finished_one_is_done(engine: Engine) -> None:
    engine.dispatch()
    engine.crash(OLD_PLAN, _old)

    engine.work(
        (["first"], ["x"], ["y"]),
        lambda run, step: [run.step(name, step(name, name)) for name in ("first", "x", "y")],
    )

    assert (engine.job.status, engine.job.result) == (JobStatus.COMPLETED, ["first", 1, "y"])
    assert engine.calls == ["first", "y"]
    stages = {step.name: step.stage for step in load_steps(engine.ledger, "job")}
    assert (stages["first"], stages["y"]) == (0, 2), (
        "what is done now has its place in the new plan"
    )


def test_a_new_step_among_finished_ones_of_a_stage_is_done(engine: Engine) -> None:
    engine.dispatch()
    engine.crash(
        (["a", "b"], ["y"]),
        lambda run, step: [run.gather({"a": step("a", 1), "b": step("b", 2)}), run.step("y", _die)],
    )

    engine.work(
        (["a", "b", "c"], ["y"]),
        lambda run, step: run.gather({name: step(name, 3) for name in "abc"}),
    )

    assert (engine.job.status, engine.job.result) == (JobStatus.COMPLETED, {"a": 1, "b": 2, "c": 3})
    assert engine.calls == ["c"]


def _read_plans(run: Run, step: Callable[[str, Any], Callable[[], Any]]) -> Any:
    """New code, for which `x` gives a dict."""
    return run.step("x", step("x", {"plans": 7}))["plans"]


def test_a_stored_value_that_the_code_cannot_read_ends_the_job_naming_its_step(
    engine: Engine,
) -> None:
    engine.dispatch()
    engine.crash(OLD_PLAN, _old)

    engine.work((["x"],), _read_plans)

    assert (engine.job.status, engine.calls) == (JobStatus.FAILED, [])
    assert engine.job.error is not None
    assert engine.job.error["code"] == "workflow_changed"
    assert "'x' (TypeError: 'int' object is not subscriptable)" in engine.job.error["message"]
    assert f"planwatch {__version__} began it" in engine.job.error["message"]
    assert "planwatch resume job --from 'x'" in engine.job.error["hint"]


def test_the_hint_for_a_value_that_cannot_be_read_helps(engine: Engine) -> None:
    engine.dispatch()
    engine.crash(OLD_PLAN, _old)
    engine.work((["x"],), _read_plans)
    engine.reopen("x")

    engine.work((["x"],), _read_plans)

    assert (engine.job.status, engine.job.result) == (JobStatus.COMPLETED, 7)


@pytest.mark.parametrize("unreadable", ["a", "b"])
def test_of_gathered_values_the_one_that_cannot_be_read_is_named(
    engine: Engine, unreadable: str
) -> None:
    engine.dispatch()
    engine.crash(
        (["a", "b"], ["y"]),
        lambda run, step: [
            run.gather(
                {name: step(name, 1 if name == unreadable else {"plans": 1}) for name in "ab"}
            ),
            run.step("y", _die),
        ],
    )

    engine.work(
        (["a", "b"], ["y"]),
        lambda run, step: [
            value["plans"]
            for value in run.gather({name: step(name, {"plans": 1}) for name in "ab"}).values()
        ],
    )

    assert engine.job.status is JobStatus.FAILED
    assert engine.job.error is not None
    assert f"{unreadable!r}" in engine.job.error["message"]


def test_a_stored_value_that_the_next_step_cannot_read_ends_the_job_naming_a_step(
    engine: Engine,
) -> None:
    """As comparisons do: what was loaded is computed with inside the step that follows."""
    engine.dispatch()
    engine.crash(OLD_PLAN, _old)

    def new(run: Run, step: Callable[[str, Any], Callable[[], Any]]) -> Any:
        loaded = run.step("x", step("x", {"plans": 7}))
        return run.step("y", lambda: loaded["plans"])

    engine.work(OLD_PLAN, new)

    assert engine.job.status is JobStatus.FAILED
    assert engine.job.error is not None
    assert "'x'" in engine.job.error["message"] or "'y'" in engine.job.error["message"]


def test_a_fault_of_the_code_itself_is_blamed_on_no_stored_value(engine: Engine) -> None:
    engine.dispatch()

    engine.work((["x"],), lambda run, step: run.step("x", step("x", 1))["plans"])

    assert engine.job.status is JobStatus.FAILED
    assert engine.job.error is not None
    assert engine.job.error["code"] == "internal"


def test_a_job_of_a_kind_that_the_code_does_not_know_fails_with_a_hint(engine: Engine) -> None:
    engine.dispatch(kind="forecast")

    def prepare(ledger: Ledger, kind: str) -> Prepared:
        settings = load_settings(engine.home.config_file, engine.home.root)
        return _prepared(build_workflow(kind, Services(engine.home, settings, ledger)))

    code = engine.work_prepared(prepare)

    assert (code, engine.job.status) == (0, JobStatus.FAILED)
    assert engine.job.error == {
        "code": "engine",
        "message": "this planwatch knows no job of kind 'forecast'",
        "hint": "it was dispatched by another version; run that one, or start a new job",
    }


def test_settings_that_are_not_valid_fail_the_job_and_not_worker_after_worker(
    engine: Engine,
) -> None:
    engine.dispatch()

    def prepare(_ledger: Ledger, _kind: str) -> Prepared:
        raise SettingsError("fetch.pace_s is -1", hint="mend it")

    engine.work_prepared(prepare)

    assert (engine.job.status, engine.job.resumes) == (JobStatus.FAILED, 0)
    assert engine.job.error == {
        "code": "settings",
        "message": "fetch.pace_s is -1",
        "hint": "mend it",
    }


@pytest.mark.parametrize(
    ("present", "status"),
    [("2026-11-23T09:59:59Z", JobStatus.COMPLETED), ("2026-11-23T10:00:01Z", JobStatus.PARTIAL)],
    ids=["in time", "too late"],
)
def test_a_job_found_too_late_is_closed_from_what_it_has_finished(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, present: str, status: JobStatus
) -> None:
    engine.dispatch()
    engine.crash(OLD_PLAN, _old)
    monkeypatch.setenv("PLANWATCH_NOW", present)

    engine.work(
        OLD_PLAN,
        lambda run, step: {name: run.step(name, step(name, 2)) for name in ("x", "y")},
        resume_within_s=3600.0,
        close=lambda done: Ended(result=dict(done), status=JobStatus.PARTIAL),
    )

    is_closed = status is JobStatus.PARTIAL
    assert engine.job.status is status
    assert engine.job.result == ({"x": 1} if is_closed else {"x": 1, "y": 2})
    assert engine.calls == ([] if is_closed else ["y"])


def test_a_worker_that_comes_to_a_job_that_is_over_writes_nothing(engine: Engine) -> None:
    engine.dispatch()
    engine.work((["x"],), lambda run, step: run.step("x", step("x", 1)))
    before = engine.job

    code = engine.work((["x"],), lambda run, step: run.step("x", step("x", 2)))

    assert (code, engine.job, engine.calls) == (1, before, [])
