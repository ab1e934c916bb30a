"""Steps and their attempts: the checkpoints of a job."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planwatch.domain.job import JobStep, StepStatus
from planwatch.ledger.store.connection import Ledger
from planwatch.ledger.store.json_column import dump_json, load_json
from planwatch.ledger.store.packed import pack, unpack

_COLUMNS: Final = (
    "name, occurrence, status, stage, attempts, attempts_before, expected_s, usual_s, fell_back,"
    " paused_at, lost_s,"
    " started_at, finished_at, retry_at, error"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredStep:
    """A step that a workflow is going to take; times as in `domain.job.JobStep`."""

    name: str
    stage: int
    expected_s: float
    usual_s: float | None


def declare_steps(ledger: Ledger, job_id: str, steps: Sequence[DeclaredStep]) -> None:
    """Write the steps that a job is going to take, in order, inside a transaction.

    Those that exist stay as they are: a job keeps the estimates that it began with.
    """
    for position, step in enumerate(steps):
        ledger.execute(
            "INSERT INTO steps (job_id, name, position, stage, expected_s, usual_s)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (job_id, step.name, position, step.stage, step.expected_s, step.usual_s),
        )


def load_steps(ledger: Ledger, job_id: str, *, with_values: bool = True) -> list[JobStep]:
    """Return the steps of a job in order; without values a reader is spared large checkpoints."""
    value = "value" if with_values else "NULL AS value"
    rows = ledger.query(
        f"SELECT {_COLUMNS}, {value} FROM steps WHERE job_id = ?"  # noqa: S608 - constants
        " ORDER BY position, name, occurrence",
        (job_id,),
    )
    return [_step(row) for row in rows]


def load_finished(ledger: Ledger, job_id: str, *, with_values: bool) -> list[tuple[str, Any]]:
    """Return the name and the value (None without values) of each completed step, in order."""
    value = "value" if with_values else "NULL AS value"
    rows = ledger.query(
        f"SELECT name, {value} FROM steps WHERE job_id = ? AND status = 'completed'"  # noqa: S608 - one of two constants
        " ORDER BY position",
        (job_id,),
    )
    return [(row["name"], None if row["value"] is None else unpack(row["value"])) for row in rows]


def load_value(ledger: Ledger, job_id: str, name: str) -> Any:
    """Return the checkpoint of a completed step, None where the step or the job is gone."""
    row = ledger.query_one(
        "SELECT value FROM steps WHERE job_id = ? AND name = ? AND status = 'completed'",
        (job_id, name),
    )
    return None if row is None or row["value"] is None else unpack(row["value"])


def count_steps(ledger: Ledger, job_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return for each of some jobs how many of its steps are completed, and how many there are."""
    marks = ", ".join("?" * len(job_ids))
    rows = ledger.query(
        "SELECT job_id, sum(status = 'completed'), count(*) FROM steps"  # noqa: S608 - marks only
        f" WHERE job_id IN ({marks}) GROUP BY job_id",
        job_ids,
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def begin_attempt(
    ledger: Ledger,
    job_id: str,
    name: str,
    occurrence: int,
    *,
    stage: int,
    position: int,
    generation: int,
    at: str,
) -> int:
    """Mark, inside a transaction, that an attempt has begun; return its number, from 1.

    The number counts the attempts that died with their worker too.

    Args:
        position: of a step that was not announced among the others.
    """
    row = ledger.query_one(
        "INSERT INTO steps (job_id, name, occurrence, position, stage, status, attempts,"
        " started_at) VALUES (?, ?, ?, ?, ?,"
        " 'running', 1, ?)"
        " ON CONFLICT (job_id, name, occurrence) DO UPDATE SET status = 'running',"
        " stage = excluded.stage, attempts = attempts + 1,"
        " started_at = coalesce(started_at, excluded.started_at), finished_at = NULL,"
        " retry_at = NULL, error = NULL, paused_at = NULL, lost_s = lost_s + CASE WHEN"
        " paused_at IS NULL THEN 0.0 ELSE max(0.0, (julianday(excluded.started_at)"
        " - julianday(paused_at)) * 86400.0) END RETURNING attempts",
        (job_id, name, occurrence, position, stage, at),
    )
    attempt = int(row["attempts"]) if row else 1
    ledger.execute(
        "INSERT INTO attempts (job_id, name, occurrence, attempt, generation, started_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (job_id, name, occurrence, attempt, generation, at),
    )
    return attempt


def complete_step(
    ledger: Ledger,
    job_id: str,
    name: str,
    occurrence: int,
    *,
    value_json: str,
    at: str,
    fell_back: bool = False,
) -> None:
    """Write the checkpoint of a step, inside the transaction that holds its effects."""
    ledger.execute(
        "UPDATE steps SET status = 'completed', finished_at = ?, value = ?, error = NULL,"
        " retry_at = NULL, fell_back = ? WHERE job_id = ? AND name = ? AND occurrence = ?",
        (at, pack(value_json), int(fell_back), job_id, name, occurrence),
    )


def finish_attempt(
    ledger: Ledger,
    job_id: str,
    name: str,
    occurrence: int,
    attempt: int,
    *,
    at: str,
    took_s: float,
    error: Mapping[str, Any] | None = None,
) -> None:
    """Close an attempt, inside a transaction; `took_s` is by a clock that does not jump."""
    ledger.execute(
        "UPDATE attempts SET finished_at = ?, took_s = ?, error = ?"
        " WHERE job_id = ? AND name = ? AND occurrence = ? AND attempt = ?",
        (
            at,
            took_s,
            dump_json(error),
            job_id,
            name,
            occurrence,
            attempt,
        ),
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


def stop_steps(ledger: Ledger, job_id: str, at: str) -> None:
    """Make the steps in progress of a job without a worker pending, inside a transaction.

    When they began, and a pause between two attempts, are kept for whoever goes on.

    Args:
        at: when the work on them ended.
    """
    ledger.execute(
        "UPDATE steps SET status = 'pending', paused_at = max(?, coalesce(started_at, ''))"
        " WHERE job_id = ? AND status = 'running'",
        (at, job_id),
    )


def reopen_steps(ledger: Ledger, job_id: str, from_step: str | None) -> list[str]:
    """Discard what a job that is taken up again is to do again, inside a transaction.

    That is each step that failed or fell back, `from_step` (each time it came), and every stage
    after the first of these. Steps that were not completed begin anew.

    Returns:
        The names of the completed steps that were discarded, in order.
    """
    chosen = "(fell_back OR status = 'failed' OR name = :from_step)"
    values: dict[str, Any] = {"job_id": job_id, "from_step": from_step}
    # read first: the update below changes what it is chosen by
    rows = ledger.query(
        f"SELECT name, occurrence FROM steps WHERE job_id = :job_id AND status = 'completed'"  # noqa: S608 - constants
        f" AND ({chosen} OR stage > (SELECT min(stage) FROM steps WHERE job_id = :job_id AND"
        f" {chosen})) ORDER BY position",
        values,
    )
    again = "status <> 'completed'"
    if rows:
        again += " OR (name, occurrence) IN (VALUES " + ", ".join(["(?, ?)"] * len(rows)) + ")"
    keys = [part for row in rows for part in (row["name"], row["occurrence"])]
    ledger.execute("UPDATE steps SET attempts_before = attempts WHERE job_id = ?", (job_id,))
    ledger.execute(
        "UPDATE steps SET status = 'pending', started_at = NULL, finished_at = NULL,"  # noqa: S608 - constants
        " retry_at = NULL, value = NULL, error = NULL, fell_back = 0, paused_at = NULL, lost_s = 0"
        f" WHERE job_id = ? AND ({again})",
        (job_id, *keys),
    )
    return [row["name"] for row in rows]


def load_attempts(ledger: Ledger, job_id: str) -> list[dict[str, Any]]:
    """Return every attempt of a job in the order in which they began."""
    rows = ledger.query(
        "SELECT name, occurrence, attempt, generation, started_at, finished_at, took_s, error"
        " FROM attempts WHERE job_id = ? ORDER BY started_at, name, attempt",
        (job_id,),
    )
    return [{**dict(row), "error": load_json(row["error"])} for row in rows]


def _step(row: sqlite3.Row) -> JobStep:
    return JobStep(
        name=row["name"],
        occurrence=row["occurrence"],
        status=StepStatus(row["status"]),
        stage=row["stage"],
        attempts=row["attempts"],
        attempts_before=row["attempts_before"],
        expected_s=row["expected_s"],
        usual_s=row["usual_s"],
        fell_back=bool(row["fell_back"]),
        paused_at=row["paused_at"],
        lost_s=row["lost_s"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        retry_at=row["retry_at"],
        value=None if row["value"] is None else unpack(row["value"]),
        error=load_json(row["error"]),
    )
