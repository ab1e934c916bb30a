"""What came of asking each source: written run by run, read as a source's health."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from planwatch.domain.outcome import GOOD_OUTCOMES, Outcome
from planwatch.ledger.pages.health import (
    CLOCK_CODE,
    RUNS_LOOKED_BACK,
    SourceHealth,
    add_source_run,
    amend_source_run,
    has_good_run,
    list_runs,
    load_health,
    load_held,
    newest_stored_at,
)
from planwatch.ledger.store.connection import Ledger

ERROR = {"code": "timeout", "message": "it took too long"}


def _at(day: int) -> str:
    return f"2026-11-{day:02d}T09:00:00.000Z"


def _run(
    ledger: Ledger,
    day: int,
    outcome: Outcome = Outcome.OK,
    *,
    source: str = "ee",
    error: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
    flags: tuple[str, ...] = (),
) -> None:
    with ledger.transaction():
        add_source_run(
            ledger,
            job_id=None,
            source=source,
            outcome=outcome,
            plans=day,
            error=error,
            at=_at(day),
            flags=flags,
            detail=detail,
        )


def test_the_health_of_a_source_is_its_newest_run_and_its_last_good_one(ledger: Ledger) -> None:
    _run(ledger, 1)
    _run(ledger, 2, Outcome.NETWORK, error=ERROR)
    _run(ledger, 3, Outcome.PARTIAL)
    _run(ledger, 4, Outcome.BLOCKED, error=ERROR)
    _run(ledger, 4, source="o2")

    assert load_health(ledger) == {
        "ee": SourceHealth(
            source="ee",
            outcome=Outcome.BLOCKED,
            plans=4,
            checked_at=_at(4),
            error=ERROR,
            last_good_at=_at(1),
            failures_in_a_row=3,
        ),
        "o2": SourceHealth(
            source="o2",
            outcome=Outcome.OK,
            plans=4,
            checked_at=_at(4),
            error=None,
            last_good_at=_at(4),
            failures_in_a_row=0,
        ),
    }


def test_a_source_that_was_never_good_has_no_last_good_day(ledger: Ledger) -> None:
    assert load_health(ledger) == {}
    _run(ledger, 1, Outcome.PARTIAL)

    health = load_health(ledger)["ee"]

    assert (health.last_good_at, health.failures_in_a_row) == (None, 1)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_a_reading_in_full_makes_a_source_good(ledger: Ledger, outcome: Outcome) -> None:
    _run(ledger, 1, source="o2")
    _run(ledger, 1, outcome)

    assert has_good_run(ledger, "ee") is (outcome in GOOD_OUTCOMES)


def test_runs_are_listed_the_newest_first_with_what_they_rest_on(ledger: Ledger) -> None:
    _run(ledger, 1)
    _run(ledger, 2, Outcome.NETWORK, error=ERROR, flags=("a", "b"), detail={"usual_plans": 9})
    _run(ledger, 2, source="o2")

    runs = list_runs(ledger, "ee", limit=9)

    assert [(run.checked_at, run.error, run.flags, run.detail) for run in runs] == [
        (_at(2), ERROR, ("a", "b"), {"usual_plans": 9}),
        (_at(1), None, (), {}),
    ]
    assert [run.checked_at for run in list_runs(ledger, "ee", limit=1)] == [_at(2)]


def test_a_run_without_detail_stores_none(ledger: Ledger) -> None:
    _run(ledger, 1)
    _run(ledger, 2, detail={})
    _run(ledger, 3, detail={"a": 1})

    stored = [row["detail"] for row in ledger.query("SELECT detail FROM source_runs")]
    assert stored == [None, None, '{"a":1}']


def test_a_run_that_is_written_anew_says_what_it_was_at_first(ledger: Ledger) -> None:
    _run(ledger, 1)
    _run(ledger, 2, Outcome.SUSPICIOUS, error=ERROR)
    for outcome, plans in ((Outcome.PARTIAL, 30), (Outcome.OK, 31)):
        with ledger.transaction():
            amend_source_run(
                ledger,
                list_runs(ledger, "ee", limit=1)[0],
                outcome=outcome,
                plans=plans,
                error=None,
                flags=["replayed"],
                detail={"coverage": 1},
            )

    newest, other = list_runs(ledger, "ee", limit=9)

    assert (newest.outcome, newest.plans, newest.error) == (Outcome.OK, 31, None)
    assert (newest.flags, newest.checked_at) == (("replayed",), _at(2))
    assert newest.detail == {"coverage": 1, "was": {"outcome": "suspicious", "plans": 2}}
    assert (other.outcome, other.detail) == (Outcome.OK, {})


def test_prices_held_back_are_those_of_the_source_since_a_day(ledger: Ledger) -> None:
    for day in (1, 5, 6):
        _run(ledger, day, Outcome.PARTIAL, detail={"held": [{"after": day}, {"after": -day}]})
    _run(ledger, 7, detail={"coverage": 1})
    _run(ledger, 8, source="o2", detail={"held": [{"after": 8}]})

    found = [each["after"] for each in load_held(ledger, "ee", _at(5))]

    assert found == [6, -6, 5, -5]
    assert load_held(ledger, "ee", _at(7)) == []


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.UNCHANGED, Outcome.PARTIAL])
def test_the_newest_pages_are_those_of_a_run_that_stored_plans(
    ledger: Ledger, outcome: Outcome
) -> None:
    assert newest_stored_at(ledger, "ee") is None
    _run(ledger, 3, outcome)
    _run(ledger, 4, Outcome.NETWORK, error=ERROR)
    _run(ledger, 5, Outcome.MACHINE, error=ERROR)
    _run(ledger, 6, source="o2")

    assert newest_stored_at(ledger, "ee") == _at(3)


def test_a_clock_that_once_ran_ahead_counts_for_a_few_runs_only(ledger: Ledger) -> None:
    _run(ledger, 28)
    newest = []
    for day in range(1, RUNS_LOOKED_BACK + 1):
        _run(ledger, day, Outcome.MACHINE, error={"code": CLOCK_CODE, "message": "m"})
        newest.append(newest_stored_at(ledger, "ee"))

    assert newest == [_at(28)] * (RUNS_LOOKED_BACK - 1) + [_at(RUNS_LOOKED_BACK)]
