"""Captures: which page came when, under which hash. The bytes lie in the archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from planwatch.domain.page import Page
from planwatch.ledger.store.connection import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A page without its bytes, which the archive has under `sha256`; `size` in bytes."""

    capture_id: int
    job_id: str | None
    source: str
    name: str
    url: str
    captured_at: str
    sha256: str
    size: int
    charset: str
    media_type: str
    etag: str | None
    last_modified: str | None

    def page_of(self, body: bytes) -> Page:
        return Page(
            body=body,
            url=self.url,
            name=self.name,
            charset=self.charset,
            media_type=self.media_type,
            etag=self.etag,
            last_modified=self.last_modified,
        )


def add_capture(
    ledger: Ledger, *, job_id: str | None, source: str, page: Page, sha256: str, at: str
) -> int:
    """Write one capture inside a transaction; return its id."""
    return ledger.insert(
        "INSERT INTO captures (job_id, source, name, url, captured_at, sha256, size, charset,"
        " media_type, etag, last_modified) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            job_id,
            source,
            page.name,
            page.url,
            at,
            sha256,
            len(page.body),
            page.charset,
            page.media_type,
            page.etag,
            page.last_modified,
        ),
    )


def last_good_hashes(ledger: Ledger, source: str) -> frozenset[str]:
    """Return the hashes of the pages of the source's last good scrape; empty before the first."""
    rows = ledger.query(
        "SELECT c.sha256 FROM (SELECT job_id, checked_at FROM source_runs"
        " WHERE source = :source AND outcome IN ('ok', 'unchanged')"
        " ORDER BY run_id DESC LIMIT 1) AS good CROSS JOIN captures AS c"
        " ON c.job_id IS good.job_id AND c.source = :source AND c.captured_at = good.checked_at",
        {"source": source},
    )
    return frozenset(row["sha256"] for row in rows)


def last_with_validators(ledger: Ledger, source: str, name: str, url: str) -> Capture | None:
    """Return the newest capture of that page, if its answer said which version it is."""
    rows = ledger.query(
        "SELECT * FROM captures WHERE source = ? AND name = ? ORDER BY capture_id DESC LIMIT 1",
        (source, name),
    )
    found = _captures_of(rows)
    if not found or found[0].url != url:
        return None
    return found[0] if found[0].etag or found[0].last_modified else None


def captures_of_run(ledger: Ledger, source: str, job_id: str | None, at: str) -> list[Capture]:
    """Return the pages of one run of a source, in the order in which they came."""
    return _captures_of(
        ledger.query(
            "SELECT * FROM captures WHERE source = ? AND job_id IS ? AND captured_at = ?"
            " ORDER BY capture_id",
            (source, job_id, at),
        )
    )


def newest_captures(ledger: Ledger) -> dict[str, str]:
    """Return when each page was last captured, by its hash."""
    rows = ledger.query("SELECT sha256, max(captured_at) FROM captures GROUP BY sha256")
    return {row[0]: row[1] for row in rows}


def hashes_in_force(ledger: Ledger) -> frozenset[str]:
    """Return the hashes of the pages that showed the versions in force."""
    rows = ledger.query(
        "SELECT DISTINCT c.sha256 FROM plans AS p JOIN plan_versions AS v USING (version_id)"
        " JOIN captures AS c USING (capture_id) WHERE p.withdrawn_at IS NULL"
    )
    return frozenset(row["sha256"] for row in rows)


def _captures_of(rows: Sequence[Any]) -> list[Capture]:
    return [Capture(**dict(row)) for row in rows]
