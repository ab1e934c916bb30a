"""`config`: every setting with its origin, no secret in any form, each fault by its key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planwatch.services.maintenance.settings_check import unknown_variables
from planwatch.settings.model import Settings
from tests.support.cli import read_json, run_planwatch

SECRET = "sk-very-secret-words"
FORMS = ("table", "json", "csv", "md")


@pytest.fixture
def config(home: Path) -> Path:
    home.mkdir(mode=0o700)
    return home / "config.toml"


def _show(*arguments: str) -> dict[str, Any]:
    return {each["key"]: each for each in read_json("config", "show", *arguments)["settings"]}


def test_each_origin_is_named(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text(
        "[fetch]\npace_s = 2.0\ntimeout_s = 9\n[llm]\nmodel = 'm'\n[sources.o2]\nenabled = false\n"
    )
    Path("planwatch.toml").write_text("[fetch]\ntimeout_s = 8\n")
    monkeypatch.setenv("PLANWATCH_FETCH__MAX_MB", "5")
    monkeypatch.setenv("PLANWATCH_ARCHIVE", '{"keep_days": 7}')
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")

    found = _show()
    changed = _show("--changed")

    here = str(Path("planwatch.toml").absolute())
    origins = {key: (each["value"], each["origin"]) for key, each in changed.items()}
    assert origins == {
        "fetch.pace_s": (2.0, str(config)),
        "fetch.timeout_s": (8.0, here),
        "fetch.max_mb": (5, "PLANWATCH_FETCH__MAX_MB"),
        "archive.keep_days": (7, "PLANWATCH_ARCHIVE"),
        "sources.o2.enabled": (False, str(config)),
        "llm.model": ("m", str(config)),
        "llm.base_url": ("http://127.0.0.1:9/v1", "OPENAI_BASE_URL"),
    }
    assert found["archive.max_mb"]["origin"] == "default"
    assert found["sources.o2.enabled"]["default"] is True
    assert {key.partition(".")[0] for key in found} == {*Settings.model_fields, "notify"}


@pytest.mark.parametrize("form", FORMS)
def test_no_secret_is_shown(
    config: Path, form: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secrets = config.parent / "secrets.env"
    secrets.write_text(f"OPENAI_API_KEY={SECRET}\n")
    secrets.chmod(0o600)
    monkeypatch.setenv("PLANWATCH_FETCH__PROXY", f"http://user:{SECRET}@proxy.example:3128")

    done = run_planwatch("config", "show", "--format", form)

    assert done.returncode == 0
    assert SECRET not in done.stdout + done.stderr
    assert "********" in done.stdout.replace("\\", "")
    assert "proxy.example:3128" in done.stdout.replace("\\", "")
    assert _show()["llm.api_key"] == {
        "key": "llm.api_key",
        "value": "********",
        "default": None,
        "origin": str(secrets),
        "is_secret": True,
    }


def test_every_fault_is_said_by_its_key(config: Path) -> None:
    config.write_text("[fetch]\npace_s = -1\nnosuch = 1\n[sources.o3]\nenabled = true\n")

    done = run_planwatch("config", "check")
    faults = run_planwatch("config", "check", "--json")

    assert (done.returncode, faults.returncode) == (1, 1)
    lines = [line for line in done.stdout.splitlines() if line.startswith("fault: ")]
    assert [line.split()[1] for line in lines] == ["fetch.pace_s", "fetch.nosuch", "sources.o3"]


def test_a_variable_that_cannot_be_read_hides_no_fault_of_the_files(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text("[sources.o3]\nenabled = true\n")
    monkeypatch.setenv("PLANWATCH_BROWSER", "chromium")

    faults = run_planwatch("config", "check").stdout

    assert "PLANWATCH_BROWSER is not a JSON object" in faults
    assert "sources.o3" in faults


@pytest.mark.parametrize("text", ["[fetch", "[Fetch]\npace_s = 1\n", "[llm]\napi_key = 'x'\n"])
def test_a_file_that_cannot_be_used_is_a_fault_and_no_end(config: Path, text: str) -> None:
    config.write_text(text)

    done = run_planwatch("config", "check")

    assert done.returncode == 1
    assert done.stdout.count("fault: ") == 1


def test_settings_without_a_fault_are_valid_and_say_which_files_were_read(config: Path) -> None:
    config.write_text("[fetch]\npace_s = 1\n")

    record = read_json("config", "check")

    assert (record["valid"], record["files"], record["faults"]) == (True, [str(config)], [])


def test_a_variable_that_nobody_reads_is_named_with_the_nearest() -> None:
    given = [
        "PLANWATCH_FETHC__PACE_S",
        "PLANWATCH_SOURCES__NOSUCH__ENABLED",
        "PLANWATCH_FETCH__PACE_S",
        "planwatch_fetch__max_mb",
        "PLANWATCH_SOURCES__O2__ENABLED",
        "PLANWATCH_HOME",
        "PLANWATCH_LLM__API_KEY_FILE",
        "OTHER_FETHC",
    ]

    found = {each.name: each.nearest for each in unknown_variables(given)}

    assert found.keys() == {"PLANWATCH_FETHC__PACE_S", "PLANWATCH_SOURCES__NOSUCH__ENABLED"}
    assert found["PLANWATCH_FETHC__PACE_S"] == "PLANWATCH_FETCH__PACE_S"
    assert str(found["PLANWATCH_SOURCES__NOSUCH__ENABLED"]).startswith("PLANWATCH_SOURCES__")


OWN = """
[[sources]]
id = "acme-mobile"
name = "Acme Mobile"
urls = ["https://www.acme.example/sim-only"]
"""


def test_a_source_of_ones_own_is_valid_and_shown_by_its_id(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text(OWN)
    monkeypatch.setenv("PLANWATCH_SOURCES__ACME_MOBILE__ENABLED", "false")

    checked, shown = read_json("config", "check"), _show("--changed")

    assert (checked["faults"], checked["unknown_variables"]) == ([], [])
    assert {key: (each["value"], each["origin"]) for key, each in shown.items()} == {
        "sources.acme-mobile.enabled": (False, "PLANWATCH_SOURCES__ACME_MOBILE__ENABLED"),
        "sources.acme-mobile.name": ("Acme Mobile", str(config)),
        "sources.acme-mobile.urls": (["https://www.acme.example/sim-only"], str(config)),
    }


def test_each_entry_of_a_source_says_its_own_fault(config: Path) -> None:
    config.write_text(
        OWN
        + f"[[sources]]\nname = 'Beta'\nurls = ['http://u:{SECRET}@beta.example/']\n"
        + "[[sources]]\nid = 'gamma'\nname = 'Gamma'\n"
        + "[[sources]]\nid = 'second'\nname = 'Acme Mobile'\nurls = ['https://x.example/']\n"
    )

    done = run_planwatch("config", "check")

    lines = [line for line in done.stdout.splitlines() if line.startswith("fault: ")]
    assert done.returncode == 1
    assert SECRET not in done.stdout + done.stderr
    assert ["beta" in lines[0], "gamma" in lines[1], "second" in lines[2]] == [True] * len(lines)


@pytest.mark.parametrize("form", FORMS)
def test_no_address_of_an_alert_is_shown(config: Path, form: str) -> None:
    config.write_text(f"[notify]\nurls = ['jsons://{SECRET}/a']\ndigest_day = 'friday'\n")
    config.chmod(0o600)
    secrets = config.parent / "secrets.env"
    secrets.write_text(f"PLANWATCH_NOTIFY__TARGETS__TEAM=slack://{SECRET}/b json://c/{SECRET}\n")
    secrets.chmod(0o600)

    done = run_planwatch("config", "show", "--changed", "--format", form)
    shown = _show("--changed")

    assert done.returncode == 0
    assert SECRET not in done.stdout + done.stderr
    assert {key: (each["value"], each["origin"]) for key, each in shown.items()} == {
        "notify.urls": (["********"], str(config)),
        "notify.targets.team": (["********"] * 2, str(secrets)),
        "notify.digest_day": ("friday", str(config)),
    }


def test_a_fault_of_alerts_is_told_without_the_address(config: Path) -> None:
    config.write_text(f"[notify]\nurls = ['{SECRET}']\n")
    config.chmod(0o600)

    done = run_planwatch("config", "check")

    assert done.returncode == 1
    assert "fault: the settings of alerts are not valid: notify.urls" in done.stdout
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "proxy", [f"user:{SECRET}@proxy.example:3128", f"http://user:a/{SECRET}@proxy.example:3128"]
)
def test_credentials_of_a_proxy_are_masked_however_they_are_written(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("PLANWATCH_FETCH__PROXY", proxy)

    done = run_planwatch("config", "show", "--json")

    assert SECRET not in done.stdout
    assert "@proxy.example:3128" in done.stdout


def test_variables_of_alerts_are_known_in_capitals_alone() -> None:
    given = [
        "PLANWATCH_NOTIFY__URLS",
        "PLANWATCH_NOTIFY__PING_URL_FILE",
        "PLANWATCH_NOTIFY__TARGETS__TEAM",
        "PLANWATCH_NOTIFY__URL",
        "planwatch_notify__urls",
    ]

    found = {each.name: each.nearest for each in unknown_variables(given)}

    assert found.keys() == {"PLANWATCH_NOTIFY__URL", "planwatch_notify__urls"}
    assert found["PLANWATCH_NOTIFY__URL"] == "PLANWATCH_NOTIFY__URLS"


def test_a_home_that_cannot_be_looked_into_is_a_fault_and_no_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_HOME", str(tmp_path / ("a" * 300)))

    done = run_planwatch("config", "check")

    assert (done.returncode, "fault: " in done.stdout) == (1, True), done.stderr
