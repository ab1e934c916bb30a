"""A table that fits the width at hand: nothing is cut, and nothing goes missing unsaid.

Says what is in it. Which of its forms a width holds: forms.py, which needs Rich; how it looks where
nobody sees colours: views/output/plain.py, which does not.
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

        from planwatch.views.table.forms import Forms
        from planwatch.views.table.text import as_text, fold

        width = options.max_width
        cells = [[as_text(cell) for cell in row] for row in self.rows]
        body, left_out = Forms(self.columns, self.leaving).draw(console, cells, width)
        words = [self.caption] if self.caption else []
        words += [f"left out to fit: {', '.join(left_out)}"] if left_out else []
        if self.title:
            yield from fold(console, Text(self.title, style="bold"), width)
        yield from (Text(), *body, Text())
        if words:
            yield from fold(console, Text("; ".join(words), style="table.caption"), width)
