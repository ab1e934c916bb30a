"""`planwatch probe` as a person runs it: the card miner's opinion, and pages kept as a case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from planwatch.domain.phrasing import short_data
from tests.contract import test_sources as contract
from tests.support.cases import PAGES, load_case
from tests.support.cli import read_json, run_planwatch
from tests.support.market.plans import FIRST
from tests.support.market.replica import ReplicaMarket
from tests.support.market.server import run_market

DAY = FIRST.isoformat()
SKY = PAGES / "sky" / "2026-11-02-partial" / "page.html"
SKY_ORDINARY = PAGES / "sky" / "2026-11-02-ordinary" / "page.html"
O2_EMPTY = PAGES / "o2" / "2026-11-02-empty" / "24-months.html"
O2_CHANGED = PAGES / "o2" / "2026-11-02-layout-changed" / "24-months.html"


@pytest.fixture
def replica(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReplicaMarket]:
    """Serve the market of the first day; the clock says that day, too."""
    with run_market(FIRST, page_size=6) as market:
        monkeypatch.setenv("PLANWATCH_ORIGIN", market.origin)
        monkeypatch.setenv("PLANWATCH_NOW", f"{DAY}T09:00:00Z")
        monkeypatch.setenv("PLANWATCH_FETCH__PACE_S", "0")
        yield market


@pytest.mark.usefixtures("replica")
@pytest.mark.parametrize("source", ["ee", "giffgaff", "smarty"])
def test_the_card_miner_finds_every_price_of_a_parser_on_the_site(source: str) -> None:
    result = read_json("probe", source)

    offers = sum(len(plan["offers"]) or 1 for plan in result["plans"])
    assert result["miner"]["agree"] == offers
    assert result["miner"]["only_parser"] == []


def test_what_only_one_of_them_finds_is_said_by_name(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    text = SKY_ORDINARY.read_text("utf-8")
    page.write_text(text.replace('id="data-plan"', 'id="other"', 1), "utf-8")

    shown = run_planwatch("probe", "sky", "--from", str(page), "--as-of", DAY)
    result = json.loads(
        run_planwatch("probe", "sky", "--from", str(page), "--as-of", DAY, "--json").stdout
    )

    alone = result["miner"]["only_miner"]
    assert len(alone) == 1
    assert (alone[0]["verified"], alone[0]["brand"], alone[0]["first_seen"]) == (
        False,
        "Sky Mobile",
        None,
    )
    assert "Card miner: " in shown.stdout
    assert f"  only the miner: {short_data(alone[0]['data_mb'])}, 12 months, £" in shown.stdout


@pytest.mark.parametrize(
    ("page", "code", "words"),
    [
        (O2_EMPTY, "nothing_found", "; the card miner finds none either"),
        (O2_CHANGED, "layout_changed", "; the card miner finds 3 plans there: the layout has"),
    ],
)
def test_an_error_says_what_the_card_miner_finds(page: Path, code: str, words: str) -> None:
    done = run_planwatch("probe", "o2", "--from", str(page), "--as-of", DAY)
    as_json = run_planwatch("probe", "o2", "--from", str(page), "--as-of", DAY, "--json")

    error = json.loads(as_json.stdout)["error"]
    assert (done.returncode, as_json.returncode, error["code"]) == (1, 1, code)
    assert words in done.stderr
    assert words in error["message"]


def test_a_page_that_was_cut_is_mined_and_said_to_be_cut(tmp_path: Path) -> None:
    cut = tmp_path / "cut.html"
    cut.write_text(SKY.read_text("utf-8").split("</body>")[0], "utf-8")

    done = run_planwatch("probe", "--miner", "--from", str(cut), "--as-of", DAY, "--json")

    record = json.loads(done.stdout)
    assert (done.returncode, len(record["plans"])) == (0, 3)
    assert "was cut short, so plans may be missing" in record["warnings"][0]


@pytest.mark.parametrize(("source", "pages"), [("uswitch", 5), ("ee", 2), ("giffgaff", 1)])
def test_a_site_becomes_a_case_that_passes_the_contract(
    source: str, pages: int, replica: ReplicaMarket, tmp_path: Path, home: Path
) -> None:
    folder = tmp_path / "cases" / f"{DAY}-ordinary"

    done = run_planwatch("probe", source, "--save-case", str(folder))

    case = load_case(source, folder)
    assert done.returncode == 0, done.stderr
    assert f"wrote the fixture {folder}: {pages} page" in done.stderr
    assert len(case.pages) == pages
    assert case.as_of == FIRST
    contract.test_a_saved_page_is_read_as_expected(case)
    contract.test_a_plan_is_whole(case)
    contract.test_offers_of_one_plan_are_told_apart(case)
    contract.test_each_page_alone_gives_no_plan_that_the_whole_does_not(case)
    requests = json.loads((folder / "requests.json").read_text("utf-8"))
    assert [request["name"] for request in requests] == [page.name for page in case.pages]
    assert not (home / "ledger.db").exists()


def test_a_page_without_a_plan_becomes_a_case_of_its_error(tmp_path: Path) -> None:
    folder = tmp_path / "case"

    done = run_planwatch(
        *("probe", "o2", "--from", str(O2_CHANGED), "--as-of", DAY, "--save-case", str(folder))
    )

    assert done.returncode == 1
    assert "1 page, the error layout_changed; removed nothing." in done.stderr
    assert not (folder / "expected.json").exists()
    contract.test_a_saved_page_is_read_as_expected(load_case("o2", folder))


def test_a_partial_page_is_a_case_and_ends_as_ever(tmp_path: Path) -> None:
    done = run_planwatch(
        *("probe", "sky", "--from", str(SKY), "--as-of", DAY, "--json"),
        *("--save-case", str(tmp_path / "case")),
    )

    assert done.returncode == 3
    assert json.loads(done.stdout)["unreadable"]
    contract.test_a_saved_page_is_read_as_expected(load_case("sky", tmp_path / "case"))


def test_a_folder_in_use_is_refused_before_the_site_is_asked(
    replica: ReplicaMarket, tmp_path: Path
) -> None:
    (tmp_path / "kept").write_text("kept", "utf-8")

    done = run_planwatch("probe", "smarty", "--save-case", str(tmp_path))

    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"planwatch: {tmp_path} is not empty.",
        "  Hint: name a new folder, such as tests/pages/SOURCE/YYYY-MM-DD-ordinary.",
    ]
    assert list(replica.seen) == []


def test_the_card_miner_alone_has_no_parser_to_write_a_case_for(tmp_path: Path) -> None:
    done = run_planwatch(
        "probe", "--miner", "--from", str(SKY), "--save-case", str(tmp_path / "case")
    )

    assert done.returncode == 2
    assert "--save-case needs a source" in done.stderr
    assert not (tmp_path / "case").exists()
