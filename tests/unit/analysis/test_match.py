"""Match is the inverse of what-if, to the penny, over any market."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planwatch.analysis.market.like_for_like import Terms
from planwatch.analysis.market.market import Listing, Market, build_market, find_cheapest
from planwatch.analysis.match import Headline, Matched, Matching, match_tariff
from planwatch.analysis.metrics.tariff import Tariff
from planwatch.analysis.pricing import NOBODY, Pricing
from planwatch.analysis.what_if import place_tariff
from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.plan import Plan
from planwatch.domain.rise_table import load_rise_rules
from tests.support.plans import make_plan

DAY: Final = date(2026, 11, 16)
_BRANDS: Final = ("O2", "EE", "Three", "Vodafone", "Lebara")
_DATA: Final = st.sampled_from((5_000, 25_000, 100_000, None))


def _ruled(plan: Plan) -> Plan:
    return plan.with_rules(load_rise_rules().of(plan.brand))


def _allowance(data_mb: int | None) -> Allowance:
    return UNLIMITED if data_mb is None else Allowance(data_mb)


_PLANS: Final = st.builds(
    lambda **values: _ruled(make_plan(as_of=DAY, **values)),
    brand=st.sampled_from(_BRANDS),
    allowance=_DATA.map(_allowance),
    term_months=st.sampled_from((1, 12, 24)),
    price_pence=st.integers(300, 3000),
    roaming=st.sampled_from((None, "none", "eu")),
    roaming_mb=st.sampled_from((None, 5_000, 25_000)),
    max_speed_mbps=st.sampled_from((None, None, 10)),
    variant=st.integers(1, 10**6).map(str),
)
_TARIFFS: Final = st.builds(
    lambda promo, **values: Tariff(**values, **(promo if values["term_months"] > 6 else {})),
    promo=st.sampled_from(
        ({}, {"promo_pence": 500, "promo_months": 6}, {"promo_pence": 1, "promo_months": 3})
    ),
    brand=st.sampled_from(_BRANDS),
    allowance=_DATA.map(_allowance),
    term_months=st.sampled_from((1, 12, 24)),
    price_pence=st.just(5_000),
    rise_pence=st.sampled_from((None, 0, 300)),
    roaming=st.sampled_from((None, "none", "eu")),
    roaming_mb=st.sampled_from((None, 5_000)),
    max_speed_mbps=st.sampled_from((None, None, 10)),
)


def _cost_at(tariff: Tariff, pence: int, market: Market) -> int:
    """Return what `what-if` says of the tariff at a headline."""
    promo = tariff.promo_pence
    priced = replace(
        tariff, price_pence=pence, promo_pence=None if promo is None else min(promo, pence)
    )
    placed = place_tariff(priced, market, (), load_rise_rules().of(tariff.brand))
    return placed.item.monthly_pence


def _is_highest(headline: Headline | None, limit: int, tariff: Tariff, market: Market) -> bool:
    """Tell whether a headline is the highest within a cost, by `what-if` alone."""
    above = (headline.pence if headline else 0) + 1
    halves = [] if tariff.promo_pence is None else [2 * tariff.promo_pence + n for n in (-1, 0, 1)]
    dearer = [price for price in (*range(above, above + 4), *halves) if price >= above]
    fits = headline is None or (
        _cost_at(tariff, headline.pence, market) == headline.effective_pence <= limit
    )
    return fits and all(_cost_at(tariff, price, market) > limit for price in dearer)


@settings(max_examples=500, deadline=None)
@given(
    _TARIFFS,
    st.lists(_PLANS, min_size=1, max_size=12),
    st.sets(st.sampled_from(_BRANDS), max_size=2),
    st.integers(-300, 300),
    st.sampled_from((0, 0, 900)),
)
def test_what_if_confirms_every_headline_to_the_penny(
    tariff: Tariff, plans: list[Plan], peers: set[str], premium: int, floor: int
) -> None:
    pricing = Pricing(peers=tuple(peers), premium_pence=premium, floor_pence=floor)

    market = build_market(plans)
    found = match_tariff(tariff, market, load_rise_rules().of(tariff.brand), pricing)

    for each in (found.like_for_like, found.peers, found.overall):
        if each is not None:
            cost = each.rival.monthly_pence
            assert _is_highest(each.match, cost, tariff, market)
            assert _is_highest(each.beat, cost - 1, tariff, market)
    advice = found.recommended
    basis = found.peers if peers else found.like_for_like
    assert (advice is None) is (basis is None)
    if advice is not None and basis is not None:
        assert advice.rival == basis.rival
        assert advice.target_pence == basis.rival.monthly_pence + premium
        if advice.is_floor:
            assert advice.headline is not None
            assert advice.headline.pence == floor
            assert _cost_at(tariff, floor, market) == advice.headline.effective_pence
            assert advice.headline.effective_pence > advice.target_pence or floor == 1
        else:
            assert _is_highest(advice.headline, advice.target_pence, tariff, market)


@settings(deadline=None)
@given(_TARIFFS, st.lists(_PLANS, min_size=1, max_size=12))
def test_the_rivals_are_those_of_the_definition(tariff: Tariff, market: list[Plan]) -> None:
    found = match_tariff(tariff, build_market(market))

    mine = found.plan
    others = [item for item in build_market(market).listings if item.plan.brand != tariff.brand]
    big = [item for item in others if item.plan.allowance.covers(tariff.allowance)]
    covering = [item for item in big if item.plan.term_months <= tariff.term_months]
    fair = [item for item in covering if _gives_no_less(item.plan, mine)]
    same = [
        item
        for item in fair
        if (item.plan.allowance, item.plan.term_months) == (mine.allowance, mine.term_months)
    ]
    assert _rival(found.overall) == find_cheapest(covering)
    assert _rival(found.like_for_like) == find_cheapest(same or fair)
    assert found.overall is None or found.overall.shortfall == Terms.of(mine).shortfall_of(
        Terms.of(found.overall.rival.plan)
    )
    any_term = find_cheapest(item for item in big if _gives_no_less(item.plan, mine))
    like = _rival(found.like_for_like)
    is_cheaper = any_term is not None and (
        like is None or any_term.monthly_pence < like.monthly_pence
    )
    assert found.longer == (any_term if is_cheaper else None)


def _rival(matching: Matching | None) -> Listing | None:
    return None if matching is None else matching.rival


def _gives_no_less(rival: Plan, mine: Plan) -> bool:
    """Tell whether a rival is known to give as much: the plain definition."""
    rank = {None: 0, "none": 0, "eu": 1, "global": 2}
    cap, its = mine.max_speed_mbps, rival.max_speed_mbps
    if its is not None and (cap is None or its < cap):
        return False
    if rank[rival.roaming] < rank[mine.roaming]:
        return False
    abroad = mine.roaming_mb if mine.roaming in ("eu", "global") else None
    return abroad is None or (rival.roaming_mb is not None and rival.roaming_mb >= abroad)


def _match(*rivals: Plan, pricing: Pricing = NOBODY, **tariff: Any) -> Matched:
    values: dict[str, Any] = {
        "brand": "O2",
        "allowance": Allowance.of_gb(100),
        "term_months": 24,
        "price_pence": 2000,
        **tariff,
    }
    return match_tariff(Tariff(**values), build_market(rivals), (), pricing)


def test_a_capped_rival_is_no_equivalent_of_an_uncapped_tariff_and_says_what_it_lacks() -> None:
    capped = make_plan(brand="Vodafone", gb=None, price_pence=1700, max_speed_mbps=10)
    full = make_plan(brand="EE", gb=None, price_pence=2500)

    found = _match(capped, full, allowance=UNLIMITED)

    assert found.like_for_like is not None
    assert found.overall is not None
    assert found.like_for_like.rival.plan.brand == "EE"
    assert (found.overall.rival.plan.brand, found.overall.shortfall.lacks) == (
        "Vodafone",
        ("full speed",),
    )


@pytest.mark.parametrize(
    ("rival", "lacks", "unstated"),
    [
        ({"roaming": "none"}, ("EU roaming",), ()),
        ({"roaming": None}, (), ("EU roaming",)),
        ({"roaming": "eu", "roaming_mb": 12_000}, ("25 GB of data abroad",), ()),
        ({"roaming": "eu", "roaming_mb": None}, (), ("how much data is usable abroad",)),
        ({"roaming": "global", "roaming_mb": 25_000}, (), ()),
    ],
)
def test_to_lack_roaming_and_not_to_state_it_are_two_things(
    rival: dict[str, Any], lacks: tuple[str, ...], unstated: tuple[str, ...]
) -> None:
    found = _match(
        make_plan(brand="EE", gb=100, price_pence=1500, **rival), roaming="eu", roaming_mb=25_000
    )

    assert found.overall is not None
    assert (found.overall.shortfall.lacks, found.overall.shortfall.unstated) == (lacks, unstated)
    assert (found.like_for_like is None) is bool(lacks or unstated)


def test_advice_is_against_the_peers_with_the_premium_and_stops_at_the_floor() -> None:
    market = [
        make_plan(brand="Lebara", gb=100, price_pence=700),
        make_plan(brand="EE", gb=100, price_pence=1500),
    ]

    free = _match(*market).recommended
    peer = _match(*market, pricing=Pricing(peers=("EE",), premium_pence=100)).recommended
    floor = _match(*market, pricing=Pricing(floor_pence=900)).recommended

    assert [each and (each.headline, each.is_floor) for each in (free, peer, floor)] == [
        (Headline(pence=700, effective_pence=700), False),
        (Headline(pence=1600, effective_pence=1600), False),
        (Headline(pence=900, effective_pence=900), True),
    ]


def test_what_the_price_does_to_the_brands_own_plans_is_said() -> None:
    own = [
        make_plan(gb=50, price_pence=1800),
        make_plan(gb=200, price_pence=1200),
        make_plan(gb=100, price_pence=2000, variant="Classic"),
    ]

    found = _match(
        *own, make_plan(brand="EE", gb=100, price_pence=1500), roaming="eu", generation="5g"
    )

    assert found.current is not None
    assert found.current.plan.variant == "Classic"
    assert [item.plan.allowance for item in found.dominated] == [Allowance.of_gb(50)]
    assert [item.plan.allowance for item in found.dominating] == [Allowance.of_gb(200)]
