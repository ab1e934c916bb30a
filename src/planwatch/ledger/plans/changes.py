"""Recorded changes of plans, the newest first. Read side; corrections are left out.

Imports no plan: `planwatch changes` runs from cron and must start like `status`.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any, Final

from planwatch.domain.moves import MoveFilter, moved_pence, moved_percent
from planwatch.ledger.plans.names import load_plan_names
from planwatch.ledger.store.connection import Ledger

CURRENCY: Final = "coalesce(json_extract(v.content, '$.currency'), 'GBP')"
"""The currency of a plan's version, which `v` names in a query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilter:
    """Which changes to load; None means any.

    Attributes:
        since, until: instants; the first is within the period, the last is not.
        moves: which changes of that period and source pass.
    """

    since: str = ""
    until: str | None = None
    source: str | None = None
    moves: MoveFilter = field(default_factory=MoveFilter)

    @property
    def has_any(self) -> bool:
        """Tell whether it asks for more than a period."""
        return self.source is not None or self.moves.has_any


def load_changes(ledger: Ledger, wanted: ChangeFilter) -> list[dict[str, Any]]:
    """Return the changes that pass, the newest first, in the shape of docs/reference/json.md."""
    conditions, parameters = conditions_of(wanted)
    kinds = json.dumps(list(wanted.moves.possible_kinds))
    rows = ledger.query(
        "SELECT c.changed_at, p.brand, p.source, p.plan_key, v.name, p.plan_id, c.kind, c.before,"  # noqa: S608 - constants
        f" c.after, {CURRENCY} AS currency"
        " FROM changes AS c JOIN plans AS p USING (plan_id)"
        " JOIN plan_versions AS v ON v.version_id = p.version_id"
        f" WHERE {conditions}"
        " AND (json_array_length(?) = 0 OR c.kind IN (SELECT value FROM json_each(?)))"
        " ORDER BY c.changed_at DESC, c.change_id",
        (*parameters, kinds, kinds),
    )
    found = [record for row in rows if wanted.moves.passes(record := _record(row))]
    names = load_plan_names(ledger, {record["plan_id"] for record in found})
    return [
        {
            **record,
            "plan": names[record["plan_id"]],
            "plan_id": f"{record['source']}:{record['plan_key']}",
        }
        for record in found
    ]


def conditions_of(wanted: ChangeFilter) -> tuple[str, tuple[str, ...]]:
    """Return the period and the source of a filter as SQL, with its parameters."""
    parts = {
        "NOT c.is_correction AND c.changed_at >= ?": wanted.since,
        "c.changed_at < ?": wanted.until,
        "p.source = ?": wanted.source,
    }
    given = {part: value for part, value in parts.items() if value is not None}
    return " AND ".join(given), tuple(given.values())


def change_of_row(row: sqlite3.Row) -> dict[str, Any]:
    """Return a row of changes as a record: its columns, with the values decoded."""
    return {**dict(row), "before": json.loads(row["before"]), "after": json.loads(row["after"])}


def _record(row: sqlite3.Row) -> dict[str, Any]:
    record = change_of_row(row)
    percent = moved_percent(record)
    return {
        **record,
        "by_pence": moved_pence(record),
        "by_percent": None if percent is None else round(percent, 2),
    }
