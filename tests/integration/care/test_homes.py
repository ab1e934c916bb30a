"""Odd homes: private whatever the umask, with any path, of another account, read-only."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.support.cli import HANG_S, PROGRAM, read_json, run_planwatch
from tests.support.gated_market import HTTP_SOURCES, GatedMarket

_NAMES = ("with blanks", "Zoë", "100% $x", 'it\'s "quoted"', "back\\slash", "#a?b&c=d;e")


def _open_to_others(home: Path) -> list[str]:
    """Return what in a home others may read, or its owner may not."""
    faults = []
    for path in (home, *home.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode != (0o700 if path.is_dir() else 0o600):
            faults.append(f"{path.relative_to(home)} {mode:o}")
    return faults


def _run_with_umask(umask: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        umask=umask,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=HANG_S,
    )


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077], ids="{:03o}".format)
def test_everything_in_a_home_is_its_owners_alone_whatever_the_umask(
    home: Path, market: GatedMarket, umask: int
) -> None:
    market.fail("smarty", 503)
    commands = (
        ("scrape", *HTTP_SOURCES, "--wait", "-q"),
        ("analyse", "--focus", "EE", "--wait", "-q"),
        ("compare", "EE", "giffgaff", "--wait", "-q"),
        ("show", "--html", "-o", "report.html"),
        ("logs", "last"),
        ("prune", "--older-than", "0d"),
        ("schedule", "cron"),
        ("status",),
    )
    done = [_run_with_umask(umask, *command) for command in commands]

    assert [(one.returncode, one.stderr) for one in done if one.returncode] == []
    assert _open_to_others(home) == []


@pytest.mark.parametrize("umask", [0o000, 0o077], ids="{:03o}".format)
def test_a_demos_home_is_its_owners_alone(home: Path, umask: int) -> None:
    assert _run_with_umask(umask, "demo").returncode == 0

    assert _open_to_others(home) == []


@pytest.mark.parametrize("umask", [0o000, 0o002, 0o027, 0o177], ids="{:03o}".format)
@pytest.mark.parametrize("named", [True, False])
def test_folders_above_a_new_home_are_its_owners_alone_whatever_the_umask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: int, named: bool
) -> None:
    """One that others may write to would be refused by the next command."""
    first = tmp_path / "first"
    if named:
        monkeypatch.setenv("PLANWATCH_HOME", str(first / "second" / "home"))
    else:
        monkeypatch.delenv("PLANWATCH_HOME")
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("XDG_DATA_HOME", str(first / "second"))

    done = [_run_with_umask(umask, command) for command in ("status", "plans", "demo")]

    assert [(one.returncode, one.stderr) for one in done[:2] if one.returncode] == []
    assert _open_to_others(first) == []
    assert (first / "second").is_dir()


@pytest.mark.parametrize("name", _NAMES)
def test_a_home_may_have_any_path(
    tmp_path: Path, market: GatedMarket, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    home = tmp_path / name
    monkeypatch.setenv("PLANWATCH_HOME", str(home))
    scraped = run_planwatch("scrape", "smarty", "ee", "--wait", "-q")
    analysed = run_planwatch("analyse", "--focus", "EE", "--wait", "-q")
    others = [
        run_planwatch(*command)
        for command in (
            ("status", "last"),
            ("logs", "last"),
            ("show",),
            ("plans",),
            ("schedule", "cron"),
            ("schedule", "systemd"),
        )
    ]

    assert (scraped.returncode, scraped.stdout, scraped.stderr) == (0, "", "")
    assert (analysed.returncode, analysed.stdout, analysed.stderr) == (0, "", "")
    assert [(one.returncode, one.stderr) for one in others] == [(0, "")] * len(others)
    assert read_json("status")["jobs_total"] == 2
    assert {"archive", "ledger.db", "locks", "logs"} <= {path.name for path in home.iterdir()}
    assert [path.name for path in tmp_path.iterdir() if path.name not in ("work", name)] == []


_AS_ANOTHER = """
import fractions, os, pkgutil, sys, tomllib, zoneinfo
import typer._click.decorators  # Typer loads it only when a command runs
from planwatch.cli import main
# a command imports what it needs when it runs; here that is wherever planwatch is installed
import planwatch.cli.care.schedule, planwatch.cli.jobs.dispatch
import planwatch.cli.jobs.status, planwatch.cli.market.plans
import planwatch.views.care.schedule_systemd, planwatch.views.jobs.status
import planwatch.views.output.delivery, rich.console
os.chdir("/")
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
sys.argv = ["planwatch", *sys.argv[1:]]
main()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
@pytest.mark.parametrize("command", [("status",), ("plans",), ("scrape",), ("schedule", "systemd")])
def test_a_home_of_another_account_is_refused_by_name(
    tmp_path: Path, home: Path, command: tuple[str, ...]
) -> None:
    assert run_planwatch("status").returncode == 0
    for parent in (tmp_path, *tmp_path.parents):
        if parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)

    done = subprocess.run(
        [PROGRAM[0], "-c", _AS_ANOTHER, *command],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert str(home) in done.stderr
    assert "Permission denied" in done.stderr
    assert "Hint: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("value", "command"),
    [("", "status"), ("", "demo"), ("", "backup"), (" ", "plans"), ("\t", "config check")],
)
def test_an_empty_name_of_the_home_is_not_taken_for_the_default_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, command: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("PLANWATCH_HOME", value)

    done = run_planwatch(*command.split())

    assert done.returncode == 1
    assert "PLANWATCH_HOME is set, but empty" in done.stderr
    assert not (tmp_path / "user").exists()
