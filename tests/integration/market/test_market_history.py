"""The market as it was: what moved, what was seen, what stood on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from planwatch.domain.allowance import Allowance
from planwatch.domain.outcome import Outcome
from planwatch.domain.plan import Plan
from planwatch.home import Home
from planwatch.ledger.pages.health import add_source_run
from planwatch.ledger.plans.market_history import (
    load_captures_of,
    load_changes_between,
    load_plans_on,
    load_versions_between,
)
from planwatch.ledger.plans.sightings import save_sightings
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.sources.contract import group_offers
from tests.support.plans import make_plan


@pytest.fixture
def ledger(home: Path) -> Iterator[Ledger]:
    opened = open_ledger(Home(home, home / "config.toml"))
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


def test_changes_are_those_from_the_first_instant_up_to_the_last(history: Ledger) -> None:
    found = load_changes_between(history, _at(1), _at(4))

    assert [(row["kind"], row["plan_id"], row["before"], row["after"]) for row in found] == [
        ("withdrawn", "o2:o2-25gb-24m", 1000, None),
        ("headline", "o2:o2-5gb-24m", 1000, 900),
        ("effective", "o2:o2-5gb-24m", 1000, 900),
    ]
    assert [row["plan"] for row in found] == ["O2 25 GB, 24 months", *2 * ["O2 5 GB, 24 months"]]
    assert [row["kind"] for row in load_changes_between(history, _at(4), _at(4))] == ["withdrawn"]


def test_versions_are_those_that_were_seen_in_the_period(history: Ledger) -> None:
    def prices(since: int, until: int) -> list[int]:
        return [p.price_pence for p in load_versions_between(history, _at(since), _at(until))]

    assert prices(1, 5) == [1000, 1000, 900]
    assert prices(3, 4) == [1000, 900]  # 25 GB was seen before and after


def test_a_version_without_a_capture_has_no_page(history: Ledger) -> None:
    assert load_captures_of(history, [1, 2]) == {}
