"""Several plans' effective costs over time in a terminal: a letter a plan, and a legend.

A letter stands on every line, so that the chart can be read without colours, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, Final

from planwatch.domain.london import london_day
from planwatch.domain.phrasing import format_money, short_date

if TYPE_CHECKING:
    from rich.text import Text

_ROWS: Final = 10
_WIDEST: Final = 100
_LEAST: Final = 20
_COLOURS: Final = ("cyan", "magenta", "yellow", "green", "blue", "red")
_SHARED: Final = "*"

Events = Sequence[tuple[date, str]]


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan's cost at equal distances; None where it was not sold."""

    letter: str
    colour: str
    name: str
    values: Sequence[int | None]
    costs: str


def draw_history_chart(
    histories: Sequence[Mapping[str, Any]], width: int, *, is_plain: bool, events: Events = ()
) -> list[Text]:
    """Return the lines of the chart: title, costs, days, events and the legend.

    Args:
        histories: two at least, in one currency, with versions.
        is_plain: the stream has no line-drawing characters.
        events: days of the market and what happened on them; those beyond the chart are left out.
    """
    from rich.text import Text

    first = min(london_day(one["first_seen"]) for one in histories)
    last = max(london_day(one["last_seen"]) for one in histories)
    currency = histories[0]["versions"][-1]["currency"]
    labels_width = max(
        len(format_money(version["effective_pence"], currency))
        for one in histories
        for version in one["versions"]
    )
    columns = max(min(width, _WIDEST) - labels_width - 3, _LEAST)
    lines = _lines_of(histories, first, last, columns)
    known = [value for line in lines for value in line.values if value is not None]
    high, low = max(known), min(known)
    rows = _ROWS if high > low else 1
    grid = _fill(lines, columns, rows, high, low, is_plain=is_plain)
    chart = [Text("Effective cost a month", "bold")]
    for number, cells in enumerate(grid):
        pence = high - round((high - low) * number / max(rows - 1, 1))
        label = format_money(pence, currency) if number in (0, rows // 2, rows - 1) else ""
        bar = "|" if is_plain else "│"
        chart.append(Text.assemble(f"{label:>{labels_width}} {bar}", *cells))
    pad = " " * (labels_width + 2)
    ends = short_date(first.isoformat()), short_date(last.isoformat())
    if first == last:
        chart.append(Text(pad + ends[0]))
    else:
        chart.append(Text(f"{pad}{ends[0]:<{columns - len(ends[1])}}{ends[1]}"))
    chart += _draw_events(events, first, last, columns, pad, is_plain=is_plain)
    for line in lines:
        chart.append(
            Text.assemble(" ", (line.letter, f"bold {line.colour}"), f"  {line.name}: {line.costs}")
        )
    return chart


def _lines_of(
    histories: Sequence[Mapping[str, Any]], first: date, last: date, columns: int
) -> list[PlanLine]:
    span = (last - first).days
    days = [first + timedelta(days=round(span * at / max(columns - 1, 1))) for at in range(columns)]
    return [
        PlanLine(
            letter=ascii_uppercase[number % len(ascii_uppercase)],
            colour=_COLOURS[number % len(_COLOURS)],
            name=one["plan"],
            values=[_value_on(one, day) for day in days],
            costs=_say_costs(one["versions"]),
        )
        for number, one in enumerate(histories)
    ]


def _say_costs(versions: Sequence[Mapping[str, Any]]) -> str:
    first, last = (
        format_money(versions[place]["effective_pence"], versions[place]["currency"])
        for place in (0, -1)
    )
    return first if first == last else f"{first} → {last}"


def _value_on(history: Mapping[str, Any], day: date) -> int | None:
    """Return the cost of a day; None before the plan was seen, after it, and while it was gone."""
    if not london_day(history["first_seen"]) <= day <= london_day(history["last_seen"]):
        return None
    for gap in history["gaps"]:
        back = gap["relaunched_at"]
        if london_day(gap["withdrawn_at"]) <= day and (back is None or day < london_day(back)):
            return None
    begun = [each for each in history["versions"] if london_day(each["first_seen"]) <= day]
    return int((begun or history["versions"])[-1 if begun else 0]["effective_pence"])


def _fill(
    lines: Sequence[PlanLine], columns: int, rows: int, high: int, low: int, *, is_plain: bool
) -> list[list[tuple[str, str]]]:
    """Return the cells of each row, the highest cost first, each with its colour."""
    dash, bar = ("-", "|") if is_plain else ("─", "│")

    def place(value: int) -> int:
        return round((high - value) * (rows - 1) / (high - low)) if high > low else 0

    grid = [[(" ", "")] * columns for _ in range(rows)]
    every = max(columns // 4, 1)
    for number, line in enumerate(lines):
        for column, value in enumerate(line.values):
            if value is None:
                continue
            row = place(value)
            before = line.values[column - 1] if column else value
            is_edge = column in (0, columns - 1) or before != value
            if before is not None:
                for between in range(min(row, place(before)) + 1, max(row, place(before))):
                    if grid[between][column][0] == " ":
                        grid[between][column] = (bar, line.colour)
            is_marked = is_edge or column % every == every * (number + 1) // (len(lines) + 1)
            mark = line.letter if is_marked else dash
            taken = grid[row][column][0]
            if taken.isalpha() and mark == dash:
                continue
            if (taken.isalpha() or taken == _SHARED) and mark.isalpha():
                mark = _SHARED
            grid[row][column] = (mark, line.colour)
    return grid


def _draw_events(
    events: Events, first: date, last: date, columns: int, pad: str, *, is_plain: bool
) -> list[Text]:
    from rich.text import Text

    shown = [(day, said) for day, said in events if first <= day <= last]
    if not shown:
        return []
    row = [" "] * columns
    span = max((last - first).days, 1)
    sign = "^" if is_plain else "▲"
    for day, _ in shown:
        row[round((day - first).days * (columns - 1) / span)] = sign
    marks = Text(pad + "".join(row).rstrip())
    return [
        marks,
        *(Text(f" {sign}  {short_date(day.isoformat())}: {said}") for day, said in shown),
    ]
