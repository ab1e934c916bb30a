"""Facts of an analysis, and what one of them was computed from, down to the page's bytes."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.support.cli import read_json, run_planwatch

GAP = "gap.o2-10gb-24m-classic"


@pytest.fixture
def demo(home: Path) -> Path:
    run_planwatch("demo")
    return home


def test_facts_are_a_line_each(demo: Path) -> None:
    facts = read_json("show", "--facts")["facts"]
    lines = run_planwatch("show", "--facts").stdout.splitlines()

    assert [line.split("\t")[0] for line in lines] == [fact["id"] for fact in facts]
    line = next(line for line in lines if line.startswith(GAP))
    assert line.split("\t")[1].endswith("a month")


def test_a_fact_leads_to_formula_plans_and_pages(demo: Path) -> None:
    why = read_json("show", "--why", GAP)["why"]

    assert why["formula"]["name"] == "Gap to a rival"
    assert why["formula"]["says"]
    ours, rival = why["inputs"]
    assert why["fact"]["value"] == ours["effective_pence"] - rival["effective_pence"]
    assert ours["url"].startswith("https://www.o2.co.uk/")
    assert b"classic" in gzip.decompress(Path(ours["page_file"]).read_bytes()).lower()
    shown = run_planwatch("show", "--why", GAP).stdout
    assert "Gap to a rival: Cost minus that of" in " ".join(shown.split())
    assert ours["page_file"] in shown, "a path can be copied whole"


def test_a_page_that_was_pruned_is_said_to_be_gone(demo: Path) -> None:
    page = Path(read_json("show", "--why", GAP)["why"]["inputs"][0]["page_file"])
    page.unlink()

    assert read_json("show", "--why", GAP)["why"]["inputs"][0]["page_file"] is None
    assert "no longer kept" in run_planwatch("show", "--why", GAP).stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--why", "gap"], "several facts begin with 'gap'"),
        (["--why", "nosuch"], "no fact begins with 'nosuch'"),
        (["--why", GAP, "--facts"], "cannot be combined"),
        (["--facts", "--html", "-o", "x.html"], "have no HTML page"),
    ],
)
def test_a_question_that_cannot_be_answered_is_named(
    demo: Path, arguments: list[str], says: str
) -> None:
    done = run_planwatch("show", *arguments)

    assert done.returncode == 2
    assert says in done.stderr


def test_the_week_is_a_page_to_share_as_well(demo: Path, tmp_path: Path) -> None:
    page = tmp_path / "week.html"

    done = run_planwatch("digest", "--since", "14d", "--html", "-o", str(page))
    text = page.read_text().replace("\N{NO-BREAK SPACE}", " ")  # a day stays on its line
    markdown = run_planwatch("digest", "--since", "14d", "--md").stdout

    assert done.returncode == 0, done.stderr
    assert "The market from 2 Nov 2026 to 16 Nov 2026" in text
    assert "new winner" in text
    assert "<script" not in text
    assert markdown.startswith("# The market from 2 Nov 2026 to 16 Nov 2026")
    refused = run_planwatch("digest", "--html", "--json", "-o", str(page))
    assert refused.returncode == 2
