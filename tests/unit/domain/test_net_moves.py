"""What the changes of one plan within a period come to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from planwatch.domain.net_moves import find_net_moves

Step = tuple[str, Any, Any]
NEW: Step = ("new", None, 1000)
GONE: Step = ("withdrawn", 1000, None)
BACK: Step = ("relaunched", None, 1000)
PROMOTION = {"list_price_pence": 1500, "promo_months": 6}


def _net(steps: Sequence[Step], *kinds: str) -> list[Step]:
    changes = [
        {"kind": kind, "before": before, "after": after, "day": day}
        for day, (kind, before, after) in enumerate(steps)
    ]
    return [
        (each["kind"], each["before"], each["after"]) for each in find_net_moves(changes, kinds)
    ]


def _headlines(*prices: int) -> list[Step]:
    return [("headline", before, after) for before, after in pairwise(prices)]


@pytest.mark.parametrize(
    ("steps", "net"),
    [
        ([], []),
        (_headlines(1000, 1200), [("headline", 1000, 1200)]),
        (_headlines(1000, 1200, 1100, 1300), [("headline", 1000, 1300)]),
        (_headlines(1000, 1200, 1000), []),
        (_headlines(1000, 1200, 1000, 1200), [("headline", 1000, 1200)]),
        (_headlines(0, 500, 0), []),
        ([("promotion", None, PROMOTION), ("promotion", PROMOTION, None)], []),
        ([("promotion", PROMOTION, None), ("promotion", None, PROMOTION)], []),
        ([("promotion", None, PROMOTION)], [("promotion", None, PROMOTION)]),
        ([("renamed", "Lite", "Value"), ("renamed", "Value", "Max")], [("renamed", "Lite", "Max")]),
        ([("renamed", "Lite", "Value"), ("renamed", "Value", "Lite")], []),
        ([("allowance", 25_000, None), ("allowance", None, 25_000)], []),
        ([("allowance", None, 25_000)], [("allowance", None, 25_000)]),
        ([("term", 24, 12), ("term", 12, 1)], [("term", 24, 1)]),
        ([("extras", {"extras": ["a", "b"]}, {"extras": ["b", "a"]})], []),
        (
            [("extras", {"extras": ["a"]}, {"extras": ["b"]})],
            [("extras", {"extras": ["a"]}, {"extras": ["b"]})],
        ),
    ],
)
def test_each_kind_goes_from_what_was_first_to_what_is_last(
    steps: list[Step], net: list[Step]
) -> None:
    assert _net(steps) == net


@pytest.mark.parametrize(
    ("steps", "net"),
    [
        ([NEW], [NEW]),
        ([NEW, *_headlines(1000, 1300, 1200)], [("new", None, 1200)]),
        ([NEW, ("renamed", "A", "B"), ("promotion", None, PROMOTION)], [NEW]),
        ([NEW, GONE], []),
        ([NEW, *_headlines(1000, 900), GONE], []),
        ([NEW, GONE, BACK], [NEW]),
        ([NEW, GONE, ("headline", 1000, 800), ("relaunched", None, 800)], [("new", None, 800)]),
        ([GONE], [GONE]),
        ([*_headlines(1000, 1200), ("withdrawn", 1200, None)], [GONE]),
        ([GONE, BACK], []),
        ([GONE, ("headline", 1000, 800), ("relaunched", None, 800)], [("headline", 1000, 800)]),
        ([GONE, BACK, GONE], [GONE]),
        ([BACK], [BACK]),
        ([BACK, GONE], []),
        (
            [("headline", 1000, 800), ("relaunched", None, 800)],
            [("relaunched", None, 800), ("headline", 1000, 800)],
        ),
    ],
)
def test_a_plan_comes_or_goes_once_or_not_at_all(steps: list[Step], net: list[Step]) -> None:
    assert _net(steps) == net


@pytest.mark.parametrize(
    ("steps", "kinds", "net"),
    [
        ([NEW, *_headlines(1000, 1300)], ["headline"], [("headline", 1000, 1300)]),
        ([NEW, *_headlines(1000, 1300)], ["new"], [("new", None, 1300)]),
        ([NEW, *_headlines(1000, 1300)], ["new", "headline"], [("new", None, 1300)]),
        ([NEW, GONE], ["new"], []),
        ([NEW, GONE], ["withdrawn"], []),
        ([*_headlines(1000, 900), ("term", 24, 12)], ["term"], [("term", 24, 12)]),
        ([GONE], ["headline"], []),
    ],
)
def test_kinds_are_chosen_before_they_are_netted(
    steps: list[Step], kinds: list[str], net: list[Step]
) -> None:
    assert _net(steps, *kinds) == net


def test_kinds_stand_in_one_order_whatever_came_first() -> None:
    steps = [("term", 24, 12), ("effective", 10, 12), ("headline", 1, 2), ("renamed", "A", "B")]

    assert [kind for kind, _, _ in _net(steps)] == ["renamed", "headline", "effective", "term"]


@pytest.mark.parametrize(("opening", "net"), [(1010, []), (1000, [(1000, 1010)])])
def test_several_changes_of_cost_are_compared_for_one_day_of_signing(
    opening: int, net: list[tuple[int, int]]
) -> None:
    changes = [
        {"kind": "effective", "before": 990, "after": 1200},
        {"kind": "effective", "before": 1220, "after": 1010},
    ]

    found = find_net_moves(changes, cost_ends=lambda _first, last: (opening, last["after"]))

    assert [(move["before"], move["after"]) for move in found] == net


def test_one_change_of_cost_keeps_the_values_that_were_recorded() -> None:
    changes = [{"kind": "effective", "before": 990, "after": 1200}]

    [move] = find_net_moves(changes, cost_ends=lambda _first, _last: (1, 2))

    assert (move["before"], move["after"]) == (990, 1200)
