"""The commands that the pages show are run in order, and print what the pages show."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.docs.pages import DOCS, REPO, find_blocks, name_of, read
from tests.docs.shown import find_missing, find_shown, plain, shows
from tests.support.cli import run_planwatch
from tests.support.demo_home import Demo

ELSEWHERE: Final = {"troubleshoot.md"}  # test_troubleshooting.py makes its troubles first
SHOWING_PAGES: Final = [
    path
    for folder in ("tutorial", "howto")
    for path in sorted((DOCS / folder).glob("*.md"))
    if path.name not in ELSEWHERE and find_blocks(read(path), "console")
]
SAVED_PAGE: Final = (
    REPO / "tests" / "pages" / "three" / "2026-11-02-ordinary" / "unlimited-lite-24.html"
)
OF_A_REAL_MARKET: Final = {"schedule.md"}  # what they show is refused in the home of a demo


@pytest.mark.parametrize("path", SHOWING_PAGES, ids=name_of)
def test_each_command_of_a_page_runs_and_prints_what_the_page_shows(
    path: Path, demo: Demo, demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if path.name in OF_A_REAL_MARKET:
        monkeypatch.setenv("PLANWATCH_HOME", str(Path.cwd() / "real"))
    shutil.copy(SAVED_PAGE, Path.cwd() / "page.html")

    for shown in find_shown(read(path)):
        if shown.command == "make demo":  # the fixture has run it
            code, output = 0, demo.output
        else:
            program, *arguments = shlex.split(shown.command)
            assert program == "planwatch", f"a console block runs planwatch, not {program}"
            done = run_planwatch(*arguments)
            code, output = done.returncode, done.stdout

        assert code == 0, f"{shown.command}: {output}"
        missing = find_missing(shown, output)
        assert missing is None, f"{shown.command} does not print {missing!r}, but:\n{output}"


def test_the_tutorial_begins_with_the_demo_and_ends_with_a_comparison_made() -> None:
    commands = [shown.command for shown in find_shown(read("docs/tutorial/first-hour.md"))]

    assert commands[0] == "make demo"
    assert "planwatch compare Three EE --wait" in commands


@pytest.mark.parametrize(
    ("expected", "line", "is_shown"),
    [
        ("3 plans", "3  plans ", True),
        ("3 plans", "13 plans", False),
        ("3 plans", "3 plans more", False),
        ("job … done", "job abc done", True),
        ("job … done", "job abc", False),
        ("b … a", "b a b", False),
        ("│ verdict", "│ verdict   │", True),
    ],
)
def test_a_shown_line_is_the_whole_line_but_for_what_is_left_out(
    expected: str, line: str, is_shown: bool
) -> None:
    assert shows(expected, line) is is_shown


def test_the_lines_of_the_tutorial_about_changes_are_those_of_the_demo(demo: Demo) -> None:
    [block] = find_blocks(read("docs/tutorial/first-hour.md"), "text")

    for line in block.body.splitlines():
        assert any(plain(line) == plain(real) for real in demo.output.splitlines()), line
