"""An analysis on one screen: at most `MOST_LINES` lines where a line has 100 columns or more.

Whether to trust it, the verdict, three findings, what to do, one table with bars, and where the
rest is. What does not fit is said to be elsewhere; the whole: analysis.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from planwatch.views.market.analysis import (
    list_section_names,
    render_verdict,
    say_made,
    say_origin,
    say_trust,
    title_of,
)
from planwatch.views.market.report_table import as_cell, as_column, count_heads, list_leaving
from planwatch.views.report.advice import find_advice, heading_of
from planwatch.views.report.first_table import find_first_table, name_section
from planwatch.views.table.bar import WIDTH, render_bar
from planwatch.views.table.column import Column
from planwatch.views.table.styles import list_points
from planwatch.views.table.table import FittingTable

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

MOST_LINES: Final = 60
_COLUMNS: Final = 100
"""A narrower terminal takes as many lines as the same text needs there."""
_MOST_POINTS: Final = 3
_LINES_OF_A_VERDICT: Final = 5
_LINES_OF_A_POINT: Final = 4
_LINES_OF_A_NOTE: Final = 2
_POINT: Final = 3  # columns of a bullet
_PANEL: Final = 4  # columns of a panel's sides
_BARS: Final = (
    ("a_effective_pence", "b_effective_pence"),
    ("focus_pence", "market_pence"),
    ("a_pence", "b_pence"),
    ("effective_pence",),
)
"""Costs that get a bar: of the first entry whose keys the table has."""
_COMPARED: Final = "gap_pence"


@dataclass(frozen=True, slots=True, kw_only=True)
class OneScreen:
    """An analysis for `Console.print`.

    Args:
        cached: it stood already, over the same plans.
        note: what a recorded market must say, None for a real one.
        doubts: which sources are not to be trusted, '' for none.
        usage: what the words of a model took, '' for none.
    """

    analysis_id: str
    document: Mapping[str, Any]
    created_at: str
    written_by: str
    cached: bool = False
    note: str | None = None
    doubts: str = ""
    usage: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        scale = max(1.0, _COLUMNS / width)
        head = [*self._head(console, width, scale)]
        foot = [*self._foot(console, width, scale)]
        used = sum(len(console.render_lines(part, options, pad=False)) for part in (*head, *foot))
        yield from head
        yield from self._table(console, options, int(MOST_LINES * scale) - used)
        yield from foot

    def _head(self, console: Console, width: int, scale: float) -> Iterator[RenderableType]:
        document = self.document
        for line in say_trust(self.note, self.doubts):
            yield _cut(console, line, width, int(_LINES_OF_A_NOTE * scale))
        verdict = Text(str(document["verdict"]))
        yield render_verdict(
            _cut(console, verdict, width - _PANEL, int(_LINES_OF_A_VERDICT * scale)),
            title_of(document),
            say_origin(document, self.written_by),
        )
        most = int(_LINES_OF_A_POINT * scale)
        yield _points(console, document["findings"], width, most)
        advice, _ = find_advice(document)
        if advice:
            yield Text()
            yield Text(heading_of(self.document), style="bold underline")
            yield _points(console, advice, width, most)
        yield Text()

    def _foot(self, console: Console, width: int, scale: float) -> Iterator[RenderableType]:
        names = list_section_names(self.document)
        if names:
            show = f"planwatch show {self.analysis_id}"
            found = find_first_table(self.document)
            example = name_section(found[0]) if found else names[0]
            words = (
                f"Sections: {', '.join(names)}. One of them: {show} --section {example}; "
                f"everything: {show} --full"
            )
            yield _cut(console, Text(words), width, int(2 * _LINES_OF_A_NOTE * scale))
        for words in (say_made(self.created_at, cached=self.cached), self.usage):
            if words:
                yield _cut(console, Text(words, style="dim"), width, int(_LINES_OF_A_NOTE * scale))

    def _table(self, console: Console, options: ConsoleOptions, room: int) -> RenderResult:
        """Yield the table with as many rows as there is room for."""
        found = find_first_table(self.document)
        if found is None:
            return
        section, table = found
        is_ascii = options.ascii_only
        rows = table["rows"]
        whole = render_bars(table, rows, is_ascii=is_ascii)
        lines = len(console.render_lines(whole, options, pad=False))
        if lines <= room:
            yield whole
            return
        besides = len(console.render_lines(replace(whole, rows=[]), options, pad=False)) + 1
        kept = pick_rows(rows, max(room - besides, 1))
        drawn = render_bars(table, kept, is_ascii=is_ascii)
        more = f"{len(rows) - len(kept)} more: --section {name_section(section)}"
        yield replace(drawn, caption=more)


def pick_rows(rows: Sequence[Mapping[str, Any]], most: int) -> list[Mapping[str, Any]]:
    """Return so many rows in their order; those that compare two costs come before others."""
    places = sorted(range(len(rows)), key=lambda at: (rows[at].get(_COMPARED) is None, at))
    return [rows[at] for at in sorted(places[:most])]


def render_bars(
    table: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], *, is_ascii: bool
) -> FittingTable:
    """Return a table with a bar beside each cost, all of them to the scale of the dearest."""
    columns: Sequence[Mapping[str, str]] = table["columns"]
    keys = {column["key"] for column in columns}
    barred = next((each for each in _BARS if keys.issuperset(each)), ())
    most = max((row.get(key) or 0 for row in table["rows"] for key in barred), default=0)
    heads, scale = count_heads(columns), f"to £{most / 100:.0f}"
    drawn: list[Column] = []
    for place, column in enumerate(columns):
        drawn.append(as_column(column, is_head=place < heads))
        drawn += [Column(scale)] if column["key"] in barred else []
    cells = []
    for row in rows:
        line: list[Text] = []
        for column in columns:
            line.append(as_cell(table, column, row))
            if column["key"] in barred:
                bar = render_bar(row.get(column["key"]), most, is_ascii=is_ascii)
                line.append(Text(bar.ljust(WIDTH), style="cyan"))
        cells.append(line)
    leaving = list_leaving(columns[heads:])
    at = next((at for at, label in enumerate(leaving) if label in _costs(columns, barred)), 0)
    leaving.insert(at, scale)  # the bars leave before the costs that they draw
    return FittingTable(table["title"], drawn, cells, leaving=leaving)


def _costs(columns: Iterable[Mapping[str, str]], keys: Sequence[str]) -> set[str]:
    return {str(column["label"]) for column in columns if column["key"] in keys}


def _points(console: Console, points: Sequence[Any], width: int, most: int) -> RenderableType:
    return list_points(
        _cut(console, Text(_words_of(point)), width - _POINT, most).plain
        for point in points[:_MOST_POINTS]
    )


def _words_of(point: Any) -> str:
    """Return the words of a sentence, be it text or an object with a title and a body."""
    if not isinstance(point, Mapping):
        return str(point)
    body = next((point[key] for key in ("text", "body", "sentence") if point.get(key)), "")
    return f"{point.get('title') or ''} {body}".strip()


def _cut(console: Console, text: Text, width: int, most: int) -> Text:
    """Return the text, cut to so many lines and ended by `…` where it has more."""
    lines = text.wrap(console, max(width, 1))
    if len(lines) <= most:
        return text
    kept = Text(" ").join(line[: len(line.plain.rstrip())] for line in lines[:most])
    last = kept.plain.rfind(" ")
    return Text.assemble(kept[:last].plain.rstrip(" ,;:"), "…", style=text.style)
