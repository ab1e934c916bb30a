"""Labels above the values of a table whose cells stand below each other on a narrow screen.

They are rules of the page's style, one a column: as an attribute of each cell they would be a fifth
of a large page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_NARROW: Final = "@media screen and (max-width: 35rem)"  # as in report.css
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9 .%]")


class CellLabels:
    """The labels of the tables of one page, as they are drawn."""

    def __init__(self) -> None:
        """Begin with none."""
        self._classes: dict[tuple[str, ...], str] = {}

    def __call__(self, labels: Iterable[str]) -> str:
        """Return the class of a table whose columns have these labels."""
        key = tuple(labels)
        return self._classes.setdefault(key, f"l{len(self._classes) + 1}")

    def render_style(self) -> str:
        """Return the rules."""
        rules = [
            f'.{name} td:nth-child({place})::before{{content:"{_escape(label)}"}}'
            for labels, name in self._classes.items()
            for place, label in enumerate(labels, start=1)
            if label
        ]
        return f"{_NARROW}{{{''.join(rules)}}}" if rules else ""


def _escape(label: str) -> str:
    """Return a label for a string of CSS, whatever is in it."""
    return _UNSAFE.sub(lambda match: f"\\{ord(match[0]):x} ", label)
