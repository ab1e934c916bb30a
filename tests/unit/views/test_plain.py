"""Output that is no terminal: what Rich would print, byte for byte, and Rich only where it must."""

from __future__ import annotations

import io
import sys
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planwatch.views.output.plain import Part, print_parts
from planwatch.views.output.streams import console
from planwatch.views.table.column import Column, Styled
from planwatch.views.table.table import FittingTable
from planwatch.views.table.text import as_text
from tests.unit.views.test_fitting import TABLES

_WORDS: Final = st.text(alphabet="ab £–é─\t漢\u0301", max_size=25)
_CELLS: Final = _WORDS | st.builds(
    lambda first, second: Styled([first, (second, "bold")], "red"), _WORDS, _WORDS
)
_LABELS: Final = st.text(alphabet="abc ", min_size=1, max_size=12)


@st.composite
def _tables(draw: st.DrawFn) -> FittingTable:
    columns = draw(
        st.lists(
            st.builds(
                Column,
                _LABELS,
                align=st.sampled_from(("left", "right")),
                folds=st.booleans(),
                is_note=st.booleans(),
                is_head=st.booleans(),
            ),
            min_size=1,
            max_size=9,
        )
    )
    rows = draw(st.lists(st.tuples(*[_CELLS] * len(columns)), max_size=4))
    title, caption = draw(st.none() | _LABELS), draw(st.none() | _LABELS)
    return FittingTable(title, columns, rows, caption=caption)


def _by_rich(parts: list[Part]) -> str:
    drawn = io.StringIO()
    target = console(drawn)
    for part in parts:
        target.print(part if isinstance(part, FittingTable) else as_text(part))
    return drawn.getvalue()


def _printed(parts: list[Part], monkeypatch: pytest.MonkeyPatch) -> str:
    out = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        for name in ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE"):
            patch.delenv(name, raising=False)
        print_parts(parts)
    return out.getvalue()


@pytest.mark.parametrize("table", TABLES)
def test_a_real_table_is_printed_as_rich_draws_it(
    table: FittingTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)

    assert _printed(["Jobs", "", table], monkeypatch) == _by_rich(["Jobs", "", table])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=_tables(), said=_CELLS)
def test_any_table_is_printed_as_rich_draws_it(
    table: FittingTable, said: str | Styled, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _printed([said, table], monkeypatch) == _by_rich([said, table])


def test_colours_that_the_environment_asks_for_are_rich_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)

    print_parts([Styled(["pending"], "red")])

    assert "\x1b[31m" in out.getvalue()


def test_a_stream_that_holds_no_rule_gets_one_of_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    written = io.BytesIO()
    out = io.TextIOWrapper(written, encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)

    print_parts([FittingTable(None, [Column("job"), Column("state")], [("a1", "pending")])])
    out.flush()

    assert [line.rstrip() for line in written.getvalue().decode().splitlines()] == [
        "",
        " job | state",
        "-----+---------",
        " a1  | pending",
        "",
    ]
