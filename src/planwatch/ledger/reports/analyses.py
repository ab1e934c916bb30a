"""Analyses as they were written: the whole document, with what it was computed from."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planwatch.errors import UnknownName
from planwatch.ledger.reports.old_documents import renew_document
from planwatch.ledger.store.connection import Ledger
from planwatch.ledger.store.packed import pack, unpack
from planwatch.ledger.store.prefix import range_of_prefix

_COLUMNS: Final = (
    "analysis_id, kind, brands, job_id, created_at, as_of, plans_digest, written_by, document,"
    " writer"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnalysis:
    """An analysis; `document` is in the shape of docs/reference/json.md.

    `writer` names the model whose words were asked for, None the template.
    """

    analysis_id: str
    kind: str
    brands: tuple[str, ...]
    job_id: str | None
    created_at: str
    as_of: str
    plans_digest: str
    written_by: str
    document: Mapping[str, Any]
    writer: str | None = None


def save_analysis(ledger: Ledger, analysis: StoredAnalysis) -> None:
    """Write an analysis, inside a transaction."""
    ledger.execute(
        f"INSERT INTO analyses ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
        (
            analysis.analysis_id,
            analysis.kind,
            json.dumps(analysis.brands),
            analysis.job_id,
            analysis.created_at,
            analysis.as_of,
            analysis.plans_digest,
            analysis.written_by,
            pack(json.dumps(analysis.document)),
            analysis.writer,
        ),
    )


def find_analysis(ledger: Ledger, text: str | None) -> StoredAnalysis:
    """Return the analysis whose id begins with `text`; the newest for None or `last`.

    Raises:
        UnknownName: there is none.
    """
    prefix = "" if text in (None, "last") else str(text).strip().lower()
    rows = _rows_of_prefix(ledger, prefix) if prefix else _newest_rows(ledger, 1)
    if not rows:
        wanted = f"no analysis id begins with {text!r}" if prefix else "there is no analysis yet"
        raise UnknownName(wanted, hint="make one: planwatch compare O2 Vodafone")
    if prefix and len(rows) > 1:
        raise UnknownName(f"several analysis ids begin with {text!r}", hint="add more letters")
    return _analysis(rows[0])


def list_analyses(ledger: Ledger, limit: int) -> list[StoredAnalysis]:
    """Return analyses, the newest first, in the order in which they were written."""
    return [_analysis(row) for row in _newest_rows(ledger, limit)]


def find_cached(
    ledger: Ledger,
    *,
    kind: str,
    brands: Sequence[str],
    plans_digest: str,
    writer: str | None = None,
) -> dict[str, str] | None:
    """Return the newest analysis of the same brands, plans and writer, None without one.

    Its id and who wrote it: `analysis_id`, `written_by`. Its document, which may be large, stays.
    """
    row = ledger.query_one(
        "SELECT analysis_id, written_by FROM analyses"
        " WHERE kind = ? AND brands = ? AND plans_digest = ? AND writer IS ?"
        " ORDER BY rowid DESC LIMIT 1",
        (kind, json.dumps(list(brands)), plans_digest, writer),
    )
    return None if row is None else dict(row)


def _newest_rows(ledger: Ledger, limit: int) -> list[sqlite3.Row]:
    return ledger.query(
        f"SELECT {_COLUMNS} FROM analyses ORDER BY rowid DESC LIMIT ?",  # noqa: S608 - a constant
        (limit,),
    )


def _rows_of_prefix(ledger: Ledger, prefix: str) -> list[sqlite3.Row]:
    first, after = range_of_prefix(prefix)
    return ledger.query(
        f"SELECT {_COLUMNS} FROM analyses WHERE rowid IN ("  # noqa: S608 - a constant
        " SELECT rowid FROM analyses WHERE analysis_id >= :first AND analysis_id < :after"
        " UNION SELECT rowid FROM analyses WHERE job_id = :first) ORDER BY rowid DESC LIMIT 2",
        {"first": first, "after": after},
    )


def _analysis(row: sqlite3.Row) -> StoredAnalysis:
    return StoredAnalysis(
        analysis_id=row["analysis_id"],
        kind=row["kind"],
        brands=tuple(json.loads(row["brands"])),
        job_id=row["job_id"],
        created_at=row["created_at"],
        as_of=row["as_of"],
        plans_digest=row["plans_digest"],
        written_by=row["written_by"],
        document=renew_document(unpack(row["document"])),
        writer=row["writer"],
    )
