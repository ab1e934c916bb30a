"""Alerts of sources: one broke, looks wrong, changed many prices or works again; each once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from planwatch.domain.outcome import GOOD_OUTCOMES, Outcome
from planwatch.ledger.store.connection import Ledger

SourceAlertKind = Literal["broken", "suspicious", "recovered", "big_move"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAlert:
    """What is to be reported of a source."""

    source: str
    kind: SourceAlertKind
    message: str
    raised_at: str
    job_id: str | None

    def as_record(self) -> dict[str, Any]:
        return {"kind": self.kind, "message": self.message}


def save_source_alerts(
    ledger: Ledger,
    *,
    source: str,
    outcome: Outcome,
    message: str,
    big_move: str | None,
    after_failures: int,
    at: str,
    job_id: str | None,
) -> list[SourceAlert]:
    """Write what is new since the last alert of a source, after its run is recorded; return it.

    A partial run is neither a failure nor a recovery.

    Args:
        message: why the outcome is what it is.
        big_move: the message about many prices that moved, rightly; None if they did not.
        after_failures: failures in a row that make a source broken.
    """
    kinds: list[tuple[SourceAlertKind, str]] = []
    state = _state_of(ledger, source)
    if outcome in GOOD_OUTCOMES:
        if state in ("broken", "suspicious"):
            kinds.append(("recovered", f"{source} works again"))
        if big_move is not None:
            kinds.append(("big_move", big_move))
    elif outcome is Outcome.SUSPICIOUS:
        if state != "suspicious":
            kinds.append(("suspicious", message))
    elif outcome is not Outcome.PARTIAL and state != "broken":
        failures = _failures_in_a_row(ledger, source)
        if failures >= after_failures:
            times = f"{failures} times in a row" if failures > 1 else "once"
            kinds.append(("broken", f"{source} failed {times}, now {outcome.value}: {message}"))
    alerts = [
        SourceAlert(source=source, kind=kind, message=text, raised_at=at, job_id=job_id)
        for kind, text in kinds
    ]
    for alert in alerts:
        ledger.execute(
            "INSERT INTO alarms (source, kind, message, raised_at, job_id) VALUES (?, ?, ?, ?, ?)",
            (alert.source, alert.kind, alert.message, alert.raised_at, alert.job_id),
        )
    return alerts


def open_source_alerts(ledger: Ledger, sources: Collection[str]) -> dict[str, SourceAlert]:
    """Return the last alert of each source that has not recovered."""
    rows = ledger.query(
        "SELECT source, kind, message, raised_at, job_id FROM alarms WHERE alarm_id IN ("
        " SELECT max(alarm_id) FROM alarms WHERE kind <> 'big_move' GROUP BY source)"
        " AND kind <> 'recovered'"
    )
    return {row["source"]: SourceAlert(**dict(row)) for row in rows if row["source"] in sources}


def _state_of(ledger: Ledger, source: str) -> str | None:
    row = ledger.query_one(
        "SELECT kind FROM alarms WHERE source = ? AND kind <> 'big_move'"
        " ORDER BY alarm_id DESC LIMIT 1",
        (source,),
    )
    return None if row is None else row["kind"]


def _failures_in_a_row(ledger: Ledger, source: str) -> int:
    row = ledger.query_one(
        "SELECT count(*) FROM source_runs WHERE source = :source AND run_id > coalesce(("
        " SELECT max(run_id) FROM source_runs WHERE source = :source"
        " AND outcome IN ('ok', 'unchanged', 'partial')), 0)",
        {"source": source},
    )
    return 0 if row is None else row[0]
