"""Remove jobs that ended long ago, with their logs and locks. Plans and analyses stay."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from planwatch.clock import parse_instant
from planwatch.engine.lock import release_lock, try_lock
from planwatch.errors import HomeError
from planwatch.home import Home
from planwatch.ledger.care.pruning import delete_old_jobs, known_jobs, old_jobs
from planwatch.ledger.store.connection import Ledger
from planwatch.ledger.store.short_transactions import release_free_pages
from planwatch.services.maintenance.metrics import ledger_bytes

_LEAST_AGE_S: Final = 60.0  # a dispatch makes the lock of its job at about the time of its commit


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went, or would go: jobs, their files, and the bytes of both."""

    jobs: int
    files: int
    freed_bytes: int

    def as_record(self) -> dict[str, Any]:
        return {"jobs": self.jobs, "files": self.files, "freed_bytes": self.freed_bytes}


def prune(ledger: Ledger, home: Home, before: str, *, dry_run: bool) -> Pruned:
    """Remove jobs that ended before an instant, then the files of jobs that are no longer known.

    Args:
        dry_run: only count. The bytes are then those of the files alone.

    Raises:
        HomeError: a file cannot be removed; the jobs are gone, the next prune removes it.
    """
    if dry_run:
        old = old_jobs(ledger, before)
        present = _list_files(home)
        files = list(_of_others(present, known_jobs(ledger) - old, before, gone=old))
        size = sum(_size_of(file) for file in files)
        return Pruned(len(old), len(files), size)
    size_before = ledger_bytes(home)
    removed = delete_old_jobs(ledger, before)
    present = _list_files(home)  # before the jobs: a file that comes later belongs to a new one
    files = list(_of_others(present, known_jobs(ledger), before, gone=removed))
    freed = sum(_remove(file) for file in files)
    release_free_pages(ledger)
    return Pruned(len(removed), len(files), freed + max(0, size_before - ledger_bytes(home)))


def _list_files(home: Home) -> list[Path]:
    """Return the logs, locks and traces of jobs, whether or not the ledger knows these."""
    files = (*home.logs.glob("*.log"), *home.locks.glob("*.lock"), *home.locks.glob("*.trace"))
    return [
        file
        for file in files
        if not file.name.startswith(("slot-", "migrate.", "cron.", "notify."))
    ]


def _of_others(
    files: Iterable[Path], kept: Collection[str], before: str, *, gone: Collection[str]
) -> Iterator[Path]:
    """Yield the files of jobs that are gone, and old ones of jobs that nobody knows."""
    limit = min(parse_instant(before).timestamp(), time.time() - _LEAST_AGE_S)
    for file in files:
        if file.stem in gone or (file.stem not in kept and _changed_at(file) < limit):
            yield file


def _changed_at(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return time.time()  # another prune has removed it


def _size_of(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _remove(file: Path) -> int:
    """Remove a file and return its size; a lock that somebody holds stays."""
    size = _size_of(file)
    lock = try_lock(file) if file.suffix == ".lock" else None
    if file.suffix == ".lock" and lock is None:
        return 0
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise HomeError(
            f"cannot remove {file} ({error.strerror})",
            hint="fix its permissions, then prune again",
        ) from error
    finally:
        if lock is not None:
            release_lock(lock)
    return size
