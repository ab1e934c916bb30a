"""What a digest lists, and how it counts baskets with a new winner."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from planwatch.analysis.inputs import Background
from planwatch.analysis.market.market import build_market
from planwatch.analysis.report.digest.digest import Week, build_digest, matters
from planwatch.domain.plan import Plan
from tests.support.plans import make_plan

SINCE, UNTIL = date(2025, 11, 14), date(2025, 11, 21)


def _digest(before: list[Plan] | None, now: list[Plan], *changes: dict[str, Any]) -> dict[str, Any]:
    return build_digest(
        Week(
            since=SINCE,
            until=UNTIL,
            before=None if before is None else build_market(before),
            now=build_market(now),
            background=Background(today=UNTIL, changes=changes),
        )
    )


def _change(kind: str, before: Any, after: Any, key: str = "o2-25gb-24m") -> dict[str, Any]:
    return {
        "kind": kind,
        "before": before,
        "after": after,
        "brand": "O2",
        "source": "o2",
        "plan_key": key,
        "plan": f"O2 {key}",
        "plan_id": f"o2:{key}",
        "changed_at": "2025-11-20T09:00:00.000Z",
    }


def test_a_quiet_week_is_one_sentence_a_section() -> None:
    plans = [make_plan(), make_plan(brand="Three", price_pence=900)]

    document = _digest(plans, plans)

    assert "there was no net change that matters" in document["verdict"]
    assert [section["tables"] for section in document["sections"]] == [[], [], [], [], []]


@pytest.mark.parametrize(
    ("kind", "before", "after", "told"),
    [
        ("effective", 1000, 1049, False),
        ("effective", 1000, 1050, True),  # 5 %
        ("effective", 1000, 950, True),
        ("effective", 5000, 5099, False),
        ("effective", 5000, 4900, True),  # £1.00
        ("effective", 0, 50, True),  # more than any percentage of nothing
        ("effective", 10_000, 10_099, False),
        ("effective", 1010, 1060, False),  # 4.95 %, which is printed as 5 %
        ("headline", 1000, 2000, False),  # told by its effective cost
        ("new", None, 1000, True),
        ("withdrawn", 1000, None, True),
        ("extras", {}, {}, False),
    ],
)
def test_what_matters(kind: str, before: Any, after: Any, told: bool) -> None:
    assert matters(_change(kind, before, after)) is told


def test_the_largest_move_comes_first_and_small_ones_are_counted() -> None:
    document = _digest(
        None,
        [make_plan()],
        _change("effective", 1000, 1100),
        _change("effective", 1000, 700, "o2-50gb-24m"),
        _change("extras", {}, {"roaming": "eu"}),
    )

    section = document["sections"][0]
    assert [row["by_pence"] for row in section["tables"][0]["rows"]] == [-300, 100]
    assert section["sentences"][-1:] == ["1 smaller net move is not shown; see: planwatch changes."]
    assert "1 price cut and 1 price rise." in document["verdict"]


def test_a_basket_with_a_new_winner_names_the_one_before() -> None:
    o2, three = (
        make_plan(gb=None, price_pence=1500),
        make_plan(brand="Three", gb=None, price_pence=1600),
    )
    cheaper = make_plan(brand="Three", gb=None, price_pence=1400)

    document = _digest([o2, three], [o2, cheaper])

    rows = document["sections"][1]["tables"][0]["rows"]
    assert {(row["won_before"], row["won_now"], row["by_pence"]) for row in rows} == {
        ("O2", "Three", -100)
    }
    assert "usage baskets have a new winner" in document["verdict"]


def test_a_basket_that_nobody_serves_any_more_is_told() -> None:
    unlimited, small = make_plan(gb=None), make_plan(gb=5, price_pence=500)

    document = _digest([unlimited, small], [small])

    said = " ".join(document["sections"][1]["sentences"])
    assert "No brand serves unlimited" in said
