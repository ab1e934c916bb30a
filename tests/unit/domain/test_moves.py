"""Which changes pass a filter of moves: the one definition for commands, alerts and reports."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.domain.moves import MoveFilter, moved_pence, moved_percent


def _change(kind: str, before: Any, after: Any, brand: str = "O2") -> dict[str, Any]:
    return {"kind": kind, "brand": brand, "before": before, "after": after}


@pytest.mark.parametrize(
    ("wanted", "passes"),
    [
        (MoveFilter(), True),
        (MoveFilter(min_pence=1000), True),
        (MoveFilter(min_pence=1001), False),
        (MoveFilter(min_percent=1), True),
        (MoveFilter(min_percent=1000), True),
        (MoveFilter(min_pence=1000, min_percent=5), True),
        (MoveFilter(min_pence=1001, min_percent=5), False),
        (MoveFilter(direction="up"), True),
        (MoveFilter(direction="down"), False),
        (MoveFilter(brands=("EE",)), False),
    ],
)
def test_a_move_from_zero_passes_any_percentage_and_is_judged_by_its_pounds(
    wanted: MoveFilter, passes: bool
) -> None:
    assert wanted.passes(_change("headline", 0, 1000)) is passes


def test_a_move_to_zero_is_one_of_a_hundred_per_cent() -> None:
    free = _change("effective", 1000, 0)

    assert (moved_pence(free), moved_percent(free)) == (-1000, -100.0)
    assert MoveFilter(min_percent=100, direction="down").passes(free)
    assert not MoveFilter(min_percent=100.5).passes(free)


def test_a_move_from_zero_has_pounds_and_no_percentage() -> None:
    change = _change("effective", 0, 500)

    assert (moved_pence(change), moved_percent(change)) == (500, None)


@pytest.mark.parametrize(
    ("wanted", "passes"),
    [
        (MoveFilter(), True),
        (MoveFilter(min_pence=100), False),
        (MoveFilter(direction="down"), False),
        (MoveFilter(kinds=("withdrawn", "headline"), min_pence=100), True),
        (MoveFilter(kinds=("headline",)), False),
    ],
)
def test_a_kind_without_an_amount_passes_a_threshold_only_when_it_is_named(
    wanted: MoveFilter, passes: bool
) -> None:
    assert wanted.passes(_change("withdrawn", 5000, None)) is passes


@given(before=st.integers(0, 10_000), after=st.integers(0, 10_000), tenths=st.integers(0, 2000))
def test_a_percentage_is_compared_exactly(before: int, after: int, tenths: int) -> None:
    wanted = MoveFilter(min_percent=tenths / 10)

    passes = wanted.passes(_change("headline", before, after))

    assert passes is (before == 0 or abs(after - before) * 1000 >= tenths * before)


@given(before=st.integers(0, 10_000), after=st.integers(0, 10_000))
def test_a_price_that_moved_went_either_up_or_down(before: int, after: int) -> None:
    change = _change("effective", before, after)

    ways = [MoveFilter(direction=way).passes(change) for way in ("up", "down")]

    assert sum(ways) == (before != after)


@pytest.mark.parametrize(
    ("wanted", "asks"),
    [
        (MoveFilter(), (False, False)),
        (MoveFilter(brands=("O2",)), (True, False)),
        (MoveFilter(kinds=("new",)), (True, False)),
        (MoveFilter(min_pence=0), (True, True)),
        (MoveFilter(min_percent=0), (True, True)),
        (MoveFilter(direction="up"), (True, True)),
    ],
)
def test_a_filter_tells_what_it_asks_for(wanted: MoveFilter, asks: tuple[bool, bool]) -> None:
    assert (wanted.has_any, wanted.asks_amount) == asks
