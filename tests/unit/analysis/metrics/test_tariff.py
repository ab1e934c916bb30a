from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from planwatch.analysis.metrics.tariff import Tariff, build_plan, parse_tariff
from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.rise_table import load_rise_rules
from planwatch.errors import UsageError

SIGNED = date(2026, 11, 16)
PLAIN = {"brand": "o2", "data": "100GB", "term": "24", "price": "18"}


def _parse(**written: Any) -> Tariff:
    return parse_tariff({**PLAIN, **written}, ["Lebara"])


def _prices(**written: Any) -> tuple[int, ...]:
    tariff = _parse(**written)
    return build_plan(tariff, SIGNED, load_rise_rules().of(tariff.brand)).prices_by_month()


def test_a_tariff_is_read_as_a_person_writes_it() -> None:
    assert _parse(rise="£2.50", promo="9x6", roaming="EU", generation="5G") == Tariff(
        brand="O2",
        allowance=Allowance.of_gb(100),
        term_months=24,
        price_pence=1800,
        rise_pence=250,
        promo_pence=900,
        promo_months=6,
        roaming="eu",
        generation="5g",
    )


def test_numbers_of_a_json_file_are_read_too_and_what_is_empty_is_not_given() -> None:
    tariff = _parse(data="unlimited", term=1, price=18.5, rise="", promo=None, brand="lebara")

    assert (tariff.brand, tariff.allowance, tariff.term_months) == ("Lebara", UNLIMITED, 1)
    assert (tariff.price_pence, tariff.rise_pence, tariff.promo_months) == (1850, None, None)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"brand": "Orange"}, "unknown brand 'Orange'"),
        ({"brand": ""}, "the tariff states no brand"),
        ({"price": None}, "the tariff states no price"),
        ({"data": "lots"}, "data 'lots' is not a valid allowance"),
        ({"term": "-1"}, "term '-1' is not a number of months"),
        ({"term": "121"}, "term '121' is not a number of months"),
        ({"term": "9" * 5000}, f"term '{'9' * 5000}' is not a number of months"),
        ({"price": "free"}, "price 'free' is not a valid price"),
        ({"price": "-5"}, "price '-5' is not a valid price"),
        ({"price": "18.005"}, "price '18.005' is not a valid price"),
        ({"price": "999999"}, "price '999999' is not a valid price"),
        ({"price": "0"}, "the price is £0"),
        ({"rise": "nan"}, "rise 'nan' is not a valid price"),
        ({"promo": "9"}, "promo '9' is not a promotion"),
        ({"promo": "9x0"}, "promo '9x0' is not a promotion"),
        ({"promo": "9.9.9x6"}, "promo '9.9.9' is not a valid price"),
        ({"promo": "9x24"}, "a promotion of 24 months is not shorter than the term of 24"),
        ({"promo": "18x6"}, "the promotional price is not below the price"),
        ({"roaming": "mars"}, "roaming 'mars' is not known"),
        ({"generation": "6g"}, "generation '6g' is not known"),
        ({"colour": "red"}, "a tariff has no key 'colour'"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_write(
    written: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        _parse(**written)

    assert caught.value.message == message
    assert caught.value.hint


def test_rises_of_its_own_come_each_april_on_both_prices() -> None:
    # November to March £9.00, April £11.00, then £20.00 to March 2028, £22.00 to the end
    assert _prices(rise="2", promo="9x6") == (*[900] * 5, 1100, *[2000] * 11, *[2200] * 7)


def test_without_a_rise_the_rule_of_the_brand_holds() -> None:
    assert _prices() == (*[1800] * 5, *[2050] * 12, *[2300] * 7)
    assert _prices(rise="0") == (1800,) * 24
    assert _prices(brand="Lebara") == (1800,) * 24
    assert _prices(term="1") == (1800,)


def test_a_rule_that_halves_at_half_price_does_so() -> None:
    prices = _prices(brand="Three", data="25GB", price="14", promo="7x6")

    # as Three's own card of November 2025 has it
    assert prices == (*[700] * 5, 795, *[1590] * 11, *[1780] * 7)
