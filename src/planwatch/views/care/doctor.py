"""What `doctor` found, group by group: each line with what mends it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from rich.padding import Padding
from rich.text import Text

from planwatch.domain.phrasing import format_count
from planwatch.views.output.delivery import Content
from planwatch.views.table.column import Column
from planwatch.views.table.table import FittingTable

if TYPE_CHECKING:
    from rich.console import Console

_STYLES: Final = {"ok": "green", "note": "cyan", "warning": "yellow", "fault": "bold red"}
_WIDTH: Final = 9
_FIELDS: Final = ("group", "name", "level", "said", "mends")
_COLUMNS: Final = tuple(Column(name, folds=name in ("said", "mends")) for name in _FIELDS)


def doctor_content(lines: Sequence[Mapping[str, Any]]) -> Content:
    """Return the lines for `deliver`."""
    counts = Counter(line["level"] for line in lines)
    return Content(
        record={"lines": list(lines), "counts": {level: counts[level] for level in _STYLES}},
        columns=_FIELDS,
        rows=lines,
        draw=lambda target: _draw(target, lines, counts),
        tables=lambda: [
            FittingTable(None, _COLUMNS, [[line[name] for name in _FIELDS] for line in lines])
        ],
    )


def _draw(target: Console, lines: Sequence[Mapping[str, Any]], counts: Counter[str]) -> None:
    for group, members in groupby(lines, key=lambda line: line["group"]):
        target.print(Text(group.capitalize(), "bold"))
        for line in members:
            head = Text(f"  {line['level']:<{_WIDTH}}", _STYLES[line["level"]])
            target.print(Text.assemble(head, (f"{line['name']}: ", "bold"), line["said"]))
            if line["mends"]:
                arrow = Text(f"\u2192 {line['mends']}", "bright_black")
                target.print(Padding(arrow, (0, 0, 0, _WIDTH + 2), expand=False))
    totals = [format_count(counts[level], level) for level in ("fault", "warning", "note")]
    target.print(Text(", ".join(totals), _STYLES["fault" if counts["fault"] else "ok"]))
