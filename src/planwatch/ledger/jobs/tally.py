"""Figures over all jobs and all requests to a model: what a monitor and `doctor` want to know."""

from __future__ import annotations

from dataclasses import dataclass

from planwatch.ledger.reports.model_answers import pruned_tokens
from planwatch.ledger.store.connection import Ledger


@dataclass(frozen=True, slots=True)
class LastJobs:
    """The newest ended job of a kind, and when one last went well (None before that)."""

    kind: str
    finished_at: str
    took_s: float | None
    succeeded_at: str | None


def count_jobs_by_state(ledger: Ledger) -> dict[tuple[str, str], int]:
    """Return how many jobs of each kind are in each state; only those that there are."""
    rows = ledger.query("SELECT kind, status, count(*) FROM jobs GROUP BY kind, status")
    return {(row[0], row[1]): row[2] for row in rows}


def last_jobs(ledger: Ledger) -> list[LastJobs]:
    """Return the newest ended job of each kind, kinds in order."""
    rows = ledger.query(
        "SELECT j.kind, j.finished_at,"
        " (julianday(j.finished_at) - julianday(j.started_at)) * 86400.0 AS took_s,"
        " (SELECT max(g.finished_at) FROM jobs AS g"
        "  WHERE g.kind = j.kind AND g.status = 'completed') AS succeeded_at"
        " FROM jobs AS j WHERE j.rowid IN"
        " (SELECT max(rowid) FROM jobs WHERE finished_at IS NOT NULL GROUP BY kind)"
        " ORDER BY j.kind"
    )
    return [LastJobs(row[0], row[1], row[2], row[3]) for row in rows]


def count_tokens(ledger: Ledger) -> dict[str, int]:
    """Return the tokens sent (`prompt`) and answered (`answer`) ever, pruned answers included."""
    row = ledger.query_one(
        "SELECT coalesce(sum(prompt_tokens), 0), coalesce(sum(answer_tokens), 0) FROM model_answers"
    )
    gone = pruned_tokens(ledger)
    kept = (0, 0) if row is None else (row[0], row[1])
    return {"prompt": kept[0] + gone["prompt"], "answer": kept[1] + gone["answer"]}


def newest_instants(ledger: Ledger) -> dict[str, str]:
    """Return the newest instant of each part of the ledger that has one."""
    row = ledger.query_one(
        "SELECT (SELECT max(captured_at) FROM captures) AS captures,"
        " (SELECT max(created_at) FROM jobs) AS jobs,"
        " (SELECT max(checked_at) FROM source_runs) AS visits"
    )
    return {} if row is None else {name: row[name] for name in row.keys() if row[name]}  # noqa: SIM118 - a Row iterates over values
