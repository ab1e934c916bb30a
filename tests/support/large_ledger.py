"""Rows by the thousand for a ledger, written without the engine, which would take minutes."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any, Final

from planwatch.ledger.store.connection import Ledger

OLD: Final = "2026-01-01T09:00:00.000Z"
RECENT: Final = "2026-11-20T09:00:00.000Z"


def add_jobs(
    ledger: Ledger,
    number: int,
    *,
    steps: int = 1,
    value_bytes: int = 10,
    at: str = OLD,
    status: str = "completed",
    name: str = "job",
) -> list[str]:
    """Write jobs that have ended, with steps that each took one attempt; return their ids."""
    ids = [f"{name}{place:06}" for place in range(number)]
    value = f'"{random.Random(1).randbytes(value_bytes // 2).hex()}"'
    pairs = [(job_id, f"step {place}") for job_id in ids for place in range(steps)]
    _write(
        ledger,
        "INSERT INTO jobs (job_id, kind, params, context, status, max_resumes, created_at,"
        " finished_at, turn, told_generation)"
        " VALUES (?, 'scrape', '{\"sources\": [\"smarty\"]}', '{}', ?, 3, ?, ?, ?, 0)",
        ((job_id, status, at, at, place) for place, job_id in enumerate(ids, start=1)),
    )
    _write(
        ledger,
        "INSERT INTO steps (job_id, name, position, status, attempts, value)"
        " VALUES (?, ?, 0, 'completed', 1, ?)",
        ((*pair, value) for pair in pairs),
    )
    _write(
        ledger,
        "INSERT INTO attempts (job_id, name, occurrence, attempt, generation, started_at)"
        f" VALUES (?, ?, 1, 1, 1, '{at}')",
        pairs,
    )
    return ids


def add_answers(ledger: Ledger, number: int, *, job_id: str) -> None:
    """Write old answers of a model to a job, of 7 and 2 tokens each."""
    _write(
        ledger,
        "INSERT INTO model_answers (answer_key, job_id, purpose, host, model, asked_at,"
        f" cost_millionths, prompt_tokens, answer_tokens)"
        f" VALUES (?, '{job_id}', 'p', 'h', 'm', '{OLD}', 1, 7, 2)",
        ((str(place),) for place in range(number)),
    )


def add_messages(ledger: Ledger, number: int, *, at: str = OLD, state: str = "sent") -> None:
    """Write messages that were sent, or are in another state."""
    _write(
        ledger,
        "INSERT INTO messages (recipient, about, title, body, state, created_at)"
        f" VALUES ('default', ?, 't', 'b', '{state}', '{at}')",
        ((f"{state} {at} {place}",) for place in range(number)),
    )


def add_free_pages(ledger: Ledger, number: int) -> None:
    """Leave as many free pages in the file, in front of what is in use."""
    for job_id in add_jobs(ledger, 1, value_bytes=number * 4_092, name="gone"):
        add_jobs(ledger, 1, value_bytes=200_000, at=RECENT, name="kept")
        with ledger.transaction():
            ledger.execute("DELETE FROM jobs WHERE job_id = ?", (job_id,))


def _write(ledger: Ledger, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    connection = ledger._connection
    connection.execute("PRAGMA synchronous=OFF")  # no power cut in tests
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(sql, rows)
    connection.execute("COMMIT")
    connection.execute("PRAGMA synchronous=FULL")
