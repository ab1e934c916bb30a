"""What `planwatch changes` prints for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from planwatch.domain.phrasing import short_date
from planwatch.views.market.market import render_changes
from planwatch.views.table.styles import print_note

if TYPE_CHECKING:
    from rich.console import Console

    from planwatch.ledger.plans.changes import ChangeFilter


def print_changes(
    target: Console,
    changes: Sequence[Mapping[str, Any]],
    *,
    wanted: ChangeFilter,
    limit: int,
    note: str | None,
    anything: bool = True,
) -> None:
    """Print what moved within a period; an empty table says so in words.

    Args:
        anything: whether the ledger ever had a plan.
    """
    print_note(target, note)
    if changes:
        target.print(render_changes(changes[:limit], total=len(changes)))
        return
    period = f"since {short_date(wanted.since)}"
    if wanted.until is not None:
        period = f"from {short_date(wanted.since)} to {short_date(wanted.until)}"
    if wanted.has_any:
        target.print(f"No change {period} passes the filter.")
    else:
        target.print(
            f"No plan has changed {period}."
            if anything
            else "No plans yet. Collect them: planwatch scrape --wait (or try: planwatch demo)"
        )
