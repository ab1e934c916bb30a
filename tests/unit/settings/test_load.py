"""One reader: a quick command and the validated settings see the same values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planwatch.errors import SettingsError
from planwatch.settings.early import (
    AT_ONCE,
    MAX_RESUMES,
    WholeNumber,
    basket_list,
    limits,
    max_resumes,
    switched_off,
)
from planwatch.settings.environment import SECTIONS
from planwatch.settings.load import load_settings, read_values
from planwatch.settings.model import Settings
from planwatch.settings.origins import SettingRecord, list_settings
from planwatch.settings.sources import read_catalogue
from planwatch.sources.registry import SOURCE_IDS

NUMBERS = {"jobs.max_resumes": MAX_RESUMES} | {
    f"jobs.{kind}_at_once": rule for kind, rule in AT_ONCE.items()
}
OWN = '[sources.acme-mobile]\nname = "Acme Mobile"\nurls = ["https://acme.example/"]\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def _values(config: Path) -> dict[str, Any]:
    return read_values(config, config.parent)


def _changed(config: Path) -> dict[str, SettingRecord]:
    return {each.key: each for each in list_settings(config, config.parent) if each.is_changed}


def test_the_environment_is_read_for_every_section_of_the_model() -> None:
    assert set(SECTIONS) == Settings.model_fields.keys()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PLANWATCH_JOBS__SCRAPE_AT_ONCE", "7"),
        ("planwatch_jobs__scrape_at_once", "7"),
        ("PLANWATCH_JOBS", '{"scrape_at_once": 7}'),
    ],
)
def test_quick_commands_read_a_variable_as_the_model_does(
    config: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    config.write_text("[jobs]\nscrape_at_once = 2\nanalyse_at_once = 5\n")
    monkeypatch.setenv(name, value)

    assert limits(_values(config)) == {**limits({}), "scrape": 7, "analyse": 5}
    assert load_settings(config, config.parent).jobs.scrape_at_once == 7
    assert _changed(config)["jobs.scrape_at_once"].origin == name


def test_the_variable_of_a_key_goes_over_that_of_its_table(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_JOBS__MAX_RESUMES", "4")
    monkeypatch.setenv("PLANWATCH_JOBS", '{"max_resumes": 5, "scrape_at_once": 6}')

    found = {key: (each.value, each.origin) for key, each in _changed(config).items()}

    assert found == {
        "jobs.scrape_at_once": (6, "PLANWATCH_JOBS"),
        "jobs.max_resumes": (4, "PLANWATCH_JOBS__MAX_RESUMES"),
    }


def test_an_empty_variable_is_a_value_for_both(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text('[analysis]\nbaskets = "5gb-any"\n')
    monkeypatch.setenv("PLANWATCH_ANALYSIS__BASKETS", "")

    assert basket_list(_values(config)) == ""
    assert load_settings(config, config.parent).analysis.baskets == ""


@pytest.mark.parametrize("value", ["[1]", "x", "", '{"keep_days": '])
def test_the_variable_of_a_table_must_be_a_json_object(
    config: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("PLANWATCH_ARCHIVE", value)

    with pytest.raises(SettingsError, match="PLANWATCH_ARCHIVE is not a JSON object") as caught:
        _values(config)

    assert caught.value.__cause__ is None


@pytest.mark.parametrize("name", ["PLANWATCH_FETHC", "PLANWATCH_FETHC__PACE_S", "PLANWATCH_HOME"])
def test_a_variable_of_no_section_is_ignored(
    config: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "anything")

    assert _values(config) == {}
    assert _changed(config) == {}


@pytest.mark.parametrize("name", ["ACME_MOBILE__ENABLED", "ACME_MOBILE"])
def test_a_source_whose_id_has_a_hyphen_is_switched_off_by_its_variable(
    config: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    config.write_text(OWN)
    monkeypatch.setenv(f"PLANWATCH_SOURCES__{name}", "no" if "__" in name else '{"enabled": false}')

    values = _values(config)

    assert switched_off(values, read_catalogue(values).ids) == {"acme-mobile"}
    assert not load_settings(config, config.parent).sources["acme-mobile"].enabled


def test_variables_neither_add_a_source_nor_say_what_one_is(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text(OWN)
    monkeypatch.setenv("PLANWATCH_SOURCES__ACME_MOBILE__URLS", '["https://other.example/"]')
    monkeypatch.setenv("PLANWATCH_SOURCES__OTHER__NAME", "Other")
    monkeypatch.setenv("PLANWATCH_SOURCES__NOSUCH__ENABLED", "false")

    values = _values(config)

    assert read_catalogue(values).ids == (*SOURCE_IDS, "acme-mobile")
    assert values["sources"]["acme-mobile"]["urls"] == ["https://acme.example/"]
    assert switched_off(values, read_catalogue(values).ids) == frozenset()


@pytest.mark.parametrize(("key", "rule"), NUMBERS.items())
def test_quick_commands_and_the_model_have_the_same_bounds(
    config: Path, key: str, rule: WholeNumber
) -> None:
    def read(value: int) -> tuple[int, int]:
        config.write_text(f"{key} = {value}\n")
        values, jobs = _values(config), load_settings(config, config.parent).jobs
        quick = {f"{kind}_at_once": number for kind, number in limits(values).items()}
        quick["max_resumes"] = max_resumes(values)
        name = key.removeprefix("jobs.")
        return quick[name], getattr(jobs, name)

    assert read(rule.least) == (rule.least, rule.least)
    assert read(rule.most) == (rule.most, rule.most)
    for outside in (rule.least - 1, rule.most + 1):
        with pytest.raises(SettingsError, match=key):
            read(outside)
        with pytest.raises(SettingsError, match=key):
            load_settings(config, config.parent)


def test_defaults_are_the_same_for_both(config: Path) -> None:
    jobs = load_settings(config, config.parent).jobs

    assert max_resumes({}) == jobs.max_resumes
    assert limits({}) == {kind: getattr(jobs, f"{kind}_at_once") for kind in AT_ONCE}


def test_a_key_in_the_file_is_refused_even_when_a_variable_sets_one(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text("[llm]\napi_key = 'x'\n")
    monkeypatch.setenv("PLANWATCH_LLM__API_KEY", "y")

    with pytest.raises(SettingsError, match=r"sets llm\.api_key"):
        load_settings(config, config.parent)


@pytest.mark.parametrize(
    ("name", "is_file"),
    [
        ("PLANWATCH_LLM__API_KEY", False),
        ("OPENAI_API_KEY_FILE", True),
    ],
)
def test_the_origin_of_the_models_key_is_named_and_the_key_masked(
    config: Path, monkeypatch: pytest.MonkeyPatch, name: str, is_file: bool
) -> None:
    file = config.parent / "key"
    file.write_text("sk-1\n")
    monkeypatch.setenv(name, str(file) if is_file else "sk-1")

    record = _changed(config)["llm.api_key"]

    assert (record.value, record.origin, record.is_secret) == ("********", name, True)


@pytest.mark.parametrize("name", ["planwatch_llm__api_key", "Planwatch_Llm__Api_Key"])
def test_the_models_key_is_found_in_a_variable_of_any_case(
    config: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "sk-1")

    key = load_settings(config, config.parent).llm.api_key

    assert key is not None
    assert key.get_secret_value() == "sk-1"


def test_what_quick_commands_read_holds_no_key(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_LLM", '{"model": "m", "api_key": "sk-1"}')

    assert "sk-1" not in repr(_values(config))


def test_the_origin_of_addresses_is_the_file_that_the_settings_name(config: Path) -> None:
    file = config.parent / "urls"
    file.write_text("json://a.example json://b.example\n")
    config.write_text(f"[notify]\nurls_file = '{file}'\n[llm]\napi_key_file = '{file}.key'\n")
    Path(f"{file}.key").write_text("sk-1")

    found = {key: (each.value, each.origin) for key, each in _changed(config).items()}

    assert found["notify.urls"] == (["********"] * 2, f"{config} (notify.urls_file)")
    assert found["llm.api_key"] == ("********", f"{config} (llm.api_key_file)")


@pytest.mark.parametrize("key", ["_env_file", "_secrets_dir", "_cli_parse_args", "home"])
def test_a_top_level_key_is_never_an_option_of_the_library(config: Path, key: str) -> None:
    config.write_text(f"{key} = true\n")

    with pytest.raises(SettingsError, match=f"{key} is not a setting"):
        load_settings(config, config.parent)
