"""A data allowance as a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.normalise import parse_allowance

ALLOWANCES = st.one_of(st.just(UNLIMITED), st.builds(Allowance, st.integers(1, 2_000_000)))


@pytest.mark.parametrize(
    ("data_mb", "unlimited"), [(None, False), (25_000, True), (0, False), (-1, False), (0, True)]
)
def test_an_allowance_is_unlimited_or_more_than_nothing(
    data_mb: int | None, unlimited: bool
) -> None:
    with pytest.raises(ValueError, match="an allowance is"):
        Allowance(data_mb, unlimited)


@pytest.mark.parametrize(
    ("allowance", "slug", "printed"),
    [
        (Allowance.of_gb(25), "25gb", "25 GB"),
        (Allowance(500), "500mb", "500 MB"),
        (Allowance(1_500), "1500mb", "1.5 GB"),
        (Allowance(1_000_000), "1000gb", "1000 GB"),
        (UNLIMITED, "unlimited", "Unlimited"),
    ],
)
def test_an_allowance_has_a_slug_and_a_printed_form(
    allowance: Allowance, slug: str, printed: str
) -> None:
    assert (allowance.slug, str(allowance)) == (slug, printed)


@given(st.one_of(st.integers(1, 99_999), st.integers(1, 9_999).map(lambda gb: gb * 1000)))
def test_the_printed_form_is_read_back(data_mb: int) -> None:
    allowance = Allowance(data_mb)

    assert parse_allowance(str(allowance)) == allowance


@given(ALLOWANCES, ALLOWANCES)
def test_to_cover_is_to_stand_no_lower_in_the_order(one: Allowance, other: Allowance) -> None:
    assert one.covers(other) == (one.sort_key >= other.sort_key)


@given(ALLOWANCES, ALLOWANCES)
def test_different_allowances_have_different_slugs(one: Allowance, other: Allowance) -> None:
    assert (one.slug == other.slug) == (one == other)


@given(ALLOWANCES)
def test_unlimited_covers_everything_and_only_unlimited_covers_it(allowance: Allowance) -> None:
    assert UNLIMITED.covers(allowance)
    assert allowance.covers(UNLIMITED) == allowance.unlimited
