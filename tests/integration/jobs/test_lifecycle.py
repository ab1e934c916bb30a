"""What a person does to jobs: cancel, resume, read their logs, filter, prune."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from planwatch.domain.job import JobStatus
from planwatch.engine.lock import is_held
from planwatch.home import Home
from planwatch.ledger.jobs.steps import begin_attempt, complete_step
from planwatch.ledger.jobs.transitions import cancel_job, claim_job, create_job, finish_job
from planwatch.ledger.store.connection import Ledger
from planwatch.services.maintenance.prune.jobs import prune
from tests.support.cli import (
    HANG_S,
    PROGRAM,
    is_alive,
    kill_hard,
    read_json,
    run_planwatch,
    wait_until,
)
from tests.support.gated_market import GatedMarket
from tests.support.ledgers import rows, value
from tests.support.workers import await_worker

OLD, RECENT = "2026-01-01T09:00:00.000Z", "2026-11-20T09:00:00.000Z"
LIMIT = "2026-06-01T00:00:00.000Z"


_HOLD_A_LOCK = """
import fcntl, pathlib, sys, time
with pathlib.Path(sys.argv[1]).open("w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def _add(
    ledger: Ledger,
    job_id: str,
    status: JobStatus,
    *,
    at: str = RECENT,
    kind: str = "scrape",
    place: str | None = None,
    steps: int = 0,
    step_size: int = 1,
) -> None:
    """Write a job without any process, through what the engine writes with."""
    params = {"sources": ["smarty"]} if kind == "scrape" else {"brands": ["EE", "O2"]}
    with ledger.transaction():
        create_job(
            ledger,
            job_id=job_id,
            kind=kind,
            params=params,
            context={"place": place} if place else {},
            max_resumes=3,
            at=at,
        )
    if status is JobStatus.PENDING:
        return
    job = claim_job(ledger, job_id, pid=1, at=at)
    with ledger.transaction():
        for number in range(steps):
            name = f"step {number}"
            begin_attempt(
                ledger,
                job_id,
                name,
                1,
                stage=number,
                position=number,
                generation=job.generation,
                at=at,
            )
            # random, for what can be packed takes no room
            value = random.Random(number).randbytes(step_size).hex()[:step_size]
            complete_step(ledger, job_id, name, 1, value_json=json.dumps(value), at=at)
    if status is JobStatus.CANCELLED:
        cancel_job(ledger, job_id, at=at)
    elif status is not JobStatus.RUNNING:
        with ledger.transaction():
            finish_job(
                ledger,
                job_id,
                generation=job.generation,
                status=status,
                result=None,
                error=None,
                at=at,
            )


def _start_held(home: Path, market: GatedMarket) -> tuple[str, int]:
    """Start a scrape that has finished giffgaff and waits for smarty; return it and its worker."""
    market.hold("smarty")
    job_id = read_json("scrape", "smarty", "giffgaff")["job_id"]
    wait_until(
        lambda: (
            market.asked["smarty"]
            and rows(
                home, "SELECT 1 FROM steps WHERE name = 'scrape giffgaff' AND value IS NOT NULL"
            )
        ),
        "one source done and the other asked",
    )
    return job_id, int(value(home, "SELECT worker_pid FROM jobs WHERE job_id = ?", job_id))


def _is_alive(pid: int, job_id: str) -> bool:
    try:
        return job_id.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


def _job(job_id: str) -> dict[str, Any]:
    job: dict[str, Any] = read_json("status", job_id)["job"]
    return job


def _states(job: dict[str, Any]) -> dict[str, str]:
    return {step["name"]: step["status"] for step in job["steps"]}


# Cancel


def test_a_cancelled_job_has_no_worker_any_more_and_keeps_what_it_finished(
    home: Path, place: Home, market: GatedMarket
) -> None:
    job_id, pid = _start_held(home, market)

    said = run_planwatch("cancel", "last")

    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith(f"Cancelled scrape {job_id}; 1 of 3 steps ")
    assert not _is_alive(pid, job_id)
    assert not is_held(place.lock_of(job_id))
    job = _job(job_id)
    assert (job["status"], job["flags"], job["error"]) == ("cancelled", [], None)
    assert _states(job) == {
        "scrape smarty": "stopped",
        "scrape giffgaff": "completed",
        "count plans": "not_reached",
    }
    listed = read_json("status")["jobs"][0]
    assert listed["percent"] == job["percent"] > 40, "a third of the steps, but half of the time"
    assert run_planwatch("wait", job_id).returncode == 130


def test_a_job_whose_worker_is_dead_is_cancelled_without_being_resumed_first(
    home: Path, market: GatedMarket
) -> None:
    job_id, pid = _start_held(home, market)
    kill_hard(pid)

    said = run_planwatch("cancel", job_id)

    assert (said.returncode, said.stderr) == (0, "")
    assert _job(job_id)["status"] == "cancelled"
    assert market.asked["smarty"] == 1


def test_a_worker_that_can_no_longer_look_is_ended_by_force(
    home: Path, place: Home, market: GatedMarket
) -> None:
    job_id, pid = _start_held(home, market)
    os.kill(pid, signal.SIGSTOP)

    said = run_planwatch("cancel", job_id)

    assert said.returncode == 0, said.stderr
    assert not is_held(place.lock_of(job_id))
    assert not _is_alive(pid, job_id)


def test_a_worker_that_takes_seconds_to_die_is_waited_for(ledger: Ledger, place: Home) -> None:
    """As on a busy machine: the lock goes with the last of the killed processes."""
    _add(ledger, "dying", JobStatus.RUNNING)
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD_A_LOCK, str(place.lock_of("dying")), "4"],
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()

        said = run_planwatch("cancel", "dying")

    assert said.returncode == 0, said.stderr
    assert not is_held(place.lock_of("dying"))


def test_cancelling_lets_the_next_in_the_queue_begin(home: Path, market: GatedMarket) -> None:
    first, _ = _start_held(home, market)
    second = read_json("scrape", "ee")["job_id"]

    run_planwatch("cancel", first)

    wait_until(lambda: market.asked["ee"], "the next scrape")
    assert value(home, "SELECT resumes FROM jobs WHERE job_id = ?", second) == 0


def test_a_job_that_waits_for_its_turn_is_cancelled_and_the_one_before_goes_on(
    home: Path, market: GatedMarket
) -> None:
    first, pid = _start_held(home, market)
    second = read_json("scrape", "ee")["job_id"]

    cancelled = read_json("cancel", second)["job"]

    assert (cancelled["id"], cancelled["status"], cancelled["attempts"]) == (second, "cancelled", 0)
    assert _is_alive(pid, first)
    assert value(home, "SELECT status FROM jobs WHERE job_id = ?", first) == "running"


def test_cancelling_again_is_no_error(ledger: Ledger) -> None:
    _add(ledger, "gone", JobStatus.CANCELLED)

    said = run_planwatch("cancel", "gone")

    assert said.returncode == 0
    assert said.stdout.startswith("Already cancelled: scrape gone;")


@pytest.mark.parametrize("status", [JobStatus.COMPLETED, JobStatus.PARTIAL, JobStatus.FAILED])
def test_a_job_that_has_ended_cannot_be_cancelled(ledger: Ledger, status: JobStatus) -> None:
    _add(ledger, "ended", status)

    said = run_planwatch("cancel", "ended", "--json")

    assert said.returncode == 2
    error = json.loads(said.stdout)["error"]
    assert error["code"] == "wrong_state"
    assert error["message"].startswith(f"job ended is {status}")


# Resume


def test_a_resumed_job_asks_no_source_again_that_it_had_finished(
    home: Path, market: GatedMarket
) -> None:
    job_id, _ = _start_held(home, market)
    run_planwatch("cancel", job_id)
    market.release()

    resumed = read_json("resume", job_id[:6])

    assert resumed == {
        "schema_version": 1,
        "job_id": job_id,
        "status": "pending",
        "status_command": f"planwatch status {job_id} --json",
        "poll": resumed["poll"],
        "steps_kept": 1,
        "steps_again": [],
    }
    assert run_planwatch("wait", job_id).returncode == 0
    assert dict(market.asked) == {"giffgaff": 1, "smarty": 2}
    assert value(home, "SELECT count(*) FROM source_runs") == 2


def test_of_a_partial_scrape_only_the_failed_source_is_asked_again(
    home: Path, market: GatedMarket
) -> None:
    market.fail("smarty", 403)
    partial = run_planwatch("scrape", "smarty", "giffgaff", "--wait")

    done = run_planwatch("resume", "last", "--wait")

    job = _job("last")
    assert (partial.returncode, done.returncode) == (3, 0)
    assert dict(market.asked) == {"giffgaff": 1, "smarty": 2}
    assert {source["source"]: source["outcome"] for source in job["result"]["sources"]} == {
        "giffgaff": "ok",
        "smarty": "ok",
    }
    assert {step["name"]: step["attempts"] for step in job["steps"]} == {
        "scrape smarty": 2,
        "scrape giffgaff": 1,
        "count plans": 2,
    }


def test_a_job_is_done_again_from_a_step_on_and_retry_is_another_word_for_it(
    home: Path, market: GatedMarket
) -> None:
    market.fail("smarty", 403)
    run_planwatch("scrape", "smarty", "giffgaff", "--wait")

    retried = read_json("retry", "last", "--from", "scrape giffgaff")

    assert retried["steps_kept"] == 0
    assert set(retried["steps_again"]) == {"scrape smarty", "scrape giffgaff", "count plans"}
    assert run_planwatch("wait", retried["job_id"]).returncode == 0
    assert dict(market.asked) == {"giffgaff": 2, "smarty": 2}, "what failed is asked again, too"


def test_of_a_completed_job_there_is_nothing_to_resume(ledger: Ledger) -> None:
    _add(ledger, "whole", JobStatus.COMPLETED)

    said = run_planwatch("resume", "whole", "--json")

    error = json.loads(said.stdout)["error"]
    assert (said.returncode, error["code"]) == (2, "wrong_state")
    assert error["message"].startswith("job whole is completed")


def test_a_job_is_not_resumed_from_a_step_that_it_does_not_have(ledger: Ledger) -> None:
    _add(ledger, "broken", JobStatus.FAILED, steps=2)

    said = run_planwatch("resume", "broken", "--from", "step 9", "--json")

    assert said.returncode == 2
    error = json.loads(said.stdout)["error"]
    assert (error["code"], error["message"]) == ("unknown_name", "job broken has no step 'step 9'")
    assert "step 0, step 1" in error["hint"]


# Time limits


def test_a_source_beyond_the_time_limit_of_a_step_stops_no_other(
    market: GatedMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_JOBS__STEP_LIMIT_S", "8")  # giffgaff needs a tenth of a second
    market.hold("smarty")

    done = run_planwatch("scrape", "smarty", "giffgaff", "--wait")

    job = _job("last")
    assert done.returncode == 3, done.stdout
    outcomes = {source["source"]: source["outcome"] for source in job["result"]["sources"]}
    errors = {source["source"]: source["error"] for source in job["result"]["sources"]}
    assert outcomes == {"smarty": "network", "giffgaff": "ok"}
    assert errors["smarty"]["code"] == "time_limit"
    assert market.asked["smarty"] == 1, "a limit is not tried again"


def test_a_job_beyond_its_expected_time_is_flagged_with_nobody_looking(
    home: Path, market: GatedMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_JOBS__STALLED_FACTOR", "1")
    monkeypatch.setenv("PLANWATCH_JOBS__STALLED_GRACE_S", "0")
    for _ in range(2):
        run_planwatch("scrape", "smarty", "--wait")
    took_s = "(julianday(finished_at) - julianday(created_at)) * 86400"
    longest_s = value(home, f"SELECT max({took_s}) FROM jobs")
    market.hold("smarty")

    job_id = read_json("scrape", "smarty")["job_id"]
    wait_until(
        lambda: value(home, "SELECT stalled_at FROM jobs WHERE job_id = ?", job_id), "the flag"
    )

    job = _job(job_id)
    market.release()
    run_planwatch("wait", job_id)
    assert (job["status"], job["flags"], job["eta_basis"]) == ("running", ["stalled"], "history")
    assert job["expected_s"] <= longest_s
    assert _job(job_id)["flags"] == []
    assert value(home, "SELECT stalled_at FROM jobs WHERE job_id = ?", job_id) is None


# Logs


def test_following_a_log_ends_with_the_job(home: Path, tmp_path: Path, market: GatedMarket) -> None:
    job_id, _ = _start_held(home, market)
    printed = tmp_path / "printed"
    with printed.open("wb") as output:
        following = subprocess.Popen(
            [*PROGRAM, "logs", job_id, "-f"], stdout=output, env=dict(os.environ)
        )
    wait_until(printed.read_bytes, "the first lines")

    market.release()
    code = following.wait(HANG_S)

    followed = printed.read_text().splitlines()
    assert code == 0
    assert followed == run_planwatch("logs", job_id).stdout.splitlines()[: len(followed)]
    assert any("step count plans: done" in line for line in followed)


def test_the_last_lines_of_a_log_are_printed(ledger: Ledger, place: Home) -> None:
    _add(ledger, "ended", JobStatus.FAILED)
    place.log_of("ended").write_text("one\ntwo\x1b[31m\nthree without an end")

    whole, last, none, followed = (
        run_planwatch("logs", "ended", *options)
        for options in ((), ("-n", "2"), ("--lines", "0"), ("-f", "-n", "1"))
    )

    assert whole.stdout.splitlines()[::2] == ["one", "three without an end"]
    assert "\x1b" not in whole.stdout
    assert last.stdout.splitlines() == whole.stdout.splitlines()[1:]
    assert none.stdout == ""
    assert followed.stdout == "three without an end\n"
    assert {done.returncode for done in (whole, last, none, followed)} == {0}


def test_a_job_without_a_log_says_so(ledger: Ledger) -> None:
    _add(ledger, "early", JobStatus.CANCELLED)

    said = run_planwatch("logs", "early")

    assert (said.returncode, said.stdout) == (0, "")
    assert said.stderr.startswith("planwatch: job early has no log")


def test_following_the_log_of_a_job_that_lives_elsewhere_ends(ledger: Ledger, place: Home) -> None:
    """Nothing moves it here, so that its end would never be seen."""
    _add(ledger, "away", JobStatus.RUNNING, place="another-machine:/home/ledger.db")
    place.log_of("away").write_text("one\n")

    said = run_planwatch("logs", "away", "-f")

    assert said.stdout == "one\n"


# Filters


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    _add(ledger, "s-old", JobStatus.COMPLETED, at=OLD)
    _add(ledger, "s-bad", JobStatus.FAILED)
    _add(ledger, "s-off", JobStatus.CANCELLED)
    _add(ledger, "c-old", JobStatus.FAILED, at=OLD, kind="compare")
    _add(ledger, "c-new", JobStatus.COMPLETED, kind="compare")
    return ledger


@pytest.mark.parametrize(
    ("options", "found", "total"),
    [
        ((), ["c-new", "c-old", "s-off", "s-bad", "s-old"], 5),
        (("--kind", "compare"), ["c-new", "c-old"], 2),
        (("--state", "failed", "--state", "cancelled"), ["c-old", "s-off", "s-bad"], 3),
        (("--since", "2026-06-01"), ["c-new", "s-off", "s-bad"], 3),
        (("--since", "2026-06-01", "--kind", "scrape", "--state", "failed"), ["s-bad"], 1),
        (("--limit", "2"), ["c-new", "c-old"], 5),
    ],
    ids=lambda case: " ".join(map(str, case)) if isinstance(case, tuple) else "",
)
def test_jobs_are_filtered_by_kind_state_and_time(
    filled: Ledger, options: tuple[str, ...], found: list[str], total: int
) -> None:
    document = read_json("status", *options)

    assert [job["id"] for job in document["jobs"]] == found
    assert document["jobs_total"] == total


def test_a_period_is_counted_back_from_now(filled: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-20T20:00:00Z")

    within = [
        read_json("status", "--since", since)["jobs_total"] for since in ("12h", "1h", "365d")
    ]

    assert within == [3, 0, 5]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--kind", "scan"), "unknown kind of job 'scan'"),
        (("--state", "done"), "unknown state 'done'"),
        (("--since", "soon"), "--since 'soon' is not a valid period"),
        (("--since", "99999999d"), "--since '99999999d' is not a valid period"),
        (("--watch", "--state", "failed"), "--watch shows active jobs"),
    ],
    ids=lambda case: " ".join(case) if isinstance(case, tuple) else "",
)
def test_a_filter_that_means_nothing_is_an_error(
    home: Path, options: tuple[str, ...], message: str
) -> None:
    said = run_planwatch("status", *options)

    assert (said.returncode, said.stdout) == (2, "")
    assert message in said.stderr


# Prune


def test_jobs_go_by_age_with_their_logs_and_locks_and_an_active_one_never(
    ledger: Ledger, place: Home
) -> None:
    for status in JobStatus:
        _add(ledger, f"old-{status}", status, at=OLD, steps=2)
        _add(ledger, f"new-{status}", status, at=RECENT, steps=2)
    files = [
        file
        for row in ledger.query("SELECT job_id FROM jobs")
        for file in (place.log_of(row["job_id"]), place.lock_of(row["job_id"]))
    ]
    for file in files:
        file.write_text("x" * 100)
    place.slot_of("scrape", 0).write_text("")
    os.utime(place.slot_of("scrape", 0), (0, 0))

    removed = prune(ledger, place, LIMIT, dry_run=False)

    kept = {f"{age}-{status}" for age in ("old", "new") for status in JobStatus} - {
        "old-completed",
        "old-partial",
        "old-failed",
        "old-cancelled",
    }
    assert (removed.jobs, removed.files) == (4, 8)
    assert removed.freed_bytes >= 8 * 100
    assert {row["job_id"] for row in ledger.query("SELECT job_id FROM jobs")} == kept
    assert {file.stem for file in files if file.exists()} == kept
    assert place.slot_of("scrape", 0).exists()
    for table in ("steps", "attempts"):
        left = {row["job_id"] for row in ledger.query(f"SELECT DISTINCT job_id FROM {table}")}
        assert left == kept - {"old-pending", "new-pending"}


def test_a_file_of_a_job_that_nobody_knows_goes_when_it_is_old(ledger: Ledger, place: Home) -> None:
    lost, fresh = place.log_of("lost"), place.lock_of("beingmade")
    lost.write_text("x")
    fresh.write_text("")
    os.utime(lost, (0, 0))

    removed = prune(ledger, place, LIMIT, dry_run=False)

    assert (removed.jobs, removed.files) == (0, 1)
    assert (lost.exists(), fresh.exists()) == (False, True)


def test_the_ledgers_file_shrinks_by_what_was_pruned(ledger: Ledger, place: Home) -> None:
    ledger.execute("PRAGMA synchronous=OFF")  # a power cut is not what this is about
    for number in range(210):
        _add(ledger, f"job{number}", JobStatus.COMPLETED, at=OLD, steps=1, step_size=20_000)
    ledger.query("PRAGMA wal_checkpoint(TRUNCATE)")
    before = place.ledger.stat().st_size

    removed = prune(ledger, place, LIMIT, dry_run=False)

    after = place.ledger.stat().st_size
    assert removed.jobs == 210, "more than one transaction's worth"
    assert removed.freed_bytes == before - after
    assert after < before / 10
    assert ledger.query("PRAGMA freelist_count")[0][0] == 0


def test_a_dry_run_removes_nothing_and_counts_what_would_go(ledger: Ledger, place: Home) -> None:
    _add(ledger, "ended", JobStatus.COMPLETED, at=OLD)
    _add(ledger, "later", JobStatus.COMPLETED, at=RECENT)
    place.log_of("ended").write_text("x" * 100)

    dry = run_planwatch("prune", "--dry-run")
    as_json = read_json("prune", "--older-than", "30d", "--dry-run")
    left = [row["job_id"] for row in ledger.query("SELECT job_id FROM jobs")]
    wet = read_json("prune")

    assert dry.stdout.startswith("Would remove 1 job")
    assert as_json == {
        "schema_version": 1,
        "before": as_json["before"],
        "dry_run": True,
        "jobs": 1,
        "files": 1,
        "freed_bytes": 100,
        "pages_before": as_json["pages_before"],
        "pages": 0,
        "pages_bytes": 0,
        "answers": 0,
        "messages": 0,
        "cron_log_bytes": 0,
    }
    assert left == ["ended", "later"]
    assert (wet["jobs"], wet["files"], wet["dry_run"]) == (1, 1, False)
    assert [row["job_id"] for row in ledger.query("SELECT job_id FROM jobs")] == ["later"]
    assert not place.log_of("ended").exists()


def test_plans_and_analyses_stay_when_their_jobs_go(
    home: Path, market: GatedMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-01-01T09:00:00Z")
    run_planwatch("scrape", "smarty", "giffgaff", "--wait")
    run_planwatch("compare", "SMARTY", "giffgaff", "--wait")
    monkeypatch.delenv("PLANWATCH_NOW")
    before = _market(home)
    shown = read_json("show")

    pruned = run_planwatch("prune")

    assert "Removed 2 jobs" in pruned.stdout
    assert value(home, "SELECT count(*) FROM jobs") == 0
    assert _market(home) == before
    assert read_json("show") == shown


def _market(home: Path) -> list[list[tuple[Any, ...]]]:
    tables = ("plans", "plan_versions", "offers", "captures", "source_runs", "analyses")
    return [rows(home, f"SELECT * FROM {table}") for table in tables]


def test_an_age_that_is_none_is_an_error(home: Path) -> None:
    said = run_planwatch("prune", "--older-than", "a while")

    assert said.returncode == 2
    assert "--older-than 'a while' is not a valid period" in said.stderr


def test_every_active_job_is_cancelled_and_none_that_waits_is_started(
    home: Path, market: GatedMarket
) -> None:
    market.hold("smarty", "giffgaff")
    first = read_json("scrape", "smarty")["job_id"]
    second = read_json("scrape", "giffgaff", "--force")["job_id"]
    worker = await_worker(home, first)

    done = run_planwatch("cancel", "--all")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"Cancelled scrape {first}.",
        f"Cancelled scrape {second}.",
        "Resume one: planwatch resume JOB",
    ]
    assert rows(home, "SELECT DISTINCT status FROM jobs") == [("cancelled",)]
    wait_until(lambda: not is_alive(worker), "the worker has ended")
    assert run_planwatch("status").returncode == 0
    assert rows(home, "SELECT DISTINCT status FROM jobs") == [("cancelled",)]
    assert run_planwatch("cancel", "--all").stdout == "No job is active.\n"


def test_jobs_of_one_kind_are_cancelled_and_the_others_stay(place: Home, ledger: Ledger) -> None:
    _add(ledger, "aaaaaa", JobStatus.PENDING, place="elsewhere")
    _add(ledger, "bbbbbb", JobStatus.PENDING, kind="compare", place="elsewhere")

    record = read_json("--no-resume", "cancel", "--all", "--kind", "Compare")

    assert [(job["id"], job["status"]) for job in record["jobs"]] == [("bbbbbb", "cancelled")]
    assert rows(place.root, "SELECT status FROM jobs WHERE job_id = 'aaaaaa'") == [("pending",)]
    assert run_planwatch("cancel", "--all", "--kind", "compare").stdout == (
        "No compare is active.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no job is named"),
        (("last", "--all"), "JOB and --all cannot be combined"),
        (("last", "--kind", "scrape"), "--kind needs --all"),
        (("--all", "--kind", "dream"), "unknown kind of job 'dream'"),
    ],
)
def test_a_cancellation_that_names_too_little_or_too_much_is_refused(
    arguments: tuple[str, ...], said: str
) -> None:
    done = run_planwatch("cancel", *arguments)

    assert done.returncode == 2
    assert said in done.stderr


def test_active_jobs_are_shown_whatever_the_limit(ledger: Ledger) -> None:
    _add(ledger, "aaaaaa", JobStatus.RUNNING, place="elsewhere")
    _add(ledger, "bbbbbb", JobStatus.PENDING, place="elsewhere")
    for job_id in ("cccccc", "dddddd", "eeeeee"):
        _add(ledger, job_id, JobStatus.COMPLETED, place="elsewhere")
    _add(ledger, "ffffff", JobStatus.PENDING, place="elsewhere")

    def shown(*arguments: str) -> str:
        found = read_json("status", *arguments)["jobs"]
        return "".join(job["id"][0] for job in found)

    assert shown("--limit", "4") == "feba"
    assert shown("--limit", "1") == "fba"
    assert shown("--limit", "5") == "fedba"
    assert shown("--limit", "2", "--state", "completed") == "ed"
    assert shown("--limit", "1", "--state", "running") == "a"
    assert shown("--limit", "1", "--kind", "compare") == ""
