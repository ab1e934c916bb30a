"""The way to a home is looked at as well: each folder and each link, and whose group may write."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from planwatch.errors import HomeError
from planwatch.home import Home
from planwatch.ownership import refuse_foreign, refuse_foreign_path
from tests.support.cli import run_planwatch

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
STRANGER = 54_321
NOBODY = 65_534
DAEMON = 1
USERS = 100
"""A group that has a name and, in most installations, no member."""


def _home(root: Path) -> Home:
    return Home(root, root / "config.toml")


def _link(path: Path, target: str | Path, owner: int = 0) -> Path:
    path.symlink_to(target)
    if owner:
        os.chown(path, owner, owner, follow_symlinks=False)
    return path


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """Give a folder that everybody may write to, with a good folder in it."""
    folder = tmp_path / "open"
    (folder / "home").mkdir(parents=True, mode=0o700)
    folder.chmod(0o777)
    return folder


@pytest.mark.parametrize("last", [".", "home", "missing", "home/missing/deep"])
def test_a_link_behind_a_link_leads_no_way_around_the_guard(
    tmp_path: Path, open_folder: Path, last: str
) -> None:
    """The second link lies where anybody may replace it, and leads to a place that is safe."""
    safe = tmp_path / "safe"
    (safe / "home").mkdir(parents=True, mode=0o700)
    _link(open_folder / "second", safe)
    first = _link(tmp_path / "first", "open/second")

    with pytest.raises(HomeError, match="open may be written by every account") as caught:
        refuse_foreign_path(first / last)

    assert f"chmod go-w {open_folder}" in caught.value.hint


@pytest.mark.parametrize("written", ["open/../safe/home", "first/../../safe/home"])
def test_dots_are_followed_as_the_kernel_does(
    tmp_path: Path, open_folder: Path, written: str
) -> None:
    """`first/..` is the folder above of where the link leads."""
    (tmp_path / "safe" / "home").mkdir(parents=True, mode=0o700)
    _link(tmp_path / "first", open_folder / "home")

    with pytest.raises(HomeError, match="open may be written"):
        refuse_foreign_path(tmp_path / written)


@ROOT
@pytest.mark.parametrize("written", ["first", "first/below", "below-first"])
def test_a_link_of_a_stranger_in_the_middle_is_refused(tmp_path: Path, written: str) -> None:
    """As in a sticky folder, where a stranger may lay one: only its owner changes it later."""
    (tmp_path / "home" / "below").mkdir(parents=True, mode=0o700)
    sticky = tmp_path / "sticky"
    sticky.mkdir()
    sticky.chmod(0o1777)
    second = _link(sticky / "second", tmp_path / "home", STRANGER)
    _link(tmp_path / "first", second)
    _link(tmp_path / "below-first", "first/below")

    with pytest.raises(HomeError, match="second belongs to another account") as caught:
        refuse_foreign_path(tmp_path / written)

    assert f"chown -h root {second}" in caught.value.hint
    assert "-R" not in caught.value.hint


@pytest.mark.parametrize("part", ["archive", "ledger.db", "locks", "logs"])
def test_a_part_of_a_home_that_is_a_link_is_looked_at_on_its_whole_way(
    tmp_path: Path, open_folder: Path, part: str
) -> None:
    home = _home(tmp_path / "home")
    home.root.mkdir(mode=0o700)
    _link(home.root / part, open_folder / "home")

    with pytest.raises(HomeError, match="open may be written"):
        home.refuse_foreign()
    open_folder.chmod(0o755)
    home.refuse_foreign()


@pytest.mark.parametrize("name", ["config.toml", "secrets.env"])
def test_settings_that_are_a_link_are_looked_at_on_their_whole_way(
    home: Path, tmp_path: Path, open_folder: Path, name: str
) -> None:
    home.mkdir(mode=0o700, exist_ok=True)
    (open_folder / "home" / name).touch(mode=0o600)
    _link(home / name, open_folder / "home" / name)

    refused = run_planwatch("config", "show")
    open_folder.chmod(0o755)
    taken = run_planwatch("config", "show")

    assert refused.returncode == 1
    assert f"chmod go-w {open_folder}" in refused.stderr
    assert taken.returncode == 0, taken.stderr


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_what_sqlite_keeps_beside_a_linked_ledger_is_looked_at_where_it_lies(
    tmp_path: Path, ending: str
) -> None:
    home, elsewhere = _home(tmp_path / "home"), tmp_path / "elsewhere"
    for folder in (home.root, elsewhere):
        folder.mkdir(mode=0o700)
    (elsewhere / "real.db").touch(mode=0o600)
    _link(home.ledger, elsewhere / "real.db")
    beside = elsewhere / f"real.db{ending}"
    beside.touch()
    beside.chmod(0o606)

    with pytest.raises(HomeError, match=f"real.db{ending} may be written"):
        home.refuse_foreign()


def test_links_in_a_circle_and_ways_that_end_are_no_fault(tmp_path: Path) -> None:
    _link(tmp_path / "a", tmp_path / "b")
    _link(tmp_path / "b", tmp_path / "a")
    (tmp_path / "file").touch(mode=0o600)

    for name in ("a", "a/below", "missing/below", "file/below"):
        refuse_foreign_path(tmp_path / name)
    refuse_foreign(tmp_path / "a", tmp_path / "missing")


@ROOT
@pytest.mark.parametrize("owner", [NOBODY, STRANGER])
@pytest.mark.parametrize("below", ["home", "missing", "missing/home"])
def test_a_home_below_the_folder_of_another_account_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: int, below: str
) -> None:
    """`nobody` is an account of this machine, too; what lies there is not made ours."""
    theirs = tmp_path / "theirs"
    (theirs / "home").mkdir(parents=True, mode=0o700)
    os.chown(theirs, owner, owner)
    monkeypatch.setenv("PLANWATCH_HOME", str(theirs / below))

    done = run_planwatch("status")

    assert done.returncode == 1
    assert f"{theirs} belongs to another account" in done.stderr
    assert "name a folder below one of your own" in " ".join(done.stderr.split())
    assert "chown" not in done.stderr
    assert [path.name for path in theirs.iterdir()] == ["home"]


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """Give a folder that any account may look into; pytest closes its own to all but root."""
    with tempfile.TemporaryDirectory(prefix="planwatch-tests-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


_IN_A_CONTAINER = f"""
import ctypes, encodings.ascii, grp, os, pwd, shlex, sys  # where these lie only root may look
from pathlib import Path
from planwatch.ownership import refuse_foreign_path
os.setgroups([]); os.setgid({DAEMON}); os.setuid({DAEMON})
libc = ctypes.CDLL(None)
libc.prctl(4, 1, 0, 0, 0)  # lets it write its own uid_map
if libc.unshare(0x10000000):
    sys.exit(77)
Path("/proc/self/uid_map").write_text("{DAEMON} {DAEMON} 1")
assert Path("/").stat().st_uid == {NOBODY}
refuse_foreign_path(Path(sys.argv[1]))
"""


@ROOT
@pytest.mark.skipif(sys.platform != "linux", reason="user namespaces are of Linux")
@pytest.mark.parametrize("theirs", ["", "home"])
def test_in_a_container_of_an_ordinary_account_what_lies_outside_is_no_fault(
    shared_folder: Path, theirs: str
) -> None:
    """`/` and `/tmp` appear there as those of `nobody`; a home that does is still refused."""
    home = shared_folder / "home"
    home.mkdir()
    home.chmod(0o755)
    if not theirs:
        os.chown(home, DAEMON, DAEMON)

    done = subprocess.run(
        [sys.executable, "-c", _IN_A_CONTAINER, str(home)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 77:
        pytest.skip("no user namespaces here")

    assert done.returncode == int(bool(theirs)), done.stderr
    assert ("home belongs to another account" in done.stderr) is bool(theirs)


@ROOT
@pytest.mark.parametrize("place", ["", "config.toml", "ledger.db", "archive"])
def test_a_group_without_members_is_nobodys_private_group(tmp_path: Path, place: str) -> None:
    """Who is put into it tomorrow could write; and a directory service may not list who is."""
    home = _home(tmp_path / "home")
    home.prepare()
    path = home.root / place
    if not path.exists():
        path.touch()
    os.chown(path, -1, USERS)
    path.chmod(0o770)

    with pytest.raises(HomeError, match="may be written by the group") as caught:
        refuse_foreign_path(path)

    assert f"chmod g-w {path}" in caught.value.hint


_AS_DAEMON = f"""
import grp, os, pwd, shlex, sys  # where these lie only root may look
from pathlib import Path
from planwatch.ownership import refuse_foreign
os.setgroups([]); os.setgid({DAEMON}); os.setuid({DAEMON})
refuse_foreign(Path(sys.argv[1]))
"""


@ROOT
@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs the tools of Linux")
@pytest.mark.parametrize(
    ("passwd", "group", "is_private"),
    [
        ("", "daemon:x:1:", True),
        ("", "daemon:x:1:daemon", True),
        ("", "daemon:x:1:daemon,root", True),
        ("", "renamed:x:1:", True),
        ("mallory:x:2001:1::/:/bin/sh", "daemon:x:1:", False),
        ("mallory:x:2001:1::/:/bin/sh", "daemon:x:1:daemon", False),
        ("mallory:x:2001:2001::/:/bin/sh", "daemon:x:1:mallory", False),
        ("mallory:x:2001:2001::/:/bin/sh", "daemon:x:1:daemon,mallory", False),
        ("mallory:x:2001:2001::/:/bin/sh", "renamed:x:1:mallory", False),
    ],
)
def test_a_group_is_private_by_who_is_in_it_and_not_by_its_name(
    shared_folder: Path, passwd: str, group: str, is_private: bool
) -> None:
    """The accounts are those of files that lie over the system's in a mount namespace."""
    accounts, groups, config = (shared_folder / name for name in ("passwd", "group", "config.toml"))
    lines = "root:x:0:0::/:/bin/sh\ndaemon:x:1:1::/:/bin/sh\nmail:x:8:8::/:/bin/sh\n"
    accounts.write_text(f"{lines}{passwd}\n")
    groups.write_text(f"root:x:0:\n{group}\nmail:x:8:\n")
    for path in (accounts, groups):
        path.chmod(0o644)
    config.touch()
    os.chown(config, DAEMON, DAEMON)
    config.chmod(0o660)
    mounts = (f"mount --bind {accounts} /etc/passwd", f"mount --bind {groups} /etc/group")
    look = shlex.join([sys.executable, "-c", _AS_DAEMON, str(config)])
    inside = ["unshare", "--mount", "sh", "-c", " && ".join((*mounts, look))]

    done = subprocess.run(inside, capture_output=True, text=True, check=False)
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip(done.stderr)

    assert ("may be written by the group" in done.stderr) is not is_private, done.stderr
    assert done.returncode == int(not is_private)


@pytest.mark.parametrize("name", ["my home", "it's", "$(reboot)", "a;b"])
@pytest.mark.parametrize("spoil", [lambda path: path.chmod(0o777)])
def test_the_command_of_the_hint_can_be_pasted(
    tmp_path: Path, name: str, spoil: Callable[[Path], None]
) -> None:
    home = tmp_path / name
    home.mkdir()
    spoil(home)

    with pytest.raises(HomeError) as caught:
        refuse_foreign_path(home)
    command = caught.value.hint.partition(", and look")[0]
    subprocess.run(["sh", "-c", command], check=True)

    refuse_foreign_path(home)
