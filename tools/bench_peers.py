"""The same job on planwatch, on DBOS over SQLite and on huey: ms a step, medians, in turns.

Run it with `make bench-peers`, which installs the peers into a folder of their own. A job is timed
whole, from its first row to its end, in a process that already runs; each engine has one process.

What the figures do not show:
- What the peers do and planwatch does not. DBOS has queues, timers, messages, streams, forks and
  Postgres for many machines, and calls SQLite a choice for trying things out; huey has schedules,
  priorities, pipelines and many workers. planwatch has one file on one machine.
- Equal promises. planwatch marks that a step begins (durable against a kill, not against a power
  cut) and commits its checkpoint; DBOS commits a checkpoint and marks no beginning; huey does not
  checkpoint at all. A huey task leaves the queue before it runs, so a crash loses it, and a job of
  several tasks that died does not know which are done. Its row is the price of as many tasks.
- huey's consumer. It polls, so a chain of dependent tasks would measure its naps. Here one loop
  enqueues, dequeues and executes through the real queue and result store, and reads each result
  with preserve=True, as a checkpoint stays; the usual read removes it, with one commit more.
- A young file, whose commits cost more for everybody: the ratios to a raw commit are smaller then.
- Steps at once, large values, retries, resumption, dispatch, start-up, memory, other disks.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import importlib.util
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any, Final

from planwatch.clock import stamp
from planwatch.domain.job import Job, JobStatus
from planwatch.engine.run import LocalRun
from planwatch.home import Home
from planwatch.ledger.jobs.step_times import save_step_times
from planwatch.ledger.jobs.steps import DeclaredStep, declare_steps, load_steps
from planwatch.ledger.jobs.transitions import claim_job, create_job, finish_job
from planwatch.ledger.store.connection import open_ledger

# steps a job → rounds
ROUNDS: Final = {8: 40, 1000: 15}
# A WAL grows until its first checkpoint, at 1,000 pages; then it is written over, and an fsync that
# allocates nothing costs about half. Every file is past that point before anything is counted.
WARM_UP_STEPS: Final = 1200
# No turn begins that would end later; a slow disk gets fewer rounds instead of a longer run.
BUDGET_S: Final = 300.0
HARD_LIMIT_S: Final = 355
RunJob = Callable[[int], int]


def main() -> int:
    """Measure every peer in turns with the raw commit and planwatch, and print the table."""
    missing = [name for name in ("dbos", "huey") if importlib.util.find_spec(name) is None]
    if missing:
        print(f"not installed: {', '.join(missing)}; run: make bench-peers", file=sys.stderr)
        return 2
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(HARD_LIMIT_S)
    print(describe_machine())
    print("one job in a running process, medians; raw commit and planwatch beside each peer\n")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        contenders = {
            name: stack.enter_context(started(name, Path(folder) / name)) for name in ENGINES
        }
        print_table(measure(contenders))
    return 0


# --- the engines: each takes an empty folder and returns what runs one job of so many steps


def _raw_commits(folder: Path) -> RunJob:
    """Commit one row a step: what any engine must pay at this durability."""
    raw = sqlite3.connect(folder / "raw.db", isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute("CREATE TABLE t (a INTEGER)")

    def run_job(steps: int) -> int:
        total = 0
        for number in range(steps):
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("INSERT INTO t VALUES (?)", (number,))
            raw.execute("COMMIT")
            total += _step(number)
        return total

    return run_job


def _our_run(folder: Path) -> RunJob:
    """Do what a worker does with a job, after its lock; all that is known here of our engine."""
    ledger = open_ledger(Home(folder, folder / "config.toml"))
    job_ids = (f"bench-{number}" for number in count())

    def begin(steps: int) -> Job:
        job_id = next(job_ids)
        declared = [
            DeclaredStep(name=f"step {number}", stage=number, expected_s=1.0, usual_s=None)
            for number in range(steps)
        ]
        with ledger.transaction():
            create_job(
                ledger, job_id=job_id, kind="b", params={}, context={}, max_resumes=0, at=stamp()
            )
        job = claim_job(ledger, job_id, pid=os.getpid(), at=stamp())
        with ledger.transaction(durable=False):
            declare_steps(ledger, job_id, declared)
        return job

    def finish(job: Job, total: int) -> None:
        with ledger.transaction():
            finish_job(
                ledger,
                job.job_id,
                generation=job.generation,
                status=JobStatus.COMPLETED,
                result=total,
                error=None,
                at=stamp(),
            )
            save_step_times(ledger, job.job_id)

    def run_job(steps: int) -> int:
        job = begin(steps)
        run = LocalRun(ledger, job, load_steps(ledger, job.job_id), parallel=1)
        total = 0
        for number in range(steps):
            total += run.step(f"step {number}", partial(_step, number))
        finish(job, total)
        return total

    return run_job


def _dbos(folder: Path) -> RunJob:
    """Launch DBOS with its defaults: no conductor, no telemetry; 3.x has no admin server."""
    dbos: Any = importlib.import_module("dbos").DBOS
    step = dbos.step()(_step)

    def add_steps(steps: int) -> int:
        return sum(step(number) for number in range(steps))

    run_job: RunJob = dbos.workflow()(add_steps)
    dbos(config={"name": "bench-peers", "system_database_url": f"sqlite:///{folder}/dbos.sqlite"})
    dbos.launch()
    return run_job


def _dbos_wal(folder: Path) -> RunJob:
    """Launch DBOS as above, with each connection set to WAL and FULL, which is our durability.

    A listener on SQLAlchemy's engine class leaves the engine itself, its pool and its IMMEDIATE
    transactions as DBOS builds them; a `system_database_engine` of ours would replace them.
    """
    sqlalchemy: Any = importlib.import_module("sqlalchemy")

    def preset(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    sqlalchemy.event.listen(sqlalchemy.Engine, "connect", preset)
    run_job = _dbos(folder)
    # WAL is a property of the file: any connection can tell whether the preset took
    with contextlib.closing(sqlite3.connect(folder / "dbos.sqlite")) as probe:
        (mode,) = probe.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        raise RuntimeError(f"the WAL preset did not reach DBOS: journal_mode is {mode}")
    return run_job


def _huey(folder: Path) -> RunJob:
    """Pass each step through huey's queue and result store (WAL by default, fsync asked for)."""
    huey: Any = importlib.import_module("huey").SqliteHuey(
        filename=str(folder / "huey.db"), fsync=True
    )
    task = huey.task()(_step)

    def run_job(steps: int) -> int:
        total = 0
        for number in range(steps):
            result = task(number)
            huey.execute(huey.dequeue())
            total += result.get(preserve=True)
        return total

    return run_job


def _step(number: int) -> int:
    return number


RAW: Final = "raw commit (WAL, FULL)"
OURS: Final = "planwatch"
ENGINES: Final[dict[str, Callable[[Path], RunJob]]] = {
    RAW: _raw_commits,
    OURS: _our_run,
    "DBOS, SQLite, default": _dbos,
    "DBOS, SQLite, WAL FULL": _dbos_wal,
    "huey, SQLite, fsync": _huey,
}


# --- one process an engine, so that no engine's threads take another's turn


def serve(name: str, folder: Path) -> None:
    """Run a job for each number of steps on stdin and answer with its seconds on stdout."""
    run_job = ENGINES[name](folder)
    for line in sys.stdin:
        steps = int(line)
        started_at = time.perf_counter()
        total = run_job(steps)
        elapsed_s = time.perf_counter() - started_at
        if total != sum(range(steps)):
            raise RuntimeError(f"{name} returned {total} for {steps} steps")
        print(elapsed_s, flush=True)


class Contender:
    """An engine in its own process: asked for one job at a time."""

    def __init__(self, name: str, process: subprocess.Popen[str], errors: Path) -> None:
        self._name = name
        self._process = process
        self._errors = errors

    def time_job(self, steps: int) -> float:
        """Return the seconds of one job.

        Raises:
            SystemExit: the engine's process ended instead; with the end of what it said.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):  # it is dead; what it said follows
            print(steps, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            said = self._errors.read_text(errors="replace")[-2000:]
            raise SystemExit(f"{self._name}: its process ended\n{said}")
        return float(answer)


@contextlib.contextmanager
def started(name: str, folder: Path) -> Iterator[Contender]:
    """Start the process of an engine in a new folder; kill it at the end."""
    folder.mkdir()
    errors = folder / "stderr.log"
    # DBOS takes the address and the key of its cloud from the environment: it gets neither
    env = {key: text for key, text in os.environ.items() if not key.startswith(("DBOS", "OTEL_"))}
    command = [sys.executable, "-P", str(Path(__file__).resolve()), name, str(folder)]
    with (
        errors.open("wb") as stderr,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=env,
            cwd=folder,
        ) as process,
    ):
        try:
            yield Contender(name, process, errors)
        finally:
            process.kill()
            assert process.stdin is not None
            with contextlib.suppress(BrokenPipeError):  # a question that a dead engine never read
                process.stdin.close()


# --- taking turns


@dataclass(frozen=True, slots=True)
class Turn:
    """One peer's job and, just before it, the same job as raw commits and on planwatch."""

    peer: str
    steps: int
    raw_s: float
    ours_s: float
    peer_s: float


def measure(contenders: dict[str, Contender]) -> list[Turn]:
    """Return the turns that fit into the budget, the peers taking theirs one after another."""
    deadline = time.monotonic() + BUDGET_S
    peers = [name for name in contenders if name not in (RAW, OURS)]
    for contender in contenders.values():
        contender.time_job(WARM_UP_STEPS)
    turns: list[Turn] = []
    longest_s: dict[tuple[str, int], float] = {}
    for steps, rounds in ROUNDS.items():
        for peer in peers * rounds:
            if time.monotonic() + longest_s.get((peer, steps), 0.0) > deadline:
                continue
            raw_s, ours_s, peer_s = (contenders[name].time_job(steps) for name in (RAW, OURS, peer))
            turns.append(Turn(peer, steps, raw_s, ours_s, peer_s))
            whole_s = raw_s + ours_s + peer_s
            longest_s[peer, steps] = max(whole_s, longest_s.get((peer, steps), 0.0))
    return turns


# --- what is printed


def describe_machine() -> str:
    """Return the facts that a reader needs to place the figures."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("dbos", "huey"))
    return (
        f"{datetime.now(UTC).date()}, {os.cpu_count()} cores (load {os.getloadavg()[0]:.1f}),"
        f" Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, {versions},"
        f" files in {tempfile.gettempdir()}"
    )


def print_table(turns: Sequence[Turn]) -> None:
    """Print a row an engine and size; a peer is set against what stood beside it in its turns."""
    print(_row("engine", "steps", "rounds", "ms a step", "× raw commit", "× planwatch"))
    for steps in ROUNDS:
        of_size = [turn for turn in turns if turn.steps == steps]
        if not of_size:
            print(_row("none in the time", str(steps)))
            continue
        raw_s, ours_s = _medians(of_size)[:2]
        print(_measured(RAW, of_size, (raw_s, ours_s, raw_s)))
        print(_measured(OURS, of_size, (raw_s, ours_s, ours_s)))
        for peer in dict.fromkeys(turn.peer for turn in of_size):
            its_turns = [turn for turn in of_size if turn.peer == peer]
            print(_measured(peer, its_turns, _medians(its_turns)))


def _medians(turns: Sequence[Turn]) -> tuple[float, float, float]:
    return (
        statistics.median(turn.raw_s for turn in turns),
        statistics.median(turn.ours_s for turn in turns),
        statistics.median(turn.peer_s for turn in turns),
    )


def _measured(engine: str, turns: Sequence[Turn], medians: tuple[float, float, float]) -> str:
    raw_s, ours_s, own_s = medians
    steps = turns[0].steps
    return _row(
        engine,
        str(steps),
        str(len(turns)),
        f"{own_s / steps * 1000:.2f}",
        f"{own_s / raw_s:.2f}",
        f"{own_s / ours_s:.2f}",
    )


def _row(engine: str, *cells: str) -> str:
    widths = (6, 7, 10, 13, 12)
    return f"{engine:<24}" + "".join(
        f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=False)
    )


def _give_up(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(f"gave up after {HARD_LIMIT_S} s: an engine does not answer")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        serve(sys.argv[1], Path(sys.argv[2]))
    else:
        sys.exit(main())
