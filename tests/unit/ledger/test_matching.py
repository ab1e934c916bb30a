"""Which plan of the ledger a plan on a page is: by id, by key, by figures, and when by nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from planwatch.domain.plan import Plan
from planwatch.ledger.plans.matching import Known, match_plans
from planwatch.ledger.plans.read import StoredOffer, StoredPlan
from planwatch.sources.contract import group_offers
from tests.support.plans import make_plan

SEEN = "2026-11-02T09:00:00.000Z"
EARLIER = "2026-11-01T09:00:00.000Z"


def _lite(**changes: Any) -> Plan:
    return make_plan(**{"variant": "Lite", **changes})


def _known(
    plan_id: int,
    *offers: Plan,
    key: str | None = None,
    withdrawn: bool = False,
    last_seen: str = SEEN,
) -> Known:
    """Return a plan of the ledger with its offers, the cheapest first."""
    stored = StoredPlan(
        plan=offers[0],
        plan_id=plan_id,
        version_id=plan_id,
        plan_key=key or offers[0].plan_key,
        digest="",
        first_seen=EARLIER,
        last_seen=last_seen,
        absences=0,
        withdrawn_at=SEEN if withdrawn else None,
    )
    in_force = {
        offer.offer_key: StoredOffer(plan=offer, last_seen=last_seen)
        for offer in (() if withdrawn else offers)
    }
    return Known(stored, in_force)


def _match(known: Sequence[Known], page: Sequence[Plan], *, is_good: bool = True) -> dict[str, int]:
    """Return the id of the known plan for each key on the page that has one."""
    pairs = match_plans(known, group_offers(page), is_good=is_good)
    return {key: plan.plan_id for key, plan in pairs.items()}


LITE, PLUS = "o2-25gb-24m-lite", "o2-25gb-24m-plus"


# by figures


def test_a_plan_with_another_name_and_the_same_figures_is_renamed() -> None:
    assert _match([_known(1, _lite())], [_lite(variant="Plus")]) == {PLUS: 1}


def test_a_renamed_plan_is_found_among_others_in_any_order() -> None:
    others = [_lite(gb=5, price_pence=800), _lite(gb=100, price_pence=2000), _lite(gb=None)]
    known = [_known(number, plan) for number, plan in enumerate([*others, _lite()], start=1)]
    page = [*others, _lite(variant="Plus")]

    assert _match(known, page) == _match(known[::-1], page[::-1])
    assert _match(known, page)[PLUS] == 4


def test_every_plan_of_a_brand_may_be_renamed_at_once() -> None:
    sizes = [(5, 800), (25, 1000), (100, 2000)]
    known = [_known(gb, make_plan(gb=gb, price_pence=pence, variant="Lite")) for gb, pence in sizes]
    page = [make_plan(gb=gb, price_pence=pence, variant="Plus") for gb, pence in sizes]

    assert _match(known, page) == {f"o2-{gb}gb-24m-plus": gb for gb, _ in sizes}


@pytest.mark.parametrize(
    "appeared",
    [
        {"gb": 30, "variant": "Plus"},
        {"term_months": 12, "variant": "Plus"},
        {"price_pence": 1001, "variant": "Plus"},
        {"currency": "EUR", "variant": "Plus"},
        {"brand": "Three", "source": "o2", "variant": "Plus"},
        {"gb": 30, "term_months": 12},
    ],
)
def test_a_plan_that_differs_in_two_things_is_another_plan(appeared: dict[str, Any]) -> None:
    assert _match([_known(1, _lite())], [_lite(**appeared)]) == {}


def test_the_data_without_a_promotion_are_what_must_agree() -> None:
    base = _lite().allowance
    doubled = _lite(gb=50, base_allowance=base)

    assert _match([_known(1, doubled)], [_lite(variant="Plus")]) == {PLUS: 1}
    assert _match([_known(1, doubled)], [_lite(gb=50, variant="Plus")]) == {}


@pytest.mark.parametrize(
    ("vanished", "appeared"), [(("Lite", "Max"), ("Plus",)), (("Lite",), ("Plus", "Extra"))]
)
def test_of_several_with_the_same_figures_none_is_guessed(
    vanished: tuple[str, ...], appeared: tuple[str, ...]
) -> None:
    known = [_known(number, _lite(variant=name)) for number, name in enumerate(vanished)]

    assert _match(known, [_lite(variant=name) for name in appeared]) == {}


def test_two_that_vanished_and_two_that_appeared_are_not_guessed_between() -> None:
    known = [_known(1, _lite()), _known(2, _lite(variant="Max"))]

    assert _match(known, [_lite(variant="Plus"), _lite(variant="Extra")]) == {}


def test_a_plan_that_is_still_on_the_page_makes_no_doubt() -> None:
    known = [_known(1, _lite()), _known(2, _lite(variant="Max"))]

    assert _match(known, [_lite(variant="Plus"), _lite(variant="Max")]) == {
        PLUS: 1,
        "o2-25gb-24m-max": 2,
    }


def test_a_partial_reading_pairs_nothing_by_figures() -> None:
    for other in ({"variant": "Plus"}, {"gb": 30}, {"term_months": 12}):
        assert _match([_known(1, _lite())], [_lite(**other)], is_good=False) == {}


def test_a_withdrawn_plan_is_not_taken_up_under_another_name() -> None:
    assert _match([_known(1, _lite(), withdrawn=True)], [_lite(variant="Plus")]) == {}


def test_names_that_are_swapped_stay_with_their_keys() -> None:
    known = [_known(1, _lite()), _known(2, _lite(variant="Plus", price_pence=1500))]
    page = [_lite(price_pence=1500), _lite(variant="Plus")]

    assert _match(known, page) == {LITE: 1, PLUS: 2}


def test_a_name_that_differs_in_case_alone_is_the_same_for_other_data() -> None:
    for other in ({"gb": 30}, {"term_months": 12}):
        (found,) = _match([_known(1, _lite())], [_lite(variant="LITE!", **other)]).values()

        assert found == 1


def test_a_rename_comes_before_other_data_and_other_data_before_another_term() -> None:
    more, longer = _lite(gb=30), _lite(term_months=12)

    assert _match([_known(1, _lite())], [longer, more, _lite(variant="Plus")]) == {PLUS: 1}
    assert _match([_known(1, _lite())], [longer, more]) == {more.plan_key: 1}
    assert _match([_known(1, _lite())], [longer]) == {longer.plan_key: 1}


# by id at the source


def test_an_id_at_the_source_names_a_plan_whatever_else_moved() -> None:
    moved = _lite(source_ref="A", variant="Plus", gb=50, term_months=12, price_pence=2500)

    assert _match([_known(1, _lite(source_ref="A"))], [moved]) == {moved.plan_key: 1}
    assert _match([_known(1, _lite(source_ref="A"))], [moved], is_good=False) == {moved.plan_key: 1}


def test_ids_come_before_figures() -> None:
    known = [_known(1, _lite(source_ref="A")), _known(2, _lite(variant="Max", source_ref="B"))]
    page = [_lite(variant="Plus", source_ref="B"), _lite(variant="Extra", source_ref="A")]

    assert _match(known, page) == {PLUS: 2, "o2-25gb-24m-extra": 1}


def test_names_that_are_swapped_with_their_ids_move_their_plans() -> None:
    known = [
        _known(1, _lite(source_ref="A")),
        _known(2, _lite(variant="Plus", source_ref="B", price_pence=1500)),
    ]
    page = [_lite(source_ref="B", price_pence=1500), _lite(variant="Plus", source_ref="A")]

    assert _match(known, page) == {LITE: 2, PLUS: 1}


def test_an_id_that_two_plans_of_the_ledger_share_names_neither() -> None:
    known = [
        _known(1, _lite(source_ref="A")),
        _known(2, _lite(variant="Max", source_ref="A", price_pence=1100)),
    ]

    assert _match(known, [_lite(variant="Plus", source_ref="A", price_pence=1200)]) == {}


def test_an_id_that_two_plans_of_the_page_share_names_neither() -> None:
    page = [
        _lite(variant="Plus", source_ref="A", price_pence=1200),
        _lite(variant="Max", source_ref="A", price_pence=1300),
    ]

    assert _match([_known(1, _lite(source_ref="A"))], page) == {}


def test_plans_without_an_id_share_none() -> None:
    other = _lite(variant="Plus", gb=50, price_pence=2000)

    assert _match([_known(1, _lite(source_ref=None))], [replace(other, source_ref=None)]) == {}


def test_an_id_means_a_plan_of_its_brand_alone() -> None:
    other = _lite(brand="Three", source="o2", source_ref="A", price_pence=1200)

    assert _match([_known(1, _lite(source_ref="A"))], [other]) == {}


def test_the_ids_of_one_plan_that_lead_to_two_keys_name_neither() -> None:
    known = _known(1, _lite(retailer="A", source_ref="A"), _lite(retailer="B", source_ref="B"))
    page = [
        _lite(variant="Plus", retailer="A", source_ref="A", price_pence=1200),
        _lite(variant="Max", retailer="B", source_ref="B", price_pence=1300),
    ]

    assert _match([known], page) == {}


def test_the_ids_of_two_plans_that_lead_to_one_key_name_neither() -> None:
    known = [
        _known(1, _lite(retailer="A", source_ref="A")),
        _known(2, _lite(variant="Max", retailer="B", source_ref="B", price_pence=1100)),
    ]
    page = [
        _lite(variant="Plus", retailer="A", source_ref="A", price_pence=1200),
        _lite(variant="Plus", retailer="B", source_ref="B", price_pence=1200),
    ]

    assert _match(known, page) == {}


def test_in_a_partial_reading_an_id_moves_no_plan_of_which_an_offer_is_missing() -> None:
    known = _known(1, _lite(retailer="A", source_ref="A"), _lite(retailer="B", source_ref="B"))
    moved = _lite(variant="Plus", retailer="A", source_ref="A", price_pence=1200)

    assert _match([known], [moved], is_good=False) == {}
    assert _match([known], [moved]) == {PLUS: 1}


def test_in_a_partial_reading_an_id_moves_a_plan_that_was_read_whole() -> None:
    known = _known(1, _lite(retailer="A", source_ref="A"), _lite(retailer="B", source_ref="B"))
    page = [
        _lite(variant="Plus", retailer=name, source_ref=name, price_pence=1200)
        for name in ("A", "B", "C")
    ]

    assert _match([known], page, is_good=False) == {PLUS: 1}


def test_a_plan_whose_key_still_shows_one_of_its_ids_stays_there() -> None:
    known = _known(1, _lite(retailer="A", source_ref="A"), _lite(retailer="B", source_ref="B"))
    page = [_lite(retailer="B", source_ref="B"), _lite(variant="Plus", source_ref="A")]

    assert _match([known], page) == {LITE: 1}


def test_a_plan_whose_key_shows_an_id_of_it_stays_there_though_others_have_that_id_too() -> None:
    known = [
        _known(1, _lite(retailer="A", source_ref="A"), _lite(retailer="B", source_ref="B")),
        _known(2, _lite(variant="Max", retailer="B", source_ref="B", price_pence=1500)),
    ]
    page = [
        _lite(retailer="B", source_ref="B"),
        _lite(variant="Max", retailer="B", source_ref="B", price_pence=1500),
        _lite(variant="Plus", retailer="A", source_ref="A", price_pence=1200),
    ]

    assert _match(known, page) == {LITE: 1, "o2-25gb-24m-max": 2}


def test_a_plan_that_moved_by_its_id_leaves_its_key_to_another_one() -> None:
    page = [_lite(source_ref="B", price_pence=1200), _lite(variant="Plus", source_ref="A")]

    assert _match([_known(1, _lite(source_ref="A"))], page) == {PLUS: 1}


# by key


def test_a_key_names_a_plan_whatever_its_id_is_now() -> None:
    known = [_known(1, _lite(source_ref="A"))]

    assert _match(known, [_lite(source_ref="B", price_pence=1500)], is_good=False) == {LITE: 1}


def test_a_plan_in_force_comes_before_a_withdrawn_one() -> None:
    known = [
        _known(1, _lite(source_ref="A"), withdrawn=True),
        _known(2, _lite(variant="Max", source_ref="A", price_pence=1500)),
    ]

    assert _match(known, [_lite(source_ref="A")]) == {LITE: 2}


def test_a_withdrawn_plan_is_known_by_its_key_and_by_its_id() -> None:
    for page in ([_lite()], [_lite(variant="Plus", source_ref="A", price_pence=1500)]):
        known = [_known(1, _lite(source_ref="A"), withdrawn=True)]

        assert list(_match(known, page).values()) == [1]


# keys of an earlier version


def test_a_key_that_was_made_with_a_badge_is_the_key_without_it() -> None:
    worn = _known(1, _lite(variant="Lite | Best seller"), key="o2-25gb-24m-lite-best-seller")

    for is_good in (True, False):
        assert _match([worn], [_lite(price_pence=1500)], is_good=is_good) == {LITE: 1}


def test_of_two_keys_that_a_badge_made_the_plain_one_counts_else_the_one_seen_last() -> None:
    old = _known(1, _lite(), key="o2-25gb-24m-lite-new", last_seen=EARLIER)
    recent = _known(2, _lite(), key="o2-25gb-24m-lite-ends-monday")
    plain = _known(3, _lite(), last_seen=EARLIER)

    assert _match([old, recent], [_lite()]) == {LITE: 2}
    assert _match([recent, old], [_lite()]) == {LITE: 2}
    assert _match([old, recent, plain], [_lite()]) == {LITE: 3}


def test_a_plan_whose_key_another_one_took_does_not_take_it_back() -> None:
    robbed = _known(1, _lite(), key=f"{LITE}~1")

    assert _match([robbed], [_lite(price_pence=1500)]) == {}


def test_nothing_known_and_nothing_read_are_no_pairs() -> None:
    assert _match([], [_lite()]) == {}
    assert _match([_known(1, _lite())], []) == {}
