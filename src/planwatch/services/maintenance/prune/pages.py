"""Limit the archive by age and size. Pages that a replay may need stay."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from planwatch.domain.outcome import GOOD_OUTCOMES
from planwatch.fetch.archive import Archive, ArchivedFile
from planwatch.ledger.pages.captures import captures_of_run, hashes_in_force, newest_captures
from planwatch.ledger.pages.health import list_runs, load_health
from planwatch.ledger.store.connection import Ledger

# a scrape stores a page before it writes the row; no step takes as long
_LEAST_AGE_S: Final = 86_400.0
_LOOKED_BACK: Final = 200


@dataclass(frozen=True, slots=True)
class PrunedPages:
    """What went, or would go: files, and their bytes on the disk."""

    pages: int
    freed_bytes: int

    def as_record(self) -> dict[str, Any]:
        return {"pages": self.pages, "pages_bytes": self.freed_bytes}


def prune_pages(
    ledger: Ledger, archive: Archive, before: str, most_bytes: int, *, dry_run: bool
) -> PrunedPages:
    """Remove files without a row, pages last captured before an instant, and then the oldest.

    The rows of captures stay. So do the pages of each source's plans in force and of what came
    since: `sources replay` and `accept` read them.

    Args:
        before: an instant, as in the ledger.
        most_bytes: how large the archive may be on the disk.
        dry_run: only count.

    Raises:
        HomeError: a file cannot be removed.
    """
    unused_since = time.time() - _LEAST_AGE_S
    files = [file for file in archive.list_files() if file.stored_at < unused_since]
    last, in_use = newest_captures(ledger), pages_in_use(ledger)
    removable = [
        file
        for file in files
        if file.digest is None or file.digest not in last or last[file.digest] < before
    ]
    removable = [file for file in removable if file.digest not in in_use]
    size = sum(file.size for file in archive.list_files()) - sum(file.size for file in removable)
    gone = {file.path for file in removable}
    rest = [file for file in files if file.path not in gone and file.digest not in in_use]
    for file in sorted(rest, key=lambda file: last[str(file.digest)]):
        if size <= most_bytes:
            break
        removable.append(file)
        size -= file.size
    if not dry_run:
        removable = _remove(archive, removable, unused_since)
    return PrunedPages(len(removable), sum(file.size for file in removable))


def pages_in_use(ledger: Ledger) -> frozenset[str]:
    """Return the hashes of the pages whose plans are in force, and of those that came since."""
    found = set(hashes_in_force(ledger))
    for source in load_health(ledger):
        for run in list_runs(ledger, source, limit=_LOOKED_BACK):
            captures = captures_of_run(ledger, source, run.job_id, run.checked_at)
            found.update(capture.sha256 for capture in captures)
            if run.outcome in GOOD_OUTCOMES:
                break
    return frozenset(found)


def _remove(
    archive: Archive, files: Iterable[ArchivedFile], unused_since: float
) -> list[ArchivedFile]:
    return [file for file in files if archive.remove(file, unused_since)]
