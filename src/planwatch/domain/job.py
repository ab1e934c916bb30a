"""A job, its steps, and the one table of the states that a job may go through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class JobStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"


class StepStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


ACTIVE: Final = frozenset({JobStatus.PENDING, JobStatus.RUNNING})
FINAL: Final = frozenset(JobStatus) - ACTIVE

TRANSITIONS: Final[Mapping[JobStatus, frozenset[JobStatus]]] = {
    # pending → failed: a worker that could never be started
    JobStatus.PENDING: frozenset({JobStatus.RUNNING, JobStatus.FAILED, JobStatus.CANCELLED}),
    # running → pending: its worker died and another is to go on
    JobStatus.RUNNING: FINAL | {JobStatus.PENDING},
    JobStatus.COMPLETED: frozenset(),
    # by `resume`
    JobStatus.PARTIAL: frozenset({JobStatus.PENDING}),
    JobStatus.FAILED: frozenset({JobStatus.PENDING}),
    JobStatus.CANCELLED: frozenset({JobStatus.PENDING}),
}


def states_before(status: JobStatus) -> frozenset[JobStatus]:
    """Return the states from which a job may come into `status`."""
    return frozenset(state for state, following in TRANSITIONS.items() if status in following)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run of a workflow. Instants are text as the ledger keeps them.

    Attributes:
        turn: the order in which jobs take their turns, whatever the clock says.
        launched: a worker was started and has not taken the job up yet; a pending job without one
            waits for its turn.
        parallel_steps: how many steps its worker does at once; None before the first.
        expected_s: how long its worker expects the whole job to take; None before the first.
        queued_at: when it was dispatched, or taken up again by a person.
        stalled_at: when its worker found it beyond its expected time.
    """

    turn: int
    job_id: str
    kind: str
    key: str | None
    params: Mapping[str, Any]
    context: Mapping[str, Any]
    status: JobStatus
    generation: int
    attempts: int
    resumes: int
    max_resumes: int
    worker_pid: int | None
    launched: bool
    parallel_steps: int | None
    expected_s: float | None
    queued_at: str
    stalled_at: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    result: Any
    error: Mapping[str, Any] | None

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def is_waiting(self) -> bool:
        """Tell whether it waits for its turn: pending, and no worker was started for it."""
        return self.status is JobStatus.PENDING and not self.launched


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStep:
    """A step of a job as the ledger has it; `value` is None until it is completed.

    Attributes:
        stage: steps of one stage are done at once, and the next stage begins when all have ended;
            None for a step that was not announced and has not begun.
        attempts_before: attempts made before a person last took the job up again.
        expected_s: median of earlier jobs, or what the workflow declares; None when not announced.
        paused_at: when its worker died, until somebody goes on with it.
        lost_s: how long nobody worked on it since it began.
        usual_s: what no ordinary run exceeds, from earlier jobs; None without such.
        fell_back: it failed, and a value stands in for what it should have brought.
    """

    name: str
    occurrence: int
    status: StepStatus
    stage: int | None
    attempts: int
    attempts_before: int
    expected_s: float | None
    usual_s: float | None
    fell_back: bool
    paused_at: str | None
    lost_s: float
    started_at: str | None
    finished_at: str | None
    retry_at: str | None
    value: Any
    error: Mapping[str, Any] | None
