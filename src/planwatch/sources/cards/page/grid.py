"""A table as rows and columns: which header stands over a cell, which cells reach down.

Cells that span rows are repeated in each of them, so that every row can be read by itself.
"""

from __future__ import annotations

import re
from typing import Any, Final

_BARE_NUMBER: Final = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,2})?")
_UNIT_IN_LABEL: Final = re.compile(r"[£€$]|\b(?:GB|MB|Go|kr|zł|CHF|EUR|GBP)\b")
_CELL_ROLES: Final = frozenset({"cell", "gridcell", "columnheader", "rowheader"})
_FEW_COLUMNS: Final = 2
_MOST_ROWS: Final = 500
_MOST_COLUMNS: Final = 60
_VALUE: Final = re.compile(r"[0-9]|unlimited|[£€✓✔✗✘]", re.I)


class Grid:
    """The rows of one table, without those of tables inside its cells."""

    def __init__(self, table: Any) -> None:
        self.rows: list[Any] = _rows_of(table)[:_MOST_ROWS]
        self._children: dict[Any, list[Any]] = {}
        self._columns: dict[tuple[Any, Any], int] = {}
        self._fill()
        self._header = self._find_header()
        if not self._header and max(self._columns.values(), default=0) < _FEW_COLUMNS:
            self._children = {}  # a table that only sets a price: nothing is to be repeated

    def children_of(self, element: Any) -> list[Any]:
        """Return the children of a row with the cells that reach into it from above."""
        found = self._children.get(element)
        return list(element) if found is None else found

    def label_of(self, row: Any, cell: Any) -> str:
        """Return the texts of the headers of a cell's column and row; "" for a header itself."""
        column = self._columns.get((row, cell))
        cells = self._children.get(row) or [part for part in row if _is_cell(part)]
        if column is None or not cells:
            return ""
        labels = []
        if row is not self.rows[0]:
            labels.append(self._header.get(column, ""))
        first = _text_of(cells[0])
        if cells[0] is not cell and (_is_header(cells[0]) or not _VALUE.search(first)):
            labels.append(first)
        return " | ".join(filter(None, labels))

    @staticmethod
    def with_unit(text: str, label: str) -> str:
        """Return a bare number with the unit that its header names: "Data (GB)", "Price (£)"."""
        units = set(_UNIT_IN_LABEL.findall(label))
        if len(units) != 1 or not _BARE_NUMBER.fullmatch(text.strip()):
            return text
        unit = units.pop()
        return f"{unit}{text.strip()}" if unit in "£€$" else f"{text.strip()} {unit}"

    def _fill(self) -> None:
        reaching: dict[int, tuple[int, Any]] = {}  # column → rows left, cell
        for row in self.rows:
            shown: list[Any] = []
            waiting = [cell for cell in row if _is_cell(cell)]
            column = 0
            while (waiting or any(at >= column for at in reaching)) and column < _MOST_COLUMNS:
                if column in reaching:
                    left, cell = reaching.pop(column)
                    shown.append(cell)
                    self._columns.setdefault((row, cell), column)
                    if left > 1:
                        reaching[column] = (left - 1, cell)
                    column += 1
                    continue
                if not waiting:
                    column += 1
                    continue
                cell = waiting.pop(0)
                shown.append(cell)
                self._columns[(row, cell)] = column
                width, height = _span(cell, "colspan"), _span(cell, "rowspan")
                if height > 1:
                    reaching[column] = (height - 1, cell)
                column += width
            self._children[row] = shown or list(row)

    def _find_header(self) -> dict[int, str]:
        if len(self.rows) < 2:
            return {}
        row = self.rows[0]
        cells = self._children[row]
        texts = [_text_of(cell) for cell in cells]
        if len(cells) < 2:
            return {}  # a row over all columns heads a group of rows, not columns
        if all(_is_header(cell) for cell in cells[1:]) or not any(map(_VALUE.search, texts)):
            header: dict[int, str] = {}
            for cell, text in zip(cells, texts, strict=True):
                at = self._columns.get((row, cell), 0)
                for column in range(at, at + _span(cell, "colspan")):
                    header[column] = text
            return header
        return {}


def _rows_of(table: Any) -> list[Any]:
    rows = []
    stack = list(reversed(list(table)))
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str) or element.tag == "table":
            continue
        if element.tag == "tr" or element.get("role") == "row":
            rows.append(element)
        elif not _is_cell(element):
            stack.extend(reversed(list(element)))
    return rows


def _is_cell(element: Any) -> bool:
    return element.tag in ("td", "th") or (
        isinstance(element.tag, str) and element.get("role") in _CELL_ROLES
    )


def _is_header(cell: Any) -> bool:
    return cell.tag == "th" or cell.get("role") in ("columnheader", "rowheader")


def _span(cell: Any, name: str) -> int:
    digits = (cell.get(name) or "1").strip()
    return max(1, min(int(digits), _MOST_COLUMNS)) if digits.isdecimal() else 1


def _text_of(cell: Any) -> str:
    return " ".join("".join(cell.itertext()).split())
