"""A dry run of one source's parser on a saved file. Nothing is stored."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from planwatch.domain.page import Page
from planwatch.domain.record import offer_record, plan_record
from planwatch.errors import UsageError
from planwatch.sources.contract import Source, group_offers, read_pages


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
        "unreadable": [{"where": item.where, "reason": item.reason} for item in reading.unreadable],
    }


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot read the page {path} ({error.strerror})",
            hint="save the page from a browser and name that file",
        ) from error
