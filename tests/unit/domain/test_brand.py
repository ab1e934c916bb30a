"""Brands by any name that a person may type."""

from __future__ import annotations

import pytest

from planwatch.domain.brand import (
    BRANDS,
    display_name,
    find_brand,
    nearest_first,
    owner_of,
    resolve_brand,
    slug_of_brand,
)
from planwatch.errors import UnknownName


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("o2", "O2"),
        ("O2", "O2"),
        ("three", "Three"),
        ("3", "Three"),
        ("Tesco", "Tesco Mobile"),
        ("tesco-mobile", "Tesco Mobile"),
        ("sky mobile", "Sky Mobile"),
        ("GiffGaff", "giffgaff"),
        (" iD ", "iD Mobile"),
        ("1pMobile", "1pMobile"),
    ],
)
def test_a_brand_is_found_under_any_spelling(text: str, name: str) -> None:
    assert resolve_brand(text) == name
    assert display_name(text) == name


@pytest.mark.parametrize("text", ["", "  ", "o22", "mobile", "sim"])
def test_what_is_no_brand_is_not_found(text: str) -> None:
    assert find_brand(text) is None


def test_no_two_brands_share_a_word() -> None:
    words = [
        (word.lower().replace(" ", ""), brand.id)
        for brand in BRANDS
        for word in (brand.id, brand.name, *brand.aliases)
    ]

    assert len(dict(words)) == len(set(words))


def test_an_unknown_brand_is_refused_with_the_nearest_first() -> None:
    with pytest.raises(UnknownName, match="'vodaphone'") as caught:
        resolve_brand("vodaphone")

    assert caught.value.hint.startswith("did you mean Vodafone? Brands: O2, Vodafone, ")
    assert all(brand.name in caught.value.hint for brand in BRANDS)


def test_a_brand_that_only_an_aggregator_lists_is_accepted_where_it_is_known() -> None:
    assert resolve_brand("honest mobile", known=["Honest Mobile"]) == "Honest Mobile"
    with pytest.raises(UnknownName) as caught:
        resolve_brand("honesty", known=["Honest Mobile", "O2"])
    assert caught.value.hint.startswith("did you mean Honest Mobile? Brands: O2, Vodafone, ")
    assert caught.value.hint.count("O2") == 1


def test_an_unknown_brand_keeps_its_spelling_and_gets_a_slug() -> None:
    assert display_name("  Honest \n Mobile ") == "Honest Mobile"
    assert slug_of_brand("Honest Mobile") == "honest-mobile"
    assert slug_of_brand("Sky Mobile") == "sky"


def test_brands_of_one_group_have_one_owner_and_others_stand_for_themselves() -> None:
    assert {owner_of(name) for name in ("Vodafone", "Three", "SMARTY")} == {"VodafoneThree"}
    assert [owner_of(name) for name in ("Lebara", "Honest Mobile")] == ["Lebara", "Honest Mobile"]


def test_names_equally_alike_keep_their_order() -> None:
    assert nearest_first("zzz", ["b", "a", "c"]) == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("text", "begins"),
    [("O3", "did you mean O2? Brands: O2, "), ("nobody", "known brands: O2, Vodafone, ")],
)
def test_the_nearest_brand_is_suggested_only_if_it_is_alike(text: str, begins: str) -> None:
    with pytest.raises(UnknownName) as caught:
        resolve_brand(text)

    assert caught.value.hint.startswith(begins)
