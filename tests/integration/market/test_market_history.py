"""The market as it was: what moved, what was seen, what stood on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from planwatch.domain.allowance import Allowance
from planwatch.domain.outcome import Outcome
from planwatch.domain.period import Period
from planwatch.domain.plan import Plan
from planwatch.domain.rise_table import RiseTable
from planwatch.home import Home
from planwatch.ledger.pages.health import add_source_run
from planwatch.ledger.plans.counts import first_seen
from planwatch.ledger.plans.market_history import (
    load_captures_of,
    load_changes_between,
    load_markets,
    load_plans_on,
    load_stored_plans_on,
    load_versions_between,
)
from planwatch.ledger.plans.read import load_current_plans
from planwatch.ledger.plans.selection import select_versions
from planwatch.ledger.plans.sightings import save_sightings
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.sources.contract import group_offers
from tests.support.growing_market import fill_ledger
from tests.support.plans import make_plan
from tests.support.scrapes import instant_of, save_scrape


@pytest.fixture
def ledger(home: Path) -> Iterator[Ledger]:
    opened = open_ledger(Home(home, home / "config.toml"), rules=RiseTable(b"rule = []"))
    yield opened
    opened.close()


def _plan(day: int, gb: int, price_pence: int = 1000) -> Plan:
    return make_plan(
        allowance=Allowance.of_gb(gb), price_pence=price_pence, as_of=date(2026, 11, day)
    )


def _at(day: int) -> str:
    return f"2026-11-{day:02}T09:00:00.000Z"


def _see(ledger: Ledger, day: int, *plans: Plan) -> None:
    offers = group_offers(plans)
    with ledger.transaction():
        save_sightings(
            ledger,
            source="o2",
            offers=offers,
            outcome=Outcome.OK,
            at=_at(day),
            job_id=None,
            capture_ids={},
        )
        add_source_run(
            ledger,
            job_id=None,
            source="o2",
            outcome=Outcome.OK,
            plans=len(offers),
            error=None,
            at=_at(day),
        )


@pytest.fixture
def history(ledger: Ledger) -> Ledger:
    """5 GB is cut on the 2nd; 25 GB is last seen on the 2nd and withdrawn on the 4th."""
    _see(ledger, 1, _plan(1, 5), _plan(1, 25))
    _see(ledger, 2, _plan(2, 5, 900), _plan(2, 25))
    _see(ledger, 3, _plan(3, 5, 900))
    _see(ledger, 4, _plan(4, 5, 900))
    _see(ledger, 5, _plan(5, 5, 900), _plan(5, 25))
    return ledger


def _seen_on(ledger: Ledger, day: int) -> list[tuple[str, int, int]]:
    return [
        (plan.plan_key, plan.price_pence, plan.as_of.day)
        for plan in load_plans_on(ledger, _at(day))
    ]


def test_each_day_has_the_plans_that_stood_on_it_as_they_then_were(history: Ledger) -> None:
    five, many = "o2-5gb-24m", "o2-25gb-24m"

    assert load_plans_on(history, "2026-10-31T00:00:00.000Z") == []
    # day 1 lies within the life of both first versions
    assert _seen_on(history, 1) == [(five, 1000, 1), (many, 1000, 1)]
    assert _seen_on(history, 2)[0] == (five, 900, 2)
    # absent once is not withdrawn yet
    assert [key for key, _, _ in _seen_on(history, 3)] == [five, many]
    assert [key for key, _, _ in _seen_on(history, 4)] == [five]
    assert [key for key, _, _ in _seen_on(history, 5)] == [five, many]


def test_changes_are_those_from_the_first_instant_up_to_the_end(history: Ledger) -> None:
    found = load_changes_between(history, Period(_at(1), _at(5)))

    assert [(row["kind"], row["plan_id"], row["before"], row["after"]) for row in found] == [
        ("withdrawn", "o2:o2-25gb-24m", 1000, None),
        ("headline", "o2:o2-5gb-24m", 1000, 900),
        ("effective", "o2:o2-5gb-24m", 1000, 900),
    ]
    assert [row["plan"] for row in found] == ["O2 25 GB, 24 months", *2 * ["O2 5 GB, 24 months"]]
    last = load_changes_between(history, Period(_at(4), _at(5)))
    assert [row["kind"] for row in last] == ["withdrawn"]
    assert load_changes_between(history, Period(_at(3), _at(4))) == [], "the end is not within it"


def test_versions_are_those_that_were_seen_in_the_period(history: Ledger) -> None:
    def prices(since: int, until: int) -> list[int]:
        return [p.price_pence for p in load_versions_between(history, _at(since), _at(until))]

    assert prices(1, 5) == [1000, 1000, 900]
    assert prices(3, 4) == [1000, 900]  # 25 GB was seen before and after


def test_a_version_without_a_capture_has_no_page(history: Ledger) -> None:
    assert load_captures_of(history, [1, 2]) == {}


def test_a_plan_of_a_day_has_its_place_in_the_ledger(history: Ledger) -> None:
    """With when it was last seen up to then, and nothing of what came later."""
    found = load_stored_plans_on(history, _at(2))

    places = [(each.ref, each.first_seen, each.last_seen) for each in found]
    assert places == [
        ("o2:o2-5gb-24m", _at(1), _at(2)),
        ("o2:o2-25gb-24m", _at(1), _at(2)),
    ], "by data"
    assert {(each.withdrawn_at, each.absences) for each in found} == {(None, 0)}
    assert found[0].version_id != found[1].version_id
    assert all(each.digest for each in found)


def test_the_market_begins_with_the_first_plan(ledger: Ledger) -> None:
    assert first_seen(ledger) is None
    _see(ledger, 3, _plan(3, 5))
    _see(ledger, 4, _plan(4, 5), _plan(4, 25))

    assert first_seen(ledger) == _at(3)


def test_plans_that_only_the_miner_read_are_left_out_where_that_is_asked_for(
    ledger: Ledger,
) -> None:
    for day, pence in ((2, 1000), (3, 900)):
        save_scrape(ledger, day, make_plan(price_pence=pence, verified=False), source="mined")
        save_scrape(ledger, day, make_plan(price_pence=pence))
    whole = Period(instant_of(1), instant_of(9))

    everywhere = load_changes_between(ledger, whole)
    verified = load_changes_between(ledger, whole, unverified=False)

    assert {change["source"] for change in everywhere} == {"o2", "mined"}
    assert {change["source"] for change in verified} == {"o2"}


def test_changes_are_those_of_the_compared_market_and_no_corrections(ledger: Ledger) -> None:
    for day, pence in ((2, 1000), (3, 900)):
        save_scrape(ledger, day, make_plan(price_pence=pence, currency="EUR"), source="euro")
    save_scrape(ledger, 2, make_plan())
    save_scrape(ledger, 3, make_plan(price_pence=900), is_correction=True)

    assert load_changes_between(ledger, Period(instant_of(1), instant_of(9))) == []


def test_a_plan_is_gone_from_its_withdrawal_to_its_relaunch(ledger: Ledger) -> None:
    stays = make_plan(gb=99)
    for day, is_shown in enumerate("PAAPAA", start=1):
        save_scrape(ledger, day, stays, *([make_plan()] if is_shown == "P" else []))

    in_force = [len(load_plans_on(ledger, instant_of(day))) for day in range(1, 7)]
    assert in_force == [2, 2, 1, 2, 2, 1]


def test_a_withdrawal_that_a_correction_made_and_took_back_never_was(ledger: Ledger) -> None:
    stays = make_plan(gb=99)
    save_scrape(ledger, 2, stays, make_plan())
    save_scrape(ledger, 2, stays, rereads=True)
    gone = len(load_plans_on(ledger, instant_of(2)))
    save_scrape(ledger, 2, stays, make_plan(), rereads=True)

    assert (gone, len(load_plans_on(ledger, instant_of(2)))) == (1, 2)


def test_several_days_are_read_as_each_of_them_alone(ledger: Ledger) -> None:
    for day, price in ((2, 1000), (9, 1000), (16, 900)):
        _see(ledger, day, _plan(day, 25, price), _plan(day, 50))
    instants = [_at(day) for day in (1, 2, 5, 9, 16, 20)]
    [cheap] = [stored for stored in load_current_plans(ledger) if stored.plan.price_pence == 900]

    markets = load_markets(ledger, instants)
    known = load_markets(ledger, instants, {cheap.version_id: cheap.plan})

    assert markets == [load_plans_on(ledger, instant) for instant in instants]
    assert known == markets
    assert [len(market) for market in markets] == [0, 2, 2, 2, 2, 2]
    assert {plan.as_of.day for plan in markets[2]} == {5}


def test_versions_that_are_known_come_as_if_they_were_read(ledger: Ledger) -> None:
    for day, price in ((2, 1000), (9, 900)):
        _see(ledger, day, _plan(day, 25, price), _plan(day, 50))
    known = {stored.version_id: stored.plan for stored in load_current_plans(ledger)}

    read = load_versions_between(ledger, _at(1), _at(5))

    assert load_versions_between(ledger, _at(1), _at(5), known) == read
    assert [plan.as_of.day for plan in read] == [2, 5]


def test_the_versions_in_force_are_in_the_order_of_the_market(ledger: Ledger) -> None:
    plans = fill_ledger(ledger, 200, date(2026, 11, 22))

    versions = select_versions(ledger)

    assert versions == [
        (stored.version_id, stored.plan.as_of.isoformat()) for stored in load_current_plans(ledger)
    ]
    assert len(versions) >= len(plans)
