"""A plan's cost taken apart: each month with its reason, the rules in it, the page behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from planwatch.analysis.market.comparable import comparable_pence
from planwatch.domain.london import london_day
from planwatch.domain.month_runs import month_prices, month_runs, total_pence
from planwatch.domain.phrasing import name_plan_of_brand
from planwatch.domain.plan import Plan
from planwatch.domain.record import plan_record
from planwatch.domain.rise_rules import RiseRule, rule_record
from planwatch.domain.schedule import add_months
from planwatch.home import Home
from planwatch.ledger.pages.health import load_health
from planwatch.ledger.plans.market_history import load_captures_of
from planwatch.ledger.plans.read import StoredPlan, load_offers, stored_plan_record
from planwatch.ledger.store.connection import Ledger
from planwatch.workflows.freshness import market_now

Record = dict[str, Any]


def explain_stored(
    ledger: Ledger, home: Home, stored: StoredPlan, name: str, *, is_now: bool
) -> Record:
    """Return the cost of a plan in the ledger, in the shape of docs/reference/json.md.

    Args:
        name: by which no other plan is called.
        is_now: the plan as it stands, not as it was on a former day.
    """
    health = load_health(ledger).get(stored.plan.source) if is_now else None
    offers = load_offers(ledger, [stored.plan_id]) if is_now else {}
    page = load_captures_of(ledger, [stored.version_id]).get(stored.version_id)
    record = {
        **stored_plan_record(stored, offers.get(stored.plan_id, [])),
        "source_outcome": None if health is None else health.outcome.value,
    }
    return {
        **_explain(stored.plan, london_day(market_now(ledger))),
        "name": name,
        "plan": record,
        "as_it_was_on": None if is_now else stored.plan.as_of.isoformat(),
        "withdrawn_at": stored.withdrawn_at,
        "page": None if page is None else locate_page(home, page),
    }


def explain_past(ledger: Ledger, plan: Plan, page: Mapping[str, Any] | None) -> Record:
    """Return the cost of a plan as an analysis had it, in the same shape.

    Args:
        page: as `locate_page` gives it; None where nobody knows it.
    """
    unknown: Record = {"offers": [], "first_seen": None, "last_seen": None, "source_outcome": None}
    return {
        **_explain(plan, london_day(market_now(ledger))),
        "plan": {**plan_record(plan), **unknown},
        "as_it_was_on": plan.as_of.isoformat(),
        "page": page,
    }


def locate_page(home: Home, page: Mapping[str, Any]) -> Record:
    """Return where a page stood, when it was captured, and the file that has its bytes."""
    sha256 = page["sha256"]
    file = home.archive / sha256[:2] / f"{sha256}.gz"
    return {
        "url": page["url"],
        "captured_at": page["captured_at"],
        "page_file": str(file) if file.exists() else None,
    }


def _explain(plan: Plan, today: date) -> Record:
    used = [rule for rule in plan.completion.rules if is_used(rule, plan)]
    return {
        "plan": {},
        "name": name_plan_of_brand(plan),
        "months": [
            {
                "month": each.month,
                "from": each.starts.isoformat(),
                "price_pence": each.price_pence,
                "reason": each.reason,
                "derived": each.derived,
            }
            for each in month_prices(plan)
        ],
        "runs": [
            {
                "months": run.months,
                "from": run.first.starts.isoformat(),
                "to": run.last.starts.isoformat(),
                "price_pence": run.first.price_pence,
                "total_pence": run.total_pence,
                "by_pence": run.by_pence,
                "reason": run.first.reason,
                "day": run.first.day.isoformat() if run.first.day else None,
                "derived": run.first.derived,
            }
            for run in month_runs(plan)
        ],
        "term": max(plan.term_months, 1),
        "total_pence": total_pence(plan),
        "billing_days": plan.billing_days,
        "comparable_pence": comparable_pence(plan),
        "rules": [rule_record(rule, today) for rule in used],
        "conflicts": [
            {
                "month": each.month,
                "from": add_months(plan.as_of, each.month - 1).isoformat(),
                "printed_pence": each.printed_pence,
                "rule_pence": each.rule_pence,
                "source": each.source,
            }
            for each in plan.completion.conflicts
        ],
        "as_it_was_on": None,
        "withdrawn_at": None,
        "page": None,
    }


def is_used(rule: RiseRule, plan: Plan) -> bool:
    """Tell whether a rule that holds for the plan says anything of its term."""
    return rule.kind != "stated" or bool(rule.rise_days(plan.as_of, plan.term_months))
