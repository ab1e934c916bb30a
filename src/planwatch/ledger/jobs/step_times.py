"""How long each step took in earlier jobs: the last 20 of each kind and name."""

from __future__ import annotations

from typing import Final

from planwatch.ledger.store.connection import Ledger

KEPT: Final = 20


def save_step_times(ledger: Ledger, job_id: str) -> None:
    """Keep the times of a job's completed steps, inside the transaction of its end.

    The time of a step is that of its last attempt: neither a dead worker nor a pause says how long
    the work takes. One that fell back counts, too: a source that refuses us at once will again.
    """
    rows = ledger.query(
        "SELECT j.kind, a.name, a.took_s FROM attempts AS a"
        " JOIN steps AS s USING (job_id, name, occurrence) JOIN jobs AS j USING (job_id)"
        " WHERE a.job_id = ? AND a.attempt = s.attempts AND a.attempt > s.attempts_before"
        " AND s.status = 'completed' AND a.took_s IS NOT NULL"
        " ORDER BY a.name, a.occurrence DESC",
        (job_id,),
    )
    newest: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        times = newest.setdefault((row["kind"], row["name"]), [])
        if len(times) < KEPT:
            times.append(row["took_s"])
    for (kind, name), times in newest.items():
        _append(ledger, kind, name, times[::-1])


def _append(ledger: Ledger, kind: str, name: str, times: list[float]) -> None:
    row = ledger.query_one(
        "SELECT coalesce(max(number), 0) FROM step_times WHERE kind = ? AND name = ?", (kind, name)
    )
    last = int(row[0]) if row else 0
    for number, took_s in enumerate(times, start=last + 1):
        ledger.execute("INSERT INTO step_times VALUES (?, ?, ?, ?)", (kind, name, number, took_s))
    ledger.execute(
        "DELETE FROM step_times WHERE kind = ? AND name = ? AND number <= ?",
        (kind, name, last + len(times) - KEPT),
    )


def load_step_times(ledger: Ledger, kind: str) -> dict[str, list[float]]:
    """Return the seconds that each step of a kind took in its last jobs, by name."""
    times: dict[str, list[float]] = {}
    for row in ledger.query("SELECT name, took_s FROM step_times WHERE kind = ?", (kind,)):
        times.setdefault(row["name"], []).append(row["took_s"])
    return times
