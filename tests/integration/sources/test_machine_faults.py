"""What goes wrong with this machine during a scrape is `machine` or `network`, and passes.

Real Chromium and its real driver, ended with kill -9; real limits of memory, files and folders.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import HANG_S, PROGRAM, is_alive, read_json, run_planwatch, wait_until
from tests.support.ledgers import rows, value
from tests.support.market.browser import ENVIRONMENT, why_not
from tests.support.market.replica import ReplicaMarket
from tests.support.market.server import run_market
from tests.support.workers import browsers_below

pytestmark = pytest.mark.skipif(
    why_not() is not None and not os.environ.get("PLANWATCH_TESTS_NEED_BROWSER"),
    reason=f"no browser to drive: {why_not()}",
)
OF_THE_MACHINE = {"machine", "network"}
KINDS = ("browser", "driver", "renderer")


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReplicaMarket]:
    with run_market(date(2026, 11, 2)) as running:
        running.haste = 4
        monkeypatch.setenv("PLANWATCH_ORIGIN", running.origin)
        monkeypatch.setenv("PLANWATCH_FETCH__PACE_S", "0")
        monkeypatch.setenv("PLANWATCH_FETCH__RETRY_WAIT_S", "0.1")
        monkeypatch.setenv("PLANWATCH_BROWSER__TIMEOUT_S", "15")
        for name, setting in ENVIRONMENT.items():
            monkeypatch.setenv(name, setting)
        yield running


def _outcomes(job_id: str = "last") -> dict[str, str]:
    entries = read_json("status", job_id)["job"]["result"]["sources"]
    return {entry["source"]: entry["outcome"] for entry in entries}


def _plans(home: Path) -> list[tuple[Any, ...]]:
    return rows(home, "SELECT source, plan_key, price_pence FROM current_plans ORDER BY 1, 2")


def _kill(home: Path, kind: str) -> None:
    for pid in browsers_below(home, kind):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_killed_once_is_replaced_before_the_next_attempt(
    market: ReplicaMarket, home: Path, kind: str
) -> None:
    market.latency_s = 0.3
    job_id = read_json("scrape", "vodafone", "three")["job_id"]
    wait_until(lambda: market.count("www.three.co.uk", kind="page"), "a page that is open")
    _kill(home, kind)

    assert run_planwatch("wait", job_id).returncode == 0
    assert set(_outcomes().values()) == {"ok"}
    failed = rows(home, "SELECT error FROM attempts WHERE error IS NOT NULL")
    assert failed
    codes = {json.loads(error)["code"] for [error] in failed}
    assert codes <= {"browser_lost", "connection"}  # a navigation whose page died is aborted


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_killed_at_random_instants_costs_no_plan_and_is_no_broken_layout(
    market: ReplicaMarket, home: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    assert run_planwatch("scrape", "vodafone", "sky", "--wait").returncode == 0
    before = _plans(home)
    monkeypatch.setenv("PLANWATCH_FETCH__ATTEMPTS", "2")
    instants = random.Random(kind)
    for _ in range(3):
        job_id = read_json("scrape", "vodafone", "sky")["job_id"]
        finished = "SELECT finished_at FROM jobs WHERE job_id = ?"
        while not value(home, finished, job_id):
            time.sleep(instants.uniform(0.05, 1.2))
            _kill(home, kind)

        assert set(_outcomes(job_id).values()) <= {"ok", "unchanged", *OF_THE_MACHINE}
        assert _plans(home) == before

    assert run_planwatch("scrape", "vodafone", "sky", "--wait").returncode == 0
    assert _plans(home) == before
    wait_until(lambda: not any(map(is_alive, browsers_below(home))), "the end of every browser")


def _scrape_under(limit: str, *sources: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", f'{limit}; exec "$@"', "sh", *PROGRAM, "scrape", *sources, "--wait"],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=HANG_S,
        check=False,
    )


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("export TMPDIR=/nowhere/at/all", "TMPDIR"),
        ("ulimit -n 40", ""),
        ("ulimit -v 3000000", ""),
    ],
)
def test_what_the_machine_lacks_is_named_and_the_next_scrape_works(
    market: ReplicaMarket, home: Path, limit: str, said: str
) -> None:
    sources = ("vodafone", "giffgaff")
    assert run_planwatch("scrape", *sources, "--wait").returncode == 0
    before = _plans(home)

    done = _scrape_under(limit, *sources)

    assert "Traceback" not in done.stderr
    entry = next(
        one
        for one in read_json("status", "last")["job"]["result"]["sources"]
        if one["source"] == "vodafone"
    )
    assert entry["outcome"] == "machine"
    assert said in entry["error"]["hint"]
    assert entry["error"]["hint"]
    assert _plans(home) == before
    assert run_planwatch("scrape", *sources, "--wait").returncode == 0
    assert set(_outcomes().values()) <= {"ok", "unchanged"}


@pytest.mark.parametrize("limit", ["ulimit -n 16", "ulimit -n 24", "ulimit -v 480000"])
def test_under_a_tight_limit_no_source_is_called_broken(
    market: ReplicaMarket, home: Path, limit: str
) -> None:
    sources = ("vodafone", "giffgaff", "smarty", "ee")
    assert run_planwatch("scrape", *sources, "--wait").returncode == 0
    before = _plans(home)

    _scrape_under(limit, *sources)

    outcomes = {outcome for [outcome] in rows(home, "SELECT DISTINCT outcome FROM source_runs")}
    assert outcomes <= {"ok", "unchanged", *OF_THE_MACHINE}
    assert _plans(home) == before
    run_planwatch("wait", "last")
    assert run_planwatch("scrape", *sources, "--wait").returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone is refused")
def test_root_starts_no_browser_without_saying_so(
    market: ReplicaMarket, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLANWATCH_BROWSER__SANDBOX")

    done = run_planwatch("scrape", "vodafone", "smarty", "--wait")

    job = read_json("status", "last")["job"]
    entries = {one["source"]: one for one in job["result"]["sources"]}
    assert (done.returncode, entries["smarty"]["outcome"]) == (3, "ok")
    assert entries["vodafone"]["outcome"] == "machine"
    assert entries["vodafone"]["error"]["code"] == "no_sandbox"
    assert "browser.sandbox" in entries["vodafone"]["error"]["hint"]
    assert market.count("www.vodafone.co.uk") == 0
    doctor = run_planwatch("doctor").stdout
    assert "runs as root, for whom Chromium has no sandbox" in " ".join(doctor.split())


def test_a_browser_without_its_sandbox_is_a_warning_of_doctor(
    market: ReplicaMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_BROWSER__SANDBOX", "false")

    assert "browser.sandbox is false" in run_planwatch("doctor").stdout
