"""What a scrape saw becomes rows: versions only for changes, absences, one change for a rename."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.outcome import GOOD_OUTCOMES, Outcome
from planwatch.domain.page import Page
from planwatch.domain.plan import Plan, PriceStep
from planwatch.ledger.pages.health import add_source_run
from planwatch.ledger.plans.read import load_current_plans, load_offers
from planwatch.ledger.plans.sightings import Sightings, count_newly_missing, save_sightings
from planwatch.ledger.store.connection import Ledger
from planwatch.sources.contract import Reading, group_offers
from planwatch.workflows.scrape.collect import Collected, record_collected


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


def _see_at(
    ledger: Ledger, plans: Sequence[Plan], at: str, outcome: Outcome = Outcome.OK
) -> Sightings:
    offers = group_offers(plans)
    with ledger.transaction():
        seen = save_sightings(
            ledger,
            source="three",
            offers=offers,
            outcome=outcome,
            at=at,
            job_id=None,
            capture_ids={},
        )
        add_source_run(
            ledger,
            job_id=None,
            source="three",
            outcome=outcome,
            plans=len(offers),
            error=None,
            at=at,
        )
    return seen


def _see(
    ledger: Ledger, plans: Sequence[Plan], day: int, outcome: Outcome = Outcome.OK
) -> Sightings:
    return _see_at(ledger, plans, f"2026-11-{day:02d}T09:00:00.000Z", outcome)


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

    seen = _see_at(ledger, [december], "2026-12-01T09:00:00.000Z")

    assert seen.changed == 0
    assert _changes(ledger) == []


def test_the_first_scrape_of_a_source_makes_no_change(ledger: Ledger) -> None:
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


@pytest.mark.parametrize(
    "outcome", [outcome for outcome in Outcome if outcome not in GOOD_OUTCOMES]
)
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
    assert [
        offer["retailer"] for offer in load_offers(ledger, [stored[0].plan_id])[stored[0].plan_id]
    ] == [
        "Cheap Phones",
        "Dear Phones",
    ]


def test_an_offer_that_is_gone_is_no_longer_listed(ledger: Ledger) -> None:
    cheap, dear = _plan(1, retailer="Cheap"), _plan(1, retailer="Dear", price_pence=1500)
    _see(ledger, [cheap, dear], 1)

    _see(ledger, [_plan(2, retailer="Cheap")], 2)

    assert load_offers(ledger, _ids(ledger)) == {}


def test_unlimited_stays_unlimited_through_the_ledger(ledger: Ledger) -> None:
    plan = _plan(1, allowance=UNLIMITED, roaming="eu", roaming_mb=12_000, extras=("a", "b"))

    _see(ledger, [plan], 1)

    assert load_current_plans(ledger)[0].plan == plan


def _market(ledger: Ledger) -> list[tuple[str, int]]:
    return [(stored.plan_key, stored.plan.price_pence) for stored in load_current_plans(ledger)]


def _offered(ledger: Ledger) -> list[tuple[str, int]]:
    (offers,) = load_offers(ledger, _ids(ledger)).values()
    return [(offer["retailer"], offer["price_pence"]) for offer in offers]


def test_an_offer_that_was_not_read_today_stays_in_force_and_stands_for_its_plan(
    ledger: Ledger,
) -> None:
    cheap, dear = _plan(1, retailer="Cheap", price_pence=800), _plan(1, retailer="Dear")
    _see(ledger, [cheap, dear], 1)

    seen = _see(ledger, [_plan(2, retailer="Dear", price_pence=1200)], 2, Outcome.PARTIAL)

    (stored,) = load_current_plans(ledger)
    assert seen == Sightings(new=0, withdrawn=0, changed=0)
    assert _changes(ledger) == []
    assert (stored.plan, stored.last_seen[:10]) == (cheap, "2026-11-01"), "it was not seen since"
    assert _offered(ledger) == [("Cheap", 800), ("Dear", 1200)]


def test_an_offer_that_was_not_read_stands_when_the_cheapest_became_dearer(ledger: Ledger) -> None:
    first = [_plan(1, retailer=name, price_pence=pence) for name, pence in _PRICES.items()]
    _see(ledger, first, 1)

    today = [_plan(2, retailer="Cheap", price_pence=1500), _plan(2, retailer="Dear")]
    _see(ledger, today, 2, Outcome.PARTIAL)

    (stored,) = load_current_plans(ledger)
    assert (stored.plan.retailer, stored.plan.price_pence) == ("Middling", 900)
    assert _changes(ledger) == [
        ("three-25gb-24m-lite", "headline", "800", "900"),
        ("three-25gb-24m-lite", "effective", "800", "900"),
    ]


_PRICES = {"Cheap": 800, "Middling": 900, "Dear": 1400}


def test_a_good_scrape_after_a_partial_one_settles_which_offers_stand(ledger: Ledger) -> None:
    first = [_plan(1, retailer=name, price_pence=pence) for name, pence in _PRICES.items()]
    _see(ledger, first, 1)
    _see(ledger, [_plan(2, retailer="Dear")], 2, Outcome.PARTIAL)

    _see(ledger, [_plan(3, retailer="Middling", price_pence=900), _plan(3, retailer="Dear")], 3)

    assert _market(ledger) == [("three-25gb-24m-lite", 900)]
    assert _offered(ledger) == [("Middling", 900), ("Dear", 1400)]


def test_the_offers_of_a_withdrawn_plan_do_not_come_back_with_it(ledger: Ledger) -> None:
    other = {"gb": 120, "price_pence": 2000}
    _see(ledger, [_plan(1, retailer="Cheap", price_pence=800), _plan(1, **other)], 1)
    for day in (2, 3):
        _see(ledger, [_plan(day, **other)], day)

    _see(ledger, [_plan(4, retailer="Dear")], 4, Outcome.PARTIAL)

    assert _market(ledger) == [("three-25gb-24m-lite", 1400), ("three-120gb-24m-lite", 2000)]
    assert load_offers(ledger, _ids(ledger)) == {}


@pytest.mark.parametrize("late", ["2026-11-02T08:59:59.999Z", "2026-11-01T10:00:00.000Z"])
def test_pages_older_than_those_known_change_nothing(ledger: Ledger, late: str) -> None:
    _see(ledger, [_plan(1, price_pence=1000), _plan(1, gb=120)], 1)
    _see(ledger, [_plan(2, price_pence=1200), _plan(2, gb=120)], 2)
    before = ledger.query("SELECT * FROM plans"), _changes(ledger)

    seen = [_see_at(ledger, [_plan(1, price_pence=1000)], late) for _ in range(3)]

    assert seen == [Sightings(0, 0, 0)] * 3
    assert (ledger.query("SELECT * FROM plans"), _changes(ledger)) == before


def test_a_late_scrape_is_recorded_with_its_pages(ledger: Ledger) -> None:
    instants = [datetime(2026, 11, 2, hour, tzinfo=UTC) for hour in (10, 9)]
    entries = []
    for hour, at in enumerate(instants):
        collected = Collected(
            source="three",
            outcome=Outcome.OK,
            at=at,
            duration_s=0.1,
            reading=Reading(plans=(_plan(2, price_pence=1000 + hour),), page_names=("page",)),
            pages=((Page(body=b"page", name="page"), f"hash{hour}"),),
        )
        with ledger.transaction():
            entries.append(record_collected(ledger, collected, f"job{hour}", alert_after=2))

    assert [(entry["outcome"], entry["new"], entry["changed"]) for entry in entries] == [
        ("ok", 1, 0),
        ("ok", 0, 0),
    ]
    assert _market(ledger) == [("three-25gb-24m-lite", 1000)]
    assert (_count(ledger, "source_runs"), _count(ledger, "captures")) == (2, 2)


def test_pages_older_than_a_partial_scrape_change_nothing(ledger: Ledger) -> None:
    _see(ledger, [_plan(1)], 1)
    _see(ledger, [_plan(3, price_pence=1200)], 3, Outcome.PARTIAL)

    seen = _see(ledger, [_plan(2)], 2)

    assert seen == Sightings(0, 0, 0)
    assert _market(ledger) == [("three-25gb-24m-lite", 1200)]


def test_a_clock_that_once_ran_ahead_does_not_silence_a_source(ledger: Ledger) -> None:
    _see_at(ledger, [_plan(1), _plan(1, gb=120)], "2031-01-01T09:00:00.000Z")

    for day in range(1, 9):
        _see(ledger, [_plan(day, price_pence=1000 + day)], day)

    assert _market(ledger) == [("three-25gb-24m-lite", 1008)]


def test_scrapes_at_one_instant_of_a_clock_that_stands_still_both_count(ledger: Ledger) -> None:
    """As under PLANWATCH_NOW: the second is not taken for a late one."""
    at = "2026-11-02T09:00:00.000Z"
    _see_at(ledger, [_plan(2), _plan(2, gb=120)], at)

    seen = [_see_at(ledger, [_plan(2, price_pence=1200)], at).withdrawn for _ in range(2)]

    assert seen == [0, 1]
    assert _market(ledger) == [("three-25gb-24m-lite", 1200)]


def test_the_present_id_at_the_source_names_a_plan_not_its_first_one(ledger: Ledger) -> None:
    _see(ledger, [_plan(1, source_ref="A1")], 1)
    _see(ledger, [_plan(2, source_ref="B2")], 2)

    shown = load_current_plans(ledger)[0].plan.source_ref
    _see(ledger, [_plan(3, gb=40, price_pence=1500, source_ref="B2")], 3)

    assert shown == "B2"
    assert _changes(ledger) == [
        ("three-40gb-24m-lite", "headline", "1400", "1500"),
        ("three-40gb-24m-lite", "allowance", "25000", "40000"),
        ("three-40gb-24m-lite", "effective", "1400", "1500"),
    ]


def test_a_rename_that_a_partial_scrape_sees_first_is_one_change(ledger: Ledger) -> None:
    _see(ledger, [_plan(1, source_ref="A1"), _plan(1, gb=120, source_ref="A2")], 1)

    renamed = _plan(2, gb=40, source_ref="A1")
    seen = [
        _see(ledger, [renamed], 2, Outcome.PARTIAL),
        *(_see(ledger, [renamed, _plan(3, gb=120, source_ref="A2")], day) for day in (3, 4)),
    ]

    assert seen == [Sightings(0, 0, 1), Sightings(0, 0, 0), Sightings(0, 0, 0)]
    assert _changes(ledger) == [("three-40gb-24m-lite", "allowance", "25000", "40000")]


def test_a_partial_scrape_guesses_no_rename_without_an_id(ledger: Ledger) -> None:
    _see(ledger, [_plan(1)], 1)

    seen = _see(ledger, [_plan(2, gb=40)], 2, Outcome.PARTIAL)

    assert seen == Sightings(new=1, withdrawn=0, changed=0)


def test_one_retailers_move_in_a_partial_scrape_does_not_move_the_others(ledger: Ledger) -> None:
    both = [
        _plan(1, retailer="Cheap", source_ref="1", price_pence=800),
        _plan(1, retailer="Dear", source_ref="2"),
    ]
    _see(ledger, both, 1)

    moved = _plan(2, gb=40, retailer="Cheap", source_ref="1", price_pence=800)
    _see(ledger, [moved], 2, Outcome.PARTIAL)

    assert _market(ledger) == [("three-25gb-24m-lite", 800), ("three-40gb-24m-lite", 800)]


def test_nothing_is_a_change_before_a_source_was_read_in_full(ledger: Ledger) -> None:
    _see(ledger, [_plan(1)], 1, Outcome.PARTIAL)
    _see(ledger, [_plan(2), _plan(2, gb=120)], 2)

    seen = _see(ledger, [_plan(3), _plan(3, gb=120), _plan(3, gb=250)], 3)

    assert seen.new == 1
    assert _changes(ledger) == [("three-250gb-24m-lite", "new", "null", "1400")]


def test_an_id_means_a_plan_within_its_brand_only(ledger: Ledger) -> None:
    o2 = {"brand": "O2", "price_pence": 1900}
    _see(ledger, [_plan(1, source_ref="7"), _plan(1, gb=60, source_ref="8", **o2)], 1)

    _see(ledger, [_plan(2, gb=40, source_ref="8"), _plan(2, gb=80, source_ref="7", **o2)], 2)

    assert _changes(ledger) == [
        ("three-40gb-24m-lite", "allowance", "25000", "40000"),
        ("o2-80gb-24m-lite", "allowance", "60000", "80000"),
    ]


def test_a_brand_that_is_spelt_otherwise_is_shown_as_it_is_now(ledger: Ledger) -> None:
    _see(ledger, [_plan(1, brand="honest mobile")], 1)

    seen = _see(ledger, [_plan(2, brand="Honest Mobile")], 2)

    assert seen == Sightings(0, 0, 0)
    assert [stored.plan.brand for stored in load_current_plans(ledger)] == ["Honest Mobile"]


def _small(day: int, gb: int, ref: str, pence: int) -> Plan:
    return _plan(day, gb=gb, source_ref=ref, price_pence=pence)


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.PARTIAL])
def test_two_plans_that_swap_their_data_are_two_changes_of_allowance(
    ledger: Ledger, outcome: Outcome
) -> None:
    _see(ledger, [_small(1, 10, "A", 1000), _small(1, 20, "B", 1500)], 1)

    seen = _see(ledger, [_small(2, 20, "A", 1000), _small(2, 10, "B", 1500)], 2, outcome)

    assert seen == Sightings(new=0, withdrawn=0, changed=2)
    assert sorted(_changes(ledger)) == [
        ("three-10gb-24m-lite", "allowance", "20000", "10000"),
        ("three-20gb-24m-lite", "allowance", "10000", "20000"),
    ]


def test_a_chain_of_plans_with_more_data_is_a_change_of_allowance_each(ledger: Ledger) -> None:
    _see(ledger, [_small(1, 10, "A", 1000), _small(1, 20, "B", 1500)], 1)

    seen = _see(ledger, [_small(2, 20, "A", 1000), _small(2, 30, "B", 1500)], 2)

    assert seen == Sightings(new=0, withdrawn=0, changed=2)
    assert _changes(ledger) == [
        ("three-20gb-24m-lite", "allowance", "10000", "20000"),
        ("three-30gb-24m-lite", "allowance", "20000", "30000"),
    ]


def test_a_plan_may_take_the_key_of_one_that_is_withdrawn(ledger: Ledger) -> None:
    _see(ledger, [_small(1, 10, "A", 1000), _small(1, 20, "B", 1500)], 1)
    for day in (2, 3):
        _see(ledger, [_small(day, 10, "A", 1000)], day)

    _see(ledger, [_small(4, 20, "A", 1000)], 4)
    relaunched = _see(ledger, [_small(5, 20, "A", 1000), _small(5, 30, "B", 1500)], 5)

    assert relaunched == Sightings(new=0, withdrawn=0, changed=1)
    assert _market(ledger) == [("three-20gb-24m-lite", 1000), ("three-30gb-24m-lite", 1500)]
    assert [(kind, before) for _, kind, before, _ in _changes(ledger)] == [
        ("withdrawn", "1500"),
        ("allowance", "10000"),
        ("allowance", "20000"),
        ("relaunched", "null"),
    ]


def test_a_plan_whose_key_was_taken_is_withdrawn_like_any_other(ledger: Ledger) -> None:
    _see(ledger, [_small(1, 10, "A", 1000), _small(1, 20, "B", 1500)], 1)

    seen = [_see(ledger, [_small(day, 20, "A", 1000)], day) for day in (2, 3)]

    assert seen == [Sightings(0, 0, 1), Sightings(0, 1, 0)]
    assert _market(ledger) == [("three-20gb-24m-lite", 1000)]
    assert _changes(ledger) == [
        ("three-20gb-24m-lite", "allowance", "10000", "20000"),
        ("three-20gb-24m-lite~2", "withdrawn", "1500", "null"),
    ]


def test_an_id_that_two_plans_share_names_neither(ledger: Ledger) -> None:
    _see(ledger, [_small(1, 10, "A", 1000), _small(1, 20, "A", 1500)], 1)

    seen = _see(ledger, [_small(2, 10, "A", 1000), _small(2, 20, "A", 1600)], 2)

    assert seen == Sightings(new=0, withdrawn=0, changed=1)


def test_a_retailer_that_moves_leaves_the_plan_to_those_that_stay(ledger: Ledger) -> None:
    _see(ledger, [_plan(1, retailer=name, source_ref=name) for name in ("One", "Two")], 1)

    moved = [_plan(2, retailer="Two", source_ref="Two"), _small(2, 60, "One", 2500)]
    seen = _see(ledger, moved, 2)

    assert (seen.new, _market(ledger)) == (
        1,
        [("three-25gb-24m-lite", 1400), ("three-60gb-24m-lite", 2500)],
    )


# renamed


def _names(ledger: Ledger) -> list[str]:
    return [stored.plan.variant for stored in load_current_plans(ledger)]


def test_a_renamed_plan_is_one_plan_with_its_history(ledger: Ledger) -> None:
    _see(ledger, [_plan(1, price_pence=1500), _plan(1, gb=120)], 1)
    _see(ledger, [_plan(2), _plan(2, gb=120)], 2)

    seen = _see(ledger, [_plan(3, gb=120), _plan(3, variant="Plus")], 3)

    assert seen == Sightings(new=0, withdrawn=0, changed=1)
    assert _changes(ledger)[-1] == ("three-25gb-24m-plus", "renamed", '"Lite"', '"Plus"')
    assert [kind for _, kind, _, _ in _changes(ledger)] == ["headline", "effective", "renamed"]
    assert (_count(ledger, "plans"), _count(ledger, "plan_versions")) == (2, 4)


def test_all_plans_renamed_on_a_page_in_another_order_are_neither_new_nor_withdrawn(
    ledger: Ledger,
) -> None:
    sizes = ((5, 800), (25, 1400), (120, 2000), (250, 2500))
    _see(ledger, [_plan(1, gb, price_pence=pence) for gb, pence in sizes], 1)

    page = [_plan(2, gb, price_pence=pence, variant="Plus") for gb, pence in reversed(sizes)]
    seen = _see(ledger, page, 2)

    assert seen == Sightings(new=0, withdrawn=0, changed=4)
    assert {kind for _, kind, _, _ in _changes(ledger)} == {"renamed"}
    assert _names(ledger) == ["Plus"] * 4


def test_a_plan_that_was_absent_once_comes_back_under_its_new_name(ledger: Ledger) -> None:
    _see(ledger, [_plan(1), _plan(1, gb=120)], 1)
    _see(ledger, [_plan(2, gb=120)], 2)

    _see(ledger, [_plan(3, gb=120), _plan(3, variant="Plus")], 3)
    _see(ledger, [_plan(4, gb=120), _plan(4, variant="Plus")], 4)

    assert [kind for _, kind, _, _ in _changes(ledger)] == ["renamed"]
    assert load_current_plans(ledger)[0].absences == 0


def test_a_plan_renamed_back_is_the_same_plan_still(ledger: Ledger) -> None:
    for day, name in enumerate(("Lite", "Plus", "Lite"), start=1):
        _see(ledger, [_plan(day, variant=name), _plan(day, gb=120)], day)

    assert [(kind, after) for _, kind, _, after in _changes(ledger)] == [
        ("renamed", '"Plus"'),
        ("renamed", '"Lite"'),
    ]
    assert _count(ledger, "plans") == 2


def test_an_id_renames_a_plan_whose_price_moved_with_it(ledger: Ledger) -> None:
    _see(ledger, [_plan(1, source_ref="A1")], 1)

    _see(ledger, [_plan(2, source_ref="A1", variant="Plus", price_pence=1500)], 2, Outcome.PARTIAL)

    assert [kind for _, kind, _, _ in _changes(ledger)] == ["renamed", "headline", "effective"]


@pytest.mark.parametrize(("before", "after"), [("", "Lite"), ("Lite", ""), ("Lite", "LITE!")])
def test_a_name_that_is_stated_on_one_side_or_spelt_otherwise_is_no_rename(
    ledger: Ledger, before: str, after: str
) -> None:
    _see(ledger, [_plan(1, variant=before)], 1)

    seen = _see(ledger, [_plan(2, variant=after)], 2)

    assert (seen.new, _changes(ledger), _count(ledger, "plans")) == (0, [], 1)


# badges and order


@pytest.mark.parametrize("badge", ["Best seller", "Ends Monday", "NEW!", "Save £5"])
def test_a_badge_that_comes_moves_and_goes_is_no_news(ledger: Ledger, badge: str) -> None:
    plain = ["Lite", "Plus", "Max"]
    worn = f"Lite | {badge}"
    for day, names in enumerate(
        (plain, [worn, *plain[1:]], ["Lite", f"{badge} Plus", "Max"], plain, ["Max", "Plus", worn]),
        start=1,
    ):
        page = [_plan(day, variant=name, name=f"{name} 25GB") for name in names]
        seen = _see(ledger, page, day)

    assert seen == Sightings(new=0, withdrawn=0, changed=0)
    assert (_changes(ledger), _count(ledger, "plan_versions")) == ([], 3)


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.PARTIAL])
def test_a_ledger_whose_keys_hold_badges_is_taken_up_without_news(
    ledger: Ledger, outcome: Outcome
) -> None:
    sizes = (5, 25, 120)
    _see(ledger, [_plan(1, gb) for gb in sizes], 1)
    with ledger.transaction():  # as an earlier version wrote them
        ledger.execute("UPDATE plans SET plan_key = plan_key || '-best-seller'")
        for table in ("plan_versions", "offers"):
            ledger.execute(
                f"UPDATE {table} SET content = replace(content, '\"Lite\"', '\"Lite Best seller\"')"
            )
        ledger.execute("UPDATE plan_versions SET digest = 'of another name'")

    seen = _see(ledger, [_plan(2, gb) for gb in sizes], 2, outcome)

    assert seen == Sightings(new=0, withdrawn=0, changed=0)
    assert (_changes(ledger), _count(ledger, "plan_versions")) == ([], 3)
    assert {stored.plan_key for stored in load_current_plans(ledger)} == {
        f"three-{gb}gb-24m-lite" for gb in sizes
    }


def test_extras_in_another_order_are_no_change(ledger: Ledger) -> None:
    _see(ledger, [_plan(1, extras=("a", "b", "c"), incentives=("x", "y"))], 1)

    seen = _see(ledger, [_plan(2, extras=("c", "a", "b"), incentives=("y", "x"))], 2)

    assert (seen.changed, _changes(ledger), _count(ledger, "plan_versions")) == (0, [], 1)


def test_an_extra_more_is_a_change(ledger: Ledger) -> None:
    _see(ledger, [_plan(1, extras=("b", "a"))], 1)

    assert _see(ledger, [_plan(2, extras=("c", "a", "b"))], 2).changed == 1


# what is counted, and pages that are read anew


def _reread(
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
            is_correction=True,
            rereads=True,
        )


def _absences(ledger: Ledger) -> dict[str, tuple[int, str | None]]:
    rows = ledger.query("SELECT plan_key, absences, withdrawn_at FROM plans")
    return {row["plan_key"]: (row["absences"], row["withdrawn_at"]) for row in rows}


def test_each_kind_of_sighting_is_counted(ledger: Ledger) -> None:
    _see(ledger, [_plan(1, gb) for gb in (5, 10, 20, 40, 80)], 1)
    page = [_plan(2, gb) for gb in (5, 10)]
    _see(ledger, page, 2)

    moved = [
        _plan(3, 5, price_pence=900),
        _plan(3, 10, price_pence=950),
        _plan(3, 15, term_months=1),
    ]
    seen = _see(ledger, [*moved, _plan(3, 60, term_months=1)], 3)

    assert seen == Sightings(new=2, withdrawn=3, changed=2)


def test_absences_are_counted_of_plans_in_force_that_were_not_seen(ledger: Ledger) -> None:
    _see(ledger, [_plan(1, gb) for gb in (5, 10, 20)], 1)
    _see(ledger, [_plan(2, gb) for gb in (5, 10)], 2)
    _see(ledger, [_plan(3, 5)], 3)
    _see(ledger, [_plan(4, 5)], 4)
    _see(ledger, [_plan(5, 5)], 5)

    assert _absences(ledger) == {
        "three-5gb-24m-lite": (0, None),
        "three-10gb-24m-lite": (2, "2026-11-04T09:00:00.000Z"),
        "three-20gb-24m-lite": (2, "2026-11-03T09:00:00.000Z"),
    }


def test_a_plan_that_was_misread_ends_at_once_when_its_pages_are_read_anew(ledger: Ledger) -> None:
    _see(ledger, [_plan(1, gb) for gb in (5, 10, 20, 40)], 1)
    _see(ledger, [_plan(2, gb) for gb in (5, 10, 20)], 2)

    seen = _reread(ledger, [_plan(2, 5)], 2)

    assert seen == Sightings(new=0, withdrawn=2, changed=0)
    assert _absences(ledger) == {
        "three-5gb-24m-lite": (0, None),
        "three-10gb-24m-lite": (0, "2026-11-02T09:00:00.000Z"),
        "three-20gb-24m-lite": (0, "2026-11-02T09:00:00.000Z"),
        "three-40gb-24m-lite": (1, None),
    }
    assert _reread(ledger, [_plan(2, 5)], 2).withdrawn == 0


def test_pages_that_are_read_anew_in_part_end_nothing(ledger: Ledger) -> None:
    _see(ledger, [_plan(1, gb) for gb in (5, 10)], 1)

    assert _reread(ledger, [_plan(1, 5)], 1, Outcome.PARTIAL).withdrawn == 0
    assert _absences(ledger)["three-10gb-24m-lite"] == (0, None)


def test_pages_of_the_newest_instant_still_count_and_older_ones_do_not(ledger: Ledger) -> None:
    _see(ledger, [_plan(2)], 2)

    assert _see(ledger, [_plan(2, price_pence=1300)], 2).changed == 1
    assert _see(ledger, [_plan(1, price_pence=1200)], 1).changed == 0


def test_what_an_ordinary_scrape_sees_is_no_correction(ledger: Ledger) -> None:
    _see(ledger, [_plan(1)], 1)
    _see(ledger, [_plan(2, price_pence=1200), _plan(2, gb=250, term_months=1)], 2)

    rows = ledger.query("SELECT DISTINCT is_correction, job_id FROM changes")
    assert [tuple(row) for row in rows] == [(0, None)]


def test_a_correction_and_a_job_are_written_with_the_changes(ledger: Ledger) -> None:
    _see(ledger, [_plan(1)], 1)
    with ledger.transaction():
        save_sightings(
            ledger,
            source="three",
            offers=group_offers([_plan(2, price_pence=1200), _plan(2, gb=250, term_months=1)]),
            outcome=Outcome.OK,
            at="2026-11-02T09:00:00.000Z",
            job_id="a-job",
            capture_ids={},
            is_correction=True,
        )

    rows = ledger.query("SELECT kind, job_id, is_correction FROM changes ORDER BY change_id")
    assert [tuple(row) for row in rows] == [
        ("headline", "a-job", 1),
        ("effective", "a-job", 1),
        ("new", "a-job", 1),
    ]


def _is_alternating(ledger: Ledger) -> bool:
    row = ledger.query_one("SELECT alternating_since FROM plan_figures WHERE figure = 'headline'")
    return row is not None and row[0] is not None


def test_only_scrapes_show_that_a_price_that_alternated_stands_not_pages_read_anew(
    ledger: Ledger,
) -> None:
    for day, pence in enumerate((1000, 1200, 1000, 1200, 1000, 1200), start=1):
        _see(ledger, [_plan(day, price_pence=pence)], day)
    last = {"price_pence": 1200}
    assert _is_alternating(ledger)

    for day in (7, 8, 9, 10):
        with ledger.transaction():
            save_sightings(
                ledger,
                source="three",
                offers=group_offers([_plan(day, **last)]),
                outcome=Outcome.OK,
                at=f"2026-11-{day:02d}T09:00:00.000Z",
                job_id=None,
                capture_ids={},
                is_correction=True,
            )
    assert _is_alternating(ledger)
    for day in (11, 12, 13):
        _see(ledger, [_plan(day, **last)], day)

    assert not _is_alternating(ledger)


def test_plans_absent_for_the_first_time_are_counted_among_those_that_were_there(
    ledger: Ledger,
) -> None:
    at = "2026-11-{:02d}T09:00:00.000Z".format
    assert count_newly_missing(ledger, "three", at(1)) == (0, 0)
    _see(ledger, [_plan(1, gb) for gb in (5, 10, 20, 40)], 1)
    assert count_newly_missing(ledger, "three", at(1)) == (0, 0), "all are of this scrape"

    _see(ledger, [_plan(2, gb) for gb in (5, 10)], 2)
    first = count_newly_missing(ledger, "three", at(2))
    _see(ledger, [_plan(3, 5), _plan(3, 60, term_months=1)], 3)

    assert first == (2, 4)
    assert count_newly_missing(ledger, "three", at(3)) == (1, 2)
    assert count_newly_missing(ledger, "ee", at(3)) == (0, 0)


def _ids(ledger: Ledger) -> list[int]:
    return [stored.plan_id for stored in load_current_plans(ledger)]


@pytest.mark.parametrize(
    ("after", "changed"),
    [
        ({"name": "40GB Super"}, 0),
        ({"name": "Big one"}, 0),
        ({"minutes": "500"}, 0),
        ({"name": "40GB Super", "price_pence": 1200}, 1),
        ({"variant": "Plus"}, 1),
        ({"variant": ""}, 0),
    ],
)
def test_what_is_counted_as_changed_is_listed_as_a_change(
    ledger: Ledger, after: dict[str, Any], changed: int
) -> None:
    _see(ledger, [_plan(1, name="40GB")], 1)

    seen = _see(ledger, [_plan(2, **{"name": "40GB", **after})], 2)

    assert (seen.new, seen.changed) == (0, changed)
    assert bool(_changes(ledger)) == bool(changed)
    assert _count(ledger, "plan_versions") == 2


def test_a_misreading_put_right_is_not_counted_as_a_change(ledger: Ledger) -> None:
    _see(ledger, [_plan(1)], 1)
    at = "2026-11-02T09:00:00.000Z"
    with ledger.transaction():
        seen = save_sightings(
            ledger,
            source="three",
            offers=group_offers([_plan(2, price_pence=1300)]),
            outcome=Outcome.OK,
            at=at,
            job_id=None,
            capture_ids={},
            is_correction=True,
        )

    assert (seen.changed, seen.rewritten) == (0, 1)
