"""The ledger of a demo in Datasette and in pandas, as docs/howto/use-your-own-tools.md says."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from planwatch.errors import PlanwatchError
from tests.docs.pages import find_blocks, find_sections, read, read_table
from tests.support.cli import HANG_S, run_planwatch
from tests.support.demo_home import Demo
from tests.support.ledgers import reading

PAGE = "docs/howto/use-your-own-tools.md"
QUESTIONS = {
    "cheapest": {"gb": "50", "months": "24"},
    "price_changes": {"brand": "o2"},
    "history": {"plan_key": "o2-100gb-24m-classic"},
    "promotions": {},
    "sources": {},
    "withdrawn": {"since": "2026-11-01"},
}
VIEWS = ("current_plans", "price_history", "recent_changes", "source_health")
needs_datasette = pytest.mark.skipif(
    not find_spec("datasette"), reason="Datasette is not here: make .venv/.data"
)
needs_pandas = pytest.mark.skipif(
    not find_spec("pandas"), reason="pandas is not here: make .venv/.data"
)
_PRINT_TYPES = """
for name in ("plans", "history", "changes", "health"):
    print("TYPES", json.dumps([name, len(globals()[name]),
        {column: str(kind) for column, kind in globals()[name].dtypes.items()}]))
"""


@pytest.fixture(scope="module")
def served(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the ledger of the demo by a real Datasette; yield its address."""
    metadata = tmp_path_factory.mktemp("datasette") / "metadata.yaml"
    assert run_planwatch("datasette", "-o", str(metadata)).returncode == 0
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "datasette", str(demo.home / "ledger.db")]
    process = subprocess.Popen(
        [*command, "--metadata", str(metadata), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=HANG_S)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            _ask(f"{address}/-/versions.json")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return
    raise PlanwatchError("Datasette did not start")


def _ask(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=HANG_S) as answer:
        assert answer.status == 200
        return json.load(answer)


@needs_datasette
@pytest.mark.parametrize(("name", "asked"), QUESTIONS.items(), ids=list(QUESTIONS))
def test_each_canned_query_finds_rows(served: str, name: str, asked: dict[str, str]) -> None:
    rows = _ask(f"{served}/ledger/{name}.json?{urlencode({**asked, '_shape': 'array'})}")

    assert rows


@needs_datasette
def test_datasette_shows_the_views_and_hides_the_rest(served: str) -> None:
    ledger = _ask(f"{served}/ledger.json")
    plans = _ask(f"{served}/ledger/current_plans.json?_facet=brand&_extra=columns")

    assert {query["name"] for query in ledger["queries"]} == set(QUESTIONS)
    assert [table["name"] for table in ledger["tables"] if not table["hidden"]] == []
    assert {view["name"] for view in ledger["views"]} == set(VIEWS)
    assert plans["facet_results"]


def test_each_table_and_column_in_the_metadata_is_in_the_ledger(demo: Demo) -> None:
    told = run_planwatch("datasette").stdout
    named = set(re.findall(r"^      (\w+): \{hidden: true\}$", told, re.M))
    with reading(demo.home) as connection:
        tables = {
            row["name"]
            for row in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
        }

    assert named == tables
    for name in (*VIEWS, *QUESTIONS):
        assert f"\n      {name}:\n" in told


def test_each_query_is_in_the_how_to() -> None:
    rows = read_table(find_sections(read(PAGE))["Datasette"])

    assert [row[0].strip("`") for row in rows] == list(QUESTIONS)


@needs_pandas
def test_the_example_in_pandas_has_whole_pence_and_real_dates(demo: Demo, tmp_path: Path) -> None:
    [example] = find_blocks(read(PAGE), "python")
    script = tmp_path / "example.py"
    script.write_text(f"import json\n{example.body}\n{_PRINT_TYPES}", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        env={**os.environ, "PLANWATCH_HOME": str(demo.home)},
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    said = [json.loads(line[6:]) for line in done.stdout.splitlines() if line.startswith("TYPES")]
    kinds = {name: kinds for name, rows, kinds in said if rows}
    assert set(kinds) == {"plans", "history", "changes", "health"}
    for column in ("price_pence", "effective_pence", "exit_price_pence", "term_months"):
        assert kinds["plans"][column] == "int64"
    assert kinds["plans"]["data_mb"] == kinds["plans"]["list_price_pence"] == "Int64"
    assert kinds["plans"]["unlimited"] == "bool"
    assert kinds["plans"]["effective_pounds"] == "float64"
    assert kinds["plans"]["first_seen"].startswith("datetime64[")
    assert kinds["history"]["first_seen"].endswith("UTC]")
    assert kinds["changes"]["by_pence"] == "int64"
    assert kinds["health"]["failures_in_a_row"] == "int64"
