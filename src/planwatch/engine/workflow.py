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
from planwatch.ledger.connection import Ledger

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
        fallback: turns the last error into a value, so that this step's failure fails no job.
    """

    work: Work
    record: Record | None = None
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    fallback: Fallback | None = None


class Run(Protocol):
    """One run of a workflow, as the workflow sees it."""

    @property
    def job_id(self) -> str: ...

    def step(self, name: str, work: Work | Step, *, record: Record | None = None) -> Any:
        """Do a step once in the life of the job and return what its checkpoint keeps.

        Raises:
            StepFailed: it gave up and has no fallback.
        """

    def gather(self, steps: Mapping[str, Work | Step]) -> dict[str, Any]:
        """Do several steps at once and return what their checkpoints keep, by name.

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
        step_names: the steps that it is going to take.
        resume_within_s: age at which it is too old to be resumed; None is never.
        close: ends such a job from the values of its finished steps, by name.
    """

    function: Callable[[Run, Mapping[str, Any]], Ended]
    step_names: Callable[[Mapping[str, Any]], Sequence[str]]
    resume_within_s: float | None = None
    close: Callable[[Mapping[str, Any]], Ended] | None = None
