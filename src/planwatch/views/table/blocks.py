"""Rows as short blocks, for a table that is too wide for the terminal.

A block is a line that names the row, then `label value` pairs below it. What is not stated is
skipped. No pair is broken that fits a line, no figure at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rich.padding import Padding
from rich.text import Text

from planwatch.domain.phrasing import DASH
from planwatch.views.table.column import Column
from planwatch.views.table.text import INDENT, LABEL_STYLE, is_empty

if TYPE_CHECKING:
    from rich.console import RenderableType

_BETWEEN: Final = Text(" · ", style=LABEL_STYLE)


def draw_blocks(
    columns: Sequence[Column], rows: Sequence[Sequence[Text]], width: int
) -> Iterator[RenderableType]:
    """Yield the labels of what the first line of a block holds, a rule, the blocks."""
    heads = [index for index, column in enumerate(columns) if column.is_head] or [0]
    yield Padding.indent(_join_names(Text(columns[index].label) for index in heads), 1)
    yield Text("─" * width)
    for row in rows:
        pairs = [
            _pair(column, cell, width - INDENT)
            for index, (column, cell) in enumerate(zip(columns, row, strict=True))
            if index not in heads and not is_empty(cell)
        ]
        yield Padding.indent(_join_names(row[index] for index in heads), 1)
        yield Padding.indent(_fill(pairs, width - INDENT), INDENT)


def _join_names(cells: Iterable[Text]) -> Text:
    names = [cell for cell in cells if not is_empty(cell)]
    name = Text("  ").join(names) if names else Text(DASH)
    name.stylize("bold")
    return name


def _pair(column: Column, cell: Text, width: int) -> Text:
    """Return a pair; a figure that does not fit beside its label gets a line of its own."""
    label = Text(column.label, style=LABEL_STYLE)
    pair = Text.assemble(label, " ", cell)
    return pair if column.folds or pair.cell_len <= width else Text.assemble(label, "\n", cell)


def _fill(pairs: Iterable[Text], width: int) -> Text:
    """Return lines filled with pairs; a pair that is wider than a line has lines of its own."""
    lines: list[Text] = []
    for pair in pairs:
        if lines and lines[-1].cell_len + _BETWEEN.cell_len + pair.cell_len <= width:
            lines[-1] = Text.assemble(lines[-1], _BETWEEN, pair)
        else:
            lines.append(pair)
    return Text("\n").join(lines) if lines else Text(DASH)
