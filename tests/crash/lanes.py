"""One home after the other, one job after the other: killed, recovered, examined."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from tests.crash.homes import COMMANDS, JOB_LIMIT_S, LIFE, HomeOfJobs, Reference, Stuck, kind_of
from tests.crash.oracle import examine, examine_news, find_damage
from tests.support.cli import PROGRAM
from tests.support.failpoints import COMMAND, WHENS, Failpoint
from tests.support.long_runs import say
from tests.support.workers import held_locks, worker_of, workers_below

_HITS: Final = 6  # most kills of the workers of one job
_COMMAND_SHARE: Final = 0.1  # how often a command dies before its job goes on
_LOOK_SHARE: Final = 0.2  # how often somebody looks on while a worker works
_LATEST: Final = 1.3  # times what it takes: a random instant may come too late
_REPORTS_EVERY: Final = 100
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Boundary:
    """A place at which the first worker of a kind of job is to die."""

    kind: str
    failpoint: Failpoint


@dataclass(slots=True)
class Tally:
    """What a lane did, and what it found."""

    kills: Counter[str] = field(default_factory=Counter)
    boundaries: set[Boundary] = field(default_factory=set)
    jobs: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        return not (self.lost or self.doubled or self.stuck)

    def add(self, other: Tally) -> None:
        self.kills += other.kills
        self.boundaries |= other.boundaries
        self.jobs += other.jobs
        self.lost += other.lost
        self.doubled += other.doubled
        self.stuck += other.stuck

    def line(self) -> str:
        return (
            f"kills {self.kills.total()}  lost {len(self.lost)}  doubled {len(self.doubled)}"
            f"  stuck {len(self.stuck)}"
        )


class Lane:
    """Works until its quota of kills is met; a process of its own, beside other lanes."""

    def __init__(
        self, root: Path, quota: int, seed: int, reference: Reference, todo: Sequence[Boundary]
    ) -> None:
        """Begin.

        Args:
            todo: boundaries of first workers; each is tried once before any comes again.
        """
        self._root = root
        self._quota = quota
        self._chance = random.Random(seed)
        self._reference = reference
        self._todo = list(todo)
        self._tally = Tally()
        self._home: HomeOfJobs

    @property
    def _is_done(self) -> bool:
        return self._tally.kills.total() >= self._quota

    def run(self) -> Tally:
        """Harm one home after the other; those with findings are kept."""
        number = 0
        while not self._is_done:
            number += 1
            self._home = HomeOfJobs(self._root / f"life-{number}")
            found = Tally()
            self._live(found)
            if found.is_well:
                shutil.rmtree(self._home.root)
            self._tally.add(found)
        return self._tally

    def _live(self, found: Tally) -> None:
        """Let one home live its life, or as much of it as the quota needs."""
        try:
            for task in LIFE:
                if not self._is_done and found.is_well:
                    self._harm(task)
                    self._examine(found)
            self._examine_remains(found)
        except Stuck as error:
            found.stuck.append(str(error))
            for pid in workers_below(self._home.root):
                os.kill(pid, signal.SIGKILL)
        for finding in (*found.lost, *found.doubled, *found.stuck):
            say(f"{finding}; see {self._home.root}")

    def _harm(self, task: str) -> None:
        """Start one job, kill its workers and commands, and see it to its end."""
        kind = kind_of(task)
        job_id, failpoint = self._start(task, kind)
        hits = 0
        while not self._is_done and self._hit(job_id, kind, failpoint):
            hits += 1
            failpoint = self._recover(job_id, kind, is_last=hits == _HITS)
            if hits == _HITS:
                break
        self._home.await_end(job_id)
        self._tally.jobs += 1

    def _start(self, task: str, kind: str) -> tuple[str, Failpoint | None]:
        """Dispatch a job, now and then after a command that died of it; return where it is to die.

        Such a command leaves a job, which goes on, or none.
        """
        before = made = self._home.newest_job()
        if task in COMMANDS and self._chance.random() < _COMMAND_SHARE:
            self._kill_command(*COMMANDS[task], transactions=2)
            made = self._home.newest_job()
        failpoint = None if self._is_done else self._next_boundary(kind)
        if made is None or made == before:
            return self._home.dispatch(task, failpoint), failpoint
        self._home.asked += 1
        self._home.recover(failpoint)
        return made, failpoint

    def _next_boundary(self, kind: str) -> Failpoint | None:
        """Return a boundary at which no first worker of this kind was killed yet."""
        for boundary in self._todo:
            if boundary.kind == kind:
                self._todo.remove(boundary)
                return boundary.failpoint
        return self._perhaps(self._reference.boundaries(kind))

    def _perhaps(self, failpoints: Sequence[_T]) -> _T | None:
        """Return one of some failpoints; half of the time None, which is a random instant."""
        return self._chance.choice(failpoints) if self._chance.random() < 0.5 else None

    def _hit(self, job_id: str, kind: str, failpoint: Failpoint | None) -> bool:
        """Kill the worker of a job, or see it die; False when the job has ended instead."""
        if self._chance.random() < _LOOK_SHARE:
            self._home.look_on()
        if failpoint is None:
            return self._kill_at_random(job_id, kind)
        if not self._see_death(job_id):
            return False
        self._count("a worker at a boundary")
        self._tally.boundaries.add(Boundary(kind, failpoint))
        return True

    def _see_death(self, job_id: str) -> bool:
        home, has_died = self._home, False

        def is_over() -> bool:
            nonlocal has_died
            has_ended = home.has_ended(job_id)  # first: who dies at the end leaves its mark before
            has_died = has_died or home.has_new_death()
            return has_ended or (has_died and home.is_free(job_id))

        home.wait_until(is_over, f"the death of a worker of {job_id}")
        return has_died

    def _kill_at_random(self, job_id: str, kind: str) -> bool:
        home, pid = self._home, 0

        def is_known() -> bool:
            nonlocal pid
            pid = worker_of(home.home.root, job_id) or 0
            return _is_worker(pid, job_id) or home.has_ended(job_id)

        home.wait_until(is_known, f"a worker of {job_id}")
        time.sleep(self._chance.uniform(0, _LATEST * self._reference.took_s[kind]))
        if not _is_worker(pid, job_id):
            home.await_end(job_id)
            return False
        os.kill(pid, signal.SIGKILL)
        self._count("a worker at a random instant")
        home.wait_until(lambda: not _is_worker(pid, job_id), f"the death of process {pid}")
        return True

    def _recover(self, job_id: str, kind: str, *, is_last: bool) -> Failpoint | None:
        """Let a plain command take the job up; return where the next worker is to die."""
        if not self._is_done and self._chance.random() < _COMMAND_SHARE:
            self._kill_command("status", transactions=2)
        failpoint = None
        if not is_last and not self._is_done:
            left = self._reference.boundaries(kind, self._home.steps_done(job_id))
            failpoint = self._perhaps(left)
        self._home.recover(failpoint)
        return failpoint

    def _kill_command(self, *arguments: str, transactions: int) -> None:
        """Kill a command at one of its transactions or at a random instant, unless it is over."""
        failpoint = self._perhaps(
            [Failpoint(COMMAND, when, n) for n in range(1, transactions + 1) for when in WHENS]
        )
        command = subprocess.Popen(
            [*PROGRAM, *arguments],
            env={**os.environ, **self._home.env(failpoint)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if failpoint is None:
            time.sleep(self._chance.uniform(0, _LATEST * self._reference.command_s))
            command.kill()
        if command.wait(JOB_LIMIT_S) == -signal.SIGKILL:
            self._count(f"a command at {'a random instant' if failpoint is None else 'a boundary'}")
        self._home.has_new_death()  # it has been counted

    def _count(self, what: str) -> None:
        self._tally.kills[what] += 1
        if self._tally.kills.total() % _REPORTS_EVERY == 0:
            say(f"{self._root.name}: {self._tally.kills.total()} kills, {self._tally.jobs} jobs")

    def _examine(self, found: Tally) -> None:
        findings = examine(self._home.home.root, self._reference.expected, self._home.asked)
        found.lost += findings.lost
        found.doubled += findings.doubled

    def _examine_remains(self, found: Tally) -> None:
        """Look, at the end of a home's life, for damage and for what nobody should hold."""
        root = self._home.root
        self._home.wait_until(lambda: not any(workers_below(root)), "the last worker to go")
        self._home.write_messages()
        news = examine_news(self._home.home.root, self._reference.expected)
        found.lost += news.lost
        found.doubled += news.doubled
        found.lost += find_damage(self._home.home.root)
        found.stuck += [f"{name} is held" for name in held_locks(self._home.home.root)]


def _is_worker(pid: int, job_id: str) -> bool:
    """Tell whether a process lives and is a worker of this job: we kill no other."""
    try:
        return job_id.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
