"""A table in a layout, drawn by Rich; notes without room beside their rows stand below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from planwatch.views.table.column import Column
from planwatch.views.table.layout import Layout
from planwatch.views.table.text import INDENT, LABEL_STYLE, is_empty

if TYPE_CHECKING:
    from rich.console import RenderableType


def draw_table(
    layout: Layout, columns: Sequence[Column], rows: Sequence[Sequence[Text]]
) -> Iterator[RenderableType]:
    """Yield the head with the rows up to the first note, the note, the rows up to the next."""
    table = _begin(layout, columns, show_header=True)
    for row in rows:
        table.add_row(*(row[index] for index in layout.beside))
        notes = [index for index in layout.below if not is_empty(row[index])]
        if notes:
            yield table
            table = _begin(layout, columns, show_header=False)
        for index in notes:
            note = Text.assemble((f"{columns[index].label}: ", LABEL_STYLE), row[index])
            yield Padding.indent(note, INDENT)
    if table.rows or table.show_header:
        yield table


def _begin(layout: Layout, columns: Sequence[Column], *, show_header: bool) -> Table:
    """Return a table without rows; of each gap, one column is the box of Rich, one stands left."""
    padding = (0, max(0, layout.gap - 2), 0, min(1, layout.gap - 1))
    table = Table(box=SIMPLE_HEAD, show_edge=False, show_header=show_header, padding=padding)
    for index, width in zip(layout.beside, layout.widths, strict=True):
        column, is_short = columns[index], index in layout.shortened
        table.add_column(
            Text(column.label),
            justify=column.align,
            width=width,
            overflow="ellipsis" if is_short else "fold",
            no_wrap=is_short,
        )
    return table
