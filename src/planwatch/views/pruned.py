"""What `prune` removed, in plain lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planwatch.views.output import print_line

if TYPE_CHECKING:
    from planwatch.workflows.prune import Pruned

_MB = 1_000_000


def print_pruned(pruned: Pruned, before: str, *, dry_run: bool) -> None:
    """Print what went, or would go."""
    if not pruned.jobs and not pruned.files:
        print_line(f"Nothing is older than {before[:10]}.")
        return
    verb = "Would remove" if dry_run else "Removed"
    freed = f"; {pruned.freed_bytes / _MB:.1f} MB freed" if not dry_run else ""
    print_line(
        f"{verb} {pruned.jobs} jobs that ended before {before[:10]}, and {pruned.files} files of"
        f" theirs{freed}. Plans, their history and analyses stay."
    )
