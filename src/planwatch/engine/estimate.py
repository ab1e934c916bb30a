"""How long a step is going to take: the median of earlier jobs, else what its workflow declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from planwatch.domain.job import JobStep
from planwatch.ledger.jobs.steps import DeclaredStep

if TYPE_CHECKING:
    from planwatch.engine.workflow import PlannedStep

_SHORTEST_S: Final = 0.001  # a step that takes no time would weigh nothing
_LEAST_FACTOR: Final = 1.5  # times the median: less is no news, however even the earlier jobs were
_LEAST_EXCESS_S: Final = 1.0
UNPLANNED_S: Final = 1.0  # what a step that its workflow did not announce counts for


def declare(
    plan: Sequence[Sequence[PlannedStep]], times: Mapping[str, Sequence[float]]
) -> list[DeclaredStep]:
    """Return the steps of a plan, stage by stage, with how long each is expected to take.

    Args:
        times: seconds that steps of that name took in earlier jobs.
    """
    return [
        DeclaredStep(
            name=step.name,
            stage=stage,
            expected_s=_expected_s(step, times.get(step.name, ())),
            usual_s=_usual_s(times.get(step.name, ())),
        )
        for stage, steps in enumerate(plan)
        for step in steps
    ]


def _expected_s(step: PlannedStep, times: Sequence[float]) -> float:
    return max(_SHORTEST_S, _median(times) if times else step.estimate_s)


def _usual_s(times: Sequence[float]) -> float | None:
    """Return what no ordinary run exceeds: the longest of the last, or well above the median."""
    if not times:
        return None
    median = _median(times)
    return max(*times, median * _LEAST_FACTOR, median + _LEAST_EXCESS_S)


def _median(times: Sequence[float]) -> float:
    # 7 ms to import; only a worker takes medians, and `status` reads what it kept
    import statistics

    return statistics.median(times)


@dataclass(frozen=True, slots=True)
class RemainingStep:
    """A step that is not done yet: its stage, whether it has begun, the seconds it still needs."""

    stage: int
    has_begun: bool
    remaining_s: float


def expected_of(step: JobStep | DeclaredStep) -> float:
    """Return the seconds that a step counts for."""
    return UNPLANNED_S if step.expected_s is None else step.expected_s


def makespan(steps: Sequence[RemainingStep], parallel: int) -> float:
    """Return the seconds until all are done, `parallel` at once, one stage after the other."""
    total_s = 0.0
    for stage in sorted({step.stage for step in steps}):
        busy_s = [0.0] * max(1, parallel)
        ordered = sorted(
            (step for step in steps if step.stage == stage), key=lambda step: not step.has_begun
        )
        for step in ordered:
            first = busy_s.index(min(busy_s))
            busy_s[first] += step.remaining_s
        total_s += max(busy_s)
    return total_s
