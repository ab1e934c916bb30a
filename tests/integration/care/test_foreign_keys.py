"""A file that is named for a key is refused where others may have written it."""

from __future__ import annotations

import os
import shlex
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from planwatch.errors import PlanwatchError, SettingsError
from planwatch.settings.load import load_settings
from planwatch.settings.secrets import find_api_key, find_notify_secrets, read_named_secret
from tests.support.cli import PROGRAM, run_planwatch

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
STRANGER = 54_321
KEY = "sk-of-the-owner"


def _open_to_a_group(path: Path) -> None:
    os.chown(path, -1, STRANGER)
    path.chmod(0o660)


SPOILT: list[tuple[Callable[[Path], None], str]] = [
    (lambda path: path.chmod(0o602), "chmod o-w"),
    (lambda path: path.chmod(0o666), "chmod go-w"),
    (lambda path: os.chown(path, STRANGER, STRANGER), "chown -R"),
    (_open_to_a_group, "chmod g-w"),
]


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a file with a key in a folder of its own."""
    for name in ("OPENAI_API_KEY", "PLANWATCH_LLM__API_KEY"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    path = folder / "key"
    path.write_text(f"{KEY}\n")
    path.chmod(0o600)
    return path


def _by_setting(key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    config = tmp_path / "config.toml"
    config.write_text(f'[llm]\napi_key_file = "{key}"\n')
    config.chmod(0o600)
    found = load_settings(config, tmp_path).llm.api_key
    return found.get_secret_value() if found else ""


def _by_variable(name: str) -> Callable[[Path, Path, pytest.MonkeyPatch], str]:
    def read(key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.setenv(name, str(key))
        found = find_api_key(tmp_path, None, "")
        return str(found.value) if found else ""

    return read


def _of_alerts(key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PLANWATCH_NOTIFY__URLS_FILE", str(key))
    return str(find_notify_secrets(tmp_path)["PLANWATCH_NOTIFY__URLS"].value)


WAYS = [
    _by_setting,
    _by_variable("OPENAI_API_KEY_FILE"),
    _by_variable("PLANWATCH_LLM__API_KEY_FILE"),
    _of_alerts,
]


@ROOT
@pytest.mark.parametrize(("spoil", "mends"), SPOILT)
@pytest.mark.parametrize("read", WAYS)
def test_a_key_that_others_may_have_written_is_refused_and_not_quoted(
    key: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    read: Callable[[Path, Path, pytest.MonkeyPatch], str],
    spoil: Callable[[Path], None],
    mends: str,
) -> None:
    assert read(key, tmp_path, monkeypatch) == KEY
    spoil(key)

    with pytest.raises(PlanwatchError, match=str(key)) as refused:
        read(key, tmp_path, monkeypatch)
    command = refused.value.hint.partition(": sudo ")[2] or refused.value.hint.partition(", and")[0]
    subprocess.run(["sh", "-c", command], check=True)

    assert mends in refused.value.hint
    assert KEY not in str(refused.value) + refused.value.hint
    assert read(key, tmp_path, monkeypatch) == KEY


@pytest.mark.parametrize("link", [False, True])
def test_a_key_in_a_folder_that_others_may_write_to_is_refused(
    key: Path, tmp_path: Path, link: bool
) -> None:
    """Whoever may write to the folder may put another file in its place."""
    named = tmp_path / "named"
    named.symlink_to(key)
    key.parent.chmod(0o777)

    with pytest.raises(PlanwatchError, match="keys may be written by every account"):
        read_named_secret(str(named if link else key), "OPENAI_API_KEY_FILE")


@ROOT
def test_a_link_to_a_key_that_a_stranger_laid_is_refused(key: Path, tmp_path: Path) -> None:
    named = tmp_path / "named"
    named.symlink_to(key)
    os.chown(named, STRANGER, STRANGER, follow_symlinks=False)

    with pytest.raises(PlanwatchError, match="named belongs to another account"):
        read_named_secret(str(named), "OPENAI_API_KEY_FILE")


@ROOT
def test_a_pipe_of_a_stranger_is_not_even_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    os.chown(pipe, STRANGER, STRANGER)
    # waits until somebody opens the pipe to read
    writer = threading.Thread(target=pipe.write_text, args=(KEY,))
    writer.start()

    try:
        with pytest.raises(PlanwatchError, match="pipe belongs to another account"):
            read_named_secret(str(pipe), "OPENAI_API_KEY_FILE")
        assert writer.is_alive()
    finally:
        if writer.is_alive():
            pipe.read_text()
        writer.join()


def test_a_command_that_reads_the_settings_says_so_without_a_traceback(
    key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY_FILE", str(key))
    key.chmod(0o666)

    done = [run_planwatch("config", command) for command in ("show", "check")]

    for one in done:
        assert one.returncode == 1
        assert f"chmod go-w {key}" in " ".join((one.stdout + one.stderr).split())
        assert "Traceback" not in one.stderr
        assert KEY not in one.stdout + one.stderr


def test_a_key_below_a_working_folder_that_is_gone_is_called_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    with pytest.raises(SettingsError, match="keys/llm cannot be read"):
        read_named_secret("keys/llm", "llm.api_key_file")


@pytest.mark.parametrize("mode", [0o400, 0o440, 0o444, 0o600, 0o644])
def test_a_key_that_others_may_only_read_is_taken(key: Path, mode: int) -> None:
    """As /run/secrets of a container has it: who may read it is that one's affair."""
    key.chmod(mode)
    key.parent.chmod(0o755)

    assert read_named_secret(str(key), "OPENAI_API_KEY_FILE") == KEY


def test_a_key_in_a_mounted_volume_is_taken(key: Path, tmp_path: Path) -> None:
    """Kubernetes mounts a sticky folder, in which links lead to a folder with a date."""
    volume = tmp_path / "volume"
    dated = volume / "..2026_11_29"
    dated.mkdir(parents=True)
    volume.chmod(0o1777)
    (dated / "key").write_text(KEY)
    (volume / "..data").symlink_to(dated.name)
    (volume / "key").symlink_to("..data/key")

    assert read_named_secret(str(volume / "key"), "OPENAI_API_KEY_FILE") == KEY


@pytest.mark.parametrize("named", ["/dev/fd/{}", "/proc/self/fd/{}"])
def test_a_key_from_an_open_pipe_is_taken(named: str) -> None:
    """As `planwatch analyse` with a key from `<(pass show key)` has it."""
    read, write = os.pipe()
    os.write(write, KEY.encode())
    os.close(write)
    try:
        assert read_named_secret(named.format(read), "OPENAI_API_KEY_FILE") == KEY
    finally:
        os.close(read)


def test_a_key_from_standard_input_is_taken(tmp_path: Path) -> None:
    command = f"echo {KEY} | OPENAI_API_KEY_FILE=/dev/stdin {shlex.join(PROGRAM)} config show"

    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "OPENAI_API_KEY_FILE" in done.stdout


def test_a_named_pipe_of_ones_own_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    writer = threading.Thread(target=pipe.write_text, args=(KEY,))
    writer.start()

    assert read_named_secret(str(pipe), "OPENAI_API_KEY_FILE") == KEY
    writer.join()
