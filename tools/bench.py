"""Speed as ratios, each against its reference, measured interleaved in one run; medians.

Prints a table with the goal beside each figure and ends with 1 when a goal is missed. What the
figures do not show: docs/reference/benchmarks.md.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from planwatch.clock import stamp
from planwatch.domain.job import Job
from planwatch.engine.run import LocalRun
from planwatch.engine.workflow import Step
from planwatch.home import Home
from planwatch.ledger.jobs.steps import load_steps
from planwatch.ledger.jobs.transitions import claim_job, create_job
from planwatch.ledger.store.connection import Ledger, open_ledger

WARM_UP = 1500  # past the WAL's first checkpoint: until then every commit makes the file grow
ROUNDS_OF_STEPS = 1000
ROUNDS_OF_PROCESSES = 15
FEW_JOBS, MANY_JOBS = 10, 100_000
AT_ONCE = 16
DEATHS = 7
PROGRAM = (sys.executable, "-P", "-m", "planwatch")
IMPORT_TYPER = (sys.executable, "-c", "import typer")


@dataclass(frozen=True)
class Figure:
    """One line of the table; `most` is the goal, None where there is none."""

    what: str
    value: float
    unit: str = "×"
    most: float | None = None

    @property
    def is_met(self) -> bool:
        return self.most is None or self.value <= self.most

    def line(self) -> str:
        goal = "" if self.most is None else f"≤ {self.most:g} {self.unit}"
        verdict = "" if self.most is None else ("met" if self.is_met else "MISSED")
        return f"{self.what:<66} {self.value:7.2f} {self.unit:<2}  {goal:<8}  {verdict}"


def main() -> int:
    """Measure, print each figure as it comes, and tell by the exit code whether goals are met."""
    print(
        f"SQLite {sqlite3.sqlite_version}, Python {sys.version.split()[0]}, {os.cpu_count()} cores"
    )
    figures = []
    for measure in (
        measure_steps,
        measure_starts,
        measure_long_status,
        measure_crowd,
        measure_worker_memory,
        measure_resumption,
        measure_cancellation,
        measure_demo,
    ):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "home"
            for figure in measure(Home(root, root / "config.toml")):
                figures.append(figure)
                print(figure.line(), flush=True)
    return int(not all(figure.is_met for figure in figures))


def measure_steps(home: Home) -> Iterator[Figure]:
    """Yield a trivial step and its checkpoint as multiples of a raw commit (WAL, FULL, one row)."""
    with closing(open_ledger(home)) as ledger, _raw(home) as commit:
        run = _run(ledger)
        began = 0.0
        checkpoints: list[float] = []

        def note_start() -> int:
            nonlocal began
            began = time.perf_counter()  # the start mark is written; what follows is the checkpoint
            return 1

        def step() -> None:
            run.step("trivial", Step(work=note_start))
            checkpoints.append(time.perf_counter() - began)

        whole = interleave([commit, step], ROUNDS_OF_STEPS, warm_up=WARM_UP)
    checkpoint = statistics.median(checkpoints[-ROUNDS_OF_STEPS:])
    yield Figure("a raw commit of one row (WAL, FULL), in ms", whole[0] * 1000, "ms")
    yield Figure("a trivial step, whole ÷ raw commit", whole[1] / whole[0], most=2.0)
    yield Figure(
        "its checkpoint alone, from the value to the commit ÷ raw commit",
        checkpoint / whole[0],
    )
    yield from _measure_checkpoint_sql(home)


def _measure_checkpoint_sql(home: Home) -> Iterator[Figure]:
    """Yield the transaction itself: its statements on rows that exist, without the code around."""
    with closing(open_ledger(home)) as ledger, _raw(home) as commit:
        run = _run(ledger, "sql")
        for _ in range(WARM_UP + ROUNDS_OF_STEPS + 1):
            run.step("trivial", lambda: 1)
        with closing(sqlite3.connect(home.ledger, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            numbers = iter(range(1, WARM_UP + ROUNDS_OF_STEPS + 2))
            at = stamp()

            def checkpoint() -> None:
                number = next(numbers)
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(
                    "SELECT status, generation FROM jobs WHERE job_id = 'sql'"
                ).fetchall()
                connection.execute(
                    "UPDATE steps SET status = 'completed', finished_at = ?, value = ?, error ="
                    " NULL, retry_at = NULL, fell_back = 0 WHERE job_id = 'sql'"
                    " AND name = 'trivial' AND occurrence = ?",
                    (at, "1", number),
                )
                connection.execute(
                    "UPDATE attempts SET finished_at = ?, took_s = 0.1, error = NULL WHERE job_id ="
                    " 'sql' AND name = 'trivial' AND occurrence = ? AND attempt = 1",
                    (at, number),
                )
                connection.execute("COMMIT")

            times = interleave([commit, checkpoint], ROUNDS_OF_STEPS, warm_up=WARM_UP)
    yield Figure("its checkpoint transaction ÷ raw commit", times[1] / times[0], most=1.25)


def measure_starts(home: Home) -> Iterator[Figure]:
    """Yield whole processes as multiples of the start of Python with Typer."""
    _fill(home, FEW_JOBS)
    looks = ("--no-resume", "status"), ("--no-resume", "status", "--json")
    status, as_json = _processes(home, IMPORT_TYPER, *((*PROGRAM, *look) for look in looks))
    # --force: a dispatch that makes a job; the first one's worker holds the slot of its kind
    (dispatch,) = _processes(home, IMPORT_TYPER, (*PROGRAM, "scrape", "o2", "--force"))
    _finish(home)
    yield Figure("planwatch scrape, dispatched ÷ python -c 'import typer'", dispatch, most=2.0)
    yield Figure("planwatch status, 10 jobs ÷ python -c 'import typer'", status, most=2.2)
    yield Figure("planwatch status --json ÷ python -c 'import typer'", as_json, most=1.8)


def measure_long_status(home: Home) -> Iterator[Figure]:
    """Yield status over many jobs as a multiple of status over few."""
    other = Home(home.root.with_name("many"), home.root.with_name("many") / "config.toml")
    _fill(home, FEW_JOBS)
    _fill(other, MANY_JOBS)
    command = (*PROGRAM, "--no-resume", "status", "--limit", str(FEW_JOBS))
    times = interleave(
        [start_process(home, *command), start_process(other, *command)], ROUNDS_OF_PROCESSES
    )
    yield Figure(
        "status, 10 of 100,000 jobs ÷ status, 10 of 10 jobs", times[1] / times[0], most=1.2
    )
    full = (*PROGRAM, "--no-resume", "status")
    times = interleave(
        [start_process(home, *full), start_process(other, *full)], ROUNDS_OF_PROCESSES
    )
    yield Figure("the same with a table of 100 rows, the default", times[1] / times[0], most=1.2)


def measure_crowd(home: Home) -> Iterator[Figure]:
    """Yield how 16 dispatches at once fare: those that failed, and their time ÷ one's."""
    alone = interleave([start_process(home, *PROGRAM, "scrape", "o2", "--force")], 5)[0]
    started = time.perf_counter()
    crowd = [
        subprocess.Popen(
            [*PROGRAM, "scrape", "o2", "--force", "--json"],
            env=_environment(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(AT_ONCE)
    ]
    answers = [process.communicate()[0] for process in crowd]
    took = time.perf_counter() - started
    done = {json.loads(answer)["job_id"] for answer in answers if answer}
    _finish(home)
    yield Figure("16 dispatches at once: without a job of their own", AT_ONCE - len(done), "", 0)
    yield Figure("16 dispatches at once ÷ one dispatch", took / alone)


def measure_worker_memory(home: Home) -> Iterator[Figure]:
    """Yield the most memory that a worker of trivial steps takes."""
    script = Path(__file__).with_name("bench_worker.py")
    done = subprocess.run(
        [sys.executable, str(script), str(home.root)],
        env=_environment(home),
        check=True,
        capture_output=True,
        text=True,
    )
    yield Figure("memory of a worker of 1,000 trivial steps", float(done.stdout), "MB", 60)


def measure_resumption(home: Home) -> Iterator[Figure]:
    """Yield the seconds from the start of the next command to a new worker that has the job."""
    times = []
    for _ in range(DEATHS):
        pid = _start_scrape(home)
        os.kill(pid, signal.SIGKILL)
        started = time.perf_counter()
        subprocess.run(
            [*PROGRAM, "status"], env=_environment(home), capture_output=True, check=True
        )
        _wait_for(
            home, f"SELECT worker_pid FROM jobs WHERE status = 'running' AND worker_pid <> {pid}"
        )
        times.append(time.perf_counter() - started)
        _finish(home)
    yield Figure(
        "next command's start to a new worker at the job", statistics.median(times), "s", 1
    )


def measure_cancellation(home: Home) -> Iterator[Figure]:
    """Yield the seconds of a `cancel`, which returns when the job has no worker any more."""
    for signals, what in (
        ((), "cancel, until the job has no worker"),
        ((signal.SIGSTOP,), "the same with a worker that is stopped"),
    ):
        times = []
        for _ in range(DEATHS):
            pid = _start_scrape(home)
            for number in signals:
                os.kill(pid, number)
            started = time.perf_counter()
            subprocess.run(
                [*PROGRAM, "cancel", "last"],
                env=_environment(home),
                capture_output=True,
                check=True,
            )
            times.append(time.perf_counter() - started)
        yield Figure(what, statistics.median(times), "s", 2)


def measure_demo(home: Home) -> Iterator[Figure]:
    """Yield the seconds of a demo: three scrapes of recorded pages, a comparison, an analysis."""
    started = time.perf_counter()
    subprocess.run(
        [*PROGRAM, "demo"], env=_environment(home), stdout=subprocess.DEVNULL, check=True
    )
    yield Figure("demo", time.perf_counter() - started, "s", 20)


def _start_scrape(home: Home) -> int:
    """Start a scrape that keeps a long pause between its requests; return its worker."""
    subprocess.run(
        [*PROGRAM, "scrape", "smarty", "--force"],
        env={**_environment(home), "PLANWATCH_FETCH__PACE_S": "30"},
        check=True,
        capture_output=True,
    )
    return _wait_for(home, "SELECT worker_pid FROM jobs WHERE status = 'running'")


def interleave(
    works: Sequence[Callable[[], object]], rounds: int, *, warm_up: int = 1
) -> list[float]:
    """Return the median seconds of each work, taken in turns; the first rounds do not count."""
    times: list[list[float]] = [[] for _ in works]
    for number in range(warm_up + rounds):
        for taken, work in zip(times, works, strict=True):
            started = time.perf_counter()
            work()
            if number >= warm_up:
                taken.append(time.perf_counter() - started)
    return [statistics.median(taken) for taken in times]


@contextmanager
def _raw(home: Home) -> Iterator[Callable[[], None]]:
    """Yield the reference: one row in one durable commit, on a file of its own."""
    path = home.root / f"raw-{time.monotonic_ns()}.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("CREATE TABLE t (a TEXT)")

        def commit() -> None:
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("INSERT INTO t VALUES ('x')")
            raw.execute("COMMIT")

        yield commit


def _run(ledger: Ledger, job_id: str = "bench") -> LocalRun:
    job = _claimed(ledger, job_id)
    return LocalRun(ledger, job, load_steps(ledger, job_id), parallel=1)


def _claimed(ledger: Ledger, job_id: str) -> Job:
    with ledger.transaction():
        create_job(
            ledger, job_id=job_id, kind="bench", params={}, context={}, max_resumes=0, at=stamp()
        )
    return claim_job(ledger, job_id, pid=os.getpid(), at=stamp())


def _environment(home: Home) -> dict[str, str]:
    # the workers that the dispatches start meet a closed port, and no site
    return {
        **os.environ,
        "PLANWATCH_HOME": str(home.root),
        "PLANWATCH_ORIGIN": "http://127.0.0.1:9",
    }


def start_process(home: Home, *command: str) -> Callable[[], None]:
    home.prepare()

    def start() -> None:
        subprocess.run(
            command, env=_environment(home), check=True, capture_output=True, cwd=home.root
        )

    return start


def _processes(home: Home, reference: tuple[str, ...], *commands: tuple[str, ...]) -> list[float]:
    """Return the time of each command as a multiple of the reference's."""
    works = [start_process(home, *command) for command in (reference, *commands)]
    first, *others = interleave(works, ROUNDS_OF_PROCESSES)
    return [other / first for other in others]


def _fill(home: Home, jobs: int) -> None:
    """Fill a ledger with jobs that have ended, of ten steps each."""
    open_ledger(home).close()
    at = stamp()
    params = '{"sources": ["o2", "ee"]}'
    with closing(sqlite3.connect(home.ledger)) as connection:
        connection.executemany(
            "INSERT INTO jobs (job_id, kind, params, context, status, max_resumes, created_at,"
            " started_at, finished_at) VALUES (?, 'scrape', ?, '{}', 'completed', 3, ?, ?, ?)",
            ((f"job{number:07d}", params, at, at, at) for number in range(jobs)),
        )
        connection.executemany(
            "INSERT INTO steps (job_id, name, position, status, value)"
            " VALUES (?, ?, ?, 'completed', '1')",
            (
                (f"job{number:07d}", f"step {place}", place)
                for number in range(jobs)
                for place in range(10)
            ),
        )
        connection.commit()


def _wait_for(home: Home, sql: str) -> int:
    deadline = time.monotonic() + 30
    with closing(sqlite3.connect(home.ledger, isolation_level=None)) as connection:
        while time.monotonic() < deadline:
            row = connection.execute(sql).fetchone()
            if row and row[0]:
                return int(row[0])
            time.sleep(0.005)
    raise TimeoutError(sql)


def _finish(home: Home) -> None:
    """Cancel what is active: the jobs of the bench are not to burden the next measurement."""
    with closing(sqlite3.connect(home.ledger, isolation_level=None)) as connection:
        rows = connection.execute(
            "SELECT job_id FROM jobs WHERE status IN ('pending', 'running') ORDER BY rowid DESC"
        ).fetchall()
    for (job_id,) in rows:
        subprocess.run(
            [*PROGRAM, "cancel", job_id], env=_environment(home), capture_output=True, check=False
        )


if __name__ == "__main__":
    sys.exit(main())
