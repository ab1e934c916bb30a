"""One plan over time: its versions with the pages behind them, and when it was withdrawn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from planwatch.domain.change import Change, diff_plans
from planwatch.domain.london import london_day
from planwatch.domain.plan import Plan
from planwatch.domain.record import plan_from_content
from planwatch.ledger.plans.names import load_plan_names
from planwatch.ledger.store.connection import Ledger


def load_histories(ledger: Ledger, plan_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return the history of each plan, by its row, in their order; see docs/reference/json.md."""
    rows = ledger.query(
        "SELECT plan_id, brand, source, plan_key, first_seen, last_seen, withdrawn_at"
        " FROM plans WHERE plan_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(plan_ids)),),
    )
    names = load_plan_names(ledger, plan_ids)
    found = {row["plan_id"]: row for row in rows}
    return [
        _history(ledger, dict(found[plan_id]), names[plan_id])
        for plan_id in plan_ids
        if plan_id in found
    ]


def _history(ledger: Ledger, head: dict[str, Any], shown: str) -> dict[str, Any]:
    plan_id = int(head["plan_id"])
    rows = ledger.query(
        "SELECT v.version_id, v.content, v.first_seen, v.last_seen, c.name AS page, c.url AS url,"
        " c.captured_at, c.sha256, EXISTS (SELECT 1 FROM changes AS m"
        "  WHERE m.after_version_id = v.version_id AND m.is_correction) AS is_correction"
        " FROM plan_versions AS v LEFT JOIN captures AS c USING (capture_id)"
        " WHERE v.plan_id = ? ORDER BY v.first_seen, v.version_id",
        (plan_id,),
    )
    versions: list[dict[str, Any]] = []
    before: Plan | None = None
    for row in rows:
        plan = plan_from_content(
            json.loads(row["content"]),
            brand=head["brand"],
            source=head["source"],
            as_of=london_day(row["first_seen"]),
            rules=ledger.rules.of(head["brand"]),
        )
        versions.append(_version(row, plan, before))
        before = plan
    return {
        **head,
        "plan_id": f"{head['source']}:{head['plan_key']}",
        "name": before.name if before else "",
        "plan": shown,
        "gaps": _gaps(ledger, plan_id, head["withdrawn_at"]),
        "versions": versions,
    }


def _version(row: Any, plan: Plan, before: Plan | None) -> dict[str, Any]:
    moved = diff_plans(before, plan) if before else ()
    return {
        "first_seen": row["first_seen"],
        "last_seen": row["last_seen"],
        "price_pence": plan.price_pence,
        "effective_pence": plan.effective_pence,
        "printed_effective_pence": plan.printed_effective_pence,
        "exit_price_pence": plan.exit_price_pence,
        "list_price_pence": plan.list_price_pence,
        "promo_months": plan.promo_months,
        "data_mb": plan.allowance.data_mb,
        "unlimited": plan.allowance.unlimited,
        "term_months": plan.term_months,
        "currency": plan.currency,
        "is_correction": bool(row["is_correction"]),
        "moves": [
            {
                "kind": move.kind,
                "before": move.before,
                "after": move.after,
                "by_rule": _marks(move, before, plan),
            }
            for move in moved
        ],
        "capture": _capture(row),
    }


def _marks(move: Change, before: Plan | None, after: Plan) -> dict[str, bool] | None:
    """Return of a move of cost whether its ends rest on derived steps, both signed when it came."""
    if move.kind != "effective" or before is None:
        return None
    ends = {"before": before.signed_on(after.as_of), "after": after}
    return {side: plan.is_by_rule for side, plan in ends.items()}


def _capture(row: Any) -> dict[str, Any] | None:
    if row["sha256"] is None:
        return None
    return {key: row[key] for key in ("page", "url", "captured_at", "sha256")}


def _gaps(ledger: Ledger, plan_id: int, withdrawn_at: str | None) -> list[dict[str, Any]]:
    """Return when the plan was withdrawn and relaunched, without withdrawals that never were."""
    rows = ledger.query(
        "SELECT kind, changed_at, is_correction FROM changes WHERE plan_id = ?"
        " AND kind IN ('withdrawn', 'relaunched') ORDER BY change_id",
        (plan_id,),
    )
    gaps: list[dict[str, Any]] = []
    was_corrected = False
    for row in rows:
        if row["kind"] == "withdrawn":
            gaps.append({"withdrawn_at": row["changed_at"], "relaunched_at": None})
            was_corrected = bool(row["is_correction"])
        elif gaps and gaps[-1]["relaunched_at"] is None:
            if was_corrected and row["is_correction"]:
                gaps.pop()  # a correction made it and a correction took it back
            else:
                gaps[-1]["relaunched_at"] = row["changed_at"]
    if withdrawn_at and not (gaps and gaps[-1]["relaunched_at"] is None):
        gaps.append({"withdrawn_at": withdrawn_at, "relaunched_at": None})
    return gaps
