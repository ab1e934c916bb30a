"""What moved and what broke, as messages: who is told of it, and in which words. Reads nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from planwatch.clock import parse_instant
from planwatch.domain.brand import AGGREGATORS
from planwatch.domain.job import Job
from planwatch.domain.moves import PRICE_KINDS, moved_percent
from planwatch.domain.phrasing import (
    count_of,
    format_data,
    format_date,
    format_money,
    format_percent,
    format_term,
)
from planwatch.ledger.alerts.messages import Severity
from planwatch.ledger.alerts.source_alerts import Alarm
from planwatch.ledger.alerts.unreported import News
from planwatch.printable import printable

if TYPE_CHECKING:
    from planwatch.settings.notify import NotifyRule, NotifySettings

JobNews = Literal["failed", "closed late", "works again"]
MOST_LINES: Final = 20
_SEVERITY_OF_ALARM: Final[Mapping[str, Severity]] = {
    "broken": "warning",
    "suspicious": "warning",
    "big_move": "info",
    "recovered": "success",
}
# what a shop wrote may call a whole channel, or look like markup
_HARMLESS: Final = str.maketrans({"<": "‹", ">": "›", "@": "＠", "`": "'"})


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says, and whether that is good news or bad."""

    severity: Severity
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message to one recipient; `about` makes it the only one of its kind."""

    recipient: str
    about: str
    job_id: str | None
    said: Said


def draft_news(
    news: News, states: Mapping[str, JobNews], settings: NotifySettings, at: str
) -> list[Draft]:
    """Return one message for each job and each recipient who wants to know of it.

    Args:
        states: what is news of a job's end itself, by its id.
        at: names what belongs to no job.
    """
    drafts = []
    for target, recipients in settings.recipients_by_target.items():
        rules = [rule for rule in settings.rules_in_force if rule.to == target]
        for about, job_id, part in _by_job(news, at):
            job = next(iter(part.jobs), None)
            said = _Words(rules, part, job, states.get(job_id or "")).write()
            if said is not None:
                drafts += [
                    Draft(recipient=recipient, about=about, job_id=job_id, said=said)
                    for recipient in recipients
                ]
    return drafts


def _by_job(news: News, at: str) -> Iterable[tuple[str, str | None, News]]:
    """Yield the news of each job, then of what no job brought or whose job is gone."""
    known = {job.job_id for job in news.jobs}
    for job in news.jobs:
        yield f"job:{job.job_id}:{job.generation}", job.job_id, _part(news, {job.job_id}, (job,))
    written_by = {change["job_id"] for change in news.changes} | {a.job_id for a in news.alarms}
    if written_by - known:
        yield f"news:{at}", None, _part(news, written_by - known, ())


def _part(news: News, job_ids: set[str | None], jobs: tuple[Job, ...]) -> News:
    return News(
        changes=tuple(change for change in news.changes if change["job_id"] in job_ids),
        alarms=tuple(alarm for alarm in news.alarms if alarm.job_id in job_ids),
        jobs=jobs,
        last_good=news.last_good,
    )


@dataclass(frozen=True, slots=True)
class _Words:
    rules: Sequence[NotifyRule]
    news: News
    job: Job | None
    state: JobNews | None

    def write(self) -> Said | None:
        """Return what is to be said; None when these rules have nothing to tell."""
        heads, parts = [], []
        severities: set[Severity] = {"info"}
        if self.job is not None and self.state is not None and self._is_wanted("job_failed"):
            heads.append(f"{self.job.kind} {self.state}")
            parts.append(_say_job(self.job, self.state))
            severities.add("success" if self.state == "works again" else "failure")
        if self.news.alarms and self._is_wanted("source"):
            heads.append(_count_alarms(self.news.alarms))
            lines = (f"- {_say_alarm(alarm, self.news.last_good)}" for alarm in self.news.alarms)
            parts.append("\n".join(("Sources:", *lines)))
            severities |= {_SEVERITY_OF_ALARM[alarm.kind] for alarm in self.news.alarms}
        moved = [change for change in self.news.changes if self._is_wanted_change(change)]
        if moved:
            plans = _by_plan(moved)
            heads.append(f"{count_of(len(plans), 'plan')} moved")
            parts.append(_say_moves(plans))
        if not heads:
            return None
        gravest = max(severities, key=get_args(Severity).index)
        return Said(gravest, f"planwatch: {', '.join(heads)}", "\n\n".join(parts))

    def _is_wanted(self, subject: str) -> bool:
        return any(subject in rule.on for rule in self.rules)

    def _is_wanted_change(self, change: Mapping[str, Any]) -> bool:
        return any("changes" in rule.on and rule.move_filter.passes(change) for rule in self.rules)


def _size(changes: Sequence[Mapping[str, Any]]) -> float:
    """Return the largest move of a price in per cent: infinite from zero, 0 where none moved."""
    moves = [change for change in changes if change["kind"] in PRICE_KINDS]
    percents = (moved_percent(change) for change in moves)
    return max((inf if each is None else abs(each) for each in percents), default=0.0)


def _say_job(job: Job, state: JobNews) -> str:
    if state == "works again":
        return f"The {job.kind} {job.job_id} ended well; the one before had not."
    error = job.error or {}
    said = [f"The {job.kind} {job.job_id} {state}: {_harmless(error.get('message', ''))}."]
    if error.get("hint"):
        said.append(f"What to do: {_harmless(error['hint'])}.")
    return "\n".join([*said, f"More: planwatch status {job.job_id}"])


def _count_alarms(alarms: Sequence[Alarm]) -> str:
    words = {"big_move": "moved much", "recovered": "is well again"}
    if len(alarms) == 1:
        return f"{alarms[0].source} {words.get(alarms[0].kind, f'is {alarms[0].kind}')}"
    sources = {alarm.source for alarm in alarms}
    bad = {alarm.source for alarm in alarms if _SEVERITY_OF_ALARM[alarm.kind] == "warning"}
    told_of = count_of(len(sources), "source")
    return f"{len(bad)} of {told_of} in trouble" if bad else told_of


def _say_alarm(alarm: Alarm, last_good: Mapping[str, str]) -> str:
    if alarm.kind in ("recovered", "big_move"):
        return _harmless(alarm.message)
    # what broke says so itself: "ee failed 2 times in a row"
    named = "" if alarm.kind == "broken" else f"{alarm.source} is {alarm.kind}: "
    good = last_good.get(alarm.source)
    known = f"last good data of {_day(good)}" if good else "it was never read in full"
    return f"{named}{_harmless(alarm.message)}; {known}"


def _by_plan(changes: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Return the changes of each plan, the biggest move of a price first."""
    plans: dict[int, list[Mapping[str, Any]]] = {}
    for change in changes:
        plans.setdefault(change["plan_id"], []).append(change)
    return sorted(plans.values(), key=lambda moves: -_size(moves))


def _say_moves(plans: Sequence[Sequence[Mapping[str, Any]]]) -> str:
    lines = [f"- {_say_plan(moves)}" for moves in plans[:MOST_LINES]]
    since = min(move["changed_at"] for moves in plans for move in moves)[:10]
    if len(plans) > MOST_LINES:
        lines.append(f"- and {len(plans) - MOST_LINES} more: planwatch changes --since {since}")
    return "\n".join(("What moved:", *lines))


def _say_plan(moves: Sequence[Mapping[str, Any]]) -> str:
    brand, name = moves[0]["brand"], moves[0]["name"]
    plan = name if name.lower().startswith(brand.lower()) else f"{brand} {name}"
    source = moves[0]["source"]
    seller = "" if source == brand.lower() else f" (at {source})" if source in AGGREGATORS else ""
    mark = "" if moves[0].get("verified", True) else " (unverified)"
    return f"{_harmless(plan)}{seller}{mark}: {', '.join(_say_move(move) for move in moves)}"


def _say_move(move: Mapping[str, Any]) -> str:
    kind, before, after = move["kind"], move["before"], move["after"]
    if kind in PRICE_KINDS:
        by = _signed_percent(before, after)
        return f"{kind} {_money(before, move)} → {_money(after, move)} a month{by}"
    if kind in ("new", "relaunched"):
        return f"{kind} at {_monthly(after, move)}"
    if kind == "withdrawn":
        return f"withdrawn, was {_monthly(before, move)}"
    if kind == "allowance":
        return f"{format_data(before)} → {format_data(after)}"
    if kind == "term":
        return f"{format_term(before)} → {format_term(after)}"
    if kind == "promotion":
        return "promotion began" if before is None else _ended_or_changed(after)
    return {"rise": "dated rises changed"}.get(kind, f"{kind} changed")


def _ended_or_changed(after: Any) -> str:
    return "promotion ended" if after is None else "promotion changed"


def _signed_percent(before: int, after: int) -> str:
    if not before:
        return ""
    percent = (after - before) * 100 / before
    return f" ({'−' if percent < 0 else '+'}{format_percent(percent)})"


def _monthly(pence: int | None, move: Mapping[str, Any]) -> str:
    return "a price not stated" if pence is None else f"{_money(pence, move)} a month"


def _money(pence: int, move: Mapping[str, Any]) -> str:
    text = format_money(pence)
    currency = move.get("currency") or "GBP"
    return text if currency == "GBP" else text.replace("£", f"{currency} ")


def draft_digest(document: Mapping[str, Any]) -> Said:
    """Return a digest as plain text."""
    parts = [_one_line(document["verdict"])]
    if document["findings"]:
        parts.append("\n".join(f"- {_one_line(each)}" for each in document["findings"]))
    for section in document["sections"]:
        if section["sentences"]:
            said = "\n".join(f"- {_one_line(each)}" for each in section["sentences"])
            parts.append(f"{section['title']}:\n{said}")
    parts.append(f"All of it: planwatch digest --since {document['since']}")
    return Said("info", f"planwatch: the week to {_day(document['as_of'])}", "\n\n".join(parts))


def draft_overdue(job: Job, took_s: float) -> Said:
    """Return what a worker says of its own job that takes too long."""
    expected = f", and {_minutes(job.expected_s)} were expected" if job.expected_s else ""
    return Said(
        "warning",
        f"planwatch: {job.kind} takes longer than expected",
        f"The {job.kind} {job.job_id} has taken {_minutes(took_s)}{expected}. It goes on.\n"
        f"Where it stands: planwatch status {job.job_id}\n"
        f"End it: planwatch cancel {job.job_id}",
    )


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"


def _day(instant: str) -> str:
    return format_date(parse_instant(instant).date())


def _one_line(text: str) -> str:
    """Return text in one line; what a shop wrote in it can call nobody."""
    return printable(" ".join(str(text).split())).translate(_HARMLESS)


def _harmless(text: str) -> str:
    """Return text as a part of a sentence of ours."""
    return _one_line(text).rstrip(".")
