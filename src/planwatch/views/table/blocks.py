"""Rows as short blocks, for a table that no width at hand would hold.

A block is a line that names the row, then `label value` pairs below it. What is not stated is
skipped. No pair is broken that fits a line, no figure at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.text import Text

from planwatch.domain.phrasing import DASH
from planwatch.views.table.column import MARGIN, Column
from planwatch.views.table.text import (
    INDENT,
    LABEL_STYLE,
    fold,
    indent,
    is_empty,
    join_names,
)

if TYPE_CHECKING:
    from rich.console import Console

_BETWEEN: Final = Text(" · ", style=LABEL_STYLE)
_LINES_WITHOUT_AIR: Final = 2  # a name and one line of figures set themselves off


def draw_blocks(
    console: Console, columns: Sequence[Column], rows: Sequence[Sequence[Text]], width: int
) -> list[Text]:
    """Return the lines: what the first line of a block holds, a rule, the blocks."""
    heads = [place for place, column in enumerate(columns) if column.is_head] or [0]
    legend = join_names(Text(columns[place].label) for place in heads)
    blocks = [_block(console, columns, heads, row, width - MARGIN) for row in rows]
    is_airy = any(len(block) > _LINES_WITHOUT_AIR for block in blocks)
    head = fold(console, legend, width - MARGIN)
    longest = max(line.cell_len for block in [head, *blocks] for line in block)
    lines = [*head, Text("─" * longest)]
    for number, block in enumerate(blocks):
        lines += [Text()] if number and is_airy else []
        lines += block
    return indent(lines, MARGIN)


def _block(
    console: Console,
    columns: Sequence[Column],
    heads: Sequence[int],
    row: Sequence[Text],
    width: int,
) -> list[Text]:
    name = join_names(row[place] for place in heads)
    pairs = [
        _pair(console, columns[place], cell, width - INDENT)
        for place, cell in enumerate(row)
        if place not in heads and not is_empty(cell)
    ]
    details = _fill(pairs, width - INDENT) or [Text(DASH)]
    return [*fold(console, name, width), *indent(details, INDENT)]


def _pair(console: Console, column: Column, cell: Text, width: int) -> list[Text]:
    """Return a pair, in more than one line only where it fits none."""
    label = Text(column.label, style=LABEL_STYLE)
    pair = Text.assemble(label, " ", cell)
    if column.folds or pair.cell_len <= width:
        return fold(console, pair, width)
    return [*fold(console, label, width), *fold(console, cell, width)]


def _fill(pairs: Sequence[list[Text]], width: int) -> list[Text]:
    """Return lines filled with pairs."""
    lines: list[Text] = []
    has_room = False
    for pair in pairs:
        is_whole = len(pair) == 1
        together = Text.assemble(lines[-1], _BETWEEN, pair[0]) if has_room and is_whole else None
        if together and together.cell_len <= width:
            lines[-1] = together
        else:
            lines += pair
        has_room = is_whole
    return lines
