"""Progress is honest: it weighs by time, never falls, and never says 100 before the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.clock import format_instant, parse_instant
from planwatch.domain.job import JobStatus, JobStep, StepStatus
from planwatch.engine.progress import Progress, is_longer_than_usual, measure_progress
from tests.support.job_values import START
from tests.support.job_values import build_job as _job
from tests.support.job_values import build_step as _step

ACTIVE: Final = (JobStatus.PENDING, JobStatus.RUNNING)
WHOLE: Final = (JobStatus.COMPLETED, JobStatus.PARTIAL)


def _at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def _stamp(seconds: float) -> str:
    return format_instant(_at(seconds))


def _done(name: str, **fields: Any) -> JobStep:
    return _step(name, StepStatus.COMPLETED, started_at=_stamp(0), **fields)


def _running(name: str, began_s: float = 0.0, **fields: Any) -> JobStep:
    return _step(name, StepStatus.RUNNING, started_at=_stamp(began_s), **fields)


# Worked examples


def test_a_job_in_the_middle_says_how_far_it_is_and_what_it_does() -> None:
    steps = [
        _done("scrape ee", expected_s=30.0, usual_s=45.0),
        _running("scrape o2", expected_s=60.0, usual_s=90.0),
        _step("count", expected_s=10.0, usual_s=15.0, stage=1),
    ]

    progress = measure_progress(_job(), steps, _at(15))

    assert progress == Progress(
        percent=45,  # 30 s and 15 s of 100 s
        steps_done=1,
        steps_total=3,
        current_steps=("scrape o2",),
        eta_s=55.0,
        eta_basis="history",
    )


def test_percent_weighs_steps_by_their_time_and_not_by_their_number() -> None:
    steps = [_done("quick", expected_s=1.0), _step("slow", expected_s=99.0)]

    assert measure_progress(_job(), steps, _at(1)).percent == 1


def test_a_job_that_has_announced_no_step_yet_has_done_nothing() -> None:
    assert measure_progress(_job(), [], _at(5)) == Progress(0, 0, 0, ())


def test_a_step_in_progress_counts_by_its_time_but_never_as_done() -> None:
    steps = [_running("slow", expected_s=10.0)]

    percents = [measure_progress(_job(), steps, _at(second)).percent for second in (0, 5, 10, 999)]

    assert percents == [0, 50, 95, 95]


def test_a_job_whose_steps_are_all_done_is_at_99_until_its_end_is_written() -> None:
    assert measure_progress(_job(), [_done("only")], _at(1)).percent == 99


@pytest.mark.parametrize("status", WHOLE)
def test_a_job_that_ended_with_its_result_is_at_100(status: JobStatus) -> None:
    steps = [_done("load plans"), _step("compute facts"), _step("save")]

    progress = measure_progress(_job(status), steps, _at(2000))

    assert progress == Progress(100, 1, 3, ())


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.CANCELLED])
def test_a_job_that_ended_early_is_as_far_as_what_it_finished(status: JobStatus) -> None:
    """What was in progress is lost, and is done from its start when the job is taken up again."""
    steps = [
        _done("quick", expected_s=10.0),
        _step("slow", expected_s=90.0, started_at=_stamp(10), paused_at=_stamp(30)),
    ]
    job = _job(status, finished_at=_stamp(30))

    percents = [measure_progress(job, steps, _at(second)).percent for second in (30, 90, 9000)]

    assert percents == [10, 10, 10]


def test_time_in_which_nobody_worked_counts_for_nothing() -> None:
    """Its worker died after 20 s and the next one came an hour later."""
    began = _running("slow", expected_s=100.0, usual_s=150.0)
    stopped = replace(began, status=StepStatus.PENDING, paused_at=_stamp(20))
    resumed = replace(began, lost_s=3600.0)

    found = [
        measure_progress(_job(status), [step], _at(second))
        for status, step, second in (
            (JobStatus.RUNNING, began, 20),
            (JobStatus.PENDING, stopped, 1800),
            (JobStatus.RUNNING, resumed, 3620),
            (JobStatus.RUNNING, resumed, 3650),
        )
    ]

    assert [progress.percent for progress in found] == [20, 20, 20, 50]
    assert [progress.eta_s for progress in found] == [80.0, None, 80.0, 50.0]
    assert not is_longer_than_usual(resumed, _at(3650))


@pytest.mark.parametrize("status", [JobStatus.PENDING, *WHOLE, JobStatus.FAILED])
def test_only_a_running_job_has_an_estimate(status: JobStatus) -> None:
    progress = measure_progress(_job(status), [_step("fetch", usual_s=2.0)], _at(1))

    assert (progress.eta_s, progress.eta_basis) == (None, None)


def test_a_step_that_outlasts_its_median_is_never_about_to_end() -> None:
    steps = [_running("slow", expected_s=10.0, usual_s=20.0)]

    left = [measure_progress(_job(), steps, _at(second)).eta_s for second in (0, 8, 10, 20, 200)]

    assert left == [10.0, 2.0, 1.0, 2.0, 20.0]


def test_a_pause_between_two_attempts_is_waited_for() -> None:
    steps = [_running("flaky", expected_s=10.0, retry_at=_stamp(70))]

    left = [measure_progress(_job(), steps, _at(second)).eta_s for second in (40, 69, 75)]

    assert left == [40.0, 11.0, 10.0]


def test_a_step_that_gave_up_is_not_waited_for() -> None:
    """The job ends when what still runs beside it has ended."""
    steps = [
        _step("broken", StepStatus.FAILED, expected_s=60.0, started_at=_stamp(0)),
        _running("slow", expected_s=10.0),
    ]

    assert measure_progress(_job(parallel_steps=2), steps, _at(4)).eta_s == 6.0


@pytest.mark.parametrize(
    ("parallel", "eta_s"), [(None, 16.0), (1, 16.0), (2, 11.0), (9, 11.0)], ids=str
)
def test_the_estimate_goes_by_how_many_steps_run_at_once(
    parallel: int | None, eta_s: float
) -> None:
    steps = [
        _step("scrape a", expected_s=10.0),
        _step("scrape b", expected_s=5.0),
        _step("count", expected_s=1.0, stage=1),
    ]

    assert measure_progress(_job(parallel_steps=parallel), steps, _at(0)).eta_s == eta_s


@pytest.mark.parametrize(
    ("usual", "basis"),
    [((9.0, 2.0), "history"), ((9.0, None), "default"), ((None, 2.0), "history")],
    ids=["all known", "an open one unknown", "only a finished one unknown"],
)
def test_the_estimate_says_whether_earlier_jobs_stand_behind_it(
    usual: tuple[float | None, float | None], basis: str
) -> None:
    steps = [_done("quick", usual_s=usual[0]), _step("slow", usual_s=usual[1])]

    assert measure_progress(_job(), steps, _at(0)).eta_basis == basis


def test_a_step_that_nobody_announced_counts_for_a_second() -> None:
    steps = [_done("planned", expected_s=3.0), _step("page", expected_s=None, stage=None)]

    progress = measure_progress(_job(), steps, _at(0))

    assert (progress.percent, progress.eta_s) == (75, 1.0)


@pytest.mark.parametrize(
    ("second", "is_longer"), [(0, False), (55, False), (60, False), (61, True), (100, True)]
)
def test_a_step_beyond_its_usual_range_is_longer_than_usual(second: float, is_longer: bool) -> None:
    step = _running("slow", expected_s=55.0, usual_s=60.0)

    assert is_longer_than_usual(step, _at(second)) is is_longer


@pytest.mark.parametrize(
    "step",
    [
        _running("new", usual_s=None),
        _step("waiting", usual_s=1.0, started_at=_stamp(0)),
        _done("over", usual_s=1.0),
    ],
    ids=["without history", "not in progress", "done"],
)
def test_no_other_step_is_longer_than_usual(step: JobStep) -> None:
    assert not is_longer_than_usual(step, _at(500))


# What holds for every job

SECONDS = st.floats(0.0, 5_000.0)
STAMPS = st.none() | st.floats(-100.0, 5_000.0).map(_stamp)
STEPS = st.lists(
    st.builds(
        _step,
        st.just("step"),
        st.sampled_from(StepStatus),
        stage=st.none() | st.integers(0, 3),
        expected_s=st.none() | st.floats(0.001, 1_000.0),
        usual_s=st.none() | st.floats(1.0, 2_000.0),
        started_at=STAMPS,
        retry_at=STAMPS,
    ),
    max_size=12,
)
PARALLEL = st.none() | st.integers(1, 12)


@given(STEPS, PARALLEL, SECONDS, st.sampled_from(ACTIVE))
def test_an_active_job_is_between_0_and_99_percent(
    steps: list[JobStep], parallel: int | None, second: float, status: JobStatus
) -> None:
    progress = measure_progress(_job(status, parallel_steps=parallel), steps, _at(second))

    assert 0 <= progress.percent <= 99


@given(STEPS, SECONDS, st.sampled_from(sorted(set(JobStatus) - set(ACTIVE))))
def test_an_ended_job_is_at_100_percent_exactly_with_a_result(
    steps: list[JobStep], second: float, status: JobStatus
) -> None:
    percent = measure_progress(_job(status), steps, _at(second)).percent

    assert (percent == 100) is (status in WHOLE)
    assert percent >= 0


@given(STEPS, PARALLEL, SECONDS)
def test_a_running_job_always_has_some_time_left(
    steps: list[JobStep], parallel: int | None, second: float
) -> None:
    progress = measure_progress(_job(parallel_steps=parallel), steps, _at(second))

    if steps:
        assert progress.eta_s is not None
        assert progress.eta_s > 0
        assert progress.eta_basis in ("history", "default")


@given(st.floats(0.01, 1_000.0), st.floats(1.0, 10.0), st.floats(1.2, 10.0))
def test_the_time_left_grows_once_a_step_has_outlasted_its_median(
    expected_s: float, times: float, later: float
) -> None:
    steps = [_running("slow", expected_s=expected_s)]
    seconds = expected_s * times + 2.0

    before = measure_progress(_job(), steps, _at(seconds)).eta_s
    after = measure_progress(_job(), steps, _at(seconds * later + 1.0)).eta_s

    assert before is not None
    assert after is not None
    assert after > before


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(["begins", "is done", "is tried again", "fails", "its worker dies"]),
        st.integers(0, 60_000).map(lambda ms: ms / 1000),  # instants are kept in milliseconds
    ),
    max_size=30,
)


def _after(steps: list[JobStep], number: int, event: str, second: float) -> list[JobStep]:
    """Return the steps as the ledger has them after an event, each begun before it ends."""
    step = steps[number % len(steps)]
    if event == "its worker dies":
        return [_stopped(step, second) for step in steps]
    if step.status is StepStatus.COMPLETED:
        return steps
    began = replace(
        step,
        status=StepStatus.RUNNING,
        started_at=step.started_at or _stamp(second),
        lost_s=step.lost_s + (0.0 if step.paused_at is None else _since(step.paused_at, second)),
        paused_at=None,
        retry_at=None,
    )
    changed = {
        "begins": began,
        "is done": replace(began, status=StepStatus.COMPLETED, finished_at=_stamp(second)),
        "is tried again": replace(began, retry_at=_stamp(second + 30)),
        "fails": replace(began, status=StepStatus.FAILED, finished_at=_stamp(second)),
    }[event]
    return [changed if one is step else one for one in steps]


def _stopped(step: JobStep, second: float) -> JobStep:
    is_begun = step.status is StepStatus.RUNNING
    return replace(step, status=StepStatus.PENDING, paused_at=_stamp(second)) if is_begun else step


def _since(instant: str, second: float) -> float:
    return (_at(second) - parse_instant(instant)).total_seconds()


@given(st.lists(st.none() | st.floats(0.001, 300.0), min_size=1, max_size=5), EVENTS)
def test_percent_never_falls_whatever_becomes_of_steps_and_workers(
    expected: Sequence[float | None], events: Sequence[tuple[int, str, float]]
) -> None:
    steps = [_step(f"step {number}", expected_s=each) for number, each in enumerate(expected)]
    second = 0.0
    percents = [0]
    for number, event, pause_s in events:
        percents.append(measure_progress(_job(), steps, _at(second)).percent)
        steps = _after(steps, number, event, second)
        percents.append(measure_progress(_job(), steps, _at(second)).percent)
        second += pause_s
    percents.append(measure_progress(_job(JobStatus.COMPLETED), steps, _at(second)).percent)

    assert percents == sorted(percents)
    assert percents[-1] == 100
