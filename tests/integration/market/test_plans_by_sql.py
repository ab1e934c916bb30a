"""SQL finds, orders and counts the plans in force; what it finds is what their records say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest

from planwatch.ledger.plans.read import load_current_plans
from planwatch.ledger.plans.selection import ROAMING_AT_LEAST, SORTS, PlanFilter, select_plans
from planwatch.ledger.store.connection import Ledger
from planwatch.services.market.plans import FoundPlans, count_unstated, find_past_plans, find_plans
from tests.support.growing_market import fill_ledger
from tests.support.large_market import save_market
from tests.support.plans import make_plan

TODAY: Final = date(2026, 11, 22)
NEXT_SPRING: Final = date(2027, 3, 1)
FILTERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "all": {},
    "two brands": {"brands": ["Brand C", "O2"]},
    "a source": {"source": "uswitch"},
    "data": {"data_mb_min": 50_000},
    "unlimited": {"unlimited": True},
    "a term": {"term_months": 24},
    "pay as you go": {"term_months": 0},
    "a longest term": {"term_months_max": 12},
    "rolling at most": {"term_months_max": 1},
    "a cost": {"cost_pence_max": 1_200},
    "the EU at least": {"roaming": ("eu", "global")},
    "the world": {"roaming": ("global",)},
    "no roaming": {"roaming": ("none",)},
    "roaming not stated": {"roaming": (None,)},
    "5G": {"generations": ("5g",)},
    "neither 4G nor 5G stated": {"generations": (None,)},
    "nothing": {"cost_pence_max": 0},
    "all at once": {
        "brands": ["EE", "O2", "Three"],
        "data_mb_min": 5_000,
        "term_months": 12,
        "cost_pence_max": 2_000,
    },
    "5G and the EU, a year at most": {
        "roaming": ("eu", "global"),
        "generations": ("5g",),
        "term_months_max": 12,
    },
}


def _passes(record: Mapping[str, Any], wanted: PlanFilter) -> bool:
    data_mb = record["data_mb"]
    return (
        (not wanted.brands or record["brand"] in wanted.brands)
        and wanted.source in (None, record["source"])
        and (not wanted.unlimited or record["unlimited"])
        and (data_mb is None or data_mb >= (wanted.data_mb_min or 0))
        and wanted.term_months in (None, record["term_months"])
        and (wanted.cost_pence_max is None or record["effective_pence"] <= wanted.cost_pence_max)
        and (wanted.term_months_max is None or record["term_months"] <= wanted.term_months_max)
        and record["roaming"] in (wanted.roaming or (record["roaming"],))
        and record["generation"] in (wanted.generations or (record["generation"],))
    )


def _sort_key(record: Mapping[str, Any], sort: str) -> float:
    if sort == "data":
        return -float("inf") if record["unlimited"] else -float(record["data_mb"])
    names = {"price": "price_pence", "effective": "effective_pence"}
    return float(record[names[sort]]) if sort in names else 0.0


@pytest.mark.parametrize("signing", [None, NEXT_SPRING], ids=["as seen", "signed next spring"])
def test_each_filter_and_order_is_that_of_the_records(ledger: Ledger, signing: date | None) -> None:
    fill_ledger(ledger, 300, TODAY)
    every = list(find_plans(ledger, PlanFilter(), signing=signing).read())
    place = {
        (stored.plan.source, stored.plan_key): at
        for at, stored in enumerate(load_current_plans(ledger))
    }

    assert [place[record["source"], record["plan_key"]] for record in every] == list(
        range(len(every))
    )
    for asked in FILTERS.values():
        wanted = PlanFilter(**asked)
        for sort in SORTS:
            found = find_plans(ledger, wanted, sort, signing)
            passing = [record for record in every if _passes(record, wanted)]
            expected = sorted(passing, key=lambda record: _sort_key(record, sort))

            assert list(found.read()) == expected
            assert found.total == len(expected)
            assert found.first(3) == expected[:3]


ROAMING_PLANS: Final = (
    make_plan(variant="a", roaming="none", generation=None, as_of=TODAY),
    make_plan(variant="b", roaming="eu", generation="5g", as_of=TODAY),
    make_plan(variant="c", roaming="global", generation="4g", as_of=TODAY),
    make_plan(variant="d", roaming=None, generation="5g", as_of=TODAY),
    make_plan(variant="e", roaming=None, generation=None, as_of=TODAY),
    make_plan(variant="f", roaming="eu", generation=None, term_months=1, as_of=TODAY),
)


@pytest.mark.parametrize(
    ("asked", "variants", "unstated"),
    [
        ({"roaming": ROAMING_AT_LEAST["none"]}, "a", {"roaming": 2}),
        ({"roaming": ROAMING_AT_LEAST["eu"]}, "fbc", {"roaming": 2}),
        ({"roaming": ROAMING_AT_LEAST["global"]}, "c", {"roaming": 2}),
        ({"generations": ("5g",)}, "bd", {"generation": 3}),
        ({"roaming": ROAMING_AT_LEAST["eu"], "term_months_max": 1}, "f", {"roaming": 0}),
        (
            {"roaming": ROAMING_AT_LEAST["eu"], "generations": ("5g",)},
            "b",
            {"roaming": 1, "generation": 1},
        ),
        ({}, "fabcde", {}),
    ],
)
def test_what_is_not_stated_passes_no_filter_and_is_counted(
    ledger: Ledger, asked: Mapping[str, Any], variants: str, unstated: Mapping[str, int]
) -> None:
    save_market(ledger, ROAMING_PLANS, TODAY)
    wanted = PlanFilter(**asked)

    ways: list[Callable[[PlanFilter], FoundPlans]] = [
        lambda given: find_plans(ledger, given),
        lambda given: find_plans(ledger, given, signing=NEXT_SPRING),
        lambda given: find_past_plans(ledger, given, TODAY),
    ]

    for find in ways:
        assert {record["variant"] for record in find(wanted).read()} == set(variants)
        assert count_unstated(find, wanted) == unstated


def test_brands_are_in_alphabetical_order_whatever_their_letters(ledger: Ledger) -> None:
    names = ("Zebra", "éa", "Éb", "alpha", "ALPHA", "Österreich", "beta 'quoted'", 'b"x')
    plans = [
        make_plan(brand=name, source="uswitch", variant=str(at), price_pence=900 - at)
        for at, name in enumerate(names)
    ]
    save_market(ledger, plans, TODAY)

    found = [record["brand"] for record in find_plans(ledger, PlanFilter()).read()]

    # 'alpha' and 'ALPHA' are one letter for letter: the cheaper of them comes first
    assert found == sorted(names, key=lambda name: (name.lower(), -names.index(name)))


def test_a_plan_with_several_offers_lists_them_wherever_it_stands(ledger: Ledger) -> None:
    offers = [
        make_plan(source="uswitch", retailer=shop, price_pence=pence)
        for shop, pence in (("Dear Phones", 1200), ("Cheap Phones", 1000))
    ]
    save_market(ledger, [*offers, make_plan(brand="EE", source="ee")], TODAY)

    ee, o2 = find_plans(ledger, PlanFilter()).read()

    assert ee["offers"] == []
    assert [offer["retailer"] for offer in o2["offers"]] == ["Cheap Phones", "Dear Phones"]


def test_a_withdrawn_plan_is_neither_found_nor_counted(ledger: Ledger) -> None:
    plans = [make_plan(variant="a", as_of=TODAY), make_plan(variant="b", as_of=TODAY)]
    save_market(ledger, plans, TODAY)
    for day in (23, 24):
        later = replace(plans[0], as_of=date(2026, 11, day))
        save_market(ledger, [later], date(2026, 11, day))

    found = find_plans(ledger, PlanFilter())

    assert found.total == 1
    assert [record["variant"] for record in found.read()] == ["a"]


def test_of_a_large_market_only_the_plans_shown_are_read(ledger: Ledger) -> None:
    fill_ledger(ledger, 1_500, TODAY)
    read: list[int] = []
    found = find_plans(ledger, PlanFilter())
    query = ledger.query

    class Counting:
        """The ledger, which counts the plans whose content it hands out."""

        rules = ledger.rules

        def query(self, sql: str, parameters: Any = ()) -> Any:
            rows = query(sql, parameters)
            read.extend(1 for row in rows if "content" in row.keys() and "digest" in row.keys())  # noqa: SIM118 - a row of SQLite
            return rows

    shown = find_plans(Counting(), PlanFilter()).first(50)  # type: ignore[arg-type]

    assert len(shown) == 50
    assert found.total > 1_400
    assert len(read) <= 500
    assert len(select_plans(ledger, PlanFilter())) == found.total
