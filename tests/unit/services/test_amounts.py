"""Which texts are amounts of money, and which are none."""

from __future__ import annotations

import pytest

from planwatch.errors import UsageError
from planwatch.services.market.amount_matches import Amount, parse_amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("14.27", Amount(1427, None)),
        ("£14.27", Amount(1427, "GBP")),
        (" £ 14.27 ", Amount(1427, "GBP")),
        ("£14", Amount(1400, "GBP")),
        ("14.2", Amount(1420, None)),
        ("€18.00", Amount(1800, "EUR")),
        ("£1,018.00", Amount(101800, "GBP")),
        ("−£8.81", Amount(881, "GBP")),
        ("+8.81", Amount(881, None)),
        ("57p", Amount(57, "GBP")),
        ("0", Amount(0, None)),
    ],
)
def test_an_amount_is_read_as_it_is_printed(text: str, amount: Amount) -> None:
    assert parse_amount(text) == amount


@pytest.mark.parametrize(
    "text", ["three 25gb", "o2-25gb-24m", "gap.o2-10gb", "25gb", "24m", "1pmobile", "£", ".", "p"]
)
def test_names_are_no_amounts(text: str) -> None:
    assert parse_amount(text) is None


@pytest.mark.parametrize(
    "text", ["14.273", "14.", ".5", "1.2.3", "£12345678901", "1,2.345", "14.27p"]
)
def test_what_only_looks_like_an_amount_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not an amount in pounds and pence"):
        parse_amount(text)
