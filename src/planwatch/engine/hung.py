"""What a worker that a watchdog has ended tells the next one: which step hung.

Nobody can tell which of several threads held the interpreter. So after such a death a worker does
one step at a time, and a step that then hangs again was alone: it has had its time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from planwatch.domain.job import Job, JobStep
from planwatch.engine.workflow import StepKey
from planwatch.errors import StepTimeout
from planwatch.ledger.jobs.steps import load_attempts
from planwatch.ledger.store.connection import Ledger

_MOST_KEPT: Final = 20_000  # characters of where the threads were


@dataclass(frozen=True, slots=True)
class Hang:
    """The death of a worker whose interpreter was held, and where its threads were then."""

    generation: int
    threads: str


def read_hang(trace: Path) -> Hang | None:
    """Return how the worker before died, if a watchdog ended it."""
    try:
        text = trace.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    generation, _, threads = text.partition("\n")
    if not generation.isdecimal() or not threads.strip():
        return None
    return Hang(int(generation), threads[:_MOST_KEPT].strip())


def find_hung_step(
    ledger: Ledger, job: Job, steps: Sequence[JobStep], hang: Hang, limit_s: float
) -> tuple[StepKey, int, StepTimeout] | None:
    """Return the step that was under way alone, the number of its attempt, and what it met.

    None where there were several, or where a person has asked to try them again.
    """
    before = {StepKey(step.name, step.occurrence): step.attempts_before for step in steps}
    under_way = [
        (StepKey(row["name"], row["occurrence"]), int(row["attempt"]))
        for row in load_attempts(ledger, job.job_id)
        if row["generation"] == hang.generation and row["finished_at"] is None
    ]
    if len(under_way) != 1 or under_way[0][1] <= before.get(under_way[0][0], 0):
        return None
    error = StepTimeout(
        f"it held the interpreter for {limit_s:g} s without a break, so its worker was ended",
        hint=f"planwatch logs {job.job_id} says where it was; the other steps are not affected",
    )
    return (*under_way[0], error)
