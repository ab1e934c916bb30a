"""Starts jobs: a pending row, then a detached worker that holds the job's lock from birth."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from planwatch.clock import stamp
from planwatch.domain.job import Job, JobStatus
from planwatch.engine.lock import release_lock, try_lock
from planwatch.engine.place import is_elsewhere, place_of
from planwatch.errors import EngineError, HomeError, PlanwatchError
from planwatch.home import Home
from planwatch.ids import new_id
from planwatch.ledger.connection import Ledger
from planwatch.ledger.jobs import active_jobs, create_job, load_job, release_job, undo_resume
from planwatch.settings import ORIGIN_VARIABLE, origin

WORKER_MODULE: Final = "planwatch.workflows"


# Workers outlive us. Those that a long watch has started are kept here to be reaped at their end.
_started: Final[list[subprocess.Popen[bytes]]] = []


def dispatch(
    ledger: Ledger,
    home: Home,
    *,
    kind: str,
    params: Mapping[str, Any],
    max_resumes: int,
    working_folder: Path,
) -> str:
    """Commit a pending job, start its detached worker and return the job's id at once.

    A death between the two leaves a pending job with a free lock, which the next command starts.

    Raises:
        EngineError: the worker could not be started; the job stays and will be.
    """
    job_id = new_id()
    lock = try_lock(home.lock_of(job_id))
    if lock is None:
        raise EngineError(f"the lock of the new job {job_id} is taken", hint="try again")
    try:
        create_job(
            ledger,
            job_id=job_id,
            kind=kind,
            params=params,
            context={
                "cwd": str(working_folder),
                "config": str(home.config_file),
                "origin": origin(),
                "place": place_of(home),
            },
            max_resumes=max_resumes,
            at=stamp(),
        )
        _start_worker(home, load_job(ledger, job_id), lock)
    finally:
        release_lock(lock)
    return job_id


@dataclass(frozen=True, slots=True)
class Recovered:
    """A job found without a living worker.

    `status` is pending when another worker was started and failed when the job is at its limit;
    with an `error` neither was possible and the job is as it was.
    """

    job_id: str
    status: JobStatus
    error: PlanwatchError | None = None


def recover(ledger: Ledger, home: Home) -> list[Recovered]:
    """Resume every active job without a living worker; return what was done to which.

    One that cannot be resumed keeps no command from its own work.
    """
    _started[:] = [worker for worker in _started if worker.poll() is None]
    found = []
    for job in active_jobs(ledger):
        if is_elsewhere(job, home):
            continue  # a restored backup or a copy: the job may be alive where it came from
        try:
            status = _resume(ledger, home, job)
        except (EngineError, HomeError) as error:
            found.append(Recovered(job.job_id, job.status, error))
        else:
            if status is not None:
                found.append(Recovered(job.job_id, status))
    return found


def _resume(ledger: Ledger, home: Home, job: Job) -> JobStatus | None:
    """Take one job up again; None when it has a worker or has moved on."""
    lock = try_lock(home.lock_of(job.job_id))
    if lock is None:
        return None
    try:
        status = release_job(ledger, job, at=stamp())
        if status is JobStatus.PENDING:
            try:
                _start_worker(home, job, lock)
            except EngineError:
                undo_resume(ledger, job.job_id)  # it was not the job's fault
                raise
        return status
    finally:
        release_lock(lock)


def _start_worker(home: Home, job: Job, lock: int) -> None:
    """Start a detached worker that inherits the lock.

    Raises:
        EngineError: it could not be started.
    """
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
                    *("--lock", str(lock)),
                ],
                cwd=folder if os.access(folder, os.X_OK) and folder.is_dir() else home.root,
                env=_environment_of(context),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(lock,),
                start_new_session=True,
            )
        finally:
            os.close(log)
    except OSError as error:
        raise EngineError(
            f"the worker of job {job.job_id} could not be started ({error.strerror})",
            hint=f"look at {home.logs}; the job is kept, and the next command tries again",
        ) from error
    _started.append(worker)


def _environment_of(context: Mapping[str, Any]) -> dict[str, str]:
    """Return our environment with the origin of the dispatch, whoever resumes the job."""
    environment = {name: value for name, value in os.environ.items() if name != ORIGIN_VARIABLE}
    if context.get("origin"):
        environment[ORIGIN_VARIABLE] = str(context["origin"])
    return environment
