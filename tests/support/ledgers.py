"""What tests read from a ledger, by plain SQL: no code of ours stands between."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def reading(home: Path) -> Iterator[sqlite3.Connection]:
    """Open the ledger of a home for reading.

    With mode=rw: a read-only connection cannot open a WAL whose shared memory another process is
    just making or removing.
    """
    connection = sqlite3.connect(f"file:{home / 'ledger.db'}?mode=rw", uri=True, timeout=30)
    connection.row_factory = sqlite3.Row
    try:
        yield connection
    finally:
        connection.close()


def rows(home: Path, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Return the rows of one query as tuples."""
    with reading(home) as connection:
        return [tuple(row) for row in connection.execute(sql, parameters)]


def value(home: Path, sql: str, *parameters: Any) -> Any:
    """Return the first column of the first row, None without one."""
    found = rows(home, sql, *parameters)
    return found[0][0] if found else None
