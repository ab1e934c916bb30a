"""The sweeps and staircases give what the plain definitions give, pair by pair, over any market."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from planwatch.analysis.market.market import Listing, find_cheapest, list_plan
from planwatch.analysis.metrics.baskets import Basket, price_basket, satisfies
from planwatch.analysis.metrics.frontier import (
    dominates,
    find_dominated,
    find_every_dominator,
    find_frontier_pence,
    find_unknowns,
    is_dominated,
)
from planwatch.analysis.metrics.gap import find_gap
from planwatch.analysis.metrics.ladder import pair_ladders
from planwatch.analysis.metrics.price_to_match import data_to_match
from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.plan import Plan
from tests.support.plans import make_plan

_ROAMING: Final = {None: 0, "none": 0, "eu": 1, "global": 2}
_GENERATION: Final = {None: 0, "4g": 0, "5g": 1}
_SIZES: Final = (500, 5_000, 10_000, 10_300, 10_700, 25_000, None)


_FEATURES: Final = st.fixed_dictionaries(
    {
        "term_months": st.sampled_from((0, 1, 12, 24)),
        "roaming": st.sampled_from((None, "none", "eu", "global")),
        "roaming_mb": st.sampled_from((None, 5_000, 12_000)),
        "generation": st.sampled_from((None, "4g", "5g")),
        "max_speed_mbps": st.sampled_from((None, None, 0, 10, 100)),
    }
)


@st.composite
def _markets(draw: st.DrawFn) -> list[Listing]:
    """Return plans in any order, each once, of which some are offers of one plan.

    Many share their features, so that there is more to decide than who roams.
    """
    kinds = draw(st.lists(_FEATURES, min_size=1, max_size=6))
    plans = draw(
        st.lists(
            st.builds(
                lambda features, **values: make_plan(**features, **values),
                st.sampled_from(kinds),
                brand=st.sampled_from(("O2", "EE", "Three")),
                allowance=st.sampled_from([Allowance(mb) if mb else UNLIMITED for mb in _SIZES]),
                price_pence=st.integers(500, 504),
            ),
            min_size=1,
            max_size=16,
        )
    )
    names = st.integers(0, len(plans) // 2)
    return [
        replace(list_plan(plan), plan_id=f"shop:{at:02}", identity=str(draw(names)))
        for at, plan in enumerate(plans)
    ]


def _points(item: Listing) -> tuple[tuple[float, bool], ...]:
    """Return cost, data, term, roaming, generation and speed, and whether the plan states each."""
    plan = item.plan
    speed = plan.max_speed_mbps
    top = float("inf") if speed is None and plan.generation is not None else float(speed or 0)
    return (
        (-item.monthly_pence, True),
        (plan.allowance.sort_key, True),
        (-plan.term_months, True),
        (_ROAMING[plan.roaming], plan.roaming is not None),
        (plan.roaming_mb or 0, plan.roaming == "none" or plan.roaming_mb is not None),
        (_GENERATION[plan.generation], plan.generation is not None),
        (top, top > 0),
    )


def _dominates(a: Listing, b: Listing) -> bool:
    points = list(zip(_points(a), _points(b), strict=True))
    return (
        a.identity != b.identity
        and all(mine >= its for (mine, _), (its, _) in points)
        and any(mine > its and known and stated for (mine, known), (its, stated) in points)
    )


def _first_dominator(item: Listing, rivals: Sequence[Listing]) -> Listing | None:
    """Return the cheapest certain dominator, else the cheapest; of equals the one that is best."""
    by_id = sorted(rivals, key=lambda rival: rival.plan_id)
    best_first = sorted(
        by_id, key=lambda rival: [value for value, _ in _points(rival)], reverse=True
    )
    beating = [rival for rival in best_first if _dominates(rival, item)]
    certain = [rival for rival in beating if not find_unknowns(item, rival)]
    return next(iter([*certain, *beating]), None)


@given(_markets())
def test_every_dominated_plan_and_its_dominator_are_those_of_the_definition(
    market: list[Listing],
) -> None:
    verdicts = find_dominated(market, market)

    expected = [
        (item, dominator)
        for item in market
        if (dominator := _first_dominator(item, market)) is not None
    ]
    assert [(verdict.item, verdict.dominator) for verdict in verdicts] == expected
    for item in market:
        assert is_dominated(item, market) is any(_dominates(rival, item) for rival in market)


@given(_markets())
def test_one_pair_is_judged_as_the_definition_has_it(market: list[Listing]) -> None:
    for a in market:
        for b in market[:3]:
            assert dominates(a, b) is _dominates(a, b)


@given(_markets())
def test_all_dominators_of_a_plan_are_those_of_the_definition(market: list[Listing]) -> None:
    item, rivals = market[0], market

    found = find_every_dominator(item, rivals)

    beating = [rival for rival in rivals if _dominates(rival, item)]
    ordered = sorted(beating, key=lambda rival: (rival.monthly_pence, rival.plan_id))
    assert [verdict.dominator for verdict in found] == ordered


@given(_markets())
def test_what_a_verdict_says_is_worked_out_of_its_two_plans(market: list[Listing]) -> None:
    for verdict in find_dominated(market, market):
        own, rival = _points(verdict.item)[1:], _points(verdict.dominator)[1:]
        gives_more = any(
            its > mine and known and stated
            for (mine, known), (its, stated) in zip(own, rival, strict=True)
        )

        pence = verdict.dominator.monthly_pence
        assert verdict.gap_pence == verdict.item.monthly_pence - pence
        assert verdict.ends_at_pence == pence - gives_more


@given(_markets())
def test_the_frontier_price_is_the_highest_that_the_definition_leaves_undominated(
    market: list[Listing],
) -> None:
    item = market[0]

    limit = find_frontier_pence(item, market)

    def is_beaten_at(pence: int) -> bool:
        return any(_dominates(rival, replace(item, monthly_pence=pence)) for rival in market)

    if limit is None:
        assert not is_beaten_at(10**6)
    else:
        assert is_beaten_at(limit + 1)
        assert not is_beaten_at(limit)


@given(_markets())
def test_the_least_data_to_match_is_the_first_whole_gb_that_nobody_dominates(
    market: list[Listing],
) -> None:
    item, rivals = market[0], market[1:]

    enough = data_to_match(item, rivals)

    if not any(_dominates(rival, item) for rival in rivals):
        assert enough == item.plan.allowance
        return
    tried = (
        replace(item, plan=replace(item.plan, allowance=Allowance.of_gb(gb))) for gb in range(1, 28)
    )
    own_mb = item.plan.allowance.data_mb or 0
    free = [
        each.plan.allowance
        for each in tried
        if (each.plan.allowance.data_mb or 0) >= own_mb
        and not any(_dominates(rival, each) for rival in rivals)
    ]
    beaten_by_all = any(
        rival.plan.allowance.unlimited for rival in rivals if _dominates(rival, item)
    )
    assert enough == (None if beaten_by_all else free[0])


def _gives_no_less(rival: Plan, mine: Plan) -> bool:
    """Tell whether a rival is known to give as much in speed and roaming as a plan states."""
    cap, its = mine.max_speed_mbps, rival.max_speed_mbps
    abroad = mine.roaming_mb if mine.roaming in ("eu", "global") else None
    return (
        not (its and (not cap or its < cap))
        and _ROAMING[rival.roaming] >= _ROAMING[mine.roaming]
        and (abroad is None or (rival.roaming_mb or 0) >= abroad)
    )


@given(_markets())
def test_the_rival_of_a_gap_is_the_cheapest_of_the_size_or_that_covers_it(
    market: list[Listing],
) -> None:
    item, rivals = market[0], market[1:]
    size = (item.plan.allowance, item.plan.term_months)

    gap = find_gap(item, rivals)

    equal = [rival for rival in rivals if _gives_no_less(rival.plan, item.plan)]
    same = find_cheapest(
        rival for rival in equal if (rival.plan.allowance, rival.plan.term_months) == size
    )
    covering = find_cheapest(
        rival
        for rival in equal
        if rival.plan.allowance.covers(size[0]) and rival.plan.term_months <= size[1]
    )
    assert (gap and gap.rival) == (same or covering)
    assert (gap and gap.basis) == ("same" if same else "covers" if covering else None)


@given(_markets(), st.sampled_from((None, 1, 12)), st.booleans(), st.booleans())
def test_a_basket_is_served_by_the_cheapest_plan_that_satisfies_it(
    market: list[Listing], term: int | None, roaming: bool, five_g: bool
) -> None:
    basket = Basket(Allowance.of_gb(10), term, roaming, five_g)

    found = price_basket(basket, market)

    assert found == find_cheapest(item for item in market if satisfies(item.plan, basket))


@given(_markets())
def test_two_ladders_are_paired_at_every_size_that_either_sells(market: list[Listing]) -> None:
    half = len(market) // 2
    a, b = market[:half], market[half:]

    pairs = pair_ladders(a, b)

    sizes = {(item.plan.allowance, item.plan.term_months) for item in market}
    assert [(pair.allowance, pair.term_months) for pair in pairs] == sorted(
        sizes, key=lambda size: (size[0].sort_key, size[1])
    )
    for pair in pairs:
        size = (pair.allowance, pair.term_months)
        of_a, of_b = (
            [item for item in side if (item.plan.allowance, item.plan.term_months) == size]
            for side in (a, b)
        )
        full_a, full_b = (
            [item for item in side if item.plan.max_speed_mbps is None] for side in (of_a, of_b)
        )
        if full_a and full_b:
            of_a, of_b = full_a, full_b
        own = find_cheapest(of_a)
        equal = [item for item in of_b if own is None or _gives_no_less(item.plan, own.plan)]
        assert (pair.a, pair.b) == (own, find_cheapest(equal or of_b))
        assert (pair.gap is not None) is bool(own and equal)
