"""Each fault of a site through a whole scrape: its own outcome, the others unharmed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import run_planwatch
from tests.support.ledgers import rows, value
from tests.support.market.browser import ENVIRONMENT, why_not
from tests.support.market.faults import FRONT_FAULTS, NAMES
from tests.support.market.replica import ReplicaMarket
from tests.support.market.server import run_market

FIRST_DAYS = ("2026-11-02", "2026-11-03", "2026-11-04")
TODAY = "2026-11-05"
OVER_HTTP = ("ee", "giffgaff", "smarty", "uswitch")
IN_A_BROWSER = ("o2", "vodafone", "three", "sky", "tesco")
_HASTY = {
    "PLANWATCH_FETCH__PACE_S": "0",
    "PLANWATCH_FETCH__RETRY_WAIT_S": "0",
    "PLANWATCH_FETCH__ATTEMPTS": "2",
    "PLANWATCH_BROWSER__TIMEOUT_S": "15",
    "PLANWATCH_BROWSER__DEADLINE_S": "200",
}
_WITHOUT_CODE = {
    "403": "blocked",
    "429": "blocked",
    "challenge": "blocked",
    "login": "blocked",
    "robots": "robots_denied",
    "500": "network",
    "reset": "network",
    "drip": "network",
    "truncated": "network",
    "truncated_chunked": "network",
    "bomb": "network",
    "gzip_bomb": "network",
    "redirect_loop": "network",
    "redirect_away": "network",
    "robots_500": "network",
    "renamed": "broken_layout",
    "empty": "suspicious",
    "half": "suspicious",
    "times_ten": "suspicious",
    "sale": "ok",
    "charset": "unchanged",
}
# each with a fault of its own in one scrape of all nine; None is well
_IN_A_BROWSER: tuple[Mapping[str, tuple[str, str] | None], ...] = (
    {
        "o2": ("empty", "suspicious"),
        "vodafone": ("403", "blocked"),
        "three": ("times_ten", "suspicious"),
        "sky": ("sale", "ok"),
        "tesco": ("renamed", "broken_layout"),
    },
    {
        "o2": ("sale", "ok"),
        "vodafone": ("js_error", "broken_layout"),
        "three": None,
        "sky": ("reset", "network"),
        "tesco": ("challenge", "blocked"),
    },
    {
        "o2": ("login", "blocked"),
        "vodafone": ("times_ten", "suspicious"),
        "three": ("redirect_away", "network"),
        "sky": ("robots", "robots_denied"),
        "tesco": ("gzip_bomb", "network"),
    },
    {
        "o2": ("truncated", "network"),
        "vodafone": None,
        "three": ("500", "network"),
        "sky": ("empty", "suspicious"),
        "tesco": ("no_consent", "ok"),
    },
)


@dataclass(frozen=True)
class Seeded:
    """A market, and a home that has good scrapes of some of its sources."""

    market: ReplicaMarket
    home: Path


def _scrape(
    market: ReplicaMarket, home: Path, day: str, *sources: str, deadline_s: float = 60.0
) -> dict[str, Any]:
    """Scrape on a day; return each source's entry of the result."""
    env = {
        **_environment(market, home, day),
        "PLANWATCH_FETCH__DEADLINE_S": str(deadline_s),
    }
    done = run_planwatch("scrape", *sources, "--wait", env=env)
    assert done.returncode in (0, 3, 4), done.stderr
    answer = run_planwatch("status", "last", "--json", env=env)
    entries = json.loads(answer.stdout)["job"]["result"]["sources"]
    return {entry["source"]: entry for entry in entries}


def _environment(market: ReplicaMarket, home: Path, day: str) -> dict[str, str]:
    return {
        **_HASTY,
        **ENVIRONMENT,
        "PLANWATCH_ORIGIN": market.origin,
        "PLANWATCH_HOME": str(home),
        "PLANWATCH_NOW": f"{day}T09:00:00Z",
    }


def _seed(folder: Path, days: tuple[str, ...], sources: tuple[str, ...]) -> Iterator[Seeded]:
    with run_market(date(2026, 11, 2)) as market:
        market.haste = 4
        home = folder / "home"
        for day in days:
            entries = _scrape(market, home, day, *sources)
            assert {entry["outcome"] for entry in entries.values()} <= {"ok", "unchanged"}
        yield Seeded(market, home)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    yield from _seed(tmp_path_factory.mktemp("seeded"), FIRST_DAYS, OVER_HTTP)


@pytest.fixture
def on_http(seeded: Seeded, home: Path) -> Iterator[Seeded]:
    shutil.copytree(seeded.home, home)
    yield Seeded(seeded.market, home)
    seeded.market.clear()


def test_every_fault_of_the_market_is_tried() -> None:
    tried = {fault for one in _IN_A_BROWSER for case in one.values() if case for fault in case[:1]}

    # what a slow script does is tried page by page in test_replica_in_a_browser.py
    assert {*_WITHOUT_CODE, *tried} == NAMES - {"slow_js"}
    assert _WITHOUT_CODE.keys().isdisjoint(FRONT_FAULTS)


@pytest.mark.parametrize(("fault", "outcome"), _WITHOUT_CODE.items())
def test_a_fault_is_named_and_costs_nobody_a_plan(
    on_http: Seeded, fault: str, outcome: str
) -> None:
    market, home = on_http.market, on_http.home
    before = rows(home, "SELECT source, plan_key, price_pence FROM current_plans ORDER BY 1, 2")
    market.fault("giffgaff", fault, retry_after_s=0)

    # what drips is waited for to the deadline, twice
    limit_s = 5.0 if fault == "drip" else 60.0
    entries = _scrape(market, home, TODAY, *OVER_HTTP, deadline_s=limit_s)

    assert entries["giffgaff"]["outcome"] == outcome
    others = {source: entries[source]["outcome"] for source in OVER_HTTP if source != "giffgaff"}
    assert others == dict.fromkeys(others, "unchanged")
    assert sum(entry["withdrawn"] for entry in entries.values()) == 0
    assert value(home, "SELECT count(*) FROM plans WHERE withdrawn_at IS NOT NULL OR absences") == 0
    if fault == "sale":
        assert entries["giffgaff"]["flags"] == ["big_move"]
        return
    after = rows(home, "SELECT source, plan_key, price_pence FROM current_plans ORDER BY 1, 2")
    assert after == before, "the last good data stay in force"
    if outcome == "unchanged":
        return
    assert entries["giffgaff"]["error"]["message"]
    health = _health(market, home)["giffgaff"]
    assert health["last_good_at"].startswith(FIRST_DAYS[-1])
    assert health["age_h"] == pytest.approx(24.0), "their age is shown"


def test_a_fault_that_stays_withdraws_nothing_either(on_http: Seeded) -> None:
    on_http.market.fault("giffgaff", "empty")
    on_http.market.fault("smarty", "half")

    for day in ("2026-11-05", "2026-11-06", "2026-11-07"):
        entries = _scrape(on_http.market, on_http.home, day, *OVER_HTTP)

    assert [entries[source]["outcome"] for source in ("giffgaff", "smarty")] == ["suspicious"] * 2
    assert value(on_http.home, "SELECT count(*) FROM plans WHERE withdrawn_at IS NOT NULL") == 0


def test_a_source_that_breaks_is_reported_once_and_once_when_it_works_again(
    on_http: Seeded,
) -> None:
    market, home = on_http.market, on_http.home
    reported = []
    for day, fault in (
        ("2026-11-05", "403"),
        ("2026-11-06", "renamed"),
        ("2026-11-07", "403"),
        ("2026-11-08", None),
        ("2026-11-09", None),
    ):
        market.clear()
        if fault:
            market.fault("giffgaff", fault)
        entry = _scrape(market, home, day, *OVER_HTTP)["giffgaff"]
        reported.append([alert["kind"] for alert in entry["alarms"]])

    assert reported == [[], ["broken"], [], ["recovered"], []]


def test_what_looks_wrong_is_reported_once_when_it_lasts(on_http: Seeded) -> None:
    on_http.market.fault("giffgaff", "half")

    reported = [
        [
            alert["kind"]
            for alert in _scrape(on_http.market, on_http.home, day, "giffgaff")["giffgaff"][
                "alarms"
            ]
        ]
        for day in ("2026-11-05", "2026-11-06", "2026-11-07")
    ]

    assert reported == [[], ["broken"], []]


def test_a_page_that_has_not_changed_costs_one_request_and_no_version(on_http: Seeded) -> None:
    market, home = on_http.market, on_http.home
    versions = value(home, "SELECT count(*) FROM plan_versions")
    asked = len(market.seen)

    entries = _scrape(market, home, TODAY, *OVER_HTTP)

    assert {entry["outcome"] for entry in entries.values()} == {"unchanged"}
    assert value(home, "SELECT count(*) FROM plan_versions") == versions
    pages = [seen for seen in list(market.seen)[asked:] if seen.kind == "page"]
    statuses = {
        host: [seen.status for seen in pages if seen.asked.host == host]
        for host in ("ee.co.uk", "www.giffgaff.com", "smarty.co.uk")
    }
    assert statuses == {
        "ee.co.uk": [304, 304],
        "www.giffgaff.com": [304],
        "smarty.co.uk": [304],
    }


def test_a_page_whose_bytes_are_gone_is_asked_for_in_full(on_http: Seeded) -> None:
    shutil.rmtree(on_http.home / "archive")

    entries = _scrape(on_http.market, on_http.home, TODAY, "giffgaff")

    assert entries["giffgaff"]["outcome"] == "unchanged"
    assert on_http.market.seen[-1].status == 200


@pytest.fixture(scope="module")
def seeded_nine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    if why_not() is not None and not os.environ.get("PLANWATCH_TESTS_NEED_BROWSER"):
        pytest.skip(f"no browser to drive: {why_not()}")
    nine = (*IN_A_BROWSER, *OVER_HTTP)
    yield from _seed(tmp_path_factory.mktemp("nine"), FIRST_DAYS[:1], nine)


@pytest.mark.parametrize("faults", _IN_A_BROWSER)
def test_faults_of_pages_in_a_browser_harm_nobody_else(
    seeded_nine: Seeded, home: Path, faults: Mapping[str, tuple[str, str] | None]
) -> None:
    market = seeded_nine.market
    shutil.copytree(seeded_nine.home, home)
    market.clear()
    for source, case in faults.items():
        if case is not None:
            market.fault(source, case[0], retry_after_s=0)

    entries = _scrape(market, home, FIRST_DAYS[1], *IN_A_BROWSER, *OVER_HTTP)

    outcomes = {source: entry["outcome"] for source, entry in entries.items()}
    expected = {source: case[1] for source, case in faults.items() if case is not None}
    assert {source: outcomes[source] for source in expected} == expected
    well = outcomes.keys() - expected.keys()
    assert {outcomes[source] for source in well} <= {"ok", "unchanged"}
    assert sum(entry["withdrawn"] for entry in entries.values()) == 0
    in_force = _plans_by_source(home)
    assert in_force == _plans_by_source(seeded_nine.home), "no plan is lost"


def _plans_by_source(home: Path) -> list[tuple[Any, ...]]:
    return rows(home, "SELECT source, count(*) FROM current_plans GROUP BY source ORDER BY 1")


def _health(market: ReplicaMarket, home: Path) -> dict[str, Any]:
    answer = run_planwatch("status", "--json", env=_environment(market, home, TODAY))
    return {source["source"]: source for source in json.loads(answer.stdout)["sources"]}
