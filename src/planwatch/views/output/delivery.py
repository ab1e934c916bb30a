"""What a reading command hands out: a table for a person, JSON, CSV, Markdown, a page, a workbook.

A command gives one record, the rows and columns of its table, and a function that draws it. Rich is
imported by that function alone.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planwatch.errors import UsageError
from planwatch.output_file import find_descriptor, write_parts
from planwatch.printable import printable
from planwatch.views.output.markdown import escape, grid
from planwatch.views.output.streams import (
    console,
    document_parts,
    print_line,
    print_message,
    print_parts,
)

if TYPE_CHECKING:
    from rich.console import Console

    from planwatch.views.table.table import FittingTable

FORMATS: Final = ("table", "json", "csv", "md")
REPORT_FORMATS: Final = (*FORMATS, "html")
XLSX: Final = "xlsx"
TABLE_FORMATS: Final = (*FORMATS, XLSX)
MARKET_FORMATS: Final = (*REPORT_FORMATS, XLSX)
_STREAMED: Final = ("json", "csv")
PROMETHEUS: Final = "prometheus"
_ENDINGS: Final = {
    ".json": "json",
    ".csv": "csv",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".xlsx": XLSX,
    ".prom": PROMETHEUS,
    ".txt": "table",
}
_SAID_OF: Final = {"html": "an HTML page", XLSX: "a workbook"}
_INTO_FILE: Final = {"html": "--html -o report.html", XLSX: "-o market.xlsx"}
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
        listed: the list in the document that `rows` are, where they are written one by one.
        columns: names of the columns of CSV, the units in them.
        rows: a record for each row; a column that it lacks is empty. A list is joined by `; `.
        draw: prints everything for a person.
        tables: gives the tables in it, for Markdown.
        note: what a recorded market must say.
        opening: the first lines for a person, where they say more than that.
        md: gives Markdown of its own, for what is more than its tables.
        html: gives a page, where there is one.
        xlsx: gives a workbook, where there is one.
        remarks: clauses that the other forms have a place for, and CSV has not.
    """

    record: Mapping[str, Any]
    columns: Sequence[str]
    rows: Iterable[Mapping[str, Any]]
    draw: Callable[[Console], None]
    tables: Callable[[], Sequence[FittingTable]] = tuple
    note: str | None = None
    opening: str | None = None
    md: Callable[[], str] | None = None
    html: Callable[[], str] | None = None
    xlsx: Callable[[], bytes] | None = None
    remarks: Sequence[str] = ()
    listed: str | None = None


def read_delivery(
    form: str | None,
    path: Path | None,
    *,
    as_json: bool = False,
    html: bool = False,
    md: bool = False,
    formats: Sequence[str] = FORMATS,
) -> Delivery:
    """Return what the options ask for; a file's ending tells its form where no option does.

    Args:
        as_json, html, md: short forms of --format.
        formats: what the command has.

    Raises:
        UsageError: no such form, or two at once; an ending that tells none; or a page or a
            workbook for a terminal.
    """
    if form is not None and form not in formats:
        raise UsageError(f"unknown format {form!r}", hint=f"use {', '.join(formats)}")
    shorts = {"html": html, "md": md, "json": as_json}
    short, *others = [*(name for name, given in shorts.items() if given), None]
    if short and others[0]:
        raise UsageError(
            f"--{short} and --{others[0]} cannot be combined",
            hint="ask for one of them, then for the other",
        )
    if short and form not in (None, short):
        raise UsageError(
            f"--{short} and --format {form} cannot be combined", hint="leave one of the two out"
        )
    chosen = short or form or _form_of(path, formats)
    if chosen in _SAID_OF and path is None and sys.stdout.isatty():
        raise UsageError(
            f"a terminal cannot show {_SAID_OF[chosen]}",
            hint=f"write it to a file: {_INTO_FILE[chosen]}",
        )
    return Delivery(chosen, path)


def _form_of(path: Path | None, formats: Sequence[str]) -> str:
    ending = "" if path is None else _ending_of(path)
    if path is None or (not ending and is_stream(path)):
        return "table"
    form = _ENDINGS.get(ending, "")
    if form in formats:
        return form
    known = ", ".join(ending for ending, each in _ENDINGS.items() if each in formats)
    raise UsageError(
        f"{path} would be {_SAID_OF[form]}, and this command writes none"
        if form in _SAID_OF
        else f"the format of {path} is unknown",
        hint=f"add --format, or use one of the endings {known}",
    )


def _ending_of(path: Path) -> str:
    """Return the ending of a name in lower case; `.csv` alone is an ending, too."""
    is_ending = path.name.startswith(".") and not path.suffix
    return (path.name if is_ending else path.suffix).lower().rstrip(".")


def is_stream(path: Path) -> bool:
    """Tell whether a path is a device, a pipe or an open descriptor, which have no ending."""
    if find_descriptor(path) is not None:
        return True
    return path.exists() and not path.is_file() and not path.is_dir()


def deliver(delivery: Delivery, content: Content) -> None:
    """Print or write what was found.

    Raises:
        UsageError: the file cannot be written.
    """
    if delivery.path is None:
        _print(delivery.form, content)
    else:
        size = write_parts(delivery.path, _bytes_of(delivery.form, content))
        print_message(f"Written: {delivery.path} ({size / 1000:.0f} kB)")
    if delivery.form == "csv":
        for remark in content.remarks:
            print_message(f"planwatch: {remark}.")


def _print(form: str, content: Content) -> None:
    if form == "table":
        content.draw(console())
    elif form == XLSX:
        sys.stdout.buffer.writelines(_bytes_of(form, content))
    elif form in _STREAMED:
        print_parts(_parts_of(form, content))
        if content.note and form == "csv":
            print_message(f"planwatch: {content.note}")  # CSV has no place for it
    else:
        print_line(_render(form, content).rstrip("\n"))


def _bytes_of(form: str, content: Content) -> Iterator[bytes]:
    if form == XLSX and content.xlsx:
        return iter((content.xlsx(),))
    return (part.encode() for part in _parts_of(form, content))


def _parts_of(form: str, content: Content) -> Iterator[str]:
    """Yield what is to be written; of JSON and CSV a row at a time."""
    if form == "json":
        rows = (content.listed, content.rows) if content.listed else None
        return document_parts(content.record, note=content.note, rows=rows)
    if form == "csv":
        return csv_parts(content.columns, content.rows)
    return iter((_render(form, content),))


def _render(form: str, content: Content) -> str:
    if form == "html" and content.html:
        return content.html()
    if form == "md" and content.md:
        return content.md()
    if form == "md":
        return render_tables(content.tables(), note=content.opening or content.note)
    drawn = io.StringIO()
    content.draw(console(drawn))
    return drawn.getvalue()


def csv_parts(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield rows as CSV (RFC 4180, lines end in LF), line by line.

    Text that looks like a formula gets a `'`.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        yield text.getvalue()
        text.seek(0)
        text.truncate()
        writer.writerow([_guarded(row.get(column)) for column in columns])
    yield text.getvalue()


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
