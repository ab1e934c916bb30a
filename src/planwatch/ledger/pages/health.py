"""What came of asking each source."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planwatch.domain.outcome import Outcome
from planwatch.ledger.store.connection import Ledger
from planwatch.ledger.store.json_column import dump_json, load_json

_RUNS_HELD: Final = 100
CLOCK_CODE: Final = "clock_behind"
"""The error of a run whose clock was behind the newest pages that the ledger has."""
RUNS_LOOKED_BACK: Final = 5
"""How many runs back a scrape is looked for that is newer than the one at hand. Scrapes overlap by
a few; a clock that once ran ahead must not silence its source for longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """The newest outcome of a source; `last_good_at` is None when it never was good."""

    source: str
    outcome: Outcome
    plans: int
    checked_at: str
    error: Mapping[str, Any] | None
    last_good_at: str | None
    failures_in_a_row: int


def add_source_run(
    ledger: Ledger,
    *,
    job_id: str | None,
    source: str,
    outcome: Outcome,
    plans: int,
    error: Mapping[str, Any] | None,
    at: str,
    flags: Sequence[str] = (),
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write one outcome, inside a transaction.

    Args:
        detail: what the outcome rests on, as JSON.
    """
    ledger.execute(
        "INSERT INTO source_runs (job_id, source, outcome, plans, checked_at, error, flags, detail)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            job_id,
            source,
            outcome,
            plans,
            at,
            dump_json(error),
            json.dumps(list(flags)),
            _compact(detail) if detail else None,
        ),
    )


def amend_source_run(
    ledger: Ledger,
    run: SourceRun,
    *,
    outcome: Outcome,
    plans: int,
    error: Mapping[str, Any] | None,
    flags: Sequence[str],
    detail: Mapping[str, Any],
) -> None:
    """Write anew what came of a run, inside a transaction; `detail` keeps what it was."""
    was = run.detail.get("was") or {"outcome": run.outcome.value, "plans": run.plans}
    ledger.execute(
        "UPDATE source_runs SET outcome = ?, plans = ?, error = ?, flags = ?, detail = ?"
        " WHERE run_id = ?",
        (
            outcome,
            plans,
            dump_json(error),
            json.dumps(list(flags)),
            _compact({**detail, "was": was}),
            run.run_id,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRun:
    """One time that a source was asked; `detail` is what the outcome rests on."""

    run_id: int
    job_id: str | None
    source: str
    outcome: Outcome
    plans: int
    checked_at: str
    error: Mapping[str, Any] | None
    flags: tuple[str, ...]
    detail: Mapping[str, Any]


def list_runs(ledger: Ledger, source: str, *, limit: int) -> list[SourceRun]:
    """Return the newest runs of a source, the newest first."""
    rows = ledger.query(
        "SELECT * FROM source_runs WHERE source = ? ORDER BY run_id DESC LIMIT ?", (source, limit)
    )
    return [
        SourceRun(
            run_id=row["run_id"],
            job_id=row["job_id"],
            source=row["source"],
            outcome=Outcome(row["outcome"]),
            plans=row["plans"],
            checked_at=row["checked_at"],
            error=load_json(row["error"]),
            flags=tuple(json.loads(row["flags"])),
            detail=load_json(row["detail"]) or {},
        )
        for row in rows
    ]


def _compact(detail: Mapping[str, Any]) -> str:
    return json.dumps(detail, separators=(",", ":"))


def load_health(ledger: Ledger) -> dict[str, SourceHealth]:
    """Return the newest health of each source that was ever asked, by source id."""
    rows = ledger.query(
        "SELECT source, outcome, plans, checked_at, error, last_good_at, failures_in_a_row"
        " FROM source_health"
    )
    return {row["source"]: _health_of_row(row) for row in rows}


def load_health_before(ledger: Ledger, until: str) -> dict[str, SourceHealth]:
    """Return the same as it was known before an instant."""
    rows = ledger.query(
        "WITH newest AS (SELECT max(run_id) AS run_id,"
        " max(CASE WHEN outcome IN ('ok', 'unchanged') THEN run_id END) AS good_id"
        " FROM source_runs WHERE checked_at < :until GROUP BY source)"
        " SELECT r.source, r.outcome, r.plans, r.checked_at, r.error,"
        " g.checked_at AS last_good_at,"
        " (SELECT count(*) FROM source_runs AS f WHERE f.source = r.source"
        "  AND f.checked_at < :until AND f.run_id > coalesce(newest.good_id, 0)"
        " ) AS failures_in_a_row"
        " FROM newest JOIN source_runs AS r ON r.run_id = newest.run_id"
        " LEFT JOIN source_runs AS g ON g.run_id = newest.good_id",
        {"until": until},
    )
    return {row["source"]: _health_of_row(row) for row in rows}


def count_visits(ledger: Ledger, since: str, until: str) -> dict[str, tuple[int, int]]:
    """Return by source how many visits did not read it in full, and how many there were.

    Args:
        since, until: instants; the first is within the period, the last is not.
    """
    rows = ledger.query(
        "SELECT source, sum(outcome NOT IN ('ok', 'unchanged')), count(*) FROM source_runs"
        " WHERE checked_at >= ? AND checked_at < ? GROUP BY source",
        (since, until),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _health_of_row(row: sqlite3.Row) -> SourceHealth:
    return SourceHealth(
        source=row["source"],
        outcome=Outcome(row["outcome"]),
        plans=row["plans"],
        checked_at=row["checked_at"],
        error=load_json(row["error"]),
        last_good_at=row["last_good_at"],
        failures_in_a_row=row["failures_in_a_row"],
    )


def has_good_run(ledger: Ledger, source: str) -> bool:
    """Tell whether a source was ever read in full."""
    found = ledger.query_one(
        "SELECT 1 FROM source_runs WHERE source = ? AND outcome IN ('ok', 'unchanged') LIMIT 1",
        (source,),
    )
    return found is not None


def load_held(ledger: Ledger, source: str, since: str) -> list[Mapping[str, Any]]:
    """Return the prices that runs since an instant have held back, as in their detail."""
    rows = ledger.query(
        "SELECT detail FROM (SELECT * FROM source_runs WHERE source = ? ORDER BY run_id DESC"
        " LIMIT ?) WHERE checked_at >= ? AND json_extract(detail, '$.held') IS NOT NULL",
        (source, _RUNS_HELD, since),
    )
    return [held for row in rows for held in json.loads(row["detail"])["held"]]


def newest_stored_at(ledger: Ledger, source: str) -> str | None:
    """Return when the newest pages were captured whose plans the ledger has; None before them.

    Looks at the last `RUNS_LOOKED_BACK` runs that gave plans, the partial ones included, or that
    were refused for the clock: after so many of those it is the stored ones whose clock was off.
    """
    row = ledger.query_one(
        "SELECT max(checked_at) FROM (SELECT checked_at FROM source_runs WHERE source = ? AND"
        " outcome IN ('ok', 'unchanged', 'partial', 'machine')"
        " AND (outcome <> 'machine' OR json_extract(error, '$.code') = ?)"
        " ORDER BY run_id DESC LIMIT ?)",
        (source, CLOCK_CODE, RUNS_LOOKED_BACK),
    )
    return None if row is None else row[0]
