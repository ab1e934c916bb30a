from __future__ import annotations

from typing import Any

import pytest

from planwatch.analysis.market.aggregator import find_joined
from tests.support.plans import make_plan

VARIANTS = [make_plan(variant=name) for name in ("Essentials", "Essentials Plus", "All Rounder")]


def test_an_offer_joins_the_only_direct_variant_of_its_data_and_term() -> None:
    own = make_plan(variant="Classic")

    assert find_joined(make_plan(source="uswitch"), [own]) == own


@pytest.mark.parametrize("other", [{"brand": "EE"}, {"gb": 30}, {"term_months": 12}])
def test_an_offer_of_another_brand_data_or_term_joins_nothing(other: dict[str, Any]) -> None:
    assert find_joined(make_plan(source="uswitch", **other), [make_plan()]) is None


@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("EE Essentials Plus 25GB", "Essentials Plus"),
        ("EE Essentials 25GB", "Essentials"),
        ("EE ALL-ROUNDER 25GB", "All Rounder"),
    ],
)
def test_an_offer_joins_the_variant_that_it_names(name: str, variant: str) -> None:
    joined = find_joined(make_plan(source="uswitch", name=name), VARIANTS)

    assert joined is not None
    assert joined.variant == variant


@pytest.mark.parametrize("name", ["EE 25GB", "EE Essentials or All Rounder"])
def test_an_offer_that_names_none_or_two_of_several_variants_joins_nothing(name: str) -> None:
    assert find_joined(make_plan(source="uswitch", name=name), VARIANTS) is None
