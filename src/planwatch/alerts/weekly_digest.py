"""The week's digest as a message: with the first good scrape from a day of the week on.

Each one begins where the last one to its recipient ended, so that nothing is told twice or missed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, get_args

from planwatch.alerts.job_endings import is_good_scrape
from planwatch.alerts.messages import Draft, MessageText, write_digest
from planwatch.clock import format_instant, next_instant, now
from planwatch.domain.job import Job
from planwatch.ledger.alerts.messages import has_message, last_digest_at
from planwatch.ledger.store.connection import Ledger

if TYPE_CHECKING:
    from planwatch.settings.notify import NotifySettings

logger: Final = logging.getLogger(__name__)


def prepare_digest(
    ledger: Ledger, settings: NotifySettings, values: Mapping[str, Any]
) -> Callable[[Sequence[Job]], list[Draft]]:
    """Return what drafts this week's digest, given the jobs that ended.

    Its recipients are those who want one and have none yet. The figures are computed here, before
    a transaction is held.
    """
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
    try:
        texts = _write_texts(ledger, missing, values, present)
    except Exception as error:  # noqa: BLE001 - other messages must not wait for it
        logger.warning("alerts: no digest (%s)", type(error).__name__)
        return lambda _jobs: []

    def draft(jobs: Sequence[Job]) -> list[Draft]:
        good = [job for job in jobs if is_good_scrape(job)]
        if not good:
            return []
        job_id, at = good[-1].job_id, format_instant(present)
        return [
            Draft(recipient=name, about=about, job_id=job_id, text=texts[name], at=at)
            for name in sorted(missing)
        ]

    return draft


def _write_texts(
    ledger: Ledger, recipients: Collection[str], values: Mapping[str, Any], present: datetime
) -> dict[str, MessageText]:
    """Return the text for each recipient; those whose periods begin together have the same."""
    from planwatch.settings.early import basket_list
    from planwatch.settings.pricing import pricing_section
    from planwatch.settings.sources import read_catalogue
    from planwatch.workflows.reports.digest import make_digest

    baskets, catalogue = basket_list(values), read_catalogue(values)
    pricing = pricing_section(values)
    starts = {name: _find_start(ledger, name, present) for name in recipients}
    texts = {
        since: write_digest(make_digest(ledger, since, baskets, catalogue, pricing=pricing), since)
        for since in set(starts.values())
    }
    return {name: texts[since] for name, since in starts.items()}


def _find_start(ledger: Ledger, recipient: str, present: datetime) -> str:
    """Return where the recipient's last digest ended; a first one goes back seven days."""
    last = last_digest_at(ledger, recipient, format_instant(present))
    if last is not None:
        return next_instant(last)
    return format_instant(present - timedelta(days=7))


def _week_of(instant: datetime) -> str:
    year, week, _ = instant.isocalendar()
    return f"{year}-W{week:02}"
