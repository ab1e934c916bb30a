"""The end of a job that somebody waited for: its result, or one line where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from planwatch.domain.london import show_time
from planwatch.ledger.alerts.source_alerts import HELD_CODE
from planwatch.ledger.reports.analyses import find_analysis
from planwatch.ledger.store.connection import Ledger
from planwatch.views.jobs.jobs import render_job, summary_line
from planwatch.views.market.market_pages import print_one_screen
from planwatch.views.output.streams import console, print_line, print_message
from planwatch.views.table.styles import print_note


def print_ended(
    ledger: Ledger | None,
    job: Mapping[str, Any],
    *,
    note: str | None,
    present: datetime,
    say_doubts: Callable[[Mapping[str, Any]], str] | None = None,
) -> None:
    """Print the result.

    Args:
        ledger: where an analysis is read from, to be shown on one screen; None for a line about it.
        say_doubts: returns which sources are not to be trusted for a document, '' for none.
    """
    result = job["result"]
    if ledger and result and "analysis_id" in result:
        stored = find_analysis(ledger, result["analysis_id"])
        print_one_screen(
            console(),
            stored,
            cached=bool(result["cached"]),
            note=note,
            doubts=say_doubts(stored.document) if say_doubts else "",
        )
    elif sys.stdout.isatty():
        target = console()
        print_note(target, note)
        target.print(render_job(job, present))
    else:
        print_in_a_line(job, note=note)
    for alert in _source_alerts(result):
        print_message(f"planwatch: {alert['kind'].replace('_', ' ')}: {alert['message']}.")
    for line in _held_still(result):
        print_message(f"planwatch: held: {line}.")


def print_in_a_line(job: Mapping[str, Any], *, note: str | None) -> None:
    """Print the end of a job as one line, with the time that a log or a mail wants to know."""
    ended = show_time(job["finished_at"])
    line = " ".join(summary_line(job).split())  # a message may have several
    print_line(f"{ended} {line}" + (f" ({note})" if note else ""))


def _source_alerts(result: Any) -> list[dict[str, str]]:
    """Return the alerts of sources that a scrape wrote; [] for a job of another kind."""
    return [alert for source in _sources(result) for alert in source.get("alarms", ())]


def _held_still(result: Any) -> list[str]:
    """Return a line for each source whose held prices were told of after an earlier run."""
    lines = []
    for source in _sources(result):
        is_told = any(alert["kind"] == "held" for alert in source.get("alarms", ()))
        if "held" not in source.get("flags", ()) or is_told:
            continue
        error = source["error"] or {}
        if error.get("code") == HELD_CODE:
            said, advice = error["message"], "if the site is right: planwatch sources accept"
        else:
            said, advice = f"{source['source']}: a price is held back", "planwatch sources show"
        lines.append(f"{said}; {advice} {source['source']}")
    return lines


def _sources(result: Any) -> list[dict[str, Any]]:
    return result.get("sources", []) if isinstance(result, dict) else []
