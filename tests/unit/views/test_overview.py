"""`planwatch` alone answers in at most a dozen lines, whatever the width."""

from __future__ import annotations

import pytest

from planwatch.services.market.overview import Overview
from planwatch.views.market.overview import MOST_LINES, fit_lines, lines_of

LINES = ["105 plans in force.", "A verdict. " * 12, *[" • " + "A finding of some length. " * 6] * 3]


@pytest.mark.parametrize("width", [60, 80, 100, 160, 10_000])
def test_twelve_lines_at_most_and_none_wider_than_the_terminal(width: int) -> None:
    shown = fit_lines([*LINES, "Next: planwatch show"], width)

    assert len(shown) <= MOST_LINES
    assert max(map(len, shown)) <= width
    assert shown[-1] == "Next: planwatch show"


def test_findings_give_way_before_anything_else() -> None:
    wide, narrow = fit_lines(LINES, 10_000), fit_lines(LINES, 60)

    assert sum(line.startswith(" • ") for line in wide) == 3
    assert sum(line.startswith(" • ") for line in narrow) == 2
    assert narrow[0] == LINES[0]


def test_an_indented_command_keeps_its_place() -> None:
    assert fit_lines(["  planwatch demo   a recorded market"], 80) == [
        "  planwatch demo   a recorded market"
    ]


@pytest.mark.parametrize(
    ("plans", "brands", "ages", "said"),
    [
        (10, 1, [1.0, None, None], "10 plans of 1 brand in force; 1 of 3 sources has delivered"),
        (1, 1, [1.0], "1 plan of 1 brand in force; 1 of 1 source has delivered"),
        (20, 2, [1.0, 2.0], "20 plans of 2 brands in force; 2 of 2 sources have delivered"),
    ],
)
def test_one_of_a_thing_is_singular(
    plans: int, brands: int, ages: list[float | None], said: str
) -> None:
    overview = Overview(
        plans=plans,
        brands=brands,
        sources=[{"source": "o2", "outcome": "ok", "age_h": age} for age in ages],
        jobs=[],
        analysis=None,
        note=None,
    )

    assert any(line.startswith(said) for line in lines_of(overview))
