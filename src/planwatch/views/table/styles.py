"""The words and colours of outcomes, notes and errors. How a table looks: table.py.

Rich is imported where it is needed: a list of jobs in a pipe does without.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

OUTCOME_STYLES: Final = {
    "ok": "green",
    "unchanged": "green",
    "partial": "yellow",
    "suspicious": "yellow",
    "needs_browser": "yellow",
    "broken_layout": "bold red",
    "blocked": "red",
    "robots_denied": "red",
    "network": "red",
    "machine": "red",
}
NOTE_STYLE: Final = "yellow"
FRESHNESS_STYLES: Final = {"fresh": "green", "ageing": "yellow", "stale": "red", "none": "dim"}


def note_text(note: str) -> Text:
    """Return what a recorded market must say."""
    from rich.text import Text

    return Text(note, style=NOTE_STYLE)


def print_note(target: Console, note: str | None) -> None:
    """Print what a recorded market must say, nothing for a real one."""
    if note:
        target.print(note_text(note))


def list_points(points: Iterable[str]) -> Table:
    """Return sentences as a list; their further lines stand under the first."""
    from rich.table import Table
    from rich.text import Text

    listed = Table.grid()
    listed.add_column(no_wrap=True)
    listed.add_column(overflow="fold")
    for point in points:
        listed.add_row(" • ", Text(point))
    return listed


def error_text(error: Mapping[str, Any]) -> Text:
    """Return an error and what to do next, for the foot of a view."""
    from rich.text import Text

    text = Text(str(error["message"]), style="red")
    if error.get("hint"):
        text.append(f"\n{error['hint']}", style="default")
    return text
