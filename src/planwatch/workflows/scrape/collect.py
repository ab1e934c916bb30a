"""One source, from its request list to rows: fetch, archive, parse, judge, record."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from planwatch.clock import format_instant, stamp
from planwatch.domain.london import london_day, show_time
from planwatch.domain.outcome import GOOD_OUTCOMES, STORING_OUTCOMES, Outcome
from planwatch.domain.page import Page
from planwatch.domain.phrasing import count_of
from planwatch.errors import CrawlDelay, ParseError
from planwatch.fetch.archive import Archive
from planwatch.fetch.contract import Fetcher
from planwatch.ledger.alerts.source_alerts import SourceEvent, save_source_alerts
from planwatch.ledger.pages.baseline import Baseline, load_baseline
from planwatch.ledger.pages.captures import add_capture, last_with_validators
from planwatch.ledger.pages.health import (
    CLOCK_CODE,
    add_source_run,
    load_held,
    newest_stored_at,
)
from planwatch.ledger.plans.sightings import (
    Sightings,
    count_newly_missing,
    save_sightings,
)
from planwatch.ledger.store.connection import Ledger
from planwatch.printable import printable
from planwatch.sources.contract import Reading, Source, group_offers, read_pages
from planwatch.workflows.scrape.faults import (
    outcome_of,
    raise_machine_fault,
    record_of,
    record_parser_fault,
)
from planwatch.workflows.scrape.held_prices import HELD, describe_held
from planwatch.workflows.scrape.miner_check import Opinion, ask_miner
from planwatch.workflows.scrape.verdict import (
    BIG_MOVE,
    MOVED,
    Verdict,
    judge_failure,
    judge_reading,
)

_HELD_FOR: Final = timedelta(days=14)
"""A price that was held back so recently is not reported again."""
_MANY_PLANS: Final = 8
_MANY_MISSING: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What asking one source brought, before anything is written.

    `reading` is None exactly when nothing of it may be stored; `error` says why. `is_correction`
    where the pages are known and only the parser reads them otherwise than before.
    """

    source: str
    outcome: Outcome
    at: datetime
    duration_s: float
    reading: Reading | None = None
    pages: tuple[tuple[Page, str], ...] = ()
    error: Mapping[str, Any] | None = None
    flags: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    is_correction: bool = False


def collect(
    source: Source, fetcher: Fetcher, archive: Archive, ledger: Ledger, at: datetime
) -> Collected:
    """Fetch, archive, parse and judge one source; the ledger is only read.

    Pages are archived before they are parsed: a page that breaks the parser is the one to keep.

    Raises:
        FetchError: the pages did not come; whoever calls decides whether to try again.
    """
    started = time.monotonic()
    pages = fetcher.fetch_pages(
        source.id,
        source.requests,
        source.next_request,
        needs_browser=source.needs_browser,
        recall=lambda name, url: _recall(ledger, archive, source.id, name, url),
    )
    stored = tuple((page, archive.store(page.body).sha256) for page in pages)
    return replace(
        read_and_judge(source, stored, load_baseline(ledger, source.id), at),
        duration_s=time.monotonic() - started,
    )


def read_and_judge(
    source: Source,
    stored: tuple[tuple[Page, str], ...],
    baseline: Baseline,
    at: datetime,
    *,
    is_part: bool = False,
) -> Collected:
    """Parse archived pages, and judge what they say beside what the ledger knows.

    A fault of the parser is an outcome, too: the pages that it met stay with it.

    Args:
        stored: pages of one scrape, each with its hash, in the order of the requests.
        is_part: they may not be all pages of the source, so few plans are no wonder.

    Raises:
        MachineError: the machine lacks what parsing needs, which says nothing about the pages.
    """
    pages, as_of = [page for page, _ in stored], london_day(at)
    reading: Reading | None = None
    is_known = frozenset(sha256 for _, sha256 in stored) == baseline.hashes
    says_the_same = False
    try:
        reading = read_pages(source, pages, as_of, baseline.rules)
        says_the_same = is_known and _is_as_known(reading, baseline)
        verdict = (
            # judged when the pages first came
            Verdict(outcome=Outcome.UNCHANGED)
            if says_the_same
            else judge_reading(
                source, reading, _ask(source, pages, as_of), baseline, as_of, is_part=is_part
            )
        )
    except ParseError as error:
        raise_machine_fault(error)
        verdict = judge_failure(source, error, _ask(source, pages, as_of), baseline)
        if verdict.is_empty:
            reading = Reading(plans=())
    except Exception as error:  # noqa: BLE001 - recorded as the outcome, with the pages that show it
        record = record_parser_fault(error, source.id)
        verdict = Verdict(outcome=Outcome.BROKEN_LAYOUT, error=record)
    return Collected(
        source=source.id,
        outcome=verdict.outcome,
        at=at,
        duration_s=0.0,
        reading=(verdict.reading or reading) if verdict.outcome in STORING_OUTCOMES else None,
        pages=stored,
        error=verdict.error,
        flags=verdict.flags,
        detail=verdict.detail,
        is_correction=is_known and not says_the_same,
    )


def _is_as_known(reading: Reading, baseline: Baseline) -> bool:
    """Tell whether pages say what the ledger has of them: a mended parser may read them anew."""
    offers = group_offers(reading.plans)
    return (
        not reading.unreadable
        and baseline.counts[:1] == (len(offers),)
        and all(baseline.prices.get(key) == group[0].price_pence for key, group in offers.items())
    )


def _ask(source: Source, pages: Sequence[Page], as_of: date) -> Opinion | None:
    """Return the miner's opinion; a fault of the miner is one, and costs no source its plans.

    None where the miner was the first to read: it agrees with itself.
    """
    if source.is_mined:
        return None
    try:
        return ask_miner(source, pages, as_of)
    except Exception as error:  # noqa: BLE001 - kept with the outcome, as what it is
        raise_machine_fault(error)
        return Opinion((), fault=printable(f"{type(error).__name__}: {error}"))


def _recall(ledger: Ledger, archive: Archive, source_id: str, name: str, url: str) -> Page | None:
    """Return the archived page that an address gave last, None if its bytes are gone."""
    capture = last_with_validators(ledger, source_id, name, url)
    body = None if capture is None else archive.find(capture.sha256)
    return None if capture is None or body is None else capture.page_of(body)


def collect_nothing(source_id: str, error: Exception, at: datetime, duration_s: float) -> Collected:
    """Return what stands for a source that could not be asked."""
    return Collected(
        source=source_id,
        outcome=outcome_of(error),
        at=at,
        duration_s=duration_s,
        error=record_of(error, source_id),
    )


def record_collected(
    ledger: Ledger, collected: Collected, job_id: str | None, *, alert_after: int
) -> dict[str, Any]:
    """Write captures, plans, health and alerts inside the checkpoint's transaction.

    Args:
        alert_after: failures in a row that are worth an alert.

    Returns:
        The source's entry of a scrape's result; see docs/reference/json.md.
    """
    collected = _refuse_clock(ledger, collected)
    at = format_instant(collected.at)
    events = _events_of_pages(ledger, collected)
    captures = {
        page.name: add_capture(
            ledger, job_id=job_id, source=collected.source, page=page, sha256=sha256, at=at
        )
        for page, sha256 in collected.pages
    }
    plans, seen = store_plans(ledger, collected, job_id, captures)
    add_source_run(
        ledger,
        job_id=job_id,
        source=collected.source,
        outcome=collected.outcome,
        plans=plans,
        error=collected.error,
        at=at,
        flags=collected.flags,
        detail=collected.detail,
    )
    alerts = save_source_alerts(
        ledger,
        source=collected.source,
        outcome=collected.outcome,
        message=_why(collected),
        events={**events, **_events_of_plans(ledger, collected)},
        after_failures=1 if _is_for_a_person(collected) else alert_after,
        at=at,
        job_id=job_id,
    )
    return {
        "source": collected.source,
        "outcome": collected.outcome.value,
        "plans": plans,
        "new": seen.new,
        "withdrawn": seen.withdrawn,
        "changed": seen.changed,
        "duration_s": round(collected.duration_s, 3),
        "error": collected.error,
        "flags": list(collected.flags),
        "alarms": [alert.as_record() for alert in alerts],
    }


def store_plans(
    ledger: Ledger,
    collected: Collected,
    job_id: str | None,
    captures: Mapping[str, int],
    *,
    rereads: bool = False,
) -> tuple[int, Sightings]:
    """Write the plans that were read, if they may be stored; return their number and what moved.

    Args:
        captures: the capture of each page, by the page's name.
        rereads: as in `save_sightings`.
    """
    if collected.reading is None:
        return 0, Sightings(0, 0, 0)
    offers = group_offers(collected.reading.plans)
    seen = save_sightings(
        ledger,
        source=collected.source,
        offers=offers,
        outcome=collected.outcome,
        at=format_instant(collected.at),
        job_id=job_id,
        capture_ids=_captures_by_key(collected.reading, captures),
        is_correction=collected.is_correction or rereads,
        rereads=rereads,
    )
    return len(offers), seen


def _refuse_clock(ledger: Ledger, collected: Collected) -> Collected:
    """Return nothing to store where this machine's clock is behind what the ledger has."""
    newest = newest_stored_at(ledger, collected.source)
    present = stamp()
    if collected.reading is None or newest is None or present >= newest:
        return collected
    error = {
        "code": CLOCK_CODE,
        "message": f"the clock of this machine is off: it says {show_time(present)}, and the ledger"
        f" has pages of {collected.source} from {show_time(newest)}",
        "hint": "nothing of it is stored; set the clock, then scrape again",
    }
    return replace(collected, outcome=Outcome.MACHINE, reading=None, error=error, flags=())


def _why(collected: Collected) -> str:
    """Return why a result is not good, with the share that was read of one read in part."""
    message = str((collected.error or {}).get("message", ""))
    coverage = collected.detail.get("coverage")
    if collected.outcome is Outcome.PARTIAL and coverage:
        return f"{coverage['read']:.0%} of {count_of(coverage['cards'], 'card')} read; {message}"
    return message


def _is_for_a_person(collected: Collected) -> bool:
    """Tell whether a trouble lasts until a person changes a setting: no use in waiting for more."""
    return collected.error is not None and collected.error["code"] == CrawlDelay.code


def _events_of_pages(ledger: Ledger, collected: Collected) -> dict[SourceEvent, str]:
    """Return what the pages of this run alone show, before the run is recorded."""
    events: dict[SourceEvent, str] = {}
    if BIG_MOVE in collected.flags:
        moved = collected.detail.get("moved", [])
        events["big_move"] = (
            f"{collected.source}: {len(moved)} prices moved by more than {MOVED:.0%} at once, and"
            " the card miner reads the same"
        )
    if HELD in collected.flags:
        since = format_instant(collected.at - _HELD_FOR)
        known = load_held(ledger, collected.source, since)
        told = {(each["plan_key"], each["after"]) for each in known}
        held = [
            each
            for each in collected.detail["held"]
            if (each["plan_key"], each["after"]) not in told
        ]
        if held:
            events["held"] = (
                f"{collected.source}: {describe_held(held)}; if the site is right: planwatch"
                f" sources accept {collected.source}"
            )
    return events


def _events_of_plans(ledger: Ledger, collected: Collected) -> dict[SourceEvent, str]:
    """Return what the plans of this run show, once they are written."""
    if collected.outcome not in GOOD_OUTCOMES:
        return {}
    at = format_instant(collected.at)
    missing, expected = count_newly_missing(ledger, collected.source, at)
    if expected < _MANY_PLANS or missing < expected * _MANY_MISSING:
        return {}
    return {
        "fewer": f"{collected.source}: {missing} of {expected} plans are gone at once; withdrawn"
        " if the next good scrape does not show them either"
    }


def _captures_by_key(reading: Reading, captures: Mapping[str, int]) -> dict[str, int]:
    by_key: dict[str, int] = {}
    for plan, page_name in zip(reading.plans, reading.page_names, strict=True):
        by_key.setdefault(plan.plan_key, captures[page_name])
    return by_key
