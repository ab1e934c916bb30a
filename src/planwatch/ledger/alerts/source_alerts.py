"""Alerts of sources: one is in trouble, works again, or showed something odd; each once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from planwatch.domain.outcome import GOOD_OUTCOMES, Outcome
from planwatch.ledger.store.connection import Ledger

SourceEvent = Literal["big_move", "held", "fewer"]
"""What one run shows: many prices that moved, a price held back, many plans gone at once."""
SourceAlertKind = Literal["broken", "suspicious", "recovered"] | SourceEvent
"""`suspicious` is found in older ledgers only."""
HELD_CODE: Final = "held_prices"
"""The error of a run that was read in full but for prices that are beyond belief."""
_STATES: Final = "'broken', 'suspicious', 'recovered'"


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
    events: Mapping[SourceEvent, str],
    after_failures: int,
    at: str,
    job_id: str | None,
) -> list[SourceAlert]:
    """Write what is new since the last alert of a source, after its run is recorded; return it.

    Whatever keeps a source from being read in full is one trouble: it is reported when it has
    lasted for `after_failures` runs, and once more when the source was read in full.

    Args:
        message: why the outcome is what it is.
        events: what this run alone showed, by its kind.
        after_failures: runs in a row that were not complete, which make a trouble.
    """
    kinds: list[tuple[SourceAlertKind, str]] = list(events.items())
    is_open = _is_in_trouble(ledger, source)
    if outcome in GOOD_OUTCOMES:
        if is_open:
            kinds.insert(0, ("recovered", f"{source} works again"))
    elif not is_open:
        failures = _incomplete_in_a_row(ledger, source)
        if failures >= after_failures:
            times = f"{failures} times in a row" if failures > 1 else "once"
            text = f"{source} was not read in full {times}, now {outcome.value}: {message}"
            kinds.insert(0, ("broken", text))
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
        "SELECT source, kind, message, raised_at, job_id FROM alarms WHERE alarm_id IN ("  # noqa: S608 - a constant
        f" SELECT max(alarm_id) FROM alarms WHERE kind IN ({_STATES}) GROUP BY source)"
        " AND kind <> 'recovered'"
    )
    return {row["source"]: SourceAlert(**dict(row)) for row in rows if row["source"] in sources}


def _is_in_trouble(ledger: Ledger, source: str) -> bool:
    return bool(open_source_alerts(ledger, [source]))


def _incomplete_in_a_row(ledger: Ledger, source: str) -> int:
    """Count the runs since the last good one; one that lacks nothing but held prices is none."""
    row = ledger.query_one(
        "SELECT count(*) FROM source_runs WHERE source = :source AND run_id > coalesce(("
        " SELECT max(run_id) FROM source_runs WHERE source = :source"
        " AND outcome IN ('ok', 'unchanged')), 0)"
        " AND coalesce(json_extract(error, '$.code'), '') <> :held",
        {"source": source, "held": HELD_CODE},
    )
    return 0 if row is None else row[0]
