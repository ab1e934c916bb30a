"""What a person does about a source: accept, read again, import, switch off; over real files."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from planwatch.domain.outcome import Outcome
from planwatch.domain.page import Page
from planwatch.errors import LayoutChanged, NothingFound, UsageError, WrongState
from planwatch.fetch.archive import Archive
from planwatch.home import Home
from planwatch.ledger.pages.baseline import Baseline, load_baseline
from planwatch.ledger.pages.health import list_runs
from planwatch.ledger.store.connection import Ledger
from planwatch.services.sources.repair import accept, import_pages, replay
from planwatch.services.sources.saved_pages import read_saved
from planwatch.sources.contract import Reading, Source, Unreadable
from planwatch.sources.registry import load_source
from planwatch.workflows.scrape.collect import read_and_judge, record_collected
from tests.support.builders import build_smarty_answer
from tests.support.cli import read_json, run_planwatch
from tests.support.ledgers import rows, value
from tests.support.market.replica import ReplicaMarket
from tests.support.market.server import run_market

SMARTY = load_source("smarty")
TWO_PAGES = replace(SMARTY, requests=(*SMARTY.requests, replace(SMARTY.requests[0], name="more")))
SIZES = (4, 8, 16, 30, 60, 100)


def _answer(sizes: tuple[int, ...] = SIZES, pounds: float = 6) -> bytes:
    return build_smarty_answer(
        {
            "id": f"SM_{size}GB",
            "name": f"{size}GB",
            "description": f"{size}GB Data, Unlimited Text, Unlimited Voice",
            "categoryType": "classic",
            "price_gbp_month": pounds + number,
            "raw_sim_data": size,
            "promo_data_gb": None,
            "promo_text": "",
            "slug": f"{size}gb",
        }
        for number, size in enumerate(sizes)
    )


def _scrape(
    ledger: Ledger, place: Home, body: bytes, day: int, *, source: Source = SMARTY
) -> dict[str, Any]:
    """Record what a scrape of a day would, without a network; return its entry."""
    at = datetime(2026, 11, day, 9, tzinfo=UTC)
    page = Page(body=body, url=source.requests[0].url, name="plans")
    stored = ((page, Archive(place.archive).store(body).sha256),)
    collected = read_and_judge(source, stored, load_baseline(ledger, source.id), at)
    with ledger.transaction():
        return record_collected(ledger, collected, f"job{day}", alert_after=2)


def _prices(place: Home) -> dict[str, int]:
    return dict(rows(place.root, "SELECT plan_key, price_pence FROM current_plans"))


def _half_then_wait(ledger: Ledger, place: Home) -> None:
    for day in (2, 3, 4):
        _scrape(ledger, place, _answer(), day)
    assert _scrape(ledger, place, _answer(SIZES[:3]), 5)["outcome"] == "suspicious"


def test_an_accepted_result_is_stored_and_becomes_the_measure(ledger: Ledger, place: Home) -> None:
    _half_then_wait(ledger, place)

    done = accept(ledger, Archive(place.archive), SMARTY)

    assert done.runs[0]["was"] == "suspicious"
    assert done.runs[0]["absent"] == 3
    newest = list_runs(ledger, "smarty", limit=1)[0]
    assert (newest.outcome, newest.plans, newest.flags) == (Outcome.OK, 3, ("accepted",))
    assert newest.detail["was"] == {"outcome": "suspicious", "plans": 0}
    assert len(_prices(place)) == 6, "absent once"
    entry = _scrape(ledger, place, _answer(SIZES[:3]), 6)
    assert (entry["outcome"], entry["withdrawn"]) == ("unchanged", 3)
    assert _scrape(ledger, place, _answer(SIZES[:3], 7), 7)["outcome"] == "ok"
    assert len(_prices(place)) == 3


def test_accepting_ends_the_alert(ledger: Ledger, place: Home) -> None:
    _half_then_wait(ledger, place)
    _scrape(ledger, place, _answer(SIZES[:3]), 6)

    accept(ledger, Archive(place.archive), SMARTY)

    kinds = [kind for (kind,) in rows(place.root, "SELECT kind FROM alarms ORDER BY alarm_id")]
    assert kinds == ["broken", "recovered"]


def test_an_empty_list_can_be_accepted(ledger: Ledger, place: Home) -> None:
    for day in (2, 3):
        _scrape(ledger, place, _answer(), day)
    assert _scrape(ledger, place, _answer(()), 4)["outcome"] == "suspicious"

    accept(ledger, Archive(place.archive), SMARTY)

    assert _scrape(ledger, place, _answer(()), 5)["withdrawn"] == 6
    assert _prices(place) == {}
    entry = _scrape(ledger, place, _answer(), 6)
    assert (entry["outcome"], len(_prices(place))) == ("ok", 6)


def test_nothing_to_accept_is_said(ledger: Ledger, place: Home) -> None:
    with pytest.raises(WrongState, match="it has never been scraped"):
        accept(ledger, Archive(place.archive), SMARTY)
    _half_then_wait(ledger, place)
    _scrape(ledger, place, _answer(), 6)
    with pytest.raises(WrongState, match="its last result is unchanged"):
        accept(ledger, Archive(place.archive), SMARTY)


def test_a_result_that_todays_parser_cannot_read_is_not_accepted(
    ledger: Ledger, place: Home
) -> None:
    def refuse(_page: Page, _as_of: date) -> Reading:
        raise LayoutChanged("another shape")

    _half_then_wait(ledger, place)

    with pytest.raises(LayoutChanged, match="another shape"):
        accept(ledger, Archive(place.archive), replace(SMARTY, parse=refuse))
    assert list_runs(ledger, "smarty", limit=1)[0].outcome is Outcome.SUSPICIOUS


def _misread(page: Page, as_of: date) -> Reading:
    """Read as a parser with two faults: a price too high by a pound, and a plan overlooked."""
    reading = SMARTY.parse(page, as_of)
    plans = tuple(replace(plan, price_pence=plan.price_pence + 100) for plan in reading.plans[:-1])
    return Reading(plans=plans)


def test_a_mended_parser_corrects_what_is_in_force_without_making_a_change(
    ledger: Ledger, place: Home
) -> None:
    misreading = replace(SMARTY, parse=_misread)
    for day in (2, 3):
        _scrape(ledger, place, _answer(), day, source=misreading)
    wrong = _prices(place)
    archive = Archive(place.archive)

    preview = replay(ledger, archive, SMARTY, apply=False, alert_after=2)

    assert not preview.applied
    assert [move["kind"] for move in preview.moves] == ["changed"] * 5 + ["new"]
    price = preview.moves[0]["fields"]["price_pence"]
    assert price == {"before": 700, "after": 600}
    assert _prices(place) == wrong, "a preview stores nothing"

    assert replay(ledger, archive, SMARTY, apply=True, alert_after=2).moves == preview.moves

    right = _prices(place)
    assert sorted(right.values()) == [600, 700, 800, 900, 1000, 1100]
    assert value(place.root, "SELECT count(*) FROM recent_changes") == 0
    assert value(place.root, "SELECT count(*) FROM changes WHERE is_correction") > 0
    assert list_runs(ledger, "smarty", limit=1)[0].flags == ("replayed",)
    assert replay(ledger, archive, SMARTY, apply=True, alert_after=2).moves == ()


def test_a_plan_that_was_never_there_goes(ledger: Ledger, place: Home) -> None:
    def invent(page: Page, as_of: date) -> Reading:
        plans = SMARTY.parse(page, as_of).plans
        return Reading(plans=(*plans, replace(plans[0], variant="dreamt", source_ref="X")))

    _scrape(ledger, place, _answer(), 2, source=replace(SMARTY, parse=invent))

    done = replay(ledger, Archive(place.archive), SMARTY, apply=True, alert_after=2)

    assert [(move["kind"], move["plan_key"]) for move in done.moves] == [
        ("gone", "smarty-4gb-1m-dreamt")
    ]


def test_pages_that_failed_are_stored_when_a_mended_parser_reads_them(
    ledger: Ledger, place: Home
) -> None:
    def refuse(_page: Page, _as_of: date) -> Reading:
        raise LayoutChanged("a new shape", hint="h")

    broken = replace(SMARTY, parse=refuse)
    _scrape(ledger, place, _answer(), 2)
    for day, pounds in ((3, 6.5), (4, 7)):
        entry = _scrape(ledger, place, _answer(pounds=pounds), day, source=broken)
        assert entry["outcome"] == "broken_layout"

    done = replay(ledger, Archive(place.archive), SMARTY, apply=True, alert_after=2)

    assert [run["outcome"] for run in done.runs] == ["ok", "ok", "ok"]
    assert _prices(place)["smarty-4gb-1m-classic"] == 700
    days = rows(
        place.root,
        "SELECT substr(changed_at, 1, 10), count(*) FROM recent_changes"
        " WHERE kind = 'headline' GROUP BY 1",
    )
    assert days == [("2026-11-03", 6), ("2026-11-04", 6)], "each on its own day"


def test_without_pages_there_is_nothing_to_read_again(ledger: Ledger, place: Home) -> None:
    with pytest.raises(UsageError, match="no page of smarty"):
        replay(ledger, Archive(place.archive), SMARTY, apply=True, alert_after=2)


def _import(
    ledger: Ledger, place: Home, body: bytes, day: int, *, complete: bool = False
) -> dict[str, Any]:
    page = Page(body=body, url=SMARTY.requests[0].url, name="import-1")
    at = datetime(2026, 11, day, 12, tzinfo=UTC)
    return import_pages(
        ledger,
        Archive(place.archive),
        TWO_PAGES,
        [page],
        at,
        is_complete=complete,
        alert_after=2,
    )[1]


def test_a_page_that_a_person_saved_withdraws_nothing_unless_it_is_all(
    ledger: Ledger, place: Home
) -> None:
    _scrape(ledger, place, _answer(), 2)

    for day in (3, 4):
        entry = _import(ledger, place, _answer(SIZES[:5], 7), day)
    assert (entry["outcome"], entry["error"]["code"]) == ("partial", "part_of_a_source")
    assert len(_prices(place)) == 6
    for day in (5, 6):
        entry = _import(ledger, place, _answer(SIZES[:5], 7), day, complete=True)

    assert (entry["outcome"], entry["withdrawn"]) == ("unchanged", 1)
    assert _prices(place)["smarty-4gb-1m-classic"] == 700
    assert list_runs(ledger, "smarty", limit=1)[0].flags == ("imported",)


@pytest.mark.parametrize(
    ("shape", "outcome"),
    [
        ({}, "ok"),  # its plans are on one page, whoever saves it
        ({"requests": TWO_PAGES.requests}, "partial"),
        ({"next_request": lambda _page, _request: None}, "partial"),
        ({"needs_browser": True}, "partial"),
    ],
)
def test_one_page_is_all_of_a_source_that_has_no_other(
    ledger: Ledger, place: Home, shape: dict[str, Any], outcome: str
) -> None:
    page = Page(body=_answer(), url=SMARTY.requests[0].url, name="plans")

    _, entry = import_pages(
        ledger,
        Archive(place.archive),
        replace(SMARTY, **shape),
        [page],
        datetime(2026, 11, 3, tzinfo=UTC),
        is_complete=False,
        alert_after=2,
    )

    assert (entry["outcome"], "part" in entry["flags"]) == (outcome, outcome == "partial")


def test_an_old_page_is_refused(ledger: Ledger, place: Home) -> None:
    _scrape(ledger, place, _answer(), 5)

    with pytest.raises(WrongState, match="newer than these"):
        _import(ledger, place, _answer(), 4)


def _har_of(*bodies: bytes) -> bytes:
    """Return a HAR with some pages of SMARTY's address."""
    entries = [
        {
            "request": {"method": "GET", "url": SMARTY.requests[0].url},
            "response": {"status": 200, "content": {"mimeType": "text/html", "text": text}},
        }
        for text in map(bytes.decode, bodies)
    ]
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def _har(tmp_path: Path, *answers: tuple[str, bytes, int]) -> Path:
    entries = [
        {
            "request": {"method": "GET", "url": url},
            "response": {
                "status": status,
                "content": {
                    "mimeType": "application/json; charset=utf-8",
                    "text": base64.b64encode(body).decode(),
                    "encoding": "base64",
                },
            },
        }
        for url, body, status in answers
    ]
    file = tmp_path / "saved.har"
    file.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    return file


def test_of_a_har_the_answers_of_the_source_count(tmp_path: Path) -> None:
    url = SMARTY.requests[0].url
    file = _har(
        tmp_path,
        ("https://smarty.co.uk/logo.svg", b"<svg/>", 200),
        (url, b"", 304),
        (url, _answer(), 200),
        ("https://ads.example/api/v3/plans", b"{}", 200),
    )

    pages = read_saved(SMARTY, [file]).pages

    assert [(page.body, page.url, page.media_type) for page in pages] == [
        (_answer(), url, "application/json")
    ]


def test_an_imported_har_is_said_to_hold_perhaps_a_customers_data_and_where_it_is_kept(
    place: Home, tmp_path: Path
) -> None:
    file = _har(tmp_path, (SMARTY.requests[0].url, _answer(), 200))

    done = run_planwatch("sources", "import", "smarty", str(file))
    as_json = run_planwatch("sources", "import", "smarty", str(file), "--complete", "--json")

    kept = Archive(place.archive).place_of(_answer())
    assert (done.returncode, as_json.returncode) == (0, 0), done.stderr + as_json.stderr
    for said in (done.stderr, as_json.stderr):
        assert (
            f"may hold a customer's data (name, number, address). They are kept in {kept}." in said
        )
    assert gzip.decompress(kept.read_bytes()) == _answer()


def test_a_har_without_a_plan_still_names_what_it_leaves_in_the_archive(
    place: Home, tmp_path: Path
) -> None:
    body = b"<html><p>Your account, Mrs Example</p></html>"
    file = _har(tmp_path, (SMARTY.requests[0].url, body, 200))

    done = run_planwatch("sources", "import", "smarty", str(file))

    assert done.returncode == 1
    assert str(Archive(place.archive).place_of(body)) in done.stderr


def test_a_page_that_was_saved_alone_needs_no_such_words(tmp_path: Path) -> None:
    file = tmp_path / "page.json"
    file.write_bytes(_answer())

    assert run_planwatch("sources", "import", "smarty", str(file)).stderr == ""


def test_a_probe_reads_a_har_as_an_import_does(tmp_path: Path) -> None:
    file = _har(
        tmp_path,
        ("https://ads.example/api/v3/plans", b"{}", 200),
        (SMARTY.requests[0].url, _answer(), 200),
    )
    named_otherwise = file.rename(tmp_path / "network.json")

    probed = read_json("probe", "smarty", "--from", str(named_otherwise))

    page = tmp_path / "page.json"
    page.write_bytes(_answer())
    assert probed["plans"] == read_json("probe", "smarty", "--from", str(page))["plans"] != []


@pytest.mark.parametrize(
    ("arguments", "content", "says"),
    [
        (("smarty",), b'{"log": {"entries": []}}', "no response for the pages of smarty"),
        (("smarty",), b"<html></html>", "is not a HAR file"),
        (("smarty",), b"", "is not a HAR file"),
        (("--miner",), b'{"log": {"entries": []}}', "is a HAR file, which holds many pages"),
    ],
)
def test_a_har_that_a_probe_cannot_use_is_named(
    tmp_path: Path, arguments: tuple[str, ...], content: bytes, says: str
) -> None:
    file = tmp_path / "saved.har"
    file.write_bytes(content)

    done = run_planwatch("probe", *arguments, "--from", str(file))

    assert done.returncode == 2
    assert says in done.stderr


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\x89PNG\0\0", "holds binary data"),
        (b'{"log": {"entries": []}}', "no response for the pages of smarty"),
        (None, "cannot read the page"),
        (b"<!DOCTYPE html><html><body><p>25GB", "was cut short: <html> is opened"),
        (b"<BODY id=a><script>'</body>'</script><p>25GB", "was cut short: <body> is opened"),
        (_har_of(b"<html><p>25GB"), "was cut short"),
    ],
)
def test_a_file_that_is_no_page_is_named(tmp_path: Path, content: bytes | None, says: str) -> None:
    file = tmp_path / "page.html"
    if content is not None:
        file.write_bytes(content)

    done = run_planwatch("sources", "import", "smarty", str(file))

    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_baseline_begins_with_what_was_accepted(ledger: Ledger, place: Home) -> None:
    _half_then_wait(ledger, place)
    assert load_baseline(ledger, "smarty").counts == (6, 6, 6)

    accept(ledger, Archive(place.archive), SMARTY)

    found: Baseline = load_baseline(ledger, "smarty")
    assert (found.counts, found.enough) == ((3,), True)


@pytest.fixture
def replica(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReplicaMarket]:
    with run_market(date(2026, 11, 2)) as running:
        monkeypatch.setenv("PLANWATCH_ORIGIN", running.origin)
        monkeypatch.setenv("PLANWATCH_FETCH__PACE_S", "0")
        monkeypatch.setenv("PLANWATCH_NOW", "2026-11-02T09:00:00Z")
        yield running


def test_the_commands_tell_what_happened(
    replica: ReplicaMarket, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_planwatch("scrape", "smarty", "--wait")
    replica.fault("smarty", "empty")
    monkeypatch.setenv("PLANWATCH_ALARMS__AFTER_FAILURES", "1")
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-03T09:00:00Z")
    done = run_planwatch("scrape", "smarty", "--wait")
    assert "now suspicious: SMARTY: an empty list, in the known shape." in done.stderr

    shown = run_planwatch("sources", "show", "smarty").stdout
    assert "missing: smarty-" in shown
    assert "Then: planwatch sources accept smarty" in shown
    assert "checked against true values of September 2025" in shown
    listed = read_json("sources")["sources"]
    smarty = next(source for source in listed if source["source"] == "smarty")
    assert (smarty["outcome"], smarty["plans_in_force"]) == ("suspicious", 10)
    assert smarty["alarm"]["kind"] == "broken"
    accepted = run_planwatch("sources", "accept", "smarty")
    assert "suspicious → ok" in accepted.stdout
    assert "10 in force are not among them" in " ".join(accepted.stdout.split())
    file = tmp_path / "page.json"
    file.write_bytes(_answer((4,)))
    imported = run_planwatch("sources", "import", "smarty", str(file))
    assert imported.returncode == 0, imported.stderr
    assert "smarty: ok, 1 plan" in imported.stdout, "SMARTY has one page, so this is all"
    assert "smarty-4gb-1m-classic" in imported.stdout
    assert run_planwatch("sources", "replay", "smarty").returncode == 0


def test_a_source_that_is_switched_off_is_not_asked(
    replica: ReplicaMarket, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "config.toml").write_text(
        "".join(
            f"[sources.{source}]\nenabled = false\n"
            for source in ("o2", "vodafone", "three", "sky", "tesco", "uswitch", "ee")
        )
    )

    run_planwatch("scrape", "--wait")

    assert {seen.asked.host for seen in replica.seen} == {"smarty.co.uk", "www.giffgaff.com"}
    refused = run_planwatch("scrape", "o2")
    assert refused.returncode == 2
    assert "o2 is switched off" in refused.stderr
    assert "switched off in the settings" in run_planwatch("sources").stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[sources.o3]\nenabled = false", "no source has that id"),
        ("[sources.o2]\nenabled = 'perhaps'", "neither true nor false"),
        ("sources = 3", "not tables"),
        ("[sources]\no2 = false", "not a table"),
    ],
)
def test_a_wrong_setting_of_a_source_is_named(home: Path, text: str, says: str) -> None:
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "config.toml").write_text(text)

    done = run_planwatch("scrape", "o2")

    assert done.returncode == 2
    assert says in done.stderr


def test_part_of_a_source_is_never_taken_for_all_of_it(ledger: Ledger, place: Home) -> None:
    for day in (2, 3, 4):
        _scrape(ledger, place, _answer(), day)

    entry = _import(ledger, place, _answer(SIZES[:2], 7), 5)
    replay(ledger, Archive(place.archive), TWO_PAGES, apply=True, alert_after=2)

    assert (entry["outcome"], entry["flags"]) == ("partial", ["imported", "part"])
    assert list_runs(ledger, "smarty", limit=1)[0].outcome is Outcome.PARTIAL
    assert value(place.root, "SELECT count(*) FROM plans WHERE absences") == 0
    assert load_baseline(ledger, "smarty").counts == (6, 6, 6)


def test_two_imports_of_one_day_keep_their_pages_apart(ledger: Ledger, place: Home) -> None:
    _import(ledger, place, _answer(pounds=9), 5, complete=True)
    _import(ledger, place, _answer(pounds=6.5), 5, complete=True)
    right = _prices(place)

    again = replay(ledger, Archive(place.archive), SMARTY, apply=True, alert_after=2)

    assert again.moves == ()
    assert _prices(place) == right
    assert right["smarty-4gb-1m-classic"] == 650


def test_a_card_that_cannot_be_read_again_withdraws_nothing(ledger: Ledger, place: Home) -> None:
    def lose_one(page: Page, as_of: date) -> Reading:
        reading = SMARTY.parse(page, as_of)
        lost = Unreadable(where="card 6", reason="new words")
        return Reading(plans=reading.plans[:-1], unreadable=(lost,))

    _scrape(ledger, place, _answer(), 2)

    losing = replace(SMARTY, parse=lose_one)
    done = replay(ledger, Archive(place.archive), losing, apply=True, alert_after=2)

    assert done.moves == ()
    assert len(_prices(place)) == 6


def _find_none(_page: Page, _as_of: date) -> Reading:
    raise NothingFound("no plan")


def test_pages_whose_plans_a_parser_finds_no_longer_keep_them(ledger: Ledger, place: Home) -> None:
    """Though the card miner finds none there either."""

    def find_all(page: Page, as_of: date) -> Reading:
        return SMARTY.parse(replace(page, body=_answer()), as_of)

    _scrape(ledger, place, b"{}", 2, source=replace(SMARTY, parse=find_all))

    blind = replace(SMARTY, parse=_find_none)
    done = replay(ledger, Archive(place.archive), blind, apply=True, alert_after=2)

    assert (done.moves, len(_prices(place))) == ((), 6)
    assert done.runs[0]["outcome"] == "suspicious"
    assert list_runs(ledger, "smarty", limit=1)[0].outcome is Outcome.OK


def test_an_empty_list_that_was_accepted_is_read_again_as_one(ledger: Ledger, place: Home) -> None:
    _scrape(ledger, place, _answer(), 2)
    _scrape(ledger, place, _answer(()), 3)
    archive = Archive(place.archive)
    accept(ledger, archive, SMARTY)

    done = replay(ledger, archive, SMARTY, apply=True, alert_after=2)

    assert (done.moves, done.runs[0]["outcome"], done.runs[0]["error"]) == ((), "ok", None)


def _slip(page: Page, as_of: date) -> Reading:
    """Read the first price in pounds for one in pence."""
    first, *others = SMARTY.parse(page, as_of).plans
    return Reading(plans=(replace(first, price_pence=6), *others))


def test_a_price_that_is_held_back_stays_so_until_a_person_accepts_it(
    ledger: Ledger, place: Home
) -> None:
    def newest() -> tuple[Outcome, tuple[str, ...]]:
        run = list_runs(ledger, "smarty", limit=1)[0]
        return run.outcome, run.flags

    slipping, archive = replace(SMARTY, parse=_slip), Archive(place.archive)
    _scrape(ledger, place, _answer(), 2)
    _scrape(ledger, place, _answer(pounds=6.5), 3, source=slipping)
    held = newest(), min(_prices(place).values())

    again = replay(ledger, archive, slipping, apply=True, alert_after=2)
    after_replay = newest(), min(_prices(place).values())
    accept(ledger, archive, slipping)

    assert held == ((Outcome.PARTIAL, ("held",)), 600)
    assert (again.moves, after_replay) == ((), held)
    assert (newest(), min(_prices(place).values())) == ((Outcome.OK, ("accepted",)), 6)


def test_a_held_price_is_still_held_beside_what_a_mended_parser_reads_otherwise(
    ledger: Ledger, place: Home
) -> None:
    def slip_and_lose(page: Page, as_of: date) -> Reading:
        return Reading(plans=_slip(page, as_of).plans[:-1])

    _scrape(ledger, place, _answer(), 2)
    _scrape(ledger, place, _answer(pounds=6.5), 3, source=replace(SMARTY, parse=slip_and_lose))
    mended = replace(SMARTY, parse=_slip)
    replay(ledger, Archive(place.archive), mended, apply=True, alert_after=2)

    run = list_runs(ledger, "smarty", limit=1)[0]
    assert (run.outcome, run.flags) == (Outcome.PARTIAL, ("held", "replayed"))
    assert sorted(_prices(place).values()) == [600, 750, 850, 950, 1050, 1150]


@pytest.mark.parametrize("day", [3, 4])
def test_the_same_bytes_read_otherwise_are_judged_and_are_no_change(
    ledger: Ledger, place: Home, day: int
) -> None:
    def in_pence(page: Page, as_of: date) -> Reading:
        plans = SMARTY.parse(page, as_of).plans
        return Reading(
            plans=tuple(replace(plan, price_pence=plan.price_pence * 10) for plan in plans)
        )

    def one_only(page: Page, as_of: date) -> Reading:
        return Reading(plans=SMARTY.parse(page, as_of).plans[:1])

    for earlier in (1, 2):
        _scrape(ledger, place, _answer(), earlier)
    _scrape(ledger, place, _answer(), day)

    for parse in (in_pence, one_only):
        entry = _scrape(ledger, place, _answer(), 6, source=replace(SMARTY, parse=parse))
        assert entry["outcome"] == "suspicious"
    mended = replace(SMARTY, parse=_misread)
    assert _scrape(ledger, place, _answer(), 7, source=mended)["outcome"] == "ok"
    assert value(place.root, "SELECT count(*) FROM recent_changes") == 0


def test_false_changes_are_taken_back_and_the_true_ones_written_in_their_place(
    ledger: Ledger, place: Home
) -> None:
    _scrape(ledger, place, _answer(), 2)
    misreading = replace(SMARTY, parse=_misread)
    for day in (3, 4):
        _scrape(ledger, place, _answer(pounds=6.5), day, source=misreading)
    changes = rows(place.root, "SELECT kind, count(*) FROM recent_changes GROUP BY 1 ORDER BY 1")
    assert changes == [("effective", 5), ("headline", 5), ("withdrawn", 1)]

    replay(ledger, Archive(place.archive), SMARTY, apply=True, alert_after=2)

    assert rows(
        place.root,
        "SELECT substr(changed_at, 1, 10), before, after FROM recent_changes"
        " WHERE kind = 'headline' AND plan_key = 'smarty-4gb-1m-classic'",
    ) == [("2026-11-03", "600", "650")]
    assert value(place.root, "SELECT count(*) FROM recent_changes WHERE kind = 'withdrawn'") == 0
    assert len(_prices(place)) == 6


def test_an_older_result_is_not_accepted_over_a_newer_one(ledger: Ledger, place: Home) -> None:
    for day in (1, 2, 3, 6):
        _scrape(ledger, place, _answer(), day)
    assert _scrape(ledger, place, _answer(SIZES[:3]), 5)["outcome"] == "suspicious"

    with pytest.raises(WrongState, match="newer than"):
        accept(ledger, Archive(place.archive), SMARTY)


def test_a_source_that_loses_most_of_its_cards_is_no_partial(ledger: Ledger, place: Home) -> None:
    def lose_most(page: Page, as_of: date) -> Reading:
        lost = Unreadable(where="card 2", reason="?")
        return Reading(plans=SMARTY.parse(page, as_of).plans[:1], unreadable=(lost,))

    for day in (2, 3, 4):
        _scrape(ledger, place, _answer(), day)

    entry = _scrape(ledger, place, _answer(SIZES[:2]), 5, source=replace(SMARTY, parse=lose_most))

    assert entry["outcome"] == "suspicious"
    accept(ledger, Archive(place.archive), replace(SMARTY, parse=lose_most))
    again = _scrape(
        ledger, place, _answer(SIZES[:2], 7), 6, source=replace(SMARTY, parse=lose_most)
    )
    assert again["outcome"] == "partial", "what was accepted is the measure"


def test_pages_that_met_a_fault_of_the_parser_are_kept_for_the_mended_one(
    ledger: Ledger, place: Home
) -> None:
    def stumble(_page: Page, _as_of: date) -> Reading:
        raise KeyError("price")

    entry = _scrape(ledger, place, _answer(), 2, source=replace(SMARTY, parse=stumble))
    assert (entry["outcome"], entry["error"]["code"]) == ("broken_layout", "internal")

    done = replay(ledger, Archive(place.archive), SMARTY, apply=True, alert_after=2)

    assert done.runs[0]["outcome"] == "ok"
    assert len(_prices(place)) == 6


def test_what_replay_finds_suspicious_can_be_accepted(ledger: Ledger, place: Home) -> None:
    def refuse(_page: Page, _as_of: date) -> Reading:
        raise LayoutChanged("a new shape")

    for day in (1, 2, 3):
        _scrape(ledger, place, _answer(), day)
    _scrape(ledger, place, _answer(SIZES[:2]), 4, source=replace(SMARTY, parse=refuse))

    done = replay(ledger, Archive(place.archive), SMARTY, apply=True, alert_after=2)

    assert done.runs[-1]["outcome"] == "suspicious"
    assert accept(ledger, Archive(place.archive), SMARTY).runs[0]["outcome"] == "ok"


def test_replaying_ends_the_alert(ledger: Ledger, place: Home) -> None:
    def refuse(_page: Page, _as_of: date) -> Reading:
        raise LayoutChanged("a new shape")

    _scrape(ledger, place, _answer(), 1)
    for day in (2, 3):
        _scrape(ledger, place, _answer(pounds=7), day, source=replace(SMARTY, parse=refuse))

    replay(ledger, Archive(place.archive), SMARTY, apply=True, alert_after=2)

    kinds = [kind for (kind,) in rows(place.root, "SELECT kind FROM alarms ORDER BY alarm_id")]
    assert kinds == ["broken", "recovered"]


@pytest.mark.parametrize(
    "entries",
    [
        [{"request": {"url": "http://[x/"}, "response": {"status": 200, "content": {"text": "x"}}}],
        [{"request": None, "response": {}}, 3, None],
        [
            {
                "request": {"method": "OPTIONS", "url": SMARTY.requests[0].url},
                "response": {"status": 200, "content": {"text": "{}"}},
            }
        ],
    ],
)
def test_an_odd_har_is_no_fault_of_ours(tmp_path: Path, entries: list[Any]) -> None:
    file = tmp_path / "odd.har"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps({"log": {"entries": entries}}).encode())

    with pytest.raises(UsageError, match="no response for the pages"):
        read_saved(SMARTY, [file])


def test_of_many_queries_to_one_address_the_right_one_counts(tmp_path: Path) -> None:
    uswitch = load_source("uswitch")
    url = uswitch.requests[0].url

    def entry(operation: str, text: str) -> dict[str, Any]:
        posted = json.dumps({"operationName": operation})
        return {
            "request": {"method": "POST", "url": url, "postData": {"text": posted}},
            "response": {"status": 200, "content": {"text": text}},
        }

    file = tmp_path / "saved.har"
    entries = [entry("Menu", "{}"), entry("SimOnlyPageDeals", "[1]")]
    file.write_text(json.dumps({"log": {"entries": entries}}))

    assert [page.body for page in read_saved(uswitch, [file]).pages] == [b"[1]"]


def test_what_is_no_page_of_the_source_leaves_no_trace(ledger: Ledger, place: Home) -> None:
    _scrape(ledger, place, _answer(), 2)

    with pytest.raises(LayoutChanged, match="nothing is imported: SMARTY's answer is not JSON"):
        _import(ledger, place, b"<html><p>a recipe</p></html>", 3)

    assert len(list_runs(ledger, "smarty", limit=5)) == 1
    assert value(place.root, "SELECT count(*) FROM alarms") == 0


def test_a_preview_of_accepting_stores_nothing(ledger: Ledger, place: Home) -> None:
    for day in (2, 3):
        _scrape(ledger, place, _answer(), day)
    tenfold = _scrape(ledger, place, _answer(pounds=60), 4)
    assert tenfold["outcome"] == "suspicious"
    before = _prices(place)

    preview = accept(ledger, Archive(place.archive), SMARTY, apply=False)

    assert len(preview.moves) == 6
    assert _prices(place) == before
    assert list_runs(ledger, "smarty", limit=1)[0].outcome is Outcome.SUSPICIOUS
