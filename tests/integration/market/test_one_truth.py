"""One effective cost for each plan, and one set of moves for each period, wherever one looks."""

from __future__ import annotations

import csv
import io
import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

import pytest

from planwatch.clock import format_instant, parse_instant
from planwatch.domain.cost_mark import FOOTNOTE
from tests.support.cli import HANG_S, wait_until
from tests.support.demo_home import Demo
from tests.support.walked_market import (
    SHOP,
    SURFACES,
    Costs,
    Walked,
    histories,
    html_tables,
    md_tables,
    messages,
    read_money,
    walk,
)
from tests.support.workbooks import read_workbook

O2_100GB = "o2:o2-100gb-24m-classic"
BY_30_DAYS, BY_28_DAYS = f"{SHOP}:lebara-30gb-1m", f"{SHOP}:lebara-40gb-1m"
_GIVES_ALL = ("--roaming", "global", "--roaming-data", "100GB", "--5g")
NOW = "2026-11-16T09:00:00.000Z"
BY_DAYS = {BY_30_DAYS: 1167, BY_28_DAYS: 1468}
"""Plans billed by days, and what they cost a calendar month."""
needs_datasette = pytest.mark.skipif(
    not find_spec("datasette"), reason="Datasette is not here: make .venv/.data"
)


@pytest.fixture(scope="module")
def walked(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(demo, tmp_path_factory.mktemp("walked"))


@pytest.fixture(scope="module", params=["analyse", "compare"])
def analysis(walked: Walked, request: pytest.FixtureRequest) -> Mapping[str, Any]:
    heads = walked.json("show", "--list")["analyses"]
    chosen = next(
        head["analysis_id"]
        for head in heads
        if head["kind"] == request.param and {"O2", "Lebara"} & set(head["brands"])
    )
    document: dict[str, Any] = walked.json("show", chosen)["analysis"]
    return document


def test_the_market_has_all_kinds_of_costs(walked: Walked) -> None:
    assert walked.costs[O2_100GB] == 2271
    assert (walked.costs[BY_30_DAYS], walked.costs[BY_28_DAYS]) == (1150, 1350)
    assert {O2_100GB, f"{SHOP}:o2-75gb-24m-shop"} <= walked.marked
    assert any(plan["may_rise"] for plan in walked.plans)
    assert set(BY_DAYS) <= set(walked.ids)


@pytest.mark.parametrize("name", SURFACES)
def test_every_list_of_plans_has_the_same_costs(walked: Walked, name: str) -> None:
    assert SURFACES[name](walked) == walked.costs


def test_a_plan_whose_price_may_rise_says_so(walked: Walked) -> None:
    lines = walked.run("plans", "sky").splitlines()

    assert all("may rise" in line for line in lines if " Sky Mobile " in line and "£" in line)
    assert "may rise" not in walked.run("plans", "o2")


def test_histories_end_with_the_cost_of_today_for_their_day(walked: Walked) -> None:
    found = histories(walked)

    assert {one["plan_id"] for one in found} == set(walked.ids)
    for one in found:
        newest = one["versions"][-1]
        cost = walked.cost_on(one["plan_id"], newest["first_seen"])
        assert newest["effective_pence"] == cost, one["plan_id"]


def test_the_view_price_history_ends_with_it_too(walked: Walked) -> None:
    newest = {
        f"{row['source']}:{row['plan_key']}": row
        for row in walked.rows("SELECT * FROM price_history ORDER BY first_seen")
    }

    for plan_id in walked.ids:
        row = newest[plan_id]
        assert row["effective_pence"] == walked.cost_on(plan_id, row["first_seen"]), plan_id


def _newest_moves(walked: Walked, changes: list[dict[str, Any]]) -> Costs:
    """Return the cost after the newest move of each plan in force, checked for its day."""
    found: Costs = {}
    for change in sorted(changes, key=lambda change: str(change["changed_at"])):
        if change["kind"] == "effective" and change["plan_id"] in walked.costs:
            found[change["plan_id"]] = change["after"]
            day = change["changed_at"]
    assert found, day
    return found


def test_changes_and_the_digest_end_with_it(walked: Walked) -> None:
    listed = walked.json("changes", "--since", "90d")["changes"]
    digest = walked.json("digest", "--since", "90d")
    last = {
        change["plan_id"]: change["changed_at"]
        for change in reversed(listed)
        if change["kind"] == "effective"
    }

    expected = {
        plan_id: walked.cost_on(plan_id, at)
        for plan_id, at in last.items()
        if plan_id in walked.ids
    }
    assert _newest_moves(walked, listed) == _newest_moves(walked, digest["changes"]) == expected
    assert {O2_100GB, *BY_DAYS} <= set(expected)
    rows = next(
        table["rows"]
        for section in digest["digest"]["sections"]
        for table in section["tables"]
        if table["id"] == "changes"
    )
    shown = [row for row in rows if row["what"] == "effective cost"]
    assert shown
    names = {change["plan"]: change["plan_id"] for change in listed}
    for row in shown:
        _, after = row["move"].split(" → ")
        assert read_money(after) == (
            expected[names[row["plan"]]],
            names[row["plan"]] in walked.marked,
        )


def test_the_table_of_changes_marks_costs_and_explains_it_once(walked: Walked) -> None:
    for shown in (walked.run("changes", "--since", "7d"), walked.run("digest", "--since", "7d")):
        assert "£20.71* → £22.71*" in shown
        assert shown.count(FOOTNOTE) == 1


def test_a_message_has_it(walked: Walked) -> None:
    said = next(each for each in messages(walked) if "O2 Shop" in each)

    for line, plan_id in (
        ("O2 Shop 75 GB, 24 months: effective cost", f"{SHOP}:o2-75gb-24m-shop"),
        ("Lebara 30 GB, 1 month: effective cost", BY_30_DAYS),
        ("Lebara 40 GB, 1 month: effective cost", BY_28_DAYS),
    ):
        found = next(each for each in said.splitlines() if line in each)
        after = found.split("→")[1]
        assert read_money(after) == (walked.costs[plan_id], plan_id in walked.marked)
    assert said.count(FOOTNOTE) == 1


def test_a_report_has_it_in_facts_rows_and_tables(
    walked: Walked, analysis: Mapping[str, Any]
) -> None:
    facts = {fact["id"]: fact for fact in analysis["facts"]}
    effective = {
        fact["about"]["plan_id"]: fact for fact in facts.values() if fact["kind"] == "effective"
    }
    considered = {row["plan_id"]: row for row in analysis["considered"]}

    assert set(BY_DAYS) <= set(considered)
    for plan_id, row in considered.items():
        cost = walked.costs[plan_id]
        assert (row["effective_pence"], effective[plan_id]["value"]) == (cost, cost), plan_id
        assert row["comparable_pence"] == BY_DAYS.get(plan_id, cost)
        assert effective[plan_id]["formula"] == "Effective monthly cost"
    comparable = [fact for fact in facts.values() if fact["kind"] == "comparable"]
    assert {fact["about"]["plan_id"]: fact["value"] for fact in comparable} == BY_DAYS
    assert {fact["formula"] for fact in comparable} == {"Comparable monthly cost"}
    cells = 0
    for section in analysis["sections"]:
        for table in section["tables"]:
            for row in table["rows"]:
                for key, id_ in row.get("ids", {}).items():
                    if id_ in facts and facts[id_]["kind"] in ("effective", "comparable"):
                        fact = facts[id_]
                        assert row[key] == fact["value"], (table["id"], row)
                        by_rule = fact["about"]["plan_id"] in walked.marked
                        assert (key in row.get("by_rule", ())) is by_rule, (table["id"], row)
                        cells += 1
    assert cells > 50


def test_no_table_calls_a_comparable_cost_effective(analysis: Mapping[str, Any]) -> None:
    for section in analysis["sections"]:
        for table in section["tables"]:
            for column in table["columns"]:
                is_effective = "ffective" in column["label"] and column["kind"] == "money"
                for row in table["rows"]:
                    if is_effective and row[column["key"]] is not None:
                        assert row[column["key"]] not in BY_DAYS.values(), (table["id"], row)


@pytest.mark.parametrize("form", ["html", "md"])
def test_a_report_to_read_has_it_beside_each_page(
    walked: Walked, analysis: Mapping[str, Any], form: str
) -> None:
    text = walked.run("show", analysis["analysis_id"], f"--{form}")
    tables = html_tables(text) if form == "html" else md_tables(text)
    table = next(each for each in tables if each[0][:2] == ["No.", "Plan"])

    ids = [row["plan_id"] for row in analysis["considered"]]
    at = table[0].index("Effective")
    for plan_id, row in zip(ids, table[1:], strict=True):
        assert read_money(row[at]) == (walked.costs[plan_id], plan_id in walked.marked), row
    # a page repeats its caveats in the summary for print
    assert text.replace("\\", "").replace("&#39;", "'").count(FOOTNOTE) == (
        2 if form == "html" else 1
    )


def test_what_if_and_match_have_it(walked: Walked) -> None:
    placed = walked.json("what-if", "O2", "100GB", "24m", "--price", "60")["tariffs"][0]
    cheap = walked.json("what-if", "O2", "100GB", "0m", "--price", "1", *_GIVES_ALL)["tariffs"][0]
    matched = walked.json("match", "O2", "100GB", "24m")["match"]
    listed = [*placed["dominated_by"], *cheap["dominates"], matched["current"]]
    if matched["longer_term"]:
        listed.append(matched["longer_term"])

    assert matched["current"]["effective_pence"] == 2271
    assert {row["plan_id"] for row in listed} & set(BY_DAYS)
    for row in listed:
        assert row["effective_pence"] == walked.costs[row["plan_id"]], row
        assert row["comparable_pence"] == BY_DAYS.get(row["plan_id"], row["effective_pence"])


@pytest.mark.parametrize("shift_ms", [0, 1])
def test_one_set_of_moves_from_each_instant_on(walked: Walked, shift_ms: int) -> None:
    every = walked.json("changes", "--since", "90d")["changes"]
    instants = sorted({change["changed_at"] for change in every})
    for at in instants:
        since = format_instant(parse_instant(at) + timedelta(milliseconds=shift_ms))
        expected = [change for change in every if change["changed_at"] >= since]
        if since >= NOW:
            continue  # a digest of no time at all is refused
        assert walked.json("changes", "--since", since)["changes"] == expected
        assert walked.json("digest", "--since", since)["changes"] == expected
        rows = list(
            csv.DictReader(io.StringIO(walked.run("changes", "--since", since, "--format", "csv")))
        )
        assert [(row["plan_id"], row["kind"]) for row in rows] == [
            (change["plan_id"], change["kind"]) for change in expected
        ]
        moves = walked.json("digest", "--since", since)["digest"]["plans_moved"]
        shown = walked.written("moves.xlsx", "changes", "--since", since)
        assert len(read_workbook(shown)["Changes"].rows()) - 1 == moves


@needs_datasette
def test_datasette_has_it(walked: Walked) -> None:
    with _serve(walked) as address:
        rows = _ask(f"{address}/ledger/current_plans.json?_shape=array&_size=max")

    found = {f"{row['source']}:{row['plan_key']}": row["effective_pence"] for row in rows}
    assert found == {plan_id: walked.costs[plan_id] for plan_id in found}
    assert O2_100GB in found


@contextmanager
def _serve(walked: Walked) -> Iterator[str]:
    metadata = walked.home.parent / "metadata.yaml"
    walked.run("datasette", "-o", str(metadata))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "datasette", str(walked.home / "ledger.db")]
    process = subprocess.Popen(
        [*command, "--metadata", str(metadata), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: _answers(address), "Datasette", timeout_s=60)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=HANG_S)


def _answers(address: str) -> bool:
    try:
        return bool(_ask(f"{address}/-/versions.json"))
    except OSError:
        return False


def _ask(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=HANG_S) as answer:
        return json.load(answer)
