"""Fetch one page from each source, politely, and record what works on the real site.

A replica is never called live: what was proved on PLANWATCH_ORIGIN says so, and takes no live
proof's place.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence

from planwatch.clock import stamp, today
from planwatch.domain.phrasing import format_count
from planwatch.errors import FetchError, MachineError, ParseError, RobotsDenied, SettingsError
from planwatch.fetch.contract import Fetcher
from planwatch.ledger.store.connection import Ledger
from planwatch.ledger.store.info import live_proof, save_live_proof
from planwatch.services.maintenance.doctor.check import Line
from planwatch.settings.environment import origin
from planwatch.settings.model import Settings
from planwatch.sources.contract import Source, read_pages
from planwatch.workflows.context import web_fetcher


def check_live(ledger: Ledger | None, settings: Settings, sources: Sequence[Source]) -> list[Line]:
    """Ask each source for its first page, parse it, and record a success.

    robots.txt is read first and obeyed.
    """
    lines = []
    with contextlib.closing(web_fetcher(settings)) as web:
        for source in sources:
            line, plans = _ask(web, source)
            lines.append(line)
            if ledger is not None and plans:
                _record(ledger, source.id, plans)
    return lines


def _ask(web: Fetcher, source: Source) -> tuple[Line, int]:
    began = time.monotonic()
    site = f"the replica at {origin()}" if origin() else "the site"
    try:
        pages = web.fetch_pages(
            source.id, source.requests[:1], None, needs_browser=source.needs_browser
        )
        reading = read_pages(source, pages, today())
    except RobotsDenied as error:
        return Line("live", source.id, "warning", error.message, error.hint), 0
    except (FetchError, MachineError, ParseError, SettingsError) as error:
        mends = error.hint or f"planwatch probe {source.id}"
        return Line("live", source.id, "fault", f"{site}: {error.message}", mends), 0
    took_s, plans = time.monotonic() - began, len(reading.plans)
    said = f"{site} answered, and its first page has {format_count(plans, 'plan')}; {took_s:.1f} s"
    if reading.unreadable:
        said = f"{said}; {len(reading.unreadable)} cards cannot be read"
        return Line("live", source.id, "warning", said, f"planwatch probe {source.id}"), plans
    return Line("live", source.id, "ok", said), plans


def _record(ledger: Ledger, source_id: str, plans: int) -> None:
    found = {"at": stamp(), "against": "replica" if origin() else "live", "plans": plans}
    with ledger.transaction():
        before = live_proof(ledger, source_id)
        if before is None or before["against"] == "replica" or found["against"] == "live":
            save_live_proof(ledger, source_id, found)
