"""Steps that run once: memoised results, checkpoints with their effects, attempts as rows."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from planwatch.clock import format_instant, now, parse_instant, stamp
from planwatch.domain.job import Job, JobStep, StepStatus
from planwatch.engine.busy_retry import retry_transaction
from planwatch.engine.parallel import start_all
from planwatch.engine.retry import decide
from planwatch.engine.time_limit import Allowance, TimeLimiter
from planwatch.engine.workflow import Record, Step, StepKey, Work
from planwatch.errors import JobLost, LedgerError, PlanwatchError, StepFailed, Stopped
from planwatch.ledger.jobs.steps import begin_attempt, complete_step, fail_step, finish_attempt
from planwatch.ledger.jobs.transitions import check_fence
from planwatch.ledger.store.connection import Ledger
from planwatch.machine_faults import machine_fault_of
from planwatch.printable import printable

logger: Final = logging.getLogger(__name__)
STEP_LIMIT_S: Final = 900.0
MOST_FORGIVEN: Final = 10  # attempts of a step that a standstill spoilt
INTERNAL: Final = "internal"  # the code of an error that is not in our tree


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a step, and when it began by the clock that does not jump."""

    number: int
    began: float

    def took_s(self) -> float:
        return time.monotonic() - self.began


class LocalRun:
    """A run of a workflow in this process, with its checkpoints in the ledger."""

    def __init__(
        self,
        ledger: Ledger,
        job: Job,
        steps: Sequence[JobStep],
        parallel: int,
        step_limit_s: float = STEP_LIMIT_S,
        hung: tuple[StepKey, int, Exception] | None = None,
    ) -> None:
        """Take up `job` (claimed by this process) after the `steps` that the ledger has.

        Args:
            hung: the step that hung the worker before, the number of its attempt, and its error.
        """
        self._ledger = ledger
        self._job = job
        self._parallel = parallel
        self._step_limit_s = step_limit_s
        self._limiter = TimeLimiter()
        self._stage = -1
        self._last_replayed: tuple[str, ...] = ()
        self._seen: dict[str, int] = {}
        self._memo = {
            StepKey(step.name, step.occurrence): step.value
            for step in steps
            if step.status is StepStatus.COMPLETED
        }
        self._positions = {
            StepKey(step.name, step.occurrence): position for position, step in enumerate(steps)
        }
        self._attempts_before = {
            StepKey(step.name, step.occurrence): step.attempts_before for step in steps
        }
        self._retry_at = {
            StepKey(step.name, step.occurrence): step.retry_at for step in steps if step.retry_at
        }
        self._forgiven: dict[StepKey, int] = {}
        self._hung = {} if hung is None else {hung[0]: hung[1:]}
        self._stop = threading.Event()

    @property
    def job_id(self) -> str:
        return self._job.job_id

    @property
    def last_replayed(self) -> tuple[str, ...]:
        """The steps whose stored values the workflow was given last; empty once one has run."""
        return self._last_replayed

    def idempotency_key(self, name: str, occurrence: int = 1) -> str:
        """Return what names a step of this job; see `workflow.Run`."""
        return f"planwatch:{self._job.job_id}:{name}:{occurrence}"

    def step(self, name: str, work: Work | Step, *, record: Record | None = None) -> Any:
        """Do a step once in the life of the job; see `workflow.Run`."""
        self._stage += 1
        key = self._next_key(name)
        self._last_replayed = (name,) if key in self._memo else ()
        return self._run_step(key, _as_step(work, record))

    def gather(self, steps: Mapping[str, Work | Step]) -> dict[str, Any]:
        """Do several steps at once; see `workflow.Run`."""
        self._stage += 1
        keyed = {self._next_key(name): _as_step(work, None) for name, work in steps.items()}
        is_replayed = all(key in self._memo for key in keyed)
        self._last_replayed = tuple(steps) if is_replayed else ()
        works = [partial(self._run_step, key, step) for key, step in keyed.items()]
        with ThreadPoolExecutor(max_workers=max(1, min(self._parallel, len(keyed)))) as pool:
            futures = dict(zip(keyed, start_all(pool, works, self._parallel), strict=True))
            self._wait(list(futures.values()))
        for future in futures.values():
            error = future.exception()
            # what keeps us from writing comes before what a single step met
            if isinstance(error, (JobLost, LedgerError)) and not isinstance(error, Stopped):
                raise error
        return {key.name: future.result() for key, future in futures.items()}

    def _wait(self, futures: list[Future[Any]]) -> None:
        pending = set(futures)
        while pending:
            done, pending = wait(pending, return_when=FIRST_EXCEPTION)
            if any(isinstance(future.exception(), (JobLost, LedgerError)) for future in done):
                self._stop.set()  # nothing more can be written; waits for a retry end at once

    def _next_key(self, name: str) -> StepKey:
        self._seen[name] = self._seen.get(name, 0) + 1
        key = StepKey(name, self._seen[name])
        self._positions.setdefault(key, len(self._positions))
        return key

    def _run_step(self, key: StepKey, step: Step) -> Any:
        if key in self._memo:
            return self._memo[key]
        if key in self._hung:
            number, error = self._hung.pop(key)
            return self._fall_back(key, step, Attempt(number, time.monotonic()), error)
        self._wait_for_retry(key, step)
        while True:
            attempt = self._begin(key)
            allowance = Allowance(step.time_limit_s or self._step_limit_s)
            try:
                # record= belongs to the attempt: its failure is the step's, not the job's
                value = self._limiter.run(step.work, allowance)
                return self._checkpoint(key, attempt, step, value, None)
            except (JobLost, LedgerError):
                raise
            except Exception as caught:  # noqa: BLE001 - the one step boundary
                error = _what_it_was(caught)
                allowance.spend()  # up to now
                self._forgive(key, allowance)
                if self._try_again(key, step, attempt, error):
                    continue
                return self._fall_back(key, step, attempt, error)

    def _forgive(self, key: StepKey, allowance: Allowance) -> None:
        """Do not count an attempt in which the machine stood still: what timed out may be well.

        A machine that is late again and again, since it swaps, must not try for ever.
        """
        if allowance.frozen_s == 0:
            return
        logger.warning("step %s: the machine stood still for %.0f s", key.name, allowance.frozen_s)
        forgiven = self._forgiven.get(key, 0)
        if forgiven < MOST_FORGIVEN:
            self._forgiven[key] = forgiven + 1
            self._attempts_before[key] = self._attempts_before.get(key, 0) + 1

    def _fall_back(self, key: StepKey, step: Step, attempt: Attempt, error: Exception) -> Any:
        cause: Exception = error
        if step.fallback is not None:
            try:
                return self._checkpoint(key, attempt, step, step.fallback(error), error)
            except (JobLost, LedgerError):
                raise
            except Exception as second:  # noqa: BLE001 - the same boundary
                cause = second
        self._give_up(key, attempt, cause)
        record = describe(cause)
        raise StepFailed(
            f"step {key.name!r} failed: {record['message']}",
            hint=str(record["hint"]),
            step=key.name,
            cause=record,
        ) from cause

    def _begin(self, key: StepKey) -> Attempt:
        def begin() -> int:
            check_fence(self._ledger, self._job.job_id, self._job.generation)
            return begin_attempt(
                self._ledger,
                self._job.job_id,
                key.name,
                key.occurrence,
                stage=self._stage,
                position=self._positions[key],
                generation=self._job.generation,
                at=stamp(),
            )

        number = retry_transaction(self._ledger, begin, durable=False)
        logger.info("step %s: attempt %d", key.name, number)
        return Attempt(number, time.monotonic())

    def _checkpoint(
        self, key: StepKey, attempt: Attempt, step: Step, value: Any, error: Exception | None
    ) -> Any:
        """Write the effects and the checkpoint in one transaction; return what is kept."""
        job_id = self._job.job_id
        took_s = attempt.took_s()

        def write() -> str:
            check_fence(self._ledger, job_id, self._job.generation)
            kept = step.record(self._ledger, value) if step.record else value
            value_json = json.dumps(kept, separators=(",", ":"), allow_nan=False)
            at = stamp()
            complete_step(
                self._ledger,
                job_id,
                key.name,
                key.occurrence,
                value_json=value_json,
                at=at,
                fell_back=error is not None,
            )
            finish_attempt(
                self._ledger,
                job_id,
                key.name,
                key.occurrence,
                attempt.number,
                at=at,
                took_s=took_s,
                error=None if error is None else describe(error),
            )
            return value_json

        value_json = retry_transaction(self._ledger, write)
        # what a resumed job will read, so that both runs of a workflow see the same
        self._memo[key] = json.loads(value_json)
        logger.info("step %s: done", key.name)
        return self._memo[key]

    def _try_again(self, key: StepKey, step: Step, attempt: Attempt, error: Exception) -> bool:
        # those before a person took the job up again do not count
        number = attempt.number - self._attempts_before.get(key, 0)
        decision = decide(error, number, step.retry)
        logger.warning(
            "step %s: attempt %d failed: %s (%s)",
            key.name,
            attempt.number,
            describe(error)["message"],
            f"again in {decision.wait_s:.1f} s" if decision.retry else decision.reason,
        )
        if not decision.retry:
            return False
        retry_at = format_instant(now() + timedelta(seconds=decision.wait_s))
        self._close_attempt(key, attempt, error, retry_at)
        self._pause(decision.wait_s)
        return True

    def _give_up(self, key: StepKey, attempt: Attempt, error: Exception) -> None:
        if not isinstance(error, PlanwatchError):
            logger.error("step %s: a fault in planwatch", key.name, exc_info=error)
        self._close_attempt(key, attempt, error, None)

    def _close_attempt(
        self, key: StepKey, attempt: Attempt, error: Exception, retry_at: str | None
    ) -> None:
        job_id, record, at = self._job.job_id, describe(error), stamp()
        took_s = attempt.took_s()

        def close() -> None:
            check_fence(self._ledger, job_id, self._job.generation)
            finish_attempt(
                self._ledger,
                job_id,
                key.name,
                key.occurrence,
                attempt.number,
                at=at,
                took_s=took_s,
                error=record,
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

        retry_transaction(self._ledger, close)

    def _wait_for_retry(self, key: StepKey, step: Step) -> None:
        """Honour a pause that a dead worker had begun; a clock that jumped cannot stretch it."""
        retry_at = self._retry_at.get(key)
        if retry_at is not None:
            left_s = (parse_instant(retry_at) - now()).total_seconds()
            self._pause(min(max(0.0, left_s), step.retry.longest_wait_s))

    def _pause(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise Stopped("another step could not write to the ledger; this one writes nothing")


def _what_it_was(error: Exception) -> Exception:
    """Return an exception as one of our tree where it tells what the machine lacks."""
    return error if isinstance(error, PlanwatchError) else machine_fault_of(error) or error


def describe(error: BaseException) -> dict[str, Any]:
    """Return the code, message and hint of any error; a foreign one is a fault of ours."""
    if isinstance(error, PlanwatchError):
        return error.as_record()
    return {
        "code": INTERNAL,
        "message": printable(f"{type(error).__name__}: {error}"),
        "hint": "this is a fault in planwatch; the job's log has the details",
    }


def _as_step(work: Work | Step, record: Record | None) -> Step:
    if isinstance(work, Step):
        return work
    return Step(work=work, record=record)
