"""The week's digest as a message: with the first good scrape from a day of the week on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, get_args

from planwatch.alerts.job_endings import is_good_scrape
from planwatch.alerts.messages import Draft, write_digest
from planwatch.clock import format_instant, now
from planwatch.domain.job import Job
from planwatch.ledger.alerts.messages import has_message
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
    from planwatch.settings.early import basket_list
    from planwatch.settings.sources import read_catalogue
    from planwatch.workflows.reports.digest import make_digest

    try:
        since = format_instant(present - timedelta(days=7))
        text = write_digest(make_digest(ledger, since, basket_list(values), read_catalogue(values)))
    except Exception as error:  # noqa: BLE001 - other messages must not wait for it
        logger.warning("alerts: no digest (%s)", type(error).__name__)
        return lambda _jobs: []

    def draft(jobs: Sequence[Job]) -> list[Draft]:
        good = [job for job in jobs if is_good_scrape(job)]
        if not good:
            return []
        job_id = good[-1].job_id
        return [
            Draft(recipient=name, about=about, job_id=job_id, text=text) for name in sorted(missing)
        ]

    return draft


def _week_of(instant: datetime) -> str:
    year, week, _ = instant.isocalendar()
    return f"{year}-W{week:02}"
