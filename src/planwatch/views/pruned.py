"""What `prune` removed, in plain lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planwatch.views.format import count_of
from planwatch.views.output import print_line

if TYPE_CHECKING:
    from planwatch.workflows.prune import Pruned

_MB = 1_000_000


def print_pruned(pruned: Pruned, before: str, *, dry_run: bool) -> None:
    """Print what went, or would go."""
    if not pruned.jobs and not pruned.files:
        print_line(f"Nothing is older than {_said(before)}.")
        return
    verb = "Would remove" if dry_run else "Removed"
    freed = f"; {pruned.freed_bytes / _MB:.1f} MB freed" if not dry_run else ""
    print_line(
        f"{verb} {count_of(pruned.jobs, 'job')} that ended before {_said(before)}, and"
        f" {count_of(pruned.files, 'file')} of theirs{freed}."
        " Plans, their history and analyses stay."
    )


def _said(instant: str) -> str:
    return f"{instant[:16].replace('T', ' ')} UTC"
