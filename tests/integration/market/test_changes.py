"""`planwatch changes`: what passes which filter, and what a cron entry is told."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest

from planwatch.domain.moves import MoveFilter
from planwatch.domain.outcome import Outcome
from planwatch.domain.plan import PriceStep
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
        (ChangeFilter(until="2026-11-04T00:00:00.000Z"), O2),
        (ChangeFilter(since="2026-11-03T09:00:00.000Z", until="2026-11-04T09:00:00.000Z"), O2),
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
        "2026-11-03T00:00:00.000Z",
        "2026-11-04T00:00:00.000Z",
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
        (["--since", "2026-11-05", "--until", "2026-11-03"], "--since 2026-11-05 is not before"),
        (["--since", "2026-11-04", "--until", "2026-11-03"], "is not before --until 2026-11-03"),
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


def _lines(*arguments: str) -> list[str]:
    """Return the rows of the table, without its head."""
    shown = run_planwatch("changes", *arguments, env={"COLUMNS": "200"}).stdout
    return [line.strip() for line in shown.splitlines() if line.strip().startswith("2026-")]


@pytest.mark.usefixtures("moved")
def test_headline_and_effective_cost_of_a_plan_are_one_line_with_its_own_name() -> None:
    assert [line.split("   ")[1] for line in _lines()] == [
        "O2 50 GB, 24 months",
        "Three 25 GB, 24 months",
        "O2 5 GB, 24 months",
    ]
    assert "£20.00 → £20.30   £20.00* → £20.30*" in _lines("Three")[0]


@pytest.mark.parametrize(
    "prices", [(1000, 1200, 1000), (1000, 800, 900, 1000), (1000, 1200, 1100, 1200, 1000)]
)
def test_a_price_that_is_back_has_no_line_and_its_changes_stay_in_json(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, prices: tuple[int, ...]
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-08T12:00:00Z")
    for number, pence in enumerate(prices):
        save_market(ledger, [make_plan(price_pence=pence)], FIRST + timedelta(days=number))

    done = run_planwatch("changes", "--since", "30d", "--exit-code")

    number = 2 * (len(prices) - 1)
    assert (done.returncode, _lines("--since", "30d")) == (0, [])
    assert f"{number} changes, listed by --json." in done.stdout
    assert len(read_json("changes", "--since", "30d")["changes"]) == number
    assert run_planwatch("changes", "--since", "30d", "--exit-code", "--json").returncode == 10


def test_that_months_pass_between_two_changes_moves_no_cost(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The April rise is nearer at the second change, so both costs recorded then are higher."""
    monkeypatch.setenv("PLANWATCH_NOW", "2027-03-02T12:00:00Z")
    rise = (PriceStep(date(2027, 4, 1), 1200),)
    for day, pence in ((FIRST, 1000), (date(2026, 12, 1), 1100), (date(2027, 3, 1), 1000)):
        save_market(ledger, [make_plan(price_pence=pence, price_steps=rise)], day)

    assert [line for line in _lines("--since", "200d") if "→" in line] == []


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--min-pounds", "2"], ["£10.00 → £12.50"]),
        (["--min-pounds", "2.51"], []),
        (["--min-percent", "25"], ["£10.00 → £12.50"]),
        (["--up"], ["£10.00 → £12.50"]),
        (["--down"], []),
        (["--until", "2026-11-04", "--down"], ["£10.00 → £9.00"]),
    ],
)
def test_in_the_table_a_threshold_judges_the_net_move(
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    shown: list[str],
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-08T12:00:00Z")
    for number, pence in enumerate((1000, 1150, 900, 1100, 1250)):
        save_market(ledger, [make_plan(price_pence=pence)], FIRST + timedelta(days=number))

    lines = _lines("--since", "30d", "--kind", "headline", *arguments)

    assert len(lines) == len(shown)
    assert all(price in line for price, line in zip(shown, lines, strict=True))


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("Lite", "Value"), ["renamed Lite → Value"]),
        (("Lite", "Value", "Max"), ["renamed Lite → Max"]),
        (("Lite", "Value", "Lite"), []),
    ],
)
def test_a_renamed_plan_is_one_line_under_the_name_that_it_has(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], said: list[str]
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-08T12:00:00Z")
    for number, name in enumerate(names):
        save_market(ledger, [make_plan(variant=name)], FIRST + timedelta(days=number))

    lines = _lines("--since", "30d")

    assert [line.rsplit("   ", 1)[-1].strip() for line in lines] == said
    assert all(f"O2 {names[-1]} 25 GB" in line for line in lines)


@pytest.mark.parametrize("form", [(), ("--format", "md")])
@pytest.mark.usefixtures("moved")
def test_the_limit_counts_plans(form: tuple[str, ...]) -> None:
    shown = run_planwatch("changes", "--limit", "2", *form).stdout

    assert "showing 2 of 3 plans" in shown
    assert "O2 5 GB" not in shown


@pytest.mark.usefixtures("moved")
def test_a_digest_and_changes_list_the_same_changes_of_the_same_period() -> None:
    for since in ("1d", "2026-11-04", "2026-11-03T09:00:00Z", "30d"):
        listed, digest = (
            read_json("changes", "--since", since),
            read_json("digest", "--since", since),
        )

        assert digest["changes"] == listed["changes"]
        assert (digest["since"], digest["until"]) == (listed["since"], listed["until"])


@pytest.mark.parametrize("kind", ["new_low", "new_high"])
@pytest.mark.usefixtures("moved")
def test_a_kind_of_alert_rules_is_said_to_be_one(kind: str) -> None:
    done = run_planwatch("changes", "--kind", kind)

    assert done.returncode == 2
    assert f"{kind} is a kind of alert rules" in done.stderr
    assert f'kinds = ["{kind}"]' in done.stderr


@pytest.mark.parametrize("since", ["2026-11-07", "2027-01-01", "2026-11-06T12:00:01Z"])
@pytest.mark.usefixtures("moved")
def test_a_period_that_begins_in_the_future_is_refused(since: str) -> None:
    done = run_planwatch("changes", "--since", since)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"--since {since} is in the future" in done.stderr
