"""A process that stood still (SIGSTOP, a suspended machine): no step took that time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from tests.support.cli import HANG_S, read_json, run_planwatch, wait_until
from tests.support.gated_market import GatedMarket, run_gated_market
from tests.support.ledgers import rows, value

LIMIT_S: Final = 4.0
FROZEN_S: Final = 7.0
_WORK: Final = """
import os, sys, time
from concurrent.futures import ThreadPoolExecutor
from planwatch.engine.time_limit import Allowance, TimeLimiter
from planwatch.errors import StepTimeout

def work():
    print("begun", flush=True)
    for _ in range(int(sys.argv[2])):
        time.sleep(0.1)
    return "done"

allowance = Allowance(4.0)
try:
    if sys.argv[1] == "main":
        said = TimeLimiter().run(work, allowance)
    else:
        with ThreadPoolExecutor(1) as pool:
            said = pool.submit(TimeLimiter().run, work, allowance).result()
except StepTimeout as error:
    said = "again" if error.is_transient else "too long"
print(said, round(allowance.frozen_s), flush=True)
os._exit(0)
"""


def _freeze(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    time.sleep(FROZEN_S)  # nothing but time can show that time does not count
    os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("where", ["main", "thread"])
@pytest.mark.parametrize(
    ("tenths", "said"), [(20, "done"), (90, "again")], ids=["work that fits", "too long"]
)
def test_a_limit_counts_the_time_in_which_the_process_ran(
    where: str, tenths: int, said: str
) -> None:
    with subprocess.Popen(
        [sys.executable, "-P", "-c", _WORK, where, str(tenths)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        _freeze(process.pid)
        out, _ = process.communicate(timeout=HANG_S)

    outcome, frozen_s = out.split()
    assert outcome == said
    assert FROZEN_S - 2 <= int(frozen_s) <= FROZEN_S + 2


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Iterator[GatedMarket]:
    with run_gated_market(date(2026, 11, 2)) as running:
        for name, content in running.env.items():
            monkeypatch.setenv(name, content)
        monkeypatch.setenv("PLANWATCH_JOBS__STEP_LIMIT_S", str(LIMIT_S))
        yield running


def _begin(market: GatedMarket, home: Path) -> tuple[str, int]:
    market.hold("smarty")
    job_id = read_json("scrape", "smarty")["job_id"]
    wait_until(lambda: market.asked["smarty"], "the request of the worker")
    return job_id, value(home, "SELECT worker_pid FROM jobs")


def test_a_worker_that_was_frozen_beyond_the_limit_of_its_step_ends_well(
    home: Path, market: GatedMarket
) -> None:
    job_id, worker = _begin(market, home)

    _freeze(worker)
    market.release()

    done = run_planwatch("wait", job_id)
    assert (done.returncode, value(home, "SELECT status FROM jobs")) == (0, "completed")
    assert [run["outcome"] for run in read_json("sources", "show", "smarty")["source"]["runs"]] == [
        "ok"
    ]


def test_a_request_that_timed_out_while_the_worker_was_frozen_is_made_again(
    home: Path, market: GatedMarket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANWATCH_FETCH__DEADLINE_S", "3")
    monkeypatch.setenv("PLANWATCH_FETCH__TIMEOUT_S", "3")
    monkeypatch.setenv("PLANWATCH_FETCH__ATTEMPTS", "1")
    monkeypatch.setenv("PLANWATCH_FETCH__RETRY_WAIT_S", "0.1")
    job_id, worker = _begin(market, home)

    _freeze(worker)
    wait_until(lambda: market.asked["smarty"] > 1, "the second request")
    market.release()

    done = run_planwatch("wait", job_id)
    assert (done.returncode, value(home, "SELECT status FROM jobs")) == (0, "completed")
    assert "the machine stood still for" in run_planwatch("logs", job_id).stdout
    assert len(rows(home, "SELECT attempt FROM attempts WHERE name LIKE '%smarty%'")) == 2


def test_a_step_that_took_its_time_awake_still_ends_as_a_time_out(
    home: Path, market: GatedMarket
) -> None:
    job_id, _ = _begin(market, home)

    done = run_planwatch("wait", job_id)

    assert done.returncode == 4
    assert "longer than its limit of 4 s" in run_planwatch("status", job_id).stdout
    market.release()
