"""An analysis on the screen: the verdict first, then sections with their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from planwatch.domain.job_kinds import ANALYSE, COMPARE
from planwatch.domain.london import show_time
from planwatch.domain.phrasing import short_date
from planwatch.views.report.cells import format_value
from planwatch.views.table.column import Column
from planwatch.views.table.styles import list_points, note_text
from planwatch.views.table.table import FittingTable

MOST_ROWS: Final = 60
"""Rows of one table on a screen; a market of 400 plans is for a program to read."""
_KEY_KINDS: Final = frozenset({"data", "months"})  # what names a row that has no words


def render_analysis(
    document: Mapping[str, Any],
    *,
    created_at: str,
    written_by: str,
    cached: bool,
    note: str | None,
) -> Group:
    """Return the whole analysis.

    Args:
        cached: it stood already, over the same plans.
        note: what a recorded market must say, None for a real one.
    """
    title = " × ".join(document["brands"]) if document["kind"] == COMPARE else "Market analysis"
    if document["kind"] == ANALYSE:
        title += f" for {document['focus']}"
    subtitle = f"plans as of {short_date(document['as_of'])}, words by {say_writer(written_by)}"
    made = show_time(created_at)
    words = f"Cached, from {made}: no plan has changed; --refresh makes a new one."
    return Group(
        render_document(document, title=title, subtitle=subtitle, note=note),
        "",
        Text(words if cached else f"Made {made}.", style="dim"),
    )


def render_document(
    document: Mapping[str, Any], *, title: str, subtitle: str, note: str | None
) -> Group:
    """Return a document: the verdict in a panel, findings, sections, caveats."""
    parts: list[RenderableType] = []
    if note:
        parts.append(note_text(note))
    parts.append(
        Panel(
            Text(document["verdict"]),
            title=Text(title),  # a panel reads markup in a plain string whatever the console says
            title_align="left",
            subtitle=Text(subtitle),
            subtitle_align="right",
            border_style="cyan",
        )
    )
    parts.append(list_points(document["findings"]))
    if document.get("actions"):  # older documents have none
        parts += ["", Text(document.get("advice_title", "What to do"), style="bold underline")]
        parts.append(list_points(document["actions"]))
    for section in document["sections"]:
        parts += ["", Text(section["title"], style="bold underline")]
        parts += [Text(sentence) for sentence in section["sentences"]]
        for table in section["tables"]:
            if table["rows"]:
                parts += ["", _table(table)]
    if document["caveats"]:
        parts += ["", Text("Caveats", style="bold underline")]
        parts.append(list_points(document["caveats"]))
    return Group(*parts)


def say_writer(written_by: str) -> str:
    """Return who wrote an analysis, as it stands in a sentence."""
    return "model and template" if written_by == "mixed" else f"the {written_by}"


def _table(table: Mapping[str, Any]) -> FittingTable:
    columns: Sequence[Mapping[str, str]] = table["columns"]
    heads = _count_heads([column["kind"] for column in columns])
    shown = table["rows"][:MOST_ROWS]
    hidden = len(table["rows"]) - len(shown)
    return FittingTable(
        table["title"],
        [
            Column(column["label"], folds=True, is_head=place < heads)
            if column["kind"] == "text"
            else Column(column["label"], align="right", is_head=place < heads)
            for place, column in enumerate(columns)
        ],
        [[_cell(column, row) for column in columns] for row in shown],
        caption=f"showing {len(shown)} of {len(table['rows'])}; --json has all" if hidden else None,
    )


def _count_heads(kinds: Sequence[str]) -> int:
    """Return how many of the first columns name a row: words, or else its data and term."""
    naming = {"text"} if kinds[0] == "text" else _KEY_KINDS
    return next((place for place, kind in enumerate(kinds) if kind not in naming), len(kinds))


def _cell(column: Mapping[str, str], row: Mapping[str, Any]) -> Text:
    text = format_value(column["kind"], row.get(column["key"]))
    style = ""
    if column["kind"] == "money_diff" and text[0] in "+−":
        style = "red" if text[0] == "+" else "green"
    return Text(text, style=style)
