"""Check the home folder: free space, file system, permissions and archive."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from planwatch.domain.phrasing import list_some
from planwatch.fetch.archive import Archive
from planwatch.home import SECRETS_FILE
from planwatch.ledger.pages.captures import newest_captures
from planwatch.services.maintenance.doctor.check import Installation, Line
from planwatch.services.maintenance.metrics import ledger_bytes

_NETWORK: Final = re.compile(
    r"nfs\d*|cifs|smb\w*|9p|afs|ceph|glusterfs|lustre|beegfs|webdav|davfs\d*|afpfs"
    r"|fuse\.(sshfs|rclone|s3fs|glusterfs|davfs\d*|gcsfuse|ceph-fuse)"
)
_LEAST_FREE: Final = 200_000_000
_TIMES_THE_LEDGER: Final = 2
_MOUNTINFO: Final = Path("/proc/self/mountinfo")
_MOST_NAMED: Final = 3
_OTHERS: Final = 0o077


def check_disk(installed: Installation) -> list[Line]:
    """Compare the free space with the size of the ledger, and report a network file system."""
    root = installed.home.root
    if not root.exists():
        said = f"{root} does not exist yet"
        return [Line("home", "folder", "note", said, "the first command creates it")]
    free, ledger = shutil.disk_usage(root).free, ledger_bytes(installed.home)
    said = f"{free / 1e9:.1f} GB free in {root}; the ledger takes {ledger / 1e6:.1f} MB"
    if free < max(_LEAST_FREE, _TIMES_THE_LEDGER * ledger):
        mends = "free some space; see what can go: planwatch prune --dry-run"
        lines = [Line("home", "disk", "warning", said, mends)]
    else:
        lines = [Line("home", "disk", "ok", said)]
    kind = file_system_of(root)
    if kind and _NETWORK.fullmatch(kind):
        lines.append(
            Line(
                "home",
                "file system",
                "fault",
                f"the home is on {kind}: locks and SQLite's WAL are not safe on a network",
                "move the home to a local disk, and point PLANWATCH_HOME there",
            )
        )
    elif kind:
        lines.append(Line("home", "file system", "ok", f"{kind}, a local file system"))
    return lines


def file_system_of(path: Path) -> str | None:
    """Return the type of the file system that a folder lies on; None where nobody says."""
    if sys.platform == "darwin":
        mounts = _mounts_of_macos()
    else:
        try:
            mounts = dict(_read_mountinfo(_MOUNTINFO.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError):
            return None
    place = path.resolve()
    for folder in (place, *place.parents):
        if str(folder) in mounts:
            return mounts[str(folder)]
    return None


def _read_mountinfo(text: str) -> Iterator[tuple[str, str]]:
    """Yield where something is mounted, and of which type; the last of a place counts."""
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        if after:
            place = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), before.split()[4])
            yield place, after.split()[0]


def _mounts_of_macos() -> dict[str, str]:
    try:
        done = subprocess.run(
            ["/sbin/mount"], capture_output=True, text=True, timeout=5, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    found = (re.fullmatch(r".* on (.+) \((\w+).*\)", line) for line in done.stdout.splitlines())
    return {match[1]: match[2] for match in found if match}


def check_permissions(installed: Installation) -> list[Line]:
    """Check for files that other users can read or own."""
    home = installed.home
    secrets = home.config_file.with_name(SECRETS_FILE)
    places = [home.root, home.archive, home.logs, home.locks, *home.root.glob("ledger.db*")]
    places += [*home.logs.glob("*"), *home.locks.glob("*"), secrets]
    places += [home.config_file] if home.is_named else []
    # nobody gets past a closed root to what lies below: cron's shell makes its log by its umask
    is_closed = home.root.exists() and not stat.S_IMODE(home.root.stat().st_mode) & _OTHERS
    open_to_others, foreign = [], []
    for path in places:
        try:
            found = path.stat()
        except OSError:
            continue
        is_sheltered = is_closed and home.root in path.parents
        if stat.S_IMODE(found.st_mode) & _OTHERS and not is_sheltered:
            open_to_others.append(path)
        if found.st_uid != os.geteuid():
            foreign.append(path)
    if not home.root.exists():
        return []
    lines = []
    if open_to_others:
        said = f"other users can read {_some(open_to_others)}"
        mends = f"chmod -R go-rwx {home.root}"
        lines.append(Line("home", "permissions", "warning", said, mends))
    if foreign:
        said = f"another user owns {_some(foreign)}"
        mends = f"run planwatch as one user, and make it the owner: chown -R … {home.root}"
        lines.append(Line("home", "owner", "fault", said, mends))
    return lines or [Line("home", "permissions", "ok", "only this user can read and write")]


def check_archive(installed: Installation) -> list[Line]:
    """Compare the files of the archive with the rows of the ledger."""
    files = Archive(installed.home.archive).list_files()
    size = sum(file.size for file in files)
    if installed.ledger is None:
        said = f"{len(files)} files, {size / 1e6:.1f} MB"
        return [Line("home", "archive", "note", said)] if files else []
    named, there = set(newest_captures(installed.ledger)), {file.digest for file in files}
    missing, unnamed = len(named - there), sum(file.digest not in named for file in files)
    said = f"{len(files)} files, {size / 1e6:.1f} MB"
    lines = []
    if missing:
        lines.append(
            Line(
                "home",
                "archive",
                "note",
                f"{said}; {missing} of {len(named)} pages that the ledger names are missing",
                "pruned pages cannot be restored; others can, from a backup of the archive",
            )
        )
    if unnamed:
        lines.append(
            Line(
                "home",
                "archive",
                "note",
                f"{said}; {unnamed} of them belong to no scrape",
                "planwatch prune removes them a day after they were stored",
            )
        )
    return lines or [Line("home", "archive", "ok", f"{said}; every page of the ledger is there")]


def _some(paths: list[Path]) -> str:
    return list_some([str(path) for path in paths], _MOST_NAMED)
