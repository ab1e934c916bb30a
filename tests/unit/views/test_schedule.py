"""Entries for cron and units for systemd work as they stand, and show no secret."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from planwatch.errors import UsageError
from planwatch.home import Home, find_home
from planwatch.views.care.schedule import read_schedule
from planwatch.views.care.schedule_cron import render_crontab
from planwatch.views.care.schedule_systemd import render_units
from tests.support.cli import HANG_S
from tests.support.schedulers import verify_units


def _render(root: Path, **environment: str) -> list[str]:
    home = Home(root, root / "config.toml")
    return render_crontab(read_schedule(home, "05:40", root, environment)).splitlines()


def test_a_relative_home_is_printed_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLANWATCH_HOME", "relative/home")

    schedule = read_schedule(find_home(), "06:15", tmp_path, os.environ)
    lines = render_crontab(schedule).splitlines()

    assert f"PLANWATCH_HOME={tmp_path}/relative/home" in lines
    assert not any("=relative" in line for line in lines)


def test_settings_are_carried_over_and_secrets_are_only_named(tmp_path: Path) -> None:
    lines = _render(
        tmp_path,
        PLANWATCH_FETCH__PACE_S="2.5",
        PLANWATCH_LLM__API_KEY="sk-1",
        PLANWATCH_NOTIFY__TARGETS="slack://token",
        PLANWATCH_NOW="2026-01-01T00:00:00Z",
        HOME="/elsewhere",
    )

    text = "\n".join(lines)
    assert "PLANWATCH_FETCH__PACE_S=2.5" in lines
    assert not any(word in text for word in ("sk-1", "slack://", "2026-01-01", "elsewhere"))
    assert "# PLANWATCH_LLM__API_KEY is set in this shell and not shown" in text


def test_a_value_with_a_line_end_makes_no_line_of_its_own(tmp_path: Path) -> None:
    lines = _render(tmp_path, PLANWATCH_FETCH__CONTACT="a\n* * * * * evil")

    assert not any("evil" in line for line in lines)


def test_the_daily_line_runs_in_an_empty_environment(tmp_path: Path) -> None:
    """With blanks, an umlaut and a percent sign in the path, as cron would run it."""
    root = tmp_path / "köln 100%"
    (root / "logs").mkdir(parents=True)
    daily = next(line for line in _render(root) if line.startswith("40 5 * * * "))
    command = daily.removeprefix("40 5 * * * ").replace(r"\%", "%")
    program = command.partition("&& ")[2].partition(" scrape")[0]

    days = [_today()]
    done = subprocess.run(
        ["/bin/sh", "-c", command.replace(program, "echo planwatch")],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    days.append(_today())  # it may have become midnight
    said = (root / "logs" / "cron.log").read_text()
    assert said in {f"planwatch scrape --wait --key {day}\n" for day in days}


def _today() -> str:
    return datetime.now().strftime("%Y-%m-%d")  # noqa: DTZ005 - the machine's day, as cron's


@pytest.mark.parametrize("at", ["25:00", "6", "noon", "06:60", ""])
def test_what_is_no_time_is_refused(tmp_path: Path, at: str) -> None:
    with pytest.raises(UsageError, match="is not a valid time"):
        read_schedule(Home(tmp_path, tmp_path / "config.toml"), at, tmp_path, {})


@pytest.mark.parametrize("mail", ["ops@example.org", "root", "a.b+planwatch@mail.example.co.uk"])
def test_with_an_address_cron_mails_what_the_daily_line_prints(tmp_path: Path, mail: str) -> None:
    home = Home(tmp_path, tmp_path / "config.toml")
    schedule = read_schedule(home, "05:40", tmp_path, {}, mail=mail, focus="O2", prunes=True)

    lines = render_crontab(schedule).splitlines()

    first = next(at for at, line in enumerate(lines) if not line.startswith("#"))
    assert lines[first] == f"MAILTO={mail}", "before every entry"
    daily = next(line for line in lines if line.startswith("40 5 * * * "))
    assert " scrape --wait -q --key " in daily
    assert ">>" not in daily
    weekly = next(line for line in lines if line.startswith("30 4 * * 0 "))
    assert weekly.endswith("cron.log"), "only its errors are mailed"


def test_without_an_address_there_is_no_mail_and_a_log(tmp_path: Path) -> None:
    lines = _render(tmp_path)

    assert not any(line.startswith("MAILTO") for line in lines)
    assert next(line for line in lines if line.startswith("40 5")).endswith("cron.log 2>&1")


@pytest.mark.parametrize(
    "mail",
    [
        "",
        " ",
        "a@b@c",
        "ops@",
        "@example.org",
        "two words",
        "a@x.org,b@x.org",
        "-oX@example.org",
        "a@x.org\n* * * * * evil",
        "a@-x.org",
        "a@x..org",
        "ö@example.org",
        "$(id)@x.org",
    ],
)
def test_what_is_not_one_address_is_refused(tmp_path: Path, mail: str) -> None:
    with pytest.raises(UsageError, match="is not one address"):
        read_schedule(Home(tmp_path, tmp_path / "config.toml"), "05:40", tmp_path, {}, mail=mail)


def test_a_path_that_no_line_can_hold_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "two\nlines"

    with pytest.raises(UsageError, match="no entry of cron or systemd can hold"):
        read_schedule(Home(root, root / "config.toml"), "05:40", tmp_path, {})


def test_programs_are_found_where_this_shell_finds_them(tmp_path: Path) -> None:
    lines = _render(tmp_path, PATH=f"{tmp_path}:relative:/bin:/nowhere/at/all:{tmp_path}")
    usual = _render(tmp_path)

    assert f"PATH={tmp_path}:/bin" in lines
    assert "PATH=/usr/local/bin:/usr/bin:/bin" in usual


def test_a_home_of_the_user_follows_where_the_user_keeps_data(tmp_path: Path) -> None:
    home = Home(tmp_path / "data" / "planwatch", tmp_path / "config" / "config.toml")
    environment = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": "/etc/x"}

    schedule = read_schedule(home, "05:40", tmp_path, environment)

    assert {name: schedule.environment.get(name) for name in environment} == environment
    assert "PLANWATCH_HOME" not in schedule.environment


@pytest.mark.parametrize("for_user", [True, False], ids=["user", "system"])
@pytest.mark.parametrize("name", ["plain", 'Zoë\'s 100% $x \\% "home"'])
def test_systemd_finds_nothing_wrong_with_the_units(
    tmp_path: Path, name: str, for_user: bool
) -> None:
    root = tmp_path / name
    root.mkdir()
    home = Home(root, root / "config.toml")
    schedule = read_schedule(
        home, "05:40", root, {"PLANWATCH_LLM__API_KEY": "sk-1"}, focus="Sky Mobile", prunes=True
    )
    units = render_units(schedule, for_user=for_user, written=None)
    files = []
    for unit in units.files:
        (tmp_path / unit.name).write_text(unit.text)
        files.append(tmp_path / unit.name)

    assert verify_units(files, for_user=for_user, runtime=tmp_path / "run") == ""
    assert not any("sk-1" in unit.text for unit in units.files)
    assert [unit.name for unit in units.files] == [
        f"{stem}.{kind}"
        for stem in ("planwatch", "planwatch-recover", "planwatch-prune")
        for kind in ("service", "timer")
    ]


def test_systemds_checker_finds_what_is_wrong(tmp_path: Path) -> None:
    """What the test above relies on."""
    unit = tmp_path / "planwatch.service"
    unit.write_text("[Service]\nType=oneshot\nExecStart=nowhere/planwatch\nNoSuchThing=1\n")

    assert verify_units([unit], for_user=True, runtime=tmp_path / "run") != ""


def test_the_scrape_is_followed_and_what_is_resumed_is_watched_to_its_end(tmp_path: Path) -> None:
    """systemd kills what is left of a service when its command ends."""
    schedule = read_schedule(Home(tmp_path, tmp_path / "config.toml"), "05:40", tmp_path, {})
    units = render_units(schedule, for_user=True, written=None)

    [scrape], _, [recover], _ = (
        [line for line in unit.text.splitlines() if line.startswith("ExecStart=")]
        for unit in units.files
    )

    assert scrape.endswith(" scrape --wait")
    assert '--key "$$(date +%%F)"' in scrape
    assert recover.endswith(" status --watch")


@pytest.mark.parametrize("unit", ["planwatch-recover", "planwatch-prune", "planwatch"])
def test_a_dollar_in_the_path_of_the_program_is_that_character(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unit: str
) -> None:
    program = tmp_path / "a$b" / "planwatch"
    program.parent.mkdir()
    program.touch(mode=0o755)
    monkeypatch.setattr("sys.argv", [str(program)])
    schedule = read_schedule(
        Home(tmp_path, tmp_path / "config.toml"), "05:40", tmp_path, {}, prunes=True
    )
    files = []
    for each in render_units(schedule, for_user=True, written=None).files:
        if each.name.startswith(f"{unit}."):
            file = tmp_path / each.name
            file.write_text(each.text)
            files.append(file)

    assert verify_units(files, for_user=True, runtime=tmp_path / "run") == ""
