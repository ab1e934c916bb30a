"""What a dispatch prints. Plain text: it must be there at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from planwatch.views.output import print_json, print_line

POLL_INTERVAL_S: Final = 2
POLL_MAX_INTERVAL_S: Final = 15


def print_dispatched(
    job_id: str, kind: str, params: Mapping[str, Any], *, note: str | None
) -> None:
    """Print the job's id and how to follow it."""
    what = {
        "scrape": lambda: f"of {len(params['sources'])} source(s)",
        "compare": lambda: " × ".join(params["brands"]),
        "analyse": lambda: f"for {params['focus']}",
    }[kind]()
    print_line(f"Started {kind} {what} as job {job_id}.")
    print_line(f"Follow it: planwatch status {job_id} --watch")
    if note:
        print_line(note)


def print_dispatched_json(job_id: str, *, note: str | None) -> None:
    """Print what a program needs to follow the job."""
    print_json(
        {
            "job_id": job_id,
            "status": "pending",
            "status_command": f"planwatch status {job_id} --json",
            "poll": {"interval_s": POLL_INTERVAL_S, "max_interval_s": POLL_MAX_INTERVAL_S},
        },
        note=note,
    )
