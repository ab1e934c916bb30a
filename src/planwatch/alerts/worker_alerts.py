"""What a worker reports: what its job brought, after its end, and its delay while it runs.

Nothing here can fail a job: its end is written before, and every fault becomes a line of the log.
What needs the settings is imported late: most workers have none of alerts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from planwatch.clock import now, parse_instant, stamp
from planwatch.engine.busy_retry import retry_transaction
from planwatch.errors import PlanwatchError
from planwatch.home import Home
from planwatch.ledger.jobs.jobs import load_job
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.ledger.store.info import is_recorded

if TYPE_CHECKING:
    from planwatch.settings.notify import NotifySettings

logger: Final = logging.getLogger(__name__)


def report_end(home: Home, ledger: Ledger, job_id: str) -> None:
    """Write the messages that a job's end calls for, ping, and send what waits."""
    _harmlessly(lambda: _report_end(home, ledger, job_id))


def report_overdue(home: Home, job_id: str) -> None:
    """Report once that a job takes longer than expected; opens a ledger of its own."""
    _harmlessly(lambda: _report_overdue(home, job_id))


def _harmlessly(report: Callable[[], None]) -> None:
    try:
        report()
    except PlanwatchError as error:
        logger.warning("alerts: %s (%s)", error, error.hint)
    except Exception as error:  # noqa: BLE001 - a job must not fail for it
        # without a traceback: it may quote an address
        logger.error("alerts: a fault in planwatch: %s", type(error).__name__)


def _settings(home: Home) -> NotifySettings | None:
    from planwatch.settings.notify import load_notify

    return load_notify(home.config_file, Path.cwd())


def _report_end(home: Home, ledger: Ledger, job_id: str) -> None:
    if is_recorded(ledger):
        return
    from planwatch.alerts.delivery import send_pending
    from planwatch.alerts.memory import write_messages
    from planwatch.alerts.ping import ping_after
    from planwatch.settings.load import read_values
    from planwatch.settings.notify import NotifySettings

    settings = _settings(home) or NotifySettings()
    write_messages(ledger, settings, read_values(home.config_file, Path.cwd()))
    ping_after(settings, load_job(ledger, job_id))
    if settings.recipients:
        send_pending(home, ledger, settings)


def _report_overdue(home: Home, job_id: str) -> None:
    settings = _settings(home)
    if settings is None or not settings.recipients:
        return
    from planwatch.alerts.delivery import send_pending
    from planwatch.alerts.memory import add_drafts
    from planwatch.alerts.messages import Draft, write_overdue

    ledger = open_ledger(home, create=False)
    try:
        if is_recorded(ledger):
            return
        job = load_job(ledger, job_id)
        began = parse_instant(job.started_at) if job.started_at else now()
        text = write_overdue(job, max(0.0, (now() - began).total_seconds()))
        about = f"overdue:{job_id}"
        drafts = {
            recipient: Draft(recipient=recipient, about=about, job_id=job_id, text=text)
            for rule in settings.rules_in_force
            if "overdue" in rule.on
            for recipient in settings.recipients_of(rule)
        }
        at = stamp()
        retry_transaction(ledger, lambda: add_drafts(ledger, drafts.values(), at))
        send_pending(home, ledger, settings)
    finally:
        ledger.close()
