"""kill −9 of real workers; the next plain command goes on, and every effect stands exactly once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from planwatch.home import Home
from planwatch.ledger.store.connection import open_ledger
from tests.support.cli import kill_hard, read_json, run_planwatch, wait_until
from tests.support.gated_market import HTTP_SOURCES, run_gated_market
from tests.support.ledgers import rows, value

DAY = date(2026, 11, 2)
SLOW = ("ee", "uswitch")
QUICK = ("giffgaff", "smarty")


def _worker_pid(home: Path, job_id: str) -> int | None:
    pid = value(home, "SELECT worker_pid FROM jobs WHERE job_id = ?", job_id)
    return int(pid) if pid else None


def _done(home: Path, job_id: str) -> set[str]:
    found = rows(home, "SELECT name FROM steps WHERE job_id = ? AND status = 'completed'", job_id)
    return {row[0] for row in found}


def test_a_killed_scrape_is_resumed_by_status_and_no_step_runs_twice(home: Path) -> None:
    with run_gated_market(DAY) as market:
        env = market.env
        market.hold(*SLOW)
        job_id = read_json("scrape", *HTTP_SOURCES, env=env)["job_id"]
        wait_until(
            lambda: _done(home, job_id) >= {f"scrape {source}" for source in QUICK},
            "the quick sources",
        )
        wait_until(lambda: market.asked["ee"] and market.asked["uswitch"], "the slow sources")
        latest = value(home, "SELECT max(started_at) FROM steps")
        running = read_json("status", job_id, env={**env, "PLANWATCH_NOW": latest})["job"]
        asked_before = dict(market.asked)
        pid = _worker_pid(home, job_id)
        assert pid is not None
        kill_hard(pid)

        resumed = run_planwatch("status", env=env)
        market.release()
        job = wait_until(
            lambda: (lambda job: job if job["finished_at"] else None)(
                read_json("status", job_id, env=env)["job"]
            ),
            "the end of the job",
        )

    assert running["status"] == "running", "the dispatch returned while the work went on"
    assert set(running["current_steps"]) == {f"scrape {source}" for source in SLOW}
    assert 49 <= running["percent"] <= 60, "two of four sources, and some of the other two"
    assert f"resumed job {job_id}" in resumed.stderr
    assert (job["status"], job["resumes"], job["attempts"]) == ("completed", 1, 2)
    assert {source: market.asked[source] for source in QUICK} == {
        source: asked_before[source] for source in QUICK
    }, "a finished step ran again"
    assert rows(home, "SELECT source, count(*) FROM source_runs GROUP BY 1 ORDER BY 1") == [
        (source, 1) for source in sorted(HTTP_SOURCES)
    ]
    assert value(home, "SELECT count(*) FROM captures") == 6
    assert value(home, "SELECT count(*) FROM plans") == job["result"]["plans_total"] == 54
    assert value(home, "SELECT count(*) FROM plan_versions") == 54
    assert rows(home, "SELECT name, attempts FROM steps WHERE attempts > 1 ORDER BY 1") == [
        ("scrape ee", 2),
        ("scrape uswitch", 2),
    ]


def test_a_dead_workers_attempt_stays_as_a_row_without_an_end(home: Path) -> None:
    with run_gated_market(DAY) as market:
        env = market.env
        market.hold("smarty")
        job_id = read_json("scrape", "smarty", env=env)["job_id"]
        wait_until(lambda: market.asked["smarty"], "the request")
        pid = _worker_pid(home, job_id)
        assert pid is not None
        kill_hard(pid)
        market.release()
        run_planwatch("wait", job_id, env=env)

    attempts = rows(
        home,
        "SELECT attempt, generation, finished_at IS NULL FROM attempts"
        " WHERE name = 'scrape smarty' ORDER BY attempt",
    )

    assert attempts == [(1, 1, 1), (2, 3, 0)]


def test_a_job_whose_worker_keeps_dying_fails_with_the_reason(home: Path) -> None:
    with run_gated_market(DAY) as market:
        env = {**market.env, "PLANWATCH_JOBS__MAX_RESUMES": "1"}
        market.hold("smarty")
        job_id = read_json("scrape", "smarty", env=env)["job_id"]
        for _ in range(2):
            pid = wait_until(lambda: _worker_pid(home, job_id), "a worker")
            kill_hard(pid)
            run_planwatch("status", env=env)

    job = read_json("status", job_id)["job"]

    assert job["status"] == "failed"
    assert job["error"]["message"] == "its worker died 2 times"
    assert f"planwatch logs {job_id}" in job["error"]["hint"]
    assert f"planwatch resume {job_id}" in job["error"]["hint"]


def test_no_resume_resumes_nothing(home: Path) -> None:
    with run_gated_market(DAY) as market:
        env = market.env
        market.hold("smarty")
        job_id = read_json("scrape", "smarty", env=env)["job_id"]
        pid = wait_until(lambda: _worker_pid(home, job_id), "a worker")
        kill_hard(pid)

        done = run_planwatch("--no-resume", "status", job_id, env=env)

    assert done.returncode == 0
    assert value(home, "SELECT resumes FROM jobs") == 0


def test_a_job_that_was_never_started_is_started_by_the_next_command(home: Path) -> None:
    """As when the dispatcher dies between its commit and the start of the worker."""
    with run_gated_market(DAY) as market:
        env = market.env
        market.hold("smarty")
        job_id = read_json("scrape", "smarty", env=env)["job_id"]
        pid = wait_until(lambda: _worker_pid(home, job_id), "a worker")
        kill_hard(pid)
        ledger = open_ledger(Home(home, home / "config.toml"))
        ledger.execute("UPDATE jobs SET status = 'pending', worker_pid = NULL")
        ledger.close()
        market.release()

        done = run_planwatch("wait", job_id, env=env)

    assert done.returncode == 0, done.stderr
    assert value(home, "SELECT count(*) FROM source_runs") == 1
