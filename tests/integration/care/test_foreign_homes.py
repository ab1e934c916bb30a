"""What another account may have written is refused before anything of it is read."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from planwatch.engine.lock import is_held, try_lock
from planwatch.errors import HomeError
from planwatch.fetch.archive import Archive
from planwatch.home import Home
from planwatch.ownership import refuse_foreign, refuse_foreign_path
from tests.support.cli import run_planwatch

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
STRANGER = 54_321
READ_BACK = (
    "config.toml", "secrets.env", "ledger.db", "ledger.db-wal", "archive", "locks", "logs", "",
)  # fmt: skip


def _fill(home: Path) -> Path:
    assert run_planwatch("demo").returncode == 0
    (home / "config.toml").write_text("[jobs]\nparallel_steps = 2\n")
    (home / "ledger.db-wal").touch(mode=0o600)
    (home / "secrets.env").touch(mode=0o600)
    return home


@pytest.fixture
def listener() -> list[str]:
    """Give the base URL of a port that counts who connects, and the list of those who did."""
    server = socket.create_server(("127.0.0.1", 0))
    heard = [f"http://127.0.0.1:{server.getsockname()[1]}/v1"]

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            heard.append("asked")
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    return heard


@pytest.mark.parametrize(
    ("place", "mode", "change"),
    [
        ("config.toml", 0o666, "go-w"),
        ("", 0o777, "go-w"),
        ("", 0o1777, "go-w"),
        ("config.toml", 0o602, "o-w"),
    ],
)
def test_a_planted_address_of_a_model_gets_no_key(
    home: Path,
    listener: list[str],
    place: str,
    mode: int,
    change: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _fill(home)
    (home / "config.toml").write_text(f'[llm]\nmodel = "m"\nbase_url = "{listener[0]}"\n')
    (home / place).chmod(mode)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-owner")

    done = run_planwatch("analyse", "--wait")

    assert done.returncode != 0
    assert listener[1:] == []
    assert f"{home / place if place else home} may be written by every account" in done.stderr
    assert f"chmod {change} {home / place if place else home}" in done.stderr


@pytest.mark.parametrize("place", READ_BACK)
def test_everything_that_is_read_back_is_refused_where_others_may_write(
    home: Path, place: str
) -> None:
    path = _fill(home) / place
    path.chmod(path.stat().st_mode | 0o002)
    command = ("config", "show") if place in ("config.toml", "secrets.env") else ("plans",)

    done = run_planwatch(*command)

    assert done.returncode != 0, done.stdout
    assert str(path) in done.stderr
    assert "chmod" in done.stderr
    assert "Traceback" not in done.stderr


@ROOT
@pytest.mark.parametrize("place", READ_BACK)
def test_everything_that_is_read_back_is_refused_where_it_is_another_accounts(
    home: Path, place: str
) -> None:
    path = _fill(home) / place
    os.chown(path, STRANGER, STRANGER)
    command = ("config", "show") if place in ("config.toml", "secrets.env") else ("plans",)

    done = run_planwatch(*command)

    assert done.returncode != 0, done.stdout
    assert f"{path} belongs to another account ({STRANGER})" in done.stderr
    assert f"sudo chown -R root {path}" in done.stderr


@pytest.mark.parametrize(
    "command", [("status",), ("doctor",), ("config", "check"), ("backup", "x.zip")]
)
def test_every_command_refuses_such_a_home(
    home: Path, tmp_path: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(home).chmod(0o777)
    monkeypatch.chdir(tmp_path)

    done = run_planwatch(*command)

    assert done.returncode != 0
    assert f"chmod go-w {home}" in done.stdout + done.stderr


@pytest.mark.parametrize("look", [try_lock, is_held])
def test_a_lock_that_others_may_write_is_refused(
    tmp_path: Path, look: Callable[[Path], object]
) -> None:
    lock = tmp_path / "slot-scrape-0.lock"
    lock.touch()
    lock.chmod(0o666)

    with pytest.raises(HomeError, match="lock may be written by every account") as caught:
        look(lock)

    assert f"chmod go-w {lock}" in caught.value.hint


@pytest.mark.parametrize("opened", ["file", "folder"])
def test_an_archived_page_that_others_may_write_is_refused(tmp_path: Path, opened: str) -> None:
    archive = Archive(tmp_path / "archive")
    digest = archive.store(b"<html>").sha256
    page = tmp_path / "archive" / digest[:2] / f"{digest}.gz"
    (page if opened == "file" else page.parent).chmod(0o777)

    with pytest.raises(HomeError, match="may be written by every account"):
        archive.load(digest)


def test_a_folder_above_that_anybody_may_change_is_refused(tmp_path: Path) -> None:
    above = tmp_path / "shared"
    (above / "home").mkdir(parents=True)
    above.chmod(0o777)

    with pytest.raises(HomeError, match="shared may be written by every account") as caught:
        refuse_foreign_path(above / "home")

    assert f"chmod go-w {above}" in caught.value.hint


def test_a_sticky_folder_above_is_no_danger(tmp_path: Path) -> None:
    above = tmp_path / "shared"
    (above / "home").mkdir(parents=True)
    above.chmod(0o1777)

    refuse_foreign_path(above / "home")


def test_a_home_behind_a_link_is_judged_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "open" / "home").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "open" / "home")
    refuse_foreign_path(tmp_path / "link")
    (tmp_path / "open").chmod(0o777)

    with pytest.raises(HomeError, match="open may be written"):
        refuse_foreign_path(tmp_path / "link")


@ROOT
def test_a_link_that_a_stranger_laid_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "home")
    os.chown(tmp_path / "link", STRANGER, STRANGER, follow_symlinks=False)

    with pytest.raises(HomeError, match="link belongs to another account"):
        refuse_foreign_path(tmp_path / "link")


def test_a_group_in_which_nobody_else_is_may_write(tmp_path: Path) -> None:
    """As under umask 002, where each user has a group of his own."""
    home = Home(tmp_path / "home", tmp_path / "home" / "config.toml")
    home.prepare()
    os.chown(home.root, -1, os.getgid())
    home.root.chmod(0o770)
    home.locks.chmod(0o775)

    home.refuse_foreign()


@ROOT
def test_a_group_of_others_may_not(tmp_path: Path) -> None:
    nameless = tmp_path / "nameless"
    nameless.touch()
    os.chown(nameless, -1, STRANGER)
    nameless.chmod(0o660)

    with pytest.raises(HomeError, match="nameless may be written by the group 54321") as caught:
        refuse_foreign(nameless)

    assert f"chmod g-w {nameless}" in caught.value.hint


@ROOT
def test_a_file_of_root_may_be_read_by_anybody(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents):
        if folder != Path("/") and not folder.stat().st_mode & 0o1000:
            folder.chmod(folder.stat().st_mode | 0o055)
    config = tmp_path / "config.toml"
    config.write_text("")
    config.chmod(0o644)
    code = (
        "import os; from pathlib import Path\n"
        "from planwatch.ownership import refuse_foreign\n"
        f"os.setuid(65534); refuse_foreign(Path({str(config)!r}))"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.skipif(shutil.which("setfacl") is None, reason="needs setfacl")
def test_a_list_of_accounts_behind_the_group_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.touch(mode=0o600)
    subprocess.run(["setfacl", "-m", "u:nobody:rw", str(path)], check=True)

    with pytest.raises(HomeError, match="may be written by the group"):
        refuse_foreign(path)
