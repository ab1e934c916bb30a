"""The end of `planwatch demo`: what was done, what changed, what it means, how to go on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text

from planwatch.views.care.demo_there import say_next
from planwatch.views.jobs.status import render_status
from planwatch.views.market.changes import render_net_moves
from planwatch.views.table.styles import list_points, print_note

if TYPE_CHECKING:
    from rich.console import Console

    from planwatch.home import Home
    from planwatch.services.maintenance.demo import Demo


def print_demo(target: Console, demo: Demo, home: Home, *, named: bool, present: datetime) -> None:
    """Print it.

    Args:
        named: PLANWATCH_HOME names the home already, so no `export` line is needed.
    """
    target.print()
    print_note(target, demo.note)
    target.print(render_status(demo.status, present))
    target.print(render_net_moves(demo.changes, total=len(demo.changes)))
    for analysis in reversed(demo.analyses):
        title = " × ".join(analysis.brands)
        target.print(Text(f"{analysis.kind} {title}", style="bold"))
        target.print(Text(str(analysis.document["verdict"])))
        target.print(list_points(analysis.document["findings"]))
        target.print()
    for line in say_next(home, named=named):
        target.print(Text(line), soft_wrap=True)
