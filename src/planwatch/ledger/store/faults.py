"""SQLite's errors as those of `errors.py`: a held, damaged, full or unwritable ledger."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from planwatch.errors import HomeError, LedgerBusy, LedgerDamaged, LedgerError, RowRefused

_LEAST_SPACE: Final = 65_536  # of the shared memory beside a ledger: 32 KB at a time
_DAMAGE_HINT: Final = (
    "put a backup in its place: planwatch restore FILE; planwatch doctor says what is wrong"
)


@contextlib.contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into the tree of `errors.py`."""
    try:
        yield
    except sqlite3.Error as error:
        raise translate(path, error) from error


_REFUSALS: Final = (
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
    sqlite3.DataError,
)


def translate(path: Path, error: sqlite3.Error) -> LedgerError | HomeError | RowRefused:
    """Return the error of the tree that says what one of SQLite means for the ledger."""
    if isinstance(error, _REFUSALS):
        return RowRefused(
            f"the ledger refused a row: {error}",
            hint="this is a bug in planwatch; the job's log has the details",
        )
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LedgerBusy(
            f"the ledger {path} is locked by another process",
            hint="try again in a moment; nothing was changed",
        )
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT) or _lacks_its_schema(error):
        return LedgerDamaged(f"the ledger {path} is damaged ({error})", hint=_DAMAGE_HINT)
    is_full = code == sqlite3.SQLITE_IOERR and not _has_space(path)
    if code == sqlite3.SQLITE_FULL or is_full:
        return LedgerError(
            f"no space left to write the ledger {path}", hint="free some space, then try again"
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return HomeError(
            f"cannot write the ledger {path} ({error})",
            hint="fix its permissions, or set PLANWATCH_HOME to a folder that you may write to",
        )
    return LedgerError(
        f"the ledger {path} failed: {error}",
        hint="check the disk and the system's log; nothing was changed",
    )


def _lacks_its_schema(error: sqlite3.Error) -> bool:
    """Tell whether a table, a column or a text is not there as every ledger of ours has it."""
    said = str(error)
    return said.startswith(("no such table: ", "no such column: ", "Could not decode to UTF-8"))


def _has_space(path: Path) -> bool:
    """Tell whether the file system has room left: SQLite may call a full one an I/O error."""
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return True
    return disk.f_bavail * disk.f_frsize > _LEAST_SPACE
