"""What happened and was not looked at yet by whoever makes messages of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from planwatch.domain.job import Job
from planwatch.ledger.alerts.source_alerts import Alarm
from planwatch.ledger.jobs.jobs import load_job
from planwatch.ledger.store.connection import Ledger

# a job at work is told of when it has ended, in one message; what no job wrote is told with others
_ENDED: Final = (
    "(job_id IS NULL OR NOT EXISTS (SELECT 1 FROM jobs AS j WHERE j.job_id = {table}.job_id"
    " AND j.status IN ('pending', 'running')))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is to be told, each in the order in which it was written.

    Attributes:
        changes: moves with brand, name, kind, values, currency and the id of their job.
        last_good: when each source of the alarms was last read in full.
    """

    changes: tuple[Mapping[str, Any], ...]
    alarms: tuple[Alarm, ...]
    jobs: tuple[Job, ...]
    last_good: Mapping[str, str]


def load_news(ledger: Ledger, since: str) -> News:
    """Return what is news since an instant; older news is none."""
    changes = ledger.query(
        "SELECT c.change_id, c.job_id, c.changed_at, c.kind, c.before, c.after, p.plan_id,"  # noqa: S608 - a constant
        " p.brand, p.source, p.plan_key, p.verified, v.name,"
        " json_extract(v.content, '$.currency') AS currency"
        " FROM (SELECT * FROM changes WHERE told_at IS NULL AND NOT is_correction"
        f" AND changed_at >= ? AND {_ENDED.format(table='changes')}) AS c"
        " JOIN plans AS p USING (plan_id) JOIN plan_versions AS v ON v.version_id = p.version_id"
        " ORDER BY c.change_id",
        (since,),
    )
    alarms = ledger.query(
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
    good = ledger.query("SELECT source, last_good_at FROM source_health") if alarms else []
    return News(
        changes=tuple(
            {**dict(row), "before": json.loads(row["before"]), "after": json.loads(row["after"])}
            for row in changes
        ),
        alarms=tuple(Alarm(**dict(row)) for row in alarms),
        jobs=tuple(load_job(ledger, row["job_id"]) for row in jobs),
        last_good={row["source"]: row["last_good_at"] for row in good if row["last_good_at"]},
    )


def mark_told(ledger: Ledger, at: str) -> None:
    """Note that all of the news was looked at, what is too old to tell included."""
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
