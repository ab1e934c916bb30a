"""What a scrape of the replica market costs: time at 1 s latency, memory, requests, parsing.

Drives the real command against tests/support/market, in real Chromium. The page of the parsing
figures is a captured one that does not come with the project: the figure is left out, saying so,
where `../shared/captures` is absent.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lxml import html  # type: ignore[import-untyped]

from planwatch.domain.page import Page
from planwatch.sources.cards import mine_plans
from planwatch.sources.contract import read_pages
from planwatch.sources.registry import SOURCE_IDS, load_source

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.market.browser import ENVIRONMENT, why_not
from tests.support.market.replica import ReplicaMarket
from tests.support.market.server import run_market
from tools.bench import Figure

DAY = date(2026, 11, 2)
OVER_HTTP = ("ee", "giffgaff", "smarty", "uswitch")
LATENCY_S = 1.0
ROUNDS = 15
CAPTURE = Path(__file__).parents[2] / "shared" / "captures" / "three-2025-11" / "page.html"
CAPTURED_ON = date(2025, 11, 17)
PROGRAM = (sys.executable, "-P", "-m", "planwatch")


def main() -> int:
    figures = [*measure_parsing(), *measure_scrapes()]
    for figure in figures:
        print(figure.line())
    return 0 if all(figure.is_met for figure in figures) else 1


def measure_parsing() -> Iterator[Figure]:
    """Yield parser and miner over lxml's bare parse of the same page, interleaved, medians."""
    if not CAPTURE.exists():
        print(f"no captured page at {CAPTURE.relative_to(CAPTURE.parents[3])}: parsing is left out")
        return
    body = CAPTURE.read_bytes()
    source = load_source("three")
    page = Page(body=body, url=source.requests[0].url, name="page")
    took: dict[str, list[float]] = {"bare": [], "parser": [], "miner": []}
    for _ in range(ROUNDS):
        took["bare"].append(_time(lambda: html.fromstring(body)))
        took["parser"].append(_time(lambda: read_pages(source, [page], CAPTURED_ON)))
        took["miner"].append(_time(lambda: mine_plans(body, as_of=CAPTURED_ON)))
    bare, parser, miner = (statistics.median(took[name]) for name in took)
    yield Figure(f"parser of a page of {len(body) / 1e6:.1f} MB / lxml", parser / bare, most=4)
    yield Figure("card miner of that page / lxml", miner / bare, most=10)


def measure_scrapes() -> Iterator[Figure]:
    """Yield memory without and with a browser, and the time at one second of latency."""
    with run_market(DAY) as market, _home(market) as env:
        yield Figure(
            "worker over HTTP alone, peak PSS", _scrape(env, OVER_HTTP).peak_mb, "MB", most=150
        )
    if why_not() is not None:
        print(f"no browser to drive ({why_not()}): the rest is left out")
        return
    with run_market(DAY) as market, _home(market) as env:
        done = _scrape(env, SOURCE_IDS)
        yield Figure("worker with browser and driver, peak PSS", done.peak_mb, "MB", most=900)
        print_requests(market, done.result)
    with run_market(DAY) as market, _home(market) as env:
        market.latency_s = LATENCY_S
        done = _scrape(env, SOURCE_IDS)
        yield Figure(f"slowest source at {LATENCY_S:g} s a request", done.longest_step_s, "s")
        yield Figure(
            "whole scrape / its longest source", done.took_s / done.longest_step_s, most=1.3
        )


def print_requests(market: ReplicaMarket, result: Mapping[str, Any]) -> None:
    """Print how often each source's host was asked, robots.txt included."""
    counts = {
        source: sum(1 for seen in market.seen if seen.asked.host == _host_of(source))
        for source in SOURCE_IDS
    }
    print("requests a source:", ", ".join(f"{name} {count}" for name, count in counts.items()))
    outcomes = {entry["outcome"] for entry in result["sources"]}
    assert outcomes == {"ok"}, outcomes


def _host_of(source: str) -> str:
    return load_source(source).requests[0].url.split("/")[2]


class _Scrape:
    """One scrape: how long, how much memory at most, and its result."""

    def __init__(self, job: Mapping[str, Any], peak_mb: float) -> None:
        self.result = job["result"]
        self.peak_mb = peak_mb
        self.took_s = _seconds(job["started_at"], job["finished_at"])
        self.longest_step_s = max(
            _seconds(step["started_at"], step["finished_at"]) for step in job["steps"]
        )


def _scrape(env: Mapping[str, str], sources: tuple[str, ...]) -> _Scrape:
    order = _json(env, "scrape", *sources, "--json")
    peak: list[float] = [0.0]
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(env["PLANWATCH_HOME"], peak, over))
    watcher.start()
    job = _json(env, "wait", order["job_id"], "--json")["job"]
    over.set()
    watcher.join()
    return _Scrape(job, peak[0])


def _watch(home: str, peak: list[float], over: threading.Event) -> None:
    while not over.wait(0.05):
        peak[0] = max(peak[0], _pss_mb(home))


def _pss_mb(home: str) -> float:
    """Return the proportional memory of a home's worker and of all that it started."""
    parents, workers = {}, set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(process.name)] = int(
                (process / "stat").read_text().rpartition(")")[2].split()[1]
            )
            if b"planwatch.worker" not in (process / "cmdline").read_bytes():
                continue
            if home.encode() in (process / "environ").read_bytes():
                workers.add(int(process.name))
        except OSError:
            continue  # it has ended
    family = set(workers)
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(_pss_kb(pid) for pid in family) / 1024


def _pss_kb(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(rollup.split("Pss:")[1].split()[0])


@contextmanager
def _home(market: ReplicaMarket) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        ours = {name: value for name, value in os.environ.items() if "PLANWATCH" not in name}
        yield {
            **ours,
            "PLANWATCH_HOME": f"{folder}/home",
            "PLANWATCH_ORIGIN": market.origin,
            "PLANWATCH_FETCH__PACE_S": "0",
            **ENVIRONMENT,
        }


def _json(env: Mapping[str, str], *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [*PROGRAM, *arguments], env=dict(env), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr + done.stdout)
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def _seconds(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def _time(call: Any) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
