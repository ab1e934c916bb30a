"""A line of secrets.env with a wrong name is told by that name, and no secret is quoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from planwatch.errors import SettingsError
from planwatch.settings.secrets import find_notify_secrets


def _refused(folder: Path, line: str) -> SettingsError:
    path = folder / "secrets.env"
    path.write_text(f"{line}\n", encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(SettingsError) as caught:
        find_notify_secrets(folder)
    assert "sekret" not in f"{caught.value.message}{caught.value.hint}"
    return caught.value


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("PLANWATCH_NOTIFY_URLS", "PLANWATCH_NOTIFY__URLS"),
        ("PLANWATCH_NOTIFY_PING_URL", "PLANWATCH_NOTIFY__PING_URL"),
        ("PLANWATCH_NOTIFY_TARGETS_TEAM", "PLANWATCH_NOTIFY__TARGETS__TEAM"),
        ("PLANWATCH_LLM_API_KEY", "PLANWATCH_LLM__API_KEY"),
        ("OPENAI_APIKEY", "OPENAI_API_KEY"),
    ],
)
def test_a_misspelt_name_is_named_with_the_one_that_was_meant(
    tmp_path: Path, name: str, meant: str
) -> None:
    error = _refused(tmp_path, f"{name}=sekret")

    assert f": {name} is not a known name" in error.message
    assert (error.hint or "").startswith(f"did you mean {meant}? ")


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("PLANWATCH_NOTIFY__URLS_FILE", "PLANWATCH_NOTIFY__URLS"),
        ("PLANWATCH_LLM__API_KEY_FILE", "PLANWATCH_LLM__API_KEY"),
        ("OPENAI_API_KEY_FILE", "OPENAI_API_KEY"),
        ("PLANWATCH_NOTIFY_URLS_FILE", "PLANWATCH_NOTIFY__URLS"),
    ],
)
def test_a_name_of_a_file_is_read_only_in_the_environment(
    tmp_path: Path, name: str, plain: str
) -> None:
    error = _refused(tmp_path, f"{name}=/run/sekret")

    assert f"{name} is read only in the environment" in error.message
    assert f"{plain}=…" in (error.hint or "")


@pytest.mark.parametrize("line", ["sekret", "sekret==", "SEKRETsekret=", "json://sekret?a=b"])
def test_what_may_be_a_secret_is_not_quoted_as_a_name(tmp_path: Path, line: str) -> None:
    assert "is not NAME=VALUE with a known name" in _refused(tmp_path, line).message
