"""One plan over time, as the ledger has it."""

from __future__ import annotations

from typing import Any

import pytest

from planwatch.domain.page import Page
from planwatch.errors import UnknownName
from planwatch.ledger.pages.captures import add_capture
from planwatch.ledger.plans.finding import find_all, find_plans
from planwatch.ledger.plans.plan_history import load_histories
from planwatch.ledger.store.connection import Ledger
from tests.support.plans import make_plan
from tests.support.scrapes import instant_of, save_scrape

STAYS = make_plan(gb=99)


@pytest.fixture
def market(ledger: Ledger) -> Ledger:
    plans = [
        make_plan(gb=5, name="Essential SIM"),
        make_plan(gb=50, name="Essential SIM"),
        make_plan(gb=5, term_months=1, name="Classic SIM"),
    ]
    save_scrape(ledger, 2, *plans)
    save_scrape(ledger, 2, plans[0], source="uswitch")
    three = make_plan(brand="Three", gb=25, variant="Lite", name="25GB Lite")
    save_scrape(ledger, 2, three, source="three")
    return ledger


def _histories(ledger: Ledger, text: str) -> list[dict[str, Any]]:
    return load_histories(ledger, [found.row_id for found in find_plans(ledger, text)])


# which plan is meant


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("o2-5gb-24m", "o2-5gb-24m"),
        ("  O2-5GB-24M ", "o2-5gb-24m"),
        ("three", "three-25gb-24m-lite"),  # a beginning that one key alone has
        ("o2:o2-50gb-24m", "o2-50gb-24m"),
        ("O2 50 GB, 24 months", "o2-50gb-24m"),  # its name
        ("24 months 25GB three", "three-25gb-24m-lite"),
        ("LITE, 25 gb", "three-25gb-24m-lite"),
        ("o2 rolling", "o2-5gb-1m"),
        ("1 month 5gb", "o2-5gb-1m"),
        ("O2 50GB", "o2-50gb-24m"),
        ("o2 50 gb", "o2-50gb-24m"),
        ("lite", "three-25gb-24m-lite"),
        ("classic", "o2-5gb-1m"),  # a word of its name
        ("three 25gb lite", "three-25gb-24m-lite"),
    ],
)
def test_a_plan_is_meant_by_its_key_a_beginning_or_words(
    market: Ledger, text: str, key: str
) -> None:
    assert {found.plan_key for found in find_plans(market, text)} == {key}


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("o2-5gb-12m", "no plan is called 'o2-5gb-12m'", "the nearest are o2-5gb-1m"),
        ("three 5gb", "no plan is called", "the nearest are"),
        ("", "no plan is called ''", "the nearest are"),
        ("!?", "no plan is called '!?'", "the nearest are"),
    ],
)
def test_a_plan_that_is_not_clear_is_refused_with_names(
    market: Ledger, text: str, said: str, hint: str
) -> None:
    with pytest.raises(UnknownName) as caught:
        find_plans(market, text)

    assert said in caught.value.message
    assert caught.value.hint is not None
    assert caught.value.hint.startswith(hint)


def test_a_ledger_without_plans_says_how_to_get_some(ledger: Ledger) -> None:
    with pytest.raises(UnknownName) as caught:
        find_plans(ledger, "o2")

    assert caught.value.hint == "there are no plans yet: planwatch scrape --wait"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("o2-5", ["o2:o2-50gb-24m", "o2:o2-5gb-1m", "o2:o2-5gb-24m", "uswitch:o2-5gb-24m"]),
        ("essential", ["o2:o2-50gb-24m", "o2:o2-5gb-24m", "uswitch:o2-5gb-24m"]),
        ("o2 5gb 24m", ["o2:o2-5gb-24m", "uswitch:o2-5gb-24m"]),
        ("uswitch", ["uswitch:o2-5gb-24m"]),
        ("uswitch:o2-5gb-24m", ["uswitch:o2-5gb-24m"]),
        ("O2 5 GB, 24 months at Uswitch", ["uswitch:o2-5gb-24m"]),
    ],
)
def test_words_may_mean_several_plans(market: Ledger, text: str, ids: list[str]) -> None:
    assert [found.plan_id for found in find_plans(market, text)] == ids


def test_several_texts_name_each_plan_once(market: Ledger) -> None:
    found = find_all(market, ["o2 5gb 24m", "uswitch", "lite"])

    assert [each.plan_id for each in found] == [
        "o2:o2-5gb-24m",
        "uswitch:o2-5gb-24m",
        "three:three-25gb-24m-lite",
    ]


def test_too_many_plans_are_refused_with_their_names(market: Ledger) -> None:
    save_scrape(market, 3, *[make_plan(brand="EE", gb=gb) for gb in range(1, 12)], source="ee")

    with pytest.raises(UnknownName) as caught:
        find_plans(market, "ee")

    assert caught.value.message == "'ee' matches 11 plans"
    assert caught.value.hint.startswith("name fewer: EE 10 GB, 24 months; ")
    assert caught.value.hint.endswith(" and 3 more")


# its versions


def test_a_plan_has_a_history_at_each_source(market: Ledger) -> None:
    found = _histories(market, "o2-5gb-24m")

    assert [each["source"] for each in found] == ["o2", "uswitch"]
    assert [each["plan"] for each in found] == [
        "O2 5 GB, 24 months",
        "O2 5 GB, 24 months at Uswitch",
    ]


def test_a_version_says_what_moved_when_and_on_which_page(ledger: Ledger) -> None:
    page = Page(body=b"page", name="plans", url="https://shop.example")
    with ledger.transaction():
        capture = add_capture(
            ledger, job_id=None, source="o2", page=page, sha256="hash", at=instant_of(4)
        )
    save_scrape(ledger, 2, make_plan(gb=5))
    save_scrape(ledger, 3, make_plan(gb=5))
    cut = make_plan(gb=5, price_pence=500, list_price_pence=1000, name="Cheaper")
    save_scrape(ledger, 4, cut, captures={cut.plan_key: capture})

    [found] = _histories(ledger, cut.plan_key)

    first, second = found["versions"]
    assert (found["name"], found["brand"], found["withdrawn_at"]) == ("Cheaper", "O2", None)
    assert (found["first_seen"], found["last_seen"], found["gaps"]) == (
        instant_of(2),
        instant_of(4),
        [],
    )
    assert first == {
        "first_seen": instant_of(2),
        "last_seen": instant_of(3),
        "price_pence": 1000,
        "effective_pence": 1000,
        "printed_effective_pence": 1000,
        "exit_price_pence": 1000,
        "list_price_pence": None,
        "promo_months": None,
        "data_mb": 5000,
        "unlimited": False,
        "term_months": 24,
        "currency": "GBP",
        "is_correction": False,
        "moves": [],
        "capture": None,
    }
    assert [move["kind"] for move in second["moves"]] == ["headline", "promotion", "effective"]
    assert second["moves"][0] == {
        "kind": "headline",
        "before": 1000,
        "after": 500,
        "by_rule": None,
    }
    assert second["capture"] == {
        "page": "plans",
        "url": "https://shop.example",
        "captured_at": instant_of(4),
        "sha256": "hash",
    }


def test_a_version_that_another_parser_read_is_a_correction(ledger: Ledger) -> None:
    save_scrape(ledger, 2, make_plan())
    save_scrape(ledger, 3, make_plan(price_pence=900))
    save_scrape(ledger, 4, make_plan(price_pence=800), is_correction=True)

    [found] = _histories(ledger, make_plan().plan_key)

    assert [each["is_correction"] for each in found["versions"]] == [False, False, True]


# when it was gone


def _gaps(ledger: Ledger) -> list[tuple[str, str | None]]:
    [found] = _histories(ledger, make_plan().plan_key)
    return [(gap["withdrawn_at"], gap["relaunched_at"]) for gap in found["gaps"]]


def test_a_plan_that_came_back_twice_was_gone_twice(ledger: Ledger) -> None:
    for day, is_shown in enumerate("PAAPAAPAA", start=2):
        save_scrape(ledger, day, STAYS, *([make_plan()] if is_shown == "P" else []))

    assert _gaps(ledger) == [
        (instant_of(4), instant_of(5)),
        (instant_of(7), instant_of(8)),
        (instant_of(10), None),
    ]


def test_a_plan_that_was_always_there_was_never_gone(ledger: Ledger) -> None:
    save_scrape(ledger, 2, make_plan())

    assert _gaps(ledger) == []


def test_a_withdrawal_that_a_correction_made_and_took_back_never_was(ledger: Ledger) -> None:
    save_scrape(ledger, 2, STAYS, make_plan())
    save_scrape(ledger, 2, STAYS, rereads=True)
    gone = _gaps(ledger)
    save_scrape(ledger, 2, STAYS, make_plan(), rereads=True)

    assert (gone, _gaps(ledger)) == ([(instant_of(2), None)], [])


def test_a_withdrawal_that_a_correction_made_ends_when_a_scrape_shows_the_plan(
    ledger: Ledger,
) -> None:
    save_scrape(ledger, 2, STAYS, make_plan())
    save_scrape(ledger, 2, STAYS, rereads=True)
    save_scrape(ledger, 5, STAYS, make_plan())

    assert _gaps(ledger) == [(instant_of(2), instant_of(5))]


def test_a_withdrawal_of_the_market_that_another_parser_ends_was_one(ledger: Ledger) -> None:
    for day, is_shown in enumerate("PAA", start=2):
        save_scrape(ledger, day, STAYS, *([make_plan()] if is_shown == "P" else []))
    save_scrape(ledger, 6, STAYS, make_plan(), is_correction=True)

    assert _gaps(ledger) == [(instant_of(4), instant_of(6))]


def test_a_plan_of_an_earlier_ledger_that_is_gone_without_a_change_is_gone(ledger: Ledger) -> None:
    save_scrape(ledger, 2, make_plan())
    ledger.execute("UPDATE plans SET withdrawn_at = ?", (instant_of(4),))

    assert _gaps(ledger) == [(instant_of(4), None)]


def test_a_relaunch_of_an_earlier_ledger_without_its_withdrawal_ends_nothing(
    ledger: Ledger,
) -> None:
    for day, is_shown in enumerate("PAAPAAP", start=2):
        save_scrape(ledger, day, STAYS, *([make_plan()] if is_shown == "P" else []))
    ledger.execute(
        "DELETE FROM changes WHERE kind = 'withdrawn' AND changed_at > ?", (instant_of(5),)
    )
    later = _gaps(ledger)
    ledger.execute("DELETE FROM changes WHERE kind = 'withdrawn'")

    assert (later, _gaps(ledger)) == ([(instant_of(4), instant_of(5))], [])
