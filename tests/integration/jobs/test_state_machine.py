"""Whatever happens to jobs and their workers, in whatever request: what may never happen does not.

A worker is a claimed generation; the model below says which of them still has its job.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from planwatch.domain.job import FINAL, TRANSITIONS, Job, JobStatus, JobStep, StepStatus
from planwatch.engine.lifecycle import reopen
from planwatch.engine.request import JobRequest, find_existing_job
from planwatch.engine.run import LocalRun
from planwatch.errors import JobLost, KeyTaken, UnknownName, WrongState
from planwatch.home import Home
from planwatch.ledger.jobs.jobs import load_job
from planwatch.ledger.jobs.steps import (
    DeclaredStep,
    begin_attempt,
    complete_step,
    declare_steps,
    fail_step,
    finish_attempt,
    load_steps,
)
from planwatch.ledger.jobs.transitions import (
    cancel_job,
    check_fence,
    claim_job,
    create_job,
    finish_job,
    mark_launched,
    release_job,
)
from planwatch.ledger.store.connection import Ledger, open_ledger

AT: Final = "2026-11-23T09:00:00.000Z"
STAGES: Final = {"a": 0, "b": 0, "c": 1, "d": 2}
NAMES: Final = st.sampled_from(sorted(STAGES))
MOST_JOBS: Final = 3
VALUES: Final = st.integers(0, 9)
AGO: Final = st.sampled_from([0, 0, 0, 1, 2])  # whoever acts may have looked a while ago
ENDS: Final = ("succeeds", "succeeds", "falls back", "fails", "is tried again")
GOES_ON: Final = "goes on"


def _event(
    event: str, weight: int, /, **arguments: st.SearchStrategy[Any]
) -> tuple[st.SearchStrategy[Any], int]:
    return st.tuples(st.just(event), st.fixed_dictionaries(arguments)), weight


STEP: Final = st.tuples(NAMES, st.sampled_from([*ENDS, GOES_ON]), VALUES)
ENDS_OF_JOBS: Final = (JobStatus.COMPLETED, JobStatus.PARTIAL, JobStatus.FAILED)
# What may happen to a job, and how often among the others; each is a method below.
EVENTS: Final = (
    _event("do_steps", 8, ago=AGO, steps=st.lists(STEP, min_size=1, max_size=5)),
    _event("end_step", 2, ago=AGO, name=NAMES, how=st.sampled_from(ENDS), value=VALUES),
    _event("ask_for_a_step", 1, ago=AGO, name=NAMES),
    _event("finish", 2, ago=AGO, status=st.sampled_from(ENDS_OF_JOBS)),
    _event("die", 3, is_noticed=st.booleans()),
    _event("release", 1, ago=AGO),
    _event("launch", 3, ago=AGO),
    _event("claim", 4),
    _event("cancel", 2),
    _event("reopen", 5, from_step=st.sampled_from([None, None, *STAGES, "unheard of"])),
)
ERROR: Final = {"code": "test", "message": "no", "hint": ""}


@dataclass
class Known:
    """A job as the model has it, and as the ledger last showed it."""

    kind: str
    key: str | None
    params: Mapping[str, Any]
    status: JobStatus = JobStatus.PENDING
    generation: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    claims: int = 0
    owner: int | None = None  # the generation that may write
    is_locked: bool = False  # a worker's process lives
    is_reopened: bool = False  # by the rule that has just run
    sightings: list[Job] = field(default_factory=list)
    workers: list[Job] = field(default_factory=list)


class Jobs(RuleBasedStateMachine):
    jobs = Bundle("jobs")

    home: ClassVar[Home]
    ledger: ClassVar[Ledger]

    def __init__(self) -> None:
        super().__init__()
        self.ledger.execute("PRAGMA synchronous=OFF")  # no power cut comes into it
        self.ledger.execute("DELETE FROM jobs")
        self.known: dict[str, Known] = {}
        self.begun: dict[tuple[str, int], dict[str, int]] = {}
        self.numbers = itertools.count(1)

    # What happens

    @precondition(lambda self: len(self.known) < MOST_JOBS)
    @rule(
        target=jobs,
        kind=st.sampled_from(["scrape", "compare"]),
        key=st.sampled_from([None, None, "monday", "tuesday"]),
        params=st.sampled_from([{"of": 1}, {"of": 2}]),
        joins=st.booleans(),
        max_resumes=st.integers(0, 2),
        start=st.sampled_from(["waits", "is launched", "is claimed"]),
    )
    def dispatch(
        self,
        kind: str,
        key: str | None,
        params: dict[str, int],
        joins: bool,
        max_resumes: int,
        start: str,
    ) -> Any:
        request = self._request(kind, params, key=key, joins=joins, max_resumes=max_resumes)
        owners = [job for job in self.known.values() if key and (job.kind, job.key) == (kind, key)]
        if owners and owners[0].params != params:
            with pytest.raises(KeyTaken), self.ledger.transaction():
                find_existing_job(self.ledger, self.home, request)
            return multiple()
        with self.ledger.transaction():
            standing = find_existing_job(self.ledger, self.home, request)
            if standing is not None:
                assert standing.job_id in self._answers_to(request)
                return multiple()
            assert not self._answers_to(request)
            job_id = f"job{next(self.numbers)}"
            create_job(
                self.ledger,
                job_id=job_id,
                kind=kind,
                params=params,
                context=request.context(self.home),
                max_resumes=max_resumes,
                at=AT,
                key=key,
            )
        if start != "waits":
            assert mark_launched(self.ledger, load_job(self.ledger, job_id))
        self.known[job_id] = Known(kind, key, params, is_locked=start != "waits")
        if start == "is claimed":
            self.claim(job_id)
        return job_id

    @rule(
        job_id=jobs,
        event=st.sampled_from([event for event, weight in EVENTS for _ in range(weight)]).flatmap(
            lambda event: event
        ),
    )
    def happen(self, job_id: str, event: tuple[str, dict[str, Any]]) -> None:
        name, arguments = event
        getattr(self, name)(job_id, **arguments)

    def launch(self, job_id: str, ago: int) -> None:
        seen = self._seen(job_id, ago)
        known = self.known[seen.job_id]
        if known.is_locked:
            return  # the engine takes the job's lock first
        now = load_job(self.ledger, seen.job_id)
        is_due = (
            now.status is JobStatus.PENDING
            and not now.launched
            and now.generation == seen.generation
        )

        assert mark_launched(self.ledger, seen) == is_due

        known.is_locked = is_due

    def claim(self, job_id: str) -> None:
        known = self.known[job_id]
        if known.status is not JobStatus.PENDING:
            self._refused(JobLost, lambda: self._claim(job_id))
            return
        worker = self._claim(job_id)
        with self.ledger.transaction():
            declare_steps(
                self.ledger,
                job_id,
                [
                    DeclaredStep(name=name, stage=stage, expected_s=1.0, usual_s=None)
                    for name, stage in STAGES.items()
                ],
            )
        known.claims += 1
        known.owner, known.is_locked = worker.generation, True
        known.workers.append(worker)

    def do_steps(self, job_id: str, ago: int, steps: list[tuple[str, str, int]]) -> None:
        worker = self._worker(job_id, ago)
        if worker is None:
            return
        for name, how, value in steps:
            self._do_step(job_id, worker, ago, name, how, value)

    def _do_step(self, job_id: str, worker: Job, ago: int, name: str, how: str, value: int) -> None:
        if name in self.known[job_id].values:
            return
        if not self._has(worker):
            self._refused(JobLost, lambda: self._begin(worker, name))
            return
        self._started_by(worker)[name] = self._begin(worker, name)
        if how != GOES_ON:
            self.end_step(job_id, ago, name, how, value)

    def end_step(self, job_id: str, ago: int, name: str, how: str, value: int) -> None:
        worker = self._worker(job_id, ago)
        if worker is None or name not in self._started_by(worker):
            return
        if not self._has(worker):
            self._refused(JobLost, lambda: self._end(worker, name, how, value))
            return
        self._end(worker, name, how, value)
        del self._started_by(worker)[name]
        if how in ("succeeds", "falls back"):
            self.known[job_id].values[name] = value

    def finish(self, job_id: str, ago: int, status: JobStatus) -> None:
        worker = self._worker(job_id, ago)
        if worker is None:
            return
        if not self._has(worker):
            self._refused(JobLost, lambda: self._finish(worker, status))
            return
        self._finish(worker, status)
        self._disown(job_id)
        self.known[job_id].is_locked = False

    def ask_for_a_step(self, job_id: str, ago: int, name: str) -> None:
        """Ask as a workflow does: a finished step gives its value, a lost job gives no other."""
        worker, values = self._worker(job_id, ago), self.known[job_id].values
        if worker is None or (self._has(worker) and name not in values):
            return
        run = LocalRun(self.ledger, worker, load_steps(self.ledger, job_id), 1)
        if name in values:
            assert run.step(name, _never) == values[name]
        else:
            self._refused(JobLost, lambda: run.step(name, _never))

    def die(self, job_id: str, is_noticed: bool) -> None:
        """End whatever process the job had, between any two of its writes."""
        self.known[job_id].is_locked = False
        if is_noticed:
            self.release(job_id, ago=0)

    def release(self, job_id: str, ago: int) -> None:
        seen = self._seen(job_id, ago)
        if self.known[seen.job_id].is_locked or not seen.is_active:
            return  # recovery looks at active jobs whose lock is free
        now = load_job(self.ledger, seen.job_id)
        is_lost = now.status is JobStatus.RUNNING or now.launched
        if (now.status, now.generation) != (seen.status, seen.generation) or not is_lost:
            assert release_job(self.ledger, seen, at=AT) is None
            return
        is_last = now.resumes >= now.max_resumes

        status = release_job(self.ledger, seen, at=AT)

        assert status is (JobStatus.FAILED if is_last else JobStatus.PENDING)
        assert load_job(self.ledger, seen.job_id).resumes == now.resumes + (not is_last)
        self._disown(seen.job_id)

    def cancel(self, job_id: str) -> None:
        if self.known[job_id].status in FINAL:
            self._refused(JobLost, lambda: cancel_job(self.ledger, job_id, at=AT))
            return
        cancel_job(self.ledger, job_id, at=AT)
        self._disown(job_id)

    def reopen(self, job_id: str, from_step: str | None) -> None:
        known = self.known[job_id]
        job, steps = load_job(self.ledger, job_id), load_steps(self.ledger, job_id)
        request = self._request(known.kind, known.params, max_resumes=1)
        if from_step is not None and from_step not in {step.name for step in steps}:
            self._refused(
                UnknownName, lambda: reopen(self.ledger, self.home, job, request, from_step)
            )
            return
        if known.status not in FINAL - {JobStatus.COMPLETED}:
            self._refused(
                WrongState, lambda: reopen(self.ledger, self.home, job, request, from_step)
            )
            return

        reopened = reopen(self.ledger, self.home, job, request, from_step)

        again = _to_be_done_again(steps, from_step)
        assert list(reopened.again) == again
        assert reopened.kept == len(known.values) - len(again)
        known.values = {name: kept for name, kept in known.values.items() if name not in again}
        known.is_reopened = True
        self._disown(job_id)

    # What must hold after every rule

    @invariant()
    def sightings_are_kept(self) -> None:
        for job_id, known in self.known.items():
            known.sightings.append(load_job(self.ledger, job_id))

    @invariant()
    def every_change_of_state_is_in_the_table(self) -> None:
        for job_id, known in self.known.items():
            job = load_job(self.ledger, job_id)
            if job.status is not known.status:
                assert job.status in TRANSITIONS[known.status]
                assert known.status not in FINAL or known.is_reopened, "an end was undone"
            known.status = job.status

    @invariant()
    def generations_never_fall_and_only_the_last_is_anybodys(self) -> None:
        for job_id, known in self.known.items():
            job = load_job(self.ledger, job_id)
            assert job.generation >= known.generation
            assert job.attempts == known.claims
            assert (job.status is JobStatus.RUNNING) == (known.owner == job.generation)
            known.generation = job.generation

    @invariant()
    def what_is_finished_stays_as_it_was(self) -> None:
        for job_id, known in self.known.items():
            stored = {
                step.name: step.value
                for step in load_steps(self.ledger, job_id)
                if step.status is StepStatus.COMPLETED
            }
            assert stored == known.values
            known.is_reopened = False

    @invariant()
    def nothing_is_resumed_too_often(self) -> None:
        assert not self._rows("SELECT job_id FROM jobs WHERE resumes > max_resumes OR resumes < 0")

    @invariant()
    def an_order_with_a_key_is_one_job(self) -> None:
        assert not self._rows(
            "SELECT kind, key FROM jobs WHERE key IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1"
        )

    @invariant()
    def a_job_without_a_worker_has_no_step_in_progress(self) -> None:
        assert not self._rows(
            "SELECT job_id, name FROM steps JOIN jobs USING (job_id)"
            " WHERE steps.status = 'running' AND jobs.status <> 'running'"
        )

    @invariant()
    def every_attempt_is_a_row(self) -> None:
        assert not self._rows(
            "SELECT job_id, name FROM steps AS s WHERE attempts <> (SELECT count(*) FROM"
            " attempts AS a WHERE a.job_id = s.job_id AND a.name = s.name)"
        )

    # How the engine does it

    def _request(
        self,
        kind: str,
        params: Mapping[str, Any],
        *,
        max_resumes: int,
        key: str | None = None,
        joins: bool = False,
    ) -> JobRequest:
        return JobRequest(
            kind=kind,
            params=params,
            max_resumes=max_resumes,
            working_folder=self.home.root,
            key=key,
            joins=joins,
        )

    def _answers_to(self, request: JobRequest) -> list[str]:
        """Return the jobs that may answer an request."""
        if request.key is not None:
            return [
                job_id
                for job_id, job in self.known.items()
                if (job.kind, job.key) == (request.kind, request.key)
            ]
        return [
            job_id
            for job_id, job in self.known.items()
            if request.joins
            and (job.kind, job.params) == (request.kind, request.params)
            and job.status not in FINAL
        ]

    def _claim(self, job_id: str) -> Job:
        return claim_job(self.ledger, job_id, pid=1, at=AT)

    def _begin(self, worker: Job, name: str) -> int:
        with self.ledger.transaction():
            check_fence(self.ledger, worker.job_id, worker.generation)
            return begin_attempt(
                self.ledger,
                worker.job_id,
                name,
                1,
                stage=STAGES[name],
                position=0,
                generation=worker.generation,
                at=AT,
            )

    def _end(self, worker: Job, name: str, how: str, value: int) -> None:
        attempt = self._started_by(worker)[name]
        error = None if how == "succeeds" else ERROR
        with self.ledger.transaction():
            check_fence(self.ledger, worker.job_id, worker.generation)
            finish_attempt(
                self.ledger, worker.job_id, name, 1, attempt, at=AT, took_s=1.0, error=error
            )
            if how in ("succeeds", "falls back"):
                complete_step(
                    self.ledger,
                    worker.job_id,
                    name,
                    1,
                    value_json=json.dumps(value),
                    at=AT,
                    fell_back=how == "falls back",
                )
            else:
                retry_at = AT if how == "is tried again" else None
                fail_step(
                    self.ledger, worker.job_id, name, 1, error=ERROR, at=AT, retry_at=retry_at
                )

    def _finish(self, worker: Job, status: JobStatus) -> None:
        with self.ledger.transaction():
            finish_job(
                self.ledger,
                worker.job_id,
                generation=worker.generation,
                status=status,
                result=None,
                error=None,
                at=AT,
            )

    # What the model knows

    def _seen(self, job_id: str, ago: int) -> Job:
        sightings = self.known[job_id].sightings
        return sightings[max(-1 - ago, -len(sightings))]

    def _worker(self, job_id: str, ago: int) -> Job | None:
        workers = self.known[job_id].workers
        return workers[max(-1 - ago, -len(workers))] if workers else None

    def _has(self, worker: Job) -> bool:
        return self.known[worker.job_id].owner == worker.generation

    def _started_by(self, worker: Job) -> dict[str, int]:
        return self.begun.setdefault((worker.job_id, worker.generation), {})

    def _disown(self, job_id: str) -> None:
        self.known[job_id].owner = None

    def _refused(self, error: type[Exception], move: Any) -> None:
        before = self._everything()
        with pytest.raises(error):
            move()
        assert self._everything() == before

    def _everything(self) -> list[tuple[Any, ...]]:
        return [
            row
            for table in ("jobs", "steps", "attempts")
            for row in self._rows(f"SELECT * FROM {table}")
        ]

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.ledger.query(sql)]


def _to_be_done_again(steps: list[JobStep], from_step: str | None) -> list[str]:
    chosen = {
        step.name
        for step in steps
        if step.fell_back or step.status is StepStatus.FAILED or step.name == from_step
    }
    first = min((STAGES[name] for name in chosen), default=max(STAGES.values()))
    return [
        step.name
        for step in steps
        if step.status is StepStatus.COMPLETED
        and (step.name in chosen or STAGES[step.name] > first)
    ]


def _never() -> None:
    raise AssertionError("a finished step ran again, or a worker without a job began one")


def test_no_order_of_events_breaks_what_the_engine_promises(home: Path) -> None:
    Jobs.home = Home(home, home / "config.toml")
    Jobs.ledger = open_ledger(Jobs.home)

    run_state_machine_as_test(
        Jobs,
        settings=settings(
            max_examples=80,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )

    Jobs.ledger.close()
