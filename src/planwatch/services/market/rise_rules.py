"""The rise rules as people may check them: the table, and which of them a plan uses and why."""

from __future__ import annotations

from datetime import date
from typing import Any

from planwatch.domain.london import london_day
from planwatch.domain.plan import Plan
from planwatch.domain.rise_rules import SHORTEST_CONTRACT_MONTHS, RiseRule, rule_record
from planwatch.domain.rise_table import RiseTable
from planwatch.ledger.plans.finding import find_plans
from planwatch.ledger.plans.names import load_plan_names
from planwatch.ledger.plans.read import load_plans
from planwatch.ledger.store.connection import Ledger
from planwatch.services.market.plan_costs import is_used
from planwatch.workflows.freshness import market_now

Record = dict[str, Any]


def list_rules(table: RiseTable, today: date) -> list[Record]:
    """Return every rule in the shape of docs/reference/json.md, in the order of the table."""
    return [rule_record(rule, today) for rule in table.rules]


def judge_rules(ledger: Ledger, words: str) -> list[Record]:
    """Return for a plan, at each of its sources, the rules of its brand: used, or why not.

    Raises:
        UnknownName: no plan, or too many, are meant.
    """
    today = london_day(market_now(ledger))
    ids = [found.row_id for found in find_plans(ledger, words)]
    names = load_plan_names(ledger, ids)
    return [
        {
            "name": names[stored.plan_id],
            "brand": stored.plan.brand,
            "source": stored.plan.source,
            "plan_key": stored.plan_key,
            "signed": stored.plan.as_of.isoformat(),
            "rules": [
                {**rule_record(rule, today), "holds": not why_not, "why_not": why_not}
                for rule in ledger.rules.of(stored.plan.brand)
                for why_not in [_find_obstacles(rule, stored.plan)]
            ],
        }
        for stored in load_plans(ledger, ids)
    ]


def _find_obstacles(rule: RiseRule, plan: Plan) -> list[str]:
    """Return why the plan's cost does not use a rule of its brand; [] where it does."""
    if plan.term_months < SHORTEST_CONTRACT_MONTHS:
        return ["short_term"]
    misfits: list[str] = list(rule.find_misfits(plan))
    if misfits:
        return misfits
    if rule not in plan.completion.rules:
        return ["part_goes_first"]
    return [] if is_used(rule, plan) else ["no_rise_in_term"]
