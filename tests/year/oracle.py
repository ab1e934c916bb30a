"""What must stand, and what must not be left, after a simulated year: by SQL and the system."""

from __future__ import annotations

import json
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tests.crash.oracle import find_damage
from tests.support.ledgers import rows, value
from tests.support.workers import held_locks, workers_below
from tests.year.truth import Event, Expected

_MOVES_SQL: Final = (
    "SELECT substr(c.changed_at, 1, 10), p.source, c.kind, p.plan_key, c.before, c.after"
    " FROM changes AS c JOIN plans AS p USING (plan_id)"
    " WHERE c.kind IN ('headline', 'withdrawn', 'relaunched', 'new') AND NOT c.is_correction"
)
_SOURCE_ALERTS_SQL: Final = "SELECT substr(raised_at, 1, 10), source, kind FROM alarms"


def find_faults(home: Path, expected: Expected) -> Iterator[str]:
    """Yield a sentence for everything that is lost, reported twice, or left behind."""
    yield from (f"damage: {each}" for each in find_damage(home))
    yield from _compare("change", _moves(home), expected.moves)
    alerts = (Event(*row) for row in rows(home, _SOURCE_ALERTS_SQL))
    yield from _compare("alert", alerts, expected.source_alerts)
    yield from _runs(home, expected)
    yield from _jobs(home)
    yield from _left_behind(home)
    yield from _permissions(home)


def _moves(home: Path) -> Iterator[Event]:
    for day, source, kind, key, before, after in rows(home, _MOVES_SQL):
        yield Event(day, source, kind, key, _pence(before), _pence(after))


def _pence(text: str | None) -> int | None:
    """Return the headline in a change's value: a number, or a record with one."""
    found = None if text is None else json.loads(text)
    if isinstance(found, dict):
        found = found.get("price_pence")
    return found if isinstance(found, int) else None


def _compare(what: str, found: Iterable[Event], wanted: Iterable[Event]) -> Iterator[str]:
    is_there, should_be = Counter(found), Counter(wanted)
    yield from (f"lost {what}: {event}" for event in sorted((should_be - is_there).elements()))
    yield from (f"false {what}: {event}" for event in sorted((is_there - should_be).elements()))


def _runs(home: Path, expected: Expected) -> Iterator[str]:
    """Each source was asked once on each day with a scrape."""
    found = Counter(rows(home, "SELECT source, substr(checked_at, 1, 10) FROM source_runs"))
    sources = {source for source, _ in found}
    for source in sorted(sources):
        for day in expected.scrapes:
            times = found.pop((source, day), 0)
            if times != 1:
                yield f"{source} on {day}: {times} runs"
    yield from (f"{source} on {day}: a run that nobody asked for" for source, day in found)


def _jobs(home: Path) -> Iterator[str]:
    yield from (
        f"{kind} {job_id} is {status}"
        for job_id, kind, status in rows(home, "SELECT job_id, kind, status FROM jobs")
        if status in ("pending", "running")
    )
    doubled = "SELECT kind, key FROM jobs GROUP BY kind, key HAVING count(*) > 1"
    yield from (f"{kind} with the key {key} twice" for kind, key in rows(home, doubled))


def _left_behind(home: Path) -> Iterator[str]:
    """A year leaves no process, no held lock, and no file that no row names."""
    yield from (f"process {pid} is left" for pid in workers_below(home))
    yield from (f"lock {name} is held" for name in held_locks(home))
    jobs = {job_id for (job_id,) in rows(home, "SELECT job_id FROM jobs")}
    for path in (home / "locks").iterdir():
        if (
            path.name not in ("migrate.lock", "notify.lock")
            and not path.name.startswith("slot-")
            and path.stem not in jobs
        ):
            yield f"{path.name} is the lock of no job"
    for path in (home / "logs").glob("*.log"):
        if path.stem not in jobs and path.stem != "cron":
            yield f"{path.name} is the log of no job"
    captured = {sha256 for (sha256,) in rows(home, "SELECT sha256 FROM captures")}
    kept = {path.name.split(".")[0] for path in (home / "archive").rglob("*") if path.is_file()}
    yield from (f"page {sha256} is gone" for sha256 in sorted(captured - kept))
    yield from (f"page {name} is nobody's" for name in sorted(kept - captured))


def _permissions(home: Path) -> Iterator[str]:
    for path in (home, *home.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = 0o700 if path.is_dir() else 0o600
        if mode != wanted:
            yield f"{path.relative_to(home)} has mode {mode:o}"


def sizes(home: Path) -> dict[str, float]:
    """Return what the home takes, in MB, and how much it knows."""
    archive = sum(path.stat().st_size for path in (home / "archive").rglob("*") if path.is_file())
    return {
        "ledger_mb": (home / "ledger.db").stat().st_size / 1e6,
        "archive_mb": archive / 1e6,
        "plans": float(value(home, "SELECT count(*) FROM plans")),
        "versions": float(value(home, "SELECT count(*) FROM plan_versions")),
        "changes": float(value(home, "SELECT count(*) FROM changes")),
        "jobs": float(value(home, "SELECT count(*) FROM jobs")),
    }
