"""The digest as a message: which period it is about, for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from planwatch.alerts.memory import write_messages
from planwatch.domain.job import JobStatus
from planwatch.domain.plan import Plan
from planwatch.ids import new_id
from planwatch.ledger.alerts.messages import (
    Message,
    delete_done_messages,
    end_sending,
    list_messages,
)
from planwatch.ledger.jobs.transitions import claim_job, create_job, finish_job
from planwatch.ledger.store.connection import Ledger
from planwatch.settings.notify import NotifySettings
from tests.support.plans import make_plan
from tests.support.scrapes import instant_of, save_scrape

ONE = {"urls": "json://a", "rules": [{"on": ["digest"]}]}
TWO = {
    "urls": "json://a",
    "targets": {"team": "json://b"},
    "rules": [{"on": ["digest"]}, {"on": ["digest"], "to": "team"}],
}


def _scrape(
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    day: int,
    *plans: Plan,
    settings: dict[str, Any] = ONE,
    source: str = "o2",
    hour: int = 9,
    values: dict[str, Any] | None = None,
) -> list[Message]:
    """Scrape on a day of November 2026 at 09:00, report at `hour`; return the new digests.

    Every message is sent at once.
    """
    at = instant_of(day).replace("T09", f"T{hour:02}")
    monkeypatch.setenv("PLANWATCH_NOW", at)
    known = {message.message_id for message in list_messages(ledger, limit=99)}
    save_scrape(ledger, day, *plans, source=source)
    _end_job(ledger, at)
    write_messages(ledger, NotifySettings.model_validate(settings), values or {})
    new = [each for each in list_messages(ledger, limit=99) if each.message_id not in known]
    for message in new:
        end_sending(ledger, message, state="sent", at=at)
    return sorted(new, key=lambda message: message.recipient)


def _end_job(ledger: Ledger, at: str) -> None:
    job_id = new_id()
    result = {"sources": [{"source": "o2", "outcome": "ok"}]}
    with ledger.transaction():
        create_job(
            ledger, job_id=job_id, kind="scrape", params={}, context={}, max_resumes=3, at=at
        )
    job = claim_job(ledger, job_id, pid=1, at=at)
    with ledger.transaction():
        finish_job(
            ledger,
            job_id,
            generation=job.generation,
            status=JobStatus.COMPLETED,
            result=result,
            error=None,
            at=at,
        )


def _bodies(messages: Sequence[Message]) -> list[str]:
    return [message.body for message in messages]


MONDAYS = (2, 9, 16, 23)


@pytest.mark.parametrize("hour", [9, 10, 23])
def test_a_move_of_the_day_of_a_digest_is_told_once(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, hour: int
) -> None:
    prices = (1200, 1200, 1000, 1000)
    bodies = [
        _bodies(_scrape(ledger, monkeypatch, day, make_plan(price_pence=pence), hour=hour))
        for day, pence in zip(MONDAYS, prices, strict=True)
    ]

    assert [["1 price cut" in body for body in each] for each in bodies] == [
        [False],
        [False],
        [True],
        [False],
    ]


@pytest.mark.parametrize("days", [(2, 9, 18), (2, 11, 16), (2, 9, 30)])
def test_whenever_the_next_digest_comes_no_move_is_told_twice_or_missed(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, days: tuple[int, ...]
) -> None:
    bodies: list[str] = []
    settings_before = {"urls": "json://a", "rules": [{"on": ["overdue"]}]}
    for day in range(2, days[-1] + 1):
        pence = 4000 - 100 * day
        asked = ONE if day in days else settings_before
        bodies += _bodies(
            _scrape(ledger, monkeypatch, day, make_plan(price_pence=pence), settings=asked)
        )

    told = [f"£{40 - first}.00 → £{40 - last}.00" for first, last in pairwise(days)]
    assert len(bodies) == len(days)
    assert [text in body for text, body in zip(told, bodies[1:], strict=True)] == [True] * 2


def test_each_recipient_has_a_period_of_its_own(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    _scrape(ledger, monkeypatch, 2, make_plan(price_pence=2000))
    _scrape(ledger, monkeypatch, 9, make_plan(price_pence=1500))
    _scrape(ledger, monkeypatch, 12, make_plan(price_pence=1400))
    first, later = _scrape(ledger, monkeypatch, 16, make_plan(price_pence=1400), settings=TWO)

    assert [first.recipient, later.recipient] == ["default", "team"]
    assert "£15.00 → £14.00" in first.body
    assert "£20.00 → £14.00" in later.body, "a first digest goes back seven days"


def test_a_digest_that_was_given_up_is_made_up_for_by_the_next(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    _scrape(ledger, monkeypatch, 2, make_plan(price_pence=2000))
    _scrape(ledger, monkeypatch, 9, make_plan(price_pence=2000))
    [lost] = _scrape(ledger, monkeypatch, 16, make_plan(price_pence=1500))
    end_sending(ledger, lost, state="given_up", at=instant_of(19))
    [found] = _scrape(ledger, monkeypatch, 23, make_plan(price_pence=1500))

    assert "£20.00 → £15.00" in found.body
    assert found.title == "planwatch: the 14 days to 23 November 2026"


def test_what_prune_removes_leaves_the_end_of_the_last_digest(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    _scrape(ledger, monkeypatch, 2, make_plan(price_pence=2000))
    _scrape(ledger, monkeypatch, 9, make_plan(price_pence=2000))
    _scrape(ledger, monkeypatch, 12, make_plan(price_pence=1500))

    assert delete_done_messages(ledger, instant_of(22)) == 1
    [found] = _scrape(ledger, monkeypatch, 23, make_plan(price_pence=1500))
    assert "£20.00 → £15.00" in found.body


def test_the_command_that_a_digest_names_shows_its_period(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    _scrape(ledger, monkeypatch, 2, make_plan(price_pence=2000))
    _scrape(ledger, monkeypatch, 9, make_plan(price_pence=2000))
    [found] = _scrape(ledger, monkeypatch, 16, make_plan(price_pence=2000))

    assert found.body.endswith("planwatch digest --since 2026-11-09T09:00:00.001Z")


def test_the_message_tells_of_our_plans_as_the_settings_name_them(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"pricing": {"brand": "o2", "peers": ["Three"]}}
    three = make_plan(brand="Three", price_pence=1900, term_months=1)
    for day in (2, 9):
        save_scrape(ledger, day, three, source="three")
        _scrape(ledger, monkeypatch, day, make_plan(price_pence=1800, term_months=1))
    save_scrape(ledger, 16, replace(three, price_pence=1500), source="three")
    ours = make_plan(price_pence=1800, term_months=1)
    [found] = _scrape(ledger, monkeypatch, 16, ours, values=values)

    assert "Moves:\n- Three 25 GB, 1 month: £19.00 → £15.00" in found.body
    assert (
        "Our plans:\n- O2 25 GB, 1 month, £18.00: now dominated by Three 25 GB, 1 month, £15.00."
        in found.body
    )
    assert "Consider:\n- O2 25 GB, 1 month: £15.00 (effective £15.00) would match" in found.body
    assert len(found.body) <= 1500
