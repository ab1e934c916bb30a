"""Resumption under difficulties: several commands at once, another shell, no start."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.support.cli import HANG_S, PROGRAM, kill_hard, read_json, run_planwatch, wait_until
from tests.support.gated_market import GatedMarket, run_gated_market
from tests.support.ledgers import value


@pytest.fixture
def market() -> Iterator[GatedMarket]:
    with run_gated_market(date(2026, 11, 2)) as running:
        running.hold("smarty")
        yield running


def _start(home: Path, market: GatedMarket) -> tuple[str, int]:
    """Start a scrape that waits for its answer; return its id and its worker's pid."""
    job_id = read_json("scrape", "smarty", env=market.env)["job_id"]
    wait_until(lambda: market.asked["smarty"], "the request")
    return job_id, int(value(home, "SELECT worker_pid FROM jobs"))


def test_several_commands_that_find_a_dead_job_resume_it_once(
    home: Path, market: GatedMarket
) -> None:
    job_id, pid = _start(home, market)
    kill_hard(pid)

    commands = [
        subprocess.Popen(
            [*PROGRAM, "status"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )
        for _ in range(6)
    ]
    said = [command.communicate(timeout=HANG_S)[1] for command in commands]
    market.release()
    done = run_planwatch("wait", job_id)

    assert sum("resumed job" in text for text in said) == 1
    assert done.returncode == 0, done.stderr
    assert value(home, "SELECT resumes FROM jobs") == 1
    assert value(home, "SELECT count(*) FROM source_runs") == 1


def test_a_job_resumed_from_another_shell_asks_the_same_server(
    home: Path, market: GatedMarket
) -> None:
    """This shell's PLANWATCH_ORIGIN is another one: the job goes by that of its dispatch."""
    job_id, pid = _start(home, market)
    kill_hard(pid)
    market.release()

    done = run_planwatch("wait", job_id)

    assert done.returncode == 0, done.stdout
    assert market.asked["smarty"] == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_worker_ended_by_a_signal_is_resumed(
    home: Path, market: GatedMarket, number: signal.Signals
) -> None:
    job_id, pid = _start(home, market)
    os.kill(pid, number)
    market.release()

    done = run_planwatch("wait", job_id)

    assert done.returncode == 0, done.stderr
    assert value(home, "SELECT count(*) FROM source_runs") == 1


def test_a_job_that_cannot_be_started_keeps_no_command_from_its_work(
    home: Path, market: GatedMarket
) -> None:
    job_id, pid = _start(home, market)
    kill_hard(pid)
    log = home / "logs" / f"{job_id}.log"
    log.unlink()
    log.mkdir()

    done = run_planwatch("plans")

    assert done.returncode == 0
    assert f"job {job_id} is not resumed: the worker of job {job_id} could not" in done.stderr
    assert value(home, "SELECT resumes FROM jobs") == 0, "it was not the job's fault"

    log.rmdir()
    market.release()
    assert run_planwatch("wait", job_id).returncode == 0


def test_waiting_with_no_resume_ends_when_there_is_no_living_worker(
    home: Path, market: GatedMarket
) -> None:
    job_id, pid = _start(home, market)
    kill_hard(pid)

    done = run_planwatch("--no-resume", "wait", job_id)

    assert done.returncode == 75
    assert "has lost its worker" in done.stderr
    assert value(home, "SELECT resumes FROM jobs") == 0


def test_a_scrape_found_a_day_later_is_closed_with_what_it_has(home: Path) -> None:
    """Yesterday's crash must not pass for today's data."""
    with run_gated_market(date(2026, 11, 2)) as market:
        market.hold("smarty")
        env = {**market.env, "PLANWATCH_NOW": "2026-11-02T09:00:00Z"}
        job_id = read_json("scrape", "smarty", "giffgaff", env=env)["job_id"]
        wait_until(lambda: value(home, "SELECT count(*) FROM source_runs"), "giffgaff")
        kill_hard(int(value(home, "SELECT worker_pid FROM jobs")))
        market.release()

        done = run_planwatch("wait", job_id, env={"PLANWATCH_NOW": "2026-11-03T09:00:00Z"})

    job = read_json("status", job_id)["job"]
    assert done.returncode == 3, done.stderr
    assert (job["status"], job["error"]["code"]) == ("partial", "too_old_to_resume")
    assert [source["source"] for source in job["result"]["sources"]] == ["giffgaff"]
    assert value(home, "SELECT count(*) FROM source_runs") == 1


def test_a_job_in_a_copy_of_its_home_is_left_alone(
    home: Path, market: GatedMarket, tmp_path: Path
) -> None:
    job_id, pid = _start(home, market)
    kill_hard(pid)
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    env = {"PLANWATCH_HOME": str(copy)}

    shown = run_planwatch("status", env=env)
    waited = run_planwatch("wait", job_id, env=env)

    assert (shown.returncode, shown.stderr) == (0, "")
    assert "another machine or in another place" in " ".join(shown.stdout.split())
    assert waited.returncode == 75
    assert read_json("status", job_id, env=env)["job"]["flags"] == ["elsewhere"]
    assert value(copy, "SELECT resumes FROM jobs") == 0


def test_a_ledger_held_by_another_program_delays_a_job_and_loses_nothing(
    home: Path, market: GatedMarket
) -> None:

    job_id, _ = _start(home, market)
    holder = sqlite3.connect(home / "ledger.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    market.release()
    wait_until(lambda: _is_fetched(home), "the page in the archive")
    holder.rollback()
    holder.close()

    done = run_planwatch("wait", job_id)

    assert done.returncode == 0, done.stderr
    assert market.asked["smarty"] == 1, "the page was fetched again"
    assert value(home, "SELECT resumes FROM jobs") == 0


def _is_fetched(home: Path) -> bool:
    return any((home / "archive").rglob("*.gz"))
