"""Cells as Rich's text."""

from __future__ import annotations

from typing import Final

from rich.text import Text

from planwatch.domain.phrasing import DASH
from planwatch.views.table.column import Cell, Styled

LABEL_STYLE: Final = "bright_black"  # of a label beside what it names
INDENT: Final = 3  # of what stands below a row or its name


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
