from __future__ import annotations

from datetime import date

import pytest

from planwatch.domain.phrasing import (
    count_of,
    format_data,
    format_date,
    format_money,
    format_money_change,
    format_percent,
    format_percent_change,
    format_rank,
    format_term,
    join_some,
    join_words,
    list_some,
    name_plan,
    name_plan_of_brand,
    possessive,
)
from tests.support.plans import make_plan


@pytest.mark.parametrize(
    ("pence", "currency", "text"),
    [
        (1800, "GBP", "£18.00"),
        (5, "GBP", "£0.05"),
        (-250, "GBP", "−£2.50"),
        (123456, "EUR", "€1,234.56"),
        (-990, "CHF", "−CHF 9.90"),
        (None, "EUR", "–"),
    ],
)
def test_money_is_written_in_its_currency_with_two_decimals(
    pence: int | None, currency: str, text: str
) -> None:
    assert format_money(pence, currency) == text


@pytest.mark.parametrize(
    ("pence", "text"), [(190, "+€1.90"), (0, "±€0.00"), (-190, "−€1.90"), (None, "–")]
)
def test_a_difference_of_money_has_its_sign(pence: int | None, text: str) -> None:
    assert format_money_change(pence, "EUR") == text


@pytest.mark.parametrize(
    ("percent", "text"),
    [
        (18.9, "19 %"),
        (12.5, "13 %"),
        (-12.5, "13 %"),
        (0.4, "0.4 %"),
        (1.4, "1 %"),
        (103.9, "104 %"),
    ],
)
def test_a_percentage_is_written_whole_unless_it_is_below_one(percent: float, text: str) -> None:
    assert format_percent(percent) == text


def test_data_and_terms_are_written_with_their_unit() -> None:
    assert [format_data(mb) for mb in (25_000, 500, None)] == ["25 GB", "500 MB", "unlimited data"]
    assert [format_term(months) for months in (24, 1, 0)] == [
        "24 months",
        "1 month",
        "pay as you go",
    ]


def test_a_count_has_its_noun_in_the_right_number() -> None:
    assert [count_of(n, "plan") for n in (0, 1, 2)] == ["no plans", "1 plan", "2 plans"]


def test_words_are_joined_by_commas_and_a_last_and() -> None:
    assert [join_words(words) for words in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == [
        "",
        "A",
        "A and B",
        "A, B and C",
    ]


def test_a_long_list_ends_with_others() -> None:
    assert join_some(["A", "B", "C", "D"], most=2) == "A, B and others"
    assert join_some(["A", "B"], most=2) == "A and B"


def test_a_long_list_of_names_ends_with_how_many_more_there_are() -> None:
    assert list_some(["a.db", "b.db", "c.db", "d.db"], 2) == "a.db, b.db and 2 more"
    assert list_some(["a.db", "b.db"], 2) == "a.db, b.db"


def test_ranks_end_as_they_are_spoken() -> None:
    ranks = [format_rank(rank) for rank in (1, 2, 3, 4, 11, 12, 13, 21, 22)]

    assert ranks == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd"]


def test_a_date_is_written_day_first_without_a_leading_zero() -> None:
    assert format_date(date(2025, 11, 3)) == "3 November 2025"


def test_a_name_that_ends_in_s_takes_only_an_apostrophe() -> None:
    assert [possessive(name) for name in ("O2", "Smiths")] == ["O2's", "Smiths'"]


def test_a_plan_is_named_by_data_term_variant_and_condition() -> None:
    plan = make_plan(brand="Tesco Mobile", gb=60, term_months=12, condition="Clubcard")

    assert name_plan(plan) == "60 GB, 12 months (Clubcard)"
    assert name_plan(make_plan(variant="Plus", condition="Volt")) == "Plus 25 GB, 24 months (Volt)"
    assert name_plan_of_brand(make_plan()) == "O2 25 GB, 24 months"


@pytest.mark.parametrize(
    ("percent", "said"),
    [(9131.4, "+9,131 %"), (-1000, "−1,000 %"), (999.4, "+999 %"), (0.2, "0 %")],
)
def test_a_large_move_has_a_separator_as_in_sentences(percent: float, said: str) -> None:
    assert format_percent_change(percent) == said
