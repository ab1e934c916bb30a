"""Cells as Rich's text: how wide they are, and how they fold at their words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.text import Text

from planwatch.domain.phrasing import DASH
from planwatch.views.table.column import Cell, Column, Styled

if TYPE_CHECKING:
    from rich.console import Console

LABEL_STYLE: Final = "bright_black"  # of a label beside what it names
INDENT: Final = 2  # of what stands below a row or its name
_LEAST_OF_WORDS: Final = 16
_LEAST_OF_A_NOTE: Final = 30
_MOST_LINES_OF_A_NOTE: Final = 3


@dataclass(frozen=True, slots=True)
class Measure:
    """How wide a column would like to be, and the least that it can be read at."""

    natural: int
    least: int
    folds: bool


def as_text(cell: Cell) -> Text:
    """Return the cell as one line of text; what is a string is never read as markup."""
    if isinstance(cell, Styled):
        text = Text.assemble(*cell.parts, style=cell.style)
    else:
        text = Text(cell) if isinstance(cell, str) else cell
    if not any(mark in text.plain for mark in "\n\r\t"):
        return text
    return Text(" ".join(text.plain.split()), style=text.style)


def is_empty(cell: Text) -> bool:
    """Tell whether the cell says nothing; a dash is *not stated*."""
    return cell.plain.strip() in ("", DASH)


def measure(column: Column, cells: Iterable[Text]) -> Measure:
    """Return the widths of a column over its label and its cells."""
    label, texts = Text(column.label), list(cells)
    widest = max((text.cell_len for text in texts), default=0)
    natural = max(label.cell_len, widest)
    if column.is_note and natural > _LEAST_OF_A_NOTE:
        floor = max(_LEAST_OF_A_NOTE, -(-natural // _MOST_LINES_OF_A_NOTE))
    elif column.folds:
        floor = _LEAST_OF_WORDS
    else:
        return Measure(natural, max(widest, _longest_word([label])), folds=False)
    least = max(min(natural, floor), _longest_word([label, *texts]))
    return Measure(natural, least, folds=True)


def _longest_word(texts: Iterable[Text]) -> int:
    return max((Text(word).cell_len for text in texts for word in text.plain.split()), default=0)


def fold(console: Console, text: Text, width: int) -> list[Text]:
    """Return the lines of a text; only a word wider than the width is broken."""
    if text.cell_len <= width:
        return [text]
    lines = list(text.wrap(console, max(1, width), overflow="fold"))
    for line in lines:
        line.rstrip()
    return lines


def indent(lines: Iterable[Text], by: int) -> list[Text]:
    return [Text.assemble(" " * by, line) if line else line for line in lines]


def join_names(cells: Iterable[Text]) -> Text:
    """Return the name of a row, or the labels of what names one, in a line."""
    names = [cell for cell in cells if not is_empty(cell)]
    name = Text("  ").join(names) if names else Text(DASH)
    name.stylize("bold")
    return name
