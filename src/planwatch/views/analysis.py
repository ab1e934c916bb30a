"""An analysis on the screen: the verdict first, then sections with their tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from planwatch.views.format import data, day, money, money_difference, percent, plain, term
from planwatch.views.tables import new_table, note_text

_FORMATS: Final[Mapping[str, Callable[[Any], str]]] = {
    "money": money,
    "money_diff": money_difference,
    "percent": percent,
    "data": data,
    "months": term,
    "date": day,
    "int": plain,
    "text": plain,
}
_LEFT: Final = frozenset({"text"})


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
    parts: list[RenderableType] = []
    if note:
        parts.append(note_text(note))
    title = " × ".join(document["brands"]) if document["kind"] == "compare" else "Market analysis"
    if document["kind"] == "analyse":
        title += f" for {document['focus']}"
    parts.append(
        Panel(
            Text(document["verdict"]),
            title=Text(title),  # a panel reads markup in a plain string whatever the console says
            title_align="left",
            subtitle=Text(f"plans as of {day(document['as_of'])}, words by the {written_by}"),
            subtitle_align="right",
            border_style="cyan",
        )
    )
    for finding in document["findings"]:
        parts.append(Text(f" • {finding}"))
    for section in document["sections"]:
        parts += ["", Text(section["title"], style="bold underline")]
        parts += [Text(sentence) for sentence in section["sentences"]]
        parts += [Padding(_table(table), (1, 0, 0, 0)) for table in section["tables"]]
    if document["caveats"]:
        parts += ["", Text("Caveats", style="bold underline")]
        parts += [Text(f" • {caveat}") for caveat in document["caveats"]]
    if document["left_out"]:
        parts += [
            "",
            f"{len(document['left_out'])} plans left out; --json lists them with reasons.",
        ]
    made = f"{created_at[:16].replace('T', ' ')} UTC"
    words = f"Cached, from {made}: no plan has changed; --refresh makes a new one."
    parts += ["", Text(words if cached else f"Made {made}.", style="dim")]
    return Group(*parts)


def _table(table: Mapping[str, Any]) -> Table:
    drawn = new_table(table["title"])
    columns: Sequence[Mapping[str, str]] = table["columns"]
    for column in columns:
        is_left = column["kind"] in _LEFT
        drawn.add_column(
            column["label"],
            justify="left" if is_left else "right",
            no_wrap=not is_left,
        )
    for row in table["rows"]:
        drawn.add_row(*(_cell(column, row) for column in columns))
    return drawn


def _cell(column: Mapping[str, str], row: Mapping[str, Any]) -> Text:
    text = _FORMATS[column["kind"]](row.get(column["key"]))
    style = ""
    if column["kind"] == "money_diff" and text[0] in "+−":
        style = "red" if text[0] == "+" else "green"
    return Text(text, style=style)
