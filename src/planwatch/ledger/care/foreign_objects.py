"""What stands in a ledger that planwatch did not make: a trigger runs with every write of ours."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from planwatch.ledger.store.connection import Ledger
from planwatch.printable import printable

_OBJECTS: Final = (
    "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'trigger', 'view')"
    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name"
)


@dataclass(frozen=True, slots=True)
class ForeignObject:
    """A table, view or trigger that no migration made, or a view or trigger that was changed."""

    kind: str
    name: str


def find_foreign_objects(ledger: Ledger) -> list[ForeignObject]:
    """Return what is in the ledger beyond what the migrations make, in the order of kind, name."""
    import sqlite_utils  # takes 0.2 s to import

    from planwatch.ledger.store.migrations import MIGRATIONS

    with closing(sqlite3.connect(":memory:")) as fresh:
        MIGRATIONS.apply(sqlite_utils.Database(fresh))
        ours = {(kind, name): sql for kind, name, sql in fresh.execute(_OBJECTS)}
    return [
        ForeignObject(row["type"], printable(row["name"]))
        for row in ledger.query(_OBJECTS)
        if not _is_ours(ours, row)
    ]


def _is_ours(ours: dict[tuple[str, str], str], row: sqlite3.Row) -> bool:
    made = ours.get((row["type"], row["name"]))
    return made is not None and (row["type"] == "table" or made == row["sql"])
