from __future__ import annotations

from typing import Any

import pytest
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


@pytest.mark.parametrize(
    ("given", "less"),
    [
        ({"roaming": "none", "max_speed_mbps": 10}, "lacks full speed and EU roaming"),
        ({"roaming": None}, "does not state EU roaming"),
        ({"roaming": None, "max_speed_mbps": 2}, "lacks full speed; does not state EU roaming"),
    ],
)
def test_a_rival_that_gives_less_is_no_equivalent_and_stands_apart(
    given: dict[str, Any], less: str
) -> None:
    rival = list_plan(make_plan(brand="Vodafone", price_pence=1000, **given))

    [row] = gap_table("Gaps", find_gaps([OWN], [rival]))["rows"]

    assert (row["rival"], row["gap_pence"], row["basis"]) == (None, None, "no equivalent")
    assert row["nearest"].startswith("Vodafone 25 GB, 24 months")
    assert row["nearest_pence"] == 1000
    assert row["nearest_lacks"] == less


@pytest.mark.parametrize(
    ("own", "rival", "is_equal"),
    [
        (25_000, 25_000, True),
        (25_000, 12_000, False),
        (25_000, None, False),
        (None, 12_000, True),
        (None, None, True),
    ],
)
def test_data_usable_abroad_is_compared_where_the_plan_states_it(
    own: int | None, rival: int | None, is_equal: bool
) -> None:
    item = list_plan(make_plan(roaming_mb=own))

    gap = find_gap(item, [_rival(price_pence=900, roaming_mb=rival)])

    assert (gap is not None) is is_equal


def test_a_rival_that_gives_more_is_an_equivalent() -> None:
    gap = find_gap(OWN, [_rival(price_pence=900, roaming="global", max_speed_mbps=None)])

    assert gap is not None


def test_a_longer_term_or_more_data_that_is_cheaper_still_is_named() -> None:
    same, larger = _rival(price_pence=1400), _rival(price_pence=1100, gb=100)
    short = list_plan(make_plan(price_pence=1500, term_months=12))

    beside_larger = find_gap(OWN, [same, larger])
    beside_longer = find_gap(short, [_rival(price_pence=1400, term_months=12), larger])
    alone = find_gap(OWN, [same])

    assert beside_larger is not None
    assert beside_longer is not None
    assert alone is not None
    assert (beside_larger.rival, beside_larger.cheaper) == (same, larger)
    assert (beside_longer.cheaper, alone.cheaper) == (larger, None)


def test_the_dearest_is_the_one_with_the_widest_gap() -> None:
    wide, narrow = (
        find_gap(OWN, [_rival(price_pence=600)]),
        find_gap(OWN, [_rival(price_pence=900)]),
    )

    assert wide is not None
    assert narrow is not None
    assert find_dearest([narrow, wide]) == wide
