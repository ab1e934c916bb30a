from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.analysis.market.market import list_plan
from planwatch.analysis.metrics.baskets import (
    DEFAULT_BASKETS,
    Basket,
    median_pence,
    parse_basket,
    price_basket,
    price_market,
    satisfies,
)
from planwatch.analysis.report.sections.baskets import basket_facts
from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.plan import Plan
from planwatch.errors import UsageError
from tests.support.plans import make_plan
from tests.unit.analysis.strategies import plans

FIFTEEN_GB = Allowance.of_gb(15)


@pytest.mark.parametrize(
    ("basket", "plan", "serves"),
    [
        (Basket(FIFTEEN_GB), {"gb": 15}, True),
        (Basket(FIFTEEN_GB), {"gb": 14}, False),
        (Basket(FIFTEEN_GB), {"gb": None}, True),
        (Basket(UNLIMITED), {"gb": 500}, False),
        (Basket(FIFTEEN_GB, longest_term=12), {"term_months": 12}, True),
        (Basket(FIFTEEN_GB, longest_term=12), {"term_months": 24}, False),
        (Basket(FIFTEEN_GB, longest_term=1), {"term_months": 0}, True),
        (Basket(FIFTEEN_GB, roaming=True), {"roaming": "eu"}, True),
        (Basket(FIFTEEN_GB, roaming=True), {"roaming": "global"}, True),
        (Basket(FIFTEEN_GB, roaming=True), {"roaming": "none"}, False),
        (Basket(FIFTEEN_GB, roaming=True), {"roaming": None}, False),
        (Basket(FIFTEEN_GB, five_g=True), {"generation": "5g"}, True),
        (Basket(FIFTEEN_GB, five_g=True), {"generation": "4g"}, False),
        (Basket(FIFTEEN_GB, five_g=True), {"generation": None}, False),
        (Basket(FIFTEEN_GB), {"roaming": None, "generation": None}, True),
    ],
)
def test_a_plan_serves_a_basket_when_it_states_all_that_is_needed(
    basket: Basket, plan: dict[str, Any], serves: bool
) -> None:
    assert satisfies(make_plan(**plan), basket) is serves


def test_the_market_price_is_the_least_over_brands_with_the_median_beside_it() -> None:
    by_brand = {
        "O2": [list_plan(make_plan(price_pence=1400)), list_plan(make_plan(gb=50))],
        "EE": [list_plan(make_plan(brand="EE", price_pence=1101))],
        "Three": [list_plan(make_plan(brand="Three", gb=5, price_pence=500))],
        "SMARTY": [list_plan(make_plan(brand="SMARTY", price_pence=1500))],
    }

    priced = price_market(Basket(FIFTEEN_GB), by_brand)

    # O2's 50 GB at 1000 serves too; EE 1101, SMARTY 1500; Three's 5 GB does not serve
    assert {brand: item.monthly_pence for brand, item in priced.cheapest.items()} == {
        "O2": 1000,
        "EE": 1101,
        "SMARTY": 1500,
    }
    assert (priced.pence, priced.winners, priced.median_pence) == (1000, ("O2",), 1101)


def test_brands_at_the_same_least_price_all_win() -> None:
    by_brand = {name: [list_plan(make_plan(brand=name))] for name in ("O2", "EE")}

    assert price_market(Basket(FIFTEEN_GB), by_brand).winners == ("O2", "EE")


def test_a_basket_that_nobody_serves_has_no_price_and_no_winner() -> None:
    priced = price_market(Basket(UNLIMITED), {"O2": [list_plan(make_plan())]})

    assert (priced.pence, priced.winners, priced.median_pence) == (None, (), None)
    assert priced.price_at("O2") is None


def test_the_median_of_an_even_number_of_prices_is_rounded_half_up() -> None:
    assert median_pence([1200, 1427]) == 1314  # 1313.5
    assert median_pence([3, 1, 2]) == 2
    assert median_pence([]) is None


def test_the_default_baskets_are_five_needs_by_two_terms_by_roaming() -> None:
    ids = [basket.id for basket in DEFAULT_BASKETS]

    assert len(set(ids)) == 20
    assert ids[:4] == ["5gb-any", "5gb-any-roaming", "5gb-1m", "5gb-1m-roaming"]
    assert ids[-1] == "unlimited-1m-roaming"


def test_a_basket_is_labelled_in_words() -> None:
    full = Basket(Allowance.of_gb(100), longest_term=12, roaming=True, five_g=True)

    assert full.label == "100 GB, up to 12 months, EU roaming, 5G"
    assert Basket(UNLIMITED, longest_term=1).label == "unlimited data, 1 month"
    assert Basket(FIFTEEN_GB).label == "15 GB, any term"


def test_the_facts_of_a_basket_are_one_for_each_brand_that_serves_it() -> None:
    priced = price_market(Basket(FIFTEEN_GB), {"O2": [list_plan(make_plan())], "EE": []})

    [fact] = basket_facts([priced], ["O2", "EE"])

    assert (fact.id, fact.value) == ("basket.15gb-any.o2", 1000)
    assert (fact.subject.words, fact.plan_ids) == ("15 GB, any term at O2", ("o2:o2-25gb-24m",))


@given(st.lists(plans(), max_size=6), plans(), st.sampled_from(DEFAULT_BASKETS))
def test_a_baskets_price_never_rises_when_a_plan_is_added(
    some: list[Plan], one_more: Plan, basket: Basket
) -> None:
    before = price_basket(basket, [list_plan(plan) for plan in some])
    after = price_basket(basket, [list_plan(plan) for plan in (*some, one_more)])

    if before is not None:
        assert after is not None
        assert after.monthly_pence <= before.monthly_pence


@given(plans(), st.sampled_from(("roaming", "generation")), st.sampled_from(DEFAULT_BASKETS))
def test_what_is_not_stated_never_helps_a_plan_to_serve_a_basket(
    plan: Plan, attribute: str, basket: Basket
) -> None:
    asked = Basket(basket.needed, basket.longest_term, basket.roaming, five_g=True)
    unstated = make_plan(**(_values(plan) | {attribute: None}))

    for need in (basket, asked):
        assert satisfies(plan, need) >= satisfies(unstated, need)


def _values(plan: Plan) -> dict[str, Any]:
    return {
        name: getattr(plan, name) for name, field in Plan.__dataclass_fields__.items() if field.init
    }


@pytest.mark.parametrize("basket", DEFAULT_BASKETS, ids=lambda basket: basket.id)
def test_a_basket_is_read_from_its_id(basket: Basket) -> None:
    assert parse_basket(basket.id) == basket


def test_a_basket_of_a_persons_own_may_ask_for_anything() -> None:
    assert parse_basket("30GB-12m-roaming-5g") == Basket(Allowance.of_gb(30), 12, True, True)


@pytest.mark.parametrize("text", ["", "30", "30gb", "0gb-any", "30gb-0m", "30gb-any-fast"])
def test_what_is_no_basket_is_refused_with_how_one_is_written(text: str) -> None:
    with pytest.raises(UsageError, match="is not a usage basket") as caught:
        parse_basket(text)

    assert "50gb-any" in caught.value.hint


def test_a_brands_price_of_a_basket_stands_beside_the_market_and_its_cheapest_rival() -> None:
    by_brand = {
        "O2": [list_plan(make_plan(price_pence=1000))],
        "EE": [list_plan(make_plan(brand="EE", price_pence=800))],
        "Three": [],
    }
    priced = price_market(Basket(FIFTEEN_GB), by_brand)

    behind, ahead = priced.gap_of("O2", priced.pence), priced.gap_of("EE", priced.rival_pence("EE"))

    assert behind is not None
    assert (behind.own_pence, behind.base_pence, behind.pence, behind.percent) == (
        1000,
        800,
        200,
        25.0,
    )
    assert ahead is not None
    assert (ahead.base_pence, ahead.pence) == (1000, -200)
    assert priced.gap_of("Three", priced.pence) is None


def test_a_brand_that_serves_a_basket_alone_has_no_rival_there() -> None:
    priced = price_market(Basket(FIFTEEN_GB), {"O2": [list_plan(make_plan())]})

    assert priced.rival_pence("O2") is None
    assert priced.gap_of("O2", priced.rival_pence("O2")) is None
