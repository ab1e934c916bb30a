"""The one trouble of a source: when it is reported, when it is over, and what is no part of it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from planwatch.domain.outcome import Outcome
from planwatch.ledger.alerts.source_alerts import (
    HELD_CODE,
    SourceEvent,
    open_source_alerts,
    save_source_alerts,
)
from planwatch.ledger.pages.health import CLOCK_CODE, add_source_run, load_held, newest_stored_at
from planwatch.ledger.store.connection import Ledger

OUTCOMES = {
    "o": Outcome.OK,
    "u": Outcome.UNCHANGED,
    "p": Outcome.PARTIAL,
    "s": Outcome.SUSPICIOUS,
    "b": Outcome.BLOCKED,
    "l": Outcome.BROKEN_LAYOUT,
    "n": Outcome.NETWORK,
    "r": Outcome.ROBOTS_DENIED,
    "m": Outcome.MACHINE,
    "h": Outcome.PARTIAL,  # nothing but a price held back
}


def _run(
    ledger: Ledger,
    mark: str,
    number: int,
    *,
    source: str = "ee",
    after_failures: int = 2,
    events: Mapping[SourceEvent, str] | None = None,
) -> str:
    """Record a run; return the first letters of the alerts that it wrote."""
    outcome, at = OUTCOMES[mark], f"2026-11-{number:02d}T09:00:00.000Z"
    error = None if mark in "ou" else {"code": HELD_CODE if mark == "h" else "x", "message": "m"}
    with ledger.transaction():
        add_source_run(
            ledger, job_id=None, source=source, outcome=outcome, plans=1, error=error, at=at
        )
        alerts = save_source_alerts(
            ledger,
            source=source,
            outcome=outcome,
            message="m",
            events=events or {},
            after_failures=after_failures,
            at=at,
            job_id=None,
        )
    return "".join(alert.kind[0] for alert in alerts)


def _marks(ledger: Ledger, runs: str, after_failures: int = 2) -> str:
    return "".join(
        _run(ledger, mark, number, after_failures=after_failures) or "."
        for number, mark in enumerate(runs, start=1)
    )


@pytest.mark.parametrize(
    ("runs", "alerts"),
    [
        ("onno", "..br"),
        ("ono", "..."),
        ("onbslprmo", "..b.....r"),
        ("oppppu", "..b..r"),
        ("onpo", "..br"),  # a partial run does not reset the count
        ("opno", "..br"),
        ("onou", "...."),
        ("nn", ".b"),  # never read in full
        ("onnonno", "..br.br"),
        ("oooo", "...."),
        ("ohhho", "....."),  # a price held back is reported by itself
        ("ohnho", "....."),
        ("ohnnho", "...b.r"),
    ],
)
def test_what_keeps_a_source_from_being_read_is_one_trouble(
    ledger: Ledger, runs: str, alerts: str
) -> None:
    assert _marks(ledger, runs) == alerts


@pytest.mark.parametrize(("after", "alerts"), [(1, ".b...r"), (3, "...b.r"), (5, "......")])
def test_it_is_reported_after_so_many_runs(ledger: Ledger, after: int, alerts: str) -> None:
    assert _marks(ledger, "onpsno", after) == alerts


def test_each_source_counts_for_itself(ledger: Ledger) -> None:
    assert _run(ledger, "n", 1, source="o2") == ""
    assert _run(ledger, "n", 1, source="ee") == ""
    assert _run(ledger, "n", 2, source="ee") == "b"
    assert open_source_alerts(ledger, ["o2", "ee"]).keys() == {"ee"}
    assert open_source_alerts(ledger, ["o2"]) == {}
    assert _run(ledger, "o", 3, source="ee") == "r"
    assert open_source_alerts(ledger, ["o2", "ee"]) == {}


def test_the_message_says_how_often_and_why(ledger: Ledger) -> None:
    for number in (1, 2, 3):
        _run(ledger, "n", number, after_failures=3)

    said = "ee was not read in full 3 times in a row, now network: m"
    assert open_source_alerts(ledger, ["ee"])["ee"].as_record() == {
        "kind": "broken",
        "message": said,
    }


def test_a_trouble_that_is_reported_at_once_happened_once(ledger: Ledger) -> None:
    _run(ledger, "b", 1, after_failures=1)

    [alert] = open_source_alerts(ledger, ["ee"]).values()
    assert alert.message == "ee was not read in full once, now blocked: m"
    assert (alert.raised_at, alert.job_id) == ("2026-11-01T09:00:00.000Z", None)


@pytest.mark.parametrize("event", ["big_move", "held", "fewer"])
def test_what_one_run_shows_is_no_state(ledger: Ledger, event: SourceEvent) -> None:
    assert _run(ledger, "o", 1, events={event: "look"}) == event[0]
    assert open_source_alerts(ledger, ["ee"]) == {}
    _run(ledger, "n", 2)
    assert _run(ledger, "n", 3, events={event: "look"}) == f"b{event[0]}"
    assert open_source_alerts(ledger, ["ee"])["ee"].kind == "broken"
    assert _run(ledger, "o", 4, events={event: "look"}) == f"r{event[0]}"


def test_an_open_alert_of_an_earlier_version_is_the_same_trouble(ledger: Ledger) -> None:
    with ledger.transaction():
        ledger.execute(
            "INSERT INTO alarms (source, kind, message, raised_at)"
            " VALUES ('ee', 'suspicious', 'old', '2026-10-01')"
        )

    assert _marks(ledger, "nno") == "..r"


def test_prices_held_back_of_late_are_known(ledger: Ledger) -> None:
    for day in (1, 20):
        with ledger.transaction():
            add_source_run(
                ledger,
                job_id=None,
                source="ee",
                outcome=Outcome.PARTIAL,
                plans=1,
                error=None,
                at=f"2026-11-{day:02d}T09:00:00.000Z",
                detail={"held": [{"plan_key": f"k{day}", "after": 15}]},
            )
        _run(ledger, "o", day + 1)

    assert [each["plan_key"] for each in load_held(ledger, "ee", "2026-11-06")] == ["k20"]
    assert load_held(ledger, "o2", "2026-11-06") == []


def test_after_five_runs_that_were_refused_for_the_clock_it_is_believed(ledger: Ledger) -> None:
    _run(ledger, "o", 28)
    newest = []
    for day in range(2, 8):
        with ledger.transaction():
            add_source_run(
                ledger,
                job_id=None,
                source="ee",
                outcome=Outcome.MACHINE,
                plans=0,
                error={"code": CLOCK_CODE, "message": "m"},
                at=f"2026-11-{day:02d}T09:00:00.000Z",
            )
        newest.append((newest_stored_at(ledger, "ee") or "")[8:10])

    assert newest == ["28", "28", "28", "28", "06", "07"]


def test_a_fault_of_the_machine_is_no_page_that_is_stored(ledger: Ledger) -> None:
    _run(ledger, "m", 28)
    assert newest_stored_at(ledger, "ee") is None
    _run(ledger, "p", 2)
    assert (newest_stored_at(ledger, "ee") or "")[8:10] == "02"
