"""The rows of a plan: what a scrape, a correction and a second reading write of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from planwatch.domain.outcome import Outcome
from planwatch.domain.page import Page
from planwatch.ledger.alerts.baselines import load_moved, mark_looked_at
from planwatch.ledger.pages.captures import add_capture
from planwatch.ledger.plans.read import load_current_plans, load_offers
from planwatch.ledger.plans.write import digest_of
from planwatch.ledger.store.connection import Ledger
from tests.support.plans import make_plan
from tests.support.scrapes import instant_of, save_scrape

STAYS = make_plan(gb=99)


def _changes(ledger: Ledger) -> list[tuple[Any, ...]]:
    """Return kind, values, day, and whether it is a correction, of the changes of all plans."""
    rows = ledger.query(
        "SELECT kind, before, after, changed_at, is_correction FROM changes"
        " WHERE kind <> 'effective' ORDER BY change_id"
    )
    return [
        (row["kind"], row["before"], row["after"], row["changed_at"][8:10], row["is_correction"])
        for row in rows
    ]


def _presence(ledger: Ledger) -> list[tuple[Any, ...]]:
    rows = ledger.query(
        "SELECT baseline, json_extract(spells, '$[#-1][1]') FROM plan_figures"
        " WHERE figure = 'presence' ORDER BY plan_id"
    )
    return [tuple(row) for row in rows]


# plans that come and go


def test_a_new_plan_is_a_figure_that_moved(ledger: Ledger) -> None:
    save_scrape(ledger, 2, STAYS)
    save_scrape(ledger, 3, STAYS, make_plan())

    assert _changes(ledger) == [("new", "null", "1000", "03", 0)]
    assert _presence(ledger) == [("false", 1)]


def test_the_plans_of_a_first_scrape_are_not_new(ledger: Ledger) -> None:
    save_scrape(ledger, 2, STAYS, outcome=Outcome.PARTIAL)
    save_scrape(ledger, 3, STAYS, make_plan())

    assert (_changes(ledger), _presence(ledger)) == ([], [])


def test_a_plan_that_only_another_parser_finds_is_a_correction_and_no_figure(
    ledger: Ledger,
) -> None:
    save_scrape(ledger, 2, STAYS)
    save_scrape(ledger, 3, STAYS, make_plan(), is_correction=True)

    assert (_changes(ledger), _presence(ledger)) == ([("new", "null", "1000", "03", 1)], [])


def test_a_withdrawal_ends_the_offers_too(ledger: Ledger) -> None:
    offers = [make_plan(retailer=name, price_pence=pence) for name, pence in (("A", 9), ("B", 8))]
    save_scrape(ledger, 2, STAYS, *offers)
    for day in (3, 4):
        save_scrape(ledger, day, STAYS)

    rows = ledger.query("SELECT withdrawn_at FROM offers ORDER BY offer_key DESC LIMIT 2")
    assert [row[0] for row in rows] == [instant_of(4)] * 2
    assert _changes(ledger) == [("withdrawn", "8", "null", "04", 0)]
    assert _presence(ledger) == [("true", 0)]


def _gone_since_the_third(ledger: Ledger) -> None:
    save_scrape(ledger, 1, STAYS, make_plan())
    for day in (2, 3):
        save_scrape(ledger, day, STAYS)


def test_a_plan_that_is_sold_again_leaves_its_withdrawal_as_it_was(ledger: Ledger) -> None:
    _gone_since_the_third(ledger)
    gone = _presence(ledger)
    save_scrape(ledger, 5, STAYS, make_plan())

    assert _changes(ledger) == [
        ("withdrawn", "1000", "null", "03", 0),
        ("relaunched", "null", "1000", "05", 0),
    ]
    assert (gone, _presence(ledger)) == ([("true", 0)], [("true", 1)])


def test_the_withdrawal_of_a_plan_that_was_never_gone_becomes_a_correction(ledger: Ledger) -> None:
    save_scrape(ledger, 1, STAYS, make_plan())
    for day, is_shown in enumerate("AAPAA", start=2):
        save_scrape(ledger, day, STAYS, *([make_plan()] if is_shown == "P" else []))
    save_scrape(ledger, 6, STAYS, make_plan(), rereads=True)

    assert _changes(ledger) == [
        ("withdrawn", "1000", "null", "03", 0),  # another one, which was
        ("relaunched", "null", "1000", "04", 0),
        ("withdrawn", "1000", "null", "06", 1),
        ("relaunched", "null", "1000", "06", 1),
    ]


def test_another_parser_takes_no_withdrawal_back(ledger: Ledger) -> None:
    _gone_since_the_third(ledger)
    save_scrape(ledger, 5, STAYS, make_plan(), is_correction=True)

    assert [(kind, is_correction) for kind, _, _, _, is_correction in _changes(ledger)] == [
        ("withdrawn", 0),
        ("relaunched", 1),
    ]


# what was misread


@pytest.mark.parametrize(
    ("right", "true_changes"),
    [
        (1100, [("headline", "1000", "1100", "03", 0)]),
        (1000, []),  # it did not move at all
    ],
)
def test_a_move_that_was_misread_is_written_anew_on_its_own_day(
    ledger: Ledger, right: int, true_changes: list[tuple[Any, ...]]
) -> None:
    save_scrape(ledger, 2, make_plan(price_pence=1000))
    save_scrape(ledger, 3, make_plan(price_pence=1500), job_id="a-job")
    save_scrape(ledger, 4, make_plan(price_pence=1500))
    save_scrape(ledger, 4, make_plan(price_pence=right), rereads=True)

    assert _changes(ledger) == [
        ("headline", "1000", "1500", "03", 1),
        ("headline", "1500", str(right), "04", 1),
        *true_changes,
    ]
    rows = ledger.query("SELECT job_id FROM changes WHERE kind = 'headline' AND NOT is_correction")
    assert [row[0] for row in rows] == ["a-job"] * len(true_changes)


def test_a_true_move_leads_from_the_version_before_to_the_right_one(ledger: Ledger) -> None:
    for day, pence in ((2, 1000), (3, 1500)):
        save_scrape(ledger, day, make_plan(price_pence=pence))
    save_scrape(ledger, 3, make_plan(price_pence=1100), rereads=True)

    rows = ledger.query(
        "SELECT before_version_id, after_version_id FROM changes WHERE NOT is_correction"
    )
    assert {tuple(row) for row in rows} == {(1, 3)}


def test_a_scrape_by_another_parser_leaves_earlier_moves_alone(ledger: Ledger) -> None:
    for day, pence in ((2, 1000), (3, 1500)):
        save_scrape(ledger, day, make_plan(price_pence=pence))
    save_scrape(ledger, 4, make_plan(price_pence=1100), is_correction=True)

    assert _changes(ledger) == [
        ("headline", "1000", "1500", "03", 0),
        ("headline", "1500", "1100", "04", 1),
    ]


def test_a_figure_that_was_misread_stands_at_its_right_value(ledger: Ledger) -> None:
    for day, pence in ((2, 1000), (3, 1500)):
        save_scrape(ledger, day, make_plan(price_pence=pence))
    save_scrape(ledger, 3, make_plan(price_pence=1100), rereads=True)

    [row] = ledger.query("SELECT spells FROM plan_figures WHERE figure = 'headline'")
    assert [value for _, value in json.loads(row["spells"])] == [1000, 1100]


def _reported(ledger: Ledger) -> int:
    [row] = ledger.query("SELECT baseline FROM plan_figures WHERE figure = 'headline'")
    return int(row["baseline"])


def test_only_a_misread_price_that_was_reported_as_a_move_is_compared_with_the_right_one(
    ledger: Ledger,
) -> None:
    """Nobody has heard of a price that changed when only the extras did."""
    for day, pence in ((2, 1000), (3, 1500)):
        save_scrape(ledger, day, make_plan(price_pence=pence))
    mark_looked_at(ledger, load_moved(ledger))
    save_scrape(ledger, 3, make_plan(price_pence=1100), rereads=True)
    reported = _reported(ledger)
    mark_looked_at(ledger, load_moved(ledger))
    save_scrape(ledger, 4, make_plan(price_pence=1100, extras=("roaming",)))
    save_scrape(ledger, 4, make_plan(price_pence=1200, extras=("roaming",)), rereads=True)

    assert (reported, _reported(ledger)) == (1500, 1200)


# versions


def _capture(ledger: Ledger, day: int) -> dict[str, int]:
    page = Page(body=b"page", name="plans")
    with ledger.transaction():
        capture_id = add_capture(
            ledger, job_id=None, source="o2", page=page, sha256=f"{day}", at=instant_of(day)
        )
    return {make_plan().plan_key: capture_id}


def _versions(ledger: Ledger) -> list[tuple[Any, ...]]:
    rows = ledger.query(
        "SELECT price_pence, capture_id, first_seen, last_seen FROM plan_versions"
        " ORDER BY version_id"
    )
    return [(row[0], row[1], row[2][8:10], row[3][8:10]) for row in rows]


def test_a_version_has_the_page_that_showed_it_first(ledger: Ledger) -> None:
    for day, pence in ((2, 1000), (3, 900), (4, 900)):
        save_scrape(ledger, day, make_plan(price_pence=pence), captures=_capture(ledger, day))

    assert _versions(ledger) == [(1000, 1, "02", "02"), (900, 2, "03", "04")]


def test_a_version_that_was_not_read_has_no_page(ledger: Ledger) -> None:
    """The cheapest offer became dearer; of those that stay in force another is the cheapest now."""
    prices = {"Cheap": 800, "Middling": 900}
    first = [make_plan(retailer=name, price_pence=pence) for name, pence in prices.items()]
    save_scrape(ledger, 2, *first, captures=_capture(ledger, 2))
    save_scrape(
        ledger,
        3,
        make_plan(retailer="Cheap", price_pence=1500),
        outcome=Outcome.PARTIAL,
        captures=_capture(ledger, 3),
    )

    assert [(pence, capture_id) for pence, capture_id, _, _ in _versions(ledger)] == [
        (800, 1),
        (900, None),
    ]
    [stored] = load_current_plans(ledger)
    [offers] = load_offers(ledger, [stored.plan_id]).values()
    assert [offer["price_pence"] for offer in offers] == [900, 1500]


def test_the_row_of_a_plan_is_that_of_what_stands(ledger: Ledger) -> None:
    save_scrape(ledger, 2, make_plan(url="https://a.example", source_ref="A"))
    now = make_plan(
        url="https://b.example", source_ref="B", price_pence=900, verified=False, upfront_pence=240
    )
    save_scrape(ledger, 3, now)

    row = ledger.query_one("SELECT * FROM plans")
    assert row is not None
    assert (row["url"], row["source_ref"], row["verified"]) == ("https://b.example", "B", 0)
    assert (row["effective_pence"], row["exit_price_pence"]) == (910, 900)
    assert load_current_plans(ledger)[0].plan.price_pence == 900


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        ({"source_ref": "B2"}, True),
        ({"extras": ("b", "a"), "incentives": ("y", "x")}, True),
        ({"url": "https://other.example"}, True),
        ({"price_pence": 999}, False),
        ({"name": "Another"}, False),
        ({"extras": ("a",)}, False),
    ],
)
def test_a_version_differs_by_what_a_plan_says_and_not_by_its_place(
    other: dict[str, Any], is_same: bool
) -> None:
    plan = {"extras": ("a", "b"), "incentives": ("x", "y"), "source_ref": "A1"}

    assert (digest_of(make_plan(**plan)) == digest_of(make_plan(**{**plan, **other}))) == is_same


@pytest.mark.parametrize("outcome", ["new", "relaunched"])
def test_a_plan_that_came_at_a_misread_price_came_at_the_right_one(
    ledger: Ledger, outcome: str
) -> None:
    if outcome == "relaunched":
        _gone_since_the_third(ledger)
    save_scrape(ledger, 4, STAYS)
    save_scrape(ledger, 5, STAYS, make_plan(price_pence=1500))
    save_scrape(ledger, 5, STAYS, make_plan(price_pence=1100), rereads=True)

    came = [each for each in _changes(ledger) if each[0] == outcome]
    assert came == [(outcome, "null", "1100", "05", 0)]
    rows = ledger.query(
        "SELECT price_pence FROM changes AS c JOIN plan_versions AS v"
        " ON v.version_id = c.after_version_id WHERE c.kind = ?",
        (outcome,),
    )
    assert [row[0] for row in rows] == [1100]
