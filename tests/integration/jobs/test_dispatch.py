"""Requests by key and by what they ask for: one job for each, the others in a queue."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import HANG_S, PROGRAM, read_json, run_planwatch, wait_until
from tests.support.gated_market import GatedMarket
from tests.support.ledgers import rows, value

KEY = "2026-11-02"


def _job(job_id: str) -> dict[str, Any]:
    job: dict[str, Any] = read_json("status", job_id)["job"]
    return job


def _count(home: Path) -> int:
    return int(value(home, "SELECT count(*) FROM jobs"))


def test_a_request_that_is_given_twice_by_its_key_is_one_job(
    home: Path, market: GatedMarket
) -> None:
    market.hold("smarty")

    first = read_json("scrape", "smarty", "--key", KEY)
    again = read_json("scrape", "smarty", "--key", KEY)
    said = run_planwatch("scrape", "smarty", "--key", KEY)

    job_id = first["job_id"]
    assert first == {
        "schema_version": 1,
        "job_id": job_id,
        "status": "pending",
        "status_command": f"planwatch status {job_id} --json",
        "poll": first["poll"],
        "is_new": True,
    }
    assert again == {**first, "status": again["status"], "is_new": False}
    assert said.stdout.startswith(f"Job {job_id} is doing that already")
    assert _count(home) == 1
    assert _job(job_id)["key"] == KEY


def test_a_request_whose_job_has_ended_is_not_carried_out_again(
    home: Path, market: GatedMarket
) -> None:
    first = run_planwatch("scrape", "smarty", "--key", KEY, "--wait")
    again = run_planwatch("scrape", "smarty", "--key", KEY, "--wait")

    found = read_json("scrape", "smarty", "--key", KEY)

    assert (first.returncode, again.returncode) == (0, 0)
    assert first.stdout == again.stdout
    assert (found["status"], found["is_new"]) == ("completed", False)
    assert (_count(home), market.asked["smarty"]) == (1, 1)
    assert read_json("scrape", "smarty")["is_new"], "without a key only an active job is joined"


def test_a_key_with_other_parameters_is_an_error_in_one_sentence(
    home: Path, market: GatedMarket
) -> None:
    market.hold("smarty")
    job_id = read_json("scrape", "smarty", "--key", KEY)["job_id"]

    said = run_planwatch("scrape", "giffgaff", "--key", KEY)
    as_json = run_planwatch("scrape", "giffgaff", "--key", KEY, "--json")

    sentence, hint = said.stderr.splitlines()
    assert (said.returncode, said.stdout) == (2, "")
    assert sentence.startswith(f"planwatch: the key '{KEY}' belongs to scrape {job_id}")
    assert hint.startswith("  Hint: ")
    assert as_json.returncode == 2
    assert json.loads(as_json.stdout)["error"]["code"] == "key_taken"
    assert _count(home) == 1


@pytest.mark.parametrize("key", ["", "x" * 201], ids=["empty", "too long"])
def test_a_key_has_1_to_200_characters(home: Path, key: str) -> None:
    said = run_planwatch("scrape", "smarty", "--key", key, "--json")

    assert said.returncode == 2
    assert json.loads(said.stdout)["error"]["code"] == "usage"
    assert not (home / "ledger.db").exists() or _count(home) == 0


def test_requests_that_come_at_once_with_one_key_are_one_job(
    home: Path, market: GatedMarket
) -> None:
    market.hold("smarty")
    run_planwatch("status")  # makes the ledger

    commands = [
        subprocess.Popen(
            [*PROGRAM, "scrape", "smarty", "--key", KEY, "--json"],
            stdout=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )
        for _ in range(4)
    ]
    found = [json.loads(command.communicate(timeout=HANG_S)[0]) for command in commands]

    assert len({document["job_id"] for document in found}) == 1
    assert sum(document["is_new"] for document in found) == 1
    assert _count(home) == 1


def test_a_scrape_of_the_same_sources_joins_one_that_is_active(
    home: Path, market: GatedMarket
) -> None:
    market.hold("smarty")
    first = read_json("scrape", "smarty", "giffgaff", "--key", KEY)

    joined = read_json("scrape", "giffgaff", "smarty")

    assert joined == {**first, "status": joined["status"], "is_new": False}
    assert _count(home) == 1


def test_a_forced_scrape_and_one_of_other_sources_are_jobs_of_their_own_that_wait(
    home: Path, market: GatedMarket
) -> None:
    market.hold("smarty")
    first = read_json("scrape", "smarty")["job_id"]

    forced = read_json("scrape", "smarty", "--force")
    other = read_json("scrape", "giffgaff")

    assert (forced["is_new"], other["is_new"]) == (True, True)
    waiting = {job["id"]: job["waits_for"] for job in read_json("status")["jobs"] if job["flags"]}
    assert waiting == {
        forced["job_id"]: [first],
        other["job_id"]: [first, forced["job_id"]],
    }


def test_a_request_with_another_key_waits_its_turn_and_is_started_by_the_worker_that_ends(
    home: Path, market: GatedMarket
) -> None:
    market.hold("smarty")
    first, second, third = (
        read_json("scrape", "smarty", "--key", key)["job_id"] for key in ("a", "b", "c")
    )
    wait_until(lambda: market.asked["smarty"], "the request")
    waiting = _job(second)
    said = run_planwatch("status").stdout

    market.release()
    # nobody looks but at the file
    wait_until(
        lambda: rows(home, "SELECT DISTINCT status FROM jobs") == [("completed",)], "the end of all"
    )

    assert (waiting["status"], waiting["flags"]) == ("pending", ["waiting"])
    assert waiting["waits_for"] == [first]
    assert (waiting["eta_s"], waiting["attempts"], waiting["percent"]) == (None, 0, 0)
    assert f"waits for {first}" in " ".join(said.split())
    spans = rows(home, "SELECT job_id, started_at, finished_at FROM jobs ORDER BY started_at")
    assert [span[0] for span in spans] == [first, second, third]
    assert all(before[2] <= after[1] for before, after in itertools.pairwise(spans))
    assert value(home, "SELECT sum(resumes) FROM jobs") == 0, "a turn that comes is no resumption"


def test_the_limit_of_a_kind_can_be_raised(
    home: Path, market: GatedMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_JOBS__SCRAPE_AT_ONCE", "2")
    market.hold("smarty", "giffgaff")

    running = [read_json("scrape", source)["job_id"] for source in ("smarty", "giffgaff")]
    waiting = read_json("scrape", "ee")["job_id"]

    wait_until(lambda: market.asked["smarty"] and market.asked["giffgaff"], "both at once")
    assert _job(waiting)["waits_for"] == running


def test_keys_are_told_apart_by_kind_and_without_one_a_comparison_joins_nothing(
    market: GatedMarket,
) -> None:
    scrape = json.loads(
        run_planwatch("scrape", "smarty", "giffgaff", "--key", KEY, "--wait", "--json").stdout
    )

    compared = read_json("compare", "SMARTY", "giffgaff", "--key", KEY)
    again = read_json("compare", "smarty", "GIFFGAFF", "--key", KEY)
    taken = run_planwatch("compare", "giffgaff", "SMARTY", "--key", KEY, "--json")
    unnamed = [read_json("compare", "SMARTY", "giffgaff")["job_id"] for _ in range(2)]

    assert scrape["job"]["key"] == KEY
    assert (compared["is_new"], again["is_new"]) == (True, False)
    assert compared["job_id"] == again["job_id"] != scrape["job"]["id"]
    assert taken.returncode == 2
    assert json.loads(taken.stdout)["error"]["code"] == "key_taken"
    assert len({compared["job_id"], *unnamed}) == 3
