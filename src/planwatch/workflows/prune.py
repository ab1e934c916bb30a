"""Removes what is old: jobs that have ended, their logs and locks. Plans and analyses stay."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from planwatch.clock import parse_instant
from planwatch.errors import HomeError
from planwatch.home import Home
from planwatch.ledger.connection import Ledger
from planwatch.ledger.pruning import compact, delete_old_jobs, known_jobs, old_jobs

_AT_ONCE: Final = 200


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
        files = list(_files_of_others(home, known_jobs(ledger) - old, before, gone=old))
        size = sum(file.stat().st_size for file in files)
        return Pruned(len(old), len(files), size)
    size_before = _size(home)
    removed: set[str] = set()
    while batch := delete_old_jobs(ledger, before, limit=_AT_ONCE):
        removed.update(batch)
    files = list(_files_of_others(home, known_jobs(ledger), before, gone=removed))
    freed = sum(_remove(file) for file in files)
    compact(ledger)
    return Pruned(len(removed), len(files), freed + max(0, size_before - _size(home)))


def _files_of_others(
    home: Home, kept: Collection[str], before: str, *, gone: Collection[str]
) -> Iterator[Path]:
    """Yield logs and locks of jobs that are gone, and old ones of jobs that nobody knows."""
    limit = parse_instant(before).timestamp()
    for file in (*home.logs.glob("*.log"), *home.locks.glob("*.lock")):
        is_of_a_job = not file.name.startswith(("slot-", "migrate."))
        if not is_of_a_job or file.stem in kept:
            continue
        if file.stem in gone or file.stat().st_mtime < limit:
            yield file


def _remove(file: Path) -> int:
    try:
        size = file.stat().st_size
        file.unlink()
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise HomeError(
            f"cannot remove {file} ({error.strerror})",
            hint="mend its permissions, then prune again",
        ) from error
    return size


def _size(home: Home) -> int:
    files = (home.ledger, home.ledger.with_name("ledger.db-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
