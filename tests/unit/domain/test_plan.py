"""A plan and its identity."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.plan import (
    MOST_DATA_MB,
    MOST_MBPS,
    MOST_MONTHS,
    MOST_PENCE,
    Plan,
    PriceStep,
    plan_kind_of,
    slugify,
)
from planwatch.errors import UnreadableText

SIGNED = date(2025, 11, 17)


def new_plan(**values: Any) -> Plan:
    plain: dict[str, Any] = {
        "brand": "Three",
        "source": "three",
        "name": "25GB Lite SIMO 24M",
        "allowance": Allowance.of_gb(25),
        "term_months": 24,
        "price_pence": 700,
        "as_of": SIGNED,
        "variant": "Lite",
    }
    return Plan(**{**plain, **values})


THREE = new_plan(
    list_price_pence=1400,
    promo_months=6,
    price_steps=(
        PriceStep(date(2026, 4, 1), 795),
        PriceStep(7, 1590),
        PriceStep(date(2027, 4, 1), 1780),
    ),
)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({}, "three-25gb-24m-lite"),
        ({"allowance": UNLIMITED}, "three-unlimited-24m-lite"),
        ({"allowance": Allowance(500), "variant": ""}, "three-500mb-24m"),
        ({"term_months": 0}, "three-25gb-payg-lite"),
        ({"base_allowance": Allowance.of_gb(8)}, "three-8gb-24m-lite"),
        ({"brand": "Sky Mobile", "variant": "All Rounder +"}, "sky-25gb-24m-all-rounder"),
        ({"brand": "Honest Mobile"}, "honest-mobile-25gb-24m-lite"),
    ],
)
def test_a_plan_is_known_by_brand_base_data_term_and_variant(
    values: dict[str, Any], key: str
) -> None:
    assert new_plan(**values).plan_key == key


def test_what_changes_from_day_to_day_does_not_change_the_key() -> None:
    other = new_plan(
        price_pence=900, name="another name", as_of=date(2026, 1, 1), extras=("5G",), url="https://"
    )

    assert other.plan_key == new_plan().plan_key


def test_offers_of_one_plan_are_told_apart_by_retailer_and_condition() -> None:
    offers = [new_plan(), new_plan(retailer="Mobiles.co.uk"), new_plan(condition="Clubcard")]

    assert [offer.offer_key for offer in offers] == ["/", "mobiles-co-uk/", "/clubcard"]


def test_the_true_cost_of_a_plan_comes_from_its_schedule() -> None:
    assert (THREE.effective_pence, THREE.exit_price_pence) == (1427, 1780)
    assert THREE.prices_by_month() == (700,) * 5 + (795,) + (1590,) * 11 + (1780,) * 7


def test_a_later_signing_keeps_the_length_of_the_promotion_and_meets_the_rises_earlier() -> None:
    signed = date(2026, 3, 1)

    assert THREE.effective_pence_on(SIGNED) == 1427
    assert THREE.effective_pence_on(signed) == round((700 + 5 * 795 + 7 * 1590 + 11 * 1780) / 24)


def test_a_promotion_ends_on_the_first_day_that_it_no_longer_covers() -> None:
    assert THREE.promo_ends == date(2026, 5, 1)
    assert new_plan().promo_ends is None


@pytest.mark.parametrize(("term", "kind"), [(0, "payg"), (1, "rolling"), (2, "contract")])
def test_the_kind_of_a_plan_follows_from_its_term(term: int, kind: str) -> None:
    assert new_plan(term_months=term).plan_kind == plan_kind_of(term) == kind


def test_pay_as_you_go_has_one_month_of_prices() -> None:
    assert new_plan(term_months=0).prices_by_month() == (700,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"price_pence": -1},
        {"upfront_pence": -1},
        {"credit_pence": -1},
        {"term_months": -1},
        {"price_pence": MOST_PENCE + 1},
        {"list_price_pence": MOST_PENCE + 1},
        {"upfront_pence": MOST_PENCE + 1},
        {"credit_pence": MOST_PENCE + 1},
        {"price_steps": (PriceStep(2, MOST_PENCE + 1),)},
        {"price_steps": (PriceStep(MOST_MONTHS + 1, 700),)},
        {"term_months": MOST_MONTHS + 1},
        {"promo_months": MOST_MONTHS + 1},
        {"allowance": Allowance(MOST_DATA_MB + 1)},
        {"base_allowance": Allowance(MOST_DATA_MB + 1)},
        {"roaming_mb": MOST_DATA_MB + 1},
        {"max_speed_mbps": MOST_MBPS + 1},
    ],
)
def test_a_plan_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UnreadableText, match="25GB Lite") as caught:
        new_plan(**wrong)

    assert isinstance(caught.value, ValueError)


def test_a_plan_at_the_limits_is_taken() -> None:
    plan = new_plan(price_pence=MOST_PENCE, term_months=MOST_MONTHS, promo_months=MOST_MONTHS)

    assert plan.effective_pence == MOST_PENCE


@pytest.mark.parametrize(
    ("text", "slug"), [("Lite", "lite"), ("All Rounder +", "all-rounder"), ("- !", ""), ("", "")]
)
def test_a_slug_holds_letters_and_digits_only(text: str, slug: str) -> None:
    assert slugify(text) == slug


@pytest.mark.parametrize(
    "name",
    [
        "Un\u200blimited\u2060",
        "\ufeffUnli\u00admited",
        "\u202eUnlimited\u202c",
        "Unl\u200dimi\u2066ted\u2069",
        "Unlimited\U000e0041\U000e007f",
        "\u061cUn\u200elim\u200fited",
    ],
)
def test_what_nobody_sees_is_no_part_of_a_name(name: str) -> None:
    plan = new_plan(name=name, extras=(name,), variant=name)

    assert (plan.name, plan.extras, plan.variant) == ("Unlimited", ("Unlimited",), "Unlimited")


@pytest.mark.parametrize(
    ("field", "length"),
    [("name", 301), ("variant", 400_000), ("url", 2_001), ("source_ref", 501), ("condition", 301)],
)
def test_a_text_beyond_its_length_is_refused_by_name(field: str, length: int) -> None:
    with pytest.raises(UnreadableText, match=rf"its {field} has {length:,} characters"):
        new_plan(**{field: "x" * length})


def test_extras_are_cut_where_they_are_long_or_many() -> None:
    plan = new_plan(extras=("x" * 5_000, *map(str, range(200))), incentives=("y" * 1_000,))

    assert len(plan.extras) == 100
    assert plan.extras[0] == "x" * 999 + "…"
    assert plan.incentives == ("y" * 1_000,)


def test_a_plan_as_of_another_day_is_the_same_plan_signed_then() -> None:
    plan = new_plan(
        price_steps=(PriceStep(date(2026, 4, 1), 900), PriceStep(7, 1500)),
        roaming_mb=12_000,
        extras=("Spotify",),
        url="https://example.org",
    )
    other = date(2026, 3, 2)

    moved = plan.signed_on(other)

    assert moved == replace(plan, as_of=other)
    assert plan.as_of != other
    assert moved.signed_on(plan.as_of) == plan
    assert moved.effective_pence == plan.effective_pence_on(other)
    assert plan.signed_on(plan.as_of) is plan
