"""Why a number is what it is: the cost of a plan, a fact of an analysis, or a bare amount.

What is meant, in this order: an amount of money, a fact of the analysis, a plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from planwatch.analysis.market.market import plan_id_of
from planwatch.clock import last_instant_of
from planwatch.domain.london import london_day
from planwatch.domain.phrasing import join_words
from planwatch.domain.plan import Plan
from planwatch.errors import UnknownName, UsageError
from planwatch.home import Home
from planwatch.ledger.jobs.steps import load_value
from planwatch.ledger.plans.finding import find_plans
from planwatch.ledger.plans.market_history import load_plans_on, load_stored_plans_on
from planwatch.ledger.plans.names import load_plan_names
from planwatch.ledger.plans.read import StoredPlan, load_plans, load_versions
from planwatch.ledger.reports.analyses import StoredAnalysis, find_analysis
from planwatch.ledger.store.connection import Ledger
from planwatch.services.market.amount_matches import (
    PLAN_COSTS,
    Amount,
    find_matches,
    parse_amount,
)
from planwatch.services.market.plan_costs import Record, explain_past, explain_stored
from planwatch.services.market.provenance import explain, find_fact, has_fact
from planwatch.services.market.report_data import SNAPSHOT_STEP
from planwatch.workflows.freshness import market_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked.

    Attributes:
        text: words or a key of a plan, a fact's id, or an amount.
        analysis: id of the analysis whose facts are meant; None is the newest.
        source: only the plan at this source.
        day: the plan as it was at the end of that day; None is as it stands.
    """

    text: str
    analysis: str | None = None
    source: str | None = None
    day: date | None = None


def find_answer(ledger: Ledger, home: Home, question: Question) -> Record:
    """Return why the number is what it is, in the shape of docs/reference/json.md.

    Raises:
        UnknownName: no plan, fact or amount is meant, or several plans or facts are.
        UsageError: the options contradict each other, or nothing is known of the day.
    """
    if not question.text.strip():
        raise UsageError("nothing is asked for", hint="name a plan, a fact or an amount")
    stored = _analysis_of(ledger, question)
    amount = parse_amount(question.text)
    if amount is not None:
        return _explain_amount(ledger, home, question, amount, stored)
    if stored and (question.analysis is not None or has_fact(stored, question.text)):
        return _explain_fact(ledger, home, question, stored, find_fact(stored, question.text))
    return _answer(question, plans=_plans_meant(ledger, home, question, stored))


def _analysis_of(ledger: Ledger, question: Question) -> StoredAnalysis | None:
    try:
        return find_analysis(ledger, question.analysis)
    except UnknownName:
        if question.analysis is not None:
            raise
        return None


def _answer(question: Question, **found: Any) -> Record:
    return {"asked": question.text, "why": None, "plans": [], "matches": [], **found}


# --- a plan ---


def _plans_meant(
    ledger: Ledger, home: Home, question: Question, analysis: StoredAnalysis | None
) -> list[Record]:
    ids = _find_ids(ledger, question, analysis)
    names = load_plan_names(ledger, ids)
    if question.day is None:
        stored = load_plans(ledger, ids)
        in_force = [each for each in stored if each.withdrawn_at is None]
        found = in_force or stored
    else:
        found = _past(ledger, ids, question.day)
    return [
        explain_stored(ledger, home, each, names[each.plan_id], is_now=question.day is None)
        for each in found
    ]


def _find_ids(ledger: Ledger, question: Question, analysis: StoredAnalysis | None) -> list[int]:
    """Return the rows of the plans that are meant.

    Raises:
        UnknownName: none, or too many; nor any fact, where the text might be the id of one.
    """
    text = question.text
    try:
        found = find_plans(ledger, text)
    except UnknownName as error:
        if analysis is None or " " in text.strip():
            raise  # no fact has a blank in its id
        facts = f"no fact begins with {text!r} in analysis {analysis.analysis_id}"
        raise UnknownName(f"{error.message}, and {facts}", hint=error.hint) from error
    sources = {each.row_id: each.plan_id.partition(":")[0] for each in found}
    ids = [row for row, source in sources.items() if question.source in (None, source)]
    if not ids:
        raise UnknownName(
            f"{text!r} was never seen at {question.source!r}",
            hint=f"it is at {join_words(sorted(set(sources.values())))}",
        )
    return ids


def _past(ledger: Ledger, ids: Sequence[int], day: date) -> list[StoredPlan]:
    """Return plans as they were at the end of a day, signed on that day.

    Raises:
        UsageError: the day is to come.
        UnknownName: none of them was in force then.
    """
    present = london_day(market_now(ledger))
    if day > present:
        raise UsageError(f"--as-of {day} is in the future", hint=f"today is {present}")
    found = [
        replace(stored, plan=stored.plan.signed_on(day))
        for stored in load_stored_plans_on(ledger, last_instant_of(day))
        if stored.plan_id in ids
    ]
    if not found:
        raise UnknownName(
            f"the plan was not in force on {day}", hint="see its days: planwatch history PLAN"
        )
    return found


# --- a fact ---


def _explain_fact(
    ledger: Ledger,
    home: Home,
    question: Question,
    analysis: StoredAnalysis,
    fact: Mapping[str, Any],
) -> Record:
    trace = explain(ledger, home, analysis, fact)
    inputs = trace["inputs"]
    plans: list[Record] = []
    if str(fact["formula"]) in PLAN_COSTS and len(inputs) == 1:
        plan = _plan_then(ledger, analysis, inputs[0]["plan_id"])
        if plan is not None:
            known = {key: inputs[0][key] for key in ("url", "captured_at", "page_file")}
            page = known if known["captured_at"] else None
            plans = [explain_past(ledger, plan, page)]
    return _answer(question, why=trace, plans=plans)


def _plan_then(ledger: Ledger, analysis: StoredAnalysis, plan_id: str) -> Plan | None:
    """Return a plan as it was at an analysis; by its day where the snapshot was pruned."""
    snapshot = load_value(ledger, analysis.job_id, SNAPSHOT_STEP) if analysis.job_id else None
    if snapshot:
        pairs = [(int(version), str(day)) for version, day in snapshot["versions"]]
        plans = load_versions(ledger, pairs)
    else:
        plans = load_plans_on(ledger, last_instant_of(date.fromisoformat(analysis.as_of)))
    return next((plan for plan in plans if plan_id_of(plan) == plan_id), None)


# --- an amount ---


def _explain_amount(
    ledger: Ledger,
    home: Home,
    question: Question,
    amount: Amount,
    analysis: StoredAnalysis | None,
) -> Record:
    """Explain the one plan or fact of that amount, or list what has it."""
    matches = find_matches(
        ledger,
        amount,
        analysis,
        facts_only=question.analysis is not None,
        source=question.source,
    )
    listed = [match.as_record() for match in matches]
    if len(matches) > 1:
        return _answer(question, matches=listed)
    [match] = matches
    if match.kind == "fact" and analysis:
        fact = find_fact(analysis, match.id)
        return {**_explain_fact(ledger, home, question, analysis, fact), "matches": listed}
    asked = replace(question, text=match.id, day=match.day)
    return _answer(question, plans=_plans_meant(ledger, home, asked, analysis), matches=listed)
