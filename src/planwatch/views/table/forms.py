"""The forms of a table, the fullest first, until one fits the width.

The house's table; the same with notes below the rows, less air, and without what may leave; names
above the figures; at last blocks. Drawn by layout.py and blocks.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from planwatch.views.table.blocks import draw_blocks
from planwatch.views.table.column import AIR, Column
from planwatch.views.table.layout import Arrangement, fit
from planwatch.views.table.text import is_empty, measure

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_AIRS: Final = (AIR, 2)  # columns left free between two, in the order of trying
_LEAST_AIR: Final = 1  # between figures only, before an arrangement is given up


@dataclass(frozen=True, slots=True)
class Forms:
    """What a table may look like; `leaving` as in `FittingTable`."""

    columns: Sequence[Column]
    leaving: Sequence[str]

    def draw(
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
            yield from self._leave_one_by_one([], [], _AIRS)
        yield from self._leave_one_by_one([], notes, (*_AIRS, _LEAST_AIR))
        if heads:
            yield from self._leave_one_by_one(heads, notes, (*_AIRS, _LEAST_AIR))

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
