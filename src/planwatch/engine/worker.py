"""A worker: takes one job, runs its workflow, writes its end, starts who is next.

Lives as long as its lock. A monitor beside the workflow kills it when it loses the job.
"""

from __future__ import annotations

import json
import logging
import os
import signal
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planwatch.clock import now, parse_instant, stamp
from planwatch.domain.job import Job, JobStatus, JobStep, StepStatus
from planwatch.engine.busy_retry import retry_transaction, retry_while_busy
from planwatch.engine.estimate import RemainingStep, declare, expected_of, makespan
from planwatch.engine.hung import find_hung_step, read_hang
from planwatch.engine.launch import start_waiting
from planwatch.engine.lock import Limits, disable_inheritance, release_lock, take_over_lock
from planwatch.engine.monitor import JobMonitor
from planwatch.engine.run import INTERNAL, LocalRun, describe
from planwatch.engine.watchdog import Watchdog, hold_limit
from planwatch.engine.workflow import Ended, PlannedStep, Workflow
from planwatch.errors import JobLost, LedgerError, PlanwatchError, StepFailed, WorkflowChanged
from planwatch.home import Home
from planwatch.ledger.jobs.step_times import load_step_times, save_step_times
from planwatch.ledger.jobs.steps import declare_steps, load_steps
from planwatch.ledger.jobs.transitions import (
    allow_resume,
    check_fence,
    claim_job,
    finish_job,
    save_expectation,
)
from planwatch.ledger.store.connection import Ledger, open_ledger

logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The workflow of a job, and the settings that it runs with.

    Attributes:
        parallel_steps: how many steps may run at once.
        step_limit_s: how long one attempt of a step may take.
        stalled_factor, stalled_grace_s: a job is stalled beyond so many times its expected time,
            and never before so many seconds beyond it.
    """

    workflow: Workflow
    parallel_steps: int
    step_limit_s: float
    stalled_factor: float
    stalled_grace_s: float


Prepare = Callable[[Ledger, str], Prepared]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """Who else hears of a job; nothing that they do reaches it.

    Attributes:
        after_end: called once the end is written, the slot is free and the next job is started.
        when_overdue: called in a thread of its own when the job is beyond its expected time.
    """

    after_end: Callable[[Ledger, str], None] = lambda _ledger, _job_id: None
    when_overdue: Callable[[str], None] = lambda _job_id: None


def work_on(
    home: Home,
    job_id: str,
    lock: int,
    slot: int,
    prepare: Prepare,
    limits: Callable[[], Limits],
    hooks: Hooks | None = None,
) -> int:
    """Run one job to its end, then start the next one that waits for its slot.

    Args:
        lock: descriptor of the job's lock, handed over by the dispatcher.
        slot: descriptor of the slot of its kind, handed over with it.
        prepare: gives the workflow of a kind. Called after the claim, so that its failure (say,
            settings that are not valid) fails the job instead of killing worker after worker.
        limits: gives how many jobs of each kind run at once.

    Returns:
        The process's exit code: 0 when the job's end was written, 1 otherwise.
    """
    disable_inheritance(slot)
    take_over_lock(lock, home.lock_of(job_id))
    ledger = open_ledger(home, create=False)
    try:
        hooks = hooks or Hooks()
        is_done = _work(ledger, home, job_id, lock, prepare, hooks)
        # the slot first: a dispatch finds it free from now on
        release_lock(slot)
        release_lock(lock)
        _start_next(ledger, home, limits)
        if is_done:
            _end_children()  # now: alerts may take minutes, and the next job needs the memory
            hooks.after_end(ledger, job_id)
    finally:
        ledger.close()
        _end_children()
    return 0 if is_done else 1


def _work(
    ledger: Ledger, home: Home, job_id: str, lock: int, prepare: Prepare, hooks: Hooks
) -> bool:
    try:
        job = retry_while_busy(lambda: claim_job(ledger, job_id, pid=os.getpid(), at=stamp()))
        logger.info("job %s: %s, generation %d", job_id, job.kind, job.generation)
        with JobMonitor(home, job, lock, hooks.when_overdue) as monitor:
            ended = _run(ledger, home, job, prepare, monitor)
        _log_end(job_id, ended)
        retry_transaction(ledger, lambda: _finish(ledger, job, ended))
    except JobLost as error:
        logger.warning("%s; nothing more is written", error)
        return False
    except PlanwatchError as error:
        # The end could not be written. The lock goes with this process; the next command resumes.
        logger.error("the end of the job could not be written: %s", error)
        return False
    return True


def _log_end(job_id: str, ended: Ended) -> None:
    logger.info("job %s: %s", job_id, ended.status)
    if ended.error is not None:  # no error quotes a secret: it is in the ledger, too
        said = " ".join(str(ended.error["message"]).split())
        logger.error(
            "job %s: %s (%s)", job_id, said, ended.error.get("hint") or ended.error["code"]
        )


def _end_children() -> None:
    """End the processes that the job's steps left behind; the next job has its own session."""
    if os.getpgrp() == os.getpid():
        before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(os.getpgrp(), signal.SIGTERM)
        signal.signal(signal.SIGTERM, before)


def _finish(ledger: Ledger, job: Job, ended: Ended) -> None:
    finish_job(
        ledger,
        job.job_id,
        generation=job.generation,
        status=ended.status,
        result=ended.result,
        error=ended.error,
        at=stamp(),
    )
    save_step_times(ledger, job.job_id)


def _start_next(ledger: Ledger, home: Home, limits: Callable[[], Limits]) -> None:
    try:
        at_once = limits()
        for started in retry_while_busy(lambda: start_waiting(ledger, home, at_once)):
            logger.info("job %s was next: %s", started.job_id, started.error or "started")
    except PlanwatchError as error:
        logger.warning("the next job waits for the next command: %s", error)


def _run(ledger: Ledger, home: Home, job: Job, prepare: Prepare, monitor: JobMonitor) -> Ended:
    run = None
    try:
        prepared = prepare(ledger, job.kind)
        workflow = prepared.workflow
        steps, expected_s = _declare(ledger, job, prepared)
        _refuse_unknown_steps(job, workflow.plan(job.params), steps)
        if workflow.close is not None and _is_too_old(job, workflow.resume_within_s):
            done = {step.name: step.value for step in steps if step.status is StepStatus.COMPLETED}
            return workflow.close(done)
        limit_s = max(expected_s * prepared.stalled_factor, expected_s + prepared.stalled_grace_s)
        monitor.expect(limit_s - _elapsed_s(job))
        run = _take_up(ledger, home, job, steps, prepared)
        hold_s = hold_limit(prepared.step_limit_s)
        with Watchdog(home.trace_of(job.job_id), job.generation, hold_s):
            ended = workflow.function(run, job.params)
        json.dumps(ended.result)  # what the ledger cannot keep is the workflow's fault
        return ended
    except (JobLost, LedgerError):
        raise
    except StepFailed as error:
        cause = error.context["cause"]
        # a fault of ours says nothing without the step that it is in
        return _failed({**cause, "message": error.message} if cause["code"] == INTERNAL else cause)
    except PlanwatchError as error:
        return _failed(error.as_record())
    except Exception as error:
        logger.exception("a fault in the workflow")
        if run is not None and run.last_replayed:
            return _failed(_cannot_use(job, run.last_replayed, error).as_record())
        return _failed(describe(error))


def _take_up(
    ledger: Ledger, home: Home, job: Job, steps: Sequence[JobStep], prepared: Prepared
) -> LocalRun:
    """Return the run of a job; one whose worker hung does one step at a time from now on."""
    hang = read_hang(home.trace_of(job.job_id))
    if hang is None:
        return LocalRun(ledger, job, steps, prepared.parallel_steps, prepared.step_limit_s)
    hung = find_hung_step(ledger, job, steps, hang, hold_limit(prepared.step_limit_s))
    logger.warning(
        "the worker before was ended since its interpreter was held%s; its threads were then:\n%s",
        f" by step {hung[0].name!r}" if hung else "; one step at a time from now on",
        hang.threads,
    )
    if hung is not None:

        def allow() -> None:
            check_fence(ledger, job.job_id, job.generation)
            allow_resume(ledger, job.job_id)

        retry_transaction(ledger, allow, durable=False)
    return LocalRun(ledger, job, steps, 1, prepared.step_limit_s, hung)


def _failed(error: Mapping[str, Any]) -> Ended:
    return Ended(result=None, status=JobStatus.FAILED, error=error)


def _declare(ledger: Ledger, job: Job, prepared: Prepared) -> tuple[list[JobStep], float]:
    """Write the plan of a job; return its steps and the seconds that it is expected to take."""
    declared = declare(prepared.workflow.plan(job.params), load_step_times(ledger, job.kind))
    whole = [
        RemainingStep(step.stage, has_begun=False, remaining_s=expected_of(step))
        for step in declared
    ]
    expected_s = makespan(whole, prepared.parallel_steps)

    def write() -> None:
        check_fence(ledger, job.job_id, job.generation)
        declare_steps(ledger, job.job_id, declared)
        save_expectation(
            ledger,
            job.job_id,
            parallel_steps=prepared.parallel_steps,
            expected_s=expected_s,
        )

    retry_transaction(ledger, write, durable=False)
    return load_steps(ledger, job.job_id), expected_s


def _refuse_unknown_steps(
    job: Job, plan: Sequence[Sequence[PlannedStep]], steps: Sequence[JobStep]
) -> None:
    """Refuse a job that finished a step which this code neither has nor has renamed.

    Raises:
        WorkflowChanged: naming the step.
    """
    names = {step.name for stage in plan for step in stage}
    for step in steps:
        if step.status is StepStatus.COMPLETED and not _is_known(step.name, names):
            raise WorkflowChanged(
                f"{job.kind} {job.job_id} cannot go on: its finished step {step.name!r} is unknown"
                f" to this planwatch{_started_by(job)}",
                hint="start a new job, or finish this one with the planwatch that began it",
            )


def _is_known(name: str, names: Collection[str]) -> bool:
    base, version = _versioned(name)
    return name in names or any(
        other == base and later > version for other, later in map(_versioned, names)
    )


def _versioned(name: str) -> tuple[str, int]:
    """Split `name@2` into its name and number; a name without a number is the first."""
    base, mark, number = name.rpartition("@")
    return (base, int(number)) if mark and number.isdecimal() else (name, 1)


def _cannot_use(job: Job, steps: Sequence[str], error: Exception) -> WorkflowChanged:
    named = ", ".join(map(repr, steps))
    return WorkflowChanged(
        f"{job.kind} {job.job_id} cannot continue from the stored values of {named}"
        f" ({type(error).__name__}: {error}){_started_by(job)}",
        hint=f"do it again: planwatch resume {job.job_id} --from '{steps[0]}'",
    )


def _started_by(job: Job) -> str:
    version = job.context.get("version")
    return f"; planwatch {version} began it" if version else ""


def _elapsed_s(job: Job) -> float:
    """Return the seconds since a worker first took the job; 0 for a clock that was set back."""
    if job.started_at is None:
        return 0.0
    return max(0.0, (now() - parse_instant(job.started_at)).total_seconds())


def _is_too_old(job: Job, limit_s: float | None) -> bool:
    """Tell whether a resumed job is too old to go on: its result would pass for today's."""
    if limit_s is None or not job.resumes:
        return False
    return (now() - parse_instant(job.queued_at)).total_seconds() > limit_s
