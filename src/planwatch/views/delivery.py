"""What a reading command hands out: a table for a person, JSON, CSV or Markdown, here or in a file.

A command gives one record, the rows and columns of its table, and a function that draws it. Rich is
imported by that function alone.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planwatch.errors import UsageError
from planwatch.printable import printable
from planwatch.views.markdown import escape, grid
from planwatch.views.output import (
    as_document,
    console,
    print_json,
    print_line,
    print_message,
    write_text,
)

if TYPE_CHECKING:
    from rich.console import Console

    from planwatch.views.fitting import FittingTable

FORMATS: Final = ("table", "json", "csv", "md")
_ENDINGS: Final = {".json": "json", ".csv": "csv", ".md": "md", ".markdown": "md"}
_STARTS_FORMULA: Final = ("=", "+", "-", "@", "−", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet may read as the beginning of a formula, full-width forms included."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The form of what is handed out, and the file that gets it; None is standard output."""

    form: str
    path: Path | None

    @property
    def is_table(self) -> bool:
        return self.form == "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a command has found.

    Attributes:
        record: the JSON document, without its schema version.
        columns: names of the columns of CSV, the units in them.
        rows: a record for each row; a column that it lacks is empty. A list is joined by `; `.
        draw: prints everything for a person.
        tables: gives the tables in it, for Markdown.
        note: what a recorded market must say.
    """

    record: Mapping[str, Any]
    columns: Sequence[str]
    rows: Sequence[Mapping[str, Any]]
    draw: Callable[[Console], None]
    tables: Callable[[], Sequence[FittingTable]]
    note: str | None = None


def read_delivery(form: str | None, path: Path | None, *, as_json: bool) -> Delivery:
    """Return what the options ask for; a file's ending tells its form where no option does.

    Raises:
        UsageError: no such form, or two at once.
    """
    if form is not None and form not in FORMATS:
        raise UsageError(f"--format {form!r} is none", hint=f"use {', '.join(FORMATS)}")
    if as_json and form not in (None, "json"):
        raise UsageError(f"--json and --format {form} at once", hint="leave one of the two out")
    ending = _ENDINGS.get(path.suffix.lower()) if path else None
    return Delivery("json" if as_json else form or ending or "table", path)


def deliver(delivery: Delivery, content: Content) -> None:
    """Print or write what was found.

    Raises:
        UsageError: the file cannot be written.
    """
    if delivery.path is None:
        _print(delivery.form, content)
        return
    text = _render(delivery.form, content)
    write_text(delivery.path, text)
    print_message(f"Written: {delivery.path} ({len(text.encode()) / 1000:.0f} kB)")


def _print(form: str, content: Content) -> None:
    if form == "table":
        content.draw(console())
    elif form == "json":
        print_json(content.record, note=content.note)
    else:
        print_line(_render(form, content).rstrip("\n"))
        if content.note and form == "csv":
            print_message(f"planwatch: {content.note}")  # CSV has no place for it


def _render(form: str, content: Content) -> str:
    if form == "json":
        return as_document(content.record, note=content.note)
    if form == "csv":
        return render_csv(content.columns, content.rows)
    if form == "md":
        return render_tables(content.tables(), note=content.note)
    drawn = io.StringIO()
    content.draw(console(drawn))
    return drawn.getvalue()


def render_csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as CSV (RFC 4180, lines end in LF); text that looks like a formula gets a `'`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_guarded(row.get(column)) for column in columns] for row in rows)
    return text.getvalue()


def render_tables(tables: Sequence[FittingTable], *, note: str | None = None) -> str:
    """Return the tables that a person sees as Markdown, each with its title and caption."""
    parts = [f"> {escape(note)}"] if note else []
    for table in tables:
        rules = ["---:" if column.align == "right" else "---" for column in table.columns]
        rows = [
            [cell if isinstance(cell, str) else cell.plain for cell in row] for row in table.rows
        ]
        parts += [f"## {escape(table.title)}"] if table.title else []
        parts.append(grid([column.label for column in table.columns], rules, rows))
        parts += [escape(table.caption)] if table.caption else []
    return "\n\n".join(parts) + "\n"


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def as_text(value: Any) -> str:
    """Return a JSON value as a cell: nothing for what is not stated, a list in one cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "; ".join(as_text(each) for each in value)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    return printable(str(value))


def _guarded(value: Any) -> str:
    text = as_text(value)
    if not _is_figure(value) and text.lstrip(" ").startswith(_STARTS_FORMULA):
        return f"'{text}"
    return text
