"""A command that only looks or dispatches must not wait for what it does not need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cli import HANG_S, PROGRAM, read_json, run_planwatch

HEAVY = {
    "openai",
    "httpx",
    "parsel",
    "lxml",
    "tenacity",
    "jinja2",
    "xlsxwriter",
    "pydantic",
    "pydantic_settings",
    "sqlite_utils",
    "playwright",
    "rich",  # none of these commands prints to a terminal here
}

_REPORT_IMPORTS = """
import sys
from planwatch.cli import main
sys.argv = ["planwatch", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    code = end.code
else:
    code = 0
print("\\nIMPORTED " + " ".join(sorted({name.partition(".")[0] for name in sys.modules})))
sys.exit(code)
"""


def _imports_of(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _REPORT_IMPORTS, *arguments],
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
        env=dict(os.environ),
    )
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith("IMPORTED "))
    return set(line.split()[1:])


@pytest.mark.parametrize("arguments", [["status"], ["status", "--json"], ["scrape", "smarty"], []])
def test_looking_and_dispatching_import_nothing_heavy(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_planwatch("status")  # the ledger exists
    # a dead end for the worker: this test reaches no site
    monkeypatch.setenv("PLANWATCH_ORIGIN", "http://127.0.0.1:9")

    imported = _imports_of(*arguments)

    assert imported & HEAVY == set()


def test_the_check_of_imports_sees_a_heavy_one() -> None:
    """What the test above relies on: a command that does need a parser shows it."""
    assert "parsel" in _imports_of("sources", "list")


def test_sixteen_first_commands_at_once_all_succeed(home: Path) -> None:
    commands = [["status"], ["plans"], ["sources", "list"], []] * 4
    processes = [
        subprocess.Popen(
            [*PROGRAM, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )
        for command in commands
    ]

    ends = [(process.communicate(timeout=HANG_S)[1], process.returncode) for process in processes]

    assert ends == [("", 0)] * 16
    assert read_json("status")["jobs"] == []
    assert (home / "ledger.db").exists()
