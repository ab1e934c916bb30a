"""What happened and was not reported yet: changes, alerts of sources, ends of jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from planwatch.domain.job import Job
from planwatch.ledger.alerts.source_alerts import SourceAlert
from planwatch.ledger.jobs.jobs import load_job
from planwatch.ledger.plans.changes import CURRENCY, change_of_row
from planwatch.ledger.store.connection import Ledger

# what a running job wrote is reported after its end, in one message
_ENDED: Final = (
    "(job_id IS NULL OR NOT EXISTS (SELECT 1 FROM jobs AS j WHERE j.job_id = {table}.job_id"
    " AND j.status IN ('pending', 'running')))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreported:
    """What is to be reported, each in the order in which it was written.

    Attributes:
        changes: with brand, name, kind, values, currency and the id of their job.
        last_good: when each source with an alert was last read in full.
    """

    changes: tuple[Mapping[str, Any], ...]
    source_alerts: tuple[SourceAlert, ...]
    jobs: tuple[Job, ...]
    last_good: Mapping[str, str]


def load_unreported(ledger: Ledger, since: str) -> Unreported:
    """Return what happened since an instant and is not reported; what is older never will be."""
    changes = ledger.query(
        "SELECT c.change_id, c.job_id, c.changed_at, c.kind, c.before, c.after, p.plan_id,"  # noqa: S608 - a constant
        " p.brand, p.source, p.plan_key, p.verified, v.name,"
        f" {CURRENCY} AS currency"
        " FROM (SELECT * FROM changes WHERE told_at IS NULL AND NOT is_correction"
        f" AND changed_at >= ? AND {_ENDED.format(table='changes')}) AS c"
        " JOIN plans AS p USING (plan_id) JOIN plan_versions AS v ON v.version_id = p.version_id"
        " ORDER BY c.change_id",
        (since,),
    )
    alerts = ledger.query(
        "SELECT source, kind, message, raised_at, job_id FROM alarms WHERE told_at IS NULL"  # noqa: S608 - a constant
        f" AND raised_at >= ? AND {_ENDED.format(table='alarms')} ORDER BY alarm_id",
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
        changes=tuple(map(change_of_row, changes)),
        source_alerts=tuple(SourceAlert(**dict(row)) for row in alerts),
        jobs=tuple(load_job(ledger, row["job_id"]) for row in jobs),
        last_good={row["source"]: row["last_good_at"] for row in good if row["last_good_at"]},
    )


def mark_reported(ledger: Ledger, at: str) -> None:
    """Mark all that is unreported as reported, with what is too old for a message."""
    for table in ("changes", "alarms"):
        ledger.execute(
            f"UPDATE {table} SET told_at = ?"  # noqa: S608 - constants
            f" WHERE told_at IS NULL AND {_ENDED.format(table=table)}",
            (at,),
        )
    ledger.execute(
        "UPDATE jobs SET told_generation = generation WHERE told_generation IS NOT generation"
        " AND status NOT IN ('pending', 'running')"
    )
