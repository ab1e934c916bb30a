"""The market as it was: moves of a period, versions seen, plans in force on a day. Read side."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, Final

from planwatch.domain.london import london_day
from planwatch.domain.period import Period
from planwatch.domain.phrasing import MARKET_CURRENCY
from planwatch.domain.plan import Plan
from planwatch.domain.rise_table import RiseTable
from planwatch.ledger.plans.changes import CURRENCY, ChangeFilter, change_of_row, conditions_of
from planwatch.ledger.plans.names import load_plan_names
from planwatch.ledger.plans.read import StoredPlan, plan_of_row, sort_plans
from planwatch.ledger.store.connection import Ledger

_NONE: Final[Mapping[int, Plan]] = {}
_VERSIONS: Final = (
    "SELECT v.version_id, v.content, v.first_seen, v.last_seen, p.plan_id, p.source, p.brand,"
    " p.source_ref, p.url, p.verified, p.plan_key, v.digest, p.first_seen AS plan_first_seen"
    " FROM plan_versions AS v JOIN plans AS p USING (plan_id)"
)


def load_changes_between(
    ledger: Ledger, period: Period, *, unverified: bool = True
) -> list[dict[str, Any]]:
    """Return what moved within a period, the newest first, values decoded.

    Only plans of the compared market: a sum of pounds and euros means nothing.

    Each has the plan's id (source:plan_key), its name as `plan`, and the captures that showed it
    before and after.

    Args:
        unverified: with those of plans that only the card miner read.
    """
    conditions, parameters = conditions_of(ChangeFilter(since=period.since, until=period.until))
    rows = ledger.query(
        "SELECT c.change_id, c.changed_at, p.brand, p.source, p.plan_key, v.name, c.kind,"  # noqa: S608 - a constant
        " c.before, c.after, b.capture_id AS before_capture, a.capture_id AS after_capture,"
        " p.plan_id"
        " FROM changes AS c JOIN plans AS p USING (plan_id)"
        " JOIN plan_versions AS v ON v.version_id = p.version_id"
        " LEFT JOIN plan_versions AS b ON b.version_id = c.before_version_id"
        " LEFT JOIN plan_versions AS a ON a.version_id = c.after_version_id"
        f" WHERE {conditions} AND (p.verified OR ?)"
        f" AND {CURRENCY} = ?"
        " ORDER BY c.changed_at DESC, c.change_id",
        (*parameters, unverified, MARKET_CURRENCY),
    )
    names = load_plan_names(ledger, {row["plan_id"] for row in rows})
    return [
        {
            **change_of_row(row),
            "plan": names[row["plan_id"]],
            "plan_id": f"{row['source']}:{row['plan_key']}",
        }
        for row in rows
    ]


def load_versions_between(
    ledger: Ledger, since: str, until: str, known: Mapping[int, Plan] = _NONE
) -> list[Plan]:
    """Return each version of a plan that was seen within a period, as it was last seen in it.

    Args:
        known: plans by their version, which need not be read again.
    """
    versions = dict(known)
    rows = ledger.query(
        f"{_VERSIONS} WHERE v.last_seen >= ? AND v.first_seen <= ? ORDER BY v.version_id",
        (since, until),
    )
    return [_version_of(row, min(row["last_seen"], until), versions, ledger.rules) for row in rows]


def load_plans_on(ledger: Ledger, until: str, known: Mapping[int, Plan] = _NONE) -> list[Plan]:
    """Return the plans in force at an instant, as they then were; [] before the first scrape."""
    [plans] = load_markets(ledger, [until], known)
    return plans


def load_markets(
    ledger: Ledger, instants: Iterable[str], known: Mapping[int, Plan] = _NONE
) -> list[list[Plan]]:
    """Return the same of several instants; a version that stood at more than one is read once."""
    versions = dict(known)
    return [
        [
            _version_of(row, min(row["last_seen"], until), versions, ledger.rules)
            for row in _versions_on(ledger, until)
        ]
        for until in instants
    ]


def _version_of(row: sqlite3.Row, seen: str, versions: dict[int, Plan], rules: RiseTable) -> Plan:
    """Return the plan of a version as it was seen on a day; it is read where it is not known."""
    version_id = row["version_id"]
    if version_id not in versions:
        versions[version_id] = plan_of_row(row, seen, rules)
    return versions[version_id].signed_on(london_day(seen))


def load_stored_plans_on(ledger: Ledger, until: str) -> list[StoredPlan]:
    """Return the same with their place in the ledger, by brand, data and term.

    `last_seen` is when the version was last seen up to then; `absences` are not known of the past.
    """
    return sort_plans(
        StoredPlan(
            plan=plan_of_row(row, min(row["last_seen"], until), ledger.rules),
            plan_id=row["plan_id"],
            version_id=row["version_id"],
            plan_key=row["plan_key"],
            digest=row["digest"],
            first_seen=row["plan_first_seen"],
            last_seen=min(row["last_seen"], until),
            absences=0,
            withdrawn_at=None,
        )
        for row in _versions_on(ledger, until)
    )


def _versions_on(ledger: Ledger, until: str) -> list[sqlite3.Row]:
    return ledger.query(
        f"{_VERSIONS} WHERE v.version_id IN ("  # noqa: S608 - a constant
        " SELECT max(w.version_id) FROM plan_versions AS w"
        " WHERE w.first_seen <= :until GROUP BY w.plan_id)"
        " AND coalesce(p.withdrawn_at, '9') > :until"
        " AND coalesce((SELECT c.kind FROM changes AS c WHERE c.plan_id = p.plan_id"
        "  AND c.kind IN ('withdrawn', 'relaunched') AND c.changed_at <= :until"
        # a withdrawal that a correction made and a correction took back never was
        "  AND NOT (c.kind = 'withdrawn' AND c.is_correction AND coalesce("
        "   (SELECT r.is_correction FROM changes AS r WHERE r.plan_id = c.plan_id"
        "    AND r.kind = 'relaunched' AND r.change_id > c.change_id"
        "    ORDER BY r.change_id LIMIT 1), 0))"
        "  ORDER BY c.change_id DESC LIMIT 1), '') <> 'withdrawn'"
        " ORDER BY p.plan_id",
        {"until": until},
    )


def load_captures_of(ledger: Ledger, version_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Return the page behind each version: hash, instant and address; none where it was pruned."""
    rows = ledger.query(
        "SELECT v.version_id, c.sha256, c.captured_at, c.url"
        " FROM plan_versions AS v JOIN captures AS c USING (capture_id)"
        " WHERE v.version_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(version_ids)),),
    )
    return {
        row["version_id"]: {
            "sha256": row["sha256"],
            "captured_at": row["captured_at"],
            "url": row["url"],
        }
        for row in rows
    }
