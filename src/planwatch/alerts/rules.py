"""The registry of alerts: for each subject of a rule, the part of a message that it writes.

To add an alert: a function here and its entry in `ALERTS`, and the subject's name, with any setting
that it needs, in `settings/notify.py`. `overdue` and `digest` are no part of a job's message: see
`worker_alerts` and `weekly_digest`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, get_args

from planwatch.alerts.change_lines import group_by_plan, list_changes
from planwatch.alerts.due import News
from planwatch.alerts.job_endings import JobEnding
from planwatch.alerts.plain_text import clause
from planwatch.domain.job import Job, JobStatus
from planwatch.domain.outcome import GOOD_OUTCOMES, Outcome
from planwatch.domain.phrasing import count_of, format_day
from planwatch.ledger.alerts.messages import Severity
from planwatch.ledger.alerts.source_alerts import SourceAlert

if TYPE_CHECKING:
    from planwatch.settings.notify import AlertRule

_SEVERITIES: Final[Mapping[str, Severity]] = {
    "broken": "warning",
    "suspicious": "warning",
    "held": "warning",
    "fewer": "warning",
    "big_move": "info",
    "recovered": "success",
}
_TITLES: Final[Mapping[str, str]] = {
    "broken": "is in trouble",
    "suspicious": "is in trouble",
    "held": "shows a price beyond belief",
    "fewer": "lost many plans at once",
    "big_move": "changed many prices",
    "recovered": "works again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvents:
    """What one job brought, or what came from no job.

    Attributes:
        ending: how it ended, if that is to be reported.
        news: what the recipient is due to hear of plans.
        last_good: when each source was last read in full.
    """

    job: Job | None
    ending: JobEnding | None
    news: Sequence[News]
    source_alerts: Sequence[SourceAlert]
    last_good: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MessagePart:
    """What one alert puts into a message: words for its title, and a paragraph."""

    title: str
    text: str
    severity: Severity = "info"


Alert = Callable[[JobEvents, "Sequence[AlertRule]"], "MessagePart | None"]
"""Given the rules that ask for it; None where there is nothing to report."""


def _write_job_failed(events: JobEvents, _rules: Sequence[AlertRule]) -> MessagePart | None:
    job = events.job
    if job is None or events.ending is None:
        return None
    word = events.ending.word
    if word == "works again":
        return _write_better_end(job)
    title = f"{job.kind} {word}"
    error = job.error or {}
    ended = "was closed late" if word == "closed late" else word
    lines = [f"The {job.kind} {job.job_id} {ended}: {clause(error.get('message', ''))}."]
    if error.get("hint"):
        lines.append(f"What to do: {clause(error['hint'])}.")
    lines.append(f"Details: planwatch status {job.job_id}")
    return MessagePart(title, "\n".join(lines), "failure")


def _write_better_end(job: Job) -> MessagePart:
    """Say how the first scrape ended after one that failed: in part is not well."""
    sources = (job.result or {}).get("sources", [])
    good = sum(Outcome(source["outcome"]) in GOOD_OUTCOMES for source in sources)
    ended = f"{good} of {count_of(len(sources), 'source')} read in full; the scrape before failed"
    if job.status is JobStatus.COMPLETED:
        title = f"{job.kind} works again"
        return MessagePart(title, f"The {job.kind} {job.job_id} completed: {ended}.", "success")
    text = f"The {job.kind} {job.job_id} ended {job.status.value}: {ended}."
    return MessagePart(f"{job.kind} ended {job.status.value}", text, "warning")


def _write_sources(events: JobEvents, _rules: Sequence[AlertRule]) -> MessagePart | None:
    alerts = events.source_alerts
    if not alerts:
        return None
    lines = ["Sources:", *(f"- {_source_line(alert, events.last_good)}" for alert in alerts)]
    severities = {_SEVERITIES[alert.kind] for alert in alerts}
    return MessagePart(_sources_title(alerts), "\n".join(lines), gravest(severities))


def _sources_title(alerts: Sequence[SourceAlert]) -> str:
    if len(alerts) == 1:
        return f"{alerts[0].source} {_TITLES[alerts[0].kind]}"
    bad = {alert.source for alert in alerts if _SEVERITIES[alert.kind] == "warning"}
    if bad:
        return f"{count_of(len(bad), 'source')} in trouble"
    return f"updates on {count_of(len({alert.source for alert in alerts}), 'source')}"


def _source_line(alert: SourceAlert, last_good: Mapping[str, str]) -> str:
    if alert.kind not in ("broken", "suspicious"):
        return clause(alert.message)
    good = last_good.get(alert.source)
    known = f"last good data from {format_day(good)}" if good else "it was never read in full"
    return f"{clause(alert.message)}; {known}"


def _write_changes(events: JobEvents, _rules: Sequence[AlertRule]) -> MessagePart | None:
    if not events.news:
        return None
    plans = group_by_plan(events.news)
    return MessagePart(
        f"{count_of(len(plans), 'plan')} changed", f"Changes:\n{list_changes(plans)}"
    )


ALERTS: Final[Mapping[str, Alert]] = {
    "job_failed": _write_job_failed,
    "source": _write_sources,
    "changes": _write_changes,
}
"""By the subject that a rule names, in the order in which they stand in a message."""


def gravest(severities: set[Severity]) -> Severity:
    """Return the one that a message of several parts is sent with."""
    return max(severities, key=get_args(Severity).index)
