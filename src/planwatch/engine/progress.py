"""How far a job is, said honestly: never 100 before the last commit.

Percent counts steps; weighing them by how long they took, and an ETA, belong here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from planwatch.domain.job import Job, JobStep, StepStatus

_MOST_BEFORE_THE_END: Final = 99


@dataclass(frozen=True, slots=True)
class Progress:
    """`eta_s` is None, and `eta_basis` with it, where nothing is known."""

    percent: int
    steps_done: int
    steps_total: int
    current_steps: tuple[str, ...]
    eta_s: float | None = None
    eta_basis: str | None = None


def measure_progress(job: Job, steps: Sequence[JobStep]) -> Progress:
    """Return how far the job is."""
    done = sum(step.status is StepStatus.COMPLETED for step in steps)
    running = tuple(step.name for step in steps if step.status is StepStatus.RUNNING)
    if not job.is_active:
        percent = 100 if job.status in ("completed", "partial") else _share(done, len(steps))
        return Progress(percent, done, len(steps), ())
    return Progress(_share(done, len(steps)), done, len(steps), running)


def _share(done: int, total: int) -> int:
    return min(100 * done // total, _MOST_BEFORE_THE_END) if total else 0
