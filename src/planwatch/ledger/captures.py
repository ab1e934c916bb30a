"""Captures: which page came when, under which hash. The bytes lie in the archive."""

from __future__ import annotations

from planwatch.domain.page import Page
from planwatch.ledger.connection import Ledger


def add_capture(
    ledger: Ledger, *, job_id: str | None, source: str, page: Page, sha256: str, at: str
) -> int:
    """Write one capture inside a transaction; return its id."""
    return ledger.insert(
        "INSERT INTO captures (job_id, source, name, url, captured_at, sha256, size, charset,"
        " media_type) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
        ),
    )


def last_good_hashes(ledger: Ledger, source: str) -> frozenset[str]:
    """Return the hashes of the pages of the source's last good scrape; empty before the first."""
    rows = ledger.query(
        "SELECT sha256 FROM captures WHERE source = :source AND job_id = ("
        " SELECT job_id FROM source_runs WHERE source = :source AND outcome IN ('ok', 'unchanged')"
        " ORDER BY run_id DESC LIMIT 1)",
        {"source": source},
    )
    return frozenset(row["sha256"] for row in rows)
