"""What the generated pages share: their first line and Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

GENERATED: Final = "<!-- Generated from the code. Do not edit: run `make docs`. -->"


def build_page(*parts: str) -> str:
    """Return a page of parts with an empty line between them."""
    return "\n\n".join([GENERATED, *(part.strip("\n") for part in parts if part)]) + "\n"


def build_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; a bar in a cell is escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )
