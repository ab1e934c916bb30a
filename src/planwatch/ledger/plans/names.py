"""The names of plans in the ledger, as people are shown them. Read side; imports no plan."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from typing import Final

from planwatch.domain.plan_names import Naming, name_plans
from planwatch.ledger.store.connection import Ledger

_ALIKE: Final = "p.brand, ifnull(v.data_mb, -1), v.term_months"
_NAMED: Final = "plans AS p JOIN plan_versions AS v USING (version_id)"


def load_plan_names(ledger: Ledger, plan_ids: Collection[int]) -> dict[int, str]:
    """Return the name of each of these plans, by its row; no other plan in force has it."""
    # of another brand, size or term no plan can have such a name, so none is read
    rows = ledger.query(
        "WITH asked AS (SELECT value AS plan_id FROM json_each(:asked))"  # noqa: S608 - constants
        " SELECT p.plan_id, p.brand, p.source, p.plan_key, v.data_mb, v.term_months, v.variant,"
        "  json_extract(v.content, '$.condition') AS condition,"
        "  json_extract(v.content, '$.max_speed_mbps') AS max_speed_mbps,"
        "  json_extract(v.content, '$.base_allowance') IS NULL AS is_whole,"
        "  json_extract(v.content, '$.base_allowance.data_mb') AS base_data_mb,"
        "  json_extract(v.content, '$.retailer') AS retailer"
        f" FROM {_NAMED} WHERE (p.withdrawn_at IS NULL OR p.plan_id IN asked)"
        f" AND ({_ALIKE}) IN (SELECT {_ALIKE} FROM {_NAMED} WHERE p.plan_id IN asked)",
        {"asked": json.dumps(list(plan_ids))},
    )
    names = name_plans({row["plan_id"]: _naming_of(row) for row in rows})
    return {plan_id: names[plan_id] for plan_id in plan_ids}


def _naming_of(row: sqlite3.Row) -> Naming:
    return Naming(
        brand=row["brand"],
        source=row["source"],
        plan_key=row["plan_key"],
        data_mb=row["data_mb"],
        term_months=row["term_months"],
        variant=row["variant"],
        condition=row["condition"],
        max_speed_mbps=row["max_speed_mbps"],
        base_data_mb=row["data_mb"] if row["is_whole"] else row["base_data_mb"],
        retailer=row["retailer"],
    )
