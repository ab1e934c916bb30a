"""The sentences of `cheapest`: each kind of answer, and what bounds it."""

from __future__ import annotations

from typing import Any

import pytest

from planwatch.domain.record import plan_record
from planwatch.views.market.cheapest_words import list_remarks, say_answer, say_asked
from tests.support.plans import make_plan

ASKED: dict[str, Any] = {
    "data_mb": 50_000,
    "unlimited": False,
    "max_term_months": None,
    "roaming": None,
    "generation": None,
    "eu_days": None,
    "brands": [],
    "excluded": [],
}


def _plan(pence: int, *, missing: tuple[str, ...] = (), **values: Any) -> dict[str, Any]:
    plan = make_plan(price_pence=pence, term_months=1, gb=50)
    return {
        **plan_record(plan),
        "missing": list(missing),
        "comparable_pence": pence,
        "trip_pence": None,
        "cost_with_trip_pence": None,
        **values,
    }


def _found(*plans: dict[str, Any], **values: Any) -> dict[str, Any]:
    base = {"asked": ASKED, "total": len(plans), "plans": plans, "not_stated": [], "left_out": []}
    return {**base, **values}


@pytest.mark.parametrize(
    ("plans", "said"),
    [
        ((), "No plan in force is known to give what is asked for: 50 GB or more."),
        (
            (_plan(1000),),
            "O2 50 GB, 1 month at £10.00 is the only plan known to give what is asked for.",
        ),
        (
            (_plan(1000), _plan(1100, brand="EE")),
            "O2 50 GB, 1 month at £10.00 is the cheapest of 2; £1.00 less than the next, "
            "EE 50 GB, 1 month.",
        ),
        (
            (_plan(1000), _plan(1000, brand="EE"), _plan(1100)),
            "O2 50 GB, 1 month and EE 50 GB, 1 month at £10.00 are the cheapest of 3.",
        ),
        (
            tuple(_plan(1000, brand=brand) for brand in "ABCDE"),
            "A 50 GB, 1 month, B 50 GB, 1 month and C 50 GB, 1 month and 2 more at £10.00 are the "
            "cheapest of 5.",
        ),
    ],
)
def test_the_answer_names_the_cheapest_and_how_far_the_next_is(
    plans: tuple[dict[str, Any], ...], said: str
) -> None:
    assert say_answer(_found(*plans)) == said


@pytest.mark.parametrize(
    ("values", "cost"),
    [
        ({"price_pence": 900}, "at an effective £10.00 (headline £9.00)"),
        ({"may_rise": True}, "at £10.00 (it may rise within the term)"),
        (
            {"comparable_pence": 1015, "billing_days": 30},
            "at a comparable £10.15 (headline £10.00)",
        ),
        ({"condition": "Clubcard"}, "(Clubcard) at £10.00"),
    ],
)
def test_a_cost_that_is_not_the_headline_says_what_it_is(values: dict[str, Any], cost: str) -> None:
    assert cost in say_answer(_found(_plan(1000, **values)))


def test_a_cost_with_days_abroad_has_the_headline_and_the_effective_cost_beside() -> None:
    values: dict[str, Any] = {
        "effective_pence": 1100,
        "comparable_pence": 1100,
        "cost_with_trip_pence": 1421,
    }
    found = _found(_plan(1000, trip_pence=3850, **values), asked={**ASKED, "eu_days": 14})

    assert (
        "at £14.21 a month with 14 days a year in the EU (headline £10.00, effective £11.00) is"
        in say_answer(found)
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "50 GB or more"),
        ({"data_mb": None, "unlimited": True}, "unlimited data"),
        ({"max_term_months": 12}, "50 GB or more, up to 12 months"),
        ({"max_term_months": 0}, "50 GB or more, pay as you go"),
        ({"roaming": "global", "generation": "5g"}, "50 GB or more, global roaming, 5G"),
        ({"eu_days": 1, "brands": ["O2", "EE"]}, "50 GB or more, 1 day a year in the EU, from O2"),
        ({"excluded": ["O2"]}, "50 GB or more, without O2"),
    ],
)
def test_what_was_asked_for_is_said_in_words(values: dict[str, Any], said: str) -> None:
    assert say_asked({**ASKED, **values}).startswith(said)


@pytest.mark.parametrize(
    ("missing", "number", "said"),
    [
        (("roaming",), 1, "1 plan that does not state its roaming (1 costs less than the first):"),
        (("roaming",), 3, "3 plans that do not state their roaming (3 cost less than the first):"),
        (("trip",), 2, "2 plans that have no known charge in the EU (2 cost less than the first w"),
        (("generation",), 6, "; and 1 more."),
        (("roaming", "generation"), 1, "that does not state its roaming and does not state 4G"),
    ],
)
def test_what_is_set_apart_is_counted_and_named(
    missing: tuple[str, ...], number: int, said: str
) -> None:
    apart = [_plan(900 + place, missing=missing) for place in range(number)]

    assert said in list_remarks(_found(_plan(1000), not_stated=apart))[0]


def test_plans_left_out_are_named_with_the_reason() -> None:
    left_out = ["O2 5 GB, 1 month: it has no price", "EE 5 GB, 1 month: priced in EUR, not in GBP"]

    assert list_remarks(_found(_plan(1000), left_out=left_out)) == [
        "2 plans are left out: O2 5 GB, 1 month: it has no price; "
        "EE 5 GB, 1 month: priced in EUR, not in GBP."
    ]
