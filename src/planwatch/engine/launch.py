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
from planwatch.errors import EngineError
from planwatch.home import Home
from planwatch.ledger.connection import Ledger
from planwatch.ledger.jobs import active_jobs, create_job, load_job, release_job

WORKER_MODULE: Final = "planwatch.workflows"
_ID_LETTERS: Final = "023456789abcdefghjkmnpqrstuvwxyz"  # 32, without 1, i, l and o
_ID_LENGTH: Final = 10


# Workers outlive us. Those that a long watch has started are kept here to be reaped at their end.
_started: Final[list[subprocess.Popen[bytes]]] = []


def new_id() -> str:
    """Return a fresh id: ten letters without look-alikes, 50 bits."""
    # 32 letters: the remainder of a random byte is even. `secrets` costs 4 ms to import.
    return "".join(_ID_LETTERS[byte % len(_ID_LETTERS)] for byte in os.urandom(_ID_LENGTH))


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
            context={"cwd": str(working_folder), "config": str(home.config_file)},
            max_resumes=max_resumes,
            at=stamp(),
        )
        _start_worker(home, load_job(ledger, job_id), lock)
    finally:
        release_lock(lock)
    return job_id


@dataclass(frozen=True, slots=True)
class Recovered:
    """A job that was found without a living worker: pending again, or failed at its limit."""

    job_id: str
    status: JobStatus


def recover(ledger: Ledger, home: Home) -> list[Recovered]:
    """Resume every active job without a living worker; return what was done to which.

    A job that lost its worker too often is closed as failed instead.
    """
    _started[:] = [worker for worker in _started if worker.poll() is None]
    found = []
    for job in active_jobs(ledger):
        lock = try_lock(home.lock_of(job.job_id))
        if lock is None:
            continue
        try:
            status = release_job(ledger, job, at=stamp())
            if status is JobStatus.PENDING:
                _start_worker(home, job, lock)
            if status is not None:
                found.append(Recovered(job.job_id, status))
        finally:
            release_lock(lock)
    return found


def _start_worker(home: Home, job: Job, lock: int) -> None:
    folder = Path(str(job.context.get("cwd", "")))
    log = os.open(home.log_of(job.job_id), os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        worker = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            # -P: a module of the working folder must not stand in for ours
            [
                *(sys.executable, "-P", "-m", WORKER_MODULE, job.job_id),
                *("--home", str(home.root)),
                *("--config", str(job.context.get("config", home.config_file))),
                *("--lock", str(lock)),
            ],
            cwd=folder if folder.is_dir() else home.root,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(lock,),
            start_new_session=True,
        )
        _started.append(worker)
    except OSError as error:
        raise EngineError(
            f"the worker of job {job.job_id} could not be started ({error.strerror})",
            hint="the job is kept; the next planwatch command starts it",
        ) from error
    finally:
        os.close(log)
