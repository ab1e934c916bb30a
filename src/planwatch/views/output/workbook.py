"""Workbooks by XlsxWriter: tables whose figures are numbers, and whose text is never a formula.

The same content makes the same bytes. XlsxWriter is imported by who writes one alone.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from planwatch.domain.allowance import MB_PER_GB
from planwatch.domain.phrasing import MARKET_CURRENCY
from planwatch.errors import UsageError
from planwatch.printable import printable
from planwatch.views.output.web_link import find_link

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

UNLIMITED_TEXT: Final = "unlimited"
_MOST_ROWS: Final = 1_048_575  # of a sheet, below its head
_LONGEST_TEXT: Final = 32_767
_LONGEST_LINK: Final = 2_079
_MOST_LINKS: Final = 65_530  # of a sheet
_SIGNS: Final = {"GBP": "£", "EUR": "[$€]"}


class Money(NamedTuple):
    """An amount in the minor unit of its currency; `decimals` of the major unit are shown."""

    pence: float | None
    currency: str = MARKET_CURRENCY
    decimals: int = 2


class Day(NamedTuple):
    """A day, or the day of an instant, in ISO form."""

    iso: str | None


class Link(NamedTuple):
    """An address, which can be followed where it is of the web; else it is text."""

    address: str | None


class Marked(NamedTuple):
    """A value with a background, `#RRGGBB`, and a sign behind it."""

    value: float | str | None
    colour: str
    sign: str = ""


Value: TypeAlias = "str | float | bool | Money | Day | Link | Marked | None"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table on a sheet of its own, with a head that stays and filters.

    Attributes:
        columns: labels, each with its width in characters.
    """

    name: str
    columns: Sequence[tuple[str, float]]
    rows: Iterable[Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Page:
    """Lines on a sheet without one head for all, such as several small tables.

    Attributes:
        lines: of each its cells, and whether it is a head.
        widths: of the first columns, in characters.
    """

    name: str
    lines: Iterable[tuple[Sequence[Value], bool]]
    widths: Sequence[float]


def gigabytes(data_mb: int | None) -> float | str:
    """Return data as a number of GB; unlimited data is text."""
    return UNLIMITED_TEXT if data_mb is None else data_mb / MB_PER_GB


def write_workbook(
    sheets: Sequence[Sheet | Page],
    *,
    title: str,
    created: datetime,
    note: str | None = None,
) -> bytes:
    """Return a workbook.

    Args:
        created: the instant that its properties name.
        note: what a recorded market must say; it gets a sheet of its own.

    Raises:
        UsageError: a table has more rows than a sheet holds.
    """
    from xlsxwriter import Workbook  # nobody else waits for it

    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with Workbook(file, options) as book:
        instant = created.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        book.set_properties({"title": title, "author": "planwatch", "created": instant})
        notes = [Page("Note", [([note], False)], [100.0])] if note else []
        for sheet in [*sheets, *notes]:
            target = _Target(book, book.add_worksheet(sheet.name))
            if isinstance(sheet, Sheet):
                _write_table(target, sheet)
            else:
                _write_page(target, sheet)
    return file.getvalue()


@dataclass(slots=True)
class _Target:
    """A sheet that is written, and the formats of its workbook made so far."""

    book: Workbook
    sheet: Worksheet
    links: int = 0
    formats: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def format(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(properties)
        return self.formats[key]

    def write(self, row: int, column: int, value: Value, **look: Any) -> None:
        """Write one cell; nothing for what is not stated."""
        if isinstance(value, Marked):
            look |= {"bg_color": value.colour, "font_color": "#000000", "align": "right"}
            shown = f"{value.value}{value.sign}" if isinstance(value.value, str) else value.value
            if value.sign:
                look["num_format"] = f'General"{value.sign}"'
            self.write(row, column, shown, **look)
        elif isinstance(value, Money):
            pounds = None if value.pence is None else value.pence / 100
            self.write(row, column, pounds, **look, num_format=_money_format(value))
        elif isinstance(value, Day):
            if value.iso is not None:
                day = date.fromisoformat(value.iso[:10])
                look_of_day = self.format(**look, num_format="yyyy-mm-dd", align="left")
                self.sheet.write_datetime(row, column, day, look_of_day)
        elif isinstance(value, Link):
            self._write_link(row, column, value.address)
        elif isinstance(value, bool):
            self.write(row, column, "yes" if value else "no", **look)
        elif isinstance(value, int | float):
            self.sheet.write_number(row, column, value, self.format(**look))
        elif value:
            text = printable(value)[:_LONGEST_TEXT]
            self.sheet.write_string(row, column, text, self.format(**look))

    def _write_link(self, row: int, column: int, address: str | None) -> None:
        link = find_link(address)
        if link is None or len(link) > _LONGEST_LINK or self.links == _MOST_LINKS:
            self.write(row, column, address)
            return
        self.links += 1
        look = self.format(font_color="#0563C1", underline=1)
        self.sheet.write_url(row, column, link, look, string=link)


def _money_format(money: Money) -> str:
    code = money.currency
    is_code = code.isascii() and code.isalpha() and len(code) == 3
    sign = _SIGNS.get(code, f"[${code}] " if is_code else "")
    return f"{sign}#,##0.{'0' * money.decimals}"


def _write_table(target: _Target, table: Sheet) -> None:
    for column, (label, width) in enumerate(table.columns):
        target.sheet.set_column(column, column, width)
        target.write(0, column, label, bold=True, bottom=1, text_wrap=True, valign="top")
    last = 0
    for last, row in enumerate(table.rows, start=1):
        if last > _MOST_ROWS:
            raise UsageError(
                f"a sheet of a workbook holds {_MOST_ROWS:,} rows, and there are more",
                hint="write CSV, or use --limit",
            )
        for column, value in enumerate(row):
            target.write(last, column, value)
    target.sheet.freeze_panes(1, 0)
    target.sheet.autofilter(0, 0, last, len(table.columns) - 1)


def _write_page(target: _Target, page: Page) -> None:
    for column, width in enumerate(page.widths):
        target.sheet.set_column(column, column, width)
    for row, (cells, is_head) in enumerate(page.lines):
        for column, value in enumerate(cells):
            target.write(row, column, value, **({"bold": True} if is_head else {}))


def table_of(name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Sheet:
    """Return the rows of CSV as a sheet: pence as pounds, MB as GB, a list in one cell."""
    labels = [_label_of(column) for column in columns]
    return Sheet(
        name,
        [(label, max(10.0, len(label) + 3.0)) for label in labels],
        ([_value_of(row, column) for column in columns] for row in rows),
    )


def _label_of(column: str) -> str:
    label = column.replace("data_mb", "GB").replace("_pence", " (£)").replace("_", " ")
    return label[:1].upper() + label[1:]


def _value_of(row: Mapping[str, Any], column: str) -> Value:
    value = row.get(column)
    if column == "data_mb":
        return gigabytes(value)
    if column.endswith("_pence"):
        return Money(value, str(row.get("currency") or MARKET_CURRENCY))
    if column == "url":
        return Link(value)
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return value if isinstance(value, str | int | float | None) else str(value)
