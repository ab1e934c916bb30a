"""Every view that holds tables, over plans, jobs and analyses as a market brings them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

from rich.console import Group, RenderableType

from planwatch.analysis.inputs import NOTHING
from planwatch.domain.plan import PriceStep
from planwatch.domain.record import plan_record
from planwatch.ledger.reports.analyses import StoredAnalysis
from planwatch.views.jobs.jobs import render_job, render_jobs
from planwatch.views.market.analysis import render_analysis
from planwatch.views.market.changes import render_net_moves
from planwatch.views.market.market import render_plans, render_sources
from planwatch.views.market.market_pages import render_analyses
from planwatch.views.market.one_screen import render_bars
from planwatch.views.report.first_table import find_first_table
from planwatch.views.table.table import FittingTable
from tests.support.plans import make_plan, make_three_plan
from tests.support.reports import compare, report_market

PRESENT: Final = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
LONG_ERROR: Final = (
    "the page of https://www.three.example/sim-only has no element that matches"
    " [data-testid=plan-card]: the layout has changed since 2026-11-09"
)
PLANS: Final = (
    make_plan(gb=10, price_pence=1100, roaming=None, variant="Classic"),
    make_plan(
        gb=None,
        price_pence=3200,
        variant="Plus",
        roaming_mb=25600,
        price_steps=(PriceStep(date(2026, 4, 1), 3450),),
    ),
    make_plan(gb=100, term_months=1, price_pence=2400, max_speed_mbps=100, variant="Pay as you go"),
    make_three_plan(variant="Lite"),
    make_plan(brand="Three", gb=None, price_pence=2450, variant="Complete", roaming_mb=25600),
    make_plan(brand="Tesco Mobile", gb=60, term_months=12, price_pence=1200, condition="Clubcard"),
    make_plan(
        brand="iD Mobile",
        source="uswitch",
        gb=100,
        price_pence=1000,
        retailer="iD Mobile",
        variant="data-discount",
        verified=False,
    ),
)


def _plans() -> FittingTable:
    records = [
        {**plan_record(plan), "offers": [], "first_seen": None, "last_seen": None} for plan in PLANS
    ]
    return render_plans(records, total=63)


def _sources() -> FittingTable:
    ordinary = {
        "source": "o2",
        "brand": "O2",
        "outcome": "ok",
        "plans": 13,
        "plans_in_force": 13,
        "plans_absent": 0,
        "failures_in_a_row": 0,
        "age_h": 2.0,
        "freshness": "fresh",
        "error": None,
        "checked_against": "true values of September 2025 in a rebuilt JSON (22 plans)",
    }
    broken = {
        "source": "three",
        "brand": None,
        "outcome": "broken_layout",
        "plans": None,
        "plans_in_force": 0,
        "plans_absent": 0,
        "failures_in_a_row": 0,
        "age_h": None,
        "freshness": "none",
        "error": {"message": LONG_ERROR},
    }
    return render_sources([ordinary, ordinary | broken])


def _changes() -> FittingTable:
    def line(plan: str, **moves: tuple[Any, Any]) -> dict[str, Any]:
        return {
            "changed_at": "2026-11-09T09:00:00.000Z",
            "source": "three",
            "plan": plan,
            "currency": "GBP",
            "verified": True,
            "moves": [
                {"kind": kind, "before": before, "after": after}
                for kind, (before, after) in moves.items()
            ],
        }

    steps = [
        {"increase_pence": 190, "date": "2027-04-01"},
        {"increase_pence": 95, "date": "2028-04-01"},
    ]
    return render_net_moves(
        [
            line("Three Lite 25 GB, 24 months", headline=(700, 1400), effective=(1427, 1527)),
            line("giffgaff Always On 200 GB, 18 months (max 10 Mbps)", rise=([], steps)),
            line("Three 25 GB, 1 month", withdrawn=(900, None)),
        ],
        total=3,
    )


def _job(**overrides: Any) -> dict[str, Any]:
    return {
        "id": "hp7ndt6vgf",
        "kind": "scrape",
        "params": {
            "sources": ["o2", "three", "ee", "sky"],
            "market_date": "2026-11-16",
        },
        "status": "partial",
        "percent": 80,
        "flags": [],
        "waits_for": [],
        "eta_s": 94.0,
        "eta_basis": "history",
        "expected_s": 200.0,
        "current_steps": ["scrape vodafone", "scrape o2", "scrape three"],
        "created_at": "2026-11-16T09:00:00.000Z",
        "started_at": "2026-11-16T09:00:00.000Z",
        "finished_at": None,
        "key": "2026-11-16",
        "error": None,
        "steps_done": 1,
        "steps_total": 2,
        "resumes": 1,
        "steps": [_step("scrape o2", None), _step("scrape three", {"message": LONG_ERROR})],
        "result": {
            "sources": [
                _outcome("o2", "ok", None),
                _outcome("three", "needs_browser", {"message": LONG_ERROR}),
            ],
            "plans_total": 105,
        },
        **overrides,
    }


def _step(name: str, error: dict[str, str] | None) -> dict[str, Any]:
    return {
        "name": name,
        "status": "completed",
        "attempts": 2,
        "started_at": "2026-11-16T09:00:00.000Z",
        "finished_at": "2026-11-16T09:00:42.000Z",
        "error": error,
        "retry_at": "2026-11-16T09:31:00.000Z" if error else None,
        "expected_s": 31.0,
        "longer_than_usual": error is not None,
        "fell_back": False,
        "tries": [],
    }


def _outcome(name: str, outcome: str, error: dict[str, str] | None) -> dict[str, Any]:
    counts = {"plans": 13, "new": 1, "withdrawn": 0, "changed": 4}
    return {"source": name, "outcome": outcome, "duration_s": 0.3, "error": error, **counts}


def _document(kind: str) -> dict[str, Any]:
    if kind == "compare":
        return compare(PLANS, "O2", "Three")
    return report_market(PLANS, "O2", NOTHING)


def _analysis(kind: str) -> Group:
    return render_analysis(
        _document(kind),
        created_at="2026-11-16T09:00:00.000Z",
        written_by="template",
        cached=False,
        note=None,
    )


def _analyses() -> FittingTable:
    stored = StoredAnalysis(
        analysis_id="qfm7m07802",
        kind="compare",
        brands=("O2", "Three"),
        job_id=None,
        created_at="2026-11-16T09:00:00.000Z",
        as_of="2026-11-16",
        plans_digest="",
        written_by="template",
        document=_document("compare"),
    )
    return render_analyses([stored])


def _first_table(kind: str) -> FittingTable:
    """Return the table with bars of one screen."""
    document = _document(kind)
    found = find_first_table(document)
    assert found is not None
    table = found[1]
    return render_bars(table, table["rows"], is_ascii=False)


VIEWS: Final[dict[str, RenderableType]] = {
    "plans": _plans(),
    "sources": _sources(),
    "changes": _changes(),
    "jobs": render_jobs([_job(), _job(current_steps=[])], PRESENT, total=5),
    "job": render_job(_job(), PRESENT),
    "compare": _analysis("compare"),
    "analyse": _analysis("analyse"),
    "one screen": _first_table("compare"),
    "one screen of analyse": _first_table("analyse"),
    "analyses": _analyses(),
}
