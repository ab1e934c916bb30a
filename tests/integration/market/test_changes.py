"""`planwatch changes`: what passes which filter, and what a cron entry is told."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest

from planwatch.domain.moves import MoveFilter
from planwatch.domain.outcome import Outcome
from planwatch.home import Home
from planwatch.ledger.plans.changes import ChangeFilter, load_changes
from planwatch.ledger.plans.sightings import save_sightings
from planwatch.ledger.store.connection import Ledger
from planwatch.sources.contract import group_offers
from tests.support.cli import read_json, run_planwatch
from tests.support.large_market import save_market
from tests.support.plans import make_plan

FIRST = date(2026, 11, 2)
NOW = "2026-11-06T12:00:00Z"


@pytest.fixture
def moved(place: Home, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """O2 falls by £1.00 on day 2, Three rises by £0.30 on day 3, one is new on day 4."""
    monkeypatch.setenv("PLANWATCH_NOW", NOW)
    small = make_plan(gb=5, price_pence=1000)
    large = make_plan(brand="Three", price_pence=2000)
    days = [
        [small, large],
        [make_plan(gb=5, price_pence=900), large],
        [make_plan(gb=5, price_pence=900), make_plan(brand="Three", price_pence=2030)],
        [
            make_plan(gb=5, price_pence=900),
            make_plan(gb=50),
            make_plan(brand="Three", price_pence=2030),
        ],
    ]
    for number, plans in enumerate(days):
        save_market(ledger, plans, FIRST + timedelta(days=number))
    return ledger


def _kinds(ledger: Ledger, wanted: ChangeFilter) -> list[tuple[str, str]]:
    return [(change["brand"], change["kind"]) for change in load_changes(ledger, wanted)]


THREE = [("Three", "headline"), ("Three", "effective")]
O2 = [("O2", "headline"), ("O2", "effective")]
NEW = [("O2", "new")]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ChangeFilter(), NEW + THREE + O2),
        (ChangeFilter(moves=MoveFilter(kinds=["new", "headline"])), [*NEW, THREE[0], O2[0]]),
        (ChangeFilter(source="three"), THREE),
        (ChangeFilter(moves=MoveFilter(brands=["O2"])), NEW + O2),
        (ChangeFilter(until="2026-11-03T23:59:59.999Z"), O2),
        (ChangeFilter(since="2026-11-05"), NEW),
        (ChangeFilter(moves=MoveFilter(direction="up")), THREE),
        (ChangeFilter(moves=MoveFilter(direction="down")), O2),
        (ChangeFilter(moves=MoveFilter(min_pence=100)), O2),
        (ChangeFilter(moves=MoveFilter(min_pence=101)), []),
        (ChangeFilter(moves=MoveFilter(min_percent=1.5)), THREE + O2),
        (ChangeFilter(moves=MoveFilter(min_percent=1.51)), O2),
        (ChangeFilter(moves=MoveFilter(min_pence=100, min_percent=10.01)), []),
    ],
)
def test_a_change_passes_when_it_is_all_that_is_asked_for(
    moved: Ledger, wanted: ChangeFilter, found: list[tuple[str, str]]
) -> None:
    assert _kinds(moved, wanted) == found


def test_what_a_repaired_parser_reads_is_no_change(moved: Ledger) -> None:
    with moved.transaction():
        save_sightings(
            moved,
            source="three",
            offers=group_offers([make_plan(brand="Three", price_pence=9900)]),
            outcome=Outcome.OK,
            at="2026-11-06T09:00:00.000Z",
            job_id=None,
            capture_ids={},
            is_correction=True,
        )

    assert _kinds(moved, ChangeFilter(source="three")) == THREE


@pytest.mark.usefixtures("moved")
def test_the_exit_code_tells_a_cron_entry_whether_anything_changed() -> None:
    assert run_planwatch("changes").returncode == 0
    assert run_planwatch("changes", "--exit-code").returncode == 10
    assert run_planwatch("changes", "--exit-code", "--min-pounds", "1.01").returncode == 0


@pytest.mark.usefixtures("moved")
def test_a_day_given_as_the_end_is_whole_and_a_period_counts_back_from_it() -> None:
    document = read_json("changes", "--since", "1d", "--until", "2026-11-03")

    assert (document["since"], document["until"]) == (
        "2026-11-02T23:59:59.999Z",
        "2026-11-03T23:59:59.999Z",
    )
    assert [change["by_pence"] for change in document["changes"]] == [-100, -100]
    assert [change["by_percent"] for change in document["changes"]] == [-10.0, -10.0]


@pytest.mark.usefixtures("moved")
def test_changes_are_written_as_csv_with_their_amounts(tmp_path: Path) -> None:
    file = tmp_path / "changes.csv"

    run_planwatch("changes", "--kind", "headline", "-o", str(file))

    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    assert [(row["plan_key"], row["before"], row["after"], row["by_pence"]) for row in rows] == [
        ("three-25gb-24m", "2000", "2030", "30"),
        ("o2-5gb-24m", "1000", "900", "-100"),
    ]


@pytest.mark.parametrize(
    ("arguments", "kinds"),
    [
        (["--min-percent", "5"], ["headline", "effective"]),
        (["--min-pounds", "10", "--min-percent", "900"], ["headline", "effective"]),
        (["--min-pounds", "10.01"], []),
        (["--up", "--min-percent", "5"], ["headline", "effective"]),
        (["--down"], []),
    ],
)
def test_a_price_that_was_zero_passes_any_percentage(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, arguments: list[str], kinds: list[str]
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", NOW)
    for number, pence in enumerate((0, 1000)):
        save_market(ledger, [make_plan(price_pence=pence)], FIRST + timedelta(days=number))

    found = read_json("changes", *arguments)["changes"]

    assert [change["kind"] for change in found] == kinds
    assert {(change["by_pence"], change["by_percent"]) for change in found} <= {(1000, None)}


@pytest.mark.usefixtures("moved")
def test_a_kind_without_an_amount_passes_a_threshold_only_when_it_is_named() -> None:
    document = read_json("changes", "--kind", "new", "--kind", "headline", "--min-pounds", "1")

    assert [change["kind"] for change in document["changes"]] == ["new", "headline"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--kind", "price"], "unknown kind of change 'price'"),
        (["--up", "--down"], "--up and --down cannot be combined"),
        (["--kind", "new", "--min-pounds", "1"], "changes of kind new have no amount"),
        (["--since", "2026-11-05", "--until", "2026-11-03"], "--since 2026-11-05 is after"),
        (["--min-percent", "nan"], "--min-percent nan is not a valid amount"),
        (["--until", "soon"], "--until 'soon' is not a valid period"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: list[str], said: str) -> None:
    done = run_planwatch("changes", *arguments)

    assert done.returncode == 2
    assert said in done.stderr
    assert "Hint: " in done.stderr


def test_a_move_of_just_the_threshold_passes(moved: Ledger) -> None:
    save_market(moved, [make_plan(brand="Three", price_pence=2140)], FIRST + timedelta(days=4))

    found = read_json("changes", "Three", "--kind", "headline", "--min-pounds", "1.1")["changes"]

    assert [change["by_pence"] for change in found] == [110]
