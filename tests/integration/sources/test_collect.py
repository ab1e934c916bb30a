"""One source from its pages to rows: what is read, judged, stored and reported of a scrape."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from planwatch.domain.outcome import Outcome
from planwatch.domain.page import NextRequest, Page, PageRequest, Recall
from planwatch.errors import ConnectionFault, CrawlDelay, LayoutChanged, MachineError, NothingFound
from planwatch.fetch.archive import Archive
from planwatch.home import Home
from planwatch.ledger.pages.baseline import Baseline, load_baseline
from planwatch.ledger.pages.captures import captures_of_run
from planwatch.ledger.pages.health import list_runs
from planwatch.ledger.plans.read import load_current_plans
from planwatch.ledger.plans.sightings import Sightings
from planwatch.ledger.store.connection import Ledger
from planwatch.sources.contract import Reading, Source, Unreadable
from planwatch.sources.registry import load_source
from planwatch.workflows.scrape.collect import (
    Collected,
    collect,
    collect_nothing,
    read_and_judge,
    record_collected,
    store_plans,
)
from tests.support.plans import make_plan

URL = "https://shop.example/plans"


def _parse(page: Page, as_of: date) -> Reading:
    """Read a page that is a JSON object: a price by the size of the plan, in pence."""
    card = json.loads(page.body)
    if not card:
        raise NothingFound("no plan", hint="look")
    plans = tuple(
        make_plan(gb=int(gb), price_pence=pence, source="shop", as_of=as_of)
        for gb, pence in card.items()
        if pence is not None
    )
    lost = tuple(Unreadable(where=f"{gb} GB", reason="?") for gb in card if card[gb] is None)
    return Reading(plans=plans, unreadable=lost)


# nothing is a second opinion to it, so that a test says by itself what moved
SHOP = replace(
    load_source("smarty"), id="shop", title="Shop", brand="O2", parse=_parse, is_mined=True
)
Card = dict[int, int | None]


pytestmark = pytest.mark.usefixtures("later")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be later than all scrapes of these tests."""
    monkeypatch.setenv("PLANWATCH_NOW", "2027-01-01T00:00:00Z")


def _at(day: int) -> datetime:
    return datetime(2026, 11, day, 9, tzinfo=UTC)


def _page(card: Card, name: str = "plans") -> tuple[Page, str]:
    body = json.dumps(card).encode()
    return Page(body=body, url=URL, name=name), f"hash of {body.decode()}"


def _read(
    ledger: Ledger, day: int, *cards: Card, source: Source = SHOP, is_part: bool = False
) -> Collected:
    stored = tuple(_page(card, f"page {n}") for n, card in enumerate(cards))
    return read_and_judge(
        source, stored, load_baseline(ledger, source.id), _at(day), is_part=is_part
    )


def _record(
    ledger: Ledger, collected: Collected, job_id: str | None = None, *, alert_after: int = 2
) -> dict[str, Any]:
    with ledger.transaction():
        return record_collected(ledger, collected, job_id, alert_after=alert_after)


def _scrape(ledger: Ledger, day: int, *cards: Card, source: Source = SHOP) -> dict[str, Any]:
    return _record(ledger, _read(ledger, day, *cards, source=source))


def _prices(ledger: Ledger) -> list[int]:
    return sorted(stored.plan.price_pence for stored in load_current_plans(ledger))


# asking a source


@dataclass
class _Shelf:
    """A fetcher that has the pages already, and remembers which ones were recalled."""

    pages: list[Page]
    recalled: list[Page | None] = field(default_factory=list)

    def fetch_pages(
        self,
        source_id: str,
        requests: Sequence[PageRequest],
        next_request: NextRequest | None,
        *,
        needs_browser: bool,
        recall: Recall | None = None,
    ) -> list[Page]:
        assert source_id == SHOP.id
        assert recall is not None
        self.recalled += [recall(page.name, page.url) for page in self.pages]
        return self.pages

    def close(self) -> None: ...


def test_a_page_that_breaks_the_parser_is_in_the_archive(ledger: Ledger, place: Home) -> None:
    page = Page(body=b"no JSON", url=URL, name="plans")

    collected = collect(SHOP, _Shelf([page]), Archive(place.archive), ledger, _at(2))

    [(kept, sha256)] = collected.pages
    assert collected.outcome is Outcome.BROKEN_LAYOUT
    assert (collected.reading, kept) == (None, page)
    assert Archive(place.archive).load(sha256) == page.body
    assert 0 < collected.duration_s < 60


def test_a_page_is_recalled_while_its_bytes_are_there(ledger: Ledger, place: Home) -> None:
    archive = Archive(place.archive)
    page = replace(_page({5: 500})[0], etag="v1")
    shelf = _Shelf([page])
    _record(ledger, collect(SHOP, shelf, archive, ledger, _at(2)))
    _record(ledger, collect(SHOP, shelf, archive, ledger, _at(3)))
    archive.place_of(page.body).unlink()
    _record(ledger, collect(SHOP, shelf, archive, ledger, _at(4)))

    assert shelf.recalled == [None, page, None]


def test_a_source_that_could_not_be_asked_stores_nothing() -> None:
    error = ConnectionFault("no route", hint="later")

    assert collect_nothing("shop", error, _at(2), 1.5) == Collected(
        source="shop",
        outcome=Outcome.NETWORK,
        at=_at(2),
        duration_s=1.5,
        error={"code": error.code, "message": "no route", "hint": "later"},
    )


# judging what was read


def test_the_same_pages_that_say_the_same_are_unchanged(ledger: Ledger) -> None:
    _scrape(ledger, 2, {5: 500, 10: 900})

    again = _read(ledger, 3, {5: 500, 10: 900})

    assert (again.outcome, again.is_correction) == (Outcome.UNCHANGED, False)
    assert again.reading is not None


@pytest.mark.parametrize(
    "mended",
    [
        {5: 500, 10: 950},  # another price
        {5: 500},  # a plan less
        {5: 500, 10: 900, 20: 1500},  # a plan more
        {5: 500, 10: 900, 20: None},  # a card that it cannot read
    ],
)
def test_known_pages_that_are_read_otherwise_are_a_correction(ledger: Ledger, mended: Card) -> None:
    _scrape(ledger, 2, {5: 500, 10: 900})
    other = json.dumps(mended).encode()
    source = replace(SHOP, parse=lambda page, as_of: _parse(replace(page, body=other), as_of))

    again = _read(ledger, 3, {5: 500, 10: 900}, source=source)

    assert again.is_correction
    assert again.outcome is (Outcome.PARTIAL if None in mended.values() else Outcome.OK)


def test_other_pages_are_no_correction_whatever_they_say(ledger: Ledger) -> None:
    _scrape(ledger, 2, {5: 500, 10: 900})

    assert not _read(ledger, 3, {5: 500, 10: 950}).is_correction
    assert _read(ledger, 3, {10: 900, 5: 500}).outcome is Outcome.OK


def test_of_suspicious_pages_nothing_may_be_stored(ledger: Ledger) -> None:
    for day in (2, 3, 4):
        _scrape(ledger, day, {5: 500 + day, 10: 900, 20: 1000, 40: 1500})

    few = _read(ledger, 5, {5: 500})
    part = _read(ledger, 5, {5: 500}, is_part=True)

    assert (few.outcome, few.reading) == (Outcome.SUSPICIOUS, None)
    assert part.outcome is Outcome.OK
    assert part.reading is not None


def test_an_empty_list_that_a_person_accepted_withdraws_what_was_there() -> None:
    source = replace(SHOP, is_mined=False)

    known = read_and_judge(source, (_page({}),), Baseline(counts=(0,)), _at(2))
    unknown = read_and_judge(source, (_page({}),), Baseline(counts=(3,)), _at(2))

    assert (known.outcome, known.reading) == (Outcome.OK, Reading(plans=()))
    assert (unknown.outcome, unknown.reading) == (Outcome.SUSPICIOUS, None)


class _NoText(Page):
    """A page that only its own parser can read."""

    @property
    def text(self) -> str:
        raise ValueError("no text")


def test_a_fault_of_the_miner_costs_a_source_no_plan() -> None:
    page = _NoText(body=b'{"5": 500}', url=URL, name="plans")

    read = read_and_judge(replace(SHOP, is_mined=False), ((page, "hash"),), Baseline(), _at(2))

    assert read.outcome is Outcome.OK
    assert read.detail["miner"]["fault"] == "ValueError: no text"


class _TooLarge(Page):
    """A page whose text takes more memory than there is."""

    @property
    def text(self) -> str:
        raise MemoryError


def test_what_the_machine_lacks_is_no_fault_of_a_page() -> None:
    def parse(_page: Page, _as_of: date) -> Reading:
        try:
            raise MemoryError
        except MemoryError as error:
            raise LayoutChanged("no card", hint="look") from error

    with pytest.raises(MachineError):
        read_and_judge(replace(SHOP, parse=parse), (_page({5: 500}),), Baseline(), _at(2))
    page = _TooLarge(body=b'{"5": 500}', url=URL, name="plans")
    with pytest.raises(MachineError):
        read_and_judge(replace(SHOP, is_mined=False), ((page, "hash"),), Baseline(), _at(2))


def test_a_source_without_a_parser_of_its_own_has_no_second_opinion() -> None:
    alone = read_and_judge(SHOP, (_page({5: 500}),), Baseline(), _at(2))
    other = read_and_judge(replace(SHOP, is_mined=False), (_page({5: 500}),), Baseline(), _at(2))

    assert ("miner" in alone.detail, "miner" in other.detail) == (False, True)


def test_a_price_held_back_is_not_among_what_is_stored(ledger: Ledger) -> None:
    _scrape(ledger, 2, {5: 500, 10: 900})

    read = _read(ledger, 3, {5: 5, 10: 900})

    assert read.outcome is Outcome.PARTIAL
    assert read.reading is not None
    assert [plan.price_pence for plan in read.reading.plans] == [900]


# recording it


def test_the_entry_of_a_scrape_says_what_came_of_a_source(ledger: Ledger) -> None:
    _scrape(ledger, 2, {5: 500, 10: 900})
    _scrape(ledger, 3, {5: 500})
    read = replace(_read(ledger, 4, {5: 450, 20: 1200}), duration_s=1.23456)

    assert _record(ledger, read, "job") == {
        "source": "shop",
        "outcome": "ok",
        "plans": 2,
        "new": 1,
        "withdrawn": 1,
        "changed": 1,
        "duration_s": 1.235,
        "error": None,
        "flags": [],
        "alarms": [],
    }
    [run, *_] = list_runs(ledger, "shop", limit=9)
    assert (run.job_id, run.plans, run.detail["coverage"]["cards"]) == ("job", 2, 2)


def test_each_version_leads_to_the_page_that_showed_it_first(ledger: Ledger) -> None:
    _scrape(ledger, 2, {5: 500, 10: 900}, {10: 900, 20: 1200})

    first, second = captures_of_run(ledger, "shop", None, "2026-11-02T09:00:00.000Z")
    rows = ledger.query("SELECT data_mb, capture_id FROM plan_versions ORDER BY data_mb")
    assert [tuple(row) for row in rows] == [
        (5000, first.capture_id),
        (10_000, first.capture_id),
        (20_000, second.capture_id),
    ]


def test_what_failed_stores_its_pages_and_no_plan(ledger: Ledger) -> None:
    _scrape(ledger, 2, {5: 500})

    entry = _scrape(ledger, 3, {})

    assert (entry["plans"], entry["new"], entry["withdrawn"]) == (0, 0, 0)
    assert entry["error"]["message"]
    assert len(captures_of_run(ledger, "shop", None, "2026-11-03T09:00:00.000Z")) == 1
    assert _prices(ledger) == [500]
    assert store_plans(ledger, _read(ledger, 3, {}), None, {}) == (0, Sightings(0, 0, 0))


def test_a_correction_is_stored_as_one(ledger: Ledger) -> None:
    _scrape(ledger, 2, {5: 500})
    for day, is_correction in ((3, False), (4, True)):
        read = replace(_read(ledger, day, {5: 500 + day}), is_correction=is_correction)
        _record(ledger, read)

    rows = ledger.query(
        "SELECT is_correction FROM changes WHERE kind = 'headline' ORDER BY change_id"
    )
    assert [row[0] for row in rows] == [0, 1]


def test_pages_that_are_read_anew_are_always_a_correction(ledger: Ledger) -> None:
    _scrape(ledger, 2, {5: 500, 10: 900})
    with ledger.transaction():
        stored = store_plans(ledger, _read(ledger, 2, {5: 550}), None, {"page 0": 1}, rereads=True)

    assert stored == (1, Sightings(new=0, withdrawn=1, changed=0, rewritten=1))
    rows = ledger.query("SELECT kind, is_correction FROM changes ORDER BY kind")
    assert [tuple(row) for row in rows] == [("effective", 1), ("headline", 1), ("withdrawn", 1)]


@pytest.mark.parametrize(
    ("present", "outcome", "prices"),
    [
        ("2026-11-01T00:00:00Z", "machine", [500]),
        ("2026-11-02T08:59:59Z", "machine", [500]),
        ("2026-11-02T09:00:00Z", "ok", [600]),
        ("2026-11-05T09:00:00Z", "ok", [600]),
    ],
)
def test_nothing_is_stored_while_the_clock_is_behind_the_ledger(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, present: str, outcome: str, prices: list[int]
) -> None:
    monkeypatch.setenv("PLANWATCH_NOW", "2026-11-02T09:00:00Z")
    _scrape(ledger, 2, {5: 500})
    monkeypatch.setenv("PLANWATCH_NOW", present)

    entry = _scrape(ledger, 2, {5: 600})

    assert (entry["outcome"], _prices(ledger)) == (outcome, prices)
    if outcome == "machine":
        assert entry["error"]["message"] == (
            f"the clock of this machine is off: it says {present[:10]} {present[11:16]} GMT, and"
            " the ledger has pages of shop from 2026-11-02 09:00 GMT"
        )


# reporting it


def _alarms(entry: dict[str, Any]) -> list[tuple[str, str]]:
    return [(alarm["kind"], alarm["message"]) for alarm in entry["alarms"]]


def test_a_trouble_is_reported_with_the_share_that_was_read(ledger: Ledger) -> None:
    _scrape(ledger, 2, {5: 500, 10: 900})
    first = _scrape(ledger, 3, {5: 500, 10: None})
    second = _scrape(ledger, 4, {5: 500, 10: None})

    assert _alarms(first) == []
    assert _alarms(second) == [
        (
            "broken",
            "shop was not read in full 2 times in a row, now partial: 50% of 2 cards read;"
            " 1 of 2 cards could not be read; first: 10 GB: ?",
        )
    ]


@pytest.mark.parametrize(
    ("outcome", "share"),
    [(Outcome.PARTIAL, "75% of 4 cards read; "), (Outcome.SUSPICIOUS, "")],
)
@pytest.mark.parametrize("detail", [{"coverage": {"read": 0.75, "cards": 4}}, {}])
def test_only_of_what_was_read_in_part_the_share_is_said(
    ledger: Ledger, outcome: Outcome, share: str, detail: dict[str, Any]
) -> None:
    error = {"code": "x", "message": "the reason", "hint": "h"}
    read = Collected(
        source="shop", outcome=outcome, at=_at(2), duration_s=0.0, error=error, detail=detail
    )

    [(_, said)] = _alarms(_record(ledger, read, alert_after=1))

    assert said == (
        f"shop was not read in full once, now {outcome}: {share if detail else ''}the reason"
    )


def test_a_trouble_of_the_network_is_reported_with_its_reason_alone(ledger: Ledger) -> None:
    for day in (2, 3):
        error = ConnectionFault("no route", hint="later")
        entry = _record(ledger, collect_nothing("shop", error, _at(day), 0.0))

    assert _alarms(entry) == [
        ("broken", "shop was not read in full 2 times in a row, now network: no route")
    ]


def test_what_a_person_has_to_set_is_reported_at_once(ledger: Ledger) -> None:
    error = CrawlDelay("600 s", hint="set it")
    entry = _record(ledger, collect_nothing("shop", error, _at(2), 0.0), alert_after=5)

    assert _alarms(entry) == [
        ("broken", "shop was not read in full once, now robots_denied: 600 s")
    ]


def test_a_big_move_is_reported_with_how_many_prices_moved(ledger: Ledger) -> None:
    read = Collected(
        source="shop",
        outcome=Outcome.OK,
        at=_at(2),
        duration_s=0.0,
        reading=Reading(plans=()),
        flags=("big_move",),
        detail={"moved": [{}, {}, {}]},
    )

    assert _alarms(_record(ledger, read)) == [
        (
            "big_move",
            "shop: 3 prices moved by more than 40% at once, and the card miner reads the same",
        )
    ]


def test_a_price_held_back_is_reported_once_in_two_weeks(ledger: Ledger) -> None:
    _scrape(ledger, 1, {5: 500, 10: 900})
    said = []
    cards: tuple[tuple[int, Card], ...] = (
        (2, {5: 5, 10: 900}),
        (3, {5: 5, 10: 900}),
        (4, {5: 6, 10: 900}),  # another price
        (5, {5: 6, 10: 9}),  # another plan
        (16, {5: 5, 10: 900}),  # 13 days after it was held last
        (30, {5: 5, 10: 900}),  # 14 days after
    )
    for day, card in cards:
        said.append([kind for kind, _ in _alarms(_scrape(ledger, day, card))])

    assert said == [["held"], [], ["held"], ["held"], [], []]
    again = replace(_read(ledger, 30, {5: 5, 10: 900}), at=datetime(2026, 12, 15, tzinfo=UTC))
    assert _alarms(_record(ledger, again)) == [
        (
            "held",
            "shop: O2 5 GB, 24 months unconfirmed: £0.05, was £5.00; if the site is right:"
            " planwatch sources accept shop",
        )
    ]


@pytest.mark.parametrize(
    ("plans", "gone", "is_reported"),
    [(8, 2, True), (8, 1, False), (7, 2, False), (12, 3, True), (13, 3, False)],
)
def test_a_quarter_of_many_plans_gone_at_once_is_reported(
    ledger: Ledger, plans: int, gone: int, is_reported: bool
) -> None:
    full: Card = {gb: 1000 + gb for gb in range(1, plans + 1)}
    rest: Card = {gb: 1000 + gb for gb in range(1, plans - gone + 1)}
    _scrape(ledger, 2, full)

    assert _alarms(_scrape(ledger, 3, rest)) == (
        [
            (
                "fewer",
                f"shop: {gone} of {plans} plans are gone at once; withdrawn if the next good scrape"
                " does not show them either",
            )
        ]
        if is_reported
        else []
    )


def test_plans_that_an_incomplete_scrape_lacks_are_not_gone(ledger: Ledger) -> None:
    _scrape(ledger, 2, {gb: 1000 + gb for gb in range(1, 9)})

    entry = _scrape(ledger, 3, {**{gb: 1000 + gb for gb in range(1, 5)}, 99: None})

    assert (entry["outcome"], entry["alarms"]) == ("partial", [])
