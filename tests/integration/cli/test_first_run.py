"""On an empty home every command that reads says what to do next, on one screen."""

from __future__ import annotations

import pytest

from tests.support.cli import run_planwatch

MOST_LINES = 28  # sources have two lines each at 80 columns


@pytest.mark.parametrize(
    "command",
    ["", "status", "plans", "show", "show --list", "sources", "sources show o2", "digest"],
)
@pytest.mark.parametrize("columns", ["80", "120"])
def test_a_newcomer_is_told_the_next_command(command: str, columns: str) -> None:
    done = run_planwatch(*command.split(), env={"COLUMNS": columns})

    said = done.stdout + done.stderr
    assert done.returncode in (0, 2, 4)
    assert "planwatch scrape" in said or "planwatch compare" in said
    assert len(said.splitlines()) <= (MOST_LINES if command else 12)
    assert max(map(len, said.splitlines())) <= int(columns) or done.returncode


def test_a_newcomer_who_asks_for_an_analysis_is_sent_to_the_plans_first() -> None:
    done = run_planwatch("show")

    assert done.returncode == 2
    assert "planwatch demo" in done.stderr
