"""Faults of the machine: each ends in a clear error or in a resumed job, never in silence."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.cli import (
    HANG_S,
    PROGRAM,
    is_alive,
    kill_hard,
    read_json,
    run_planwatch,
    wait_until,
)
from tests.support.disks import as_ordinary_user, read_only, small_disk
from tests.support.gated_market import GatedMarket
from tests.support.ledgers import rows, value
from tests.support.workers import (
    await_end,
    await_worker,
    held_locks,
    status_of,
    workers_below,
)

DISPATCH = ("scrape", "smarty")


def _start(home: Path, market: GatedMarket) -> tuple[str, int]:
    """Start a scrape that has giffgaff and waits for SMARTY; return its id and its worker."""
    job_id = read_json("scrape", "smarty", "giffgaff")["job_id"]
    wait_until(lambda: market.asked["smarty"], "the request")
    wait_until(lambda: value(home, "SELECT count(*) FROM source_runs"), "giffgaff")
    return job_id, await_worker(home, job_id)


def _assert_clear(done: subprocess.CompletedProcess[str], exit_code: int, said: str) -> None:
    """The command said one sentence about what is wrong, and one about what to do."""
    assert (done.returncode, done.stdout) == (exit_code, ""), done.stderr
    sentence, hint = done.stderr.splitlines()
    assert sentence.startswith("planwatch: "), done.stderr
    assert said in sentence
    assert hint.startswith("  Hint: ")


@pytest.fixture(autouse=True)
def no_log_has_a_traceback(home: Path) -> Iterator[None]:
    yield
    for log in (home / "logs").glob("*.log"):
        assert "Traceback" not in log.read_text(), log


# A full disk


def test_a_job_on_a_full_disk_ends_its_worker_with_a_word_and_goes_on_when_there_is_room(
    tmp_path: Path, market: GatedMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        home = disk.folder / "home"
        monkeypatch.setenv("PLANWATCH_HOME", str(home))
        job_id, pid = _start(home, market)
        disk.fill()
        market.release()
        wait_until(lambda: not Path(f"/proc/{pid}").exists(), "the end of the worker")
        disk.fill()  # a worker that ends gives a block back
        while_full = run_planwatch("status", job_id)
        disk.free()
        done = run_planwatch("wait", job_id)
        log = (home / "logs" / f"{job_id}.log").read_text()
        runs = rows(home, "SELECT source, outcome FROM source_runs ORDER BY 1")

    _assert_clear(while_full, 1, "no space left")
    assert "Traceback" not in log
    assert "No space left on device" in log
    assert "no space left to write the ledger" in log
    assert done.returncode == 0, done.stderr
    assert f"resumed job {job_id}" in done.stderr
    assert runs == [("giffgaff", "ok"), ("smarty", "ok")]
    assert market.asked == {"smarty": 2, "giffgaff": 1}


@pytest.mark.parametrize("command", [("status",), DISPATCH], ids=" ".join)
def test_a_command_on_a_full_disk_says_so_and_works_when_there_is_room(
    tmp_path: Path,
    market: GatedMarket,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
) -> None:
    market.release()
    with small_disk(tmp_path / "disk") as disk:
        home = disk.folder / "home"
        monkeypatch.setenv("PLANWATCH_HOME", str(home))
        run_planwatch(*DISPATCH, "--wait")
        disk.fill()
        while_full = run_planwatch(*command)
        disk.free()
        jobs = value(home, "SELECT count(*) FROM jobs")
        done = run_planwatch("scrape", "smarty", "--wait")

    _assert_clear(while_full, 1, "space")
    assert jobs == 1, "a refused dispatch left a job"
    assert done.returncode == 0, done.stderr


def test_a_first_command_on_a_full_disk_says_so_and_the_next_one_finishes_the_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_disk(tmp_path / "disk", size_kb=120) as disk:
        monkeypatch.setenv("PLANWATCH_HOME", str(disk.folder / "home"))
        while_full = run_planwatch("status")
        subprocess.run(["mount", "-o", "remount,size=4m", str(disk.folder)], check=True)
        done = run_planwatch("status")

    _assert_clear(while_full, 1, "no space left")
    assert (done.returncode, done.stderr) == (0, "")


# A folder that may not be written to


def _run_ordinary(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*as_ordinary_user(), *PROGRAM, *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=HANG_S,
        check=False,
    )


@pytest.mark.parametrize("command", [("status",), DISPATCH], ids=" ".join)
@pytest.mark.parametrize("locked", ["home", "home/logs", "home/locks", "home/ledger.db"])
def test_a_command_that_may_not_write_to_its_home_says_so(
    tmp_path: Path, home: Path, command: tuple[str, ...], locked: str
) -> None:
    assert run_planwatch("status").returncode == 0
    path = tmp_path / locked
    path.chmod(0o555 if path.is_dir() else 0o444)

    done = _run_ordinary(*command)

    path.chmod(0o755 if path.is_dir() else 0o644)
    _assert_clear(done, 1, "cannot write")
    assert value(home, "SELECT count(*) FROM jobs") == 0


def test_a_first_command_in_a_folder_that_it_may_not_write_to_says_so(home: Path) -> None:
    home.mkdir(mode=0o555)

    done = _run_ordinary("status")

    home.chmod(0o755)
    _assert_clear(done, 1, f"cannot write to the home folder {home} (Permission denied)")
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("command", [("status",), DISPATCH], ids=" ".join)
def test_a_command_on_a_read_only_disk_says_so(home: Path, command: tuple[str, ...]) -> None:
    assert run_planwatch("status").returncode == 0
    with read_only(home):
        done = run_planwatch(*command)

    _assert_clear(done, 1, "cannot write to the home folder")


def test_a_job_whose_archive_may_no_longer_be_written_fails_with_the_reason_and_can_be_resumed(
    home: Path, market: GatedMarket
) -> None:
    dispatched = _run_ordinary("scrape", "smarty")
    job_id = str(value(home, "SELECT job_id FROM jobs"))
    wait_until(lambda: market.asked["smarty"], "the request")
    (home / "archive").chmod(0o555)
    market.release()
    ended = await_end(home, job_id)
    error = read_json("status", job_id)["job"]["error"]
    (home / "archive").chmod(0o755)
    done = run_planwatch("resume", job_id, "--wait")

    assert dispatched.returncode == 0, dispatched.stderr
    assert ended == "failed"
    assert error["code"] == "home"
    assert "cannot store a page in" in error["message"]
    assert "Permission denied" in error["message"]
    assert done.returncode == 0, done.stdout + done.stderr


# A ledger that is held, damaged or somebody else's


def test_a_command_that_has_to_write_gives_up_on_a_held_ledger_with_75_and_others_go_on(
    home: Path,
) -> None:
    assert run_planwatch("status").returncode == 0
    holder = sqlite3.connect(home / "ledger.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")

    dispatching = subprocess.Popen(
        [*PROGRAM, *DISPATCH], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    reading = run_planwatch("status")
    said = dispatching.communicate(timeout=HANG_S)
    holder.close()

    done = subprocess.CompletedProcess(DISPATCH, dispatching.returncode, *said)
    assert reading.returncode == 0, reading.stderr
    _assert_clear(done, 75, f"the ledger {home / 'ledger.db'} is locked by another process")
    assert value(home, "SELECT count(*) FROM jobs") == 0
    assert held_locks(home) == []


def _overwrite_with_noise(ledger: Path) -> None:
    ledger.write_bytes(bytes(range(256)) * 64)


def _overwrite_with_another_programs(ledger: Path) -> None:
    ledger.unlink()
    other = sqlite3.connect(ledger)
    other.execute("CREATE TABLE songs (name TEXT)")
    other.commit()
    other.close()


def _write_with_a_newer_planwatch(ledger: Path) -> None:
    newer = sqlite3.connect(ledger)
    newer.execute("PRAGMA user_version = 99")
    newer.close()


def _cut(size: int) -> Callable[[Path], None]:
    return lambda ledger: os.truncate(ledger, size)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_write_with_a_newer_planwatch, "has schema 99; this planwatch knows up to"),
        (_overwrite_with_noise, "ledger.db is damaged"),
        (_overwrite_with_another_programs, "is the database of another program"),
        (_cut(100), "ledger.db is damaged"),
        (_cut(4096), "ledger.db is damaged"),
        (_cut(65_536), "ledger.db is damaged"),
        (_cut(0), "ledger.db is damaged: it is empty, but this home was in use"),
    ],
    ids=["newer", "noise", "another program's", "cut in its head", "a page", "16 pages", "emptied"],
)
@pytest.mark.parametrize("command", [("status",), DISPATCH], ids=" ".join)
def test_a_ledger_that_is_not_as_it_should_be_is_refused_and_left_as_it_is(
    home: Path,
    market: GatedMarket,
    command: tuple[str, ...],
    harm: Callable[[Path], None],
    said: str,
) -> None:
    market.release()
    assert run_planwatch(*DISPATCH, "--wait").returncode == 0
    # While the worker still has it open, SQLite mends the file from its WAL.
    wait_until(lambda: not any(workers_below(home.parent)), "the worker's end")
    harm(home / "ledger.db")
    before = (home / "ledger.db").read_bytes()

    done = run_planwatch(*command)

    _assert_clear(done, 1, said)
    assert (home / "ledger.db").read_bytes() == before


# A clock that jumps


def test_a_job_is_resumed_and_ends_though_the_clock_was_set_back(
    home: Path, market: GatedMarket
) -> None:
    evening, morning = "2026-11-03T20:00:00Z", "2026-11-02T06:00:00Z"
    job_id = read_json("scrape", "smarty", "giffgaff", env={"PLANWATCH_NOW": evening})["job_id"]
    wait_until(lambda: market.asked["smarty"], "the request")
    wait_until(lambda: value(home, "SELECT count(*) FROM source_runs"), "giffgaff")
    kill_hard(await_worker(home, job_id))

    resumed = run_planwatch("status", env={"PLANWATCH_NOW": morning})
    wait_until(lambda: market.asked["smarty"] == 2, "the second request")
    running = read_json("status", job_id, env={"PLANWATCH_NOW": morning})["job"]
    market.release()
    done = run_planwatch("wait", job_id, env={"PLANWATCH_NOW": morning})
    job = read_json("status", "last", env={"PLANWATCH_NOW": morning})["job"]

    assert f"resumed job {job_id}" in resumed.stderr
    assert running["status"] == "running"
    assert running["eta_s"] > 0
    assert 0 <= running["percent"] <= 99
    assert done.returncode == 0, done.stdout
    assert (job["id"], job["status"], job["percent"]) == (job_id, "completed", 100)
    assert rows(home, "SELECT source, count(*) FROM source_runs GROUP BY 1") == [
        ("giffgaff", 1),
        ("smarty", 1),
    ]
    assert [
        attempt["took_s"] >= 0
        for step in job["steps"]
        for attempt in step["tries"]
        if attempt["took_s"] is not None
    ] == [True] * 3


def test_the_newest_job_is_the_last_that_was_made_though_the_clock_was_set_back(
    home: Path, market: GatedMarket
) -> None:
    market.release()
    clocks = ("2026-11-03T20:00:00Z", "2026-11-02T06:00:00Z")
    made = [
        read_json("scrape", "smarty", "--force", env={"PLANWATCH_NOW": now})["job_id"]
        for now in clocks
    ]
    ended = [await_end(home, job_id) for job_id in made]

    listed = read_json("status")["jobs"]

    assert ended == ["completed", "completed"]
    assert [job["id"] for job in listed] == made[::-1]


# A worker that does not answer


def test_cancel_ends_a_stopped_worker_and_its_job_can_be_resumed(
    home: Path, market: GatedMarket
) -> None:
    job_id, pid = _start(home, market)
    os.kill(pid, signal.SIGSTOP)

    cancelled = run_planwatch("cancel", job_id)
    held = held_locks(home)
    market.release()
    resumed = run_planwatch("resume", job_id, "--wait")

    assert cancelled.returncode == 0, cancelled.stderr
    assert (held, is_alive(pid)) == ([], False), "what it promises in two seconds: make bench"
    assert resumed.returncode == 0, resumed.stderr
    assert status_of(home, job_id) == "completed"
    assert value(home, "SELECT count(*) FROM source_runs") == 2
    assert market.asked == {"smarty": 2, "giffgaff": 1}
