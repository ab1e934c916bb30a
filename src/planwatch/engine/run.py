"""Steps that run once: memoised results, checkpoints with their effects, attempts as rows."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from planwatch.clock import format_instant, now, parse_instant, stamp
from planwatch.domain.job import Job, JobStep, StepStatus
from planwatch.engine.retry import decide
from planwatch.engine.workflow import Record, Step, Work
from planwatch.errors import JobLost, LedgerError, PlanwatchError, StepFailed
from planwatch.ledger.connection import Ledger
from planwatch.ledger.jobs import check_fence
from planwatch.ledger.steps import begin_attempt, complete_step, fail_step, finish_attempt

logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StepKey:
    """Name and occurrence: what a step is known by when its job is resumed."""

    name: str
    occurrence: int


class LocalRun:
    """A run of a workflow in this process, with its checkpoints in the ledger."""

    def __init__(self, ledger: Ledger, job: Job, steps: list[JobStep], parallel: int) -> None:
        """Take up `job` (claimed by this process) after the `steps` that the ledger has."""
        self._ledger = ledger
        self._job = job
        self._parallel = parallel
        self._seen: dict[str, int] = {}
        self._memo = {
            StepKey(step.name, step.occurrence): step.value
            for step in steps
            if step.status is StepStatus.COMPLETED
        }
        self._retry_at = {
            StepKey(step.name, step.occurrence): step.retry_at for step in steps if step.retry_at
        }
        self._stop = threading.Event()

    @property
    def job_id(self) -> str:
        return self._job.job_id

    def step(self, name: str, work: Work | Step, *, record: Record | None = None) -> Any:
        """Do a step once in the life of the job; see `workflow.Run`."""
        return self._do(self._next_key(name), _as_step(work, record))

    def gather(self, steps: Mapping[str, Work | Step]) -> dict[str, Any]:
        """Do several steps at once; see `workflow.Run`."""
        keyed = {self._next_key(name): _as_step(work, None) for name, work in steps.items()}
        with ThreadPoolExecutor(max_workers=max(1, min(self._parallel, len(keyed)))) as pool:
            futures = {key: pool.submit(self._do, key, step) for key, step in keyed.items()}
            self._wait(list(futures.values()))
        return {key.name: future.result() for key, future in futures.items()}

    def _wait(self, futures: list[Future[Any]]) -> None:
        pending = set(futures)
        while pending:
            done, pending = wait(pending, return_when=FIRST_EXCEPTION)
            if any(isinstance(future.exception(), (JobLost, LedgerError)) for future in done):
                self._stop.set()  # nothing more can be written; waits for a retry end at once

    def _next_key(self, name: str) -> StepKey:
        self._seen[name] = self._seen.get(name, 0) + 1
        return StepKey(name, self._seen[name])

    def _do(self, key: StepKey, step: Step) -> Any:
        if key in self._memo:
            return self._memo[key]
        self._wait_for_retry(key)
        while True:
            attempt = self._begin(key)
            try:
                value = step.work()
            except JobLost:
                raise
            except Exception as error:  # the one step boundary
                if self._try_again(key, step, attempt, error):
                    continue
                if step.fallback is None:
                    self._give_up(key, attempt, error)
                    raise StepFailed(
                        f"step {key.name!r} failed: {describe(error)['message']}",
                        hint=str(describe(error)["hint"]),
                        step=key.name,
                        cause=describe(error),
                    ) from error
                return self._checkpoint(key, step, attempt, step.fallback(error), error)
            return self._checkpoint(key, step, attempt, value, None)

    def _begin(self, key: StepKey) -> int:
        with self._ledger.transaction(durable=False):
            check_fence(self._ledger, self._job.job_id, self._job.generation)
            attempt = begin_attempt(
                self._ledger,
                self._job.job_id,
                key.name,
                key.occurrence,
                generation=self._job.generation,
                at=stamp(),
            )
        logger.info("step %s: attempt %d", key.name, attempt)
        return attempt

    def _checkpoint(
        self, key: StepKey, step: Step, attempt: int, value: Any, error: Exception | None
    ) -> Any:
        job_id = self._job.job_id
        with self._ledger.transaction():
            check_fence(self._ledger, job_id, self._job.generation)
            kept = step.record(self._ledger, value) if step.record else value
            value_json = json.dumps(kept, separators=(",", ":"))
            at = stamp()
            complete_step(
                self._ledger, job_id, key.name, key.occurrence, value_json=value_json, at=at
            )
            finish_attempt(
                self._ledger,
                job_id,
                key.name,
                key.occurrence,
                attempt,
                at=at,
                error=None if error is None else describe(error),
            )
        # what a resumed job will read, so that both runs of a workflow see the same
        self._memo[key] = json.loads(value_json)
        logger.info("step %s: done", key.name)
        return self._memo[key]

    def _try_again(self, key: StepKey, step: Step, attempt: int, error: Exception) -> bool:
        decision = decide(error, attempt, step.retry)
        logger.warning(
            "step %s: attempt %d failed: %s (%s)",
            key.name,
            attempt,
            describe(error)["message"],
            f"again in {decision.wait_s:.1f} s" if decision.retry else decision.reason,
        )
        if not decision.retry or self._stop.is_set():
            return False
        retry_at = format_instant(now() + timedelta(seconds=decision.wait_s))
        self._close_attempt(key, attempt, error, retry_at)
        self._stop.wait(decision.wait_s)
        return not self._stop.is_set()

    def _give_up(self, key: StepKey, attempt: int, error: Exception) -> None:
        if not isinstance(error, PlanwatchError):
            logger.error("step %s: a fault in planwatch", key.name, exc_info=error)
        self._close_attempt(key, attempt, error, None)

    def _close_attempt(
        self, key: StepKey, attempt: int, error: Exception, retry_at: str | None
    ) -> None:
        job_id, record, at = self._job.job_id, describe(error), stamp()
        with self._ledger.transaction():
            check_fence(self._ledger, job_id, self._job.generation)
            finish_attempt(
                self._ledger, job_id, key.name, key.occurrence, attempt, at=at, error=record
            )
            fail_step(
                self._ledger,
                job_id,
                key.name,
                key.occurrence,
                error=record,
                at=at,
                retry_at=retry_at,
            )

    def _wait_for_retry(self, key: StepKey) -> None:
        retry_at = self._retry_at.get(key)
        if retry_at is None:
            return
        left_s = (parse_instant(retry_at) - now()).total_seconds()
        deadline = time.monotonic() + max(0.0, left_s)
        self._stop.wait(max(0.0, deadline - time.monotonic()))


def describe(error: BaseException) -> dict[str, Any]:
    """Return the code, message and hint of any error; a foreign one is a fault of ours."""
    if isinstance(error, PlanwatchError):
        return error.as_record()
    return {
        "code": "internal",
        "message": f"{type(error).__name__}: {error}",
        "hint": "this is a fault in planwatch; the job's log has the details",
    }


def _as_step(work: Work | Step, record: Record | None) -> Step:
    if isinstance(work, Step):
        return work
    return Step(work=work, record=record)
