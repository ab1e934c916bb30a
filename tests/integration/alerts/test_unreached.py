"""Who was not reached, since when, and where it is said; over a real ledger."""

from __future__ import annotations

import json

import pytest

from planwatch.home import Home
from planwatch.ledger.alerts.unreached import find_unreached
from planwatch.ledger.store.connection import Ledger
from tests.support.cli import read_json, run_planwatch

DAY = "2026-11-{:02d}T09:00:00.000Z"
NOWHERE = "json://127.0.0.1:9/nobody"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-25T09:00:00Z")


def _write(
    ledger: Ledger,
    recipient: str,
    day: int,
    state: str,
    *,
    attempts: int = 1,
    sent: int | None = None,
) -> None:
    with ledger.transaction():
        ledger.execute(
            "INSERT INTO messages (recipient, about, title, body, state, attempts, created_at,"
            " sent_at, error) VALUES (?, ?, 't', 'b', ?, ?, ?, ?, ?)",
            (
                recipient,
                f"{recipient}:{day}",
                state,
                attempts,
                DAY.format(day),
                DAY.format(sent) if sent else None,
                None if sent else f"refused on day {day}",
            ),
        )


def _found(ledger: Ledger) -> list[tuple[str, str, int, int, str | None]]:
    return [
        (one.recipient, one.since[8:10], one.given_up, one.waiting, one.error)
        for one in find_unreached(ledger)
    ]


def test_a_dead_recipient_is_unreached_since_its_last_message_arrived(ledger: Ledger) -> None:
    _write(ledger, "default", 10, "sent", sent=11)
    _write(ledger, "default", 14, "given_up")
    _write(ledger, "default", 18, "given_up")
    _write(ledger, "default", 24, "pending")

    assert _found(ledger) == [("default", "11", 2, 1, "refused on day 24")]


def test_a_recipient_that_was_never_reached_is_so_since_its_first_message(ledger: Ledger) -> None:
    _write(ledger, "team", 14, "given_up", attempts=0)
    _write(ledger, "team", 20, "given_up")

    [one] = find_unreached(ledger)

    assert (one.since, one.has_been_reached, one.given_up) == (DAY.format(14), False, 2)


def test_one_message_that_was_refused_among_others_that_came_says_nothing(ledger: Ledger) -> None:
    _write(ledger, "default", 10, "given_up")
    _write(ledger, "default", 11, "sent", sent=12)

    assert _found(ledger) == []


def test_a_message_that_was_not_tried_yet_says_nothing(ledger: Ledger) -> None:
    _write(ledger, "default", 24, "pending", attempts=0)

    assert _found(ledger) == []


def test_one_recipient_of_two_that_is_dead_is_named_alone(ledger: Ledger) -> None:
    _write(ledger, "default", 10, "sent", sent=10)
    _write(ledger, "team", 10, "given_up")

    assert [row[0] for row in _found(ledger)] == ["team"]


def test_notify_and_doctor_say_since_when_nothing_reached_whom(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_NOTIFY__URLS", NOWHERE)
    _write(ledger, "default", 10, "sent", sent=11)
    _write(ledger, "default", 14, "given_up")
    _write(ledger, "former", 14, "given_up")

    said = "othing has reached default since 2026-11-11 09:00 GMT (1 given up): refused on day 14"
    assert f"N{said}" in run_planwatch("notify", "list", env={"COLUMNS": "200"}).stdout
    assert f"n{said}" in run_planwatch("doctor", env={"COLUMNS": "200"}).stdout
    assert read_json("notify", "list")["unreached"] == [
        {
            "recipient": "default",
            "since": DAY.format(11),
            "has_been_reached": True,
            "given_up": 1,
            "waiting": 0,
            "error": "refused on day 14",
        }
    ], "who is no longer in the settings is nobody's trouble"


def test_a_send_that_fails_says_since_when(ledger: Ledger, place: Home) -> None:
    _write(ledger, "default", 10, "sent", sent=11)
    _write(ledger, "default", 24, "pending")

    env = {"PLANWATCH_NOTIFY__URLS": NOWHERE}
    done = run_planwatch("notify", "send", "--json", env=env)

    [one] = json.loads(done.stdout)["unreached"]
    assert (done.returncode, one["since"], one["waiting"]) == (1, DAY.format(11), 1)
