"""`compare`, `analyse` and `show` print one screen; sections and the whole are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from planwatch.home import Home
from planwatch.ledger.store.connection import Ledger, open_ledger
from tests.support.cli import read_json, run_planwatch
from tests.support.large_market import make_market, save_analyses, save_market
from tests.support.ledgers import reading
from tests.support.terminal import run_in_terminal, strip_styles

MOST_LINES: Final = 60
NARROW: Final = {"COLUMNS": "100"}
DAY: Final = date(2026, 11, 16)
BLOCKS: Final = "█▏▎▍▌▋▊▉"
COMMANDS: Final = (
    ["compare", "O2", "Vodafone", "--wait"],
    ["compare", "Three", "EE", "--wait", "--refresh"],
    ["analyse", "--wait"],
    ["analyse", "--focus", "giffgaff", "--wait"],
    ["show"],
)


@pytest.fixture
def large(home: Path) -> Iterator[Ledger]:
    opened = open_ledger(Home(home, home / "config.toml"))
    plans = make_market(1000, DAY)
    save_market(opened, plans, DAY)
    save_analyses(opened, plans, DAY)
    with closing(opened):
        yield opened


def _check_screen(text: str, columns: int) -> None:
    lines = text.splitlines()
    assert len(lines) <= MOST_LINES
    assert max(map(len, lines)) <= columns
    assert {"What to do", "Position"} & {*lines}
    assert any(mark in text for mark in BLOCKS), "bars"
    assert "--full" in " ".join(text.split())


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_analysis_of_the_recorded_market_takes_one_screen(command: list[str]) -> None:
    narrow = run_planwatch(*command, env=NARROW)
    piped = run_planwatch(*command)
    terminal = strip_styles(run_in_terminal("show"))

    assert narrow.returncode == piped.returncode == 0, narrow.stderr
    _check_screen(narrow.stdout, 100)
    _check_screen(piped.stdout, 160)
    _check_screen(terminal, 100)


@pytest.mark.parametrize("analysis", ["compare0001", "analyse0001"])
def test_an_analysis_of_a_large_market_takes_one_screen(large: Ledger, analysis: str) -> None:
    narrow = run_planwatch("show", analysis, env=NARROW)
    piped = run_planwatch("show", analysis)
    terminal = strip_styles(run_in_terminal("show", analysis))

    _check_screen(narrow.stdout, 100)
    _check_screen(piped.stdout, 160)
    assert terminal == narrow.stdout


@pytest.mark.parametrize("command", [["compare", "O2", "EE", "--wait"], ["analyse", "--wait"]])
def test_a_job_over_a_large_market_ends_with_one_screen(large: Ledger, command: list[str]) -> None:
    done = run_planwatch(*command, "--no-llm", env=NARROW)

    _check_screen(done.stdout, 100)


def test_rows_that_the_screen_has_no_room_for_are_counted(large: Ledger) -> None:
    document = read_json("show", "compare0001")["analysis"]
    ladder = next(section for section in document["sections"] if section["id"] == "ladder")
    rows = len(ladder["tables"][0]["rows"])

    shown = run_planwatch("show", "compare0001", env=NARROW).stdout

    lines = shown.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("───"))
    drawn = lines[start + 1 :].index("")
    assert f"{rows - drawn} more: --section ladder" in shown
    assert drawn > 5


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize(
    ("names", "titles"),
    [
        (["baskets"], ["Usage baskets"]),
        (["moves", "Tiers"], ["Moves in the last 30 and 90 days", "Data tiers and ladder"]),
        (["caveats", "caveats"], ["Caveats"]),
    ],
)
def test_sections_are_shown_in_the_order_asked_for(names: list[str], titles: list[str]) -> None:
    options = [part for name in names for part in ("--section", name)]

    done = run_planwatch("show", *options)

    everything = [
        *(section["title"] for section in read_json("show")["analysis"]["sections"]),
        "Caveats",
    ]
    shown = [line for line in done.stdout.splitlines() if line in everything]
    assert shown == titles


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--section", "nosuch"], "has no section 'nosuch'"),
        (["--section", ""], "has no section ''"),
        (["--section", "baskets", "--md"], "--section cannot be combined with md"),
        (["--section", "baskets", "--full"], "--section and --full cannot be combined"),
        (["--full", "--list"], "--list and --full cannot be combined"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_one_sentence(arguments: list[str], said: str) -> None:
    done = run_planwatch("show", *arguments)

    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert done.stdout == ""
    if "has no section" in said:
        assert "baskets, flexibility" in done.stderr


@pytest.mark.usefixtures("demo_home")
def test_the_whole_has_every_section_and_is_not_paged_in_a_pipe() -> None:
    done = run_planwatch("show", "--full", env={"PAGER": "false", "MANPAGER": "false"})

    titles = [section["title"] for section in read_json("show")["analysis"]["sections"]]
    assert [line for line in done.stdout.splitlines() if line in titles] == titles
    assert len(done.stdout.splitlines()) > MOST_LINES


@pytest.mark.usefixtures("demo_home")
def test_the_whole_goes_through_the_pager_of_a_terminal_with_its_colours() -> None:
    shown = run_in_terminal("show", "--full", env={"PAGER": "sed s/^/PAGED:/"})

    assert shown.count("PAGED:") > MOST_LINES
    assert "\x1b[31m" in shown, "red"


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE source_runs SET outcome = 'partial' WHERE source = 'ee'", "partial: EE ("),
        ("UPDATE source_runs SET outcome = 'blocked' WHERE source = 'ee'", "not read: EE (blocked"),
        ("DELETE FROM source_runs WHERE source = 'ee'", "not read: EE"),
        (
            "UPDATE source_runs SET checked_at = '2026-11-01T09:00:00.000Z' WHERE source = 'ee'",
            "stale: EE (15 days ago)",
        ),
    ],
)
def test_the_first_line_says_which_sources_are_not_to_be_trusted(
    home: Path, sql: str, said: str
) -> None:
    clean = run_planwatch("show", env=NARROW).stdout
    with reading(home) as ledger, ledger:
        ledger.execute(sql)

    analysis = run_planwatch("show", env=NARROW).stdout
    other = read_json("show", "--list")["analyses"][1]["analysis_id"]
    comparison = run_planwatch("show", other, env=NARROW).stdout

    assert not clean.startswith("Sources")
    assert analysis.splitlines()[0].startswith(f"Sources {said}")
    assert not comparison.startswith("Sources"), "EE is none of the two brands"
