"""Real CSV has exactly the columns of docs/reference/csv.md, in their order."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.docs.pages import REPO, find_sections, read, read_table
from tests.support.cli import run_planwatch

PAGE = REPO / "tests" / "pages" / "smarty" / "2026-11-02-ordinary" / "plans.json"
COMMANDS = {
    "Plans": ["plans"],
    "Grid": ["plans", "--grid"],
    "Cheapest": ["cheapest", "50GB", "--eu-days", "14"],
    "Facts": ["show"],
    "Why": ["show", "--why", "gap.o2-10gb-24m-classic"],
    "Months": ["why", "14.27"],
    "Amounts": ["why", "16.06"],
    "Rise rules": ["config", "rules"],
    "Analyses": ["show", "--list"],
    "Digest": ["digest", "--since", "30d"],
    "Match": ["match", "O2", "100GB", "24m"],
    "What if": ["what-if", "--brand", "O2", "--data", "100GB", "--term", "24", "--price", "18"],
    "Sources": ["sources"],
    "Visits": ["sources", "show", "o2"],
    "Changes": ["changes", "--since", "30d"],
    "History": ["history", "o2-100gb-24m-classic"],
    "Jobs": ["status"],
    "Steps": ["status", "last"],
    "Settings": ["config", "show"],
    "Messages": ["notify", "list"],
}


@pytest.mark.parametrize(("section", "command"), COMMANDS.items(), ids=list(COMMANDS))
@pytest.mark.usefixtures("demo_home")
def test_the_columns_of_a_csv_are_those_documented(section: str, command: list[str]) -> None:
    done = run_planwatch(*command, "--format", "csv")

    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert done.returncode == 0, done.stderr
    assert rows[0] == _documented(section)
    assert rows[1:] or section == "Messages"  # a demo tells nobody
    assert {len(row) for row in rows} == {len(rows[0])}


def test_a_probe_and_the_facts_have_the_columns_of_plans_and_of_an_analysis() -> None:
    done = run_planwatch("probe", "smarty", "--from", str(PAGE), "--format", "csv")

    assert done.stdout.splitlines()[0].split(",") == _documented("Plans")
    assert set(COMMANDS) == set(find_sections(read("docs/reference/csv.md")))


@pytest.mark.usefixtures("demo_home")
def test_facts_and_an_analysis_are_one_table_and_a_file_tells_its_form() -> None:
    printed = run_planwatch("show", "--facts", "--format", "csv").stdout

    for name in ("facts.csv", "facts.json", "facts.md", "facts.html"):
        assert run_planwatch("show", "-o", name).returncode == 0
    assert Path("facts.csv").read_text(encoding="utf-8") == printed
    assert Path("facts.json").read_text(encoding="utf-8").startswith('{\n  "schema_version"')
    assert Path("facts.md").read_text(encoding="utf-8").startswith("# Market analysis")
    assert Path("facts.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    "command",
    [
        ["sources"],
        ["sources", "show", "o2"],
        ["show", "--list"],
        ["show", "--facts"],
        ["show", "--why", "gap.o2-10gb-24m-classic"],
        ["why", "14.27"],
        ["why", "16.06"],
        ["digest"],
        COMMANDS["What if"],
    ],
    ids=lambda command: " ".join(command[:3]),
)
@pytest.mark.usefixtures("demo_home")
def test_markdown_of_every_table_says_that_the_market_is_recorded(command: list[str]) -> None:
    done = run_planwatch(*command, "--format", "md")

    assert done.returncode == 0, done.stderr
    assert "prices are illustrative" in done.stdout
    assert "| --- |" in done.stdout or "| ---" in done.stdout


@pytest.mark.parametrize("asked", [["--format", "json"], ["--format=json"], ["--json"]])
def test_an_error_is_json_where_json_was_asked(asked: list[str]) -> None:
    done = run_planwatch("show", *asked)

    assert done.returncode == 2
    assert '"code": "unknown_name"' in done.stdout
    assert done.stderr == ""


def test_a_page_of_what_has_none_is_refused() -> None:
    done = run_planwatch("sources", "-o", "sources.html")

    assert done.returncode == 2
    assert "this command writes none" in done.stderr
    assert not Path("sources.html").exists()


def _documented(section: str) -> list[str]:
    table = read_table(find_sections(read("docs/reference/csv.md"))[section])
    return [row[0].strip("`") for row in table]
