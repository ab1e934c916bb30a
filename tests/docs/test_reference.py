"""The generated pages are as generated; the tables written by hand say what the code says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest
from tools.docs_reference import PAGES, REFERENCE
from tools.reference_cli import list_commands
from tools.reference_errors import CODES_ELSEWHERE, walk_errors

from planwatch.domain.brand import BRANDS
from planwatch.domain.change import ChangeKind
from planwatch.domain.job import JobStatus
from planwatch.domain.outcome import Outcome
from planwatch.sources.registry import SOURCE_IDS, load_source
from tests.docs.pages import REPO, find_sections, read, read_table
from tests.support.cli import run_planwatch

DASH = "–"


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_as_generated(name: str) -> None:
    written = (REFERENCE / name).read_text(encoding="utf-8")

    assert written == PAGES[name](), f"docs/reference/{name} is not as generated; run: make docs"


def test_every_error_code_in_the_code_is_in_the_reference() -> None:
    literal = re.compile(r'"code": "(\w+)"|\b[A-Z]+_CODE: Final = "([a-z]\w+)"')
    written = {
        code
        for path in (REPO / "src").rglob("*.py")
        for codes in literal.findall(path.read_text(encoding="utf-8"))
        for code in codes
        if code
    }

    assert written == set(CODES_ELSEWHERE)


def test_each_exit_code_has_its_meaning() -> None:
    page = read("docs/reference/exit-codes.md")
    meant = {int(row[0]) for row in read_table(page)}

    assert meant == {0, 1, 2, 3, 4, 5, 10, 75, 130}
    assert {error.exit_code for error in walk_errors()} <= meant


def test_each_command_says_what_it_ends_with() -> None:
    page = read("docs/reference/exit-codes.md")
    rows = read_table(page[page.index("| command |") :])

    named = [call for row in rows for call in re.findall("`planwatch([^`]*)`", row[0])]
    assert sorted(tuple(call.split()) for call in named) == sorted(list_commands())


@pytest.mark.parametrize(
    ("arguments", "exit_code"),
    [
        (["status"], 0),
        (["plans"], 0),
        (["sources"], 0),
        (["sources", "accept", "o2"], 2),
        (["schedule"], 2),
        (["compare", "O2", "EE"], 4),
        (["scrape", "o2", "--wait"], 4),
        (["wait", "last"], 2),
        (["probe", "three", "--from", "empty.html"], 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_command_ends_with_its_documented_code(arguments: list[str], exit_code: int) -> None:
    Path("empty.html").touch()

    assert run_planwatch(*arguments).returncode == exit_code


def test_the_glossary_has_every_kind_of_change_outcome_and_state() -> None:
    page = read("docs/reference/glossary.md")
    sections = find_sections(page)
    kinds = [row[0].strip("`") for row in read_table(sections["Kinds of change"])]
    outcomes = [row[0].strip("`") for row in read_table(sections["Outcomes"])]

    assert kinds == list(get_args(ChangeKind))
    assert outcomes == [outcome.value for outcome in Outcome]
    for status in JobStatus:
        assert f"`{status}`" in sections["Jobs"]


def test_the_glossary_has_each_word_once() -> None:
    sections = find_sections(read("docs/reference/glossary.md"))
    words = [row[0] for text in sections.values() for row in read_table(text)]

    assert len(words) == len(set(words))


@pytest.mark.parametrize("source_id", SOURCE_IDS)
def test_a_source_is_described_as_it_describes_itself(source_id: str) -> None:
    source = load_source(source_id)
    [row] = [row for row in read_table(read("docs/reference/sources.md")) if row[0] == source_id]
    pages = {urlsplit(request.url)._replace(query="").geturl() for request in source.requests}

    _, sells, page, requests, browser, checked_against, rises = row
    assert checked_against == source.checked_against
    assert {page.strip("`")} == pages
    assert requests.startswith(str(len(source.requests)))
    assert browser == ("yes" if source.needs_browser else "no")
    assert rises == f"`{source.rises}`"
    assert sells == (source.brand or "many brands, through retailers")


def test_the_readme_says_what_each_source_was_checked_against() -> None:
    table = read_table(find_sections(read("README.md"))["What each source was checked against"])

    assert table == [[source, load_source(source).checked_against] for source in SOURCE_IDS]


def test_the_architecture_names_every_package_and_module_at_the_top() -> None:
    page = read("docs/explanation/architecture.md")
    top = {
        path.name if path.suffix else f"{path.name}/"
        for path in (REPO / "src" / "planwatch").iterdir()
        if not path.name.startswith("__") and path.name != "py.typed"
    }

    assert [name for name in sorted(top) if name.rstrip("/") not in page] == []


def test_each_path_of_where_to_find_what_exists() -> None:
    page = read("docs/explanation/architecture.md")
    table = page[page.index("## Where to find what") :]
    paths = set(re.findall(r"`([a-z_]+/[\w/.]*|\w+\.py|tests/\w+)`", table))

    missing = [
        path
        for path in sorted(paths)
        if not (REPO / "src/planwatch" / path).exists() and not (REPO / path).exists()
    ]
    assert len(paths) > 40
    assert missing == []


def test_every_decision_is_in_the_index() -> None:
    decisions = {path.name for path in (REPO / "docs" / "decisions").glob("*.md")}

    assert [name for name in sorted(decisions) if name not in read("docs/README.md")] == []


def test_the_readme_is_short() -> None:
    assert len(read("README.md").splitlines()) <= 150


def test_the_brands_and_their_owners_are_those_of_the_code() -> None:
    section = find_sections(read("docs/reference/sources.md"))["Brands and owners"]

    assert read_table(section) == [
        [f"`{brand.id}`", brand.name, brand.owner or DASH, ", ".join(brand.aliases) or DASH]
        for brand in BRANDS
    ]
