"""One source, from its request list to rows: fetch, archive, parse, judge, record."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from planwatch.clock import format_instant
from planwatch.domain.outcome import Outcome
from planwatch.domain.page import Page
from planwatch.domain.plan import Plan
from planwatch.errors import (
    Blocked,
    FetchError,
    LayoutChanged,
    NeedsBrowser,
    NothingFound,
    ParseError,
    PlanwatchError,
    RobotsDenied,
    StepTimeout,
)
from planwatch.fetch.archive import Archive
from planwatch.fetch.contract import Fetcher
from planwatch.ledger.captures import add_capture, last_good_hashes
from planwatch.ledger.connection import Ledger
from planwatch.ledger.health import add_source_run
from planwatch.ledger.sightings import Sightings, save_sightings
from planwatch.printable import printable
from planwatch.sources.contract import Reading, Source, group_offers, read_pages

_STORING: Final = frozenset({Outcome.OK, Outcome.UNCHANGED, Outcome.PARTIAL})
_OUTCOME_OF_ERROR: Final[tuple[tuple[type[PlanwatchError], Outcome], ...]] = (
    (NeedsBrowser, Outcome.NEEDS_BROWSER),
    (RobotsDenied, Outcome.ROBOTS_DENIED),
    (Blocked, Outcome.BLOCKED),
    (FetchError, Outcome.NETWORK),
    (StepTimeout, Outcome.NETWORK),
    # a well-formed empty list: nothing is stored, and nobody is told that it is a fact
    (NothingFound, Outcome.SUSPICIOUS),
    (LayoutChanged, Outcome.BROKEN_LAYOUT),
    (ParseError, Outcome.BROKEN_LAYOUT),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What asking one source brought, before anything is written.

    `reading` is None exactly when nothing of it may be stored; `error` says why.
    """

    source: str
    outcome: Outcome
    at: datetime
    duration_s: float
    reading: Reading | None = None
    pages: tuple[tuple[Page, str], ...] = ()
    error: Mapping[str, Any] | None = None


def collect(source: Source, fetcher: Fetcher, archive: Archive, at: datetime) -> Collected:
    """Fetch, archive and parse one source.

    Pages are archived before they are parsed: a page that breaks the parser is the one to keep.

    Raises:
        FetchError: the pages did not come; whoever calls decides whether to try again.
    """
    started = time.monotonic()
    pages = fetcher.fetch_pages(
        source.id, source.requests, source.next_request, needs_browser=source.needs_browser
    )
    stored = tuple((page, archive.store(page.body).sha256) for page in pages)
    try:
        reading = read_pages(source, pages, at.date())
    except ParseError as error:
        return Collected(
            source=source.id,
            outcome=outcome_of(error),
            at=at,
            duration_s=time.monotonic() - started,
            pages=stored,
            error=error.as_record(),
        )
    return Collected(
        source=source.id,
        outcome=Outcome.PARTIAL if reading.unreadable else Outcome.OK,
        at=at,
        duration_s=time.monotonic() - started,
        reading=reading,
        pages=stored,
        error=_unreadable_record(reading),
    )


def collect_nothing(source_id: str, error: Exception, at: datetime, duration_s: float) -> Collected:
    """Return what stands for a source that could not be asked, or whose parser has a fault."""
    if isinstance(error, PlanwatchError):
        record = error.as_record()
    else:
        record = {
            "code": "internal",
            "message": printable(f"the parser of {source_id} met {type(error).__name__}: {error}"),
            "hint": f"save the page and run: planwatch probe {source_id} --from FILE",
        }
    return Collected(
        source=source_id, outcome=outcome_of(error), at=at, duration_s=duration_s, error=record
    )


def outcome_of(error: Exception) -> Outcome:
    """Return the outcome that an error amounts to; a fault of a parser is a broken layout."""
    for kind, outcome in _OUTCOME_OF_ERROR:
        if isinstance(error, kind):
            return outcome
    return Outcome.BROKEN_LAYOUT


def record_collected(ledger: Ledger, collected: Collected, job_id: str) -> dict[str, Any]:
    """Write captures, plans and health inside the checkpoint's transaction.

    Returns:
        The source's entry of a scrape's result; see docs/reference/json.md.
    """
    at = format_instant(collected.at)
    outcome = collected.outcome
    hashes = frozenset(sha256 for _, sha256 in collected.pages)
    if outcome is Outcome.OK and hashes == last_good_hashes(ledger, collected.source):
        outcome = Outcome.UNCHANGED
    captures = {
        page.name: add_capture(
            ledger, job_id=job_id, source=collected.source, page=page, sha256=sha256, at=at
        )
        for page, sha256 in collected.pages
    }
    offers: Mapping[str, tuple[Plan, ...]] = {}
    seen = Sightings(0, 0, 0)
    if collected.reading is not None and outcome in _STORING:
        offers = group_offers(collected.reading.plans)
        seen = save_sightings(
            ledger,
            source=collected.source,
            offers=offers,
            outcome=outcome,
            at=at,
            job_id=job_id,
            capture_ids=_captures_by_key(collected.reading, captures),
        )
    add_source_run(
        ledger,
        job_id=job_id,
        source=collected.source,
        outcome=outcome,
        plans=len(offers),
        error=collected.error,
        at=at,
    )
    return {
        "source": collected.source,
        "outcome": outcome.value,
        "plans": len(offers),
        "new": seen.new,
        "withdrawn": seen.withdrawn,
        "changed": seen.changed,
        "duration_s": round(collected.duration_s, 3),
        "error": collected.error,
    }


def _captures_by_key(reading: Reading, captures: Mapping[str, int]) -> dict[str, int]:
    by_key: dict[str, int] = {}
    for plan, page_name in zip(reading.plans, reading.page_names, strict=True):
        by_key.setdefault(plan.plan_key, captures[page_name])
    return by_key


def _unreadable_record(reading: Reading) -> dict[str, Any] | None:
    if not reading.unreadable:
        return None
    first = reading.unreadable[0]
    return {
        "code": "unreadable_cards",
        "message": f"{len(reading.unreadable)} of {len(reading.unreadable) + len(reading.plans)}"
        f" cards could not be read; first: {first.where}: {first.reason}",
        "hint": "what was read is stored and nothing is withdrawn",
    }
