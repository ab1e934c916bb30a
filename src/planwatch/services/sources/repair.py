"""Repair a source: accept a suspicious result, replay archived pages, import saved pages.

All of it works on saved pages and never asks a site. Each writes in one transaction; a preview is
that very transaction, rolled back.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from planwatch.clock import format_instant, parse_instant
from planwatch.domain.london import show_day, show_minute
from planwatch.domain.outcome import GOOD_OUTCOMES, STORING_OUTCOMES, Outcome
from planwatch.domain.page import Page
from planwatch.domain.record import plan_record
from planwatch.errors import LayoutChanged, UsageError, WrongState
from planwatch.fetch.archive import Archive
from planwatch.ledger.alerts.source_alerts import save_source_alerts
from planwatch.ledger.pages.baseline import ACCEPTED, Baseline, load_baseline
from planwatch.ledger.pages.captures import Capture, captures_of_run
from planwatch.ledger.pages.health import SourceRun, amend_source_run, list_runs, newest_stored_at
from planwatch.ledger.plans.read import load_plans_of_source
from planwatch.ledger.store.connection import Ledger
from planwatch.sources.contract import Reading, Source
from planwatch.workflows.scrape.collect import (
    Collected,
    read_and_judge,
    record_collected,
    store_plans,
)
from planwatch.workflows.scrape.held_prices import HELD

REPLAYED: Final = "replayed"
IMPORTED: Final = "imported"
PART: Final = "part"
"""Of an import that may lack pages of the source: nothing of it counts as absent, ever."""
_A_MOMENT: Final = timedelta(milliseconds=1)
_LOOKED_BACK: Final = 200
_NOT_SHOWN: Final = frozenset({"as_of", "brand", "source", "verified", "url", "source_ref"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What was stored, or would be.

    Attributes:
        currency: what the prices of the source are in.
        runs: each run that was read again: when, what it was, what it is.
        moves: plan by plan what differs: new, gone or changed, with the fields.
    """

    source: str
    currency: str
    applied: bool
    runs: tuple[Mapping[str, Any], ...]
    moves: tuple[Mapping[str, Any], ...]

    def as_record(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "applied": self.applied,
            "runs": list(self.runs),
            "moves": list(self.moves),
        }


def accept(ledger: Ledger, archive: Archive, source: Source, *, apply: bool = True) -> Repaired:
    """Store the newest suspicious result or held price of a source, which a person has looked at.

    It becomes what later counts are held against. Plans that it lacks are absent once.

    Args:
        apply: store it; otherwise only say what would change.

    Raises:
        WrongState: nothing waits to be accepted.
        LedgerError: its pages are no longer in the archive.
        ParseError: today's parser cannot read them.
    """
    run = _find_suspicious(ledger, source)
    captures = captures_of_run(ledger, source.id, run.job_id, run.checked_at)
    if not captures:
        raise WrongState(
            f"no page of {source.id} from {show_day(run.checked_at)} is known,"
            " so nothing can be stored",
            hint=f"scrape it again: planwatch scrape {source.id} --wait",
        )
    stored = _load_pages(archive, captures)
    collected = _read_without_history(source, run, stored, keeps_held=False)
    if collected.outcome is Outcome.SUSPICIOUS:  # an empty list, which is now a fact
        collected = replace(collected, outcome=Outcome.OK, reading=Reading(plans=()), error=None)
    elif collected.reading is None and collected.error is not None:
        raise LayoutChanged(collected.error["message"], hint=collected.error["hint"])

    def write() -> list[Mapping[str, Any]]:
        if _find_suspicious(ledger, source).run_id != run.run_id:
            raise WrongState(
                f"{source.id} has been scraped again in the meantime",
                hint=f"see the result: planwatch sources show {source.id}",
            )
        _refuse_older(ledger, source.id, run.checked_at)
        entry = _write_run(ledger, run, collected, captures, flag=ACCEPTED, rereads=False)
        _save_alerts(ledger, source.id, run, collected, 1)
        return [{**entry, "absent": _count_absent(ledger, source.id)}]

    return _write_or_preview(ledger, source, write, apply=apply)


def replay(
    ledger: Ledger, archive: Archive, source: Source, *, apply: bool, alert_after: int
) -> Repaired:
    """Read the archived pages that are in force, and those that failed since, with today's parser.

    What differs in pages that were read before is written as a correction, not as a move of the
    market. Of the failed ones, those that can be read now are judged and stored as on their day.

    Args:
        apply: store it; otherwise only say what would change.
        alert_after: failures in a row that are worth an alert.

    Raises:
        UsageError: the archive has no page of that source.
    """
    runs = _runs_to_replay(ledger, archive, source.id)
    if not runs:
        raise UsageError(
            f"the archive has no page of {source.id} to replay",
            hint=f"collect them first: planwatch scrape {source.id} --wait",
        )
    baseline = replace(load_baseline(ledger, source.id), hashes=frozenset())
    again = []
    for run, captures, stored in runs:
        rereads = run.outcome in STORING_OUTCOMES
        if rereads:
            collected = _read_without_history(source, run, stored, keeps_held=True)
        else:
            at = parse_instant(run.checked_at)
            collected = read_and_judge(source, stored, baseline, at, is_part=PART in run.flags)
            collected = _as_part(source, run.flags, collected)
        again.append((run, captures, collected, rereads))

    def write() -> list[Mapping[str, Any]]:
        _refuse_older(ledger, source.id, again[-1][0].checked_at)
        entries: list[Mapping[str, Any]] = [
            _write_run(ledger, run, collected, captures, flag=REPLAYED, rereads=rereads)
            for run, captures, collected, rereads in again
        ]
        _save_alerts(ledger, source.id, again[-1][0], again[-1][2], alert_after)
        return entries

    return _write_or_preview(ledger, source, write, apply=apply)


def import_pages(
    ledger: Ledger,
    archive: Archive,
    source: Source,
    pages: Sequence[Page],
    at: datetime,
    *,
    is_complete: bool,
    alert_after: int,
) -> tuple[Repaired, dict[str, Any]]:
    """Store what pages that a person saved say, judged as those of a scrape.

    Args:
        pages: at least one, each with a name of its own.
        at: when they were saved.
        is_complete: they are all pages of the source; otherwise nothing counts as absent.

    Returns:
        What moved, and the entry that a scrape would have.

    Raises:
        WrongState: the ledger has newer pages of that source.
        LayoutChanged: the pages are not those of the source; nothing is written.
    """
    taken = {run.checked_at for run in list_runs(ledger, source.id, limit=_LOOKED_BACK)}
    while format_instant(at) in taken:  # another import of that day has its pages there
        at += _A_MOMENT
    _refuse_older(ledger, source.id, format_instant(at))
    is_complete = is_complete or _is_one_page(source)
    flags = (IMPORTED,) if is_complete else (IMPORTED, PART)
    stored = tuple((page, archive.store(page.body).sha256) for page in pages)
    baseline = load_baseline(ledger, source.id)
    collected = read_and_judge(source, stored, baseline, at, is_part=not is_complete)
    if collected.reading is None and collected.outcome is not Outcome.SUSPICIOUS:
        error = collected.error or {}
        raise LayoutChanged(
            f"nothing is imported: {error.get('message', 'the pages could not be read')}",
            hint=f"save the page of {source.requests[0].url} once its plans are shown",
        )
    collected = _as_part(source, flags, collected)
    collected = replace(collected, flags=(*collected.flags, *flags))
    entry: dict[str, Any] = {}

    def write() -> list[Mapping[str, Any]]:
        _refuse_older(ledger, source.id, format_instant(at))
        entry.update(record_collected(ledger, collected, None, alert_after=alert_after))
        return []

    return _write_or_preview(ledger, source, write, apply=True), entry


def _refuse_older(ledger: Ledger, source_id: str, at: str) -> None:
    """Make sure that no newer pages are stored: what is older changes nothing, and must say so."""
    newest = newest_stored_at(ledger, source_id)
    if newest is not None and at < newest:
        raise WrongState(
            f"the ledger has pages of {source_id} from {show_minute(newest)}, newer than"
            f" these of {show_minute(at)}; nothing was stored",
            hint=f"see its history: planwatch sources show {source_id}",
        )


def _is_one_page(source: Source) -> bool:
    """Tell whether a source has its plans on one page, whoever saves it."""
    return len(source.requests) == 1 and source.next_request is None and not source.needs_browser


def _as_part(source: Source, flags: Sequence[str], collected: Collected) -> Collected:
    """Return what pages amount to that may not be all: at most `partial`."""
    if PART not in flags or collected.outcome not in GOOD_OUTCOMES:
        return collected
    return replace(collected, outcome=Outcome.PARTIAL, error=_part_of_a_source(source))


def _save_alerts(
    ledger: Ledger, source_id: str, run: SourceRun, collected: Collected, alert_after: int
) -> None:
    """Write the alerts that follow from a run that is another one now."""
    save_source_alerts(
        ledger,
        source=source_id,
        outcome=collected.outcome,
        message=collected.error["message"] if collected.error else "",
        events={},
        after_failures=alert_after,
        at=run.checked_at,
        job_id=run.job_id,
    )


def _part_of_a_source(source: Source) -> dict[str, Any]:
    return {
        "code": "part_of_a_source",
        "message": f"these may not be all the pages of {source.title}, so no plan counts as absent",
        "hint": "if they are all of them, import them with --complete",
    }


def _find_suspicious(ledger: Ledger, source: Source) -> SourceRun:
    runs = list_runs(ledger, source.id, limit=_LOOKED_BACK)
    for run in runs:
        if run.outcome is Outcome.SUSPICIOUS or HELD in run.flags:
            return run
        if run.outcome in STORING_OUTCOMES:
            break
    said = f"its last result is {runs[0].outcome.value}" if runs else "it has never been scraped"
    raise WrongState(
        f"{source.id} has no suspicious result and no held price to accept; {said}",
        hint=f"see its history: planwatch sources show {source.id}",
    )


_Replayed = tuple[SourceRun, list[Capture], tuple[tuple[Page, str], ...]]


def _runs_to_replay(ledger: Ledger, archive: Archive, source_id: str) -> list[_Replayed]:
    """Return the newest run whose plans are stored and the failed ones since, the oldest first.

    Runs without pages, or whose pages were pruned, are left out.
    """
    found: list[_Replayed] = []
    for run in list_runs(ledger, source_id, limit=_LOOKED_BACK):
        captures = captures_of_run(ledger, source_id, run.job_id, run.checked_at)
        bodies = [archive.find(capture.sha256) for capture in captures]
        pages = tuple(
            (capture.page_of(body), capture.sha256)
            for capture, body in zip(captures, bodies, strict=True)
            if body is not None
        )
        if pages and len(pages) == len(captures):
            found.append((run, captures, pages))
        if run.outcome in STORING_OUTCOMES:
            break
    return found[::-1]


def _load_pages(archive: Archive, captures: Sequence[Capture]) -> tuple[tuple[Page, str], ...]:
    return tuple(
        (capture.page_of(archive.load(capture.sha256)), capture.sha256) for capture in captures
    )


def _read_without_history(
    source: Source, run: SourceRun, stored: tuple[tuple[Page, str], ...], *, keeps_held: bool
) -> Collected:
    """Read pages that a person answers for: what the ledger held to be true does not matter.

    Args:
        keeps_held: prices that were held back stay so.
    """
    at = parse_instant(run.checked_at)
    # an empty list that stands was accepted
    is_empty = run.outcome in GOOD_OUTCOMES and not run.plans
    held = run.detail.get("held", ()) if keeps_held and HELD in run.flags else ()
    baseline = Baseline(
        counts=(0,) if is_empty else (),
        believed={each["plan_key"]: each["before"] for each in held},
    )
    return _as_part(source, run.flags, read_and_judge(source, stored, baseline, at))


def _write_run(
    ledger: Ledger,
    run: SourceRun,
    collected: Collected,
    captures: Sequence[Capture],
    *,
    flag: str,
    rereads: bool,
) -> dict[str, Any]:
    """Store what a run's pages say now, inside a transaction.

    A run that stored something keeps it where its pages can be read no longer; a failed one becomes
    what it is now.
    """
    entry = {"checked_at": run.checked_at, "was": run.outcome.value, "plans": 0, "absent": 0}
    now = {"outcome": collected.outcome.value, "error": collected.error}
    if collected.reading is None and (rereads or collected.outcome is run.outcome):
        return {**entry, **now}
    plans, seen = store_plans(
        ledger,
        collected,
        run.job_id,
        {capture.name: capture.capture_id for capture in captures},
        rereads=rereads,
    )
    if rereads and not (seen.new or seen.rewritten or seen.withdrawn):
        return {**entry, "outcome": run.outcome.value, "plans": plans, "error": run.error}
    amend_source_run(
        ledger,
        run,
        outcome=collected.outcome,
        plans=plans,
        error=collected.error,
        flags=(
            *(each for each in run.flags if each not in (flag, HELD)),
            *(each for each in collected.flags if each == HELD),
            flag,
        ),
        detail=collected.detail,
    )
    return {**entry, **now, "plans": plans}


class _RollBackError(Exception):
    """Ends a preview."""


def _write_or_preview(
    ledger: Ledger,
    source: Source,
    write: Callable[[], list[Mapping[str, Any]]],
    *,
    apply: bool,
) -> Repaired:
    """Write in one transaction, and tell what it changed in the plans of the source."""
    entries: list[Mapping[str, Any]] = []
    moves: list[Mapping[str, Any]] = []
    with contextlib.suppress(_RollBackError), ledger.transaction():
        before = _plans_in_force(ledger, source.id)
        entries = write()
        moves = _moves(before, _plans_in_force(ledger, source.id))
        if not apply:
            raise _RollBackError
    return Repaired(
        source=source.id,
        currency=source.currency,
        applied=apply,
        runs=tuple(entries),
        moves=tuple(moves),
    )


def _plans_in_force(ledger: Ledger, source_id: str) -> dict[int, dict[str, Any]]:
    return {
        stored.plan_id: {**plan_record(stored.plan), "plan_key": stored.plan_key}
        for stored in load_plans_of_source(ledger, source_id)
        if not stored.withdrawn_at
    }


def _count_absent(ledger: Ledger, source_id: str) -> int:
    stored = load_plans_of_source(ledger, source_id)
    return sum(bool(plan.absences) for plan in stored if not plan.withdrawn_at)


def _moves(
    before: Mapping[int, Mapping[str, Any]], after: Mapping[int, Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    moves: list[Mapping[str, Any]] = []
    for plan_id in sorted(before.keys() | after.keys()):
        old, new = before.get(plan_id), after.get(plan_id)
        if old is None or new is None:
            only = new or old or {}
            kind = "gone" if new is None else "new"
            moves.append({"plan_key": only["plan_key"], "kind": kind, "fields": {}})
            continue
        fields = {
            name: {"before": old[name], "after": new[name]}
            for name in new
            if name not in _NOT_SHOWN and old[name] != new[name]
        }
        if fields:
            moves.append({"plan_key": new["plan_key"], "kind": "changed", "fields": fields})
    return moves
