"""`planwatch history`: which plan is meant, and what its life looks like."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from parsel import Selector

from planwatch.domain.outcome import Outcome
from planwatch.domain.phrasing import format_pounds
from planwatch.domain.plan import Plan
from planwatch.ledger.plans.sightings import save_sightings
from planwatch.ledger.store.connection import Ledger
from planwatch.sources.contract import group_offers
from planwatch.views.market.history import sample
from planwatch.views.market.history_chart import draw_history_chart
from planwatch.views.table.sparkline import render_sparkline
from tests.support.cli import read_json, run_planwatch
from tests.support.large_market import save_market
from tests.support.plans import make_plan


@pytest.fixture(autouse=True)
def lives(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """50 GB is cut on the 2nd, gone from the 3rd, withdrawn on the 4th, back on the 6th."""
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-06T12:00:00Z")
    for number in range(1, 7):
        large = make_plan(gb=50, price_pence=1500 if number == 1 else 1400)
        absent = number in (3, 4, 5)
        others = [
            make_plan(gb=5),
            make_plan(gb=5, term_months=1),
            make_plan(gb=5, source="uswitch"),
        ]
        save_market(ledger, [*others, *([] if absent else [large])], date(2026, 11, number))


def _histories(*plan: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_json("history", *plan)["histories"]
    return found


@pytest.mark.parametrize("plan", [["o2-50gb-24m"], ["o2-50"], ["O2", "50GB"], ["o2 50 gb"]])
def test_a_plan_is_meant_by_its_key_its_beginning_or_words(plan: list[str]) -> None:
    assert [one["plan_key"] for one in _histories(*plan)] == ["o2-50gb-24m"]


def test_a_plan_at_several_sources_has_a_history_at_each() -> None:
    assert [one["source"] for one in _histories("o2-5gb-24m")] == ["o2", "uswitch"]


def test_versions_say_what_changed_and_gaps_when_it_was_gone() -> None:
    [one] = _histories("o2-50gb-24m")

    assert one["gaps"] == [
        {
            "withdrawn_at": "2026-11-04T09:00:00.000Z",
            "relaunched_at": "2026-11-06T09:00:00.000Z",
        }
    ]
    assert [
        (version["price_pence"], [move["kind"] for move in version["moves"]])
        for version in one["versions"]
    ] == [(1500, []), (1400, ["headline", "effective"])]
    assert sample(one, "price_pence") == [1500, 1400, 1400, None, None, 1400]


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ("o2-60gb-24m", "the nearest are o2-50gb-24m"),
        ("", "no plan is called ''"),
    ],
)
def test_a_plan_that_is_not_clear_is_refused_with_names(plan: str, said: str) -> None:
    done = run_planwatch("history", plan)

    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize(
    "words", [["O2", "5GB"], ["5gb", "o2"], ["--plan", "o2-5gb-1m", "--plan", "5gb 24 months"]]
)
def test_words_that_mean_a_few_plans_show_them_on_one_chart(words: list[str]) -> None:
    shown = run_planwatch("history", *words).stdout
    record = read_json("history", *words)

    assert record["plan_keys"] == ["o2-5gb-1m", "o2-5gb-24m"]
    assert record["plan_key"] is None
    for letter, one in zip("ABC", record["histories"], strict=True):
        cost = format_pounds(one["versions"][-1]["effective_pence"])
        assert f" {letter}  {one['plan']}: {cost}" in shown
    assert "Effective cost a month" in shown


def test_a_chart_draws_a_cut_and_leaves_a_gap_where_a_plan_was_gone() -> None:
    shown = run_planwatch("history", "--plan", "o2-50", "--plan", "o2-5gb-1m").stdout
    rows = [line.split("│", 1)[1] for line in shown.splitlines() if "│" in line[:9]]

    assert "A  O2 50 GB, 24 months: £17.71 → £16.71" in shown
    assert rows[0].lstrip().startswith("A─")
    cut = next(row for row in rows[1:] if "A" in row)
    assert "   " in cut.strip(), "withdrawn from the 4th to the 6th"
    assert "1 Nov 2026" in shown


def test_the_days_of_a_chart_are_londons_and_events_are_marked() -> None:
    version = {
        "first_seen": "2026-06-30T23:30:00.000Z",
        "effective_pence": 1000,
        "currency": "GBP",
    }
    one = {
        "plan": "O2 5 GB, 24 months",
        "first_seen": version["first_seen"],
        "last_seen": "2026-07-10T09:00:00.000Z",
        "versions": [version],
        "gaps": [],
    }
    events = [(date(2026, 7, 5), "the price cap"), (date(2026, 6, 30), "too early")]

    lines = [
        line.plain for line in draw_history_chart([one, one], 60, is_plain=True, events=events)
    ]

    assert any(line.strip().startswith("1 Jul 2026") for line in lines)
    assert " ^  5 Jul 2026: the price cap" in lines
    assert not any("too early" in line for line in lines)
    assert all(line.isascii() for line in lines if "£" not in line)


def test_a_page_has_the_chart_and_a_table_for_each_plan(tmp_path: Path) -> None:
    page = tmp_path / "two.html"

    done = run_planwatch("history", "o2", "5gb", "--html", "-o", str(page))

    assert done.returncode == 0
    tree = Selector(page.read_text())
    assert tree.css("h1::text").get() == "Price history: 3 plans"
    assert len(tree.css("svg.wide path")) >= 3
    assert tree.css("section h2::text").getall()[1:] == [
        "O2 5 GB, 1 month",
        "O2 5 GB, 24 months",
        "O2 5 GB, 24 months at Uswitch",
        "Caveats",
    ]
    assert "script" not in page.read_text()


def test_no_plan_or_too_many_are_refused() -> None:
    nothing = run_planwatch("history")
    save = [f"--plan=o2-5gb-{term}" for term in ("1m", "24m")]

    assert (nothing.returncode, "no plan is named" in nothing.stderr) == (2, True)
    assert run_planwatch("history", *save).returncode == 0


def test_a_stream_without_blocks_gets_ascii() -> None:
    assert render_sparkline([100, None, 200], "utf-8") == "▁ █"
    assert render_sparkline([100, None, 200], "ascii") == "_ #"
    assert run_planwatch("history", "o2-50", env={"PYTHONIOENCODING": "ascii"}).returncode == 0


def _read_again(ledger: Ledger, *plans: Plan, day: int, rereads: bool = True) -> None:
    """Write what a repaired parser reads of the pages of that day."""
    with ledger.transaction():
        save_sightings(
            ledger,
            source="o2",
            offers=group_offers(plans),
            outcome=Outcome.OK,
            at=f"2026-11-{day:02}T09:00:00.000Z",
            job_id=None,
            capture_ids={},
            is_correction=True,
            rereads=rereads,
        )


def _keys_on(day: int) -> list[str]:
    found = read_json("plans", "--source", "o2", "--as-of", f"2026-11-{day:02}")["plans"]
    return [plan["plan_key"] for plan in found]


OTHERS = (make_plan(gb=5), make_plan(gb=5, term_months=1))
LARGE = make_plan(gb=50, price_pence=1400)


def test_a_plan_that_never_was_has_a_history_all_the_same(ledger: Ledger) -> None:
    save_market(ledger, [*OTHERS, LARGE, make_plan(gb=77)], date(2026, 11, 7))
    _read_again(ledger, *OTHERS, LARGE, day=7)

    assert run_planwatch("history", "o2-77gb-24m").returncode == 0


def test_a_plan_that_a_correction_withdrew_is_gone_until_it_is_seen(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-09T12:00:00Z")
    _read_again(ledger, *OTHERS, day=6)
    for number, plans in ((7, OTHERS), (8, OTHERS), (9, (*OTHERS, LARGE))):
        save_market(ledger, plans, date(2026, 11, number))

    assert ["o2-50gb-24m" in _keys_on(day) for day in (6, 8, 9)] == [False, False, True]
    assert _histories("o2-50")[0]["gaps"][-1] == {
        "withdrawn_at": "2026-11-06T09:00:00.000Z",
        "relaunched_at": "2026-11-09T09:00:00.000Z",
    }


def test_a_plan_that_a_correction_brought_back_is_in_force(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-09T12:00:00Z")
    for number in (7, 8):
        save_market(ledger, OTHERS, date(2026, 11, number))
    _read_again(ledger, *OTHERS, LARGE, day=9, rereads=False)

    assert ["o2-50gb-24m" in _keys_on(day) for day in (7, 8, 9)] == [True, False, True]
    assert _histories("o2-50")[0]["gaps"][-1]["relaunched_at"] == "2026-11-09T09:00:00.000Z"
