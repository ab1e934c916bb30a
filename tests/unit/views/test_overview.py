"""`planwatch` alone answers in at most a dozen lines, whatever the width."""

from __future__ import annotations

import pytest

from planwatch.views.market.overview import MOST_LINES, fit_lines

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
