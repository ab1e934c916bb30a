"""The examples in how-tos and explanations: SQL, a parser, a sum, a settings file, file names."""

from __future__ import annotations

import json
import re
import sys
import types
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from planwatch.analysis.report import sections
from planwatch.analysis.report.sections.section import sections_of
from planwatch.domain.job import TRANSITIONS
from planwatch.domain.job_kinds import ANALYSE
from planwatch.domain.page import Page
from planwatch.domain.plan import PriceStep
from planwatch.domain.schedule import monthly_prices
from planwatch.engine.run import LocalRun
from planwatch.engine.workflow import Workflow
from planwatch.home import Home
from planwatch.ledger.jobs.steps import load_steps
from planwatch.ledger.jobs.transitions import claim_job
from planwatch.ledger.store.connection import open_ledger
from planwatch.settings.load import load_settings, read_values
from planwatch.settings.sources import read_catalogue
from planwatch.sources.contract import Source, read_pages
from planwatch.workflows.context import Services
from tests.docs.pages import (
    DOCS,
    REPO,
    Block,
    find_blocks,
    find_inline_code,
    name_of,
    read,
    read_table,
)
from tests.support.demo_home import Demo
from tests.support.large_market import save_market
from tests.support.ledgers import create_launched_job, reading
from tests.support.plans import make_plan
from tests.support.reports import report_market

IN_A_HOME = {"archive/", "logs/", "locks/"}
TO_BE_WRITTEN = {"acme", "tiers", "audit"}
"""Modules that the how-tos for developers add."""
AT = "2026-11-02T09:00:00.000Z"
DAY = date(2026, 11, 2)
QUERIES = find_blocks(read("docs/howto/read-the-ledger.md"), "sql")


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.body.split("\n")[1][:40])
def test_each_query_finds_something_in_the_ledger_of_the_demo(query: Block, demo: Demo) -> None:
    with reading(demo.home) as connection:
        assert connection.execute(query.body).fetchall()


def test_the_page_behind_a_plan_lies_where_the_query_says(demo: Demo) -> None:
    [query] = [query for query in QUERIES if "archive/" in query.body]
    with reading(demo.home) as connection:
        found = [demo.home / row["file"] for row in connection.execute(query.body)]

    assert [path for path in found if not path.is_file()] == []


def test_the_example_of_a_source_reads_its_example_page() -> None:
    page = read("docs/howto/add-a-source.md")
    answer, case = find_blocks(page, "json")
    source: Source = _import_example("docs/howto/add-a-source.md").SOURCE

    result = read_pages(source, [Page(body=answer.body.encode(), name="plans")], date(2026, 11, 2))

    assert [(plan.plan_key, plan.price_pence) for plan in result.plans] == [
        ("example-mobile-25gb-12m", 750)
    ]
    assert [item.where for item in result.unreadable] == ["plans[1] 'b'"]
    assert json.loads(case.body).keys() == {"as_of", "pages", "error"}


def test_the_example_of_a_job_kind_plans_and_takes_its_steps(home: Path) -> None:
    module = _import_example("docs/howto/add-a-job-kind.md")
    place = Home(home, home / "config.toml")
    with closing(open_ledger(place)) as ledger:
        save_market(ledger, [make_plan(), make_plan(gb=5), make_plan(brand="EE", source="ee")], DAY)
        services = Services(place, load_settings(place.config_file, home), ledger)
        workflow: Workflow = module.build_audit(services)
        create_launched_job(
            ledger, job_id="job", kind="audit", params={}, context={}, max_resumes=3, at=AT
        )
        run = LocalRun(ledger, claim_job(ledger, "job", pid=1, at=AT), [], parallel=1)

        ended = workflow.function(run, {"brand": "O2"})

        taken = [step.name for step in load_steps(ledger, "job")]
    assert ended.result == {"plans": 2}
    assert [step.name for stage in workflow.plan({}) for step in stage] == taken


def test_the_example_of_a_section_is_found_by_its_file_and_each_cell_has_its_fact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [block] = find_blocks(read("docs/howto/add-a-section.md"), "python")
    (tmp_path / "shortest.py").write_text(block.body, encoding="utf-8")
    monkeypatch.setattr(sections, "__path__", [*sections.__path__, str(tmp_path)])
    sections_of.cache_clear()
    try:
        names = [section.name for section in sections_of(ANALYSE)]
        plans = [make_plan(term_months=1), make_plan(brand="EE"), make_plan(brand="EE", gb=5)]
        document = report_market(plans, "O2")
    finally:
        sys.modules.pop(f"{sections.__name__}.shortest", None)
        sections_of.cache_clear()

    assert names.index("shortest") == names.index("flexibility") + 1
    [shown] = [one for one in document["sections"] if one["id"] == "shortest"]
    assert shown["sentences"] == ["1 brand of 2 can be left each month."]
    [row] = shown["tables"][0]["rows"]
    facts = {fact["id"]: fact["value"] for fact in document["facts"]}
    assert facts[row["ids"]["pence"]] == row["pence"] == 1000


def _import_example(page: str) -> Any:
    """Run the only Python block of a page as a module."""
    [code] = find_blocks(read(page), "python")
    module = types.ModuleType(f"example_of_{Path(page).stem.replace('-', '_')}")
    sys.modules[module.__name__] = module
    exec(compile(code.body, page, "exec"), module.__dict__)
    return module


def test_the_sum_of_the_true_cost_is_right() -> None:
    rises = [PriceStep(date(2026, 4, 1), 795), PriceStep(date(2027, 4, 1), 1780)]
    prices = monthly_prices(700, 24, [*rises, PriceStep(7, 1590)], date(2025, 11, 21))
    rows = read_table(read("docs/explanation/true-cost.md"))

    for months, _, total in rows[:-1]:
        first, last = _span(months)
        assert total == _pounds(sum(prices[first - 1 : last]))
    assert rows[-1] == ["24", "", _pounds(sum(prices))]


def _pounds(pence: int) -> str:
    return f"£{pence // 100}.{pence % 100:02d}"


def _span(months: str) -> tuple[int, int]:
    """Read "6 (April)" or "1–5 (November to March)"."""
    numbers = [int(number) for number in re.findall(r"\d+", months)]
    return numbers[0], numbers[-1]


def test_the_example_of_a_settings_file_is_valid(tmp_path: Path) -> None:
    [example] = find_blocks(read("docs/reference/settings.md"), "toml")
    (tmp_path / "config.toml").write_text(example.body)

    settings = load_settings(tmp_path / "config.toml", tmp_path)

    assert (settings.fetch.contact, settings.fetch.pace_s) == ("pricing@example.org", 2.0)


def test_each_state_of_a_job_stands_in_the_picture() -> None:
    picture = find_blocks(read("docs/explanation/durability.md"))[0].body

    assert {state.value for state in TRANSITIONS} <= set(re.findall(r"\w+", picture))


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=name_of)
def test_each_file_of_ours_that_a_page_names_exists(path: Path) -> None:
    codes = find_inline_code(read(path))
    named = [code for code in codes if re.fullmatch(r"[\w/.-]*[\w-]+(\.py|/)", code)]
    homes = (REPO, REPO / "src" / "planwatch")
    missing = [
        name
        for name in named
        if name not in IN_A_HOME
        and Path(name).stem not in TO_BE_WRITTEN
        and not any((home / name).exists() for home in homes)
    ]

    assert missing == []


def test_the_example_of_a_brand_without_code_is_a_source(tmp_path: Path) -> None:
    [entry] = find_blocks(read("docs/howto/add-a-brand-without-code.md"), "toml")
    (tmp_path / "config.toml").write_text(entry.body)

    [own] = read_catalogue(read_values(tmp_path / "config.toml", tmp_path)).own

    assert (own.id, own.name, own.currency) == ("acme", "Acme Mobile", "GBP")
