"""Put a backup in the place of a home's ledger; the old ledger stays beside it.

The backup is copied, checked and made ready before anything in the home changes. Then the ledger
is replaced by one rename: whoever looks finds the old one or the new one.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from planwatch.clock import format_instant
from planwatch.engine.lock import is_held
from planwatch.errors import HomeError, LedgerBusy, LedgerDamaged, NotALedger, UsageError
from planwatch.fetch.archive import Archive
from planwatch.home import Home, expand
from planwatch.ledger.care.restoring import check_copy, fold_wal, settle_copy
from planwatch.ledger.store.migrate import hold_migrate_lock

_PAGE: Final = re.compile(r"(?:\./)?archive/([0-9a-f]{2})/(\1[0-9a-f]{62})\.gz")
_LEDGER_NAMES: Final = ("ledger.db", "./ledger.db")
_BESIDE: Final = ("-wal", "-shm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put in place.

    `kept` is where the old ledger lies, None where there was none; `pages` is how many pages of the
    backup were not in the archive, None where the backup has none.
    """

    ledger: Path
    source: Path
    kept: Path | None
    rows: dict[str, int]
    jobs_closed: tuple[str, ...]
    messages_given_up: int
    pages: int | None
    took_s: float

    def as_record(self) -> dict[str, Any]:
        """Return the documented JSON."""
        return {
            "ledger": str(self.ledger),
            "file": str(self.source),
            "kept": None if self.kept is None else str(self.kept),
            "rows": self.rows,
            "jobs_closed": list(self.jobs_closed),
            "messages_given_up": self.messages_given_up,
            "pages": self.pages,
            "took_s": self.took_s,
        }


def restore(home: Home, named: Path, at: datetime) -> Restored:
    """Check a backup and put it in the place of the ledger.

    Args:
        named: what `planwatch backup` wrote, with or without the archive, or any copy of a ledger.
        at: the true time, which the old ledger is named after.

    Raises:
        UsageError: there is no such file, or it is the ledger itself.
        NotALedger, LedgerTooNew, LedgerDamaged: the file is not a backup that can be used.
        LedgerBusy: a worker lives in this home.
        HomeError: the home cannot be written to.
    """
    began = time.monotonic()
    source = expand(named).absolute()
    ledger = home.ledger.resolve()
    home.prepare()
    with _own_errors(home, source):
        _check_source(source, ledger)
        refuse_with_worker(home)
        with _copied(source, ledger) as (copy, tar):
            check_copy(copy, source)
            settled = settle_copy(home, copy, at=format_instant(at))
            pages = None if tar is None else _store_pages(tar, Archive(home.archive), source)
            with hold_migrate_lock(home):
                refuse_with_worker(home)
                kept = _keep_old(ledger, at)
                copy.replace(ledger)
                _sync_folder(ledger.parent)
    return Restored(
        ledger=home.ledger,
        source=source,
        kept=kept,
        rows=settled.rows,
        jobs_closed=settled.jobs_closed,
        messages_given_up=settled.messages_given_up,
        pages=pages,
        took_s=round(time.monotonic() - began, 3),
    )


def refuse_with_worker(home: Home) -> None:
    """Make sure that no process works in this home; who migrates is waited for elsewhere.

    Raises:
        LedgerBusy: one does.
    """
    locks = [lock for lock in sorted(home.locks.glob("*.lock")) if lock.name != "migrate.lock"]
    held = [lock for lock in locks if is_held(lock)]
    if not held:
        return
    jobs = [lock.stem for lock in held if not lock.name.startswith(("slot-", "cron", "notify"))]
    if jobs:
        raise LedgerBusy(
            f"a worker is at work in {home.root} (job {', '.join(jobs)}), so nothing was restored",
            hint="wait until it is done, or end it: planwatch cancel --all",
        )
    raise LedgerBusy(
        f"another process is at work in {home.root} ({held[0].name}), so nothing was restored",
        hint="try again when it is done",
    )


def _check_source(source: Path, ledger: Path) -> None:
    if not source.exists():
        raise UsageError(
            f"there is no file {source}", hint="name a file that planwatch backup wrote"
        )
    if not source.is_file():
        raise UsageError(f"{source} is not a file", hint="name a file that planwatch backup wrote")
    if source.resolve() == ledger:
        raise UsageError(f"{source} is the ledger itself", hint="name the backup to put in place")


@contextlib.contextmanager
def _copied(source: Path, ledger: Path) -> Iterator[tuple[Path, tarfile.TarFile | None]]:
    """Copy the ledger of a backup beside the ledger; the copy goes away unless it is renamed.

    Yields the copy, and the tar that it came from, where it did.
    """
    copy = ledger.with_name(f".{ledger.name}.restored-{os.getpid()}")
    os.close(os.open(copy, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    try:
        if _is_tar(source):
            with tarfile.open(source) as tar:
                _copy_stream(_ledger_in(tar, source), copy)
                yield copy, tar
        else:
            with source.open("rb") as file:
                _copy_stream(file, copy)
            # of a ledger that was copied with its WAL beside it, as the old one is by `restore`
            wal = source.with_name(source.name + "-wal")
            if wal.is_file():
                with wal.open("rb") as file:
                    _copy_stream(file, copy.with_name(copy.name + "-wal"))
            yield copy, None
    finally:
        for ending in ("", *_BESIDE, "-journal"):
            copy.with_name(copy.name + ending).unlink(missing_ok=True)


def _is_tar(source: Path) -> bool:
    """Tell whether a file is a tar; one of zeros, as a damaged ledger may begin, is none."""
    if not tarfile.is_tarfile(source):
        return False
    with tarfile.open(source) as tar:
        return tar.next() is not None


def _ledger_in(tar: tarfile.TarFile, source: Path) -> IO[bytes]:
    for name in _LEDGER_NAMES:
        with contextlib.suppress(KeyError):
            stream = tar.extractfile(name)
            if stream is not None:
                return stream
    raise NotALedger(
        f"{source} holds no ledger.db",
        hint="name a file that planwatch backup --with-archive wrote; nothing was changed",
    )


def _copy_stream(stream: IO[bytes], target: Path) -> None:
    with target.open("wb") as file:
        target.chmod(0o600)
        shutil.copyfileobj(stream, file, 1 << 20)


def _store_pages(tar: tarfile.TarFile, archive: Archive, source: Path) -> int:
    """Store the pages of a backup that the archive has not; return how many these are."""
    stored = 0
    for member in tar:
        page = _PAGE.fullmatch(member.name) if member.isfile() else None
        if page is None or archive.find(page[2]) is not None:
            continue
        stream = tar.extractfile(member)
        if stream is None or not archive.put_back(page[2], stream.read()):
            raise LedgerDamaged(
                f"{source} is damaged: its page {page[2][:12]} is not what it was",
                hint="restore another backup; the ledger was not changed",
            )
        stored += 1
    return stored


def _keep_old(ledger: Path, at: datetime) -> Path | None:
    """Give the old ledger a second name, and move what lies beside it to that name.

    With its WAL folded in before, the ledger is whole under its own name until it is replaced.
    """
    kept = _free_name(ledger, at)
    if ledger.exists():
        fold_wal(ledger)
        try:
            os.link(ledger, kept)
        except OSError:  # a file system without hard links
            shutil.copy2(ledger, kept)
    for ending in _BESIDE:
        beside = ledger.with_name(ledger.name + ending)
        with contextlib.suppress(FileNotFoundError):
            beside.rename(kept.with_name(kept.name + ending))
    _sync_folder(ledger.parent)
    return kept if kept.exists() else None


def _free_name(ledger: Path, at: datetime) -> Path:
    name = f"{ledger.name}.before-restore-{at:%Y%m%dT%H%M%SZ}"
    number, kept = 1, ledger.with_name(name)
    while any(kept.with_name(kept.name + ending).exists() for ending in ("", *_BESIDE)):
        number += 1
        kept = ledger.with_name(f"{name}-{number}")
    return kept


@contextlib.contextmanager
def _own_errors(home: Home, source: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError) as error:
        raise LedgerDamaged(
            f"{source} is damaged ({error})",
            hint="restore another backup; the ledger was not changed",
        ) from error
    except OSError as error:
        raise HomeError(
            f"cannot restore {source} into {home.root} ({error.strerror or error})",
            hint="check the permissions of both, and the free space",
        ) from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
