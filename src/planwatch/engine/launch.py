"""Starts jobs: a pending row, then a detached worker that holds the job's lock from birth.

Also finds jobs whose worker is dead, and those whose turn has come.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planwatch.clock import stamp
from planwatch.domain.job import Job, JobStatus
from planwatch.engine.lock import (
    Limits,
    read_heartbeat,
    release_lock,
    take_slot,
    try_lock,
    wait_for_lock,
)
from planwatch.engine.origin import is_elsewhere
from planwatch.engine.request import JobRequest, find_existing_job
from planwatch.errors import EngineError, HomeError, PlanwatchError
from planwatch.home import Home
from planwatch.ids import new_id
from planwatch.ledger.jobs.jobs import active_jobs, load_job
from planwatch.ledger.jobs.transitions import create_job, mark_launched, release_job, undo_launch
from planwatch.ledger.store.connection import Ledger
from planwatch.settings.environment import carried_environment

if TYPE_CHECKING:
    import subprocess

WORKER_MODULE: Final = "planwatch.worker"


_PROBE_S: Final = 0.05  # somebody may be testing the lock at this moment
# Workers outlive us. Those that a long watch has started are kept here to be reaped at their end.
_started: Final[list[subprocess.Popen[bytes]]] = []


@dataclass(frozen=True, slots=True)
class Dispatched:
    """The answer to a request: a job, `is_new` unless one existed already."""

    job: Job
    is_new: bool


def dispatch(ledger: Ledger, home: Home, request: JobRequest, limits: Limits) -> Dispatched:
    """Commit a pending job, start its detached worker where its kind has room, and return at once.

    A death between the two leaves a pending job without a worker, which the next command starts.

    Raises:
        KeyTaken: a job with other parameters has the key.
        EngineError: the worker could not be started; the job stays and will be.
        HomeError: the same, for a lock or a log that cannot be made.
    """
    job_id = new_id()
    with ledger.transaction():
        existing = find_existing_job(ledger, home, request)
        if existing is None:
            create_job(
                ledger,
                job_id=job_id,
                kind=request.kind,
                params=request.params,
                context=request.context(home),
                max_resumes=request.max_resumes,
                at=stamp(),
                key=request.key,
            )
    if existing is not None:
        return Dispatched(existing, is_new=False)
    start_job(ledger, home, job_id, limits)
    return Dispatched(load_job(ledger, job_id), is_new=True)


def start_job(ledger: Ledger, home: Home, job_id: str, limits: Limits) -> None:
    """Start a job that was just made pending, if it is its turn; else it waits.

    Raises:
        EngineError, HomeError: it was its turn, and its worker could not be started.
    """
    for started in start_waiting(ledger, home, limits):
        if started.job_id == job_id and started.error is not None:
            raise started.error


@dataclass(frozen=True, slots=True)
class Recovered:
    """A job found without a living worker.

    `status` is running when another worker was started, pending when it waits for its turn, failed
    when it is at its limit; with an `error` nothing was possible and the job waits. `was_lost`
    tells a dead worker from a turn that has come.
    """

    job_id: str
    status: JobStatus
    was_lost: bool = True
    error: PlanwatchError | None = None


def recover(ledger: Ledger, home: Home, limits: Limits) -> list[Recovered]:
    """Resume every active job whose worker is dead, start those whose turn has come; say which.

    One that cannot be started keeps no command from its own work.
    """
    _started[:] = [worker for worker in _started if worker.poll() is None]
    lost: dict[str, Recovered] = {}
    for job in active_jobs(ledger):
        if is_elsewhere(job, home):
            continue  # a restored backup or a copy: the job may be alive where it came from
        try:
            status = _release(ledger, home, job)
        except HomeError as error:
            lost[job.job_id] = Recovered(job.job_id, job.status, error=error)
        else:
            if status is not None:
                lost[job.job_id] = Recovered(job.job_id, status)
    for started in start_waiting(ledger, home, limits, resumed=frozenset(lost)):
        lost[started.job_id] = started
    return list(lost.values())


def start_waiting(
    ledger: Ledger, home: Home, limits: Limits, *, resumed: frozenset[str] = frozenset()
) -> list[Recovered]:
    """Start pending jobs without a worker, first in, first out, as far as their kinds have room.

    Looks anew whenever it has let go of a slot: a job that was committed while the slot was held
    found it taken.

    Args:
        resumed: jobs that have just lost a worker; a failed start takes their resumption back.
    """
    found: list[Recovered] = []
    full: set[str] = set()
    tried: set[str] = set()
    while True:
        waiting = (job for job in _waiting(ledger, home) if job.job_id not in tried)
        job = next((job for job in waiting if job.kind not in full), None)
        if job is None:
            return found
        was_lost = job.job_id in resumed
        try:
            slot = take_slot(home, job.kind, limits)
            if slot is None:
                full.add(job.kind)
                continue
            tried.add(job.job_id)
            try:
                started = _start(ledger, home, job, slot, was_lost=was_lost)
            finally:
                release_lock(slot)
        except (EngineError, HomeError) as error:
            tried.add(job.job_id)
            found.append(Recovered(job.job_id, JobStatus.PENDING, was_lost, error))
        else:
            if started:
                found.append(Recovered(job.job_id, JobStatus.RUNNING, was_lost))


def _start(ledger: Ledger, home: Home, job: Job, slot: int, *, was_lost: bool) -> bool:
    """Start the worker of one waiting job; False when it has one or has moved on."""
    lock = wait_for_lock(home.lock_of(job.job_id), _PROBE_S)
    if lock is None:
        return False
    try:
        if not mark_launched(ledger, job):
            return False
        try:
            _start_worker(home, job, lock, slot)
        except EngineError:
            undo_launch(ledger, job.job_id, resumed=was_lost)  # it was not the job's fault
            raise
        return True
    finally:
        release_lock(lock)


def _release(ledger: Ledger, home: Home, job: Job) -> JobStatus | None:
    """Take one job from its dead worker; None when it lives, or never was one's."""
    if job.is_waiting:
        return None
    path = home.lock_of(job.job_id)
    lock = try_lock(path)
    if lock is None:
        return None
    try:
        return release_job(ledger, job, at=stamp(), died_at=read_heartbeat(path))
    finally:
        release_lock(lock)


def _waiting(ledger: Ledger, home: Home) -> Iterator[Job]:
    """Yield pending jobs that wait for their turn here, the oldest first."""
    for job in active_jobs(ledger):
        if job.is_waiting and not is_elsewhere(job, home):
            yield job


def _start_worker(home: Home, job: Job, lock: int, slot: int) -> None:
    """Start a detached worker that inherits the lock and the slot.

    Raises:
        EngineError: it could not be started.
    """
    import subprocess  # `status` looks for what is to be started, and mostly finds nothing

    context = job.context
    try:
        folder = Path(str(context.get("cwd", "")))
        log = os.open(home.log_of(job.job_id), os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        try:
            worker = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                # -P: a module of the working folder must not stand in for ours
                [
                    *(sys.executable, "-P", "-m", WORKER_MODULE, job.job_id),
                    *("--home", str(home.root)),
                    *("--config", str(context.get("config", home.config_file))),
                    *("--lock", str(lock), "--slot", str(slot)),
                ],
                cwd=folder if os.access(folder, os.X_OK) and folder.is_dir() else home.root,
                env=_environment_of(context),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(lock, slot),
                start_new_session=True,
            )
        finally:
            os.close(log)
    except OSError as error:
        raise EngineError(
            f"the worker of job {job.job_id} could not be started ({error.strerror})",
            hint=f"check {home.logs}; the job is kept, and the next command tries again",
        ) from error
    _started.append(worker)


def _environment_of(context: Mapping[str, Any]) -> dict[str, str]:
    """Return our environment with what the dispatch carried, whoever starts the job."""
    carried = context.get("environment", {})
    ours = {name: value for name, value in os.environ.items() if name not in carried_environment()}
    return {**ours, **{str(name): str(value) for name, value in carried.items()}}
