from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from planwatch.analysis.market.market import Listing, list_plan
from planwatch.analysis.metrics.gap import find_gap, find_gaps
from planwatch.analysis.report.sections.gaps import gap_facts, gap_table
from planwatch.analysis.report.sentences import find_dearest
from tests.support.plans import make_plan

OWN = list_plan(make_plan(price_pence=1500))


def _rival(**values: Any) -> Listing:
    return list_plan(make_plan(brand="Vodafone", **values))


def test_the_gap_is_to_the_rivals_cheapest_variant_of_the_same_data_and_term() -> None:
    rivals = [
        list_plan(make_plan(brand="Vodafone", variant="Plus", price_pence=1400)),
        list_plan(make_plan(brand="Vodafone", price_pence=1200)),
        list_plan(make_plan(brand="Vodafone", gb=30, price_pence=900)),  # cheaper, another size
    ]

    gap = find_gap(OWN, rivals)

    # 1500 − 1200 = 300; 300 / 1200 = 25 %
    assert gap is not None
    assert (gap.rival, gap.pence, gap.percent, gap.basis) == (rivals[1], 300, 25.0, "same")


def test_without_the_same_size_the_gap_is_to_the_cheapest_plan_that_covers_it() -> None:
    rivals = [
        list_plan(make_plan(brand="Vodafone", gb=20, price_pence=500)),  # too little data
        list_plan(make_plan(brand="Vodafone", gb=30, term_months=36, price_pence=600)),  # too long
        list_plan(make_plan(brand="Vodafone", gb=None, term_months=12, price_pence=2000)),
        list_plan(make_plan(brand="Vodafone", gb=30, term_months=1, price_pence=1600)),
    ]

    gap = find_gap(OWN, rivals)

    # 1500 − 1600 = −100; −100 / 1600 = −6.25 %
    assert gap is not None
    assert (gap.rival, gap.pence, gap.percent, gap.basis) == (rivals[3], -100, -6.3, "covers")


def test_a_plan_that_no_rival_covers_has_no_gap() -> None:
    smaller = list_plan(make_plan(gb=20))

    gaps = find_gaps([OWN, smaller], [list_plan(make_plan(brand="Vodafone", gb=20))])

    assert [gap.item for gap in gaps.found] == [smaller]
    assert gaps.alone == [OWN]
    rows = gap_table("Gaps", gaps)["rows"]
    assert [(row["plan"], row["gap_pence"]) for row in rows] == [
        ("25 GB, 24 months", None),
        ("20 GB, 24 months", 0),
    ]


def test_the_facts_of_a_gap_name_both_plans_and_the_base() -> None:
    gaps = find_gaps([OWN], [list_plan(make_plan(brand="Vodafone", price_pence=1200))])

    in_pence, in_percent = gap_facts(gaps.found)

    assert (in_pence.id, in_pence.value) == ("gap.o2-25gb-24m", 300)
    assert (in_percent.id, in_percent.value) == ("gap_percent.o2-25gb-24m", 25.0)
    assert in_pence.subject.words == "O2 25 GB, 24 months against Vodafone 25 GB, 24 months"
    assert "the cost of Vodafone 25 GB, 24 months" in in_percent.label
    assert in_pence.plan_ids == ("o2:o2-25gb-24m", "vodafone:vodafone-25gb-24m")


@given(st.integers(1, 9_999), st.integers(1, 9_999))
def test_the_gap_turns_its_sign_with_the_point_of_view(a_pence: int, b_pence: int) -> None:
    a = list_plan(make_plan(price_pence=a_pence))
    b = list_plan(make_plan(brand="Vodafone", price_pence=b_pence))

    forth, back = find_gap(a, [b]), find_gap(b, [a])

    assert forth is not None
    assert back is not None
    assert forth.pence == -back.pence == a_pence - b_pence


def test_a_rival_that_gives_less_is_said_to_lack_it() -> None:
    capped = list_plan(make_plan(brand="Vodafone", roaming="none", max_speed_mbps=10))
    alike = list_plan(make_plan(brand="Vodafone", roaming="global"))

    beside_capped, beside_alike = (
        gap_table("Gaps", find_gaps([OWN], [rival]))["rows"][0]["rival_lacks"]
        for rival in (capped, alike)
    )

    assert (beside_capped, beside_alike) == ("EU roaming and full speed", None)


def test_the_furthest_above_is_like_for_like_where_any_pair_is() -> None:
    unlike = find_gap(OWN, [_rival(price_pence=600, max_speed_mbps=10)])
    alike = find_gap(OWN, [_rival(price_pence=1473)])

    assert unlike is not None
    assert alike is not None
    assert find_dearest([unlike, alike]) == alike
    assert find_dearest([unlike]) == unlike
