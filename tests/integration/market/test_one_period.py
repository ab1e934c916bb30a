"""One period: whatever counts moves counts the same ones, at the boundary instants too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from planwatch.alerts.messages import write_digest
from planwatch.analysis.market.market import build_market
from planwatch.analysis.report.sections.moves import moves_part
from planwatch.domain.outcome import Outcome
from planwatch.domain.plan import Plan
from planwatch.ledger.plans.read import load_current_plans
from planwatch.ledger.plans.sightings import save_sightings
from planwatch.ledger.store.connection import Ledger
from planwatch.sources.contract import group_offers
from planwatch.workflows.reports.digest import make_digest
from planwatch.workflows.reports.inputs import load_background
from tests.support.cli import read_json, run_planwatch
from tests.support.large_market import save_market
from tests.support.plans import make_plan

PRESENT = "2026-11-08T09:00:00.000Z"
# when the plan of so many GB moves
MOVES = {
    1: "2026-11-01T08:59:59.999Z",
    2: "2026-11-01T09:00:00.000Z",  # seven days ago
    3: "2026-11-05T09:00:00.000Z",
    4: PRESENT,
    5: "2026-11-08T09:00:00.001Z",  # written by a clock that ran ahead
}
WITHIN = [2, 3, 4]


def _save(ledger: Ledger, at: str, *plans: Plan) -> None:
    with ledger.transaction():
        save_sightings(
            ledger,
            source="o2",
            offers=group_offers(plans),
            outcome=Outcome.OK,
            at=at,
            job_id=None,
            capture_ids={},
        )


@pytest.fixture
def market(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    monkeypatch.setenv("PLANWATCH_NOW", PRESENT)
    for at in ("2026-10-20T09:00:00.000Z", *MOVES.values()):
        day = date.fromisoformat(at[:10])
        plans = [
            make_plan(gb=gb, price_pence=900 if moved <= at else 1200, as_of=day)
            for gb, moved in MOVES.items()
        ]
        _save(ledger, at, *plans)
    return ledger


def _sizes(changes: list[dict[str, object]]) -> list[int]:
    return sorted({int(str(change["plan_key"]).split("-")[1][:-2]) for change in changes})


@pytest.mark.parametrize("since", ["7d", "168h", "1w", "2026-11-01T09:00:00Z"])
@pytest.mark.usefixtures("market")
def test_changes_and_digest_count_the_moves_at_both_ends(since: str) -> None:
    listed = read_json("changes", "--since", since)
    digest = read_json("digest", "--since", since)

    assert _sizes(listed["changes"]) == WITHIN
    assert digest["changes"] == listed["changes"]
    assert digest["digest"]["plans_moved"] == len(WITHIN)
    assert "3 plans changed: 3 price cuts." in digest["digest"]["verdict"]
    lines = run_planwatch("changes", "--since", since).stdout.splitlines()
    assert len([line for line in lines if "→" in line]) == len(WITHIN)


def test_the_digest_of_alerts_and_a_report_count_the_same(market: Ledger) -> None:
    since = MOVES[2]
    plans = [stored.plan for stored in load_current_plans(market)]
    snapshot = {"at": PRESENT, "versions": [], "sources": []}

    message = write_digest(make_digest(market, since, ""), since)
    background = load_background(market, snapshot, [], [])
    part = moves_part(build_market(plans), background, ["O2"], ["O2"])

    assert "3 plans changed: 3 price cuts." in message.body
    month = next(row for row in part.tables[0]["rows"] if row["days"] == 30)
    assert month["cuts"] == 4, "the plan that moved eight days ago too, none of tomorrow"


@pytest.mark.parametrize(
    ("since", "until", "sizes"),
    [
        ("2026-11-01T09:00:00Z", "2026-11-05T09:00:00Z", [2]),
        ("2026-11-01T09:00:00Z", "2026-11-05T09:00:00.001Z", [2, 3]),
        ("2026-11-01", "2026-11-01", [1, 2]),
        ("2026-11-05", "2026-11-08", [3, 4]),
    ],
)
@pytest.mark.usefixtures("market")
def test_an_end_is_not_within_its_period(since: str, until: str, sizes: list[int]) -> None:
    found = read_json("changes", "--since", since, "--until", until)["changes"]

    assert _sizes(found) == sizes


@pytest.mark.parametrize(
    ("option", "day", "is_there"),
    [
        ("--since", "2026-07-01", True),
        ("--since", "2026-07-02", False),
        ("--until", "2026-06-30", False),
        ("--until", "2026-07-01", True),
    ],
)
def test_a_move_before_midnight_utc_in_summer_is_on_the_next_day(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, option: str, day: str, is_there: bool
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-07-05T12:00:00Z")
    at = "2026-06-30T23:30:00.000Z"
    _save(ledger, "2026-06-20T09:00:00.000Z", make_plan(as_of=date(2026, 6, 20)))
    _save(ledger, at, make_plan(price_pence=900, as_of=date(2026, 7, 1)))

    period = (option, day) if option == "--since" else ("--since", "2026-06-25", option, day)
    listed = read_json("changes", *period)["changes"]
    shown = run_planwatch("changes", *period).stdout

    assert [change["changed_at"] for change in listed] == ([at, at] if is_there else [])
    assert ("2026-07-01   O2 25 GB" in " ".join(shown.split("\n"))) is is_there
    assert "2026-06-30   O2" not in shown


def test_in_summer_a_plan_is_signed_on_the_day_in_london(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-07-01T12:00:00Z")
    _save(ledger, "2026-06-30T23:30:00.000Z", make_plan(as_of=date(2026, 7, 1)))

    assert read_json("plans")["plans"][0]["as_of"] == "2026-07-01"
    assert read_json("plans", "--as-of", "2026-07-01")["plans"][0]["as_of"] == "2026-07-01"
    done = run_planwatch("plans", "--as-of", "2026-06-30")
    assert (done.returncode, done.stdout) == (2, "")
    assert "the first scrape was on 2026-07-01" in done.stderr


@pytest.mark.parametrize("arguments", [("o2",), ("--brand", "o2"), ("o2", "--brand", "O2")])
def test_brands_are_named_as_arguments_or_by_an_option(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", PRESENT)
    for day, pence in ((2, 1200), (3, 900)):
        plans = [make_plan(brand=each, price_pence=pence) for each in ("O2", "Three", "EE")]
        save_market(ledger, plans, date(2026, 11, day))

    found = read_json("changes", *arguments)["changes"]
    both = read_json("changes", *arguments, "--brand", "three")["changes"]
    digest = read_json("digest", "--brand", "o2")
    two = read_json("digest", "--brand", "o2", "--brand", "Three")["digest"]

    assert {change["brand"] for change in found} == {"O2"}
    assert {change["brand"] for change in both} == {"O2", "Three"}
    assert {change["brand"] for change in digest["changes"]} == {"O2"}
    assert (digest["digest"]["brands"], digest["digest"]["plans_moved"]) == (["O2"], 1)
    rows = two["sections"][0]["tables"][0]["rows"]
    assert sorted(row["plan"].split()[0] for row in rows) == ["O2", "Three"]


@pytest.mark.parametrize("until", ["9999-12-31", "2026-1101", "2026-02-30", "tomorrow", ""])
@pytest.mark.usefixtures("market")
def test_an_end_that_is_none_is_refused(until: str) -> None:
    done = run_planwatch("changes", "--until", until)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"--until {until!r} is not a valid period" in done.stderr


@pytest.mark.parametrize(
    ("since", "first"),
    [
        ("2026-07-01", "2026-06-30T23:00:00.000Z"),
        ("2026-07-01T00:30", "2026-06-30T23:30:00.000Z"),
        ("2026-07-01T00:30Z", "2026-07-01T00:30:00.000Z"),
        ("2026-07-01T00:30+02:00", "2026-06-30T22:30:00.000Z"),
    ],
)
@pytest.mark.usefixtures("market")
def test_a_period_begins_when_its_day_or_time_does_in_london(since: str, first: str) -> None:
    assert read_json("changes", "--since", since)["since"] == first


def test_a_brand_that_is_none_is_refused(home: Path, market: Ledger) -> None:
    for command in ("changes", "digest"):
        done = run_planwatch(command, "--brand", "Vodafne")

        assert done.returncode == 2
        assert "unknown brand 'Vodafne'" in done.stderr
