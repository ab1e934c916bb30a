"""`schedule` as a person uses it: files in a folder, JSON, refusals; and what a unit would run."""

from __future__ import annotations

import shlex
import stat
import subprocess
from pathlib import Path

import pytest

from tests.support.cli import HANG_S, read_json, run_planwatch
from tests.support.gated_market import GatedMarket
from tests.support.ledgers import rows
from tests.support.schedulers import BARE, verify_units


@pytest.fixture
def odd_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "Zoë's 100% $x \\% home"
    monkeypatch.setenv("PLANWATCH_HOME", str(root))
    return root


@pytest.mark.parametrize("manager", ["--user", "--system"])
def test_units_are_written_for_others_to_read_and_systemd_takes_them(
    tmp_path: Path, odd_home: Path, manager: str
) -> None:
    folder = tmp_path / "some units"
    done = run_planwatch("schedule", "systemd", manager, "-o", str(folder))

    files = sorted(folder.iterdir())
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o644] * 4
    assert f"'{folder}'/planwatch*" in done.stderr
    assert "enable --now planwatch.timer planwatch-recover.timer" in done.stderr
    for_user = manager == "--user"
    assert verify_units(files, for_user=for_user, runtime=tmp_path / "run") == ""


def test_the_units_print_with_how_to_install_them_and_the_json_says_the_same() -> None:
    options = ("schedule", "systemd", "--at", "5:40", "--prune")
    printed = run_planwatch(*options)
    document = read_json(*options)
    crontab = read_json("schedule", "cron", "--at", "5:40")

    assert printed.stdout.startswith("# planwatch: files for ~/.config/systemd/user.")
    assert (
        "planwatch schedule systemd --at 05:40 --prune -o ~/.config/systemd/user"
        in (document["install"])
    )
    for said in (*document["install"], *(unit["text"] for unit in document["units"])):
        assert said.rstrip() in printed.stdout
    assert crontab["install"] == ["crontab -e"]
    assert crontab["crontab"] == run_planwatch("schedule", "cron", "--at", "5:40").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--at", "25:00"], "--at '25:00' is not a valid time"),
        (["--analyse", "nosuch"], "unknown brand 'nosuch'"),
        (["-o", "/dev/null/units"], "cannot write into /dev/null/units"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_refused_with_a_hint(arguments: list[str], said: str) -> None:
    done = run_planwatch("schedule", "systemd", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    first, hint = done.stderr.splitlines()
    assert said in first
    assert hint.startswith("  Hint: ")


def test_the_command_of_the_unit_scrapes_once_a_day(odd_home: Path, market: GatedMarket) -> None:
    """Read as systemd reads it; a stand-in for the manager, which needs to be process 1."""
    odd_home.mkdir()
    (odd_home / "config.toml").write_text(
        "".join(
            f"[sources.{source}]\nenabled = false\n"
            for source in ("o2", "vodafone", "three", "sky", "tesco")
        )
    )
    lines = read_json("schedule", "systemd")["units"][0]["text"].splitlines()
    settings = [line.split("=", 1) for line in lines if "=" in line and line[0] != "#"]
    [command] = [value for name, value in settings if name == "ExecStart"]
    [folder] = [value for name, value in settings if name == "WorkingDirectory"]
    environment = dict(
        shlex.split(value.replace("%%", "%"))[0].split("=", 1)
        for name, value in settings
        if name == "Environment"
    )
    words = shlex.split(command.replace("$$", "$").replace("%%", "%"))
    runs = [
        subprocess.run(
            words,
            env={**BARE, **environment, "PLANWATCH_ORIGIN": market.origin},
            cwd=folder.replace("%%", "%"),
            capture_output=True,
            check=False,
            timeout=HANG_S,
        )
        for _ in range(2)
    ]

    assert environment["PLANWATCH_HOME"] == str(odd_home)
    assert [done.returncode for done in runs] == [0, 0]
    assert runs[0].stdout == runs[1].stdout
    assert rows(odd_home, "SELECT kind, status FROM jobs") == [("scrape", "completed")]
    assert market.asked["smarty"] == 1
