"""The archive is bounded by age and size, and never loses what may still be read again."""

from __future__ import annotations

import os
import time

import pytest

from planwatch.domain.outcome import Outcome
from planwatch.domain.page import Page
from planwatch.fetch.archive import Archive
from planwatch.home import Home
from planwatch.ledger.pages.captures import add_capture
from planwatch.ledger.pages.health import add_source_run
from planwatch.ledger.store.connection import Ledger
from planwatch.services.maintenance.prune.pages import prune_pages

A_WEEK_AGO_S = time.time() - 7 * 86_400
BEFORE = "2026-06-01T00:00:00.000Z"
NO_BOUND = 10**12


@pytest.fixture
def archive(place: Home) -> Archive:
    return Archive(place.archive)


def _store(archive: Archive, body: bytes, *, is_old: bool = True) -> str:
    digest = archive.store(body).sha256
    if is_old:
        _make_old(archive, digest)
    return digest


def _make_old(archive: Archive, digest: str) -> None:
    os.utime(archive.folder / digest[:2] / f"{digest}.gz", (A_WEEK_AGO_S, A_WEEK_AGO_S))


def _capture(
    ledger: Ledger, archive: Archive, body: bytes, day: str, outcome: Outcome = Outcome.OK
) -> str:
    """Write a run of one page; return the hash of the page."""
    digest, at = _store(archive, body), f"{day}T09:00:00.000Z"
    page = Page(body=body, name="plans", url="https://shop.example/")
    with ledger.transaction():
        add_capture(ledger, job_id=day, source="o2", page=page, sha256=digest, at=at)
        add_source_run(ledger, job_id=day, source="o2", outcome=outcome, plans=1, error=None, at=at)
    return digest


def _kept(archive: Archive, *digests: str) -> list[bool]:
    return [archive.find(digest) is not None for digest in digests]


def test_old_pages_go_and_those_in_force_stay(ledger: Ledger, archive: Archive) -> None:
    old = _capture(ledger, archive, b"first", "2025-01-01")
    good = _capture(ledger, archive, b"second", "2025-01-02")
    failed = _capture(ledger, archive, b"third", "2025-01-03", Outcome.BROKEN_LAYOUT)

    dry = prune_pages(ledger, archive, BEFORE, NO_BOUND, dry_run=True)
    assert _kept(archive, old, good, failed) == [True, True, True]
    wet = prune_pages(ledger, archive, BEFORE, NO_BOUND, dry_run=False)

    assert dry == wet
    assert wet.pages == 1
    assert _kept(archive, old, good, failed) == [False, True, True]


def test_a_page_that_came_again_lately_is_not_old(ledger: Ledger, archive: Archive) -> None:
    page = _capture(ledger, archive, b"the same", "2025-01-01")
    _capture(ledger, archive, b"the same", "2026-10-01")
    _make_old(archive, page)
    _capture(ledger, archive, b"newest", "2026-11-01")

    assert prune_pages(ledger, archive, BEFORE, NO_BOUND, dry_run=False).pages == 0
    assert _kept(archive, page) == [True]


def test_beyond_the_size_the_oldest_go_first(ledger: Ledger, archive: Archive) -> None:
    pages = [
        _capture(ledger, archive, os.urandom(5_000), f"2026-10-{day:02}") for day in range(1, 7)
    ]

    prune_pages(ledger, archive, BEFORE, 16_000, dry_run=False)

    assert _kept(archive, *pages) == [False] * 3 + [True] * 3
    prune_pages(ledger, archive, BEFORE, 1, dry_run=False)
    assert _kept(archive, *pages) == [False] * 5 + [True], "what is in force stays"


def test_what_no_row_names_goes_once_no_scrape_can_want_it(
    ledger: Ledger, archive: Archive
) -> None:
    fresh = _store(archive, b"of a scrape under way", is_old=False)
    orphan = _store(archive, b"of a scrape that was killed")
    left = archive.folder / orphan[:2] / ".abc.tmp"
    left.write_bytes(b"half a page")
    os.utime(left, (A_WEEK_AGO_S, A_WEEK_AGO_S))

    pruned = prune_pages(ledger, archive, BEFORE, NO_BOUND, dry_run=False)

    assert pruned.pages == 2
    assert _kept(archive, fresh, orphan) == [True, False]
    assert not left.exists()


def test_a_page_that_is_stored_again_meanwhile_stays(archive: Archive) -> None:
    digest = _store(archive, b"wanted after all")
    file = archive.list_files()[0]
    archive.store(b"wanted after all")

    assert archive.remove(file, time.time() - 3600) is False
    assert _kept(archive, digest) == [True]
    assert [path.name for path in archive.folder.glob("*/*")] == [f"{digest}.gz"]


def test_a_file_that_another_prune_took_is_none_of_ours(archive: Archive) -> None:
    _store(archive, b"page")
    file = archive.list_files()[0]
    file.path.unlink()

    assert archive.remove(file, time.time()) is False
