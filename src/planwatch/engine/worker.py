"""A worker: takes one job, runs its workflow, writes its end. Lives as long as its lock."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from planwatch.clock import now, parse_instant, stamp
from planwatch.domain.job import Job, JobStatus, StepStatus
from planwatch.engine.lock import adopt_lock
from planwatch.engine.patience import patiently
from planwatch.engine.run import LocalRun, describe
from planwatch.engine.workflow import Ended, Workflow
from planwatch.errors import JobLost, LedgerError, PlanwatchError, StepFailed
from planwatch.home import Home
from planwatch.ledger.connection import Ledger, open_ledger
from planwatch.ledger.jobs import claim_job, finish_job
from planwatch.ledger.steps import declare_steps, load_steps

logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The workflow of a job, and how many of its steps may run at once."""

    workflow: Workflow
    parallel_steps: int


Prepare = Callable[[Ledger, str], Prepared]


def work_on(home: Home, job_id: str, lock: int, prepare: Prepare) -> int:
    """Run one job to its end.

    Args:
        lock: descriptor of the job's lock, handed over by the dispatcher.
        prepare: gives the workflow of a kind. Called after the claim, so that its failure (say,
            settings that are not valid) fails the job instead of killing worker after worker.

    Returns:
        The process's exit code: 0 when the job's end was written, 1 otherwise.
    """
    adopt_lock(lock, home.lock_of(job_id))
    ledger = open_ledger(home)
    try:
        job = claim_job(ledger, job_id, pid=os.getpid(), at=stamp())
        logger.info("job %s: %s, generation %d", job_id, job.kind, job.generation)
        ended = _run(ledger, job, prepare)
        patiently(
            ledger,
            lambda: finish_job(
                ledger,
                job_id,
                generation=job.generation,
                status=ended.status,
                result=ended.result,
                error=ended.error,
                at=stamp(),
            ),
        )
        logger.info("job %s: %s", job_id, ended.status)
    except JobLost as error:
        logger.warning("%s; nothing more is written", error)
        return 1
    except LedgerError as error:
        # The end could not be written. The lock goes with this process; the next command resumes.
        logger.error("the ledger failed: %s", error)
        return 1
    finally:
        ledger.close()
    return 0


def _run(ledger: Ledger, job: Job, prepare: Prepare) -> Ended:
    try:
        prepared = prepare(ledger, job.kind)
        workflow = prepared.workflow
        declare_steps(ledger, job.job_id, workflow.step_names(job.params))
        steps = load_steps(ledger, job.job_id)
        if workflow.close is not None and _is_too_old(job, workflow.resume_within_s):
            done = {step.name: step.value for step in steps if step.status is StepStatus.COMPLETED}
            return workflow.close(done)
        run = LocalRun(ledger, job, steps, prepared.parallel_steps)
        return workflow.function(run, job.params)
    except (JobLost, LedgerError):
        raise
    except StepFailed as error:
        return Ended(result=None, status=JobStatus.FAILED, error=error.context["cause"])
    except PlanwatchError as error:
        return Ended(result=None, status=JobStatus.FAILED, error=error.as_record())
    except Exception as error:
        logger.exception("a fault in the workflow")
        return Ended(result=None, status=JobStatus.FAILED, error=describe(error))


def _is_too_old(job: Job, limit_s: float | None) -> bool:
    """Tell whether a resumed job is too old to go on: its result would pass for today's."""
    if limit_s is None or not job.resumes:
        return False
    return (now() - parse_instant(job.created_at)).total_seconds() > limit_s
