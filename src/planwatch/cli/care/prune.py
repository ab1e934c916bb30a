"""The command `prune`.

What it needs is imported inside it: other commands must not wait for it.
"""

from typing import Annotated

import typer

from planwatch.cli.options import Json
from planwatch.cli.session import open_session
from planwatch.errors import UsageError
from planwatch.views.output.streams import print_json


def prune(
    older_than: Annotated[
        str, typer.Option("--older-than", help="Remove what is older than this: 30d, 12h.")
    ] = "30d",
    pages_older_than: Annotated[
        str | None,
        typer.Option(
            "--pages-older-than", help="The same for archived pages; archive.keep_days by default."
        ),
    ] = None,
    logs_max_mb: Annotated[
        float,
        typer.Option(
            "--logs-max-mb", min=0.001, help="Size limit of cron.log; the newest lines stay."
        ),
    ] = 10.0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be removed, and remove nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Remove old jobs, pages, logs and alerts; never plans or analyses.

    The pages of plans in force are kept, however old. So are the answers of a
    model that an analysis or a newer job refers to, and alerts still to be sent.

    Example: planwatch prune --older-than 90d --dry-run
    """
    from planwatch.clock import format_instant, now
    from planwatch.fetch.archive import Archive
    from planwatch.services.maintenance.prune.jobs import prune as remove
    from planwatch.services.maintenance.prune.pages import prune_pages
    from planwatch.services.maintenance.prune.rest import prune_rest
    from planwatch.services.market.period import since_instant
    from planwatch.views.care.pruned import print_pruned

    with open_session() as session:
        archive = session.load_settings().archive
        pages_age = pages_older_than or f"{archive.keep_days}d"
        before = since_instant(older_than, now(), option="--older-than")
        pages_before = since_instant(pages_age, now(), option="--pages-older-than")
        for option, age, instant in (
            ("--older-than", older_than, before),
            ("--pages-older-than", pages_age, pages_before),
        ):
            if instant > format_instant(now()):
                raise UsageError(
                    f"{option} {age} is in the future", hint="write an age, such as 30d"
                )
        rest = prune_rest(
            session.ledger, session.home, before, int(logs_max_mb * 1_000_000), dry_run=dry_run
        )
        removed = remove(session.ledger, session.home, before, dry_run=dry_run)
        pages = prune_pages(
            session.ledger,
            Archive(session.home.archive),
            pages_before,
            archive.max_mb * 1_000_000,
            dry_run=dry_run,
        )
        if as_json:
            print_json(
                {
                    "before": before,
                    "pages_before": pages_before,
                    "dry_run": dry_run,
                    **removed.as_record(),
                    **pages.as_record(),
                    **rest.as_record(),
                }
            )
        else:
            print_pruned(removed, pages, rest, before, pages_before, dry_run=dry_run)
