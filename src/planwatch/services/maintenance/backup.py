"""Back up a home to one file: the ledger alone, or a tar of ledger and archived pages.

The file appears under its name when it is whole, checked and synced, and not before. How one is put
in place: restore.py.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tarfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from planwatch.clock import format_instant
from planwatch.errors import HomeError, NotALedger, UsageError
from planwatch.fetch.archive import Archive
from planwatch.home import Home, expand
from planwatch.kept_files import refuse_kept
from planwatch.ledger.care.backup import copy_ledger, read_named_pages
from planwatch.ledger.care.inspection import inspect_ledger
from planwatch.output_file import refuse_link

_UNFINISHED: Final = ".partial"
_ABANDONED_S: Final = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """What was written.

    `rows` by table; `pages` is None where the archive was not asked for; `pages_missing` are named
    by the ledger and were not there to copy.
    """

    file: Path
    size: int
    made_at: str
    rows: dict[str, int]
    jobs_closed: tuple[str, ...]
    pages: int | None
    pages_missing: int | None
    took_s: float

    def as_record(self) -> dict[str, Any]:
        record = asdict(self)
        size = record.pop("size")
        shown = {"file": str(self.file), "bytes": size, "jobs_closed": list(self.jobs_closed)}
        return {**record, **shown}


def find_target(
    home: Home, wanted: Path | None, folder: Path, at: datetime, *, with_archive: bool
) -> Path:
    """Return the file to write: the one that is named, or one with the date in that folder.

    Args:
        folder: where it goes when nothing is named.

    Raises:
        UsageError: it begins with the name of no user, or is planwatch's own.
        HomeError: nobody can look at it.
    """
    target = folder if wanted is None else expand(wanted)
    refuse_kept(target, home)
    with _own_errors(target):
        # a name without an ending is that of a folder: a file there would stop the next backup
        if not target.suffix and not target.exists() and target.parent.is_dir():
            target.mkdir(mode=0o700)
        is_folder = target.is_dir()
    if is_folder:
        ending = "tar" if with_archive else "db"
        target /= f"planwatch-backup-{at:%Y%m%dT%H%M%SZ}.{ending}"
    return target.absolute()


def back_up(
    home: Home, target: Path, at: datetime, *, with_archive: bool = False, force: bool = False
) -> BackedUp:
    """Write a backup of a home.

    Raises:
        UsageError: the file exists, is a link or a device, lies in no folder, or is one that
            planwatch keeps; or there is nothing to back up.
        HomeError: the file cannot be written, or others may write to the home.
        LedgerError: the copy does not hold what the ledger holds.
    """
    began = time.monotonic()
    home.refuse_foreign()
    with _own_errors(target):
        _check(home, target, force=force)
        _remove_abandoned(target)
    with _own_errors(target), _temporary(target) as ledger_copy:
        copied = copy_ledger(home.ledger, ledger_copy, at=format_instant(at))
        if not with_archive:
            pages = missing = None
            _place(ledger_copy, target, force=force)
        else:
            with _temporary(target) as packed:
                pages, missing = _pack(home, ledger_copy, packed)
                _place(packed, target, force=force)
    return BackedUp(
        file=target,
        size=target.stat().st_size,
        made_at=format_instant(at),
        rows=copied.rows,
        jobs_closed=copied.jobs_closed,
        pages=pages,
        pages_missing=missing,
        took_s=round(time.monotonic() - began, 3),
    )


def _check(home: Home, target: Path, *, force: bool) -> None:
    found = inspect_ledger(home.ledger, limit_s=0.0)
    if found.state == "unreadable":
        raise home.unusable(None)
    if found.state in ("empty", "foreign"):
        raise NotALedger(
            f"{home.ledger} is not a planwatch ledger", hint="check it: planwatch doctor"
        )
    if found.state == "absent":
        raise UsageError(
            f"there is no ledger in {home.root}", hint="set PLANWATCH_HOME to the home to back up"
        )
    if not target.parent.is_dir():
        raise UsageError(
            f"{target.parent} is not a folder", hint="create it first, or name another file"
        )
    refuse_kept(target, home)
    refuse_link(target)
    if force and target.exists() and not (target.is_file() or target.is_dir()):
        raise UsageError(f"{target} is not a regular file", hint="name a file or a folder")
    if target.is_dir() or (target.exists() and not force):
        raise UsageError(
            f"{target} already exists", hint="name another file, or overwrite it with --force"
        )
    free, needed = shutil.disk_usage(target.parent).free, home.ledger.stat().st_size
    if free < needed:
        raise HomeError(
            f"{target.parent} has {free / 1e6:.0f} MB free; the ledger takes {needed / 1e6:.0f} MB",
            hint="free some space, or name a folder on another disk",
        )


def _remove_abandoned(target: Path) -> None:
    """Remove what a backup that was killed has left in this folder, a day later."""
    for path in target.parent.glob(f".planwatch-*{_UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _ABANDONED_S:
                path.unlink()


@contextlib.contextmanager
def _own_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise UsageError(
            f"{target} already exists", hint="name another file, or overwrite it with --force"
        ) from error
    except OSError as error:
        raise HomeError(
            f"cannot write {target} ({error.strerror or error})",
            hint="check the free space and the permissions of that folder",
        ) from error


@contextlib.contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    """Make an empty file beside the target that goes away unless it gets the target's name."""
    path = target.with_name(f".planwatch-{os.getpid()}-{time.monotonic_ns()}{_UNFINISHED}")
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    try:
        yield path
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + ending).unlink(missing_ok=True)


def _place(whole: Path, target: Path, *, force: bool) -> None:
    """Give the finished file its name, at once or not at all; never over another without force."""
    if force:
        whole.replace(target)
    else:
        try:
            os.link(whole, target)
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK):
                raise
            if target.exists():  # a file system without hard links
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from error
            whole.rename(target)
    descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _pack(home: Home, ledger_copy: Path, packed: Path) -> tuple[int, int]:
    """Write the tar; return how many pages are in it, and how many the ledger names in vain.

    A page is on the disk before its row, so every page of the copied ledger can be had now.
    """
    files = [file for file in Archive(home.archive).list_files() if file.digest is not None]
    with packed.open("r+b") as stream:
        with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
            tar.add(ledger_copy, "ledger.db", filter=_private)
            for folder in ("archive", *sorted({f"archive/{f.path.parent.name}" for f in files})):
                tar.addfile(_folder(folder))
            for file in files:
                with contextlib.suppress(FileNotFoundError):  # a prune may be at work
                    name = f"archive/{file.path.parent.name}/{file.path.name}"
                    tar.add(file.path, name, filter=_private)
        stream.flush()
        os.fsync(stream.fileno())
    with tarfile.open(packed) as tar:
        found = {Path(name).stem for name in tar.getnames() if name.endswith(".gz")}
    return len(found), len(read_named_pages(ledger_copy) - found)


def _private(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.mode, member.uid, member.gid, member.uname, member.gname = 0o600, 0, 0, "", ""
    return member


def _folder(name: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.mode, member.mtime = tarfile.DIRTYPE, 0o700, int(time.time())
    return member
