"""Recorded changes, and what they come to: which pass a filter, and in which form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planwatch.domain.moves import MoveFilter
from planwatch.domain.plan import PriceStep
from planwatch.ledger.plans.changes import ChangeFilter, load_changes
from planwatch.ledger.plans.net_moves import load_net_moves
from planwatch.ledger.store.connection import Ledger
from tests.support.plans import make_plan
from tests.support.scrapes import day_of, instant_of, save_scrape

STAYS = make_plan(gb=99, price_pence=3000)


@pytest.fixture
def market(ledger: Ledger) -> Ledger:
    """O2 falls from £10 to £8 and rises to £9, Three falls by £1, a plan comes, another goes."""
    for day, pence in ((2, 1000), (3, 800), (4, 900)):
        save_scrape(ledger, day, STAYS, make_plan(price_pence=pence))
    save_scrape(ledger, 5, STAYS, make_plan(price_pence=900), make_plan(gb=1, price_pence=500))
    three = make_plan(brand="Three", source="three", price_pence=2000)
    save_scrape(ledger, 2, three, source="three")
    save_scrape(ledger, 6, replace(three, price_pence=1900), source="three")
    for day in (7, 8):
        save_scrape(ledger, day, make_plan(price_pence=900), make_plan(gb=1, price_pence=500))
    return ledger


def _found(ledger: Ledger, wanted: ChangeFilter) -> list[tuple[str, str]]:
    return [(change["changed_at"][8:10], change["kind"]) for change in load_changes(ledger, wanted)]


ALL = [
    ("08", "withdrawn"),
    ("06", "headline"),
    ("06", "effective"),
    ("05", "new"),
    ("04", "headline"),
    ("04", "effective"),
    ("03", "headline"),
    ("03", "effective"),
]


@pytest.mark.parametrize(
    ("wanted", "days"),
    [
        (ChangeFilter(), {"03", "04", "05", "06", "08"}),
        (ChangeFilter(since=instant_of(4)), {"04", "05", "06", "08"}),
        (ChangeFilter(until=instant_of(4)), {"03"}),
        (ChangeFilter(since=instant_of(4), until=instant_of(6)), {"04", "05"}),
        (ChangeFilter(source="three"), {"06"}),
        (ChangeFilter(source="ee"), set()),
    ],
)
def test_changes_are_those_of_the_period_and_the_source(
    market: Ledger, wanted: ChangeFilter, days: set[str]
) -> None:
    assert _found(market, wanted) == [each for each in ALL if each[0] in days]


def test_only_the_kinds_that_are_asked_for_pass(market: Ledger) -> None:
    wanted = ChangeFilter(moves=MoveFilter(kinds=("new", "withdrawn")))

    assert _found(market, wanted) == [("08", "withdrawn"), ("05", "new")]


def test_a_threshold_lets_the_moves_of_prices_pass_that_reach_it(market: Ledger) -> None:
    wanted = ChangeFilter(moves=MoveFilter(min_pence=200))

    assert _found(market, wanted) == [("03", "headline"), ("03", "effective")]


def test_a_change_says_by_how_much_a_price_moved(market: Ledger) -> None:
    [cut] = load_changes(
        market, ChangeFilter(source="three", moves=MoveFilter(kinds=("headline",)))
    )
    [new] = load_changes(market, ChangeFilter(moves=MoveFilter(kinds=("new",))))

    assert cut == {
        "changed_at": instant_of(6),
        "brand": "Three",
        "source": "three",
        "plan": "Three 25 GB, 24 months",
        "plan_id": "three:three-25gb-24m",
        "plan_key": "three-25gb-24m",
        "name": cut["name"],
        "kind": "headline",
        "before": 2000,
        "after": 1900,
        "currency": "GBP",
        "by_pence": -100,
        "by_percent": -5.0,
    }
    assert (new["before"], new["after"]) == (None, 500)
    assert (new["by_pence"], new["by_percent"]) == (None, None)


def test_a_percentage_has_two_decimals(ledger: Ledger) -> None:
    for day, pence in ((2, 900), (3, 1000)):
        save_scrape(ledger, day, make_plan(price_pence=pence))

    assert {change["by_percent"] for change in load_changes(ledger, ChangeFilter())} == {11.11}


def test_what_another_parser_reads_is_no_change(ledger: Ledger) -> None:
    save_scrape(ledger, 2, make_plan())
    save_scrape(ledger, 3, make_plan(price_pence=800), is_correction=True)

    assert load_changes(ledger, ChangeFilter()) == []
    assert load_net_moves(ledger, ChangeFilter()) == []


@pytest.mark.parametrize(
    ("wanted", "has_any"),
    [
        (ChangeFilter(since="2026", until="2027"), False),
        (ChangeFilter(source="o2"), True),
        (ChangeFilter(moves=MoveFilter(brands=("O2",))), True),
    ],
)
def test_a_filter_of_a_period_alone_asks_for_nothing_else(
    wanted: ChangeFilter, has_any: bool
) -> None:
    assert wanted.has_any is has_any


# net moves


def _net(ledger: Ledger, wanted: ChangeFilter | None = None) -> list[tuple[str, list[Any]]]:
    return [
        (
            record["plan"],
            [(move["kind"], move["before"], move["after"]) for move in record["moves"]],
        )
        for record in load_net_moves(ledger, wanted or ChangeFilter())
    ]


def test_each_plan_that_is_not_as_it_was_is_one_record_the_last_moved_first(
    market: Ledger,
) -> None:
    assert _net(market) == [
        ("O2 99 GB, 24 months", [("withdrawn", 3000, None)]),
        ("Three 25 GB, 24 months", [("headline", 2000, 1900), ("effective", 2000, 1900)]),
        ("O2 1 GB, 24 months", [("new", None, 500)]),
        ("O2 25 GB, 24 months", [("headline", 1000, 900), ("effective", 1000, 900)]),
    ]


def test_a_net_move_has_the_place_of_its_plan(market: Ledger) -> None:
    [record] = load_net_moves(market, ChangeFilter(source="three"))

    about = {
        "brand": "Three",
        "source": "three",
        "plan_key": "three-25gb-24m",
        "name": record["name"],
        "plan": "Three 25 GB, 24 months",
        "currency": "GBP",
        "verified": 1,
        "plan_id": "three:three-25gb-24m",
    }
    moved = {"changed_at": instant_of(6), "before": 2000, "after": 1900}
    assert record == {
        "changed_at": instant_of(6),
        **about,
        "moves": [
            {**about, **moved, "kind": "headline"},
            {
                **about,
                **moved,
                "kind": "effective",
                "by_rule": {"before": False, "after": False},
            },
        ],
    }


def test_a_threshold_judges_the_net_move(market: Ledger) -> None:
    """O2 moved by £2 and back by £1: that is £1."""
    wanted = ChangeFilter(source="o2", moves=MoveFilter(min_pence=101))

    assert _net(market, wanted) == []
    assert _net(market, replace(wanted, moves=MoveFilter(min_pence=100))) == [
        ("O2 25 GB, 24 months", [("headline", 1000, 900), ("effective", 1000, 900)])
    ]


def test_a_plan_that_is_as_it_was_has_no_record(ledger: Ledger) -> None:
    for day, pence in ((2, 1000), (3, 800), (4, 1000)):
        save_scrape(ledger, day, make_plan(price_pence=pence))

    assert _net(ledger) == []


def test_a_cost_is_compared_for_a_signing_on_the_day_of_the_last_change(ledger: Ledger) -> None:
    """In December a rise is a month nearer, and the same plan costs more: that is no move."""
    rise = (PriceStep(date(2027, 4, 1), 2500),)
    plan = make_plan(price_pence=1000, price_steps=rise)
    for day, pence in ((2, 1000), (10, 1100), (35, 1000)):
        save_scrape(ledger, day, replace(plan, price_pence=pence))
    first, last = (replace(plan, as_of=day_of(day)).effective_pence for day in (2, 35))

    assert first < last
    assert _net(ledger) == []


def test_a_cost_of_an_earlier_ledger_is_compared_as_it_was_recorded(ledger: Ledger) -> None:
    for day, pence in ((2, 1000), (3, 1100), (4, 1200)):
        save_scrape(ledger, day, make_plan(price_pence=pence))
    ledger.execute("UPDATE changes SET before_version_id = NULL")

    assert _net(ledger, ChangeFilter(moves=MoveFilter(kinds=("effective",)))) == [
        ("O2 25 GB, 24 months", [("effective", 1000, 1200)])
    ]
