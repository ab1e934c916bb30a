"""What a workflow is, and what it may ask of whatever runs it.

A workflow is a plain function of `(run, params)`. It knows no engine: parallelism is asked of the
run, never made with threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from planwatch.domain.job import JobStatus
from planwatch.engine.retry import RetryPolicy
from planwatch.ledger.store.connection import Ledger


@dataclass(frozen=True, slots=True)
class StepKey:
    """Name and occurrence: what a step is known by when its job is resumed."""

    name: str
    occurrence: int


Work = Callable[[], Any]
Record = Callable[[Ledger, Any], Any]
Fallback = Callable[[Exception], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step with more than its work.

    Attributes:
        work: what the step does; returns its value.
        record: writes the value's effects in the transaction of the checkpoint and returns what
            the checkpoint keeps (JSON). Without it the value itself is kept.
        retry: which failures are worth another attempt, and how many.
        time_limit_s: how long one attempt may take; None is the run's own limit.
        fallback: turns the last error into a value, so that this step's failure fails no job.
    """

    work: Work
    record: Record | None = None
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    time_limit_s: float | None = None
    fallback: Fallback | None = None


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step that a workflow is going to take, and how long while no earlier job says so."""

    name: str
    estimate_s: float = 1.0


class Run(Protocol):
    """One run of a workflow, as the workflow sees it."""

    @property
    def job_id(self) -> str: ...

    def idempotency_key(self, name: str, occurrence: int = 1) -> str:
        """Return what names this step of this job: the same in every attempt and after a crash.

        For an outside service that is to do something once, however often it is asked.
        """

    def step(self, name: str, work: Work | Step, *, record: Record | None = None) -> Any:
        """Do a step once in the life of the job and return what its checkpoint keeps.

        Raises:
            StepFailed: it gave up and has no fallback.
        """

    def gather(self, steps: Mapping[str, Work | Step]) -> dict[str, Any]:
        """Do several steps at once, a stage, and return what their checkpoints keep, by name.

        Raises:
            StepFailed: the first that gave up without a fallback, after all have ended.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a workflow ended: its result, and whether all of it was done."""

    result: Any
    status: JobStatus = JobStatus.COMPLETED
    error: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """What a kind of job does.

    Attributes:
        plan: all steps that it may take, stage by stage: a `step` is a stage of its own, a
            `gather` one of several. A name that is no longer in it was renamed: `name@2`.
        resume_within_s: age at which it is too old to be resumed; None is never.
        close: ends such a job from the values of its finished steps, by name.
    """

    function: Callable[[Run, Mapping[str, Any]], Ended]
    plan: Callable[[Mapping[str, Any]], Sequence[Sequence[PlannedStep]]]
    resume_within_s: float | None = None
    close: Callable[[Mapping[str, Any]], Ended] | None = None
