"""A table of a document on the screen: one line a row at any width.

Where a terminal is too narrow, columns leave from the right; costs and gaps stay longest, and what
names the row never leaves. The caption names what left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.text import Text

from planwatch.views.report.cells import format_cell
from planwatch.views.report.labels import label_of, tone_of
from planwatch.views.table.column import Column
from planwatch.views.table.table import FittingTable

MOST_ROWS: Final = 60
"""Rows of one table on a screen; a market of 400 plans is for a program to read."""
_NAMING: Final = (
    ("data_mb", "term_months"),
    ("tier", "term"),
    ("brand", "plan"),
    ("brand", "name"),
    ("brand", "days"),
    ("day", "plan"),
    ("smaller", "larger"),
)
"""Pairs of first columns that name a row together; else the first one does."""
_STAY_LONGEST: Final = (
    "effective_pence",
    "a_effective_pence",
    "b_effective_pence",
    "focus_pence",
    "a_pence",
    "b_pence",
    "win_pence",
    "cut_pence",
    "gap_pence",
    "what",
    "reason",
    "text",
)
_PROSE: Final = "text"
_MAY_BE_LONG: Final = "reason"
STYLES: Final = {"good": "green", "bad": "red", "": ""}


def render_table(table: Mapping[str, Any], *, most: int = MOST_ROWS) -> FittingTable:
    """Return a table of a document.

    Args:
        most: rows; the caption says how many there are.
    """
    columns: Sequence[Mapping[str, str]] = table["columns"]
    heads = count_heads(columns)
    shown = table["rows"][:most]
    hidden = len(table["rows"]) - len(shown)
    return FittingTable(
        table["title"],
        [as_column(column, is_head=place < heads) for place, column in enumerate(columns)],
        [[as_cell(table, column, row) for column in columns] for row in shown],
        caption=f"showing {len(shown)} of {len(table['rows'])}; --json has all" if hidden else None,
        leaving=list_leaving(columns[heads:]),
    )


def as_column(column: Mapping[str, str], *, is_head: bool) -> Column:
    """Return a column of a document as one of a table."""
    is_text = column["kind"] == "text"
    return Column(
        label_of(column),
        align="left" if is_text else "right",
        is_head=is_head,
        folds=column["key"] == _PROSE,
        shortens=is_text and (is_head or column["key"] == _MAY_BE_LONG),
    )


def list_leaving(columns: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the labels of columns in the order in which they leave."""
    ordered = [column for column in reversed(columns) if column["key"] not in _STAY_LONGEST]
    last = [column for column in reversed(columns) if column["key"] in _STAY_LONGEST]
    return [label_of(column) for column in (*ordered, *last)]


def count_heads(columns: Sequence[Mapping[str, str]]) -> int:
    """Return how many of the first columns name a row."""
    return 2 if tuple(column["key"] for column in columns[:2]) in _NAMING else 1


def as_cell(table: Mapping[str, Any], column: Mapping[str, str], row: Mapping[str, Any]) -> Text:
    """Return a cell; a difference in the focus brand's costs has a colour beside its sign."""
    value = row.get(column["key"])
    return Text(format_cell(column, row), style=STYLES[tone_of(table, column, value)])
