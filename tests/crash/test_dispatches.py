"""Dispatching under difficulties: parents that die, many at once, slots of workers that died."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.cli import HANG_S, PROGRAM, kill_hard, read_json, run_planwatch, wait_until
from tests.support.failpoints import COMMAND, WORKER, Failpoint, failpoint_env
from tests.support.gated_market import GatedMarket
from tests.support.ledgers import rows, value
from tests.support.workers import await_end, await_worker, held_locks, status_of

SCRAPE = ("scrape", "smarty", "--force")
AT_ONCE = 16
DISPATCHES = 3  # of which the quickest says how long one takes
_RUNNING = "SELECT count(*) FROM jobs WHERE status = 'running'"


def _start(*arguments: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """Start a command that leads a process group of its own, as a shell starts it."""
    return subprocess.Popen(
        [*PROGRAM, *arguments],
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )


def _jobs(home: Path) -> list[str]:
    if not (home / "ledger.db").exists():
        return []
    return [row[0] for row in rows(home, "SELECT job_id FROM jobs ORDER BY rowid")]


def _effects(home: Path) -> list[tuple[str, int]]:
    """Return each job's state and how many outcomes of SMARTY it wrote."""
    return rows(
        home,
        "SELECT status, (SELECT count(*) FROM source_runs AS r WHERE r.job_id = j.job_id)"
        " FROM jobs AS j ORDER BY j.rowid",
    )


# A parent that dies


@pytest.mark.parametrize(
    ("when", "transaction", "jobs"),
    [
        ("inside", 1, 0),
        ("before", 1, 0),
        ("after", 1, 1),
        ("inside", 2, 1),
        ("before", 2, 1),
        ("after", 2, 1),
    ],
)
def test_a_dispatch_that_dies_leaves_no_job_or_one_that_the_next_command_starts(
    home: Path, market: GatedMarket, when: str, transaction: int, jobs: int
) -> None:
    """Its first transaction makes the job, its second says that the worker is started next."""
    market.release()
    run_planwatch("status")  # the ledger exists, so that the first transaction is the dispatch's
    dead = run_planwatch(*SCRAPE, env=failpoint_env(Failpoint(COMMAND, when, transaction)))
    left = rows(home, "SELECT status, attempts FROM jobs")

    done = run_planwatch("status")
    ended = [await_end(home, job_id) for job_id in _jobs(home)]

    assert dead.returncode == -signal.SIGKILL
    assert left == [("pending", 0)] * jobs
    assert done.returncode == 0
    assert ended == ["completed"] * jobs
    assert _effects(home) == [("completed", 1)] * jobs
    assert market.asked["smarty"] == jobs


def test_a_terminal_that_dies_at_any_instant_of_a_dispatch_takes_no_job_along(
    home: Path, market: GatedMarket
) -> None:
    """The whole process group is killed, as with a closed terminal or a container's exec."""
    market.release()
    run_planwatch("status")
    took_s = min(_seconds_of_a_dispatch() for _ in range(DISPATCHES))
    chance = random.Random(20261123)
    died = 0
    for number in range(12):
        dispatching = _start(*SCRAPE)
        time.sleep(1.2 * took_s * (number + chance.random()) / 12)  # an instant, not a pause
        os.killpg(dispatching.pid, signal.SIGKILL)
        dispatching.communicate(timeout=HANG_S)
        died += dispatching.returncode == -signal.SIGKILL

    done = run_planwatch("status")
    ended = [await_end(home, job_id) for job_id in _jobs(home)]

    assert died >= 3, "too few dispatches died to prove anything"
    assert done.returncode == 0, done.stderr
    assert len(ended) >= DISPATCHES + 12 - died
    assert set(ended) == {"completed"}
    assert _effects(home) == [("completed", 1)] * len(ended)
    wait_until(lambda: not held_locks(home), "every lock to be free")


def _seconds_of_a_dispatch() -> float:
    began = time.monotonic()
    read_json(*SCRAPE)
    return time.monotonic() - began


def test_a_terminal_that_closes_after_a_dispatch_leaves_the_worker_alive(
    home: Path, market: GatedMarket
) -> None:
    dispatching = _start(*SCRAPE)
    dispatching.communicate(timeout=HANG_S)
    wait_until(lambda: market.asked["smarty"], "the request")
    for number in (signal.SIGHUP, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):  # nobody is left in that group
            os.killpg(dispatching.pid, number)

    market.release()

    assert [await_end(home, job_id) for job_id in _jobs(home)] == ["completed"]
    assert rows(home, "SELECT attempts, resumes FROM jobs") == [(1, 0)]


@pytest.mark.parametrize(
    ("when", "transaction"), [("after", 7), ("inside", 8), ("before", 8), ("after", 8)]
)
def test_a_worker_that_dies_before_it_has_started_the_next_leaves_that_to_the_next_command(
    home: Path, market: GatedMarket, when: str, transaction: int
) -> None:
    """Its seventh transaction writes its job's end, its eighth that the next one is started."""
    failpoint = Failpoint(WORKER, when, transaction)
    first = read_json(*SCRAPE, env=failpoint_env(failpoint))["job_id"]
    second = read_json(*SCRAPE)["job_id"]
    market.release()
    await_end(home, first)
    wait_until(lambda: not held_locks(home), "the death of the first worker")
    left = status_of(home, second)

    done = run_planwatch("status")

    assert left == "pending"
    assert done.returncode == 0
    assert await_end(home, second) == "completed"
    assert _effects(home) == [("completed", 1)] * 2


# Many at once


def _dispatch_at_once(number: int, env: dict[str, str] | None = None) -> list[str]:
    """Start so many dispatches together; return the ids of their jobs."""
    started = [_start(*SCRAPE, "--json", env=env) for _ in range(number)]
    said = [command.communicate(timeout=HANG_S) for command in started]
    assert [command.returncode for command in started] == [0] * number, said
    return [json.loads(out)["job_id"] for out, _ in said]


def test_two_dispatches_in_the_same_millisecond_are_two_jobs(
    home: Path, market: GatedMarket
) -> None:
    market.release()

    ids = _dispatch_at_once(2, env={"PLANWATCH_NOW": "2026-11-02T09:00:00.000Z"})
    ended = [await_end(home, job_id) for job_id in ids]

    assert sorted(ids) == sorted(_jobs(home))
    assert len(set(ids)) == 2
    assert rows(home, "SELECT DISTINCT created_at FROM jobs") == [("2026-11-02T09:00:00.000Z",)]
    assert ended == ["completed", "completed"]
    assert _effects(home) == [("completed", 1)] * 2


@pytest.mark.parametrize("limit", [1, 3])
def test_sixteen_dispatches_at_once_are_sixteen_jobs_and_never_more_run_than_may(
    home: Path, market: GatedMarket, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setenv("PLANWATCH_JOBS__SCRAPE_AT_ONCE", str(limit))
    ids = _dispatch_at_once(AT_ONCE)
    wait_until(lambda: value(home, _RUNNING) == limit, "as many jobs as may run")
    seen: list[int] = []

    def has_ended() -> bool:
        seen.append(value(home, _RUNNING))
        return value(home, "SELECT 1 FROM jobs WHERE finished_at IS NULL") is None

    market.release()
    wait_until(has_ended, "the end of all jobs")

    assert sorted(ids) == sorted(_jobs(home))
    assert len(set(ids)) == AT_ONCE
    assert _effects(home) == [("completed", 1)] * AT_ONCE
    assert max(seen) <= limit
    assert _most_at_once(home) == limit
    assert rows(home, "SELECT DISTINCT attempts, resumes FROM jobs") == [(1, 0)]


def test_jobs_are_done_in_the_order_in_which_they_were_asked_for(
    home: Path, market: GatedMarket
) -> None:
    ids = [read_json(*SCRAPE)["job_id"] for _ in range(5)]
    waiting = read_json("status", ids[3])["job"]["waits_for"]
    market.release()
    ended = [await_end(home, job_id) for job_id in ids]

    assert waiting == ids[:3]
    assert ended == ["completed"] * 5
    assert [row[0] for row in rows(home, "SELECT job_id FROM jobs ORDER BY started_at")] == ids


def _most_at_once(home: Path) -> int:
    """Return how many jobs ran at the same instant, by their own times."""
    moments = sorted(
        moment
        for started, finished in rows(home, "SELECT started_at, finished_at FROM jobs")
        # an end comes before a start of the same millisecond
        for moment in ((started, 1), (finished, -1))
    )
    return max(_running_sums([step for _, step in moments]))


def _running_sums(numbers: Sequence[int]) -> list[int]:
    sums = [0]
    for number in numbers:
        sums.append(sums[-1] + number)
    return sums


# Slots


def test_a_worker_that_ends_starts_the_next_with_no_command_of_anybody(
    home: Path, market: GatedMarket
) -> None:
    first, second, third = (read_json(*SCRAPE)["job_id"] for _ in range(3))
    wait_until(lambda: market.asked["smarty"], "the request of the first")
    waiting = [status_of(home, job_id) for job_id in (second, third)]

    market.release()

    ended = [await_end(home, job_id) for job_id in (first, second, third)]
    assert waiting == ["pending", "pending"]
    assert ended == ["completed"] * 3
    assert rows(home, "SELECT DISTINCT attempts, resumes FROM jobs") == [(1, 0)]
    starts = rows(home, "SELECT started_at, finished_at FROM jobs ORDER BY rowid")
    assert all(before[1] <= after[0] for before, after in pairwise(starts))


def test_the_slot_of_a_killed_worker_is_free_and_the_next_command_fills_it_in_order(
    home: Path, market: GatedMarket
) -> None:
    first, second = (read_json(*SCRAPE)["job_id"] for _ in range(2))
    wait_until(lambda: market.asked["smarty"] == 1, "the request of the first job")
    kill_hard(await_worker(home, first))
    wait_until(lambda: not held_locks(home), "the locks to be free")

    done = run_planwatch("status")
    wait_until(lambda: market.asked["smarty"] == 2, "the request of the resumed job")
    running = [status_of(home, job_id) for job_id in (first, second)]
    market.release()

    assert done.returncode == 0
    assert running == ["running", "pending"]
    assert [await_end(home, job_id) for job_id in (first, second)] == ["completed"] * 2
    assert _effects(home) == [("completed", 1)] * 2


def test_a_job_that_may_not_be_resumed_gives_its_slot_to_who_waits(
    home: Path, market: GatedMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_JOBS__MAX_RESUMES", "0")
    first, second = (read_json(*SCRAPE)["job_id"] for _ in range(2))
    kill_hard(await_worker(home, first))
    wait_until(lambda: not held_locks(home), "the locks to be free")

    done = run_planwatch("status")
    market.release()

    assert f"job {first} lost its worker too often" in done.stderr
    assert f"started job {second} from the queue" in done.stderr
    assert await_end(home, second) == "completed"
    assert status_of(home, first) == "failed"


def test_a_limit_is_not_used_up_by_any_number_of_dead_workers(
    home: Path, market: GatedMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with a counter in a database, which nobody counts down for a dead worker."""
    monkeypatch.setenv("PLANWATCH_JOBS__MAX_RESUMES", "0")
    monkeypatch.setenv("PLANWATCH_JOBS__SCRAPE_AT_ONCE", "2")
    for _ in range(3):
        killed = [read_json(*SCRAPE)["job_id"] for _ in range(2)]
        for job_id in killed:
            kill_hard(await_worker(home, job_id))
    wait_until(lambda: not held_locks(home), "the locks to be free")
    market.release()

    ended = [await_end(home, read_json(*SCRAPE)["job_id"]) for _ in range(2)]

    assert ended == ["completed"] * 2
    assert rows(home, "SELECT status, count(*) FROM jobs GROUP BY 1 ORDER BY 1") == [
        ("completed", 2),
        ("failed", 6),
    ]


# What one can see of a job that is under way


def test_a_step_that_waits_for_its_next_attempt_is_shown_with_when_that_is(
    home: Path, market: GatedMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_FETCH__RETRY_WAIT_S", "60")  # it is cancelled in its pause
    market.release()
    market.fail("smarty", 503)
    job_id = read_json(*SCRAPE)["job_id"]
    pause = "SELECT retry_at FROM steps WHERE job_id = ? AND retry_at IS NOT NULL"
    wait_until(lambda: value(home, pause, job_id), "the pause before the second attempt")

    job = read_json("status", job_id)["job"]

    step = next(step for step in job["steps"] if step["name"] == "scrape smarty")
    assert job["status"] == "running"
    assert job["current_steps"] == ["scrape smarty"]
    assert (step["status"], step["attempts"]) == ("running", 1)
    assert step["retry_at"] > job["started_at"]
    assert [attempt["error"]["code"] for attempt in step["tries"]] == ["http_status"]
    assert "503" in step["error"]["message"]
    assert run_planwatch("cancel", job_id).returncode == 0


def test_a_job_that_waits_for_its_next_attempt_is_taken_up_in_its_pause_and_counts_go_on(
    home: Path, market: GatedMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_FETCH__RETRY_WAIT_S", "6")  # time enough to be killed in it
    market.release()
    market.fail("smarty", 503)
    job_id = read_json(*SCRAPE)["job_id"]
    pause = "SELECT retry_at FROM steps WHERE job_id = ? AND retry_at IS NOT NULL"
    wait_until(lambda: value(home, pause, job_id), "the pause before the second attempt")
    kill_hard(await_worker(home, job_id))

    run_planwatch("status")

    assert await_end(home, job_id) == "completed"
    assert market.asked["smarty"] == 2
    attempts = rows(
        home,
        "SELECT attempt, json_extract(error, '$.code') FROM attempts"
        " WHERE name = 'scrape smarty' ORDER BY attempt",
    )
    assert attempts == [(1, "http_status"), (2, None)]


def test_a_job_whose_worker_is_dead_does_not_pass_for_a_running_one(
    home: Path, market: GatedMarket
) -> None:
    job_id = read_json(*SCRAPE)["job_id"]
    kill_hard(await_worker(home, job_id))
    wait_until(lambda: not held_locks(home), "the locks to be free")

    job = read_json("--no-resume", "status", job_id)["job"]

    assert (job["status"], job["flags"], job["eta_s"]) == ("running", ["lost"], None)
