"""A table that fits the width at hand: nothing is cut, and nothing goes missing unsaid.

Owns the choice of its form: the house's table; the same with notes below the rows, less air, and
without what may leave, which the caption names; names above the figures; at last blocks.
How they are drawn: layout.py, blocks.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.text import Text

from planwatch.views.table.blocks import draw_blocks
from planwatch.views.table.column import Cell, Column, as_text, fold, is_empty, measure
from planwatch.views.table.layout import Arrangement, fit

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

_AIR: Final = (3, 2)  # columns left free between two, in the order of trying
_LEAST_AIR: Final = 1  # between figures only, before an arrangement is given up


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
        width = options.max_width
        cells = [[as_text(cell) for cell in row] for row in self.rows]
        body, left_out = self._draw(console, cells, width)
        words = [self.caption] if self.caption else []
        words += [f"left out to fit: {', '.join(left_out)}"] if left_out else []
        if self.title:
            yield from fold(console, Text(self.title, style="bold"), width)
        yield from (Text(), *body, Text())
        if words:
            yield from fold(console, Text("; ".join(words), style="table.caption"), width)

    def _draw(
        self, console: Console, rows: Sequence[Sequence[Text]], width: int
    ) -> tuple[list[Text], list[str]]:
        """Return the lines of the fullest form that fits, and what it leaves out."""
        measures = [
            measure(column, [row[place] for row in rows])
            for place, column in enumerate(self.columns)
        ]
        for arrangement in self._arrangements():
            form = fit(arrangement, self.columns, measures, width)
            lines = form.draw(console, rows) if form else None
            if lines is not None:
                return lines, self._left_out(arrangement, rows)
        return draw_blocks(console, self.columns, rows, width), []

    def _arrangements(self) -> Iterator[Arrangement]:
        """Yield what may be tried, the fullest first; something stands beside in each."""
        places = range(len(self.columns))
        notes = [place for place in places if self.columns[place].is_note]
        heads = [place for place in places if self.columns[place].is_head]
        if notes:
            yield from self._leave_one_by_one([], [], _AIR)
        yield from self._leave_one_by_one([], notes, (*_AIR, _LEAST_AIR))
        if heads:
            yield from self._leave_one_by_one(heads, notes, (*_AIR, _LEAST_AIR))

    def _leave_one_by_one(
        self, above: Sequence[int], below: Sequence[int], airs: Sequence[int]
    ) -> Iterator[Arrangement]:
        for count in range(len(self.leaving) + 1):
            beside = self._beside(above, below, self.leaving[:count])
            is_last = count == len(self.leaving)
            for air in airs if beside else ():
                if air > _LEAST_AIR or is_last:
                    yield Arrangement(above, beside, below, air)

    def _beside(self, above: Sequence[int], below: Sequence[int], gone: Sequence[str]) -> list[int]:
        return [
            place
            for place, column in enumerate(self.columns)
            if place not in above and place not in below and column.label not in gone
        ]

    def _left_out(self, arrangement: Arrangement, rows: Sequence[Sequence[Text]]) -> list[str]:
        return [
            column.label
            for place, column in enumerate(self.columns)
            if place not in (*arrangement.above, *arrangement.beside, *arrangement.below)
            and not all(is_empty(row[place]) for row in rows)
        ]
