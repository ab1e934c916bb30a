"""No file that somebody names is written over one that planwatch keeps, however it is spelled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from planwatch.errors import UsageError
from planwatch.kept_files import refuse_kept
from planwatch.ledger.store.connection import Ledger
from planwatch.output_file import write_text
from tests.support.cli import run_planwatch

KEPT = (
    "ledger.db",
    "ledger.db-wal",
    "ledger.db-shm",
    "ledger.db-journal",
    "ledger.db.v12",
    "ledger.db.before-restore-20261123T090000Z",
    "config.toml",
    "secrets.env",
    "archive/ab/x.html.gz",
    "archive/x.csv",
    "locks/migrate.lock",
    "logs/cron.log",
)
COMMANDS = (
    ("plans", "--format", "csv", "-o"),
    ("status", "--format", "prometheus", "-o"),
    ("datasette", "-o"),
    ("schedule", "systemd", "-o"),
    ("backup", "--force"),
    ("probe", "three", "--from", "page.html", "--save-case"),
)


@pytest.fixture
def used(home: Path, ledger: Ledger) -> Path:
    """Return a home with a file of every kind that planwatch keeps."""
    ledger.close()
    for name in KEPT[1:]:
        path = home / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not path.exists():
            path.write_bytes(b"")
            path.chmod(0o600)
    return home


def _contents(folder: Path) -> dict[str, bytes]:
    """Return all that lies there; a ledger's own side files come and go with each command."""
    ends = ("-wal", "-shm")
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(ends))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize("name", KEPT)
def test_each_kept_file_is_refused_and_stays(used: Path, name: str) -> None:
    before = _contents(used)

    with pytest.raises(UsageError) as caught:
        write_text(used / name, "new")

    assert caught.value.message.startswith(str(used / name))
    assert str(caught.value.hint).startswith("name a")
    assert _contents(used) == before


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
@pytest.mark.parametrize("name", ["ledger.db", "secrets.env", "locks/new"])
def test_no_command_writes_there(used: Path, command: tuple[str, ...], name: str) -> None:
    before = _contents(used)

    done = run_planwatch(*command, str(used / name))

    assert done.returncode == 2
    assert str(used / name) in done.stderr
    assert (_contents(used), (used / "locks" / "new").exists()) == (before, False)


def _spell(used: Path, how: str) -> str:
    ledger = used / "ledger.db"
    ways: dict[str, Path] = {"link": Path("link"), "hard link": Path("hard.csv")}
    if how == "link":
        Path("link").symlink_to(ledger)
    elif how == "hard link":
        Path("hard.csv").hardlink_to(ledger)
    elif how == "folder link":
        Path("folder").symlink_to(used)
        ways[how] = Path("folder/ledger.db")
    elif how == "link of a link":
        Path("folder").symlink_to(used)
        Path("second").symlink_to("folder/archive")
        return "second/../ledger.db"
    elif how == "relative":
        return os.path.relpath(ledger)
    elif how == "dots":
        return f"{used}/archive/.././/ledger.db"
    elif how == "own folders":
        return f"/proc/self/root{ledger}"
    return str(ways[how])


@pytest.mark.parametrize(
    "how",
    ["link", "hard link", "folder link", "link of a link", "relative", "dots", "own folders"],
)
def test_the_ledger_is_known_however_its_path_is_written(used: Path, how: str) -> None:
    before = (used / "ledger.db").read_bytes()
    if how == "own folders" and not Path("/proc/self/root").exists():
        pytest.skip("no /proc here")
    spelled = _spell(used, how)

    for command in (COMMANDS[0], COMMANDS[4]):
        done = run_planwatch(*command, spelled)

        assert done.returncode == 2
        assert "is the ledger itself" in done.stderr
        assert str(used / "ledger.db") not in done.stderr.partition("Hint:")[2]
    assert (used / "ledger.db").read_bytes() == before


@pytest.mark.parametrize("name", ["config.toml", "secrets.env"])
def test_settings_outside_of_the_home_are_refused_where_they_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("PLANWATCH_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    place = tmp_path / "settings" / "planwatch" / name
    place.parent.mkdir(parents=True, mode=0o700)

    done = run_planwatch("sources", "--json", "-o", str(place))

    assert (done.returncode, place.exists()) == (2, False)


@pytest.mark.parametrize("name", ["planwatch.toml", "./planwatch.toml", "other/planwatch.toml"])
def test_the_settings_of_a_working_folder_are_refused(home: Path, name: str) -> None:
    Path("other").mkdir()
    Path(name).write_text("[fetch]\npace_s = 2.0\n")

    done = run_planwatch("sources", "--format", "csv", "-o", name)

    assert done.returncode == 2
    assert "is a settings file of planwatch" in done.stderr
    assert Path(name).read_text().startswith("[fetch]")


def test_settings_that_are_a_link_are_refused_under_both_names(used: Path) -> None:
    real = Path("dotfiles.toml")
    (used / "config.toml").unlink()
    real.write_text("")
    real.chmod(0o600)
    (used / "config.toml").symlink_to(real.absolute())

    for name in (str(used / "config.toml"), "dotfiles.toml"):
        with pytest.raises(UsageError, match="is a settings file"):
            refuse_kept(Path(name))


def test_a_ledger_that_is_a_link_is_kept_with_its_files_where_it_lies(used: Path) -> None:
    elsewhere = Path("disk").absolute() / "market.db"
    elsewhere.parent.mkdir()
    (used / "ledger.db").rename(elsewhere)
    (used / "ledger.db").symlink_to(elsewhere)

    for path in (elsewhere, used / "ledger.db", Path("disk/market.db-wal"), used / "ledger.db.v9"):
        with pytest.raises(UsageError, match="the ledger"):
            refuse_kept(path)
    refuse_kept(Path("disk/marketing.csv"))


@pytest.mark.parametrize("name", ["plans.csv", "ledger.csv", "archive.csv", "reports/plans.csv"])
def test_other_files_may_lie_in_the_home(used: Path, name: str) -> None:
    (used / "reports").mkdir()

    write_text(used / name, "new")

    assert (used / name).read_text() == "new"


def test_the_writer_itself_refuses_it(used: Path) -> None:
    with pytest.raises(UsageError, match="is the ledger itself"):
        write_text(used / "ledger.db", "new")


def test_an_open_descriptor_of_the_ledger_is_refused_and_one_of_a_log_is_not(used: Path) -> None:
    log = os.open(used / "logs" / "cron.log", os.O_WRONLY | os.O_APPEND)
    ledger = os.open(used / "ledger.db", os.O_RDWR)
    before = (used / "ledger.db").read_bytes()
    try:
        write_text(Path(f"/dev/fd/{log}"), "a line\n")
        with pytest.raises(UsageError, match="is the ledger itself"):
            write_text(Path(f"/dev/fd/{ledger}"), "new")
    finally:
        os.close(log)
        os.close(ledger)

    assert (used / "logs" / "cron.log").read_text() == "a line\n"
    assert (used / "ledger.db").read_bytes() == before
