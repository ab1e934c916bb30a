"""Old answers of models go unless something refers to them; cron.log keeps its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from planwatch.home import Home
from planwatch.ledger.jobs.tally import count_tokens
from planwatch.ledger.jobs.transitions import create_job
from planwatch.ledger.reports.analyses import StoredAnalysis, save_analysis
from planwatch.ledger.reports.model_answers import (
    ModelAsked,
    StoredAnswer,
    reserve_answer,
    save_answer,
)
from planwatch.ledger.store.connection import Ledger
from planwatch.services.maintenance.prune.rest import PrunedRest, _keep_what_came, prune_rest

OLD, RECENT = "2026-01-01T09:00:00.000Z", "2026-11-20T09:00:00.000Z"
BEFORE = "2026-06-01T00:00:00.000Z"
NO_BOUND = 10**9


def _answer(ledger: Ledger, job_id: str, at: str) -> None:
    asked = ModelAsked(
        key=job_id, job_id=job_id, purpose="p", host="h", model="m", most_millionths=1
    )
    row = reserve_answer(ledger, asked, at=at, budget_millionths=None)
    assert row is not None
    answer = StoredAnswer(text="t", finish_reason="stop", prompt_tokens=7, answer_tokens=2)
    save_answer(ledger, row, answer, raw="", dialect={}, latency_s=1, cost_millionths=1, at=at)


@pytest.fixture
def answers(ledger: Ledger) -> Ledger:
    for job_id, at in (("unused", OLD), ("analysed", OLD), ("recent", RECENT)):
        _answer(ledger, job_id, at)
    analysis = StoredAnalysis(
        analysis_id="a",
        kind="compare",
        brands=("O2", "EE"),
        job_id="analysed",
        created_at=OLD,
        as_of=OLD,
        plans_digest="d",
        written_by="model",
        document={},
    )
    with ledger.transaction():
        save_analysis(ledger, analysis)
    return ledger


def _left(ledger: Ledger) -> list[str]:
    return [row[0] for row in ledger.query("SELECT job_id FROM model_answers ORDER BY answer_id")]


def test_an_answer_goes_when_nothing_refers_to_it(answers: Ledger, place: Home) -> None:
    dry = prune_rest(answers, place, BEFORE, NO_BOUND, dry_run=True)
    kept_by_dry = _left(answers)
    wet = prune_rest(answers, place, BEFORE, NO_BOUND, dry_run=False)

    assert dry == wet == PrunedRest(answers=1, cron_log_bytes=0)
    assert kept_by_dry == ["unused", "analysed", "recent"]
    assert _left(answers) == ["analysed", "recent"]


def test_tokens_stay_counted_when_their_answers_go(answers: Ledger, place: Home) -> None:
    before = count_tokens(answers)
    prune_rest(answers, place, BEFORE, NO_BOUND, dry_run=False)

    assert count_tokens(answers) == before == {"prompt": 21, "answer": 6}


def test_of_a_log_that_grew_the_last_whole_lines_stay(ledger: Ledger, place: Home) -> None:
    log = place.logs / "cron.log"
    log.write_text("".join(f"line {number:03}\n" for number in range(100)))
    size = log.stat().st_size

    dry = prune_rest(ledger, place, BEFORE, 50, dry_run=True)
    assert log.stat().st_size == size
    with log.open("a") as scrape:  # a scrape under way has it open
        wet = prune_rest(ledger, place, BEFORE, 50, dry_run=False)
        scrape.write("the end\n")

    assert dry == wet == PrunedRest(0, size - 45)
    lines = [f"line {number:03}" for number in range(95, 100)]
    assert log.read_text().splitlines() == [*lines, "the end"]


def _message(ledger: Ledger, about: str, state: str, at: str, job_id: str | None = None) -> None:
    with ledger.transaction():
        ledger.execute(
            "INSERT INTO messages (recipient, about, job_id, title, body, state, created_at)"
            " VALUES ('default', ?, ?, 't', 'b', ?, ?)",
            (about, job_id, state, at),
        )


def test_old_messages_go_once_nobody_waits_for_them(
    ledger: Ledger, place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-25T09:00:00Z")
    with ledger.transaction():
        create_job(
            ledger, job_id="busy", kind="scrape", params={}, context={}, max_resumes=3, at=OLD
        )
    _message(ledger, "told", "sent", OLD)
    _message(ledger, "lost", "given_up", OLD)
    _message(ledger, "waits", "pending", OLD)
    _message(ledger, "overdue:busy", "sent", OLD, "busy")
    _message(ledger, "digest:2026-W47", "sent", RECENT)
    now = "2026-11-25T09:00:00.000Z"

    dry = prune_rest(ledger, place, now, NO_BOUND, dry_run=True)
    wet = prune_rest(ledger, place, now, NO_BOUND, dry_run=False)

    assert dry == wet == PrunedRest(answers=0, cron_log_bytes=0, messages=2)
    left = [row[0] for row in ledger.query("SELECT about FROM messages ORDER BY message_id")]
    assert left == ["waits", "overdue:busy", "digest:2026-W47"], "this week's digest was told"


def test_what_is_appended_while_the_log_is_cut_stays(tmp_path: Path) -> None:
    log = tmp_path / "cron.log"
    log.write_bytes(b"old old old\nkept\ncame meanwhile\n")
    with log.open("r+b") as file:
        file.write(b"kept\n")
        _keep_what_came(file, end=17, length=5)

    assert log.read_bytes() == b"kept\ncame meanwhile\n"
