"""The look that all tables share, and the words and colours of outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rich import box
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
}
FRESHNESS_STYLES: Final = {"fresh": "green", "ageing": "yellow", "stale": "red", "none": "dim"}


def new_table(title: str | None, *, caption: str | None = None) -> Table:
    """Return an empty table in the house's look."""
    return Table(
        title=title,
        caption=caption,
        title_justify="left",
        caption_justify="left",
        title_style="bold",
        header_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )


def note_text(note: str) -> Text:
    """Return what a recorded market must say."""
    return Text(note, style="yellow")


def print_note(target: Console, note: str | None) -> None:
    """Print what a recorded market must say, nothing for a real one."""
    if note:
        target.print(note_text(note))


def error_text(error: Mapping[str, Any]) -> Text:
    """Return an error and what to do next, for the foot of a view."""
    text = Text(str(error["message"]), style="red")
    if error.get("hint"):
        text.append(f"\n{error['hint']}", style="default")
    return text
