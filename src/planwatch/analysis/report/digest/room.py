"""The lines of a digest's first screen by their headings, cut to the room that there is.

Reads a document; needs no formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

HEADINGS: Final = {
    "move": "moves",
    "basket": "baskets",
    "dominated": "our_plans",
    "further_behind": "our_plans",
    "not_dominated": "our_plans",
    "consider": "consider",
    "not_read": "not_read",
}
"""By the kind of a line, the heading that it stands under."""
_LABELS: Final = {
    "moves": "Moves",
    "baskets": "Baskets",
    "our_plans": "Our plans",
    "consider": "Consider",
    "not_read": "Not read",
}


@dataclass(frozen=True, slots=True)
class LinesOfHeading:
    """The lines of one heading, as records, and how many more there are."""

    label: str
    lines: tuple[Mapping[str, Any], ...]
    more: int = 0

    @property
    def texts(self) -> list[str]:
        """The words of each line, and how many more there are."""
        said = [str(line["text"]) for line in self.lines]
        return [*said, self.say_more()] if self.more else said

    def say_more(self) -> str:
        return f"And {self.more} more."


def lines_by_heading(document: Mapping[str, Any]) -> list[LinesOfHeading]:
    """Return the lines of a digest by their headings; none where it has no first screen."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for line in document.get("first_screen") or ():
        found.setdefault(HEADINGS[line["kind"]], []).append(line)
    more = document.get("first_screen_more") or {}
    return [
        LinesOfHeading(_LABELS[heading], tuple(lines), more.get(heading, 0))
        for heading, lines in found.items()
    ]


def fit_lines(
    found: Iterable[LinesOfHeading], fits: Callable[[list[LinesOfHeading]], bool]
) -> list[LinesOfHeading]:
    """Return the lines cut until they fit, or until each heading has one left."""
    kept = list(found)
    while not fits(kept):
        at = max(range(len(kept)), key=lambda place: len(kept[place].lines), default=None)
        if at is None or len(kept[at].lines) < 2:
            break
        longest = kept[at]
        kept[at] = replace(longest, lines=longest.lines[:-1], more=longest.more + 1)
    return kept
