"""Explain a fact: its formula, the plans that it was computed from, and their pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planwatch.analysis.formulas import IN_A_SENTENCE
from planwatch.errors import UnknownName
from planwatch.home import Home
from planwatch.ledger.reports.analyses import StoredAnalysis
from planwatch.ledger.store.connection import Ledger
from planwatch.services.market.report_data import ReportPlan, load_report


def find_fact(analysis: StoredAnalysis, text: str) -> Mapping[str, Any]:
    """Return the fact with that id, or the only one whose id begins so.

    Raises:
        UnknownName: none or several do; the hint lists some.
    """
    facts = _facts_by_id(analysis)
    if text in facts:
        return facts[text]
    found = [fact_id for fact_id in facts if fact_id.startswith(text)]
    if len(found) == 1:
        return facts[found[0]]
    like = found or [fact_id for fact_id in facts if text.lower() in fact_id]
    some = ", ".join(like[:8])
    raise UnknownName(
        f"{'several facts begin' if found else 'no fact begins'} with {text!r} in analysis "
        f"{analysis.analysis_id}",
        hint=f"{'for example' if like else 'list them:'} "
        f"{some or f'planwatch show {analysis.analysis_id} --facts'}",
    )


def has_fact(analysis: StoredAnalysis, text: str) -> bool:
    """Tell whether the id of any fact begins so."""
    return any(fact_id.startswith(text) for fact_id in _facts_by_id(analysis))


def _facts_by_id(analysis: StoredAnalysis) -> dict[str, Mapping[str, Any]]:
    return {str(fact["id"]): fact for fact in analysis.document.get("facts") or ()}


def explain(
    ledger: Ledger, home: Home, analysis: StoredAnalysis, fact: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a fact with its formula in a sentence, and each plan with the page behind it.

    Returns:
        `fact`; `formula` (name, says); `inputs`: per plan its costs in pence, the address and day
        of its page, and the file of the archive that has the page's bytes, None where it is gone.
    """
    plans = {plan.plan_id: plan for plan in load_report(ledger, analysis).plans}
    rows = {
        row["plan_id"]: row
        for name in ("considered", "left_out")
        for row in analysis.document.get(name) or ()
    }
    name = str(fact["formula"])
    return {
        "fact": dict(fact),
        "formula": {"name": name, "says": IN_A_SENTENCE.get(name, "")},
        "inputs": [
            _input_of(home, plans.get(plan_id), rows.get(plan_id, {}), plan_id)
            for plan_id in fact.get("plan_ids") or ()
        ],
    }


def _input_of(
    home: Home, plan: ReportPlan | None, row: Mapping[str, Any], plan_id: str
) -> dict[str, Any]:
    sha256 = row.get("capture_sha256")
    file = home.archive / sha256[:2] / f"{sha256}.gz" if sha256 else None
    return {
        "plan_id": plan_id,
        "plan": plan.name if plan else plan_id,
        "headline_pence": plan.headline_pence if plan else None,
        "effective_pence": plan.effective_pence if plan else row.get("effective_pence"),
        "may_rise": plan.may_rise if plan else False,
        "by_rule": plan.is_by_rule if plan else False,
        "as_of": plan.as_of if plan else row.get("as_of"),
        "url": plan.url if plan else row.get("url"),
        "captured_at": plan.captured_at if plan else row.get("captured_at"),
        "page_file": str(file) if file is not None and file.exists() else None,
    }
