"""Steps and their attempts: the checkpoints of a job."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from planwatch.domain.job import JobStep, StepStatus
from planwatch.ledger.connection import Ledger


def declare_steps(ledger: Ledger, job_id: str, names: Sequence[str]) -> None:
    """Write the steps that a job is going to take, in order; those that exist stay as they are."""
    with ledger.transaction(durable=False):
        for position, name in enumerate(names):
            ledger.execute(
                "INSERT INTO steps (job_id, name, position) VALUES (?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (job_id, name, position),
            )


def load_steps(ledger: Ledger, job_id: str, *, with_values: bool = True) -> list[JobStep]:
    """Return the steps of a job in order; without values a reader is spared large checkpoints."""
    value = "value" if with_values else "NULL AS value"
    rows = ledger.query(
        "SELECT name, occurrence, status, attempts, started_at, finished_at, retry_at, error,"  # noqa: S608 - one of two constants
        f" {value} FROM steps WHERE job_id = ? ORDER BY position, name, occurrence",
        (job_id,),
    )
    return [_step(row) for row in rows]


def begin_attempt(
    ledger: Ledger, job_id: str, name: str, occurrence: int, *, generation: int, at: str
) -> int:
    """Mark, inside a transaction, that an attempt has begun; return its number, from 1.

    The number counts the attempts that died with their worker too.
    """
    ledger.execute(
        "INSERT INTO steps (job_id, name, occurrence, position, status, attempts, started_at)"
        " VALUES (?, ?, ?, (SELECT count(*) FROM steps WHERE job_id = ?), 'running', 1, ?)"
        " ON CONFLICT (job_id, name, occurrence) DO UPDATE SET status = 'running',"
        " attempts = attempts + 1, started_at = coalesce(started_at, excluded.started_at),"
        " finished_at = NULL, retry_at = NULL, error = NULL",
        (job_id, name, occurrence, job_id, at),
    )
    row = ledger.query_one(
        "SELECT attempts FROM steps WHERE job_id = ? AND name = ? AND occurrence = ?",
        (job_id, name, occurrence),
    )
    attempt = int(row["attempts"]) if row else 1
    ledger.execute(
        "INSERT INTO attempts (job_id, name, occurrence, attempt, generation, started_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (job_id, name, occurrence, attempt, generation, at),
    )
    return attempt


def complete_step(
    ledger: Ledger, job_id: str, name: str, occurrence: int, *, value_json: str, at: str
) -> None:
    """Write the checkpoint of a step, inside the transaction that holds its effects."""
    ledger.execute(
        "UPDATE steps SET status = 'completed', finished_at = ?, value = ?, error = NULL,"
        " retry_at = NULL WHERE job_id = ? AND name = ? AND occurrence = ?",
        (at, value_json, job_id, name, occurrence),
    )


def finish_attempt(
    ledger: Ledger,
    job_id: str,
    name: str,
    occurrence: int,
    attempt: int,
    *,
    at: str,
    error: Mapping[str, Any] | None = None,
) -> None:
    """Close an attempt, inside a transaction."""
    ledger.execute(
        "UPDATE attempts SET finished_at = ?, error = ?"
        " WHERE job_id = ? AND name = ? AND occurrence = ? AND attempt = ?",
        (at, None if error is None else json.dumps(error), job_id, name, occurrence, attempt),
    )


def fail_step(
    ledger: Ledger,
    job_id: str,
    name: str,
    occurrence: int,
    *,
    error: Mapping[str, Any],
    at: str,
    retry_at: str | None = None,
) -> None:
    """Write that a step failed, for good or until `retry_at`, inside a transaction."""
    ledger.execute(
        "UPDATE steps SET status = ?, finished_at = ?, retry_at = ?, error = ?"
        " WHERE job_id = ? AND name = ? AND occurrence = ?",
        (
            StepStatus.RUNNING if retry_at else StepStatus.FAILED,
            None if retry_at else at,
            retry_at,
            json.dumps(error),
            job_id,
            name,
            occurrence,
        ),
    )


def load_attempts(ledger: Ledger, job_id: str) -> list[dict[str, Any]]:
    """Return every attempt of a job in the order in which they began."""
    rows = ledger.query(
        "SELECT name, occurrence, attempt, generation, started_at, finished_at, error"
        " FROM attempts WHERE job_id = ? ORDER BY started_at, name, attempt",
        (job_id,),
    )
    return [
        {**dict(row), "error": None if row["error"] is None else json.loads(row["error"])}
        for row in rows
    ]


def _step(row: sqlite3.Row) -> JobStep:
    return JobStep(
        name=row["name"],
        occurrence=row["occurrence"],
        status=StepStatus(row["status"]),
        attempts=row["attempts"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        retry_at=row["retry_at"],
        value=None if row["value"] is None else json.loads(row["value"]),
        error=None if row["error"] is None else json.loads(row["error"]),
    )
