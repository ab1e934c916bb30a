"""`prune` holds the write lock for moments only, and may be killed at any of them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from planwatch.home import Home
from planwatch.ledger.jobs.tally import count_tokens
from planwatch.ledger.store.connection import Ledger, open_ledger
from planwatch.ledger.store.short_transactions import run_in_short_transactions
from planwatch.services.maintenance.prune.jobs import prune
from planwatch.services.maintenance.prune.rest import prune_rest
from tests.support.cli import HANG_S, PROGRAM, read_json, run_planwatch
from tests.support.failpoints import COMMAND, Failpoint, failpoint_env
from tests.support.large_ledger import (
    add_answers,
    add_free_pages,
    add_jobs,
    add_messages,
)
from tests.support.ledgers import rows, value

BEFORE: Final = "2026-06-01T00:00:00.000Z"
PROMISED_S: Final = 0.1
_WRITES: Final = (
    "DELETE",
    "INSERT",
    "UPDATE",
    "PRAGMA incremental_vacuum",
    "PRAGMA wal_checkpoint(TRUNCATE)",
)


class LockTimes:
    """Measures how long a connection holds the write lock, in time of the processor.

    By the wall clock, other work of the machine would count, too.
    """

    def __init__(self) -> None:
        self.longest = (0.0, "")
        self._since: float | None = None
        self._first = ""
        self._is_inside = False

    def note(self, sql: str) -> None:
        """Take note of a statement that is about to begin."""
        now = time.thread_time()
        if sql.startswith("--"):  # what a foreign key does
            return
        if not self._is_inside:
            if self._since is not None:
                self.longest = max(self.longest, (now - self._since, self._first))
            is_writing = sql.startswith(("BEGIN IMMEDIATE", *_WRITES))
            self._since, self._first = (now if is_writing else None), sql
        elif self._first.startswith("BEGIN"):
            self._first = sql
        self._is_inside = (self._is_inside or sql.startswith("BEGIN IMMEDIATE")) and (
            sql not in ("COMMIT", "ROLLBACK")
        )


LARGE: Final[dict[str, Callable[[Ledger], object]]] = {
    "jobs of many steps": lambda ledger: add_jobs(ledger, 200, steps=90, value_bytes=3_000),
    "jobs of large values": lambda ledger: add_jobs(ledger, 60, value_bytes=1_000_000),
    "one job of very many steps": lambda ledger: add_jobs(
        ledger, 1, steps=18_000, value_bytes=3_000
    ),
    "very many free pages": lambda ledger: add_free_pages(ledger, 20_000),
}


@pytest.mark.parametrize("what", LARGE)
def test_the_write_lock_is_released_after_a_tenth_of_a_second(
    ledger: Ledger, place: Home, what: str
) -> None:
    LARGE[what](ledger)
    times = LockTimes()

    ledger._connection.set_trace_callback(times.note)
    prune_rest(ledger, place, BEFORE, 10**9, dry_run=False)
    prune(ledger, place, BEFORE, dry_run=False)
    ledger._connection.set_trace_callback(None)

    assert times.longest < (PROMISED_S, ""), times.longest
    assert value(place.root, "PRAGMA freelist_count") == 0
    assert value(place.root, "SELECT count(*) FROM jobs WHERE finished_at < ?", BEFORE) == 0


def _write_meanwhile(place: Home, command: subprocess.Popen[str]) -> list[float]:
    """Write small transactions until a command ends; return how long each waited, in seconds."""
    waits = []
    with closing(sqlite3.connect(place.ledger, timeout=HANG_S, isolation_level=None)) as writer:
        while command.poll() is None:
            began = time.perf_counter()
            writer.execute("BEGIN IMMEDIATE")
            waits.append(time.perf_counter() - began)
            writer.execute("UPDATE ledger_info SET value = ? WHERE name = 'count'", (len(waits),))
            writer.execute("COMMIT")
            time.sleep(0.002)
    return waits


def _start_prune() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*PROGRAM, "prune", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_writer_gets_its_turn_all_along(ledger: Ledger, place: Home) -> None:
    add_jobs(ledger, 8_000, value_bytes=20_000)
    began = time.perf_counter()

    with _start_prune() as command:
        waits = _write_meanwhile(place, command)

    took_s = time.perf_counter() - began
    assert command.returncode == 0
    assert max(waits) < took_s / 10, f"of {took_s:.1f} s"
    assert value(place.root, "SELECT count(*) FROM jobs") == 0


def test_a_reader_that_stays_makes_no_writer_wait(ledger: Ledger, place: Home) -> None:
    add_jobs(ledger, 300, value_bytes=20_000)
    size = place.ledger.stat().st_size
    with closing(sqlite3.connect(place.ledger, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM jobs").fetchone() == (300,)

        with _start_prune() as command:
            waits = _write_meanwhile(place, command)

        assert command.returncode == 0
        assert max(waits) < 5
        assert reader.execute("SELECT count(*) FROM jobs").fetchone() == (300,)
    read_json("prune")
    assert place.ledger.stat().st_size < size / 10


def test_a_writer_that_waits_comes_in_between_two_transactions(ledger: Ledger, place: Home) -> None:
    add_jobs(ledger, 1)
    script = (
        "import sqlite3, sys\n"
        "writer = sqlite3.connect(sys.argv[1], timeout=300, isolation_level=None)\n"
        "print('ready', flush=True)\n"
        "writer.execute(\"INSERT INTO ledger_info VALUES ('came', 'in')\")\n"
    )
    seen: list[bool] = []

    def work(number: int) -> None:
        if number == 0:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
        ends = time.thread_time() + 0.01
        while time.thread_time() < ends:
            pass
        seen.append(bool(ledger.query("SELECT 1 FROM ledger_info WHERE name = 'came'")))

    with subprocess.Popen(
        [PROGRAM[0], "-c", script, place.ledger], stdout=subprocess.PIPE, text=True
    ) as writer:
        run_in_short_transactions(ledger, range(80), work)

    assert (seen[0], seen[-1]) == (False, True), "it had to wait for all of them"


def test_an_error_undoes_the_transaction_that_it_is_in_and_no_earlier_one(ledger: Ledger) -> None:
    def work(number: int) -> None:
        ledger.execute("INSERT INTO ledger_info VALUES (?, 'done')", (f"{number:03}",))
        ends = time.perf_counter() + 0.002
        while time.perf_counter() < ends:
            pass
        if number == 100:
            raise ValueError(number)

    with pytest.raises(ValueError, match="100"):
        run_in_short_transactions(ledger, range(200), work)

    kept = [row["name"] for row in ledger.query("SELECT name FROM ledger_info ORDER BY name")]
    assert kept == [f"{number:03}" for number in range(len(kept))]
    assert 0 < len(kept) < 101
    assert not ledger._connection.in_transaction
    assert ledger.query("PRAGMA wal_autocheckpoint")[0][0] > 0, "as it was before"


def test_a_ledger_without_auto_vacuum_is_pruned_and_keeps_its_free_pages(
    ledger: Ledger, place: Home
) -> None:
    add_jobs(ledger, 50, value_bytes=20_000)
    ledger.query("PRAGMA auto_vacuum=NONE")
    ledger.query("VACUUM")

    removed = prune(ledger, place, BEFORE, dry_run=False)

    assert removed.jobs == 50
    assert value(place.root, "PRAGMA freelist_count") > 200


# Killed


def _fill_small(place: Home) -> None:
    with closing(open_ledger(place)) as ledger:
        add_answers(ledger, 300, job_id="gone")
        add_messages(ledger, 300)
        add_messages(ledger, 3, state="pending")
        add_jobs(ledger, 400, steps=3, value_bytes=6_000)
        add_jobs(ledger, 20, steps=3, value_bytes=6_000, at="2099-01-01T09:00:00.000Z", name="new")
        add_jobs(ledger, 1, steps=1_000, status="failed", name="long")
    for job_id in ("job000007", "new000007", "long000000"):
        place.log_of(job_id).write_text("x")
        os.utime(place.log_of(job_id), (0, 0))


def _contents(place: Home) -> dict[str, Any]:
    with closing(open_ledger(place)) as ledger:
        tokens = count_tokens(ledger)
    tables = ("jobs", "steps", "attempts", "messages", "model_answers", "ledger_info")
    return {
        "tokens": tokens,
        "free": value(place.root, "PRAGMA freelist_count"),
        "files": sorted(file.name for file in place.logs.glob("*.log")),
        **{table: rows(place.root, f"SELECT * FROM {table}") for table in tables},
    }


@pytest.mark.parametrize("when", ["inside", "before", "after"])
def test_a_killed_prune_loses_nothing_and_the_next_one_goes_on(
    place: Home, tmp_path: Path, when: str
) -> None:
    _fill_small(place)
    other = Home(tmp_path / "other", tmp_path / "other" / "config.toml")
    shutil.copytree(place.root, other.root)
    read_json("prune", env={"PLANWATCH_HOME": str(other.root)})
    kills = 0

    while _kill_prune(when, 4):
        kills += 1
        assert value(place.root, "PRAGMA integrity_check") == "ok"
        assert rows(place.root, "PRAGMA foreign_key_check") == []
        with closing(open_ledger(place)) as ledger:
            assert count_tokens(ledger) == {"prompt": 300 * 7, "answer": 300 * 2}
    read_json("prune")

    assert kills >= 2
    assert _contents(place) == _contents(other)


def _kill_prune(when: str, number: int) -> bool:
    """Run a prune that is to die at its n-th transaction; False where it ends before that."""
    armed = failpoint_env(Failpoint(COMMAND, when, number))
    return run_planwatch("prune", env=armed).returncode == -9


def test_what_is_left_of_a_job_cannot_be_resumed_and_goes_with_the_next_prune(
    ledger: Ledger, place: Home
) -> None:
    (job_id,) = add_jobs(ledger, 1, steps=20_000, status="failed")
    assert _kill_prune("before", 2)
    left = value(place.root, "SELECT count(*) FROM steps")

    resumed = run_planwatch("resume", job_id)
    pruned = read_json("prune", "--older-than", "36500d")

    assert 0 < left < 20_000
    assert resumed.returncode == 2
    assert f"prune is removing job {job_id}" in resumed.stderr
    assert (pruned["jobs"], value(place.root, "SELECT count(*) FROM steps")) == (1, 0)
    assert value(place.root, "SELECT count(*) FROM ledger_info") == 0


def test_what_two_killed_prunes_left_of_two_jobs_cannot_be_resumed(
    ledger: Ledger, place: Home
) -> None:
    jobs = add_jobs(ledger, 1, steps=20_000, status="failed", name="second")
    assert _kill_prune("before", 2)
    jobs += add_jobs(ledger, 1, steps=20_000, status="failed", name="first")
    assert _kill_prune("before", 2)
    left = rows(place.root, "SELECT count(*) FROM steps GROUP BY job_id")

    resumed = [run_planwatch("resume", job_id) for job_id in jobs]

    assert all(0 < steps < 20_000 for (steps,) in left)
    assert [done.returncode for done in resumed] == [2, 2]
    assert read_json("prune", "--older-than", "36500d")["jobs"] == 2
    assert value(place.root, "SELECT count(*) FROM ledger_info") == 0
