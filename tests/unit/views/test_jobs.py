"""A job that has ended: what it says of the steps that it did not do, in JSON and in the table."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from rich.console import Console

from planwatch.clock import parse_instant
from planwatch.domain.job import JobStatus, JobStep, StepStatus
from planwatch.engine.job_record import JobState, record_of
from planwatch.views.jobs.jobs import render_job, render_job_tables
from tests.support.job_values import build_job, build_step

PRESENT: datetime = parse_instant("2026-11-25T09:00:00Z")


def _record(status: JobStatus, steps: list[JobStep]) -> dict[str, Any]:
    state = JobState(job=build_job(status), steps=steps, attempts=(), counts=None, waits_for=())
    return record_of(state, PRESENT, with_steps=True)


def _steps() -> list[JobStep]:
    return [
        build_step("done", StepStatus.COMPLETED, expected_s=99.9),
        replace(build_step("tried", StepStatus.PENDING, expected_s=0.05), attempts=1),
        build_step("last", StepStatus.PENDING, expected_s=0.05),
    ]


@pytest.mark.parametrize(
    ("status", "states"),
    [
        (JobStatus.RUNNING, ["completed", "pending", "pending"]),
        (JobStatus.COMPLETED, ["completed", "not_needed", "not_needed"]),
        (JobStatus.PARTIAL, ["completed", "stopped", "not_reached"]),
        (JobStatus.FAILED, ["completed", "stopped", "not_reached"]),
        (JobStatus.CANCELLED, ["completed", "stopped", "not_reached"]),
    ],
)
def test_no_step_of_an_ended_job_waits_and_the_table_says_the_same(
    status: JobStatus, states: list[str]
) -> None:
    record = _record(status, _steps())

    [_, steps] = render_job_tables(record, PRESENT)
    assert [step["status"] for step in record["steps"]] == states
    assert [getattr(row[1], "plain", row[1]) for row in steps.rows] == [
        state.replace("_", " ") for state in states
    ]


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.CANCELLED])
@pytest.mark.parametrize(
    ("steps", "said"),
    [(_steps(), "1 of 3 done"), (_steps()[:1], "1 of 1 done"), ([], "not begun")],
)
def test_a_job_that_came_to_nothing_shows_its_steps_and_no_percent(
    status: JobStatus, steps: list[JobStep], said: str
) -> None:
    record = _record(status, steps)
    target = Console(file=io.StringIO(), width=120)

    target.print(render_job(record, PRESENT))

    shown = target.file.getvalue()  # type: ignore[attr-defined]
    assert said in shown
    assert "%" not in shown


def test_a_job_under_way_shows_its_percent() -> None:
    target = Console(file=io.StringIO(), width=120)

    target.print(render_job(_record(JobStatus.RUNNING, _steps()), PRESENT))

    assert "99 %" in target.file.getvalue()  # type: ignore[attr-defined]
