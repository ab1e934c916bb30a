"""How jobs ended, as far as somebody must hear of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from planwatch.domain.job import Job, JobStatus
from planwatch.domain.job_kinds import SCRAPE
from planwatch.domain.outcome import GOOD_OUTCOMES, Outcome
from planwatch.ledger.alerts.source_alerts import open_source_alerts
from planwatch.ledger.store.connection import Ledger
from planwatch.ledger.store.info import get_info, set_info

EndingWord = Literal["failed", "closed late", "works again"]


@dataclass(frozen=True, slots=True)
class JobEnding:
    """How a job ended, where somebody must hear of it.

    `is_of_sources`: nothing failed but its sources, which are reported by themselves, too.
    """

    word: EndingWord
    is_of_sources: bool = False


_LAST_STATE: Final = "told_scrape"
_WELL: Final = "well"
_NOTHING_USABLE: Final = "nothing_usable"


def note_endings(ledger: Ledger, jobs: Iterable[Job]) -> dict[str, JobEnding]:
    """Return the endings to report, by the job's id; call it inside a transaction.

    Scrapes share one state, reported when it changes: one that fails every night for the same
    reason is reported once; one whose sources all failed, not before those sources are in trouble.
    Every failure of another job is reported: somebody asked for it.
    """
    found: dict[str, JobEnding] = {}
    for job in jobs:
        failure = _failure_of(job)
        if job.kind != SCRAPE:
            if failure == "failed":
                found[job.job_id] = JobEnding(failure)
            continue
        if job.status is JobStatus.CANCELLED:
            continue
        code = (job.error or {}).get("code", "")
        if code == _NOTHING_USABLE and not _are_in_trouble(ledger, job):
            continue
        if failure is None and not is_good_scrape(job):
            continue  # no source was read in full: that is neither a failure nor its end
        before, state = get_info(ledger, _LAST_STATE), f"{failure}: {code}" if failure else _WELL
        if state == before or (before is None and state == _WELL):
            continue
        set_info(ledger, _LAST_STATE, state)
        is_of_sources = _NOTHING_USABLE in (code or before or "")
        found[job.job_id] = JobEnding(failure or "works again", is_of_sources)
    return found


def _are_in_trouble(ledger: Ledger, job: Job) -> bool:
    sources = {entry["source"] for entry in (job.result or {}).get("sources", [])}
    return sources <= open_source_alerts(ledger, sources).keys()


def is_good_scrape(job: Job) -> bool:
    """Tell whether a scrape read at least one source in full, and in time."""
    if job.kind != SCRAPE or job.status not in (JobStatus.COMPLETED, JobStatus.PARTIAL):
        return False
    sources = (job.result or {}).get("sources", [])
    return _failure_of(job) is None and any(
        Outcome(source["outcome"]) in GOOD_OUTCOMES for source in sources
    )


def _failure_of(job: Job) -> EndingWord | None:
    if job.status is JobStatus.FAILED:
        return "failed"
    is_late = (job.error or {}).get("code") == "too_old_to_resume"
    return "closed late" if is_late else None
