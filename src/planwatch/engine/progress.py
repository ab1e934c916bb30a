"""How far a job is, said honestly: by how long its steps take, and never 100 before the end.

A step in progress counts by the time since it first began, so that neither a retry nor a dead
worker takes anything back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from planwatch.clock import parse_instant
from planwatch.domain.job import Job, JobStatus, JobStep, StepStatus
from planwatch.engine.estimate import RemainingStep, expected_of, makespan

HISTORY: Final = "history"
DEFAULT: Final = "default"
_MOST_BEFORE_THE_END: Final = 99
_MOST_OF_A_STEP: Final = 0.95  # of a step in progress, however long it has been at it
_LEAST_LEFT: Final = 0.1  # of its median or, if longer, its elapsed time: it grows with a delay
_NO_STAGE: Final = 0
_LEAST_LEFT_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is.

    `eta_s` is the seconds until its end, None where the job does not run; `eta_basis` is `history`
    when earlier jobs say how long each open step takes, else `default`.
    """

    percent: int
    steps_done: int
    steps_total: int
    current_steps: tuple[str, ...]
    eta_s: float | None = None
    eta_basis: str | None = None


def measure_progress(job: Job, steps: Sequence[JobStep], present: datetime) -> Progress:
    """Return how far the job is at an instant."""
    done = sum(step.status is StepStatus.COMPLETED for step in steps)
    # what was in progress when a job was cancelled or failed is lost
    percent = _percent(steps, present if job.is_active else None)
    if not job.is_active:
        if job.status in (JobStatus.COMPLETED, JobStatus.PARTIAL):
            percent = 100
        return Progress(percent, done, len(steps), ())
    running = tuple(step.name for step in steps if step.status is StepStatus.RUNNING)
    if job.status is not JobStatus.RUNNING or not steps:
        return Progress(percent, done, len(steps), running)
    eta_s, basis = _eta(job, steps, present)
    return Progress(percent, done, len(steps), running, eta_s, basis)


def elapsed_s(step: JobStep, present: datetime) -> float:
    """Return the seconds that were worked on a step since it first began; 0 before.

    What a dead worker did counts; the time in which nobody worked does not. A clock that was set
    back gives 0.
    """
    if step.started_at is None:
        return 0.0
    until = present if step.paused_at is None else parse_instant(step.paused_at)
    worked = (until - parse_instant(step.started_at)).total_seconds() - step.lost_s
    return max(0.0, worked)


def is_longer_than_usual(step: JobStep, present: datetime) -> bool:
    """Tell whether a step in progress has taken longer than any ordinary run of it."""
    return (
        step.status is StepStatus.RUNNING
        and step.usual_s is not None
        and elapsed_s(step, present) > step.usual_s
    )


def _percent(steps: Sequence[JobStep], present: datetime | None) -> int:
    """Return the share that is done; without a present only completed steps count."""
    weight = sum(expected_of(step) for step in steps)
    if not weight:
        return 0
    share = sum(expected_of(step) * _share(step, present) for step in steps) / weight
    return min(int(100 * share), _MOST_BEFORE_THE_END)


def _share(step: JobStep, present: datetime | None) -> float:
    if step.status is StepStatus.COMPLETED:
        return 1.0
    if present is None:
        return 0.0
    return min(_MOST_OF_A_STEP, elapsed_s(step, present) / expected_of(step))


def _eta(job: Job, steps: Sequence[JobStep], present: datetime) -> tuple[float, str]:
    open_steps = [step for step in steps if step.status in (StepStatus.PENDING, StepStatus.RUNNING)]
    remaining = [
        RemainingStep(
            stage=_NO_STAGE if step.stage is None else step.stage,
            has_begun=step.status is StepStatus.RUNNING,
            remaining_s=_remaining_s(step, present),
        )
        for step in open_steps
    ]
    has_history = all(step.usual_s is not None for step in open_steps)
    eta_s = max(_LEAST_LEFT_S, makespan(remaining, job.parallel_steps or 1))
    return round(eta_s, 1), HISTORY if has_history else DEFAULT


def _remaining_s(step: JobStep, present: datetime) -> float:
    expected_s = expected_of(step)
    if step.status is not StepStatus.RUNNING:
        return expected_s
    if step.retry_at is not None:  # the next attempt begins anew
        pause_s = (parse_instant(step.retry_at) - present).total_seconds()
        return max(0.0, pause_s) + expected_s
    worked_s = elapsed_s(step, present)
    return max(expected_s - worked_s, _LEAST_LEFT * max(expected_s, worked_s))
