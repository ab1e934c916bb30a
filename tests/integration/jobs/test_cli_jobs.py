"""Jobs as a person or cron starts, follows and reads them: real processes, a real server."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from planwatch.domain.london import show_time
from planwatch.sources.registry import SOURCE_IDS
from tests.support.cli import HANG_S, PROGRAM, read_json, run_planwatch, wait_until
from tests.support.gated_market import HTTP_SOURCES, GatedMarket, run_gated_market
from tests.support.ledgers import rows, value

DAY = date(2026, 11, 2)
BROWSER_SOURCES = [source for source in SOURCE_IDS if source not in HTTP_SOURCES]

NO_BROWSER = {"PATH": "/nowhere"}  # and a home in which Playwright keeps none


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Iterator[GatedMarket]:
    with run_gated_market(DAY) as running:
        for name, value in running.env.items():
            monkeypatch.setenv(name, value)
        yield running


def _outcomes(job: dict[str, Any]) -> dict[str, str]:
    return {entry["source"]: entry["outcome"] for entry in job["result"]["sources"]}


def test_a_scrape_without_a_browser_is_partial_and_says_which_sources_need_one(
    market: GatedMarket,
) -> None:
    done = run_planwatch("scrape", "--wait", env=NO_BROWSER)

    job = read_json("status", "last")["job"]
    assert done.returncode == 3, done.stderr
    ended = show_time(job["finished_at"])
    assert done.stdout.splitlines() == [
        f"{ended} scrape {job['id']} partial: 54 plans in force, 54 new, 0 changed,"
        " 0 withdrawn; not good: "
        + ", ".join(f"{source} needs_browser" for source in BROWSER_SOURCES)
    ]
    assert _outcomes(job) == {
        source: "ok" if source in HTTP_SOURCES else "needs_browser" for source in SOURCE_IDS
    }
    assert job["percent"] == 100


def test_a_scrape_whose_sources_are_all_good_ends_with_0(market: GatedMarket) -> None:
    done = run_planwatch("scrape", *HTTP_SOURCES, "--wait")

    assert done.returncode == 0, done.stderr


def test_a_scrape_that_brings_nothing_ends_with_4(market: GatedMarket) -> None:
    done = run_planwatch("scrape", "o2", "sky", "--wait", env=NO_BROWSER)

    assert done.returncode == 4
    assert "none of 2 sources gave a plan: o2 needs_browser, sky needs_browser" in done.stdout


def test_a_second_scrape_of_the_same_pages_is_unchanged_and_writes_no_version(
    home: Path, market: GatedMarket
) -> None:
    run_planwatch("scrape", *HTTP_SOURCES, "--wait")
    before = rows(home, "SELECT plan_id, version_id FROM plan_versions ORDER BY 1, 2")

    run_planwatch("scrape", *HTTP_SOURCES, "--wait")

    job = read_json("status", "last")["job"]
    assert set(_outcomes(job).values()) == {"unchanged"}
    assert rows(home, "SELECT plan_id, version_id FROM plan_versions ORDER BY 1, 2") == before
    assert value(home, "SELECT count(*) FROM changes") == 0


def test_a_passing_fault_is_tried_again_and_every_attempt_is_a_row(
    home: Path, market: GatedMarket
) -> None:
    market.fail("smarty", 503)

    done = run_planwatch("scrape", "smarty", "--wait")

    assert done.returncode == 0, done.stdout
    assert market.asked["smarty"] == 2
    assert rows(
        home,
        "SELECT attempt, json_extract(error, '$.code') FROM attempts WHERE name = 'scrape smarty'",
    ) == [(1, "http_status"), (2, None)]


def test_a_refusal_is_not_tried_again_and_stops_no_other_source(market: GatedMarket) -> None:
    market.fail("smarty", 403)

    done = run_planwatch("scrape", "smarty", "giffgaff", "--wait")

    job = read_json("status", "last")["job"]
    assert done.returncode == 3
    assert market.asked["smarty"] == 1
    assert _outcomes(job) == {"smarty": "blocked", "giffgaff": "ok"}


def test_sources_are_asked_at_once(market: GatedMarket) -> None:
    market.hold(*HTTP_SOURCES)
    job_id = read_json("scrape", *HTTP_SOURCES)["job_id"]

    wait_until(lambda: all(market.asked[source] for source in HTTP_SOURCES), "all at once")
    running = read_json("status", job_id)["job"]
    market.release()

    assert set(running["current_steps"]) == {f"scrape {source}" for source in HTTP_SOURCES}
    assert run_planwatch("wait", job_id).returncode == 0


def test_a_dispatch_in_json_says_how_to_follow_it(market: GatedMarket) -> None:
    dispatched = read_json("scrape", "smarty")

    assert dispatched == {
        "schema_version": 1,
        "job_id": dispatched["job_id"],
        "status": "pending",
        "status_command": f"planwatch status {dispatched['job_id']} --json",
        "poll": {"interval_s": 2, "factor": 2, "max_interval_s": 15, "max_attempts": 240},
        "is_new": True,
    }
    assert run_planwatch("wait", dispatched["job_id"]).returncode == 0


def test_wait_gives_up_with_75_and_the_job_goes_on(market: GatedMarket) -> None:
    market.hold("smarty")
    job_id = read_json("scrape", "smarty")["job_id"]

    given_up = run_planwatch("wait", job_id[:6], "--timeout", "0.3")
    market.release()

    assert given_up.returncode == 75
    assert "it keeps running" in given_up.stderr
    assert run_planwatch("wait", job_id).returncode == 0


def test_ctrl_c_detaches_and_never_cancels(market: GatedMarket) -> None:
    market.hold("smarty")
    waiting = subprocess.Popen(
        [*PROGRAM, "scrape", "smarty", "--wait"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    wait_until(lambda: market.asked["smarty"], "the request")
    waiting.send_signal(signal.SIGINT)
    _, said = waiting.communicate(timeout=HANG_S)
    market.release()

    assert waiting.returncode == 130
    assert "detached; job" in said
    assert run_planwatch("wait", "last").returncode == 0


def test_a_watch_without_a_terminal_prints_a_line_a_change_and_ends(market: GatedMarket) -> None:
    market.hold("smarty")
    job_id = read_json("scrape", "smarty", "giffgaff")["job_id"]
    watching = subprocess.Popen(
        [*PROGRAM, "status", "--watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    assert watching.stdout is not None
    lines: list[str] = []
    while not lines or "scrape smarty" not in lines[-1]:
        lines.append(watching.stdout.readline().rstrip())
        assert lines[-1], "the watch ended before it saw the job under way"
    market.release()
    said, _ = watching.communicate(timeout=HANG_S)

    lines += said.splitlines()
    assert watching.returncode == 0
    assert len(lines) == len(set(lines)) >= 2
    assert any("scrape smarty" in line for line in lines[:-1])
    assert lines[-1].startswith(f"scrape {job_id} completed")


def test_a_job_keeps_the_settings_of_the_folder_where_it_was_dispatched(
    tmp_path: Path, market: GatedMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLANWATCH_FETCH__DEADLINE_S")  # it would come before the file
    (tmp_path / "work" / "planwatch.toml").write_text("[fetch]\ndeadline_s = -5\n")
    job_id = read_json("scrape", "smarty")["job_id"]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    done = run_planwatch("wait", job_id, cwd=elsewhere)

    assert done.returncode == 1
    assert "fetch.deadline_s" in done.stdout


def test_brands_are_compared_once_over_unchanged_plans(home: Path, market: GatedMarket) -> None:
    run_planwatch("scrape", *HTTP_SOURCES, "--wait")
    first = run_planwatch("compare", "ee", "GiffGaff", "--wait")
    again = run_planwatch("compare", "EE", "giffgaff", "--wait")
    refreshed = run_planwatch("compare", "EE", "giffgaff", "--wait", "--refresh")

    jobs = [job["result"] for job in read_json("status")["jobs"] if job["kind"] == "compare"]
    assert [done.returncode for done in (first, again, refreshed)] == [0, 0, 0]
    assert [job["cached"] for job in reversed(jobs)] == [False, True, False]
    assert value(home, "SELECT count(*) FROM analyses") == 2
    assert "Cached, from" in again.stdout
    assert "Cached, from" not in first.stdout
    answered = next(
        job["id"] for job in read_json("status")["jobs"] if (job["result"] or {}).get("cached")
    )
    steps = read_json("status", answered)["job"]["steps"]
    assert [step["status"] for step in steps] == ["completed", *["not_needed"] * (len(steps) - 1)]
    assert "not needed" in run_planwatch("status", answered).stdout


def test_show_lists_analyses_and_shows_one_by_prefix(market: GatedMarket) -> None:
    run_planwatch("scrape", *HTTP_SOURCES, "--wait")
    run_planwatch("analyse", "--focus", "EE", "--wait")
    listed = read_json("show", "--list")["analyses"]

    shown = read_json("show", listed[0]["analysis_id"][:5])["analysis"]

    assert [entry["kind"] for entry in listed] == ["analyse"]
    assert [section["id"] for section in shown["sections"]] == [
        "overview",
        "tiers",
        "frontier",
        "baskets",
        "flexibility",
        "roaming",
        "promotions",
        "moves",
        "recommendations",
        "summary",
        "market",
    ]
    assert shown["written_by"] == "template"


def test_plans_pass_the_filters_asked_for(market: GatedMarket) -> None:
    run_planwatch("scrape", *HTTP_SOURCES, "--wait")

    found = read_json("plans", "giffgaff", "ee", "--data", "100GB", "--term", "18")["plans"]
    cheapest = read_json("plans", "--sort", "effective")["plans"]

    assert found
    assert {plan["brand"] for plan in found} == {"giffgaff"}
    assert all(plan["unlimited"] or plan["data_mb"] >= 100_000 for plan in found)
    costs = [plan["effective_pence"] for plan in cheapest]
    assert costs == sorted(costs)
    assert len(cheapest) == 54


def test_a_probe_asks_a_source_and_stores_nothing(home: Path, market: GatedMarket) -> None:
    found = read_json("probe", "smarty")

    assert (found["source"], len(found["plans"])) == ("smarty", 10)
    assert market.asked["smarty"] == 1
    assert not (home / "ledger.db").exists()
