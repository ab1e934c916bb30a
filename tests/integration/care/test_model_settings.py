"""The settings of the model: where its key comes from, what is refused, and what a job carries."""

from __future__ import annotations

from pathlib import Path

import pytest

from planwatch.errors import SettingsError
from planwatch.settings.environment import carried_environment
from planwatch.settings.load import load_settings
from planwatch.settings.model import LlmSettings

KEY = "sk-5e3c1a9b7d2f4860"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a configuration folder, still empty."""
    found = tmp_path / "config"
    found.mkdir()
    return found


def _load(folder: Path) -> LlmSettings:
    return load_settings(folder / "config.toml", Path.cwd()).llm


def _key(folder: Path) -> str | None:
    key = _load(folder).api_key
    return None if key is None else key.get_secret_value()


def _secrets(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "secrets.env"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def _refused(folder: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        _load(folder)
    cause = caught.value.__cause__
    assert KEY not in f"{caught.value} {caught.value.hint} {cause!r} {cause}"
    return f"{caught.value} {caught.value.hint}"


def test_without_anything_there_is_no_model_and_no_complaint(folder: Path) -> None:
    assert not _load(folder).is_configured


def test_the_first_place_that_has_a_key_wins(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _secrets(folder, "# ours\n\nexport OPENAI_API_KEY='from-secrets'\n")
    assert _key(folder) == "from-secrets"

    (tmp_path / "named").write_text("from-named-file\n", encoding="utf-8")
    config = f"[llm]\napi_key_file = '{tmp_path / 'named'}'\n"
    (folder / "config.toml").write_text(config, encoding="utf-8")
    assert _key(folder) == "from-named-file"

    (tmp_path / "openai").write_text("from-openai-file\n", encoding="utf-8")
    monkeypatch.setenv("OPENAI_API_KEY_FILE", str(tmp_path / "openai"))
    assert _key(folder) == "from-openai-file"
    monkeypatch.setenv("OPENAI_API_KEY", "from-openai")
    assert _key(folder) == "from-openai"

    (tmp_path / "ours").write_text("from-our-file\n", encoding="utf-8")
    monkeypatch.setenv("PLANWATCH_LLM__API_KEY_FILE", str(tmp_path / "ours"))
    assert _key(folder) == "from-our-file"
    monkeypatch.setenv("PLANWATCH_LLM__API_KEY", "ours")
    assert _key(folder) == "ours"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o601])
def test_secrets_that_others_may_use_are_refused_by_name(folder: Path, mode: int) -> None:
    path = _secrets(folder, f"OPENAI_API_KEY={KEY}\n", mode)

    said = _refused(folder)

    assert str(path) in said
    assert f"chmod 600 {path}" in said


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_secrets_of_ones_own_are_read(folder: Path, mode: int) -> None:
    _secrets(folder, f"PLANWATCH_LLM__API_KEY={KEY}\n", mode)

    assert _key(folder) == KEY


@pytest.mark.parametrize(
    "text",
    [KEY, f"OTHER={KEY}", f"OPENAI_API_KEY={KEY} {KEY}", f"OPENAI_API_KEY={KEY}é"],
    ids=["no name", "unknown name", "two words", "not ASCII"],
)
def test_secrets_of_another_shape_are_refused_without_quoting_them(folder: Path, text: str) -> None:
    path = _secrets(folder, text)

    assert str(path) in _refused(folder)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "PLANWATCH_LLM__API_KEY_FILE",
            "/nowhere/key",
            "PLANWATCH_LLM__API_KEY_FILE, /nowhere/key",
        ),
        ("PLANWATCH_LLM__BASE_URL", f"http://user:{KEY}@host/v1", "llm.base_url"),
        ("PLANWATCH_LLM__BASE_URL", f"http://host/v1?key={KEY}", "llm.base_url"),
        ("PLANWATCH_LLM__BASE_URL", "host:80", "llm.base_url"),
        ("PLANWATCH_LLM__BASE_URL", "http://host:99999/v1", "llm.base_url"),
        ("PLANWATCH_LLM__BASE_URL", "file:///etc/passwd", "llm.base_url"),
        ("PLANWATCH_LLM__MAX_FACTS", "151", "llm.max_facts"),
        ("PLANWATCH_LLM__TEMPERATURE", "hot", "llm.temperature"),
        ("PLANWATCH_LLM__DEADLINE_S", "0", "llm.deadline_s"),
        ("PLANWATCH_LLM__DAILY_BUDGET", "1", "daily_budget needs prompt_price"),
        ("PLANWATCH_LLM__APIKEY", KEY, "llm.apikey"),
        ("PLANWATCH_LLM", f'{{"api_key": "{KEY}"', "PLANWATCH_LLM is not a JSON object"),
    ],
)
def test_a_bad_setting_is_one_sentence_that_names_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv("PLANWATCH_LLM__MODEL", "m")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv(name, value)

    assert said in _refused(folder)


def test_an_address_without_a_model_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_LLM__BASE_URL", "http://127.0.0.1:8080/v1")

    assert "base_url is set, but model is not" in _refused(folder)


def test_a_key_in_a_settings_file_is_refused(folder: Path) -> None:
    (folder / "config.toml").write_text(f"[llm]\napi_key = '{KEY}'\n", encoding="utf-8")

    assert "secrets.env" in _refused(folder)


def test_openais_variables_stand_in_for_ours(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1/")
    assert _load(folder).base_url is None, "other programs' address, and no model of ours"

    monkeypatch.setenv("PLANWATCH_LLM__MODEL", "m")
    assert (_load(folder).base_url, _load(folder).is_configured) == (
        "http://127.0.0.1:8080/v1",
        True,
    )
    monkeypatch.setenv("PLANWATCH_LLM__BASE_URL", "http://127.0.0.1:9090/v1")
    assert _load(folder).base_url == "http://127.0.0.1:9090/v1"


def test_a_job_carries_the_models_address_and_never_what_may_be_a_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("PLANWATCH_LLM__API_KEY", "PLANWATCH_LLM__APIKEY", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, KEY)
    monkeypatch.setenv("PLANWATCH_LLM__ACCESS_TOKEN", KEY)
    monkeypatch.setenv("PLANWATCH_LLM", f'{{"api_key": "{KEY}"}}')
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://user:{KEY}@127.0.0.1/v1")
    carried = {
        "PLANWATCH_LLM__BASE_URL": "http://127.0.0.1:8080/v1",
        "PLANWATCH_LLM__MODEL": "m",
        "PLANWATCH_LLM__API_KEY_FILE": "/run/secrets/key",
    }
    for name, value in carried.items():
        monkeypatch.setenv(name, value)

    found = carried_environment()

    assert {name: value for name, value in found.items() if "ORIGIN" not in name} == carried
