"""Drafts of messages: the parts that alerts write, put together for each job and recipient.

Reads no ledger. What an alert writes is in `rules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from planwatch.alerts.due import News
from planwatch.alerts.job_endings import JobEnding
from planwatch.alerts.plain_text import one_line
from planwatch.alerts.rules import ALERTS, JobEvents, gravest
from planwatch.analysis.report.digest.room import LinesOfHeading, fit_lines, lines_by_heading
from planwatch.domain.job import Job, JobStatus
from planwatch.domain.london import london_day
from planwatch.domain.phrasing import format_day
from planwatch.ledger.alerts.messages import Severity
from planwatch.ledger.alerts.unreported import Unreported

if TYPE_CHECKING:
    from planwatch.settings.notify import AlertRule, NotifySettings

# from a week's first good scrape to the next one's
_DAYS_OF_A_WEEK: Final = 8
MOST_DIGEST: Final = 1500
"""Characters of a digest as a message: what a phone shows without much scrolling."""


@dataclass(frozen=True, slots=True)
class MessageText:
    """What a message says, and how grave it is."""

    severity: Severity
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message to one recipient, who gets one message at most with the same `about`.

    Attributes:
        at: up to when it reports; None where that is when it is written.
    """

    recipient: str
    about: str
    job_id: str | None
    text: MessageText
    at: str | None = None


def draft_messages(
    unreported: Unreported,
    news: Mapping[str, Sequence[News]],
    endings: Mapping[str, JobEnding],
    settings: NotifySettings,
    at: str,
) -> list[Draft]:
    """Return one message for each job and each recipient whose rules ask for it.

    Args:
        news: by target, what it is due to hear of plans.
        endings: how jobs ended, by their ids, where that is to be reported.
        at: names the message about what came from no job.
    """
    drafts = []
    for target, recipients in settings.recipients_by_target.items():
        rules = [rule for rule in settings.rules_in_force if rule.to == target]
        for about, job_id, events in _by_job(unreported, news.get(target, ()), endings, at):
            text = _write(events, rules)
            if text is not None:
                drafts += [
                    Draft(recipient=recipient, about=about, job_id=job_id, text=text)
                    for recipient in recipients
                ]
    return drafts


def _by_job(
    unreported: Unreported, news: Sequence[News], endings: Mapping[str, JobEnding], at: str
) -> Iterable[tuple[str, str | None, JobEvents]]:
    """Yield what each job brought, then what came from no job or from one that is gone."""
    known = {job.job_id for job in unreported.jobs}
    for job in unreported.jobs:
        about = f"job:{job.job_id}:{job.generation}"
        ending = endings.get(job.job_id)
        yield about, job.job_id, _events_of(unreported, news, {job.job_id}, job, ending)
    authors = {each["job_id"] for each in news}
    authors |= {alert.job_id for alert in unreported.source_alerts}
    if authors - known:
        yield f"news:{at}", None, _events_of(unreported, news, authors - known)


def _events_of(
    unreported: Unreported,
    news: Sequence[News],
    job_ids: set[str | None],
    job: Job | None = None,
    ending: JobEnding | None = None,
) -> JobEvents:
    return JobEvents(
        job=job,
        ending=ending,
        news=[each for each in news if each["job_id"] in job_ids],
        source_alerts=[alert for alert in unreported.source_alerts if alert.job_id in job_ids],
        last_good=unreported.last_good,
    )


def _write(events: JobEvents, rules: Sequence[AlertRule]) -> MessageText | None:
    """Return the message that these rules ask for; None when they have nothing to report."""
    parts = []
    subjects = {subject for rule in rules for subject in rule.on}
    for subject, alert in ALERTS.items():
        if subject == "job_failed" and "source" in subjects and _says_the_same(events):
            continue
        asking = [rule for rule in rules if subject in rule.on]
        part = alert(events, asking) if asking else None
        if part is not None:
            parts.append(part)
    if not parts:
        return None
    return MessageText(
        gravest({part.severity for part in parts}),
        f"planwatch: {', '.join(part.title for part in parts)}",
        "\n\n".join(part.text for part in parts),
    )


def _says_the_same(events: JobEvents) -> bool:
    """Tell whether what is said of the sources says all that the job's end would."""
    ending, job = events.ending, events.job
    if ending is None or job is None or not ending.is_of_sources:
        return False
    return ending.word != "works again" or job.status is JobStatus.COMPLETED


def write_digest(document: Mapping[str, Any], since: str) -> MessageText:
    """Return a digest as plain text for a phone: its first screen, and what else there is room for.

    Args:
        since: the first instant of its period.
    """
    end = f"The whole digest: planwatch digest --since {since}"
    verdict = one_line(document["verdict"])

    def fits(parts: Sequence[str]) -> bool:
        return len(_join([*parts, end])) <= MOST_DIGEST

    found = fit_lines(lines_by_heading(document), lambda kept: fits([verdict, *_texts(kept)]))
    parts = [verdict, *_texts(found)]
    sections = {section["title"]: section["sentences"] for section in document["sections"]}
    for title, said in {**sections, "Caveats": document["caveats"]}.items():
        further = [*parts, f"{title}:\n{_points(said)}"]
        if said and fits(further):
            parts = further
    days = (date.fromisoformat(document["as_of"]) - london_day(since)).days
    period = "week" if days <= _DAYS_OF_A_WEEK else f"{days} days"
    title = f"planwatch: the {period} to {format_day(document['as_of'])}"
    return MessageText("info", title, _join([*parts, end]))


def _texts(found: Iterable[LinesOfHeading]) -> list[str]:
    return [f"{each.label}:\n{_points(each.texts)}" for each in found]


def _join(parts: Iterable[str]) -> str:
    return "\n\n".join(parts)


def _points(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {one_line(each)}" for each in sentences)


def write_overdue(job: Job, took_s: float) -> MessageText:
    """Return the message of a worker about its own job that takes too long."""
    expected = f"; {_minutes(job.expected_s)} were expected" if job.expected_s else ""
    return MessageText(
        "warning",
        f"planwatch: {job.kind} takes longer than expected",
        f"The {job.kind} {job.job_id} has taken {_minutes(took_s)}{expected}."
        " It is still running.\n"
        f"Progress: planwatch status {job.job_id}\n"
        f"To stop it: planwatch cancel {job.job_id}",
    )


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"
