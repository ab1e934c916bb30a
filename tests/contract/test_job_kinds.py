"""Every kind of job is one registration: its command, limit, workflow and words follow from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from planwatch.cli import commands
from planwatch.cli.session import open_session
from planwatch.domain.job_kinds import KINDS, JobKind, find_kind, get_kind
from planwatch.engine.workflow import Workflow
from planwatch.errors import EngineError
from planwatch.home import Home
from planwatch.ledger.jobs.transitions import create_job
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.settings.early import limits
from planwatch.settings.load import load_settings
from planwatch.settings.model import JobSettings
from planwatch.workflows.context import Services
from planwatch.workflows.registry import build_workflow
from tests.support.cli import read_json, run_planwatch

UNREGISTERED = "forecast"
PARAMS: Mapping[str, Mapping[str, Any]] = {
    "scrape": {"sources": ["o2", "ee"]},
    "compare": {"brands": ["O2", "EE"], "refresh": False, "no_llm": False, "unverified": False},
    "analyse": {"focus": "O2", "refresh": False, "no_llm": False, "unverified": False},
}


@pytest.fixture
def ledger(home: Path) -> Iterator[Ledger]:
    opened = open_ledger(Home(home, home / "config.toml"))
    yield opened
    opened.close()


@pytest.fixture
def unregistered(home: Path, ledger: Ledger) -> str:
    """A job that another version of planwatch dispatched."""
    with ledger.transaction():
        create_job(
            ledger,
            job_id="job",
            kind=UNREGISTERED,
            params={"weeks": 4},
            context={"cwd": str(home), "config": str(home / "config.toml"), "environment": {}},
            max_resumes=3,
            at="2026-11-23T09:00:00.000Z",
        )
    return "job"


@pytest.fixture(params=list(KINDS.values()), ids=list(KINDS))
def kind(request: pytest.FixtureRequest) -> JobKind:
    registered: JobKind = request.param
    return registered


def test_the_command_of_a_kind_has_its_name(kind: JobKind) -> None:
    place = commands.COMMANDS[kind.name]

    assert (place.module, place.attribute) == ("jobs.dispatch", kind.name)
    assert run_planwatch(kind.name, "--help").returncode == 0


def test_the_limit_of_a_kind_is_a_setting(kind: JobKind) -> None:
    assert getattr(JobSettings(), f"{kind.name}_at_once") == kind.at_once
    assert limits({})[kind.name] == kind.at_once
    assert limits({"jobs": {f"{kind.name}_at_once": 7}})[kind.name] == 7


def test_the_workflow_of_a_kind_plans_its_steps(kind: JobKind, home: Path, ledger: Ledger) -> None:
    place = Home(home, home / "config.toml")
    settings = load_settings(place.config_file, home)

    workflow = build_workflow(kind.name, Services(place, settings, ledger))

    assert isinstance(workflow, Workflow)
    names = [step.name for stage in workflow.plan(PARAMS[kind.name]) for step in stage]
    assert names
    assert len(set(names)) == len(names)


def test_a_kind_says_what_a_job_is_about(kind: JobKind) -> None:
    assert kind.describe(PARAMS[kind.name])
    assert kind.describe_start(PARAMS[kind.name])


def test_params_are_completed_and_come_in_one_order() -> None:
    checked = get_kind("compare").check_params({"no_llm": True, "brands": ["O2", "EE"]})

    assert list(checked.items()) == [
        ("brands", ["O2", "EE"]),
        ("refresh", False),
        ("no_llm", True),
        ("unverified", False),
    ]


def test_what_is_optional_stays_out() -> None:
    assert get_kind("scrape").check_params({"sources": ["o2"]}) == {"sources": ["o2"]}


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, "a job of kind 'analyse' needs focus"),
        ({"focus": ["O2"]}, "a job of kind 'analyse' takes a str as focus, not ['O2']"),
        ({"focus": "O2", "weeks": 4}, "a job of kind 'analyse' does not take weeks"),
    ],
)
def test_params_that_a_kind_does_not_take_are_refused(params: dict[str, Any], said: str) -> None:
    with pytest.raises(EngineError) as caught:
        get_kind("analyse").check_params(params)

    assert caught.value.message == said
    assert "focus, refresh" in caught.value.hint


def test_a_kind_that_is_not_registered_cannot_be_dispatched(home: Path) -> None:
    assert find_kind(UNREGISTERED) is None
    with (
        open_session(Home(home, home / "config.toml")) as session,
        pytest.raises(EngineError, match="knows no job of kind 'forecast'"),
    ):
        session.request(UNREGISTERED, {})


def test_a_job_of_a_kind_that_is_not_registered_is_shown(unregistered: str) -> None:
    shown = run_planwatch("--no-resume", "status")
    one = run_planwatch("--no-resume", "status", unregistered)

    assert (shown.returncode, one.returncode) == (0, 0)
    assert "not a kind of this planwatch" in one.stdout
    assert read_json("--no-resume", "status", unregistered)["job"]["params"] == {"weeks": 4}


def test_a_job_of_a_kind_that_is_not_registered_fails_with_a_hint(unregistered: str) -> None:
    waited = run_planwatch("wait", unregistered)

    assert waited.returncode != 0
    job = read_json("status", unregistered)["job"]
    assert job["status"] == "failed"
    assert job["error"]["message"] == "this planwatch knows no job of kind 'forecast'"
