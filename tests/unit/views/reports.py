"""Reports for tests: documents of the shapes that the ledger may hold, hostile texts among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.ledger.plans.price_moves import PriceMoves
from planwatch.ledger.reports.analyses import StoredAnalysis
from planwatch.services.market.report_data import Moved, Report, ReportPlan
from tests.support.plans import make_plan

SCRIPT: Final = "[bold red]<script>alert(1)</script>"
IMAGE: Final = '"><img src=x onerror=alert(1)>'
MARKED: Final = (
    "a | b `c` [d](https://evil.example) **e** _f_ https://evil.example www.evil.example"
)
HOSTILE: Final = (SCRIPT, IMAGE, MARKED, "javascript:alert(1)", "{{ 7 * 7 }}")


def make_report_plan(**overrides: Any) -> ReportPlan:
    """Return O2's plan of 25 GB at £10.00, £12.50 over its term, with `overrides`."""
    ordinary: dict[str, Any] = {
        "plan_id": "o2:o2-25gb-24m",
        "brand": "O2",
        "name": "O2 25 GB, 24 months",
        "allowance": Allowance.of_gb(25),
        "term_months": 24,
        "headline_pence": 1000,
        "effective_pence": 1250,
        "as_of": "2026-11-16",
        "captured_at": "2026-11-16T09:00:00.000Z",
        "url": "https://www.o2.example/sim?a=1&b=2",
    }
    return ReportPlan(**{**ordinary, **overrides})


RIVAL: Final = make_report_plan(
    plan_id="ee:ee-unlimited-1m",
    brand="EE",
    name="EE unlimited data, 1 month",
    allowance=UNLIMITED,
    term_months=1,
    headline_pence=2000,
    effective_pence=2000,
    url="https://ee.example/",
)


def make_fact(**overrides: Any) -> dict[str, Any]:
    ordinary = {
        "id": "effective.o2-25gb-24m",
        "kind": "effective",
        "label": "effective cost",
        "value": 1250,
        "unit": "pence_per_month",
        "subject": "O2 25 GB, 24 months",
        "about": {"kind": "plan", "brand": "O2", "plan_id": "o2:o2-25gb-24m", "place": None},
        "base": None,
        "against": None,
        "formula": "Comparable monthly cost",
        "plan_ids": ["o2:o2-25gb-24m"],
    }
    return {**ordinary, **overrides}


def make_table(rows: Sequence[Mapping[str, Any]], *columns: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "id": "t",
        "title": "A table",
        "columns": [{"key": key, "label": label, "kind": kind} for key, label, kind in columns],
        "rows": list(rows),
    }


def make_document(**overrides: Any) -> dict[str, Any]:
    """Return a comparison of O2 and EE with one section."""
    plan_columns = (("plan", "Plan", "text"), ("effective_pence", "Effective", "money"))
    row = {
        "plan": "O2 25 GB, 24 months",
        "effective_pence": 1250,
        "ids": {"plan": "o2:o2-25gb-24m", "effective_pence": "effective.o2-25gb-24m"},
    }
    table = make_table([row], *plan_columns)
    ordinary = {
        "kind": "compare",
        "brands": ["O2", "EE"],
        "market_brands": ["O2", "EE"],
        "focus": None,
        "as_of": "2026-11-16",
        "verdict": "O2 is cheaper.",
        "findings": ["The first finding.", "The second finding."],
        "sections": [
            {"id": "ladder", "title": "Ladder", "sentences": ["A sentence."], "tables": [table]}
        ],
        "facts": [make_fact()],
        "caveats": ["A caveat."],
        "left_out": [],
    }
    return {**ordinary, **overrides}


def make_report(document: Mapping[str, Any] | None = None, **overrides: Any) -> Report:
    """Return a report over two plans, without history, of a real market."""
    document = document or make_document()
    ordinary: dict[str, Any] = {
        "analysis": StoredAnalysis(
            analysis_id="qfm7m07802",
            kind=str(document.get("kind", "compare")),
            brands=tuple(document.get("brands") or ("O2", "EE")),
            job_id=None,
            created_at="2026-11-16T09:12:00.000Z",
            as_of="2026-11-16",
            plans_digest="",
            written_by="template",
            document=document,
        ),
        "note": None,
        "plans": [make_report_plan(), RIVAL],
        "moves": [],
        "moved": Moved(new=0, withdrawn=0, changed=0),
        "sources": [{"source": "o2", "brand": "O2", "freshness": "stale", "age_h": 50.0}],
    }
    return Report(**{**ordinary, **overrides})


def make_move(**overrides: Any) -> PriceMoves:
    plan = make_plan(**overrides)
    steps = ((date(2026, 11, 2), 1000), (date(2026, 11, 9), 1250))
    return PriceMoves(plan=plan, steps=steps, last_seen=date(2026, 11, 16))


def make_hostile_report(text: str) -> Report:
    """Return a report in which every text that a page may have written is `text`."""
    table = {
        "id": text,
        "title": text,
        "columns": [
            {"key": "plan", "label": text, "kind": "text"},
            {"key": "brand", "label": text, "kind": "text"},
            {"key": "cost_pence", "label": text, "kind": "money"},
        ],
        "rows": [{"plan": text, "brand": text, "cost_pence": text}],
    }
    baskets = make_table(
        [{"basket": text, "a_pence": 500, "b_pence": 600}],
        ("basket", text, "text"),
        ("a_pence", text, "money"),
        ("b_pence", text, "money"),
    )
    document = make_document(
        brands=[text, "EE"],
        market_brands=[text, "EE"],
        verdict=text,
        findings=[text, {"title": text, "body": text, "fact_ids": [text]}],
        actions=[text],
        sections=[
            {"id": text, "title": text, "sentences": [text], "tables": [table]},
            {"id": "baskets", "title": text, "sentences": [], "tables": [baskets]},
        ],
        facts=[make_fact(id=text, label=text, subject=text, base=text, formula=text, unit=text)],
        caveats=[text],
    )
    plan = make_report_plan(brand=text, name=text, url=text, plan_id="a:b", captured_at=None)
    left_out = make_report_plan(plan_id="c:d", name=text, brand=text, url=text, reason=text)
    return make_report(
        document,
        plans=[plan, RIVAL, left_out],
        moves=[make_move(brand=text, source="o2", variant=text)],
        note=text,
    )
