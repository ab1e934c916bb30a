"""The settings on the screen: each with its value and its origin, or what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from planwatch.domain.phrasing import DASH, format_count
from planwatch.views.output.delivery import Content, as_text
from planwatch.views.output.streams import print_line
from planwatch.views.table.column import Column
from planwatch.views.table.table import FittingTable

if TYPE_CHECKING:
    from rich.console import Console

    from planwatch.services.maintenance.settings_check import SettingsState

_COLUMNS: Final = (
    Column("key", is_head=True),
    Column("value", folds=True),
    Column("origin", folds=True),
    Column("default", folds=True),
)
_FIELDS: Final = ("key", "value", "origin", "default", "is_secret")


def settings_content(records: Sequence[Mapping[str, Any]], *, only_changed: bool) -> Content:
    """Return the keys for `deliver`."""

    def draw(target: Console) -> None:
        if records:
            target.print(_table(records))
        else:
            target.print("Every setting is at its default.")

    return Content(
        record={"settings": list(records), "only_changed": only_changed},
        columns=_FIELDS,
        rows=records,
        draw=draw,
        tables=lambda: [_table(records)],
    )


def _table(records: Sequence[Mapping[str, Any]]) -> FittingTable:
    rows = [
        (
            record["key"],
            as_text(record["value"]) or DASH,
            record["origin"],
            "" if record["origin"] == "default" else as_text(record["default"]) or DASH,
        )
        for record in records
    ]
    return FittingTable(None, _COLUMNS, rows)


def print_settings_state(state: SettingsState) -> None:
    """Print each fault and each variable that nobody reads, in a line of its own."""
    for path in state.files:
        print_line(f"read: {path}")
    for fault in state.faults:
        print_line(f"fault: {fault}")
    for variable in state.unknown:
        nearest = f"; the nearest is {variable.nearest}" if variable.nearest else ""
        print_line(f"warning: nothing reads {variable.name}{nearest}")
    if state.faults:
        print_line(f"The settings are not valid: {format_count(len(state.faults), 'fault')}.")
    else:
        print_line("The settings are valid.")
