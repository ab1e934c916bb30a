"""What the changes of a period come to, a record a plan, the newest first. Read side.

The changes themselves are in `ledger/plans/changes.py`; both have one filter and one period.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planwatch.domain.net_moves import find_net_moves
from planwatch.ledger.plans.changes import CURRENCY, ChangeFilter, change_of_row, conditions_of
from planwatch.ledger.plans.names import load_plan_names
from planwatch.ledger.store.connection import Ledger

Record = dict[str, Any]


def load_net_moves(ledger: Ledger, wanted: ChangeFilter) -> list[Record]:
    """Return a record for each plan that is not as it was, the one that moved last first.

    Each has the plan's place, `plan` (its name), and under `moves` a change record for each kind.
    Kinds are chosen first; thresholds and the direction judge the net moves.
    """
    conditions, parameters = conditions_of(wanted)
    rows = ledger.query(
        "SELECT c.change_id, c.changed_at, c.kind, c.before, c.after, c.before_version_id,"  # noqa: S608 - constants
        " c.after_version_id, p.plan_id AS row_id, p.brand, p.source, p.plan_key, p.verified,"
        f" v.name, {CURRENCY} AS currency"
        " FROM changes AS c JOIN plans AS p USING (plan_id)"
        " JOIN plan_versions AS v ON v.version_id = p.version_id"
        f" WHERE {conditions} ORDER BY c.changed_at, c.change_id",
        parameters,
    )
    plans: dict[int, list[Record]] = {}
    for row in rows:
        plans.setdefault(row["row_id"], []).append(change_of_row(row))
    names = load_plan_names(ledger, plans)
    for row_id, changes in plans.items():
        changes[0]["plan"] = names[row_id]
    found = [record for each in plans.values() if (record := _record(ledger, each, wanted))]
    return sorted(found, key=lambda record: record["changed_at"], reverse=True)


def _record(ledger: Ledger, changes: list[Record], wanted: ChangeFilter) -> Record | None:
    moves = find_net_moves(
        changes,
        wanted.moves.possible_kinds,
        cost_ends=lambda first, last: _cost_ends(ledger, first, last),
    )
    moves = [move for move in moves if wanted.moves.passes(move)]
    if not moves:
        return None
    place = ("brand", "source", "plan_key", "name", "plan", "currency", "verified")
    about = {key: changes[0][key] for key in place}
    about["plan_id"] = f"{about['source']}:{about['plan_key']}"
    return {
        "changed_at": max(move["changed_at"] for move in moves),
        **about,
        "moves": [
            {**about, **{key: move[key] for key in ("changed_at", "kind", "before", "after")}}
            for move in moves
        ],
    }


def _cost_ends(
    ledger: Ledger, first: Mapping[str, Any], last: Mapping[str, Any]
) -> tuple[int, int]:
    """Return the costs before the first change and after the last, both signed when it came.

    So that neither the months between two changes of cost nor another rise rule moves anything.
    """
    # imported here: few plans have two changes of cost, and `changes` must start like `status`
    from planwatch.ledger.plans.read import VERSION_COLUMNS, plan_of_row

    rows = ledger.query(
        f"SELECT v.version_id, {VERSION_COLUMNS} FROM plan_versions AS v"  # noqa: S608 - a constant
        " JOIN plans AS p USING (plan_id) WHERE v.version_id IN (?, ?)",
        (first["before_version_id"], last["after_version_id"]),
    )
    costs = {
        row["version_id"]: plan_of_row(row, last["changed_at"], ledger.rules).effective_pence
        for row in rows
    }
    ends = (costs.get(first["before_version_id"]), costs.get(last["after_version_id"]))
    if ends[0] is None or ends[1] is None:  # a ledger of an earlier schema
        return int(first["before"]), int(last["after"])
    return ends[0], ends[1]
