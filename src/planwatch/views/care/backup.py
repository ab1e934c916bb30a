"""What `backup` wrote, in plain lines."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from planwatch.domain.phrasing import format_count
from planwatch.views.output.streams import print_line

if TYPE_CHECKING:
    from planwatch.services.maintenance.backup import BackedUp

_MB = 1_000_000


def print_backed_up(done: BackedUp) -> None:
    """Print where the backup lies, what is in it, and how it is restored."""
    rows, file = done.rows, shlex.quote(str(done.file))
    print_line(f"Backed up: {done.file} ({done.size / _MB:.1f} MB, {done.took_s:.1f} s)")
    analyses = "1 analysis" if rows["analyses"] == 1 else f"{rows['analyses']} analyses"
    print_line(
        f"  {format_count(rows['plans'], 'plan')}, {format_count(rows['plan_versions'], 'version')}"
        f", {format_count(rows['changes'], 'change')}, {analyses}:"
        " checked, as many as in the ledger"
    )
    if done.pages is not None:
        missing = f"; {done.pages_missing} that it names are not there" * bool(done.pages_missing)
        print_line(f"  {format_count(done.pages, 'archived page')}{missing}")
    if done.jobs_closed:
        print_line(
            f"  {format_count(len(done.jobs_closed), 'unfinished job')} closed in the copy; here"
            f" nothing has changed: {', '.join(done.jobs_closed)}"
        )
    print_line(f"Put it in the place of the ledger: planwatch restore {file}")
