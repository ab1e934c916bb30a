"""Tables at the widths of real terminals: nothing is cut, and nothing goes missing unsaid."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType

from planwatch.views.output.streams import console
from planwatch.views.table.column import Column
from planwatch.views.table.table import FittingTable
from planwatch.views.table.text import as_text, is_empty
from tests.unit.views.realistic import VIEWS

WIDTHS: Final = (60, 80, 100, 120, 160)


def _find_tables(view: RenderableType) -> Iterator[FittingTable]:
    if isinstance(view, FittingTable):
        yield view
    elif isinstance(view, Group):
        for part in view.renderables:
            yield from _find_tables(part)


FIGURE: Final = re.compile(r"[+−±]?£\d+\.\d\d|[+−]?\d+ %|\d{4}-\d\d-\d\d")
TABLES: Final = [
    pytest.param(table, id=f"{name}-{number}")
    for name, view in VIEWS.items()
    for number, table in enumerate(_find_tables(view))
]
at_each_width = pytest.mark.parametrize("width", WIDTHS)
of_each_table = pytest.mark.parametrize("table", TABLES)


def _print(view: RenderableType, width: int) -> list[str]:
    file = io.StringIO()
    Console(file=file, width=width, highlight=False, emoji=False, markup=False).print(view)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def _caption(lines: list[str]) -> str:
    """Return what stands below the table."""
    return " ".join(lines[max(place for place, line in enumerate(lines) if not line) + 1 :])


def _left_out(lines: list[str]) -> list[str]:
    return _labels_after("left out to fit: ", lines)


def _shortened(lines: list[str]) -> list[str]:
    return _labels_after("shortened to fit: ", lines)


def _labels_after(words: str, lines: list[str]) -> list[str]:
    _, said, labels = _caption(lines).partition(words)
    # a label may hold a comma: "O2, 1 month"
    return re.split(r", (?!\d+ months?\b)", labels.partition(";")[0]) if said else []


def _body(lines: list[str]) -> list[str]:
    """Return what stands between title and caption."""
    first = lines.index("")
    last = max(place for place, line in enumerate(lines) if not line)
    return lines[first:last]


def _told_cells(table: FittingTable, lines: list[str]) -> list[tuple[Column, str]]:
    """Return the cells that say something, of the columns that are shown whole."""
    gone = [*_left_out(lines), *_shortened(lines)]
    return [
        (column, as_text(cell).plain)
        for row in table.rows
        for column, cell in zip(table.columns, row, strict=True)
        if column.label not in gone and not is_empty(as_text(cell))
    ]


def _words(lines: Iterable[str]) -> Counter[str]:
    return Counter(word for line in lines for word in line.split())


def test_the_tables_tried_here_are_those_of_all_views() -> None:
    counts = Counter(str(param.id).rpartition("-")[0] for param in TABLES)

    assert counts == {
        "plans": 1,
        "sources": 1,
        "changes": 1,
        "jobs": 1,
        "job": 2,
        "compare": 13,
        "analyse": 23,
        "one screen": 1,
        "one screen of analyse": 1,
        "analyses": 1,
    }


@at_each_width
@pytest.mark.parametrize("view", VIEWS)
def test_no_line_of_a_view_is_longer_than_the_terminal_is_wide(view: str, width: int) -> None:
    lines = _print(VIEWS[view], width)

    assert [line for line in lines if cell_len(line) > width] == []


@at_each_width
@of_each_table
def test_every_figure_of_every_row_is_there_uncut(table: FittingTable, width: int) -> None:
    lines = _print(table, width)
    body = _body(lines)
    cells = _told_cells(table, lines)

    found = Counter(figure for line in body for figure in FIGURE.findall(line))
    assert found == Counter(figure for _, cell in cells for figure in FIGURE.findall(cell))
    whole = [cell for column, cell in cells if not column.folds]
    assert [cell for cell in whole if not any(cell in line for line in body)] == []


@at_each_width
@of_each_table
def test_every_word_of_every_cell_is_there_in_one_piece(table: FittingTable, width: int) -> None:
    lines = _print(table, width)

    wanted = Counter(word for _, cell in _told_cells(table, lines) for word in cell.split())
    assert wanted - _words(_body(lines)) == Counter()


@at_each_width
@of_each_table
def test_every_column_that_says_something_has_its_label(table: FittingTable, width: int) -> None:
    lines = _print(table, width)

    words = set(re.findall(r"[^\s:]+", " ".join(_body(lines))))
    labels = {column.label for column, _ in _told_cells(table, lines)}
    assert [label for label in labels if not set(label.split()) <= words] == []


@at_each_width
@of_each_table
def test_only_what_may_leave_is_left_out(table: FittingTable, width: int) -> None:
    assert set(_left_out(_print(table, width))) <= set(table.leaving)


@at_each_width
@of_each_table
def test_only_what_may_be_shortened_is_and_its_cells_say_so(
    table: FittingTable, width: int
) -> None:
    lines = _print(table, width)
    short = [column for column in table.columns if column.label in _shortened(lines)]

    assert all(column.shortens for column in short)
    assert any("…" in line for line in _body(lines)) is bool(short)


@pytest.mark.parametrize("width", range(60, 141, 8))
@pytest.mark.parametrize("kind", ["compare", "analyse", "one screen", "one screen of analyse"])
def test_a_row_of_a_report_takes_one_line_at_any_width(kind: str, width: int) -> None:
    for table in _find_tables(VIEWS[kind]):
        body = _body(_print(table, width))

        rule = next(place for place, line in enumerate(body) if line.startswith("─"))
        assert len(body) == rule + 1 + len(table.rows), table.title


def test_columns_of_a_report_leave_from_the_right_and_costs_and_gaps_stay_longest() -> None:
    tables = {table.title: table for table in _find_tables(VIEWS["compare"])}
    gaps = tables["O2 against Three"]

    left_out = [_left_out(_print(gaps, width)) for width in (180, 140, 120, 100, 80, 60)]

    assert left_out == [
        [],
        ["Compared on"],
        ["Compared on"],
        ["Rival plan", "Rival effective", "% of rival", "Compared on"],
        ["Rival plan", "Rival effective", "% of rival", "Compared on"],
        ["Rival plan", "Rival effective", "Gap", "% of rival", "Compared on"],
    ]


@at_each_width
def test_a_column_of_plans_is_either_shown_or_named_as_left_out(width: int) -> None:
    [plans] = _find_tables(VIEWS["plans"])
    lines = _print(plans, width)
    marks = {
        "source": "uswitch",
        "promo until": "2026-05-01",
        "roaming": "EU",
        "£/GB": "£0.100",
        "exit": "£34.50",
        "remark": "Clubcard",
        "tier": "Lite",
    }

    words = _words(_body(lines))
    assert {label for label, mark in marks.items() if mark not in words} == set(_left_out(lines))


def test_plans_leave_out_the_least_important_columns_first() -> None:
    left_out = [
        _left_out(_print(VIEWS["plans"], width))
        for width in (160, 140, 130, 120, 110, 100, 80, 60, 48, 40)
    ]

    assert left_out == [
        [],
        ["source"],
        ["promo until", "source"],
        ["promo until", "roaming", "source"],
        ["£/GB", "promo until", "roaming", "source"],
        ["£/GB", "exit", "promo until", "roaming", "source"],
        ["£/GB", "exit", "promo until", "roaming", "source", "remark"],
        ["tier", "£/GB", "exit", "promo until", "roaming", "source", "remark"],
        ["tier", "headline", "£/GB", "exit", "promo until", "roaming", "source", "remark"],
        ["tier", "term", "headline", "£/GB", "exit", "promo until", "roaming", "source", "remark"],
    ]


@pytest.mark.parametrize("width", [38, 48, 60, 70, 80, 90, 100, 120, 140, 200])
def test_a_plan_takes_one_line_at_any_width(width: int) -> None:
    [plans] = _find_tables(VIEWS["plans"])

    body = _body(_print(plans, width))

    rule = next(place for place, line in enumerate(body) if line.startswith("─"))
    assert len(body) == rule + 1 + len(plans.rows)


COLUMNS: Final = (
    Column("brand", folds=True, is_head=True),
    Column("plan", folds=True, is_head=True),
    Column("in the first month", align="right"),
    Column("over the term", align="right"),
    Column("remark", folds=True, is_note=True),
)
ROWS: Final = (
    ("O2", "unlimited data, 24 months (Plus)", "£32.00", "£33.98", ""),
    ("EE", "25 GB", "£22.00", "–", "slow lane, and only for customers who have a broadband line"),
)


def _shown(width: int) -> list[str]:
    return _print(FittingTable("Plans", COLUMNS, ROWS), width)


def test_a_wide_table_has_the_look_of_the_house() -> None:
    assert _shown(160) == [
        "Plans",
        "",
        " brand   plan                               in the first month   over the term   remark",
        "─" * 141,
        " O2      unlimited data, 24 months (Plus)               £32.00          £33.98",
        " EE      25 GB                                          £22.00               –"
        "   slow lane, and only for customers who have a broadband line",
        "",
    ]


def test_labels_of_figures_fold_before_words_do() -> None:
    assert _shown(110)[2:7] == [
        "                                            in the     over",
        "                                             first      the",
        " brand   plan                                month     term   remark",
        "─" * 110,
        " O2      unlimited data, 24 months (Plus)   £32.00   £33.98",
    ]


def test_a_note_without_room_beside_its_row_stands_below_it() -> None:
    assert _shown(66)[4:] == [
        " brand   plan                                month     term",
        "─" * 60,
        " O2      unlimited data, 24 months (Plus)   £32.00   £33.98",
        " EE      25 GB                              £22.00        –",
        "   remark: slow lane, and only for customers who have a broadband",
        "   line",
        "",
    ]


def test_of_two_notes_below_a_row_each_says_what_it_is() -> None:
    columns = (Column("id"), Column("why", is_note=True), Column("then", is_note=True))
    notes = ("one sentence that needs more than half a line", "another sentence as long as that")

    assert _print(FittingTable(None, columns, [("a1", *notes)]), 60) == [
        "",
        " id",
        "────",
        " a1",
        "   why: one sentence that needs more than half a line",
        "   then: another sentence as long as that",
        "",
    ]


def test_columns_of_figures_stand_closer_before_the_rows_become_blocks() -> None:
    columns = (Column("size"), *(Column(f"c{at}", align="right") for at in range(4)))
    row = ("25 GB", "£10.00", "£12.00", "£14.00", "£16.00")

    assert _print(FittingTable(None, columns, [row]), 33)[1:] == [
        "size      c0     c1     c2     c3",
        "─" * 33,
        "25 GB £10.00 £12.00 £14.00 £16.00",
        "",
    ]


def test_columns_of_words_do_not_stand_as_close_as_figures() -> None:
    columns = [Column(f"c{at}", is_head=at == 0) for at in range(3)]

    assert _print(FittingTable(None, columns, [("Three", "All Rounder", "EU roaming")]), 30)[
        1:
    ] == [
        " c0",
        "─" * 30,
        " Three",
        "   c1 All Rounder",
        "   c2 EU roaming",
        "",
    ]


def test_rows_that_no_table_holds_become_blocks_without_what_is_not_stated() -> None:
    columns = [COLUMNS[0], *(Column(f"of {number}", align="right") for number in range(9))]
    row = ["O2", *(f"£{number}0.00" for number in range(1, 9)), "–"]

    assert _print(FittingTable(None, columns, [row, ["EE", *["–"] * 9]]), 40) == [
        "",
        " brand",
        "─" * 40,
        " O2",
        "   of 0 £10.00 · of 1 £20.00",
        "   of 2 £30.00 · of 3 £40.00",
        "   of 4 £50.00 · of 5 £60.00",
        "   of 6 £70.00 · of 7 £80.00",
        " EE",
        "   –",
        "",
    ]


def test_a_table_whose_cells_would_fold_into_more_than_three_lines_becomes_blocks() -> None:
    columns = [Column(name, folds=True, is_head=name == "a") for name in ("a", "b", "c")]
    row = ("one", "a text of words that goes on and on and on for so long", "as this one does, on")

    assert _print(FittingTable(None, columns, [row]), 40)[1:] == [
        " a",
        "─" * 40,
        " one",
        "   b a text of words that goes on and on",
        "   and on for so long",
        "   c as this one does, on",
        "",
    ]


def test_a_word_wider_than_its_column_would_be_is_not_broken_while_a_line_holds_it() -> None:
    columns = (Column("plan", is_head=True), Column("price"), Column("page", folds=True))
    row = ("Classic 100 GB", "£10.00", "https://www.three.example/ of May")

    assert _print(FittingTable(None, columns, [row]), 36)[3:] == [
        " Classic 100 GB",
        "   price £10.00",
        "   page https://www.three.example/",
        "   of May",
        "",
    ]


def test_a_figure_of_a_block_is_not_broken_where_its_label_fills_the_line() -> None:
    label = "minimum term of a contract at"
    columns = (Column("plan", is_head=True), *(Column(f"{label} {shop}") for shop in ("O2", "EE")))
    row = ("Classic", "24 months or 12 months", "12 months or 24 months")

    assert _print(FittingTable(None, columns, [row]), 38)[3:] == [
        " Classic",
        "   minimum term of a contract at O2",
        "   24 months or 12 months",
        "   minimum term of a contract at EE",
        "   12 months or 24 months",
        "",
    ]


def test_a_caption_tells_what_is_left_out_after_what_it_says_anyway() -> None:
    columns = (Column("plan", is_head=True), Column("price"), Column("source"))
    table = FittingTable(
        None, columns, [("x" * 20, "£10.00", "uswitch")], caption="1 plan", leaving=["source"]
    )

    assert _print(table, 36)[1:] == [
        " plan                   price",
        "─" * 31,
        f" {'x' * 20}   £10.00",
        "",
        "1 plan; left out to fit: source",
    ]


def test_an_empty_column_that_leaves_is_not_spoken_of() -> None:
    columns = (Column("plan", is_head=True), Column("price"), Column("remarkable source"))
    table = FittingTable(None, columns, [("x" * 20, "£10.00", "–")], leaving=["remarkable source"])

    assert _left_out(_print(table, 36)) == []
    assert "source" not in " ".join(_print(table, 36))


def test_a_table_sent_to_a_file_is_160_wide_or_as_wide_as_columns_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wide = console().width
    monkeypatch.setenv("COLUMNS", "66")
    console().print(FittingTable("Plans", COLUMNS, ROWS))

    assert wide == 160
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == _shown(66)


WORD: Final = st.text("abcd£1·[]/é語", min_size=1, max_size=9) | st.sampled_from(
    ("[data-testid=plan-card]", "unwiderstehlich", "https://www.three.example/")
)
TEXT: Final = st.lists(WORD, max_size=12).map(" ".join)
FIGURES: Final = st.sampled_from(("£9.00", "+£110.35", "24 months", "Unlimited", "+106 %", "–"))


@st.composite
def tables(draw: st.DrawFn) -> FittingTable:
    """Return tables of up to twelve columns; up to two of them may leave."""
    kinds = draw(st.lists(st.sampled_from(("figure", "words", "note")), min_size=1, max_size=12))
    columns = [
        Column(
            f"c{place} {draw(TEXT)}".strip(),
            align="right" if kind == "figure" else "left",
            folds=kind != "figure",
            is_note=kind == "note",
            is_head=draw(st.booleans()),
        )
        for place, kind in enumerate(kinds)
    ]
    cells = [FIGURES if kind == "figure" else TEXT for kind in kinds]
    rows = draw(st.lists(st.tuples(*cells), min_size=1, max_size=4))
    leaving = draw(st.lists(st.sampled_from([column.label for column in columns]), max_size=2))
    return FittingTable(draw(st.none() | WORD), columns, rows, leaving=leaving)


@given(table=tables(), width=st.integers(30, 170))
def test_whatever_a_table_holds_it_fits_and_keeps_its_figures_and_words(
    table: FittingTable, width: int
) -> None:
    lines = _print(table, width)

    gone = {place for place, column in enumerate(table.columns) if column.label in _left_out(lines)}
    told = [
        (column, cell.plain)
        for row in table.rows
        for place, (column, cell) in enumerate(zip(table.columns, map(as_text, row), strict=True))
        if place not in gone and not is_empty(cell)
    ]
    figures = {cell for column, cell in told if not column.folds and not column.is_head}
    assert [line for line in lines if cell_len(line) > width] == []
    assert Counter(word for _, cell in told for word in cell.split()) - _words(lines) == Counter()
    assert [figure for figure in figures if not any(figure in line for line in lines)] == []
