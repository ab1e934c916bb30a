"""All nine sources in one scrape, over HTTP and in real Chromium, against the replica market."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from planwatch.sources.registry import SOURCE_IDS
from tests.support.cli import kill_hard, read_json, run_planwatch, wait_until
from tests.support.ledgers import value
from tests.support.market.browser import ENVIRONMENT, why_not
from tests.support.market.replica import ReplicaMarket
from tests.support.market.server import run_market
from tests.support.workers import browsers_below

DAY = date(2026, 11, 2)
NOW = "2026-11-02T09:00:00Z"
BROWSER_SOURCES = ("o2", "vodafone", "three", "sky", "tesco")
_SAME = ("variant", "plan_key", "data_mb", "unlimited", "term_months", "price_pence")
_SAME_TOO = ("list_price_pence", "price_steps", "roaming", "generation", "condition", "extras")

pytestmark = pytest.mark.skipif(
    why_not() is not None and not os.environ.get("PLANWATCH_TESTS_NEED_BROWSER"),
    reason=f"no browser to drive: {why_not()}",
)


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReplicaMarket]:
    with run_market(DAY) as running:
        running.haste = 4
        monkeypatch.setenv("PLANWATCH_ORIGIN", running.origin)
        monkeypatch.setenv("PLANWATCH_FETCH__PACE_S", "0")
        monkeypatch.setenv("PLANWATCH_NOW", NOW)
        for name, value in ENVIRONMENT.items():
            monkeypatch.setenv(name, value)
        yield running


def _facts(plan: dict[str, Any]) -> dict[str, Any]:
    return {key: plan[key] for key in (*_SAME, *_SAME_TOO)}


def test_one_scrape_brings_every_plan_of_nine_sources_field_by_field(
    market: ReplicaMarket,
) -> None:
    done = run_planwatch("scrape", "--wait")
    job = read_json("status", "last")["job"]
    plans = read_json("plans")["plans"]

    outcomes = {one["source"]: one["outcome"] for one in job["result"]["sources"]}
    assert outcomes == dict.fromkeys(SOURCE_IDS, "ok"), done.stderr
    assert done.returncode == 0
    for source in SOURCE_IDS:
        found = {plan["plan_key"]: plan for plan in plans if plan["source"] == source}
        records = market.true_records(source)
        # of an aggregator's retailers the cheapest stands for a plan
        dearest_first = sorted(records, key=lambda record: -record["effective_pence"])
        true = {record["plan_key"]: record for record in dearest_first}
        assert found.keys() == true.keys(), source
        assert [_facts(found[key]) for key in true] == [_facts(true[key]) for key in true]
        offers = sum(max(1, len(plan["offers"])) for plan in found.values())
        assert offers == len(records), "every retailer's offer is kept"


def test_plans_that_come_long_after_the_click_that_asks_for_them_are_waited_for(
    market: ReplicaMarket,
) -> None:
    market.haste = 2
    market.fault("sky", "slow_js")

    done = run_planwatch("scrape", "sky", "--wait")

    assert done.returncode == 0, done.stdout
    assert len(read_json("plans")["plans"]) == len(market.true_plans("sky"))


def test_pictures_and_trackers_are_not_loaded(market: ReplicaMarket) -> None:
    run_planwatch("scrape", *BROWSER_SOURCES, "--wait")

    kinds = {seen.kind for seen in market.seen}
    assert "data" in kinds
    assert kinds.isdisjoint({"image", "tracker"})


def test_the_browser_names_itself_as_planwatch_does_everywhere(market: ReplicaMarket) -> None:
    run_planwatch("scrape", "tesco", "smarty", "--wait")

    agents = {seen.asked.headers.get("user-agent", "").split("/")[0] for seen in market.seen}
    assert agents == {"planwatch"}


@pytest.mark.parametrize("way", ["killed and resumed", "cancelled"])
def test_no_browser_outlives_its_job(market: ReplicaMarket, home: Path, way: str) -> None:
    market.latency_s = 0.5
    job_id = read_json("scrape", "three")["job_id"]
    wait_until(lambda: browsers_below(home), "a browser")
    if way == "cancelled":
        run_planwatch("cancel", job_id)
    else:
        kill_hard(int(value(home, "SELECT worker_pid FROM jobs")))
        market.latency_s = 0.0
        assert run_planwatch("wait", job_id).returncode == 0

    wait_until(lambda: not browsers_below(home), "the end of every browser")
