"""Which page came when, and what the next reading of a source is held against."""

from __future__ import annotations

import pytest

from planwatch.domain.outcome import Outcome
from planwatch.domain.page import Page
from planwatch.ledger.pages.baseline import ACCEPTED, load_baseline
from planwatch.ledger.pages.captures import (
    Capture,
    add_capture,
    captures_of_run,
    hashes_in_force,
    last_good_hashes,
    last_with_validators,
    newest_captures,
)
from planwatch.ledger.pages.health import add_source_run
from planwatch.ledger.plans.sightings import save_sightings
from planwatch.ledger.store.connection import Ledger
from planwatch.sources.contract import group_offers
from tests.support.plans import make_plan

URL = "https://shop.example/plans"


def _at(day: int) -> str:
    return f"2026-11-{day:02d}T09:00:00.000Z"


def _capture(
    ledger: Ledger,
    day: int,
    sha256: str,
    *,
    name: str = "plans",
    source: str = "o2",
    etag: str | None = None,
    last_modified: str | None = None,
    job_id: str | None = None,
) -> int:
    page = Page(
        body=b"12345",
        url=URL,
        name=name,
        charset="latin-1",
        media_type="text/html",
        etag=etag,
        last_modified=last_modified,
    )
    with ledger.transaction():
        return add_capture(
            ledger, job_id=job_id, source=source, page=page, sha256=sha256, at=_at(day)
        )


def _run(
    ledger: Ledger,
    day: int,
    outcome: Outcome = Outcome.OK,
    *,
    plans: int = 3,
    flags: tuple[str, ...] = (),
    source: str = "o2",
    job_id: str | None = None,
) -> None:
    with ledger.transaction():
        add_source_run(
            ledger,
            job_id=job_id,
            source=source,
            outcome=outcome,
            plans=plans,
            error=None,
            at=_at(day),
            flags=flags,
        )


def test_a_capture_keeps_all_of_its_page_but_the_bytes(ledger: Ledger) -> None:
    capture_id = _capture(ledger, 2, "hash", etag="e", last_modified="l", job_id="job")

    [found] = captures_of_run(ledger, "o2", "job", _at(2))

    assert found == Capture(
        capture_id=capture_id,
        job_id="job",
        source="o2",
        name="plans",
        url=URL,
        captured_at=_at(2),
        sha256="hash",
        size=5,
        charset="latin-1",
        media_type="text/html",
        etag="e",
        last_modified="l",
    )
    assert found.page_of(b"abc") == Page(
        body=b"abc",
        url=URL,
        name="plans",
        charset="latin-1",
        media_type="text/html",
        etag="e",
        last_modified="l",
    )


def test_the_pages_of_a_run_are_those_of_its_source_job_and_instant(ledger: Ledger) -> None:
    for name in ("first", "second"):
        _capture(ledger, 2, name, name=name)
    _capture(ledger, 2, "of a job", job_id="job")
    _capture(ledger, 3, "later")
    _capture(ledger, 2, "elsewhere", source="ee")

    assert [each.sha256 for each in captures_of_run(ledger, "o2", None, _at(2))] == [
        "first",
        "second",
    ]


@pytest.mark.parametrize(
    ("validators", "is_found"),
    [
        ({"etag": "e"}, True),
        ({"last_modified": "l"}, True),
        ({"etag": "e", "last_modified": "l"}, True),
        ({}, False),
    ],
)
def test_a_page_can_be_asked_for_again_if_its_answer_named_a_version(
    ledger: Ledger, validators: dict[str, str], is_found: bool
) -> None:
    assert last_with_validators(ledger, "o2", "plans", URL) is None
    _capture(ledger, 2, "hash", **validators)

    found = last_with_validators(ledger, "o2", "plans", URL)

    assert (found is not None) == is_found
    assert last_with_validators(ledger, "o2", "plans", f"{URL}?page=2") is None
    assert last_with_validators(ledger, "ee", "plans", URL) is None


def test_only_the_newest_answer_says_which_version_is_known(ledger: Ledger) -> None:
    _capture(ledger, 2, "old", etag="e")
    _capture(ledger, 3, "new", etag="f")
    newest = last_with_validators(ledger, "o2", "plans", URL)
    _capture(ledger, 4, "without one")

    assert newest is not None
    assert newest.sha256 == "new"
    assert last_with_validators(ledger, "o2", "plans", URL) is None


def test_the_pages_that_are_known_are_those_of_the_last_good_run(ledger: Ledger) -> None:
    assert last_good_hashes(ledger, "o2") == frozenset()
    for day, outcome in ((2, Outcome.OK), (3, Outcome.UNCHANGED), (4, Outcome.PARTIAL)):
        for name in ("a", "b"):
            _capture(ledger, day, f"{name}{day}", name=name)
        _run(ledger, day, outcome)

    assert last_good_hashes(ledger, "o2") == {"a3", "b3"}
    assert last_good_hashes(ledger, "ee") == frozenset()


def test_each_page_was_last_captured_on_its_newest_day(ledger: Ledger) -> None:
    for day, sha256 in ((2, "a"), (4, "a"), (3, "b")):
        _capture(ledger, day, sha256)

    assert newest_captures(ledger) == {"a": _at(4), "b": _at(3)}


def _see(ledger: Ledger, day: int, captures: dict[int, int], *, price_pence: int = 1000) -> None:
    """Save a plan of each size, of a capture of its own."""
    plans = [make_plan(gb=gb, price_pence=price_pence + gb) for gb in captures]
    by_key = {plan.plan_key: captures[gb] for plan, gb in zip(plans, captures, strict=True)}
    with ledger.transaction():
        save_sightings(
            ledger,
            source="o2",
            offers=group_offers(plans),
            outcome=Outcome.OK,
            at=_at(day),
            job_id=None,
            capture_ids=by_key,
        )
    _run(ledger, day, plans=len(plans))


def test_pages_are_in_force_while_the_plans_that_they_showed_are(ledger: Ledger) -> None:
    _see(ledger, 2, {gb: _capture(ledger, 2, f"{gb} GB") for gb in (5, 10)})
    first = hashes_in_force(ledger)
    for day in (3, 4):
        _see(ledger, day, {5: _capture(ledger, day, f"day {day}")}, price_pence=900)

    assert first == {"5 GB", "10 GB"}
    assert hashes_in_force(ledger) == {"day 3"}, "the version of that day still stands"


# what a reading is held against


def test_a_new_source_has_nothing_to_be_held_against(ledger: Ledger) -> None:
    baseline = load_baseline(ledger, "o2")

    assert (baseline.counts, baseline.prices, baseline.hashes) == ((), {}, frozenset())
    assert not baseline.accepted
    assert not baseline.enough


@pytest.mark.parametrize(("runs", "is_enough"), [(1, False), (2, False), (3, True), (4, True)])
def test_three_good_runs_are_enough_to_know_a_usual_count(
    ledger: Ledger, runs: int, is_enough: bool
) -> None:
    for day in range(1, runs + 1):
        _run(ledger, day, plans=day)
        _run(ledger, day, Outcome.PARTIAL, plans=99)
        _run(ledger, day, plans=99, source="ee")

    baseline = load_baseline(ledger, "o2")

    assert baseline.counts == tuple(range(runs, 0, -1)), "the newest first"
    assert baseline.enough is is_enough


def test_what_a_person_accepted_ends_what_was_usual_before(ledger: Ledger) -> None:
    _run(ledger, 1, plans=50)
    _run(ledger, 2, Outcome.PARTIAL, plans=20, flags=(ACCEPTED,))
    accepted = load_baseline(ledger, "o2")
    _run(ledger, 3, plans=21)
    later = load_baseline(ledger, "o2")

    assert (accepted.counts, accepted.accepted, accepted.enough) == ((20,), True, True)
    assert (later.counts, later.accepted, later.enough) == ((21, 20), True, True)


def test_a_reading_is_held_against_the_prices_in_force(ledger: Ledger) -> None:
    promoted = make_plan(gb=5, price_pence=500, list_price_pence=1000, promo_months=6)
    usual = make_plan(gb=10, price_pence=1200)
    _capture(ledger, 2, "page")
    with ledger.transaction():
        save_sightings(
            ledger,
            source="o2",
            offers=group_offers([promoted, usual]),
            outcome=Outcome.OK,
            at=_at(2),
            job_id=None,
            capture_ids={},
        )
    _run(ledger, 2, plans=2)

    baseline = load_baseline(ledger, "o2")

    assert baseline.prices == {promoted.plan_key: 500, usual.plan_key: 1200}
    assert baseline.believed == baseline.prices
    assert baseline.list_prices == {promoted.plan_key: 1000}
    assert baseline.hashes == {"page"}
    assert load_baseline(ledger, "ee").prices == {}
