"""What `prune` removed, in plain lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planwatch.domain.london import show_time
from planwatch.domain.phrasing import format_count
from planwatch.views.output.streams import print_line

if TYPE_CHECKING:
    from planwatch.services.maintenance.prune.jobs import Pruned
    from planwatch.services.maintenance.prune.pages import PrunedPages
    from planwatch.services.maintenance.prune.rest import PrunedRest

_MB = 1_000_000


def print_pruned(
    pruned: Pruned,
    pages: PrunedPages,
    rest: PrunedRest,
    before: str,
    pages_before: str,
    *,
    dry_run: bool,
) -> None:
    """Print what went, or would go."""
    verb = "Would remove" if dry_run else "Removed"
    if pages.pages:
        print_line(
            f"{verb} {format_count(pages.pages, 'archived page')},"
            f" {pages.freed_bytes / _MB:.1f} MB: older than {_said(pages_before)}, beyond"
            " archive.max_mb, or of no scrape. Pages whose plans are in force stay."
        )
    if rest.answers:
        print_line(
            f"{verb} {format_count(rest.answers, 'answer')} of models from before {_said(before)};"
            " no analysis refers to them."
        )
    if rest.messages:
        print_line(
            f"{verb} {format_count(rest.messages, 'message')} of alerts, sent or given up, from"
            f" before {_said(before)} and older than eight days."
        )
    if rest.cron_log_bytes:
        cut = "Would cut" if dry_run else "Cut"
        print_line(f"{cut} {rest.cron_log_bytes / _MB:.1f} MB from the head of cron.log.")
    if not pruned.jobs and not pruned.files:
        print_line(f"No job and no log is older than {_said(before)}.")
        return
    freed = f"; {pruned.freed_bytes / _MB:.1f} MB freed" if not dry_run else ""
    print_line(
        f"{verb} {format_count(pruned.jobs, 'job')} that ended before {_said(before)}, and"
        f" {format_count(pruned.files, 'file')} of theirs{freed}."
        " Plans, their history and analyses stay."
    )


def _said(instant: str) -> str:
    return show_time(instant)
