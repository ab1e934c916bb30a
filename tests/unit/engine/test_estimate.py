"""How long steps are going to take: medians of earlier jobs, else what the workflow declares."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.engine.estimate import RemainingStep, declare, makespan
from planwatch.engine.workflow import PlannedStep
from planwatch.ledger.jobs.steps import DeclaredStep

SECONDS = st.floats(0.0, 10_000.0)
LEFT = st.builds(
    RemainingStep,
    stage=st.integers(0, 3),
    has_begun=st.booleans(),
    remaining_s=st.floats(0.0, 1_000.0),
)
STEPS = st.lists(LEFT, max_size=12)


def _left(*seconds: float, stage: int = 0) -> list[RemainingStep]:
    return [
        RemainingStep(stage, has_begun=False, remaining_s=remaining_s) for remaining_s in seconds
    ]


def test_a_step_without_history_is_expected_to_take_what_its_workflow_declares() -> None:
    plan = [
        [PlannedStep("scrape ee", 30.0), PlannedStep("scrape o2", 20.0)],
        [PlannedStep("count")],
    ]

    declared = declare(plan, {})

    assert declared == [
        DeclaredStep(name="scrape ee", stage=0, expected_s=30.0, usual_s=None),
        DeclaredStep(name="scrape o2", stage=0, expected_s=20.0, usual_s=None),
        DeclaredStep(name="count", stage=1, expected_s=1.0, usual_s=None),
    ]


def test_a_step_with_history_is_expected_to_take_its_median() -> None:
    declared = declare([[PlannedStep("fetch", 30.0)]], {"fetch": [2.0, 60.0, 4.0]})

    assert declared == [DeclaredStep(name="fetch", stage=0, expected_s=4.0, usual_s=60.0)]


@pytest.mark.parametrize(
    ("times", "usual_s"),
    [
        ([10.0, 10.0, 10.0], 15.0),
        ([0.1, 0.1, 0.1], 1.1),
        ([10.0, 11.0, 40.0], 40.0),
        ([55.0], 82.5),
    ],
    ids=["half as long again", "a second more", "the longest so far", "after a single job"],
)
def test_what_no_ordinary_run_exceeds_is_well_above_the_median(
    times: list[float], usual_s: float
) -> None:
    declared = declare([[PlannedStep("fetch")]], {"fetch": times})

    assert declared[0].usual_s == pytest.approx(usual_s)


@given(st.lists(SECONDS, min_size=1, max_size=20))
def test_no_earlier_run_was_longer_than_usual(times: list[float]) -> None:
    step = declare([[PlannedStep("fetch")]], {"fetch": times})[0]

    assert step.usual_s is not None
    assert step.usual_s >= max(times)
    assert step.usual_s >= statistics.median(times) + 1.0
    assert 0.001 <= step.expected_s <= step.usual_s


@given(st.lists(SECONDS, max_size=20))
def test_a_step_that_takes_no_time_still_weighs_something(times: list[float]) -> None:
    step = declare([[PlannedStep("fetch", 0.0)]], {"fetch": times})[0]

    assert step.expected_s > 0


@pytest.mark.parametrize(
    ("steps", "parallel", "seconds"),
    [
        ([], 4, 0.0),
        (_left(3.0, 2.0, 1.0), 1, 6.0),
        (_left(3.0, 2.0, 1.0), 2, 3.0),
        (_left(3.0, 2.0, 1.0), 9, 3.0),
        (_left(1.0, 1.0, 4.0), 2, 5.0),
        ([*_left(3.0, 2.0), *_left(0.5, stage=1)], 2, 3.5),
        ([*_left(0.5, stage=2), *_left(3.0, stage=1)], 4, 3.5),
        (_left(3.0, 2.0), 0, 5.0),
    ],
    ids=[
        "nothing is left",
        "one after the other",
        "two at once",
        "all at once",
        "in the order in which they are begun",
        "a stage waits for the one before",
        "stages are told by number, not by place",
        "somebody always works",
    ],
)
def test_a_job_ends_when_its_last_stage_does(
    steps: list[RemainingStep], parallel: int, seconds: float
) -> None:
    assert makespan(steps, parallel) == pytest.approx(seconds)


def test_steps_that_have_begun_keep_their_places_before_those_that_have_not() -> None:
    waiting = _left(5.0)
    begun = [
        RemainingStep(0, has_begun=True, remaining_s=1.0),
        RemainingStep(0, has_begun=True, remaining_s=2.0),
    ]

    assert makespan([*waiting, *begun], 2) == pytest.approx(6.0)


@given(STEPS, st.integers(1, 12))
def test_a_job_takes_as_long_as_its_longest_steps_and_no_longer_than_all_in_a_row(
    steps: list[RemainingStep], parallel: int
) -> None:
    longest = sum(
        max(step.remaining_s for step in steps if step.stage == stage)
        for stage in {step.stage for step in steps}
    )
    whole = sum(step.remaining_s for step in steps)

    seconds = makespan(steps, parallel)

    assert seconds >= longest * 0.999999
    assert seconds >= whole / parallel * 0.999999
    assert seconds <= whole * 1.000001


@given(STEPS, st.integers(1, 12))
def test_another_hand_makes_no_job_longer(steps: list[RemainingStep], parallel: int) -> None:
    assert makespan(steps, parallel + 1) <= makespan(steps, parallel) * 1.000001


@given(STEPS, LEFT, st.integers(1, 12))
def test_another_step_makes_no_job_shorter(
    steps: list[RemainingStep], more: RemainingStep, parallel: int
) -> None:
    assert makespan([*steps, more], parallel) >= makespan(steps, parallel) * 0.999999
