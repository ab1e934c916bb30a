"""Workbooks, read back: figures are numbers, and what a page said is text."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from planwatch.errors import UsageError
from planwatch.views.output import workbook
from planwatch.views.output.workbook import (
    Day,
    Link,
    Marked,
    Money,
    Page,
    Sheet,
    Value,
    gigabytes,
    table_of,
    write_workbook,
)
from tests.support.workbooks import ReadSheet, read_workbook

CREATED: Final = datetime(2026, 11, 16, 9, 0, 0, 123_000, tzinfo=UTC)


def _write(*values: Value) -> ReadSheet:
    sheet = Sheet("S", [(f"c{at}", 10.0) for at in range(len(values))], [values])
    return read_workbook(write_workbook([sheet], title="T", created=CREATED))["S"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://evil.example","x")',
        "{=SUM(A1)}",
        "@SUM(A1)",
        "+44",
        "-5",
        "12.50",
        "http://shop.example/plan",
        "internal:Sheet1!A1",
        "mailto:a@b.example",
        "<b>&amp;</b>",
        "_x0041_",
        " two  spaces ",
    ],
)
def test_text_is_text_whatever_it_looks_like(text: str) -> None:
    sheet = _write(text)

    assert sheet.cells["A2"] == text or sheet.cells["A2"] == text.replace("_x", "_x005F_x")
    assert (sheet.formulas, sheet.links) == ([], 0)


@pytest.mark.parametrize(
    ("value", "number", "shown_as"),
    [
        (Money(1427), 14.27, "£#,##0.00"),
        (Money(-150), -1.5, "£#,##0.00"),
        (Money(0), 0.0, "£#,##0.00"),
        (Money(57.1, decimals=3), 0.571, "£#,##0.000"),
        (Money(1800, "EUR"), 18.0, "[$€]#,##0.00"),
        (Money(1800, "CHF"), 18.0, "[$CHF] #,##0.00"),
        (Money(1800, 'X"]'), 18.0, "#,##0.00"),
        (gigabytes(25_000), 25.0, "General"),
        (gigabytes(500), 0.5, "General"),
        (24, 24.0, "General"),
        (Day("2026-11-16"), 46_342.0, "yyyy-mm-dd"),
        (Day("2026-11-16T23:59:59.999Z"), 46_342.0, "yyyy-mm-dd"),
    ],
)
def test_a_figure_is_a_number_with_its_format(value: Value, number: float, shown_as: str) -> None:
    sheet = _write(value)

    assert sheet.cells["A2"] == pytest.approx(number)
    assert sheet.formats["A2"] == shown_as


def test_unlimited_data_is_text_and_what_is_not_stated_is_empty() -> None:
    sheet = _write(gigabytes(None), None, "", Money(None), Link(None), Day(None), True)

    assert sheet.rows()[1] == ["unlimited", None, None, None, None, None, "yes"]


@pytest.mark.parametrize(
    ("address", "links"),
    [
        ("https://shop.example/plans?a=1&b=%20#x", 1),
        ("http://shop.example", 1),
        ("ftp://shop.example/x", 0),
        ("javascript:alert(1)", 0),
        ("file:///etc/passwd", 0),
        ("internal:S!A1", 0),
        ("https://shop.example/" + "x" * 2_100, 0),
    ],
)
def test_only_an_address_of_the_web_is_a_link(address: str, links: int) -> None:
    sheet = _write(Link(address))

    assert (sheet.cells["A2"], sheet.links) == (address, links)


def test_a_sheet_has_a_head_that_stays_and_filters_over_its_rows() -> None:
    table = Sheet("Plans", [("Brand", 18.0), ("GB", 10.0)], [["O2", 1.0], ["EE", "unlimited"]])

    sheet = read_workbook(write_workbook([table], title="T", created=CREATED))["Plans"]

    assert sheet.has_frozen_head
    assert sheet.filtered == "A1:B3"
    assert sheet.rows() == [["Brand", "GB"], ["O2", 1.0], ["EE", "unlimited"]]


def test_a_table_without_rows_has_its_head() -> None:
    empty = Sheet("Changes", [("Day", 12.0)], [])

    assert read_workbook(write_workbook([empty], title="T", created=CREATED))["Changes"].rows() == [
        ["Day"]
    ]


def test_a_marked_cell_has_its_colour_and_its_sign_beside_a_number() -> None:
    page = Page(
        "Grid",
        [
            (["Brand"], True),
            (
                [
                    Marked(25.0, "#86C873"),
                    Marked(25.0, "#86C873", "*"),
                    Marked("unlimited", "#2b9a3f", "*"),
                ],
                False,
            ),
        ],
        [10.0],
    )

    sheet = read_workbook(write_workbook([page], title="T", created=CREATED))["Grid"]

    assert sheet.rows()[1] == [25.0, 25.0, "unlimited*"]
    assert sheet.formats["B2"] == 'General"*"'
    assert [sheet.colours[place] for place in ("A2", "C2")] == ["86c873", "2b9a3f"]


def test_the_same_content_makes_the_same_bytes_whenever_it_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def write() -> bytes:
        sheet = Sheet("S", [("c", 10.0)], [["x"], [Money(5)], [Link("https://a.example")]])
        return write_workbook([sheet], title="T", created=CREATED, note="Recorded.")

    first = write()
    monkeypatch.setenv("TZ", "Asia/Tokyo")

    assert write() == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert "2026-11-16T09:00:00Z" in archive.read("docProps/core.xml").decode()
    assert read_workbook(first)["Note"].rows() == [["Recorded."]]


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_MOST_ROWS", 2)
    full = Sheet("S", [("c", 10.0)], [["a"], ["b"]])
    over = Sheet("S", [("c", 10.0)], [["a"], ["b"], ["c"]])

    assert len(read_workbook(write_workbook([full], title="T", created=CREATED))["S"].rows()) == 3
    with pytest.raises(UsageError, match="holds 2 rows"):
        write_workbook([over], title="T", created=CREATED)


def test_text_longer_than_a_cell_is_cut_and_not_lost() -> None:
    assert len(str(_write("x" * 40_000).cells["A2"])) == 32_767


def test_rows_of_csv_become_pounds_and_gb() -> None:
    rows: list[dict[str, Any]] = [
        {
            "name": "a",
            "price_pence": 1250,
            "data_mb": 500,
            "changed": ["x", "y"],
            "currency": "GBP",
        },
        {"name": "=b", "price_pence": None, "data_mb": None, "changed": [], "unlimited": True},
    ]
    table = table_of("History", ("name", "price_pence", "data_mb", "changed"), rows)

    sheet = read_workbook(write_workbook([table], title="T", created=CREATED))["History"]

    assert sheet.rows() == [
        ["Name", "Price (£)", "GB", "Changed"],
        ["a", 12.5, 0.5, "x; y"],
        ["=b", None, "unlimited", None],
    ]
