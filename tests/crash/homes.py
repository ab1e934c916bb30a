"""A home in which jobs are dispatched, recovered and awaited, and what such jobs do unharmed.

Who is killed, and when, is for `lanes.py`.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unittest import mock

from planwatch.engine.launch import dispatch
from planwatch.engine.request import JobRequest
from planwatch.home import Home
from planwatch.ledger.store.connection import open_ledger
from planwatch.sources.registry import SOURCE_IDS
from tests.crash.oracle import (
    Expected,
    finished_by_log,
    lines_of_messages,
    market_rows,
    pages_by_day,
    steps_by_kind,
)
from tests.support.cli import HANG_S, read_json, run_planwatch
from tests.support.failpoints import STARTED, WHENS, WORKER, Failpoint, failpoint_env
from tests.support.ledgers import rows, value
from tests.support.workers import held_locks, workers_below

DAYS: Final = ("2026-11-02", "2026-11-09", "2026-11-16")
# what happens in the life of one home: a scrape of a day, or one of the commands below
LIFE: Final = (
    *(DAYS[0], "compare", "analyse", DAYS[0]),
    *(DAYS[1], "analyse", "compare", DAYS[2], "analyse"),
)
COMMANDS: Final = {
    "compare": ("compare", "O2", "Vodafone", "--refresh"),
    "analyse": ("analyse", "--focus", "O2", "--refresh"),
}
JOB_LIMIT_S: Final = HANG_S
_LIMITS: Final = {"scrape": 1, "analyse": 2, "compare": 3}
_MAX_RESUMES: Final = 1000
_OUTSIDE_STEPS: Final = 4  # transactions of a worker: the claim, the plan, the end, its messages
_RULES: Final = """\
[[notify.rules]]
on = ["changes"]
kinds = ["headline", "effective", "new", "withdrawn", "relaunched"]
"""
_OF_A_STEP: Final = 2  # its begin and its checkpoint
_POLL_S: Final = 0.01
_FEW: Final = 5


class Stuck(Exception):
    """A job did not end in its time, or a command failed that should have helped it."""


def kind_of(task: str) -> str:
    """Return the kind of job that a task of a life is."""
    return "scrape" if task in DAYS else task


class HomeOfJobs:
    """One home, what was asked of it, and how often its processes have died of failpoints."""

    def __init__(self, root: Path, limit_s: float = JOB_LIMIT_S) -> None:
        root.mkdir(parents=True)
        self.root = root
        self.limit_s = limit_s
        self.home = Home(root / "home", root / "home" / "config.toml")
        self.home.prepare()
        self.home.config_file.write_text(_RULES, encoding="utf-8")
        self.home.config_file.chmod(0o600)
        self.asked = 0
        self._mark = root / "mark"
        self._deaths_seen = 0

    def env(self, failpoint: Failpoint | None) -> dict[str, str]:
        """Return what a command in this home is started with."""
        return {
            "PLANWATCH_HOME": str(self.home.root),
            "PLANWATCH_JOBS__MAX_RESUMES": str(_MAX_RESUMES),
            # what is to be said is written; nobody is there to hear it
            "PLANWATCH_NOTIFY__URLS": "nobody://listens",
            **failpoint_env(failpoint, self._mark),
        }

    def dispatch(self, task: str, failpoint: Failpoint | None) -> str:
        """Start a job whose worker has a failpoint; return its id."""
        self.asked += 1
        if task in COMMANDS:
            job_id: str = read_json(*COMMANDS[task], env=self.env(failpoint))["job_id"]
            return job_id
        request = JobRequest(
            kind="scrape",
            params={
                "sources": list(SOURCE_IDS),
                "fetcher": "recorded",
                "market_date": task,
                "market_now": f"{task}T09:00:00Z",
            },
            max_resumes=_MAX_RESUMES,
            working_folder=self.root,
        )
        with mock.patch.dict(os.environ, self.env(failpoint)):
            ledger = open_ledger(self.home)
            try:
                return dispatch(ledger, self.home, request, _LIMITS).job.job_id
            finally:
                ledger.close()

    def recover(self, failpoint: Failpoint | None) -> None:
        """Do what is to take up every lost job: a plain `planwatch status`."""
        self._show(self.env(failpoint))

    def look_on(self) -> None:
        """Read what there is to read, as somebody does while jobs run; nothing is taken up."""
        self._show(self.env(None), "--no-resume")

    def write_messages(self) -> None:
        """Let what a worker could not say before it died be written, as the next job would."""
        run_planwatch("notify", "send", env=self.env(None))

    def _show(self, env: Mapping[str, str], *options: str) -> None:
        done = run_planwatch(*options, "status", env=env)
        if done.returncode != 0:
            raise Stuck(f"status ended with {done.returncode}: {done.stderr}")

    def newest_job(self) -> str | None:
        """Return the job that was made last, None before the first."""
        if not self.home.ledger.exists():
            return None
        found = value(self.home.root, "SELECT job_id FROM jobs ORDER BY rowid DESC LIMIT 1")
        return None if found is None else str(found)

    def steps_done(self, job_id: str) -> int:
        sql = "SELECT count(*) FROM steps WHERE job_id = ? AND status = 'completed'"
        return int(value(self.home.root, sql, job_id))

    def is_free(self, job_id: str) -> bool:
        """Tell whether nobody works on a job."""
        return f"{job_id}.lock" not in held_locks(self.home.root)

    def has_ended(self, job_id: str) -> bool:
        """Tell whether a job has ended and nobody works on it any more."""
        sql = "SELECT finished_at IS NOT NULL FROM jobs WHERE job_id = ?"
        return bool(value(self.home.root, sql, job_id)) and self.is_free(job_id)

    def has_new_death(self) -> bool:
        """Tell whether a process has died of a failpoint since we asked last."""
        deaths = len(self._mark.read_text().splitlines()) if self._mark.exists() else 0
        has_new = deaths > self._deaths_seen
        self._deaths_seen = deaths
        return has_new

    def await_end(self, job_id: str) -> None:
        """Wait until a job has ended, with no command of planwatch."""
        self.wait_until(lambda: self.has_ended(job_id), f"the end of {job_id}")

    def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        """Poll, for as long as a job may take.

        Raises:
            Stuck: the time is up.
        """
        deadline = time.monotonic() + self.limit_s
        while not is_so():
            _reap()
            if time.monotonic() > deadline:
                raise Stuck(f"gave up waiting for {what}")
            time.sleep(_POLL_S)
        _reap()


def _reap() -> None:
    """Bury the workers that this process itself has started. No other child is alive here."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


@dataclass(frozen=True, slots=True)
class Reference:
    """What unharmed jobs do: their effects, and how many seconds each kind and a command take."""

    expected: Expected
    took_s: Mapping[str, float]
    command_s: float

    def boundaries(self, kind: str, steps_done: int = 0) -> list[Failpoint]:
        """Return every place at which a worker can die that has still to do a job's other steps."""
        steps = len(self.expected.steps[kind]) - steps_done
        last = _OUTSIDE_STEPS + _OF_A_STEP * steps
        return [
            Failpoint(WORKER, STARTED, 0),
            *(Failpoint(WORKER, when, n) for n in range(1, last + 1) for when in WHENS),
        ]


def measure(root: Path) -> Reference:
    """Let every job of a life run unharmed in a new home; return what they did."""
    home = HomeOfJobs(root)
    market: dict[tuple[str, ...], tuple[int, ...]] = {(): (0, 0, 0, 0)}
    days: tuple[str, ...] = ()
    news: dict[tuple[str, ...], Counter[str]] = {(): Counter()}
    for task in LIFE:
        home.await_end(home.dispatch(task, None))
        home.wait_until(lambda: not any(workers_below(root)), "its messages")
        if task in DAYS:
            days = (*days, task)
            market[days] = market_rows(home.home.root)
            news[days] = lines_of_messages(home.home.root)
    began = time.monotonic()
    home.recover(None)
    command_s = time.monotonic() - began
    took = rows(
        home.home.root,
        "SELECT kind, max(julianday(finished_at) - julianday(started_at)) * 86400 FROM jobs"
        " GROUP BY kind",
    )
    for job_id, kind in rows(home.home.root, "SELECT job_id, kind FROM jobs"):
        done = finished_by_log(home.home.root, job_id)
        assert done == dict.fromkeys(steps_by_kind(home.home.root)[kind], 1), "logs say otherwise"
    expected = Expected(
        steps=steps_by_kind(home.home.root),
        pages=pages_by_day(home.home.root),
        market=market,
        news=news,
    )
    assert len(news[days]) > _FEW, "nothing moves in this market"
    return Reference(expected, dict(took), command_s)
