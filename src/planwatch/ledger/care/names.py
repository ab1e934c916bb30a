"""Names of what a ledger holds, for shell completion: read-only, quick, and silent about trouble.

Unlike connection.py it creates, migrates and waits for nothing.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Final
from urllib.parse import quote

_TIMEOUT_S: Final = 0.2
_MOST: Final = 200
_JOBS: Final = (
    "SELECT job_id, kind || ' ' || status || ' ' || substr(created_at, 1, 16) FROM jobs"
    " WHERE job_id LIKE ? ESCAPE '\\' ORDER BY rowid DESC LIMIT ?"
)
_ANALYSES: Final = (
    "SELECT analysis_id, kind || ' ' || substr(created_at, 1, 16) FROM analyses"
    " WHERE analysis_id LIKE ? ESCAPE '\\' ORDER BY rowid DESC LIMIT ?"
)
_PLANS: Final = (
    "SELECT DISTINCT plan_key, brand FROM plans WHERE plan_key LIKE ? ESCAPE '\\'"
    " ORDER BY plan_key LIMIT ?"
)
_PLAN_IDS: Final = (
    "SELECT source || ':' || plan_key, brand FROM plans"
    " WHERE source || ':' || plan_key LIKE ? ESCAPE '\\' ORDER BY 1 LIMIT ?"
)
_BRANDS: Final = (
    "SELECT DISTINCT brand, brand FROM plans WHERE brand LIKE ? ESCAPE '\\' ORDER BY brand LIMIT ?"
)

Names = list[tuple[str, str]]


def job_names(path: Path, prefix: str) -> Names:
    """Return ids of jobs that begin so, the newest first, each with what it is."""
    return _read(path, _JOBS, prefix)


def analysis_names(path: Path, prefix: str) -> Names:
    """Return ids of analyses that begin so, the newest first, each with what it is."""
    return _read(path, _ANALYSES, prefix)


def plan_names(path: Path, prefix: str) -> Names:
    """Return plan keys that begin so, each with its brand."""
    return _read(path, _PLANS, prefix)


def plan_ids(path: Path, prefix: str) -> Names:
    """Return ids of plans, source and key, that begin so, each with its brand."""
    return _read(path, _PLAN_IDS, prefix)


def brand_names(path: Path) -> list[str]:
    """Return the display names of the brands in the ledger."""
    return [name for name, _ in _read(path, _BRANDS, "")]


def _read(path: Path, sql: str, prefix: str) -> Names:
    escaped = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    address = f"file:{quote(str(path))}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=_TIMEOUT_S)) as opened:
            return [(str(a), str(b)) for a, b in opened.execute(sql, (f"{escaped}%", _MOST))]
    except (sqlite3.Error, UnicodeError):
        return []  # absent, locked, damaged or foreign: a shell is told nothing
