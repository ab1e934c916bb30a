from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.analysis.facts import Fact, StoredFact, fact_id, fact_records, percent_of
from planwatch.analysis.market.market import list_plan
from planwatch.analysis.subjects import (
    MARKET,
    Subject,
    basket_subject,
    brand_subject,
    plan_subject,
    tier_subject,
)
from tests.support.plans import make_plan

OWN: Final = plan_subject(list_plan(make_plan()))
RIVAL: Final = plan_subject(list_plan(make_plan(brand="Vodafone")))


def _fact(value: int) -> Fact:
    return Fact(
        kind="gap",
        label="gap",
        value=value,
        unit="pence_per_month",
        subject=OWN.said(f"{OWN.words} against {RIVAL.words}"),
        base=RIVAL,
        formula="Gap to a rival",
        plan_ids=("o2:o2-25gb-24m", "vodafone:vodafone-25gb-24m"),
    )


def test_a_fact_becomes_a_record_with_its_subject_and_base_in_words_and_as_values() -> None:
    assert _fact(227).as_record() == {
        "id": "gap.o2-25gb-24m",
        "kind": "gap",
        "label": "gap",
        "value": 227,
        "unit": "pence_per_month",
        "subject": "O2 25 GB, 24 months against Vodafone 25 GB, 24 months",
        "about": {
            "kind": "plan",
            "brand": "O2",
            "plan_id": "o2:o2-25gb-24m",
            "place": None,
        },
        "base": "Vodafone 25 GB, 24 months",
        "against": {
            "kind": "plan",
            "brand": "Vodafone",
            "plan_id": "vodafone:vodafone-25gb-24m",
            "place": None,
        },
        "formula": "Gap to a rival",
        "plan_ids": ["o2:o2-25gb-24m", "vodafone:vodafone-25gb-24m"],
    }


def test_a_record_is_read_back_as_it_was_written() -> None:
    record = _fact(227).as_record()

    assert StoredFact.read(record).as_record() == record


@pytest.mark.parametrize(
    ("kind", "subject", "variant", "id_"),
    [
        ("efficient", MARKET, "", "efficient"),
        ("moves", brand_subject("O2"), "30d", "moves.o2.30d"),
        ("flexible", tier_subject("low", "O2"), "12m", "flexible.low.o2.12m"),
        ("tier", tier_subject("low"), "", "tier.low"),
        ("basket", basket_subject("5gb-any", "5 GB, any term", "O2"), "", "basket.5gb-any.o2"),
    ],
)
def test_an_id_follows_from_kind_subject_and_variant(
    kind: str, subject: Subject, variant: str, id_: str
) -> None:
    assert fact_id(kind, subject, variant) == id_
    assert fact_id(kind, subject.said("other words"), variant) == id_


def test_a_fact_computed_twice_is_recorded_once() -> None:
    assert fact_records([_fact(227), _fact(227)]) == [_fact(227).as_record()]


@pytest.mark.parametrize(
    ("part", "base", "percent"),
    [
        (200, 1600, 12.5),
        (727, 700, 103.9),  # 103.857
        (-200, 1600, -12.5),
        (1, 2000, 0.1),  # 0.05 is half a tenth and goes away from zero
        (-1, 2000, -0.1),
        (0, 500, 0.0),
        (100, 0, None),
    ],
)
def test_a_percentage_has_one_decimal_and_rounds_half_away_from_zero(
    part: int, base: int, percent: float | None
) -> None:
    assert percent_of(part, base) == percent


@given(st.integers(-10_000, 10_000), st.integers(1, 10_000))
def test_a_percentage_keeps_its_size_when_its_sign_turns(part: int, base: int) -> None:
    mine, turned = percent_of(part, base), percent_of(-part, base)

    assert mine is not None
    assert turned is not None
    assert mine == -turned
    assert abs(mine - part / base * 100) <= 0.05 + 1e-9
