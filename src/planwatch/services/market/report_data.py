"""Load what a report shows besides its document: plans, their history, changes since then.

The plans are those of the analysis's own snapshot; where its job was pruned, those that were in
force on its day. The figures of the document win over figures computed anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from planwatch.analysis.market.market import build_market, plan_id_of
from planwatch.clock import format_instant, last_instant_of, parse_instant
from planwatch.domain.allowance import Allowance
from planwatch.domain.phrasing import MARKET_CURRENCY, name_plan_of_brand
from planwatch.domain.plan import Plan
from planwatch.ledger.jobs.steps import load_value
from planwatch.ledger.plans.market_history import load_captures_of, load_plans_on
from planwatch.ledger.plans.price_moves import PriceMoves, load_price_moves
from planwatch.ledger.plans.read import load_current_plans, load_versions
from planwatch.ledger.reports.analyses import StoredAnalysis
from planwatch.ledger.store.connection import Ledger
from planwatch.sources.registry import BUILT_IN, Catalogue
from planwatch.workflows.freshness import market_note, source_records
from planwatch.workflows.reports.inputs import HISTORY_DAYS

SNAPSHOT_STEP: Final = "load plans"
EFFECTIVE: Final = "effective"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPlan:
    """A plan that the analysis considered or left out (`reason` says why).

    Attributes:
        name: with the brand.
        allowance: None where the ledger no longer has the plan.
        effective_pence: as the document has it.
        is_by_rule: whether that rests on steps which the page does not print.
        captured_at: when the page was captured that first showed the plan so.
        url: as scraped; nothing says that it is one.
    """

    plan_id: str
    brand: str
    name: str
    allowance: Allowance | None = None
    term_months: int | None = None
    headline_pence: int | None = None
    currency: str = MARKET_CURRENCY
    effective_pence: int | None = None
    is_by_rule: bool = False
    may_rise: bool = False
    as_of: str | None = None
    captured_at: str | None = None
    url: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How many of the analysis's plans are not as they were."""

    new: int
    withdrawn: int
    changed: int

    @property
    def total(self) -> int:
        return self.new + self.withdrawn + self.changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A stored analysis with all that its page shows.

    Attributes:
        note: what a recorded market must say.
        plans: those considered, then those left out.
        moves: the plans whose cost moved in the 90 days before the analysis, or in the period of a
            digest.
        moved: since the analysis; None where its snapshot is gone and nobody knows.
        sources: each source with its freshness now, as `status --json` has it.
    """

    analysis: StoredAnalysis
    note: str | None
    plans: Sequence[ReportPlan]
    moves: Sequence[PriceMoves]
    moved: Moved | None
    sources: Sequence[Mapping[str, Any]]


def load_report(
    ledger: Ledger, analysis: StoredAnalysis, catalogue: Catalogue = BUILT_IN
) -> Report:
    """Return the report of a stored analysis.

    Args:
        catalogue: the sources that the settings know.
    """
    snapshot = load_value(ledger, analysis.job_id, SNAPSHOT_STEP) if analysis.job_id else None
    brands = set(analysis.document.get("market_brands") or ()) or None
    if snapshot:
        until = snapshot["at"]
        pairs = [(int(version), str(day)) for version, day in snapshot["versions"]]
        versions = load_versions(ledger, pairs)
        ids = [version for version, _ in pairs]
        then = {
            plan_id_of(plan): version
            for plan, version in zip(versions, ids, strict=True)
            if _is_of(plan, brands)
        }
        moved = _count_moved(ledger, then, brands)
        pages = load_captures_of(ledger, ids)
        captures = {
            plan_id_of(plan): pages[version]
            for plan, version in zip(versions, ids, strict=True)
            if version in pages
        }
    else:
        until = last_instant_of(date.fromisoformat(analysis.as_of))
        versions, captures, moved = load_plans_on(ledger, until), {}, None
    since = format_instant(parse_instant(until) - timedelta(days=HISTORY_DAYS))
    opening = analysis.document.get("since")  # a digest's first day
    compared = {row["plan_id"] for row in analysis.document.get("considered") or ()}
    moves = [
        move
        for move in _load_moves(ledger, since, until, opening)
        if _is_of(move.plan, brands)
        and move.plan.currency == MARKET_CURRENCY
        and (move.plan.verified or plan_id_of(move.plan) in compared)
    ]
    return Report(
        analysis=analysis,
        note=market_note(ledger),
        plans=_list_plans(analysis.document, versions, captures, brands),
        moves=moves,
        moved=moved,
        sources=[
            record
            for record in source_records(ledger, catalogue)
            if record["checked_at"] and (brands is None or record["brand"] in {None, *brands})
        ],
    )


def _load_moves(
    ledger: Ledger, since: str, until: str, opening: str | None
) -> Sequence[PriceMoves]:
    """Return the moves since an instant; with the first day of a digest, those from it on."""
    if opening is None:
        return load_price_moves(ledger, since, until)
    # what was in force at the opening may have been seen last before it
    first = date.fromisoformat(opening)
    found = load_price_moves(ledger, min(since, opening), until)
    clipped = (replace(move, steps=_clip(move.steps, first)) for move in found)
    return [move for move in clipped if len(move.steps) > 1]


def _clip(steps: Sequence[tuple[date, int]], first: date) -> tuple[tuple[date, int], ...]:
    """Return the steps from a day on, the cost that was in force before it standing at it."""
    before = [step for step in steps if step[0] < first]
    inside = [step for step in steps if step[0] >= first]
    return (*((first, before[-1][1]) for _ in before[-1:]), *inside)


def _count_moved(ledger: Ledger, then: Mapping[str, int], brands: set[str] | None) -> Moved:
    now = {
        stored.ref: stored.version_id
        for stored in load_current_plans(ledger)
        if _is_of(stored.plan, brands)
    }
    return Moved(
        new=len(now.keys() - then.keys()),
        withdrawn=len(then.keys() - now.keys()),
        changed=sum(now[ref] != then[ref] for ref in now.keys() & then.keys()),
    )


def _is_of(plan: Plan, brands: set[str] | None) -> bool:
    return brands is None or plan.brand in brands


def _list_plans(
    document: Mapping[str, Any],
    versions: Sequence[Plan],
    captures: Mapping[str, Mapping[str, str]],
    brands: set[str] | None,
) -> list[ReportPlan]:
    by_id = {plan_id_of(plan): plan for plan in versions}
    stored = {row["plan_id"]: row for row in document.get("considered") or ()}
    reasons = {row["plan_id"]: row for row in document.get("left_out") or ()}
    costs = {row["plan_id"]: row.get("effective_pence") for row in stored.values()} or {
        fact["about"]["plan_id"]: fact["value"]
        for fact in document.get("facts") or ()
        if fact["kind"] == EFFECTIVE
    }
    mine = [plan for plan in versions if _is_of(plan, brands)]
    listings = build_market(mine, unverified=True).listings
    costs = {item.plan_id: item.plan.effective_pence for item in listings} | costs
    considered = list(stored) or [item.plan_id for item in listings if item.plan_id not in reasons]
    return [
        *(_plan(id_, by_id.get(id_), stored.get(id_), captures, costs) for id_ in considered),
        *(_plan(id_, by_id.get(id_), row, captures, costs) for id_, row in reasons.items()),
    ]


def _plan(
    plan_id: str,
    plan: Plan | None,
    row: Mapping[str, Any] | None,
    captures: Mapping[str, Mapping[str, str]],
    costs: Mapping[str, Any],
) -> ReportPlan:
    row = row or {}
    page = captures.get(plan_id, {})
    stored_name = row.get("name") or f"{row.get('brand', '')} {row.get('plan', plan_id)}".strip()
    return ReportPlan(
        plan_id=plan_id,
        brand=plan.brand if plan else str(row.get("brand", "")),
        name=name_plan_of_brand(plan) if plan else stored_name,
        allowance=plan.allowance if plan else None,
        term_months=plan.term_months if plan else None,
        headline_pence=plan.price_pence if plan else None,
        currency=plan.currency if plan else MARKET_CURRENCY,
        effective_pence=costs.get(plan_id),
        may_rise=plan.may_rise if plan else bool(row.get("may_rise")),
        is_by_rule=plan.is_by_rule if plan else bool(row.get("derived_steps")),
        as_of=row.get("as_of") or (plan.as_of.isoformat() if plan else None),
        captured_at=row.get("captured_at") or page.get("captured_at"),
        url=row.get("url") or page.get("url") or (plan.url if plan else None),
        reason=row.get("reason"),
    )
