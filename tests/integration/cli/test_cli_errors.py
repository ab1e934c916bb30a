"""Bad input gets one clear sentence and the documented exit code, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from planwatch.clock import check_clock
from planwatch.errors import ClockOutOfRange
from tests.support.cli import HANG_S, run_planwatch

SIZE = ("--data", "100GB", "--term", "24", "--price", "18")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (["compare", "o2", "nosuch"], 2, "unknown brand 'nosuch'"),
        (["compare", "O2", "O2"], 2, "O2 cannot be compared with itself"),
        (["compare", "o2", "O2 "], 2, "O2 cannot be compared with itself"),
        (["compare", "O2", "EE"], 4, "there are no plans yet"),
        (["analyse"], 4, "there are no plans yet"),
        (["analyse", "--focus", "nosuch"], 2, "unknown brand 'nosuch'"),
        (["status", "nosuch"], 2, "no job's id begins with 'nosuch'"),
        (["status", "last"], 2, "there is no job yet"),
        (["wait", "nosuch"], 2, "no job's id begins with 'nosuch'"),
        (["show", "nosuch"], 2, "no analysis id begins with 'nosuch'"),
        (["scrape", "nosuch"], 2, "unknown source 'nosuch'"),
        (["plans", "nosuch"], 2, "unknown brand 'nosuch'"),
        (
            ["plans", "--data", "1300"],
            2,
            "--data '1300' is not an allowance that planwatch can read",
        ),
        (["plans", "--sort", "colour"], 2, "plans cannot be sorted by 'colour'"),
        (["what-if"], 2, "the tariff states no brand"),
        (["what-if", "--brand", "nosuch", *SIZE], 2, "unknown brand 'nosuch'"),
        (["what-if", "--brand", "O2", *SIZE, "--promo", "9"], 2, "promo '9' is not a promotion"),
        (["what-if", "--brand", "O2", *SIZE], 4, "there are no plans yet to compare a tariff with"),
        (["what-if", "--file", "missing.csv"], 2, "cannot read missing.csv"),
        (["what-if", "--file", "x", "--brand", "O2"], 2, "cannot be combined"),
        (["probe", "nosuch", "--from", "missing.html"], 2, "unknown source 'nosuch'"),
        (["probe", "three", "--from", "missing.html"], 2, "cannot read the page missing.html"),
        (["probe", "three", "--from", "."], 2, "cannot read the page ."),
        (
            ["probe", "--from", "."],
            2,
            "name either a source or, for a page of any operator, --miner",
        ),
        (["probe", "three", "--miner", "--from", "."], 2, "name either a source or"),
        (["probe", "--miner"], 2, "--miner needs a saved page"),
        (["probe", "smarty"], 1, "smarty.co.uk"),
        (["probe", "--miner", "--from", "missing.html"], 2, "cannot read the page missing.html"),
        (["probe", "--miner", "--from", "x", "--currency", "pounds"], 2, "is not a currency code"),
        (["schedule", "cron", "--at", "25:00"], 2, "--at '25:00' is not a valid time"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_not_there_is_named_with_what_to_do_next(
    arguments: list[str], exit_code: int, said: str
) -> None:
    done = run_planwatch(*arguments)

    assert (done.returncode, done.stdout) == (exit_code, "")
    assert said in done.stderr
    first, hint = done.stderr.splitlines()
    assert first.startswith("planwatch: ")
    assert hint.startswith("  Hint: ")


def test_an_unknown_brand_lists_the_nearest_first() -> None:
    done = run_planwatch("compare", "o2", "vodaphone")

    assert "did you mean Vodafone? Brands: O2, Vodafone, " in done.stderr


def test_an_error_in_json_mode_is_json() -> None:
    done = run_planwatch("status", "nosuch", "--json")

    assert done.returncode == 2
    assert json.loads(done.stdout) == {
        "schema_version": 1,
        "error": {
            "code": "unknown_name",
            "message": "no job's id begins with 'nosuch'",
            "hint": "list the jobs with `planwatch status`; `last` means the newest",
        },
    }


def test_an_unreadable_settings_file_is_named_with_its_line(home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[jobs]\nmax_resumes = = 3\n")

    done = run_planwatch("status")

    assert (done.returncode, done.stdout) == (2, "")
    assert f"the settings file {home / 'config.toml'} is not valid TOML" in done.stderr
    assert "line 2" in done.stderr


def test_a_settings_file_that_is_not_text_is_named(home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_bytes(b"\xff\xfe\x00")

    done = run_planwatch("status")

    assert done.returncode == 2
    assert "config.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_working_folder_may_not_say_where_keys_go(tmp_path: Path) -> None:
    (tmp_path / "work" / "planwatch.toml").write_text('[llm]\nbase_url = "http://127.0.0.1:1"\n')

    done = run_planwatch("status")

    assert done.returncode == 2
    assert "sets 'llm.base_url', which a working folder may not" in done.stderr


def test_a_wrong_value_in_the_settings_fails_the_job_with_the_key(home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_text("[fetch]\ntimeout_s = -1\n")

    done = run_planwatch("scrape", "smarty", "--wait")

    assert done.returncode == 1
    assert "fetch.timeout_s" in done.stdout


def test_a_ledger_that_is_no_database_is_kept(home: Path) -> None:
    home.mkdir()
    (home / "ledger.db").write_text("a letter\n" * 1000)

    done = run_planwatch("status")

    assert (done.returncode, done.stdout) == (1, "")
    assert f"{home / 'ledger.db'} is damaged (file is not a database)" in done.stderr
    assert (home / "ledger.db").read_text() == "a letter\n" * 1000


def test_a_wrong_clock_is_named() -> None:
    done = run_planwatch("status", env={"PLANWATCH_NOW": "yesterday"})

    assert done.returncode == 2
    assert "PLANWATCH_NOW is 'yesterday'" in done.stderr


_AS_NOBODY = """
import os, sys
import typer._click.decorators  # Typer loads it only when a command runs
import planwatch.cli.jobs.status  # and so do we
from planwatch.cli import main
os.chdir("/")
if os.geteuid() == 0:  # root passes permission bits
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
sys.argv = ["planwatch", "status"]
main()
"""


def test_a_home_without_write_permission_is_named(tmp_path: Path) -> None:
    """As a user who is not root; the program is loaded before, wherever it is installed."""
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o555)
    _open_the_way_to(tmp_path)

    done = subprocess.run(
        [sys.executable, "-c", _AS_NOBODY],
        env={**os.environ, "PLANWATCH_HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert f"cannot write to the home folder {folder}" in done.stderr
    assert "Traceback" not in done.stderr


def _open_the_way_to(folder: Path) -> None:
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.geteuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)


def test_the_reader_of_a_pipe_may_leave(home: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -P -m planwatch --help | head -1"],
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=True,
    )

    assert done.stderr == ""


@pytest.mark.parametrize(
    "instant",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-12:00",
        "1969-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z",
    ],
)
@pytest.mark.parametrize(
    "command", [("status",), ("changes", "--since", "7d"), ("prune",), ("scrape", "smarty")]
)
def test_a_clock_out_of_range_is_one_sentence(instant: str, command: tuple[str, ...]) -> None:
    run_planwatch("status")

    done = run_planwatch(*command, env={"PLANWATCH_NOW": instant})

    assert done.returncode == 2
    assert done.stderr.startswith(f"planwatch: PLANWATCH_NOW is {instant!r}, which is not ")
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.parametrize("year", [1, 1969, 1999, 2200, 9999])
def test_a_system_clock_that_cannot_be_right_is_refused(year: int) -> None:
    with pytest.raises(ClockOutOfRange, match=f"says 01 January {year}, which cannot be true"):
        check_clock(datetime(year, 1, 1, tzinfo=UTC))
