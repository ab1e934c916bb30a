"""The crontab works as it stands, and shows no secret."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from planwatch.errors import UsageError
from planwatch.home import Home, find_home
from planwatch.views.schedule import render_crontab


def _render(root: Path, **environment: str) -> list[str]:
    return render_crontab(Home(root, root / "config.toml"), "05:40", root, environment).splitlines()


def test_a_relative_home_is_printed_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLANWATCH_HOME", "relative/home")

    lines = render_crontab(find_home(), "06:15", tmp_path, os.environ).splitlines()

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

    done = subprocess.run(
        ["/bin/sh", "-c", command.replace(program, "echo planwatch")],
        env={},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert (root / "logs" / "cron.log").read_text() == "planwatch scrape --wait\n"


@pytest.mark.parametrize("at", ["25:00", "6", "noon", "06:60", ""])
def test_what_is_no_time_is_refused(tmp_path: Path, at: str) -> None:
    with pytest.raises(UsageError, match="is no time"):
        render_crontab(Home(tmp_path, tmp_path / "config.toml"), at, tmp_path, {})
