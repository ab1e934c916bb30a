"""`status` in other formats: JSON, CSV, Markdown, a file, or metrics for Prometheus."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from planwatch.cli.session import Session, open_session
from planwatch.clock import now
from planwatch.errors import UsageError
from planwatch.views.output.delivery import FORMATS, PROMETHEUS, Delivery, deliver, read_delivery
from planwatch.workflows.freshness import load_source_statuses, market_note


def read_form(form: str | None, output: Path | None, *, as_json: bool) -> Delivery:
    """Return the form that is wanted, by an option or by the file's ending, and the file.

    Raises:
        UsageError: no such form, or two at once.
    """
    return read_delivery(form, output, as_json=as_json, formats=(*FORMATS, PROMETHEUS))


def deliver_metrics(output: Path | None, *, is_filtered: bool) -> None:
    """Print the figures, or replace a file by them without a word: cron would mail it.

    Raises:
        UsageError: the file cannot be written, or only some jobs are asked for.
    """
    from planwatch.output_file import write_text
    from planwatch.services.maintenance.metrics import collect_metrics
    from planwatch.views.output.prometheus import FILE_MODE, render_metrics
    from planwatch.views.output.streams import print_line, print_message

    if is_filtered:
        raise UsageError(
            "--format prometheus covers all jobs", hint="leave out JOB, --kind, --state and --since"
        )
    with open_session() as session:
        sources = load_source_statuses(session.ledger, session.settings, print_message)
        text = render_metrics(collect_metrics(session.ledger, session.home, sources))
    if output is None:
        print_line(text.rstrip("\n"))
    else:
        write_text(output, text, mode=FILE_MODE)


def deliver_status(
    delivery: Delivery, read: Callable[[Session], dict[str, Any]], *, is_all: bool
) -> None:
    """Hand out the jobs and sources, or one job, in the form that is asked for."""
    from planwatch.views.jobs.status import status_content

    with open_session() as session:
        record, note = read(session), market_note(session.ledger)
    deliver(delivery, status_content(record, now(), note=note, is_all=is_all))
