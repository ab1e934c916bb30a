"""What the changes of a period come to, a record a plan, the newest first. Read side.

The changes themselves are in `ledger/plans/changes.py`; both have one filter and one period.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

from planwatch.domain.net_moves import find_net_moves
from planwatch.ledger.plans.changes import CURRENCY, ChangeFilter, change_of_row, conditions_of
from planwatch.ledger.plans.names import load_plan_names
from planwatch.ledger.store.connection import Ledger

Record = dict[str, Any]
_OF_A_MOVE: Final = ("changed_at", "kind", "before", "after")


def load_net_moves(ledger: Ledger, wanted: ChangeFilter) -> list[Record]:
    """Return a record for each plan that is not as it was, the one that moved last first.

    Each has the plan's place, `plan` (its name), and under `moves` a change record for each kind;
    one of cost has `by_rule`: whether the cost `before` and `after` rests on derived steps.
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
    _mark_costs(ledger, [move for record in found for move in record["moves"]])
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
            {
                **about,
                **{key: move[key] for key in _OF_A_MOVE},
                "versions": _versions(move, changes),
            }
            for move in moves
        ],
    }


def _versions(move: Mapping[str, Any], changes: list[Record]) -> tuple[int | None, int | None]:
    """Return the version before the first change of the kind, and the one after the last."""
    first = next(change for change in changes if change["kind"] == move["kind"])
    return first["before_version_id"], move["after_version_id"]


def _mark_costs(ledger: Ledger, moves: list[Record]) -> None:
    """Say of each move of a cost whether its ends rest on derived steps, on the day of the move."""
    versions = [(move, move.pop("versions")) for move in moves]
    costs = [(move, ids) for move, ids in versions if move["kind"] == "effective"]
    rows = _load_versions(ledger, [each for _, ids in costs for each in ids])
    for move, ids in costs:
        ends = zip(("before", "after"), ids, strict=True)
        move["by_rule"] = {
            side: version in rows and _is_by_rule(rows[version], move["changed_at"], ledger)
            for side, version in ends
        }


def _is_by_rule(row: sqlite3.Row, at: str, ledger: Ledger) -> bool:
    from planwatch.ledger.plans.read import plan_of_row  # as in `_cost_ends`

    return plan_of_row(row, at, ledger.rules).is_by_rule


def _load_versions(
    ledger: Ledger, version_ids: Sequence[int | None]
) -> dict[int | None, sqlite3.Row]:
    if not version_ids:
        return {}
    from planwatch.ledger.plans.read import VERSION_COLUMNS  # as in `_cost_ends`

    rows = ledger.query(
        f"SELECT v.version_id, {VERSION_COLUMNS} FROM plan_versions AS v"  # noqa: S608 - a constant
        " JOIN plans AS p USING (plan_id)"
        " WHERE v.version_id IN (SELECT value FROM json_each(?))",
        (json.dumps(version_ids),),
    )
    return {row["version_id"]: row for row in rows}


def _cost_ends(
    ledger: Ledger, first: Mapping[str, Any], last: Mapping[str, Any]
) -> tuple[int, int]:
    """Return the costs before the first change and after the last, both signed when it came.

    So that neither the months between two changes of cost nor another rise rule moves anything.
    """
    # imported here: `changes` must start like `status` where no cost has moved
    from planwatch.ledger.plans.read import plan_of_row

    rows = _load_versions(ledger, [first["before_version_id"], last["after_version_id"]])
    costs = {
        version_id: plan_of_row(row, last["changed_at"], ledger.rules).effective_pence
        for version_id, row in rows.items()
    }
    ends = (costs.get(first["before_version_id"]), costs.get(last["after_version_id"]))
    if ends[0] is None or ends[1] is None:  # a ledger of an earlier schema
        return int(first["before"]), int(last["after"])
    return ends[0], ends[1]
