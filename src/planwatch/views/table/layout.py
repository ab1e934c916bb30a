"""Which columns of a table stand beside each other at a width, and how wide each is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import TYPE_CHECKING, Final

from rich.measure import Measurement, measure_renderables
from rich.text import Text

from planwatch.views.table.column import GAP, Column
from planwatch.views.table.text import is_empty

if TYPE_CHECKING:
    from rich.console import Console

_UNBOUNDED: Final = 100_000
_LEAST_OF_WORDS: Final = 16
_LEAST_OF_A_NOTE: Final = 30
_LEAST_OF_A_SHORT_NAME: Final = 20
_MOST_LINES: Final = 3  # of a cell that is folded


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns by their index, and the width of each that stands beside the others.

    Attributes:
        below: notes, which get lines of their own below each row.
        gap: columns left free between two.
        shortened: columns whose cells do not all fit.
    """

    beside: Sequence[int]
    below: Sequence[int]
    widths: Sequence[int]
    gap: int
    shortened: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class _Measure:
    natural: int
    least: int
    folds: bool


def choose_layout(
    console: Console,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Text]],
    leaving: Sequence[str],
    width: int,
) -> Layout | None:
    """Return the fullest layout that the width holds, None if it holds none.

    Notes move below their rows first; then columns leave, in the order of `leaving`. Before the
    last one does, the columns that may be shortened are.
    """
    measures = [
        _measure(console, column, [row[index] for row in rows])
        for index, column in enumerate(columns)
    ]
    if not leaving or not any(column.shortens for column in columns):
        return _find_fullest(columns, measures, leaving, range(len(leaving) + 1), width)
    last = len(leaving) - 1
    whole = _find_fullest(columns, measures, leaving, range(last + 1), width)
    if whole is not None:
        return whole
    short = [
        replace(measure, least=min(measure.least, _LEAST_OF_A_SHORT_NAME), folds=True)
        if column.shortens
        else measure
        for column, measure in zip(columns, measures, strict=True)
    ]
    found = _find_fullest(columns, short, leaving, (last, last + 1), width)
    if found is None:
        return None
    shortened = [
        index
        for index, width in zip(found.beside, found.widths, strict=True)
        if columns[index].shortens and width < measures[index].natural
    ]
    return replace(found, shortened=shortened)


def _find_fullest(
    columns: Sequence[Column],
    measures: Sequence[_Measure],
    leaving: Sequence[str],
    counts: Iterable[int],
    width: int,
) -> Layout | None:
    """Return the first layout that fits, with so many of `leaving` gone as `counts` says."""
    notes = [index for index, column in enumerate(columns) if column.is_note]
    for below, count in product([[], notes] if notes else [[]], counts):
        beside = [
            index
            for index, column in enumerate(columns)
            if index not in below and column.label not in leaving[:count]
        ]
        for gap in _gaps([columns[index] for index in beside]):
            room = width - gap * len(beside) + 1
            widths = _share(room, [measures[index] for index in beside])
            if widths is not None:
                return Layout(beside, below, widths, gap)
    return None


def _gaps(beside: Sequence[Column]) -> Sequence[int]:
    """Return the gaps to try; one column alone sets figures off, but not words from words."""
    if not beside:
        return ()
    aligns = [column.align for column in beside]
    return (GAP, 2) if ("left", "left") in pairwise(aligns) else (GAP, 2, 1)


def find_left_out(
    layout: Layout, columns: Sequence[Column], rows: Sequence[Sequence[Text]]
) -> list[str]:
    """Return the labels of the columns that say something and are not shown."""
    return [
        column.label
        for index, column in enumerate(columns)
        if index not in (*layout.beside, *layout.below)
        and not all(is_empty(row[index]) for row in rows)
    ]


def _measure(console: Console, column: Column, cells: Iterable[Text]) -> _Measure:
    """Return the width that a column would like, and the least that it can be read at."""
    options = console.options.update_width(_UNBOUNDED)
    label = Measurement.get(console, options, Text(column.label))
    body = measure_renderables(console, options, list(cells))
    natural = max(label.maximum, body.maximum)
    if not (column.folds or column.is_note):
        return _Measure(natural, max(label.minimum, body.maximum), folds=False)
    is_long_note = column.is_note and natural > _LEAST_OF_A_NOTE
    floor = _LEAST_OF_A_NOTE if is_long_note else _LEAST_OF_WORDS
    least = min(natural, max(floor, -(-natural // _MOST_LINES)))
    return _Measure(natural, max(least, label.minimum, body.minimum), folds=True)


def _share(room: int, measures: Sequence[_Measure]) -> list[int] | None:
    """Return a width for each column; None if there is no room.

    Labels of figures fold before words do; of the words the widest give way first.
    """
    if sum(column.least for column in measures) > room:
        return None
    if sum(column.natural for column in measures) <= room:
        return [column.natural for column in measures]
    widths = [min(column.natural, room) if column.folds else column.least for column in measures]
    while sum(widths) > room:
        yielding = [index for index, width in enumerate(widths) if width > measures[index].least]
        widths[max(yielding, key=widths.__getitem__)] -= 1
    return widths
