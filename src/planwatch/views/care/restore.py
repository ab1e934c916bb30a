"""What `restore` put in place, in plain lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planwatch.domain.phrasing import format_count
from planwatch.views.output.streams import print_line

if TYPE_CHECKING:
    from planwatch.services.maintenance.restore import Restored


def print_restored(done: Restored) -> None:
    """Print what the ledger is now, where the old one lies, and what was closed in the new one."""
    rows = done.rows
    print_line(f"Restored: {done.ledger} from {done.source}")
    analyses = "1 analysis" if rows["analyses"] == 1 else f"{rows['analyses']} analyses"
    print_line(
        f"  {format_count(rows['plans'], 'plan')}, {format_count(rows['plan_versions'], 'version')}"
        f", {format_count(rows['changes'], 'change')}, {analyses}: checked"
    )
    if done.pages is not None:
        print_line(f"  {format_count(done.pages, 'archived page')} added to the archive")
    if done.kept is not None:
        print_line(f"  The old ledger is kept: {done.kept}")
    if done.jobs_closed:
        print_line(
            f"  {format_count(len(done.jobs_closed), 'unfinished job')} closed:"
            f" {', '.join(done.jobs_closed)}"
        )
    if done.messages_given_up:
        print_line(
            f"  {format_count(done.messages_given_up, 'waiting message')} given up, for they may"
            " have been sent since: planwatch notify list"
        )
    print_line("Look at it: planwatch status")
