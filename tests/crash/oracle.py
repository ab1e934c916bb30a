"""What must stand in a ledger after any number of crashes, told by plain SQL and the jobs' logs.

Nothing of planwatch's own reading code is used: a fault in it must not hide a fault elsewhere. The
logs show what a ledger cannot: a step that was finished, lost with its effects, and done anew.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.support.ledgers import rows, value

_MARKET: Final = ("plans", "plan_versions", "offers", "changes")
_MARKET_SQL: Final = "SELECT " + ", ".join(f"(SELECT count(*) FROM {name})" for name in _MARKET)
_PAGES_SQL: Final = (
    "SELECT json_extract(j.params, '$.market_date'), c.source, c.name, count(*)"
    " FROM captures AS c JOIN jobs AS j USING (job_id) GROUP BY c.job_id, c.source, c.name"
)

_DONE: Final = re.compile(r"^\S+ INFO step (.+): done$", re.MULTILINE)

Page = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Expected:
    """What unharmed jobs did: steps of each kind; pages of a day; rows and news, by days."""

    steps: Mapping[str, frozenset[str]]
    pages: Mapping[str, frozenset[Page]]
    market: Mapping[tuple[str, ...], tuple[int, ...]]
    news: Mapping[tuple[str, ...], Counter[str]]


@dataclass(slots=True)
class Findings:
    """Each a sentence: effects that are missing, and effects that stand more than once."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def count(self, what: str, found: int, expected: int) -> None:
        """Note what is there too seldom or too often."""
        if found != expected:
            wrong = self.lost if found < expected else self.doubled
            wrong.append(f"{what}: {found} instead of {expected}")


def days_scraped(home: Path) -> tuple[str, ...]:
    """Return the days of the market that were scraped to the end, in that order."""
    found = rows(
        home,
        "SELECT json_extract(params, '$.market_date') FROM jobs"
        " WHERE kind = 'scrape' AND status = 'completed' ORDER BY rowid",
    )
    return tuple(row[0] for row in found)


def market_rows(home: Path) -> tuple[int, ...]:
    """Return how many plans, versions, offers and changes there are."""
    return tuple(rows(home, _MARKET_SQL)[0])


def steps_by_kind(home: Path) -> dict[str, frozenset[str]]:
    """Return the names of the steps of each kind of job."""
    found: dict[str, set[str]] = {}
    for kind, name in rows(home, "SELECT kind, name FROM steps JOIN jobs USING (job_id)"):
        found.setdefault(kind, set()).add(name)
    return {kind: frozenset(names) for kind, names in found.items()}


def pages_by_day(home: Path) -> dict[str, frozenset[Page]]:
    """Return source and name of the pages that a scrape of each day captured."""
    found: dict[str, set[Page]] = {}
    for day, source, name, _ in rows(home, _PAGES_SQL):
        found.setdefault(day, set()).add((source, name))
    return {day: frozenset(pages) for day, pages in found.items()}


def finished_by_log(home: Path, job_id: str) -> Counter[str]:
    """Return how often the workers of a job said, after the commit, that a step is done."""
    text = (home / "logs" / f"{job_id}.log").read_text()
    return Counter(_DONE.findall(text))


def lines_of_messages(home: Path) -> Counter[str]:
    """Return the lines about plans of all messages, with how often each was written."""
    return Counter(
        line
        for (body,) in rows(home, "SELECT body FROM messages")
        for line in body.splitlines()
        if line.startswith("- ")
    )


def examine_news(home: Path, expected: Expected) -> Findings:
    """Compare what the messages of a home say with what those of unharmed jobs do."""
    findings = Findings()
    days = days_scraped(home)
    if days not in expected.news:
        findings.lost.append(f"scrapes: only those of {days} completed")
        return findings
    said, wanted = lines_of_messages(home), expected.news[days]
    for line in sorted({*said, *wanted}):
        findings.count(f"message {line!r}", said[line], wanted[line])
    return findings


def examine(home: Path, expected: Expected, jobs: int) -> Findings:
    """Compare a home in which no job is under way with what unharmed jobs leave.

    Args:
        jobs: how many were asked for.
    """
    findings = Findings()
    findings.count("jobs", value(home, "SELECT count(*) FROM jobs"), jobs)
    for job_id, kind, params, status, result, error in rows(
        home, "SELECT job_id, kind, params, status, result, error FROM jobs"
    ):
        name = f"{kind} {job_id}"
        if status != "completed" or result is None:
            findings.lost.append(f"{name}: {status}, its result is {result}, its error {error}")
            continue
        _examine_steps(home, findings, name, job_id, expected.steps[kind])
        for step, times in finished_by_log(home, job_id).items():
            if times > 1:
                findings.doubled.append(f"{name}: step {step!r}: finished {times} times by its log")
        if kind == "scrape":
            _examine_scrape(home, findings, name, job_id, json.loads(params), expected)
        else:
            sql = "SELECT count(*) FROM analyses WHERE job_id = ?"
            findings.count(f"{name}: analyses", value(home, sql, job_id), 1)
    if not findings.lost:
        market = expected.market[days_scraped(home)]
        for table, is_there, should_be in zip(_MARKET, market_rows(home), market, strict=True):
            findings.count(f"rows of {table}", is_there, should_be)
    return findings


def _examine_steps(
    home: Path, findings: Findings, job: str, job_id: str, expected: frozenset[str]
) -> None:
    """Each step is completed, by one successful attempt, which was its last."""
    found = rows(
        home,
        "SELECT name, count(*), sum(status = 'completed' AND value IS NOT NULL), max(attempts)"
        " FROM steps WHERE job_id = ? GROUP BY name",
        job_id,
    )
    for name in expected.symmetric_difference(row[0] for row in found):
        findings.count(f"{job}: step {name!r}", int(name not in expected), int(name in expected))
    for name, times, completed, attempts in found:
        step = f"{job}: step {name!r}"
        findings.count(step, times, 1)
        findings.count(f"{step}: checkpoints", completed, 1)
        tries = rows(
            home,
            "SELECT attempt, finished_at IS NOT NULL AND error IS NULL FROM attempts"
            " WHERE job_id = ? AND name = ? ORDER BY attempt",
            job_id,
            name,
        )
        findings.count(f"{step}: successful attempts", sum(row[1] for row in tries), 1)
        findings.count(f"{step}: rows of attempts", len(tries), attempts)
        if any(row[1] for row in tries[:-1]):
            findings.doubled.append(f"{step}: begun again after it had succeeded")


def _examine_scrape(
    home: Path,
    findings: Findings,
    job: str,
    job_id: str,
    params: Mapping[str, Any],
    expected: Expected,
) -> None:
    runs = dict(
        rows(
            home,
            "SELECT source, count(*) FROM source_runs WHERE job_id = ? GROUP BY source",
            job_id,
        )
    )
    for source in {*params["sources"], *runs}:
        should_be = int(source in params["sources"])
        findings.count(f"{job}: runs of {source}", runs.get(source, 0), should_be)
    captures = {
        (source, name): times
        for source, name, times in rows(
            home,
            "SELECT source, name, count(*) FROM captures WHERE job_id = ? GROUP BY source, name",
            job_id,
        )
    }
    pages = expected.pages[params["market_date"]]
    for page in {*pages, *captures}:
        findings.count(f"{job}: captures of {page}", captures.get(page, 0), int(page in pages))


def find_damage(home: Path) -> list[str]:
    """Return what SQLite finds wrong with the file; nothing for a sound one."""
    found = [row[0] for row in rows(home, "PRAGMA quick_check")]
    broken = [f"foreign key: {row}" for row in rows(home, "PRAGMA foreign_key_check")]
    return [*(found if found != ["ok"] else []), *broken]
