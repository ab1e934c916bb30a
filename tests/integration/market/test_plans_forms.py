"""`planwatch plans` in each form: filters, limits, the grid, a page and a workbook."""

from __future__ import annotations

import csv
import io
import os
import pty
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import HANG_S, PROGRAM, read_json, run_planwatch
from tests.support.workbooks import read_workbook

pytestmark = pytest.mark.usefixtures("demo_home")
NOTE = "prices are illustrative"


def _csv(*arguments: str) -> list[dict[str, str]]:
    done = run_planwatch("plans", *arguments, "--format", "csv")
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_filters_hold_together_and_the_former_name_of_max_cost_means_the_same() -> None:
    asked = ("--roaming", "eu", "--5g", "--max-term", "12")

    found = read_json("plans", *asked, "--max-cost", "12.50")
    every = read_json("plans")["plans"]

    expected = [
        plan
        for plan in every
        if plan["roaming"] in ("eu", "global")
        and plan["generation"] == "5g"
        and plan["term_months"] <= 12
        and plan["effective_pence"] <= 1250
    ]
    assert found["plans"] == expected != []
    assert found["total"] == len(expected)
    assert read_json("plans", *asked, "--max-price", "12.50") == found
    assert "--max-price" not in run_planwatch("plans", "--help").stdout


def test_what_does_not_state_its_roaming_is_counted_in_every_form() -> None:
    counted = read_json("plans", "--roaming", "eu")["not_stated"]
    said = f"{counted['roaming']} more plans do not state roaming"

    assert counted == {"roaming": 83, "generation": None}
    assert read_json("plans")["not_stated"] == {"roaming": None, "generation": None}
    assert said in run_planwatch("plans", "--roaming", "eu").stdout
    assert said in run_planwatch("plans", "--roaming", "EU", "--format", "md").stdout
    assert said in run_planwatch("plans", "--roaming", "eu", "--html").stdout
    assert said in run_planwatch("plans", "--roaming", "eu", "--format", "csv").stderr
    for form in ("table", "md", "html"):
        done = run_planwatch("plans", "--roaming", "eu", "--grid", "--format", form)
        assert said in done.stdout
    assert said in run_planwatch("plans", "--roaming", "global").stdout, "of an empty table, too"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--roaming", "europe"), "use none, eu, global"),
        (("--max-cost", "5", "--max-price", "5"), "use --max-cost"),
        (("--max-cost", "nan"), "--max-cost nan is not a valid price"),
        (("--max-price", "inf"), "--max-price inf is not a valid price"),
        (("--term", "24", "--max-term", "12"), "no plan of --term 24 is within --max-term 12"),
        (("-o", "market.docx"), ".json, .csv, .md, .markdown, .html, .htm, .xlsx, .txt"),
        (("-o", "market.xls"), "the format of market.xls is unknown"),
        (("-o", "market"), "the format of market is unknown"),
        (("--html", "--format", "md"), "cannot be combined"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(
    arguments: tuple[str, ...], said: str
) -> None:
    done = run_planwatch("plans", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(Path().iterdir())


@pytest.mark.parametrize("command", [("datasette",), ("sources",), ("show",), ("status",)])
@pytest.mark.parametrize("name", ["x", "x.docx", "x.xls"])
def test_every_command_refuses_a_file_without_a_known_ending(
    command: tuple[str, ...], name: str
) -> None:
    done = run_planwatch(*command, "-o", name)

    assert done.returncode == 2
    assert "use one of the endings" in done.stderr
    assert not Path(name).exists()


def test_a_limit_holds_for_every_form_and_what_is_left_out_is_said() -> None:
    whole = read_json("plans")
    cut = read_json("plans", "--limit", "7", "--sort", "effective")
    ordered = read_json("plans", "--sort", "effective")["plans"]

    assert (whole["total"], len(whole["plans"])) == (105, 105)
    assert (cut["total"], cut["plans"]) == (105, ordered[:7])
    assert [row["plan_key"] for row in _csv("--limit", "7", "--sort", "effective")] == [
        plan["plan_key"] for plan in ordered[:7]
    ]
    assert len(_csv()) == 105
    limited = run_planwatch("plans", "--limit", "7", "--format", "csv")
    assert "planwatch: 7 of 105 plans.\n" in limited.stderr
    for form in ("table", "md", "html"):
        shown = run_planwatch("plans", "--limit", "7", "--format", form).stdout
        assert "showing 7 of 105" in shown
    assert run_planwatch("plans", "--limit", "7", "-o", "x.xlsx").returncode == 0
    sheets = read_workbook(Path("x.xlsx").read_bytes())
    assert len(sheets["Plans"].rows()) == 8
    assert ["Plans", "showing 7 of 105"] in sheets["About"].rows()


def test_the_cost_of_a_gb_is_the_effective_cost_divided_by_the_data() -> None:
    plans = read_json("plans")["plans"]

    for plan in plans:
        if plan["unlimited"]:
            assert plan["per_gb_pence"] is None
        else:
            exact = plan["effective_pence"] * 1000 / plan["data_mb"]
            assert plan["per_gb_pence"] == pytest.approx(exact, abs=0.05 + 1e-9)
    assert [row["per_gb_pence"] for row in _csv()] == [
        "" if plan["per_gb_pence"] is None else str(plan["per_gb_pence"]) for plan in plans
    ]


def test_remarks_name_an_upfront_charge_and_a_data_promotion() -> None:
    shown = run_planwatch("plans").stdout

    assert "£5.00 upfront" in shown
    assert "usually 8 GB" in shown


def test_a_workbook_has_the_plans_as_json_has_them() -> None:
    plans = read_json("plans")["plans"]
    assert run_planwatch("plans", "-o", "market.xlsx").returncode == 0
    first = Path("market.xlsx").read_bytes()
    assert run_planwatch("plans", "-o", "again.xlsx").returncode == 0

    sheets = read_workbook(first)

    assert list(sheets) == ["Plans", "Grid", "Changes", "About"]
    assert Path("again.xlsx").read_bytes() == first
    head, *rows = sheets["Plans"].rows()
    assert len(rows) == len(plans)
    for row, plan in zip(rows, plans, strict=True):
        found = dict(zip(head, row, strict=True))
        gb = "unlimited" if plan["unlimited"] else plan["data_mb"] / 1000
        assert (found["Brand"], found["GB"]) == (plan["brand"], gb)
        assert found["Effective cost"] == pytest.approx(plan["effective_pence"] / 100)
        assert found["Headline"] == pytest.approx(plan["price_pence"] / 100)
        per_gb = None if plan["per_gb_pence"] is None else plan["per_gb_pence"] / 100
        assert found["£/GB"] == (None if per_gb is None else pytest.approx(per_gb))
    assert sheets["Plans"].has_frozen_head
    assert sheets["Plans"].filtered == f"A1:V{len(plans) + 1}"
    assert NOTE in str(sheets["About"].rows()[0][1])
    assert not any(sheet.formulas for sheet in sheets.values())


def test_the_changes_of_a_workbook_are_those_of_the_last_seven_days() -> None:
    run_planwatch("plans", "-o", "market.xlsx")
    run_planwatch("changes", "--since", "7d", "-o", "changes.xlsx")
    run_planwatch("plans", "O2", "-o", "o2.xlsx")
    shown = run_planwatch("changes", "--since", "7d").stdout

    rows = read_workbook(Path("market.xlsx").read_bytes())["Changes"].rows()

    assert len(rows) > 1
    assert rows == read_workbook(Path("changes.xlsx").read_bytes())["Changes"].rows()
    assert all(str(row[1]) in shown for row in rows[1:])
    of_o2 = read_workbook(Path("o2.xlsx").read_bytes())["Changes"].rows()[1:]
    assert [row for row in rows[1:] if str(row[1]).startswith("O2 ")] == of_o2


def test_a_history_is_a_workbook_too() -> None:
    done = run_planwatch("history", "o2-100gb-24m-classic", "-o", "history.xlsx")

    sheets = read_workbook(Path("history.xlsx").read_bytes())
    assert done.returncode == 0
    assert list(sheets) == ["History", "Note"]
    assert "Price (£)" in sheets["History"].rows()[0]


def _cells(document: dict[str, Any]) -> dict[tuple[int, str, int], dict[str, Any]]:
    return {
        (grid["term_months"], cell["brand"], grid["bands"][cell["band"]]["to_pence"]): cell
        for grid in document["grid"]
        for cell in grid["cells"]
    }


def test_each_cell_of_the_grid_is_the_most_data_of_its_brand_term_and_band() -> None:
    document = read_json("plans", "--grid")
    cells = _cells(document)
    best: dict[tuple[int, str, int], float] = {}
    for plan in document["plans"]:
        band = max(plan["effective_pence"] - 1, 0) // 500 * 500 + 500
        place = (plan["term_months"], plan["brand"], band)
        data = float("inf") if plan["unlimited"] else plan["data_mb"]
        best[place] = max(best.get(place, 0), data)

    assert {
        place: float("inf") if cell["unlimited"] else cell["data_mb"]
        for place, cell in cells.items()
    } == best
    by_id = {f"{plan['source']}:{plan['plan_key']}": plan for plan in document["plans"]}
    for (term, brand, band), cell in cells.items():
        plan = by_id[cell["plan_id"]]
        assert (plan["term_months"], plan["brand"]) == (term, brand)
        assert band - 500 < plan["effective_pence"] <= band or plan["effective_pence"] == 0
    assert [grid["term_months"] for grid in document["grid"]] == [1, 12, 18, 24, 0]


def test_the_grid_is_of_all_plans_that_pass_whatever_the_limit() -> None:
    whole = read_json("plans", "O2", "--grid")
    cut = read_json("plans", "O2", "--grid", "--limit", "1")

    assert cut["grid"] == whole["grid"]
    assert len(cut["plans"]) == 1
    assert {cell["brand"] for grid in whole["grid"] for cell in grid["cells"]} == {"O2"}
    assert read_json("plans", "O2")["grid"] is None


def test_the_grid_says_the_same_on_the_screen_in_csv_on_a_page_and_in_a_workbook() -> None:
    cells = _cells(read_json("plans", "--grid"))
    table = run_planwatch("plans", "--grid").stdout
    page = run_planwatch("plans", "--grid", "--html").stdout
    run_planwatch("plans", "-o", "market.xlsx")
    sheet = read_workbook(Path("market.xlsx").read_bytes())["Grid"]

    rows = _csv("--grid")
    assert {
        (int(row["term_months"]), row["brand"], int(row["band_to_pence"])): row["plan_id"]
        for row in rows
    } == {place: cell["plan_id"] for place, cell in cells.items()}
    assert page.count('<td class="level') == len(cells)
    assert sum(bool(colour) for colour in sheet.colours.values()) == len(cells)
    assert "Rolling (1 month): most GB" in table
    assert table.index("Rolling") < table.index("24 months: most GB") < table.index("Pay as you go")
    assert "unlim." in table
    assert NOTE in table
    assert NOTE in page


def test_a_grid_in_colour_says_the_same_as_without() -> None:
    import re

    plain = run_planwatch("plans", "--grid", env={"COLUMNS": "100"}).stdout
    colour = run_planwatch("plans", "--grid", env={"COLUMNS": "100", "FORCE_COLOR": "1"}).stdout

    assert "\x1b[" in colour
    assert "\x1b[" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", colour) == plain


@pytest.mark.parametrize("columns", ["60", "80", "100", "140"])
def test_a_brand_of_the_grid_and_a_plan_of_the_table_take_a_line_each(columns: str) -> None:
    grid = run_planwatch("plans", "--grid", env={"COLUMNS": columns}).stdout.splitlines()
    table = run_planwatch("plans", "O2", env={"COLUMNS": columns}).stdout.splitlines()

    assert max(map(len, [*grid, *table])) <= int(columns)
    first = next(at for at, line in enumerate(table) if line.startswith("─"))
    assert len([line for line in table[first + 1 :] if line.startswith((" O2", "O2"))]) == len(
        read_json("plans", "O2")["plans"]
    )
    assert len([line for line in grid if line.strip().startswith("giffgaff")]) == 3


def test_an_empty_filter_gives_empty_tables_and_no_error() -> None:
    for form in ("table", "md", "html", "csv", "json"):
        for grid in ((), ("--grid",)):
            done = run_planwatch("plans", "--max-cost", "0", *grid, "--format", form)
            assert done.returncode == 0, done.stderr
    assert run_planwatch("plans", "--max-cost", "0", "-o", "x.xlsx").returncode == 0
    assert len(read_workbook(Path("x.xlsx").read_bytes())["Plans"].rows()) == 1


def test_a_former_day_has_its_own_plans_and_the_changes_up_to_it() -> None:
    done = run_planwatch("plans", "--as-of", "2026-11-02", "-o", "then.xlsx")

    sheets = read_workbook(Path("then.xlsx").read_bytes())
    assert done.returncode == 0, done.stderr
    plans = read_json("plans", "--as-of", "2026-11-02")["plans"]
    assert len(sheets["Plans"].rows()) == len(plans) + 1
    last = (date(2026, 11, 2) - date(1899, 12, 30)).days
    assert all(isinstance(row[0], float) and row[0] <= last for row in sheets["Changes"].rows()[1:])


def test_a_workbook_is_not_written_to_a_terminal_but_to_a_pipe() -> None:
    piped = subprocess.run(
        [*PROGRAM, "plans", "O2", "--format", "xlsx"],
        capture_output=True,
        timeout=HANG_S,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    ours, theirs = pty.openpty()
    try:
        refused = subprocess.run(
            [*PROGRAM, "plans", "--format", "xlsx"],
            stdout=theirs,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            timeout=HANG_S,
            check=False,
        )
    finally:
        os.close(theirs)
        os.close(ours)

    assert "Plans" in read_workbook(piped.stdout)
    assert refused.returncode == 2
    assert b"a terminal cannot show a workbook" in refused.stderr
