"""Scraped text is shown as it is: no markup is read from it, no control character gets through."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import RenderableType

from planwatch.domain.record import plan_record
from planwatch.errors import LayoutChanged
from planwatch.views.jobs.jobs import render_outcomes
from planwatch.views.market.analysis import render_analysis
from planwatch.views.market.changes import render_net_moves
from planwatch.views.market.market import render_plans
from planwatch.views.output.streams import console
from tests.support.plans import make_plan

Capture = pytest.CaptureFixture[str]
EVIL = "[bold red]<script>alert(1)</script>[/]"


def _shown(capsys: Capture, view: RenderableType) -> str:
    console().print(view)
    return capsys.readouterr().out


def _analysis(text: str) -> dict[str, Any]:
    columns = [{"key": "plan", "label": text, "kind": "text"}]
    table = {"id": "t", "title": text, "columns": columns, "rows": [{"plan": text}]}
    section = {"id": "s", "title": text, "sentences": [text], "tables": [table]}
    return {
        "kind": "compare",
        "brands": [text, "EE"],
        "focus": None,
        "as_of": "2026-11-16",
        "verdict": text,
        "findings": [text],
        "sections": [section],
        "caveats": [text],
        "left_out": [],
    }


def test_a_plan_called_like_markup_is_shown_as_such(capsys: Capture) -> None:
    plan = make_plan(variant=EVIL, condition=EVIL)
    record = {**plan_record(plan), "offers": [], "first_seen": None, "last_seen": None}

    shown = _shown(capsys, render_plans([record], total=1, title=EVIL))

    # tier and remark are folded at their space
    assert (shown.count("[bold"), shown.count("red]<script>")) == (3, 3), "title, tier and remark"


def test_a_change_of_a_plan_called_like_markup_is_shown_as_such(
    capsys: Capture,
) -> None:
    line = {
        "changed_at": "2026-11-16T09:00:00.000Z",
        "source": "ee",
        "plan": EVIL,
        "currency": "GBP",
        "verified": True,
        "moves": [{"kind": "extras", "before": {"extras": []}, "after": {"extras": [EVIL]}}],
    }

    assert _shown(capsys, render_net_moves([line], total=1)).count("[bold red]") == 2


def test_an_analysis_with_markup_in_every_text_is_shown_as_such(
    capsys: Capture,
) -> None:
    view = render_analysis(
        _analysis(EVIL),
        created_at="2026-11-16T09:00:00.000Z",
        written_by="t",
        cached=False,
        note=None,
    )

    assert _shown(capsys, view).count("[bold red]") == 9


def test_an_error_that_quotes_a_page_is_shown_as_such(capsys: Capture) -> None:
    error = LayoutChanged(f"the page is {EVIL}").as_record()
    source = {
        "source": "ee",
        "outcome": "broken_layout",
        "plans": 0,
        "new": 0,
        "withdrawn": 0,
        "changed": 0,
        "duration_s": 0.1,
        "error": error,
    }

    assert "[bold red]" in _shown(capsys, render_outcomes({"sources": [source], "plans_total": 0}))


def test_control_characters_of_a_page_reach_neither_a_plan_nor_an_error() -> None:
    evil = "Lite\x1b]0;owned\x07\x1b[2J\u202e"

    plan = make_plan(name=evil, variant=evil, extras=(evil,))

    assert (plan.name, plan.variant, plan.extras) == (
        "Lite]0;owned[2J",
        "Lite]0;owned[2J",
        ("Lite]0;owned[2J",),
    )
    assert LayoutChanged(f"the page is {evil}").message == "the page is Lite]0;owned[2J"
