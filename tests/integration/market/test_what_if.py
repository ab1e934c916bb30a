"""Tariffs of one's own, from options and files, among plans that were scraped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planwatch.errors import UsageError
from planwatch.services.market.what_if import read_tariffs
from tests.support.cli import read_json, run_planwatch

TARIFF = {"brand": "O2", "data": "100GB", "term": 24, "price": 18, "promo": "9x6"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tariffs"


def test_tariffs_of_options_and_of_both_kinds_of_file_are_placed_alike(file: Path) -> None:
    run_planwatch("demo")
    options = [word for key, value in TARIFF.items() for word in (f"--{key}", str(value))]
    by_options = read_json("what-if", *options)
    file.write_text(json.dumps([TARIFF, {**TARIFF, "price": 20, "name": "Dearer, by 2"}]))
    by_json = read_json("what-if", "--file", str(file))
    file.write_text(
        'brand,data,term,price,promo,name\nO2,100GB,24,18,9x6,\nO2,100GB,24,20,9x6,"Dearer, by 2"\n'
    )
    by_csv = read_json("what-if", "--file", str(file))
    table = run_planwatch("what-if", "--file", str(file))

    assert by_json == by_csv
    assert by_json["tariffs"][0] == by_options["tariffs"][0]
    assert [placed["effective_pence"] for placed in by_json["tariffs"]] == [1846, 1996]
    assert table.returncode == 0
    assert "What if O2 sold 100 GB, 24 months at £20.00, £9.00 for 6 months" in table.stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no tariffs"),
        (b"brand,data\n", "holds no tariffs"),
        (b"[]", "holds no tariffs"),
        (json.dumps([TARIFF] * 51).encode(), "holds 51 tariffs"),
        (b"[{]", "is not valid JSON"),
        (b"[" * 100_000, "is not valid JSON"),
        (b"[" + b"1" * 10_000 + b"]", "is not valid JSON"),
        (b"[1]", "does not hold a list of tariffs"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"x" * 1_000_001, "is larger than 1 MB"),
        (b"brand,data\nO2,1GB,24\n", "has a row with more values than its head"),
        (b"brand,data,term,price\nO2,1GB,24,\n", "tariff 1 of "),
        (json.dumps({"tariffs": [TARIFF, {**TARIFF, "data": {"gb": 5}}]}).encode(), "tariff 2 of "),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    file: Path, content: bytes, message: str
) -> None:
    file.write_bytes(content)

    with pytest.raises(UsageError) as caught:
        read_tariffs(file, [])

    assert message in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_a_single_tariff_and_one_with_a_byte_order_mark_are_read(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(TARIFF).encode())

    [tariff] = read_tariffs(file, [])

    assert (tariff.brand, tariff.price_pence) == ("O2", 1800)
