"""Bring the stored costs of plans to the rise rules of today: in chunks, outside migrations.

Recorded changes keep their values: another rule is no move of the market. How a cost is computed:
`domain/completion.py`. Which runs changed costs: `rule_changes.py`.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from planwatch.clock import stamp
from planwatch.ledger.plans.figures import follow_rules
from planwatch.ledger.plans.read import VERSION_COLUMNS, plan_of_row
from planwatch.ledger.store.connection import Ledger
from planwatch.ledger.store.info import COST_RULES, set_info

_ANY_OTHER: Final = (
    "SELECT 1 FROM plans WHERE cost_rules IS NOT :rules UNION ALL"
    " SELECT 1 FROM plan_versions WHERE cost_rules IS NOT :rules LIMIT 1"
)
_AT_ONCE: Final = 200  # plans in a transaction, so that no other writer waits for long


def bring_costs_up(ledger: Ledger) -> None:
    """Compute each stored cost anew that is by other rules than those of today.

    A process that is killed leaves whole chunks; the next one goes on after them.
    """
    digest = ledger.rules.digest
    if ledger.query_one("SELECT 1 FROM plans LIMIT 1") is None:
        return  # there is nothing to compute, and a new home is not written to for it
    with ledger.transaction():
        if ledger.query_one(_ANY_OTHER, {"rules": digest}) is None:
            set_info(ledger, COST_RULES, digest)
            return
        run = _open_run(ledger, digest)
    last = 0
    while True:
        with ledger.transaction():
            rows = ledger.query(
                "SELECT plan_id FROM plans WHERE plan_id > ? ORDER BY plan_id LIMIT ?",
                (last, _AT_ONCE),
            )
            changed = [_bring_up(ledger, row["plan_id"], digest) for row in rows]
            ledger.execute(
                "UPDATE cost_rule_changes SET plans_changed = plans_changed + ?"
                " WHERE change_id = ?",
                (sum(changed), run),
            )
        if not rows:
            break
        last = rows[-1]["plan_id"]
    with ledger.transaction():
        ledger.execute(
            "UPDATE cost_rule_changes SET finished_at = ?, plans ="
            " (SELECT count(*) FROM plans WHERE withdrawn_at IS NULL) WHERE change_id = ?",
            (stamp(), run),
        )
        set_info(ledger, COST_RULES, digest)


def _open_run(ledger: Ledger, digest: str) -> int:
    row = ledger.query_one(
        "SELECT change_id FROM cost_rule_changes WHERE cost_rules = ? AND finished_at IS NULL",
        (digest,),
    )
    if row is not None:
        return int(row["change_id"])
    return ledger.insert(
        "INSERT INTO cost_rule_changes (cost_rules, started_at) VALUES (?, ?)", (digest, stamp())
    )


def _bring_up(ledger: Ledger, plan_id: int, digest: str) -> bool:
    """Compute the costs of a plan anew; return whether it is in force and costs something else."""
    plan_row = ledger.query_one(
        f"SELECT p.last_seen, p.withdrawn_at, p.effective_pence, p.cost_rules, {VERSION_COLUMNS}"  # noqa: S608 - a constant
        " FROM plans AS p JOIN plan_versions AS v USING (version_id) WHERE p.plan_id = ?",
        (plan_id,),
    )
    for version in ledger.query(
        f"SELECT v.version_id, v.first_seen, {VERSION_COLUMNS} FROM plan_versions AS v"  # noqa: S608 - a constant
        " JOIN plans AS p USING (plan_id) WHERE plan_id = ? AND v.cost_rules IS NOT ?",
        (plan_id, digest),
    ):
        _bring_version_up(ledger, version, digest)
    if plan_row is None or plan_row["cost_rules"] == digest:
        return False
    plan = plan_of_row(plan_row, plan_row["last_seen"], ledger.rules)
    ledger.execute(
        "UPDATE plans SET effective_pence = ?, printed_effective_pence = ?, exit_price_pence = ?,"
        " cost_rules = ? WHERE plan_id = ?",
        (
            plan.effective_pence,
            plan.printed_effective_pence,
            plan.exit_price_pence,
            digest,
            plan_id,
        ),
    )
    follow_rules(ledger, plan_id)
    is_in_force = plan_row["withdrawn_at"] is None
    return is_in_force and plan.effective_pence != plan_row["effective_pence"]


def _bring_version_up(ledger: Ledger, version: sqlite3.Row, digest: str) -> None:
    plan = plan_of_row(version, version["first_seen"], ledger.rules)
    ledger.execute(
        "UPDATE plan_versions SET effective_pence = ?, cost_rules = ? WHERE version_id = ?",
        (plan.effective_pence, digest, version["version_id"]),
    )
