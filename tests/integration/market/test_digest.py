"""The week on one page, over the recorded market and over a source that broke."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from parsel import Selector

from planwatch.domain.outcome import Outcome
from planwatch.home import Home
from planwatch.ledger.pages.health import add_source_run
from planwatch.ledger.plans.sightings import save_sightings
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.sources.contract import group_offers
from planwatch.workflows.reports.digest import make_digest
from tests.support.cli import read_json, run_planwatch
from tests.support.large_market import save_market
from tests.support.ledgers import value
from tests.support.plans import make_plan


@pytest.fixture
def demo(home: Path) -> Path:
    run_planwatch("demo")
    return home


def test_the_fortnight_tells_what_moved_and_who_won_what(demo: Path) -> None:
    document = read_json("digest", "--since", "14d")["digest"]

    assert document["verdict"].startswith(
        "From 2 November 2026 to 16 November 2026, 7 plans changed: 2 price cuts,"
    )
    sections = {section["id"]: section for section in document["sections"]}
    changes = sections["changes"]["tables"][0]["rows"]
    assert [row["by_pence"] for row in changes[:4]] == [200, -200, 179, -100]
    assert {row["what"] for row in changes[4:]} == {"withdrawn", "new", "data 40 GB → 80 GB"}
    hands = [row for row in sections["baskets"]["tables"][0]["rows"] if "VOXI" in row["won_before"]]
    assert [(row["won_now"], row["now_pence"]) for row in hands] == [("iD Mobile", 1163)]
    assert sections["promotions"]["sentences"] == ["Promotions: 1 ended."]
    assert sections["sources"]["sentences"] == ["Every source that was visited is in order."]


def test_what_was_told_in_money_is_a_fact(demo: Path) -> None:
    document = read_json("digest", "--since", "14d")["digest"]

    facts = {fact["id"]: fact for fact in document["facts"]}
    assert facts["digest.cuts"]["value"] == 2
    moved = facts["digest_change.three.three-25gb-24m-lite.2026-11-09"]
    assert (moved["value"], moved["base"]) == (179, "its cost before")


def test_before_anything_was_collected_no_winner_is_claimed(demo: Path) -> None:
    shown = run_planwatch("digest", "--since", "90d").stdout

    assert "The winners at the start are not known" in shown


def test_a_source_in_trouble_is_named(demo: Path) -> None:
    error = {"code": "blocked", "message": "refused with HTTP 403", "hint": ""}
    ledger = open_ledger(Home(demo, demo / "config.toml"))
    with ledger.transaction():
        add_source_run(
            ledger,
            job_id=None,
            source="three",
            outcome=Outcome.BLOCKED,
            plans=0,
            error=error,
            at="2026-11-16T09:00:00.000Z",
        )
    ledger.close()

    shown = run_planwatch("digest").stdout

    assert "1 source needs attention: three." in " ".join(shown.replace("│", " ").split())
    assert "refused with HTTP 403" in shown


def test_without_plans_there_is_nothing_to_tell(home: Path) -> None:
    done = run_planwatch("digest")

    assert done.returncode == 4
    assert "there are no plans yet" in done.stderr
    assert value(home, "SELECT count(*) FROM jobs") == 0


@pytest.mark.parametrize("since", ["soon", "0d", "2030-01-01"])
def test_a_period_that_is_none_is_refused(demo: Path, since: str) -> None:
    done = run_planwatch("digest", "--since", since)

    assert done.returncode == 2
    assert "--since" in done.stderr


def test_that_a_month_has_passed_makes_no_winner(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O2's next rise is nearer in March than in April, by the calendar alone."""
    monkeypatch.setenv("PLANWATCH_NOW", "2026-04-03T09:00:00Z")
    for day in (date(2026, 3, 27), date(2026, 4, 3)):
        for brand, pence in (("O2", 1300), ("SMARTY", 1500), ("giffgaff", 1520)):
            plan = make_plan(brand=brand, price_pence=pence, term_months=24, as_of=day)
            with ledger.transaction():
                save_sightings(
                    ledger,
                    source=plan.source,
                    offers=group_offers([plan]),
                    outcome=Outcome.OK,
                    at=f"{day.isoformat()}T09:00:00.000Z",
                    job_id=None,
                    capture_ids={},
                )

    document = make_digest(ledger, "2026-03-27T12:00:00.000Z", "")

    assert "there was no net change that matters" in document["verdict"]
    assert "new winner" not in document["verdict"]


@pytest.mark.parametrize("days", [2, 30])
def test_a_plan_that_is_gone_has_its_name_whenever_the_period_starts(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-05T12:00:00Z")
    gone = make_plan(gb=5, variant="Lite")
    for day in range(2, 6):
        save_market(ledger, [make_plan(gb=50), *([gone] if day == 2 else [])], date(2026, 11, day))

    document = read_json("digest", "--since", f"{days}d")["digest"]

    [row] = document["sections"][0]["tables"][0]["rows"]
    assert (row["plan"], row["move"]) == ("O2 Lite 5 GB, 24 months", "£10.00 → –")


@pytest.mark.parametrize("prices", [(1000, 1300, 1000), (1000, 700, 800, 1000)])
def test_a_price_that_is_back_is_no_change_in_the_words_of_a_digest(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, prices: tuple[int, ...]
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-08T12:00:00Z")
    for day, pence in enumerate(prices, start=2):
        save_market(ledger, [make_plan(price_pence=pence)], date(2026, 11, day))

    document = read_json("digest", "--since", "30d")

    assert "there was no net change that matters" in document["digest"]["verdict"]
    assert len(document["changes"]) == 2 * (len(prices) - 1)


def test_a_digest_and_the_table_of_changes_count_a_move_at_the_first_instant(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-10T09:00:00Z")
    for day, pence in ((2, 1000), (3, 1300)):
        save_market(ledger, [make_plan(price_pence=pence)], date(2026, 11, day))

    assert "1 price rise" in read_json("digest", "--since", "7d")["digest"]["verdict"]
    assert "£10.00 → £13.00" in run_planwatch("changes", "--since", "7d").stdout


def _net(command: str, *arguments: str) -> str:
    return " ".join(run_planwatch(command, "--since", "7d", *arguments).stdout.split())


@pytest.fixture
def eventful(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """O2 falls on the 4th and the 7th; a plan comes on the 6th; Three is blocked on the 8th."""
    kept, rival = make_plan(price_pence=2000), make_plan(brand="Three", price_pence=2100)
    cut, cut_again = make_plan(price_pence=1800), make_plan(price_pence=1100)
    new = make_plan(gb=100, price_pence=2500)
    days = ([kept], [kept], [cut], [cut], [cut, new], [cut_again, new])
    for day, plans in enumerate(days, start=2):
        save_market(ledger, [*plans, rival], date(2026, 11, day))
    with ledger.transaction():
        add_source_run(
            ledger,
            job_id=None,
            source="three",
            outcome=Outcome.BLOCKED,
            plans=0,
            error={"code": "blocked", "message": "refused with HTTP 403", "hint": ""},
            at="2026-11-08T09:00:00.000Z",
        )
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-05T12:00:00Z")
    return ledger


@pytest.mark.usefixtures("eventful")
def test_a_digest_made_as_of_a_day_says_nothing_of_later_ones() -> None:
    record = read_json("digest", "--since", "2026-11-03")

    document = record["digest"]
    assert (
        "From 3 November 2026 to 5 November 2026, 1 plan changed: 1 price cut."
        in document["verdict"]
    )
    assert document["findings"][0].startswith("O2 25 GB, 24 months went down from £20.00*")
    assert "attention" not in document["verdict"]
    prices = [row["now_pence"] for row in document["sections"][1]["tables"][0]["rows"]]
    assert 1100 not in prices
    assert {change["changed_at"][:10] for change in record["changes"]} == {"2026-11-04"}


@pytest.mark.usefixtures("eventful")
@pytest.mark.parametrize(
    "arguments", [(), ("--format", "md"), ("--until", "2026-11-30"), ("--until", "2026-11-05")]
)
def test_changes_as_of_a_day_lists_nothing_later(arguments: tuple[str, ...]) -> None:
    shown = " ".join(run_planwatch("changes", "--since", "2026-11-01", *arguments).stdout.split())

    assert "£20.00 → £18.00" in shown
    assert "£11.00" not in shown
    assert "new" not in shown


@pytest.mark.usefixtures("eventful")
def test_changes_as_json_and_csv_end_with_the_present_too() -> None:
    record = read_json("changes", "--since", "2026-11-01")
    rows = run_planwatch("changes", "--since", "2026-11-01", "--format", "csv").stdout

    assert {change["changed_at"][:10] for change in record["changes"]} == {"2026-11-04"}
    assert "2026-11-06" not in rows
    assert record["until"] is None


@pytest.mark.usefixtures("eventful")
def test_what_moved_at_the_present_instant_is_within_the_period(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-07T09:00:00Z")

    assert "£20.00 → £11.00" in _net("changes")
    # over the term, with the rises of £2.50 in April 2027 and 2028
    assert "£22.71* to £13.71*" in read_json("digest")["digest"]["findings"][0]


BEGUN = "Collected since 2 November 2026; nothing earlier to compare with."


@pytest.mark.parametrize("days", [1, 2, 4])
def test_a_first_week_has_nothing_to_compare_with(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    for day in range(2, 2 + days):
        save_market(ledger, [make_plan()], date(2026, 11, day))
    monkeypatch.setenv("PLANWATCH_NOW", f"2026-11-{1 + days:02}T10:00:00Z")

    document = read_json("digest")["digest"]

    assert document["verdict"] == BEGUN
    assert document["sections"][0]["sentences"][0] == BEGUN
    assert _net("changes").endswith(BEGUN)
    assert _net("changes", "--source", "o2").endswith(BEGUN)


def test_what_moved_in_a_first_week_is_said_with_it(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day, pence in ((2, 1000), (4, 1300)):
        save_market(ledger, [make_plan(price_pence=pence)], date(2026, 11, day))
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-05T10:00:00Z")

    document = read_json("digest")["digest"]

    period = "From 2 November 2026 to 5 November 2026, 1 plan changed: 1 price rise."
    assert document["verdict"] == f"{period} {BEGUN}"


def test_a_quiet_week_after_the_first_has_something_to_compare_with(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (2, 10):
        save_market(ledger, [make_plan()], date(2026, 11, day))
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-11T10:00:00Z")

    assert "Collected since" not in read_json("digest")["digest"]["verdict"]
    assert _net("changes").endswith("No plan has changed since 4 Nov 2026.")


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        (["uswitch"], "Uswitch is collected since 5 November 2026; its plans are"),
        (["three"], "three is collected since 5 November 2026; its plans are"),
        (["three", "ee"], "ee and three are collected since 5 November 2026; their plans are"),
    ],
)
def test_a_source_that_is_first_collected_makes_no_winner(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, sources: list[str], said: str
) -> None:
    old = [
        make_plan(gb=None, price_pence=2000),
        make_plan(gb=None, brand="SMARTY", price_pence=1900),
    ]
    brands = {"uswitch": "spusu", "three": "Three", "ee": "EE"}
    cheap = [
        make_plan(gb=None, brand=brands[source], source=source, price_pence=500)
        for source in sources
    ]
    for day in range(2, 7):
        save_market(ledger, old + (cheap if day >= 5 else []), date(2026, 11, day))
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-06T10:00:00Z")

    document = read_json("digest", "--since", "3d")["digest"]

    assert "new winner" not in document["verdict"]
    assert document["findings"] == []
    assert f"{said} not counted among new winners." in document["sections"][1]["sentences"]


def test_a_winner_among_the_sources_of_the_start_is_still_one(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    o2, smarty = make_plan(gb=None, price_pence=2000), make_plan(gb=None, brand="SMARTY")
    cheaper = make_plan(gb=None, price_pence=300)
    new = make_plan(gb=None, brand="Three", price_pence=200)
    for day, plans in ((2, [o2, smarty]), (3, [o2, smarty]), (4, [cheaper, smarty, new])):
        save_market(ledger, plans, date(2026, 11, day))
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-05T10:00:00Z")

    document = read_json("digest", "--since", "2026-11-03")["digest"]

    won = {row["won_now"] for row in document["sections"][1]["tables"][0]["rows"]}
    assert won == {"O2"}


@pytest.mark.parametrize(
    ("since", "moved"),
    [
        ("6d", {"O2 Classic 100 GB, 24m"}),
        (
            "2026-11-09",
            {
                "O2 Classic 100 GB, 24m",
                "Vodafone 100 GB, 24m",
                "Three Lite 25 GB, 24m",
                "iD Mobile 100 GB, 24m",
            },
        ),
    ],
)
def test_the_chart_of_a_digest_shows_its_period(demo: Path, since: str, moved: set[str]) -> None:
    first = date(2026, 11, 10) if since == "6d" else date(2026, 11, 9)

    page = run_planwatch("digest", "--since", since, "--html").stdout

    tree = Selector(text=page)
    figure = tree.css("#chart-history")
    title = " ".join(figure.css("h3::text").get("").split())
    assert title == f"Plans whose cost has moved since {first.day} Nov 2026"
    rows = [
        [" ".join("".join(cell.css("*::text").getall()).split()) for cell in row.css("th, td")]
        for row in figure.css("tbody tr")
    ]
    assert {row[0] for row in rows} == moved
    days = {" ".join(row[1].split()) for row in rows}
    assert f"{first.day} Nov 2026" in days, "the cost that was in force then"
    assert days <= {f"{first.day} Nov 2026", "9 Nov 2026", "16 Nov 2026"}
