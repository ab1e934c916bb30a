"""Plans as they stand, and as they were: read side. Writing is in `ledger/sightings.py`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from planwatch.domain.plan import Plan
from planwatch.domain.record import plan_from_content, plan_record
from planwatch.ledger.connection import Ledger

_SELECT: Final = (
    "SELECT p.plan_id, p.plan_key, p.source, p.brand, p.url, p.verified, p.first_seen, p.last_seen,"
    " p.absences, p.withdrawn_at, v.version_id, v.content, v.digest"
    " FROM plans AS p JOIN plan_versions AS v USING (version_id)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlan:
    """A plan with its history in the ledger; `plan.as_of` is the day it was last seen."""

    plan: Plan
    plan_id: int
    version_id: int
    plan_key: str
    digest: str
    first_seen: str
    last_seen: str
    absences: int
    withdrawn_at: str | None

    @property
    def ref(self) -> str:
        """The id by which analyses and facts name the plan: source and key."""
        return f"{self.plan.source}:{self.plan_key}"


def load_current_plans(ledger: Ledger) -> list[StoredPlan]:
    """Return the plans in force, by brand, data and term; those withdrawn are left out."""
    rows = ledger.query(f"{_SELECT} WHERE p.withdrawn_at IS NULL")
    plans = [stored_plan(row) for row in rows]
    return sorted(
        plans,
        key=lambda stored: (
            stored.plan.brand.lower(),
            stored.plan.allowance.sort_key,
            stored.plan.term_months,
            stored.plan.effective_pence,
            stored.ref,
        ),
    )


def load_plans_of_source(ledger: Ledger, source: str) -> list[StoredPlan]:
    """Return every plan that a source ever showed, those withdrawn included."""
    return [stored_plan(row) for row in ledger.query(f"{_SELECT} WHERE p.source = ?", (source,))]


def load_versions(ledger: Ledger, snapshot: Sequence[tuple[int, str]]) -> list[Plan]:
    """Return the plans of a snapshot: (version id, day of capture) pairs, in that order."""
    wanted = json.dumps([version_id for version_id, _ in snapshot])
    rows = ledger.query(
        "SELECT v.version_id, v.content, p.source, p.brand, p.url, p.verified"
        " FROM plan_versions AS v JOIN plans AS p USING (plan_id)"
        " WHERE v.version_id IN (SELECT value FROM json_each(?))",
        (wanted,),
    )
    by_id = {row["version_id"]: row for row in rows}
    return [_plan(by_id[version_id], as_of) for version_id, as_of in snapshot]


def load_offers(ledger: Ledger) -> dict[int, list[dict[str, Any]]]:
    """Return the offers in force of every plan that has more than one, by plan id."""
    rows = ledger.query(
        "SELECT o.plan_id, o.record FROM offers AS o JOIN plans AS p USING (plan_id)"
        " WHERE p.withdrawn_at IS NULL AND o.last_seen = p.last_seen"
        " ORDER BY o.plan_id, json_extract(o.record, '$.effective_pence'), o.offer_key"
    )
    offers: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        offers.setdefault(row["plan_id"], []).append(json.loads(row["record"]))
    return {plan_id: records for plan_id, records in offers.items() if len(records) > 1}


def stored_plan_record(stored: StoredPlan, offers: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the documented JSON of a plan in the ledger."""
    return {
        **plan_record(stored.plan),
        "plan_key": stored.plan_key,
        "offers": offers,
        "first_seen": stored.first_seen,
        "last_seen": stored.last_seen,
    }


def recent_changes(ledger: Ledger, *, since: str, limit: int) -> list[dict[str, Any]]:
    """Return what moved since an instant, the newest first, values decoded."""
    rows = ledger.query(
        "SELECT c.changed_at, p.brand, p.source, p.plan_key, v.name, c.kind, c.before, c.after"
        " FROM changes AS c JOIN plans AS p USING (plan_id)"
        " JOIN plan_versions AS v ON v.version_id = p.version_id"
        " WHERE c.changed_at >= ? ORDER BY c.changed_at DESC, c.change_id LIMIT ?",
        (since, limit),
    )
    return [
        {
            **dict(row),
            "before": json.loads(row["before"]),
            "after": json.loads(row["after"]),
        }
        for row in rows
    ]


def stored_plan(row: sqlite3.Row) -> StoredPlan:
    return StoredPlan(
        plan=_plan(row, row["last_seen"][:10]),
        plan_id=row["plan_id"],
        version_id=row["version_id"],
        plan_key=row["plan_key"],
        digest=row["digest"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        absences=row["absences"],
        withdrawn_at=row["withdrawn_at"],
    )


def _plan(row: sqlite3.Row, as_of: str) -> Plan:
    return plan_from_content(
        json.loads(row["content"]),
        brand=row["brand"],
        source=row["source"],
        as_of=date.fromisoformat(as_of),
        url=row["url"],
        verified=bool(row["verified"]),
    )
