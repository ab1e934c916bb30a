"""A dry run written as a case, read back by what reads the cases of the project."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from planwatch.domain.page import Page
from planwatch.errors import ParseError, UsageError
from planwatch.services.sources.fixture import check_fixture_folder, save_fixture
from planwatch.sources.contract import Reading
from planwatch.sources.registry import load_source
from tests.contract import test_sources as contract
from tests.support.cases import CAPTURES, Case, find_cases, load_case

AS_OF = date(2026, 11, 2)
SECRETS = (
    '<head><meta name="csrf-token" content="Zk3jAA91=="><script>var s={"sessionId":"0a1b2c3d4e"};'
    "</script><!-- ann@o2.co.uk -->"
)


def _ordinary(source_id: str) -> Case:
    return next(case for case in find_cases(source_id) if case.folder.name.endswith("-ordinary"))


@pytest.mark.parametrize("case", find_cases(), ids=lambda case: case.name)
def test_every_case_of_the_project_is_written_as_one_that_reads_the_same(
    case: Case, tmp_path: Path
) -> None:
    source, folder = load_source(case.source_id), tmp_path / "new" / "case"

    saved = save_fixture(source, case.pages, case.as_of, folder)

    written = load_case(case.source_id, folder)
    contract.test_a_saved_page_is_read_as_expected(written)
    assert written.error == case.error == saved.error
    assert (folder / "expected.json").exists() == case.is_ordinary
    if case.is_ordinary:
        contract.test_a_plan_is_whole(written)
        contract.test_each_page_alone_gives_no_plan_that_the_whole_does_not(written)
        assert (folder / "expected.json").read_bytes() == (
            case.folder / "expected.json"
        ).read_bytes()
    assert (saved.pages, saved.folder) == (len(case.pages), folder)


def test_secrets_of_a_page_are_gone_and_its_plans_are_not(tmp_path: Path) -> None:
    case = _ordinary("giffgaff")
    page = case.pages[0]
    body = page.text.replace("<head>", SECRETS, 1).encode()
    assert body != page.body

    saved = save_fixture(
        load_source("giffgaff"), [replace(page, body=body)], AS_OF, tmp_path / "case"
    )

    kept = "".join(path.read_text("utf-8") for path in (tmp_path / "case").iterdir())
    assert saved.removed == {"secret": 2, "e-mail": 1}
    assert not [secret for secret in ("Zk3jAA91", "0a1b2c3d4e", "ann@") if secret in kept]
    contract.test_a_saved_page_is_read_as_expected(load_case("giffgaff", tmp_path / "case"))


def test_a_page_that_is_read_otherwise_without_its_secrets_is_refused(tmp_path: Path) -> None:
    page = _ordinary("smarty").pages[0]
    answer = json.loads(page.body)
    answer["data"]["attributes"]["plans"][0]["id"] = "ann.b@o2.co.uk"
    changed = replace(page, body=json.dumps(answer).encode())

    with pytest.raises(ParseError, match=r"1 × e-mail.*no fixture was written"):
        save_fixture(load_source("smarty"), [changed], AS_OF, tmp_path / "case")

    assert not (tmp_path / "case").exists()


def test_the_requests_are_those_that_the_pages_answer_without_their_tokens(tmp_path: Path) -> None:
    case = _ordinary("uswitch")

    save_fixture(load_source("uswitch"), case.pages, AS_OF, tmp_path / "case")

    first, second = json.loads((tmp_path / "case" / "requests.json").read_text("utf-8"))
    assert first.keys() == {"name", "method", "url", "params", "headers", "json"}
    assert (first["method"], first["name"], second["name"]) == ("POST", "offset-0", "offset-6")
    assert first["headers"]["x-usw-csrf"] == "removed"
    assert first["json"] != second["json"]


def test_a_page_in_another_character_set_is_kept_in_utf8(tmp_path: Path) -> None:
    page = _ordinary("three").pages[2]
    text = page.text.replace('charset="utf-8"', 'charset="iso-8859-1"')
    assert text != page.text
    latin = replace(page, body=text.encode("cp1252"), charset="cp1252")

    save_fixture(load_source("three"), [latin], AS_OF, tmp_path / "case")

    [written] = load_case("three", tmp_path / "case").pages
    assert written.text == page.text


def test_pages_of_one_name_and_of_our_own_names_are_told_apart(tmp_path: Path) -> None:
    page = _ordinary("smarty").pages[0]
    names = ["Case", "expected", "../x", "../x", "", "💷"]
    pages = [Page(body=page.body, name=name) for name in names]

    save_fixture(load_source("smarty"), pages, AS_OF, tmp_path / "case")

    assert sorted(path.name for path in (tmp_path / "case").iterdir()) == [
        "case-2.json",
        "case.json",
        "expected-2.json",
        "expected.json",
        "page-2.json",
        "page.json",
        "requests.json",
        "x-2.json",
        "x.json",
    ]


def test_files_have_ordinary_modes_for_they_go_to_a_repository(tmp_path: Path) -> None:
    case = _ordinary("smarty")
    umask = os.umask(0o022)

    save_fixture(load_source("smarty"), case.pages, AS_OF, tmp_path / "case")

    os.umask(umask)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "case").iterdir()}
    assert modes == {0o644}
    assert stat.S_IMODE((tmp_path / "case").stat().st_mode) == 0o755


def test_a_folder_that_is_taken_is_refused(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").touch()
    (tmp_path / "empty").mkdir()

    check_fixture_folder(tmp_path / "empty")
    check_fixture_folder(tmp_path / "none")
    with pytest.raises(UsageError, match="is not empty"):
        check_fixture_folder(tmp_path / "full")
    with pytest.raises(UsageError, match="is not a folder"):
        check_fixture_folder(tmp_path / "full" / "a")
    with pytest.raises(UsageError, match="cannot write a fixture"):
        check_fixture_folder(tmp_path / ("x" * 300))


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    case = _ordinary("smarty")
    (tmp_path / "file").touch()

    with pytest.raises(UsageError, match="cannot write a fixture"):
        save_fixture(load_source("smarty"), case.pages, AS_OF, tmp_path / "file" / "case")


@pytest.mark.captures
@pytest.mark.skipif(not CAPTURES.is_dir(), reason="the captures are not beside the project")
def test_a_real_capture_becomes_a_case(tmp_path: Path) -> None:
    [capture, *_] = sorted((CAPTURES / "three-2025-11").rglob("*.html"))
    page = Page(body=capture.read_bytes(), name="pay-monthly")

    save_fixture(load_source("three"), [page], date(2025, 11, 17), tmp_path / "case")

    contract.test_a_saved_page_is_read_as_expected(load_case("three", tmp_path / "case"))


@pytest.mark.parametrize("target", ["empty", "missing", "file"])
def test_a_folder_that_is_a_link_is_refused(tmp_path: Path, target: str) -> None:
    case = _ordinary("giffgaff")
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("precious")
    folder = tmp_path / "case"
    folder.symlink_to(tmp_path / target)

    with pytest.raises(UsageError, match="case is a symbolic link"):
        check_fixture_folder(folder)
    with pytest.raises(UsageError, match="case is a symbolic link"):
        save_fixture(load_source("giffgaff"), case.pages, AS_OF, folder)

    assert list((tmp_path / "empty").iterdir()) == []
    assert not (tmp_path / "missing").exists()
    assert (tmp_path / "file").read_text() == "precious"


@pytest.mark.parametrize("name", ["case.json", "expected.json", "requests.json"])
def test_a_link_that_is_laid_while_pages_are_parsed_is_not_written_through(
    tmp_path: Path, name: str
) -> None:
    case, folder, precious = _ordinary("giffgaff"), tmp_path / "case", tmp_path / "precious"
    source = load_source("giffgaff")
    precious.write_text("precious")

    def lay_and_parse(page: Page, as_of: date) -> Reading:
        folder.mkdir(exist_ok=True)
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(precious)
        return source.parse(page, as_of)

    with pytest.raises(UsageError, match=f"{name} is a symbolic link"):
        save_fixture(replace(source, parse=lay_and_parse), case.pages, AS_OF, folder)

    assert precious.read_text() == "precious"
