"""Text and tables for an output that is no terminal: the lines that Rich would draw, without Rich.

Rich takes a quarter of `status` to import. It still draws what is folded, or takes more than one
column a character, or must look otherwise: for the environment, or a stream without a rule.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from planwatch.views.output.streams import WIDTH_OF_A_PIPE, console, is_screen
from planwatch.views.table.column import GAP, Column, Styled
from planwatch.views.table.table import FittingTable

if TYPE_CHECKING:
    from planwatch.views.table.column import Cell

Part: TypeAlias = str | Styled | FittingTable
_READ_BY_RICH: Final = ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE")
_FIRST_WIDE: Final = "\u0300"  # combining characters; those before take one column each
_ONE_COLUMN: Final = frozenset("─━╌–−—×·•…€≤")


class _NeedsRich(Exception):
    """A line is too wide, or its width is not the number of its characters."""


def print_parts(parts: Sequence[Part]) -> None:
    """Print text and tables on stdout, one below the other."""
    if not is_screen(sys.stdout) and not _is_styled_by_rich():
        try:
            text = "".join(f"{line}\n" for part in parts for line in _lines_of(part))
        except _NeedsRich:
            pass
        else:
            sys.stdout.write(text)
            return
    from planwatch.views.table.text import as_text

    target = console()
    for part in parts:
        target.print(part if isinstance(part, FittingTable) else as_text(part))


def _is_styled_by_rich() -> bool:
    """Tell whether Rich would draw otherwise: because of the environment or the encoding."""
    is_unicode = (sys.stdout.encoding or "utf-8").lower().startswith("utf")
    return not is_unicode or any(map(os.environ.get, _READ_BY_RICH))


def _lines_of(part: Part) -> Iterator[str]:
    if not isinstance(part, FittingTable):
        yield _checked(_plain(part))
        return
    if part.title:
        yield _checked(part.title)
    yield ""
    yield from _body(part.columns, [[_plain(cell) for cell in row] for row in part.rows])
    yield ""
    if part.caption:
        yield _checked(part.caption)


def _body(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the head, a rule and the rows, each column as wide as its widest cell."""
    labels = [column.label for column in columns]
    widths = [max(map(len, cells)) for cells in zip(labels, *rows, strict=True)]
    yield _line(columns, widths, labels)
    yield _checked("─" * (sum(widths) + GAP * len(widths) - 1))
    for row in rows:
        yield _line(columns, widths, row)


def _line(columns: Sequence[Column], widths: Sequence[int], cells: Sequence[str]) -> str:
    """Return a line as Rich pads it: a column free on each side of a cell, and one between."""
    padded = [
        cell.rstrip().rjust(width) if column.align == "right" else cell.ljust(width)
        for column, width, cell in zip(columns, widths, cells, strict=True)
    ]
    return _checked(f" {(' ' * GAP).join(padded)} ")


def _plain(cell: Cell) -> str:
    text = cell if isinstance(cell, str) else cell.plain
    return " ".join(text.split()) if any(mark in text for mark in "\n\r\t") else text


def _checked(line: str) -> str:
    """Return the line.

    Raises:
        _NeedsRich: it is not as wide as it has characters, or is wider than the output.
    """
    is_plain = line.isprintable() and all(
        mark < _FIRST_WIDE or mark in _ONE_COLUMN for mark in {*line}
    )
    if not is_plain or len(line) > WIDTH_OF_A_PIPE:
        raise _NeedsRich
    return line
