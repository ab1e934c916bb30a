"""A table that fits the width at hand: nothing is cut or goes missing unsaid.

Rich draws it (drawing.py), in columns that a width holds (layout.py) or, where it holds none, in
blocks (blocks.py). Where nobody sees colours, views/output/plain.py writes the same without Rich.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planwatch.views.table.column import Cell, Column

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult


@dataclass(frozen=True, slots=True)
class FittingTable:
    """A table for `Console.print`.

    Args:
        rows: a cell a column each; strings are never read as markup.
        leaving: labels of the columns that may be left out, the least important first.
    """

    title: str | None
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    caption: str | None = None
    leaving: Sequence[str] = ()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        from planwatch.views.table.blocks import draw_blocks
        from planwatch.views.table.drawing import draw_table
        from planwatch.views.table.layout import choose_layout, find_left_out
        from planwatch.views.table.text import as_text

        width = options.max_width
        rows = [[as_text(cell) for cell in row] for row in self.rows]
        layout = choose_layout(console, self.columns, rows, self.leaving, width)
        left_out = find_left_out(layout, self.columns, rows) if layout else []
        words = [self.caption] if self.caption else []
        words += [f"left out to fit: {', '.join(left_out)}"] if left_out else []
        short = [self.columns[index].label for index in layout.shortened] if layout else []
        words += [f"shortened to fit: {', '.join(short)}"] if short else []
        if self.title:
            yield Text(self.title, style="bold")
        yield Text()
        if layout:
            yield from draw_table(layout, self.columns, rows)
        else:
            yield from draw_blocks(self.columns, rows, width)
        yield Text()
        if words:
            yield Text("; ".join(words), style="table.caption")
