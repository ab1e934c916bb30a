"""Writes each message once: in the transaction that marks what it reports as reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from planwatch.alerts.due import News, find_due
from planwatch.alerts.job_endings import note_endings
from planwatch.alerts.messages import Draft, draft_messages
from planwatch.alerts.weekly_digest import prepare_digest
from planwatch.clock import format_instant, now, stamp
from planwatch.engine.busy_retry import retry_transaction
from planwatch.ledger.alerts.baselines import (
    MovedFigure,
    PriceRange,
    forget_other_targets,
    load_baselines,
    load_moved,
    mark_looked_at,
    price_range,
    save_baselines,
)
from planwatch.ledger.alerts.messages import add_message
from planwatch.ledger.alerts.unreported import load_unreported, mark_reported
from planwatch.ledger.store.connection import Ledger

if TYPE_CHECKING:
    from planwatch.settings.notify import NotifySettings

_REPORTED_DAYS: Final = 3


def write_messages(ledger: Ledger, settings: NotifySettings, values: Mapping[str, Any]) -> None:
    """Write messages about all that is unreported, and mark it as reported.

    Without recipients it is marked all the same: who is set up later begins with what stands then.

    Args:
        values: the settings, as `read_values` returns them, for the digest.
    """
    draft_digest = prepare_digest(ledger, settings, values)

    def write() -> None:
        at = stamp()
        since = format_instant(now() - timedelta(days=_REPORTED_DAYS))
        unreported = load_unreported(ledger, since)
        endings = note_endings(ledger, unreported.jobs)
        news = _take_news(ledger, settings)
        drafts = draft_messages(unreported, news, endings, settings, at)
        add_drafts(ledger, [*drafts, *draft_digest(unreported.jobs)], at)
        mark_reported(ledger, at)

    retry_transaction(ledger, write)


def _take_news(ledger: Ledger, settings: NotifySettings) -> dict[str, Sequence[News]]:
    """Return what each target is due to hear of plans, and write that it was told."""
    moved = load_moved(ledger)
    rules_of = {
        target: [
            rule for rule in settings.rules_in_force if rule.to == target and "changes" in rule.on
        ]
        for target in settings.recipients_by_target
    }
    news: dict[str, Sequence[News]] = {}
    for target, rules in rules_of.items():
        due = find_due(moved, load_baselines(ledger, target), rules, partial(_price_range, ledger))
        save_baselines(ledger, target, due.baselines)
        news[target] = due.news
    forget_other_targets(ledger, rules_of.keys())
    mark_looked_at(ledger, moved)
    return news


def _price_range(ledger: Ledger, moved: MovedFigure, days: int) -> PriceRange | None:
    return price_range(ledger, moved.plan_id, moved.figure, before=moved.changed_at, days=days)


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
            at=draft.at or at,
        )
