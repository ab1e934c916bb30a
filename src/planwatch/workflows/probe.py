"""A dry run of one source's parser on a saved file. Nothing is stored."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from planwatch.domain.page import Page
from planwatch.domain.record import offer_record, plan_record
from planwatch.errors import UsageError
from planwatch.sources.contract import Reading, Source, group_offers, read_pages


def probe_file(source: Source, path: Path, as_of: date) -> dict[str, Any]:
    """Return the plans that the source reads from a saved page, in the documented JSON shape.

    Raises:
        UsageError: the file cannot be read.
        ParseError: the page is not one of this source, or holds no plan.
    """
    page = Page(body=_read(path), url=source.requests[0].url, name=source.requests[0].name)
    reading = read_pages(source, [page], as_of)
    return {
        "source": source.id,
        "as_of": as_of.isoformat(),
        "plans": [
            {
                **plan_record(group[0]),
                "offers": [offer_record(offer) for offer in group] if len(group) > 1 else [],
                "first_seen": None,
                "last_seen": None,
            }
            for group in group_offers(reading.plans).values()
        ],
        "warnings": _warnings(reading, as_of),
        "unreadable": [{"where": item.where, "reason": item.reason} for item in reading.unreadable],
    }


def _warnings(reading: Reading, as_of: date) -> list[str]:
    """Say what makes costs doubtful: steps before the day taken for that of the capture."""
    past = [
        plan.name
        for plan in reading.plans
        if any(isinstance(step.starts, date) and step.starts < as_of for step in plan.price_steps)
    ]
    if not past:
        return []
    return [
        f"{len(past)} of {len(reading.plans)} plans print a price step before {as_of.isoformat()}: "
        "the page is older than that; name its day with --as-of"
    ]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot read the page {path} ({error.strerror})",
            hint="save the page from a browser and name that file",
        ) from error
