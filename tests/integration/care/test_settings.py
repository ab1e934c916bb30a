"""Settings: which source wins, and what a working folder may not say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planwatch.errors import SettingsError
from planwatch.settings.load import load_settings, read_values
from tests.support.cli import run_planwatch


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Return the user's config file and a working folder, both still empty."""
    folder = tmp_path / "folder"
    folder.mkdir()
    return tmp_path / "config.toml", folder


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def test_the_environment_beats_the_folder_which_beats_the_users_file(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    config, folder = files
    _write(config, "[fetch]\npace_s = 3.0\ntimeout_s = 30\ncontact = 'us'\n")
    _write(folder / "planwatch.toml", "[fetch]\npace_s = 5.0\ntimeout_s = 50\n")
    monkeypatch.setenv("PLANWATCH_FETCH__PACE_S", "7.0")

    fetch = load_settings(config, folder).fetch

    assert (fetch.pace_s, fetch.timeout_s, fetch.contact) == (7.0, 50.0, "us")


@pytest.mark.parametrize(
    "text",
    [
        "[llm]\nbase_url = 'http://127.0.0.1:1'\n",
        "[fetch]\nproxy = 'http://127.0.0.1:1'\n",
        "fetch.ca_file = 'evil.pem'\n",
        "[Fetch]\nproxy = 'http://127.0.0.1:1'\n",
        "[fetch]\nPROXY = 'http://127.0.0.1:1'\n",
        "[LLM]\nbase_url = 'http://127.0.0.1:1'\n",
        "[browser]\nexecutable = '/bin/sh'\n",
        "[notify]\nurls = ['http://127.0.0.1:1']\n",
    ],
)
def test_a_working_folder_may_not_lead_pages_or_keys_elsewhere(
    files: tuple[Path, Path], text: str
) -> None:
    config, folder = files
    _write(folder / "planwatch.toml", text)

    with pytest.raises(SettingsError):
        read_values(config, folder)


_NO_HEADERS = [
    "a@b.example\nX-Evil: 1",
    "a\r\nb",
    "a\n",
    "\r",
    "a\tb",
    "a\x00",
    "a\x7f",
    "ü@b.example",
]


@pytest.mark.parametrize("contact", _NO_HEADERS)
def test_a_contact_that_no_header_can_hold_is_refused_by_the_settings(
    files: tuple[Path, Path], contact: str
) -> None:
    config, folder = files
    _write(config, f"[fetch]\ncontact = {json.dumps(contact)}\n")

    with pytest.raises(SettingsError, match=r"fetch\.contact.*one line of printable ASCII"):
        load_settings(config, folder)


@pytest.mark.parametrize("command", ["check", "show"])
def test_a_contact_with_a_line_break_from_a_variable_is_said_to_be_wrong(
    home: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("PLANWATCH_FETCH__CONTACT", "a@b.example\nX-Evil: 1")

    done = run_planwatch("config", command)

    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "fetch.contact" in said
    assert "one line of printable ASCII" in " ".join(said.split())
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "contact",
    ["", "pricing@example.org", "https://example.org/bot?a=1", "Ann Example, 020 7946 0000"],
)
def test_a_contact_of_one_line_is_taken(files: tuple[Path, Path], contact: str) -> None:
    config, folder = files
    _write(config, f"[fetch]\ncontact = {json.dumps(contact)}\n")

    assert load_settings(config, folder).fetch.contact == contact


def test_the_users_own_file_may_set_a_proxy(files: tuple[Path, Path]) -> None:
    config, folder = files
    _write(config, "[fetch]\nproxy = 'http://127.0.0.1:1'\n")

    assert load_settings(config, folder).fetch.proxy == "http://127.0.0.1:1"


@pytest.mark.parametrize("text", ["[fetchh]\npace_s = 1.0\n", "[fetch]\npase_s = 1.0\n"])
def test_a_misspelt_key_is_refused(files: tuple[Path, Path], text: str) -> None:
    config, folder = files
    _write(config, text)

    with pytest.raises(SettingsError, match=r"fetchh|pase_s"):
        load_settings(config, folder)


def test_missing_files_are_empty(files: tuple[Path, Path]) -> None:
    assert read_values(*files) == {}
    assert load_settings(*files).jobs.max_resumes == 3


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("PLANWATCH_NOW", "tomorrow", "PLANWATCH_NOW is 'tomorrow', which is not an ISO instant"),
        ("PLANWATCH_NOW", "1815-06-18T12:00:00Z", "which is not in the years 2000 to 2199"),
        ("PLANWATCH_HOME", "/etc/passwd", "home folder /etc/passwd (Not a directory)"),
        ("PLANWATCH_HOME", "/etc/passwd/home", "home folder /etc/passwd/home (Not a directory)"),
        ("PLANWATCH_HOME", "/dev/null", "home folder /dev/null (Not a directory)"),
    ],
)
def test_the_check_calls_nothing_valid_that_every_command_refuses(
    variable: str, value: str, said: str
) -> None:
    done = run_planwatch("config", "check", env={variable: value})

    assert done.returncode == 1
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_home_that_is_not_made_yet_is_valid(tmp_path: Path) -> None:
    done = run_planwatch("config", "check", env={"PLANWATCH_HOME": str(tmp_path / "a" / "b")})

    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "a").exists()
