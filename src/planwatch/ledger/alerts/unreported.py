"""What happened and was not reported yet: alerts of sources, ends of jobs.

For figures of plans see `ledger/alerts/baselines.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planwatch.domain.job import Job
from planwatch.ledger.alerts.source_alerts import SourceAlert
from planwatch.ledger.jobs.jobs import load_job
from planwatch.ledger.store.connection import Ledger


def job_has_ended(table: str) -> str:
    """Return the condition for rows of a table: what a running job wrote is reported after its end.

    So it comes in one message.
    """
    return (
        f"({table}.job_id IS NULL OR NOT EXISTS (SELECT 1 FROM jobs AS j"  # noqa: S608 - a constant
        f" WHERE j.job_id = {table}.job_id AND j.status IN ('pending', 'running')))"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreported:
    """What is to be reported, each in the order in which it was written.

    Attributes:
        last_good: when each source with an alert was last read in full.
    """

    source_alerts: tuple[SourceAlert, ...]
    jobs: tuple[Job, ...]
    last_good: Mapping[str, str]


def load_unreported(ledger: Ledger, since: str) -> Unreported:
    """Return what happened since an instant and is not reported; what is older never will be."""
    alerts = ledger.query(
        "SELECT source, kind, message, raised_at, job_id FROM alarms WHERE told_at IS NULL"  # noqa: S608 - a constant
        f" AND raised_at >= ? AND {job_has_ended('alarms')} ORDER BY alarm_id",
        (since,),
    )
    jobs = ledger.query(
        "SELECT job_id FROM jobs WHERE told_generation IS NOT generation"
        " AND status NOT IN ('pending', 'running') AND coalesce(finished_at, '') >= ?"
        " ORDER BY finished_at, turn",
        (since,),
    )
    good = ledger.query("SELECT source, last_good_at FROM source_health") if alerts else []
    return Unreported(
        source_alerts=tuple(SourceAlert(**dict(row)) for row in alerts),
        jobs=tuple(load_job(ledger, row["job_id"]) for row in jobs),
        last_good={row["source"]: row["last_good_at"] for row in good if row["last_good_at"]},
    )


def mark_reported(ledger: Ledger, at: str) -> None:
    """Mark all that is unreported as reported, with what is too old for a message."""
    ledger.execute(
        f"UPDATE alarms SET told_at = ? WHERE told_at IS NULL AND {job_has_ended('alarms')}",  # noqa: S608 - a constant
        (at,),
    )
    ledger.execute(
        "UPDATE jobs SET told_generation = generation WHERE told_generation IS NOT generation"
        " AND status NOT IN ('pending', 'running')"
    )
