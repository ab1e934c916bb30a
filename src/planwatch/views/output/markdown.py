"""Text and tables of GitHub's Markdown, in which scraped words mean nothing but themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|!~&$@])")
_STARTS_BLOCK: Final = re.compile(r"^(\s*)([-+=>]|\d+[.)])")
_ADDRESS: Final = re.compile(r"(?i):(?=//)|(?<=www)\.")


def escape(text: str) -> str:
    """Return text on one line that means nothing to Markdown: no markup, no table, no link."""
    flat = " ".join(text.split())
    safe = _SPECIAL.sub(r"\\\1", flat)
    safe = _ADDRESS.sub(lambda match: f"\\{match[0]}", safe)
    return _STARTS_BLOCK.sub(lambda match: f"{match[1]}{_guard(match[2])}", safe)


def _guard(start: str) -> str:
    return f"{start[:-1]}\\{start[-1]}"


def grid(heads: Sequence[str], rules: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; heads and cells are escaped here.

    Args:
        rules: of each column `---`, or `---:` for figures.
    """
    lines = [line(map(escape, heads)), line(rules)]
    return "\n".join([*lines, *(line(map(escape, row)) for row in rows)])


def line(cells: Iterable[str]) -> str:
    """Return one row of a table, of cells that are Markdown already."""
    return f"| {' | '.join(cells)} |"
