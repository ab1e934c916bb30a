"""Structure of a report as JSON: sections with sentences and tables, and the tables' columns.

Views render it. A column's kind (text, money, money_diff, percent, data, months,
date, int, share) tells a view how to print its raw values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

Record = dict[str, Any]
Column = tuple[str, str, str]

SECTION_KEYS: Final = ("id", "title", "sentences", "tables")
"""What a section of a document has; a checkpoint keeps its facts and lines beside them."""


def build_table(
    table_id: str, title: str, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]
) -> Record:
    """Return a table; its rows keep what the columns show.

    Args:
        rows: with `ids`, if there are any: for the key of a column the id of the fact or of the
            plan that the cell shows.
    """
    keys = [key for key, _, _ in columns]
    return {
        "id": table_id,
        "title": title,
        "columns": [{"key": key, "label": label, "kind": kind} for key, label, kind in columns],
        "rows": [_keep(keys, row) for row in rows],
    }


def _keep(keys: Sequence[str], row: Mapping[str, Any]) -> Record:
    ids = row.get("ids") or {}
    shown = {key: ids[key] for key in keys if key in ids and row[key] is not None}
    return {**{key: row[key] for key in keys}, **({"ids": shown} if shown else {})}


def build_section(
    section_id: str, title: str, sentences: Sequence[str], tables: Sequence[Record]
) -> Record:
    return {
        "id": section_id,
        "title": title,
        "sentences": list(sentences),
        "tables": list(tables),
    }
