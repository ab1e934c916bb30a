"""One form of a table: which columns stand beside each other, above and below, and how wide.

Decides nothing about what to try next: forms.py does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from rich.text import Text

from planwatch.views.table.column import MARGIN, Column
from planwatch.views.table.text import (
    INDENT,
    LABEL_STYLE,
    Measure,
    fold,
    indent,
    is_empty,
    join_names,
)

if TYPE_CHECKING:
    from rich.console import Console

_LEAST_AIR_OF_WORDS: Final = 2
_MOST_LINES_A_ROW: Final = 2  # on average; more is read more easily in another form


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where the columns of a table stand, by their places; `air` is left free between two."""

    above: Sequence[int]
    beside: Sequence[int]
    below: Sequence[int]
    air: int

    @property
    def margin(self) -> int:
        """Columns left free before the columns that stand beside each other."""
        return MARGIN + INDENT if self.above else MARGIN


@dataclass(frozen=True, slots=True)
class Form:
    """An arrangement that a width holds."""

    arrangement: Arrangement
    columns: Sequence[Column]
    widths: Sequence[int]
    gaps: Sequence[int]
    width: int

    def draw(self, console: Console, rows: Sequence[Sequence[Text]]) -> list[Text] | None:
        """Return the lines; None if the rows fold so often that another form reads better."""
        notes = [place for place in self.arrangement.below if _says_something(place, rows)]
        labels = [Text(column.label, style="bold") for column in self.columns]
        head = self._name(console, labels) + self._line_up(console, labels, is_head=True)
        if len(notes) == 1:  # of several each says in its line which it is
            head += self._notes(console, labels, notes)
        lines = [*head, Text(" " * MARGIN + "─" * (self._rule_width(head) - MARGIN))]
        height = 0
        for row in rows:
            folded = self._line_up(console, row)
            height += len(folded)
            lines += [*self._name(console, row), *folded, *self._notes(console, row, notes)]
        return None if height > _MOST_LINES_A_ROW * len(rows) else lines

    def _rule_width(self, head: Sequence[Text]) -> int:
        table = self.arrangement.margin + sum(self.widths) + sum(self.gaps)
        return max([table, *(line.cell_len for line in head)])

    def _name(self, console: Console, row: Sequence[Text]) -> list[Text]:
        if not self.arrangement.above:
            return []
        name = join_names(row[place] for place in self.arrangement.above)
        return indent(fold(console, name, self.width - MARGIN), MARGIN)

    def _notes(self, console: Console, row: Sequence[Text], places: Sequence[int]) -> list[Text]:
        by, lines = MARGIN + INDENT, []
        for place in places:
            if is_empty(row[place]):
                continue
            note = row[place]
            if len(places) > 1:
                note = Text.assemble((f"{self.columns[place].label}: ", LABEL_STYLE), note)
            lines += fold(console, note, self.width - by)
        return indent(lines, by)

    def _line_up(
        self, console: Console, row: Sequence[Text], *, is_head: bool = False
    ) -> list[Text]:
        """Return the lines of a row; the labels of a head stand at its bottom."""
        cells = [
            fold(console, row[place], width)
            for place, width in zip(self.arrangement.beside, self.widths, strict=True)
        ]
        height = max(map(len, cells))
        padded = [
            [Text()] * (height - len(cell)) + cell
            if is_head
            else cell + [Text()] * (height - len(cell))
            for cell in cells
        ]
        return [self._line(parts) for parts in zip(*padded, strict=True)]

    def _line(self, parts: Sequence[Text]) -> Text:
        line = Text(" " * self.arrangement.margin)
        for place, part, width, gap in zip(
            self.arrangement.beside, parts, self.widths, (*self.gaps, 0), strict=True
        ):
            free = " " * (width - part.cell_len)
            is_right = self.columns[place].align == "right"
            line.append(free if is_right else "").append_text(part)
            line.append("" if is_right else free).append(" " * gap)
        line.rstrip()
        return line


def fit(
    arrangement: Arrangement, columns: Sequence[Column], measures: Sequence[Measure], width: int
) -> Form | None:
    """Return the arrangement at the width, None if the width does not hold it."""
    gaps = [
        _gap(arrangement.air, columns[left], columns[right])
        for left, right in pairwise(arrangement.beside)
    ]
    room = width - arrangement.margin - sum(gaps)
    widths = _share(room, [measures[place] for place in arrangement.beside])
    return None if widths is None else Form(arrangement, columns, widths, gaps, width)


def _says_something(place: int, rows: Sequence[Sequence[Text]]) -> bool:
    return not all(is_empty(row[place]) for row in rows)


def _gap(air: int, left: Column, right: Column) -> int:
    both_right = left.align == right.align == "right"
    return air if both_right else max(air, _LEAST_AIR_OF_WORDS)


def _share(room: int, measures: Sequence[Measure]) -> list[int] | None:
    """Return a width a column; None if there is no room.

    Labels of figures fold before words do; of the words the widest give way first.
    """
    if sum(column.least for column in measures) > room:
        return None
    if sum(column.natural for column in measures) <= room:
        return [column.natural for column in measures]
    widths = [min(column.natural, room) if column.folds else column.least for column in measures]
    while sum(widths) > room:
        yielding = [place for place, width in enumerate(widths) if width > measures[place].least]
        widths[max(yielding, key=widths.__getitem__)] -= 1
    return widths
