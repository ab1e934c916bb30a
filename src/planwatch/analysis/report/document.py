"""Structure of a report as JSON: sections with sentences and tables, and the tables' columns.

Views render it. A column's kind (text, money, money_diff, percent, data, months,
date, int, share) tells a view how to print its raw values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

Record = dict[str, Any]
Column = tuple[str, str, str]

COMPARABLE_PENCE: Final = "comparable_pence"
"""How the keys of comparable costs end."""

SECTION_KEYS: Final = ("id", "title", "sentences", "tables")
"""What a section of a document has; a checkpoint keeps its facts and lines beside them."""


def build_table(
    table_id: str, title: str, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]
) -> Record:
    """Return a table; its rows keep what the columns show.

    A column of comparable costs is left out where no row has one.

    Args:
        rows: with `ids`, if there are any: for the key of a column the id of the fact or of the
            plan that the cell shows; and with `by_rule`, keys of columns with a cost that rests on
            rises which the page does not print.
    """
    rows = list(rows)
    columns = [
        column
        for column in columns
        if not column[0].endswith(COMPARABLE_PENCE)
        or any(row[column[0]] is not None for row in rows)
    ]
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
    by_rule = [key for key in row.get("by_rule") or () if key in keys]
    return {
        **{key: row[key] for key in keys},
        **({"by_rule": by_rule} if by_rule else {}),
        **({"ids": shown} if shown else {}),
    }


def has_cost_by_rule(document: Mapping[str, Any]) -> bool:
    """Tell whether a table of a document shows a cost that rests on derived steps."""
    return any(
        row.get("by_rule")
        for section in document.get("sections") or ()
        for table in section.get("tables") or ()
        for row in table.get("rows") or ()
    )


def build_section(
    section_id: str, title: str, sentences: Sequence[str], tables: Sequence[Record]
) -> Record:
    return {
        "id": section_id,
        "title": title,
        "sentences": list(sentences),
        "tables": list(tables),
    }
