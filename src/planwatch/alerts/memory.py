"""Writes each message once: in the transaction that marks what it reports as reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from planwatch.alerts.job_endings import note_endings
from planwatch.alerts.messages import Draft, draft_messages
from planwatch.alerts.weekly_digest import prepare_digest
from planwatch.clock import format_instant, now, stamp
from planwatch.engine.busy_retry import retry_transaction
from planwatch.ledger.alerts.messages import add_message
from planwatch.ledger.alerts.unreported import load_unreported, mark_reported
from planwatch.ledger.store.connection import Ledger

if TYPE_CHECKING:
    from planwatch.settings.notify import NotifySettings

_REPORTED_DAYS: Final = 3


def write_messages(ledger: Ledger, settings: NotifySettings, values: Mapping[str, Any]) -> None:
    """Write messages about all that is unreported, and mark it as reported.

    Args:
        values: the settings, as `read_values` returns them, for the digest.
    """
    if not settings.recipients:
        return
    draft_digest = prepare_digest(ledger, settings, values)

    def write() -> None:
        at = stamp()
        since = format_instant(now() - timedelta(days=_REPORTED_DAYS))
        unreported = load_unreported(ledger, since)
        endings = note_endings(ledger, unreported.jobs)
        drafts = draft_messages(unreported, endings, settings, at)
        add_drafts(ledger, [*drafts, *draft_digest(unreported.jobs)], at)
        mark_reported(ledger, at)

    retry_transaction(ledger, write)


def add_drafts(ledger: Ledger, drafts: Iterable[Draft], at: str) -> None:
    """Write drafts as messages to be sent; who has one about the same gets no second."""
    for draft in drafts:
        add_message(
            ledger,
            recipient=draft.recipient,
            about=draft.about,
            job_id=draft.job_id,
            severity=draft.text.severity,
            title=draft.text.title,
            body=draft.text.body,
            at=at,
        )
