"""Market events of a digest: those of the period, and those due in the 30 days after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from planwatch.analysis.report.document import Column, Record, build_section, build_table
from planwatch.domain.market_events import MarketEvent
from planwatch.domain.phrasing import count_of, format_date

AHEAD: Final = timedelta(days=30)
_COLUMNS: Final[tuple[Column, ...]] = (
    ("day", "When", "date"),
    ("text", "What", "text"),
)


def build_events_section(events: Sequence[MarketEvent], since: date, today: date) -> Record:
    """Return the section: how many are known of, and a table.

    Args:
        events: those from `since` to 30 days after `today`, the earliest first.
    """
    span = f"from {format_date(since)} to {format_date(today + AHEAD)}, 30 days ahead"
    known = count_of(len(events), "market event") if events else "No market event is known"
    said = f"{known} {span}."
    rows = [{"day": event.day.isoformat(), "text": event.text} for event in events]
    tables = [build_table("events", "By day; not confirmed by planwatch", _COLUMNS, rows)]
    return build_section("events", "Market events", [said], tables if rows else [])
