"""What docs/howto/keep-keys.md says of keys, and use-a-model.md of addresses, is tried."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from planwatch.errors import SettingsError
from planwatch.settings.load import load_settings
from tests.docs.pages import Block, find_blocks, read
from tests.support.cli import run_planwatch
from tests.support.demo_home import Demo
from tests.support.fake_model import KEY, MODEL, FakeModel

OLD = "sk-old-0a1b2c3d4e5f6071"


def _configure(home: Path, model: FakeModel, key: str, mode: int = 0o600) -> None:
    (home / "config.toml").write_text(
        f'[llm]\nbase_url = "{model.base_url}"\nmodel = "{MODEL}"\n', encoding="utf-8"
    )
    fresh = home / "secrets.env.new"
    fresh.write_text(f"PLANWATCH_LLM__API_KEY={key}\n", encoding="utf-8")
    fresh.chmod(mode)
    fresh.replace(home / "secrets.env")


def _places_of(text: str, folder: Path) -> list[str]:
    return [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and text.encode() in path.read_bytes()
    ]


def test_a_changed_key_is_that_of_the_next_worker_and_is_found_in_no_other_file(
    demo_home: Path,
) -> None:
    with FakeModel() as model:
        _configure(demo_home, model, OLD)
        first = run_planwatch("compare", "O2", "EE", "--wait")
        _configure(demo_home, model, KEY)
        second = run_planwatch("compare", "Three", "EE", "--wait")
        keys = set(model.keys)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert keys == {f"Bearer {OLD}", f"Bearer {KEY}"}
    assert _places_of(KEY, demo_home) == ["secrets.env"]
    assert _places_of(OLD, demo_home) == []
    assert KEY not in second.stdout + second.stderr


def test_each_home_has_the_key_of_its_own(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeModel() as model:
        for name, key in (("daily", KEY), ("trial", OLD)):
            demo.copy_to(tmp_path / name)
            _configure(tmp_path / name, model, key)
        monkeypatch.setenv("PLANWATCH_HOME", str(tmp_path / "trial"))
        run_planwatch("compare", "O2", "EE", "--wait")
        keys = set(model.keys)

    assert keys == {f"Bearer {OLD}"}


def test_a_revoked_key_costs_the_words_and_not_the_report(demo_home: Path) -> None:
    with FakeModel(script=("401",)) as model:
        _configure(demo_home, model, OLD)
        done = run_planwatch("compare", "O2", "EE", "--wait")

    assert done.returncode == 5
    assert OLD not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("config.toml", '[llm]\napi_key = "sk-x"\n', "does not belong in a settings file"),
        ("work/planwatch.toml", '[llm]\nmodel = "m"\n', "which a working folder may not"),
    ],
)
def test_a_key_or_a_model_in_the_wrong_file_is_refused(
    file: str, text: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "work").mkdir(exist_ok=True)
    (tmp_path / file).write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError, match=said):
        load_settings(tmp_path / "config.toml", tmp_path / "work")


def test_secrets_that_others_may_read_are_refused(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.env"
    secrets.write_text("OPENAI_API_KEY=sk-x\n", encoding="utf-8")
    secrets.chmod(0o640)

    with pytest.raises(SettingsError, match="other users have access") as refused:
        load_settings(tmp_path / "config.toml", tmp_path)

    assert "chmod 600" in refused.value.hint


@pytest.mark.parametrize("block", find_blocks(read("docs/howto/use-a-model.md"), "toml"))
def test_the_settings_shown_for_a_server_are_taken_as_they_stand(
    block: Block, tmp_path: Path
) -> None:
    text = block.body
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")

    settings = load_settings(tmp_path / "config.toml", tmp_path / "work")

    shown = tomllib.loads(text)["llm"]
    assert settings.llm.base_url == shown["base_url"].rstrip("/")
    assert settings.llm.model == shown["model"]
    assert settings.llm.is_configured
