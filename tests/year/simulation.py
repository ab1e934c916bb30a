"""Lives through the days with the real command, as cron would: one process after another."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.support.cli import PROGRAM, kill_hard, run_planwatch, wait_until
from tests.support.ledgers import value
from tests.support.market.replica import ReplicaMarket
from tests.support.workers import await_end, workers_below
from tests.year.alerts import Received
from tests.year.calendar import SOURCES, Day

_TIMEOUT_S: Final = 120.0
_EXPECTED_EXITS: Final = (0, 3, 4)
_MONDAY: Final = 0


@dataclass
class Life:
    """A home, the market that it scrapes, and what its commands said beside what was expected.

    Attributes:
        settings: PLANWATCH_* variables of every command.
        killed: jobs whose worker was killed and which went on.
        surprises: commands that ended otherwise than they should.
    """

    home: Path
    market: ReplicaMarket
    received: Received
    settings: dict[str, str]
    killed: int = 0
    commands: int = 0
    surprises: list[str] = field(default_factory=list)

    def live(self, days: Iterable[Day], *, tell: Callable[[Day], None] = lambda _: None) -> None:
        """Live through the days in order."""
        for day in days:
            self.market.day = day.day
            self.received.begin(day.day)
            self.market.clear()
            for source, fault in day.faults.items():
                self.market.fault(source, fault, retry_after_s=0)
            getattr(self, f"_{day.start}")(day)
            if day.start != "off":
                self._look_after(day)
            # a worker tells what its job brought after the job's end: a day leaves it time to
            wait_until(lambda: not any(workers_below(self.home)), "the workers' end")
            self.market.forget()
            tell(day)

    def _off(self, day: Day) -> None:
        """The machine is off: nothing happens at all."""

    def _once(self, day: Day) -> None:
        self._run(day, *self._scrape(day), "--wait", "-q", exits=_EXPECTED_EXITS)

    def _twice(self, day: Day) -> None:
        """Cron's line and an impatient person at the same moment."""
        both = [
            subprocess.Popen(
                [*PROGRAM, *self._scrape(day), "--wait"],
                env=self._environment(day),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for _ in range(2)
        ]
        for process in both:
            said, _ = process.communicate(timeout=_TIMEOUT_S)
            self._judge(day, ("scrape", "twice"), process.returncode, said, _EXPECTED_EXITS)

    def _killed(self, day: Day) -> None:
        """The worker is killed in the middle; what cron runs each quarter of an hour goes on."""
        self.market.latency_s = 0.15
        try:
            self._run(day, *self._scrape(day))
            job_id = self._job_of(day)
            pid = wait_until(lambda: self._pid_of(job_id), f"the worker of {day.day}")
            wait_until(lambda: self.market.count() > 2 or self._has_ended(job_id), "requests")
            with suppress(ProcessLookupError):
                kill_hard(pid)
            # a busy machine takes a moment to end it, and cron comes a quarter of an hour later
            wait_until(lambda: pid not in workers_below(self.home), "the worker's death")
        finally:
            self.market.latency_s = 0.0
        self._run(day, "status", at="06:30")
        await_end(self.home, job_id)
        self.killed += int(value(self.home, "SELECT resumes FROM jobs WHERE job_id = ?", job_id))

    def _look_after(self, day: Day) -> None:
        """What runs beside the scrape: an analysis each week, tidying each month."""
        key = day.day.isoformat()
        if day.day.weekday() == _MONDAY:
            self._run(day, "analyse", "--focus", "giffgaff", "--wait", "-q", "--key", key)
        if day.day.day == 1:
            self._run(day, "prune", at="07:00")

    def _scrape(self, day: Day) -> tuple[str, ...]:
        return ("scrape", *SOURCES, "--key", day.day.isoformat())

    def _run(
        self, day: Day, *arguments: str, at: str = "06:15", exits: tuple[int, ...] = (0,)
    ) -> None:
        env = self._environment(day, at)
        done = run_planwatch(*arguments, env=env, timeout_s=_TIMEOUT_S)
        self._judge(day, arguments, done.returncode, done.stdout + done.stderr, exits)

    def _judge(
        self, day: Day, arguments: tuple[str, ...], code: int, said: str, exits: tuple[int, ...]
    ) -> None:
        self.commands += 1
        if code not in exits or "Traceback" in said:
            self.surprises.append(f"{day.day}: {' '.join(arguments)}: exit {code}: {said[-400:]}")

    def _environment(self, day: Day, at: str = "06:15") -> dict[str, str]:
        return {
            **os.environ,
            **self.settings,
            "PLANWATCH_HOME": str(self.home),
            "PLANWATCH_ORIGIN": self.market.origin,
            "PLANWATCH_NOW": f"{day.day.isoformat()}T{at}:00Z",
        }

    def _job_of(self, day: Day) -> str:
        sql = "SELECT job_id FROM jobs WHERE kind = 'scrape' AND key = ?"
        return str(value(self.home, sql, day.day.isoformat()))

    def _pid_of(self, job_id: str) -> int:
        return int(value(self.home, "SELECT worker_pid FROM jobs WHERE job_id = ?", job_id) or 0)

    def _has_ended(self, job_id: str) -> bool:
        sql = "SELECT finished_at FROM jobs WHERE job_id = ?"
        return value(self.home, sql, job_id) is not None
