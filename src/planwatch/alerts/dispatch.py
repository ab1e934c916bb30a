"""Tells what a job brought, after its end, and a job's own delay while it runs.

Nothing here can fail a job: its end is written before, and every fault becomes a line of the log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

from planwatch import __version__
from planwatch.clock import format_instant, now, parse_instant, stamp
from planwatch.domain.job import Job, JobStatus
from planwatch.domain.job_kinds import SCRAPE
from planwatch.domain.outcome import GOOD_OUTCOMES, Outcome
from planwatch.engine.busy_retry import retry_transaction
from planwatch.engine.retry import RetryPolicy, decide
from planwatch.errors import FetchError, PlanwatchError
from planwatch.home import Home
from planwatch.ledger.alerts.messages import add_message, has_message
from planwatch.ledger.alerts.unreported import load_news, mark_told
from planwatch.ledger.jobs.jobs import load_job
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.ledger.store.info import get_info, is_recorded, set_info

if TYPE_CHECKING:
    from planwatch.alerts.messages import Draft, JobNews
    from planwatch.settings.notify import NotifySettings

logger: Final = logging.getLogger(__name__)
_STATE_OF_SCRAPES: Final = "told_scrape"
_WELL: Final = "well"
_TOLD_DAYS: Final = 3
_PING_RETRY: Final = RetryPolicy(attempts=3, first_wait_s=1.0, longest_wait_s=10.0)


def tell_after_end(home: Home, ledger: Ledger, job_id: str) -> None:
    """Write the messages that a job's end calls for, ping, and send what waits."""
    _harmlessly(lambda: _tell_after_end(home, ledger, job_id))


def tell_overdue(home: Home, job_id: str) -> None:
    """Say that a job takes longer than expected, once; beside its worker, with its own ledger."""
    _harmlessly(lambda: _tell_overdue(home, job_id))


def write_messages(ledger: Ledger, settings: NotifySettings, values: Mapping[str, Any]) -> None:
    """Make messages of all that is news, and note in the same transaction that it was done.

    Args:
        values: the settings, as `read_values` returns them; of these a digest is made.
    """
    if not settings.recipients:
        return
    digest = _digest(ledger, settings, values)

    def write() -> None:
        from planwatch.alerts.messages import draft_news

        at = stamp()
        news = load_news(ledger, format_instant(now() - timedelta(days=_TOLD_DAYS)))
        states = _states_of(ledger, news.jobs)
        drafts = draft_news(news, states, settings, at)
        _add_all(ledger, [*drafts, *digest(news.jobs)], at)
        mark_told(ledger, at)

    retry_transaction(ledger, write)


def _harmlessly(tell: Callable[[], None]) -> None:
    try:
        tell()
    except PlanwatchError as error:
        logger.warning("alerts: %s (%s)", error, error.hint)
    except Exception as error:  # noqa: BLE001 - a job must not hear of it
        # without a traceback: it may quote an address
        logger.error("alerts: a fault in planwatch: %s", type(error).__name__)


def _settings(home: Home) -> NotifySettings | None:
    from planwatch.settings.notify import load_notify

    return load_notify(home.config_file, Path.cwd())


def _tell_after_end(home: Home, ledger: Ledger, job_id: str) -> None:
    if is_recorded(ledger):
        return
    settings = _settings(home)
    if settings is None:
        return
    from planwatch.alerts.delivery import send_pending
    from planwatch.settings.load import read_values

    write_messages(ledger, settings, read_values(home.config_file, Path.cwd()))
    ping(settings, load_job(ledger, job_id))
    if settings.recipients:
        send_pending(home, ledger, settings)


def _tell_overdue(home: Home, job_id: str) -> None:
    settings = _settings(home)
    if settings is None or not settings.recipients:
        return
    from planwatch.alerts.delivery import send_pending
    from planwatch.alerts.messages import Draft, draft_overdue

    ledger = open_ledger(home)
    try:
        if is_recorded(ledger):
            return
        job = load_job(ledger, job_id)
        began = parse_instant(job.started_at) if job.started_at else now()
        said = draft_overdue(job, max(0.0, (now() - began).total_seconds()))
        about = f"overdue:{job_id}"
        drafts = {
            recipient: Draft(recipient=recipient, about=about, job_id=job_id, said=said)
            for rule in settings.rules_in_force
            if "overdue" in rule.on
            for recipient in settings.recipients_of(rule)
        }
        at = stamp()
        retry_transaction(ledger, lambda: _add_all(ledger, list(drafts.values()), at))
        send_pending(home, ledger, settings)
    finally:
        ledger.close()


def _add_all(ledger: Ledger, drafts: list[Draft], at: str) -> None:
    for draft in drafts:
        add_message(
            ledger,
            recipient=draft.recipient,
            about=draft.about,
            job_id=draft.job_id,
            severity=draft.said.severity,
            title=draft.said.title,
            body=draft.said.body,
            at=at,
        )


def _states_of(ledger: Ledger, jobs: tuple[Job, ...]) -> dict[str, JobNews]:
    """Return what is news of how jobs ended.

    Scrapes have one state, told when it changes: one that fails every night for the same reason is
    told once. Other jobs somebody asked for by himself: each failure is told.
    """
    found: dict[str, JobNews] = {}
    for job in jobs:
        ended = _ended(job)
        if job.kind != SCRAPE:
            if ended == "failed":
                found[job.job_id] = ended
            continue
        if job.status is JobStatus.CANCELLED:
            continue
        code = (job.error or {}).get("code", "")
        before, state = get_info(ledger, _STATE_OF_SCRAPES), f"{ended}: {code}" if ended else _WELL
        if state == before or (before is None and state == _WELL):
            continue
        set_info(ledger, _STATE_OF_SCRAPES, state)
        found[job.job_id] = ended or "works again"
    return found


def _ended(job: Job) -> JobNews | None:
    if job.status is JobStatus.FAILED:
        return "failed"
    is_late = (job.error or {}).get("code") == "too_old_to_resume"
    return "closed late" if is_late else None


def is_good_scrape(job: Job) -> bool:
    """Tell whether a scrape brought what it is there for: at least one source in full, in time."""
    if job.kind != SCRAPE or job.status not in (JobStatus.COMPLETED, JobStatus.PARTIAL):
        return False
    sources = (job.result or {}).get("sources", [])
    return _ended(job) is None and any(
        Outcome(source["outcome"]) in GOOD_OUTCOMES for source in sources
    )


def ping(settings: NotifySettings, job: Job) -> None:
    """Give the sign of life that a scrape's end is worth; its failure is a line of the log."""
    if settings.ping_url is None or job.kind != SCRAPE or job.status is JobStatus.CANCELLED:
        return
    import time

    from planwatch.fetch.ping import send_ping

    address = settings.ping_url.get_secret_value()
    if not is_good_scrape(job):
        head, mark, query = address.partition("?")
        address = f"{head.rstrip('/')}/fail{mark}{query}"
    attempt = 0
    while True:
        attempt += 1
        try:
            send_ping(address, user_agent=f"planwatch/{__version__}")
        except FetchError as error:
            decision = decide(error, attempt, _PING_RETRY)
            if not decision.retry:
                logger.warning("ping: %s (%s)", error, error.hint)
                return
            time.sleep(decision.wait_s)
        else:
            logger.info("ping: sent")
            return


def _digest(
    ledger: Ledger, settings: NotifySettings, values: Mapping[str, Any]
) -> Callable[[tuple[Job, ...]], list[Draft]]:
    """Return what writes the digest of this week for whoever wants it and has none yet.

    The figures are computed here, before a transaction is held.
    """
    from planwatch.alerts.messages import Draft, draft_digest
    from planwatch.settings.notify import Weekday

    present = now()
    about = f"digest:{_week_of(present)}"
    missing = {
        recipient
        for rule in settings.rules_in_force
        if "digest" in rule.on
        for recipient in settings.recipients_of(rule)
        if not has_message(ledger, recipient, about)
    }
    if not missing or present.weekday() < get_args(Weekday).index(settings.digest_day):
        return lambda _jobs: []
    from planwatch.settings.early import basket_list
    from planwatch.settings.sources import read_catalogue
    from planwatch.workflows.reports.digest import make_digest

    try:
        since = format_instant(present - timedelta(days=7))
        document = make_digest(ledger, since, basket_list(values), read_catalogue(values))
        said = draft_digest(document)
    except Exception as error:  # noqa: BLE001 - other news must not wait for it
        logger.warning("alerts: no digest (%s)", type(error).__name__)
        return lambda _jobs: []

    def draft(jobs: tuple[Job, ...]) -> list[Draft]:
        good = [job for job in jobs if is_good_scrape(job)]
        if not good:
            return []
        job_id = good[-1].job_id
        return [
            Draft(recipient=name, about=about, job_id=job_id, said=said) for name in sorted(missing)
        ]

    return draft


def _week_of(instant: datetime) -> str:
    year, week, _ = instant.isocalendar()
    return f"{year}-W{week:02}"
