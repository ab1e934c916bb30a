"""The forms in which a command hands out what it found."""

import csv
import io
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from planwatch.errors import UsageError
from planwatch.views.output.delivery import (
    TABLE_FORMATS,
    XLSX,
    Content,
    Delivery,
    csv_parts,
    deliver,
    read_delivery,
)
from planwatch.views.table.column import Column
from planwatch.views.table.table import FittingTable


def content(name: str, *, note: str | None = None) -> Content:
    table = FittingTable(
        "Plans", (Column("name"), Column("price", "right")), [(name, "£8.00")], caption="1 plan"
    )

    def draw(target: Console) -> None:
        target.print(table)

    return Content(
        record={"plans": [{"name": name, "price_pence": 800}]},
        columns=("name", "price_pence", "data_mb", "extras", "verified"),
        rows=[{"name": name, "price_pence": 800, "extras": ["a", "b"], "verified": True}],
        draw=draw,
        tables=lambda: [table],
        note=note,
    )


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(csv_parts(columns, rows))


@pytest.mark.parametrize(
    "text", ["=1+1", "+44", "-5", "@SUM(A1)", "\t=1", " =1", "−5", "＝1", '=HYPERLINK("x")']
)
def test_text_that_a_spreadsheet_would_compute_is_guarded(text: str) -> None:
    rows = list(csv.reader(io.StringIO(_csv(("name",), [{"name": text}]))))

    assert rows[1] == [f"'{text}"]


def test_a_figure_below_zero_is_a_figure() -> None:
    assert _csv(("by_pence",), [{"by_pence": -150}]) == "by_pence\n-150\n"


@pytest.mark.parametrize("note", [None, "Recorded."])
@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"name": "One", "steps": [], "offers": [{"price_pence": 800, "shop": None}]}],
        [{"name": 'line\nend "plans": []', "mb": 1}, {}, {"name": "£", "none": None}],
    ],
)
def test_rows_written_one_by_one_make_the_same_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[dict[str, Any]], note: str | None
) -> None:
    whole = replace(content("x", note=note), record={"plans": rows}, rows=rows)
    listed = replace(content("x", note=note), record={}, rows=iter(rows), listed="plans")
    again = replace(listed, rows=iter(rows))

    deliver(Delivery("json", None), whole)
    expected = capsys.readouterr().out
    deliver(Delivery("json", None), listed)
    streamed = capsys.readouterr().out
    deliver(Delivery("json", tmp_path / "plans.json"), again)

    assert json.loads(expected)["plans"] == rows
    assert streamed == expected
    assert (tmp_path / "plans.json").read_text() == expected


def test_what_is_not_stated_is_empty_and_a_list_is_one_cell() -> None:
    found = content("Plan, with comma")

    assert _csv(found.columns, found.rows) == (
        'name,price_pence,data_mb,extras,verified\n"Plan, with comma",800,,a; b,true\n'
    )


def test_markdown_has_the_table_that_a_person_sees(tmp_path: Path) -> None:
    file = tmp_path / "plans.md"

    deliver(read_delivery(None, file, as_json=False), content("a|b", note="Recorded."))

    assert file.read_text() == (
        "> Recorded.\n\n## Plans\n\n| name | price |\n| --- | ---: |\n| a\\|b | £8.00 |\n\n1 plan\n"
    )


def test_a_table_goes_into_a_file_without_colour(tmp_path: Path) -> None:
    file = tmp_path / "plans.txt"

    deliver(read_delivery(None, file, as_json=False), content("SIM"))

    assert "SIM" in file.read_text()
    assert "\x1b" not in file.read_text()


@pytest.mark.parametrize(
    ("form", "path", "as_json", "wanted"),
    [
        (None, None, False, "table"),
        (None, None, True, "json"),
        ("csv", "x.json", False, "csv"),
        (None, "x.CSV", False, "csv"),
        (None, "x.TXT", False, "table"),
        (None, ".csv", False, "csv"),
        ("table", "x.docx", False, "table"),
        ("json", None, True, "json"),
    ],
)
def test_a_file_tells_its_form_where_no_option_does(
    form: str | None, path: str | None, as_json: bool, wanted: str
) -> None:
    found = read_delivery(form, Path(path) if path else None, as_json=as_json)

    assert found == Delivery(wanted, Path(path) if path else None)


@pytest.mark.parametrize(("form", "as_json"), [("xml", False), ("csv", True)])
def test_an_unknown_form_and_two_at_once_are_refused(form: str, as_json: bool) -> None:
    with pytest.raises(UsageError):
        read_delivery(form, None, as_json=as_json)


@pytest.mark.parametrize(
    "name", ["x", "x.", "x.out", "x.docx", "x.xls", "x.json.gz", ".docx", "x.prom", "dir/x"]
)
def test_an_ending_that_tells_no_form_is_refused_with_those_that_do(name: str) -> None:
    with pytest.raises(UsageError, match="is unknown") as caught:
        read_delivery(None, Path(name))

    assert ".json, .csv, .md, .markdown, .txt" in str(caught.value.hint)


@pytest.mark.parametrize("name", ["x.xlsx", ".xlsx", "X.XLSX"])
def test_a_workbook_is_refused_where_a_command_writes_none(name: str) -> None:
    with pytest.raises(UsageError, match="would be a workbook, and this command writes none"):
        read_delivery(None, Path(name))

    assert read_delivery(None, Path(name), formats=TABLE_FORMATS).form == XLSX


def test_what_has_no_ending_by_its_nature_gets_the_table(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    paths = [pipe, Path("/dev/stdout"), Path("/dev/fd/1"), Path("/dev/null")]

    assert [read_delivery(None, path).form for path in paths] == ["table"] * 4


def test_a_workbook_is_written_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    workbook = replace(content("SIM"), xlsx=lambda: b"PK\x03\x04\xff")

    deliver(Delivery(XLSX, file), workbook)

    assert file.read_bytes() == b"PK\x03\x04\xff"


def test_a_workbook_goes_to_a_pipe_and_not_to_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    piped = read_delivery(XLSX, None, formats=TABLE_FORMATS)
    deliver(piped, replace(content("SIM"), xlsx=lambda: b"PK\xff"))
    sys.stdout.flush()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)

    assert capfdbinary.readouterr().out == b"PK\xff"
    with pytest.raises(UsageError, match="a terminal cannot show a workbook"):
        read_delivery(XLSX, None, formats=TABLE_FORMATS)


def test_what_csv_has_no_place_for_is_said_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = replace(content("SIM"), remarks=["10 of 105 plans"])

    for path in (None, tmp_path / "plans.csv"):
        deliver(Delivery("csv", path), cut)
        assert "planwatch: 10 of 105 plans.\n" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write"):
        deliver(Delivery("csv", tmp_path / "missing" / "x.csv"), content("SIM"))
