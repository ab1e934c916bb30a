"""What a scrape saw becomes rows: versions only for changes, absences, one change for a rename."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.outcome import Outcome
from planwatch.domain.plan import Plan, PriceStep
from planwatch.home import Home
from planwatch.ledger.connection import Ledger, open_ledger
from planwatch.ledger.plans import load_current_plans, load_offers
from planwatch.ledger.sightings import Sightings, save_sightings
from planwatch.sources.contract import group_offers


@pytest.fixture
def ledger(home: Path) -> Iterator[Ledger]:
    opened = open_ledger(Home(home, home / "config.toml"))
    yield opened
    opened.close()


def _plan(day: int, gb: int = 25, **changes: Any) -> Plan:
    values: dict[str, Any] = {
        "brand": "Three",
        "source": "three",
        "name": f"{gb}GB",
        "variant": "Lite",
        "allowance": Allowance.of_gb(gb),
        "term_months": 24,
        "price_pence": 1400,
        "as_of": date(2026, 11, day),
        **changes,
    }
    return Plan(**values)


def _see(
    ledger: Ledger, plans: Sequence[Plan], day: int, outcome: Outcome = Outcome.OK
) -> Sightings:
    with ledger.transaction():
        return save_sightings(
            ledger,
            source="three",
            offers=group_offers(plans),
            outcome=outcome,
            at=f"2026-11-{day:02d}T09:00:00.000Z",
            job_id=None,
            capture_ids={},
        )


def _changes(ledger: Ledger) -> list[tuple[str, str, str | None, str | None]]:
    rows = ledger.query(
        "SELECT plan_key, kind, before, after FROM changes JOIN plans USING (plan_id)"
        " ORDER BY change_id"
    )
    return [tuple(row) for row in rows]


def _count(ledger: Ledger, table: str) -> int:
    row = ledger.query_one(f"SELECT count(*) FROM {table}")
    return int(row[0]) if row else -1


def test_a_plan_seen_again_writes_no_version_and_moves_its_last_day(ledger: Ledger) -> None:
    _see(ledger, [_plan(1)], 1)

    seen = _see(ledger, [_plan(2)], 2)

    stored = load_current_plans(ledger)[0]
    assert seen == Sightings(new=0, withdrawn=0, changed=0)
    assert _count(ledger, "plan_versions") == 1
    assert (stored.first_seen[:10], stored.last_seen[:10]) == ("2026-11-01", "2026-11-02")
    assert stored.plan == _plan(2)


def test_an_unchanged_promotion_makes_no_version_when_the_month_turns(ledger: Ledger) -> None:
    steps = (PriceStep(7, 1590), PriceStep(date(2027, 4, 1), 1780))
    november = _plan(30, price_pence=700, promo_months=6, price_steps=steps)
    december = _plan(
        30, price_pence=700, promo_months=6, price_steps=steps, as_of=date(2026, 12, 1)
    )
    _see(ledger, [november], 30)

    seen = _see(ledger, [december], 30)

    assert seen.changed == 0
    assert _changes(ledger) == []


def test_the_first_scrape_of_a_source_is_no_news(ledger: Ledger) -> None:
    seen = _see(ledger, [_plan(1), _plan(1, gb=120)], 1)

    assert seen.new == 2
    assert _changes(ledger) == []


def test_a_cheaper_plan_is_a_new_version_and_two_changes(ledger: Ledger) -> None:
    _see(ledger, [_plan(1)], 1)

    seen = _see(ledger, [_plan(2, price_pence=1200)], 2)

    assert seen.changed == 1
    assert _count(ledger, "plan_versions") == 2
    assert _changes(ledger) == [
        ("three-25gb-24m-lite", "headline", "1400", "1200"),
        ("three-25gb-24m-lite", "effective", "1400", "1200"),
    ]


def test_a_plan_is_withdrawn_by_its_second_absence_not_its_first(ledger: Ledger) -> None:
    _see(ledger, [_plan(1), _plan(1, gb=120)], 1)

    seen = [_see(ledger, [_plan(day)], day).withdrawn for day in (2, 3, 4)]

    assert seen == [0, 1, 0]
    assert _changes(ledger) == [("three-120gb-24m-lite", "withdrawn", "1400", "null")]
    assert [stored.plan_key for stored in load_current_plans(ledger)] == ["three-25gb-24m-lite"]


@pytest.mark.parametrize("outcome", [Outcome.PARTIAL])
def test_a_scrape_that_was_not_good_counts_no_absence(ledger: Ledger, outcome: Outcome) -> None:
    _see(ledger, [_plan(1), _plan(1, gb=120)], 1)

    for day in (2, 3, 4):
        _see(ledger, [_plan(day)], day, outcome)

    assert len(load_current_plans(ledger)) == 2
    assert _changes(ledger) == []


def test_a_plan_that_comes_back_between_two_absences_stays(ledger: Ledger) -> None:
    _see(ledger, [_plan(1), _plan(1, gb=120)], 1)
    for day, plans in ((2, [_plan(2)]), (3, [_plan(3), _plan(3, gb=120)]), (4, [_plan(4)])):
        _see(ledger, plans, day)

    assert len(load_current_plans(ledger)) == 2


def test_a_withdrawn_plan_that_is_sold_again_is_relaunched(ledger: Ledger) -> None:
    both = [_plan(1), _plan(1, gb=120)]
    _see(ledger, both, 1)
    for day in (2, 3):
        _see(ledger, [_plan(day)], day)

    _see(ledger, [_plan(4), _plan(4, gb=120)], 4)

    assert [kind for _, kind, _, _ in _changes(ledger)] == ["withdrawn", "relaunched"]
    assert len(load_current_plans(ledger)) == 2


def test_a_plan_with_more_data_at_the_same_price_is_one_change_of_allowance(
    ledger: Ledger,
) -> None:
    _see(ledger, [_plan(1), _plan(1, gb=250, price_pence=2000)], 1)

    seen = _see(ledger, [_plan(2, gb=40), _plan(2, gb=250, price_pence=2000)], 2)

    assert seen == Sightings(new=0, withdrawn=0, changed=1)
    assert _changes(ledger) == [("three-40gb-24m-lite", "allowance", "25000", "40000")]


def test_the_id_at_the_source_names_a_plan_whose_term_and_price_changed(ledger: Ledger) -> None:
    _see(ledger, [_plan(1, source_ref="A1")], 1)

    _see(ledger, [_plan(2, source_ref="A1", term_months=12, price_pence=1500)], 2)

    assert [(kind, before, after) for _, kind, before, after in _changes(ledger)] == [
        ("headline", "1400", "1500"),
        ("term", "24", "12"),
        ("effective", "1400", "1500"),
    ]


def test_two_plans_that_could_be_the_renamed_one_are_not_guessed_between(ledger: Ledger) -> None:
    _see(ledger, [_plan(1)], 1)

    seen = _see(ledger, [_plan(2, gb=40), _plan(2, gb=60)], 2)

    assert seen == Sightings(new=2, withdrawn=0, changed=0)


def test_a_new_id_at_the_source_alone_is_no_change(ledger: Ledger) -> None:
    _see(ledger, [_plan(1, source_ref="A1")], 1)

    seen = _see(ledger, [_plan(2, source_ref="B2")], 2)

    assert seen.changed == 0


def test_the_cheapest_offer_stands_for_the_plan_and_the_others_are_listed(ledger: Ledger) -> None:
    offers = [
        _plan(1, retailer="Dear Phones", price_pence=1500),
        _plan(1, retailer="Cheap Phones", price_pence=1100),
    ]

    _see(ledger, offers, 1)

    stored = load_current_plans(ledger)
    assert [entry.plan.price_pence for entry in stored] == [1100]
    assert [offer["retailer"] for offer in load_offers(ledger)[stored[0].plan_id]] == [
        "Cheap Phones",
        "Dear Phones",
    ]


def test_an_offer_that_is_gone_is_no_longer_listed(ledger: Ledger) -> None:
    cheap, dear = _plan(1, retailer="Cheap"), _plan(1, retailer="Dear", price_pence=1500)
    _see(ledger, [cheap, dear], 1)

    _see(ledger, [_plan(2, retailer="Cheap")], 2)

    assert load_offers(ledger) == {}


def test_unlimited_stays_unlimited_through_the_ledger(ledger: Ledger) -> None:
    plan = _plan(1, allowance=UNLIMITED, roaming="eu", roaming_mb=12_000, extras=("a", "b"))

    _see(ledger, [plan], 1)

    assert load_current_plans(ledger)[0].plan == plan
