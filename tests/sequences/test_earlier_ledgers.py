"""A ledger of an earlier version: what stands in it is not reported again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from tests.sequences.heard import moved
from tests.sequences.stock import label, shelf, subject
from tests.sequences.watching import Watching, all_news

EARLIER: Final = Path(__file__).parent / "ledgers" / "before-reported-state.sql"
"""Ten days to 2 December 2026, with alerts, by version 7 of the schema.

At `acme` the plan of 12 GB crept from £12.00 to £10.00 unreported and one of 15 GB was withdrawn;
at `smarty` it went to and fro between £9.00 and £11.00; `giffgaff` (£15.00) failed the last four
times.
"""
STANDS: Final = {"acme": 1000, "smarty": 1100, "giffgaff": 1500}


@pytest.fixture
def earlier(watch: Watching) -> Watching:
    """Watch the shops with that ledger on the day after."""
    watch.ledger.close()
    for file in watch.home.root.glob("ledger.db*"):
        file.unlink()
    with closing(sqlite3.connect(watch.home.ledger)) as connection:
        connection.executescript(EARLIER.read_text(encoding="utf-8"))
    watch.home.ledger.chmod(0o600)
    watch.reopen()
    watch.at = datetime(2026, 12, 3, 6, 15, tzinfo=UTC)
    return watch


@pytest.mark.parametrize("source", ["acme", "smarty"])
def test_what_stands_in_an_earlier_ledger_is_no_news(earlier: Watching, source: str) -> None:
    scrapes = earlier.play(source, [shelf(subject(source, STANDS[source]))] * 4)

    assert [scrape.text for scrape in scrapes if scrape.messages] == []


@pytest.mark.parametrize(
    ("source", "by"), [("acme", -150), ("acme", 200), ("smarty", 300), ("smarty", -250)]
)
def test_a_move_after_it_is_measured_from_what_stood(
    earlier: Watching, source: str, by: int
) -> None:
    stood = STANDS[source]
    days = [shelf(subject(source, pence)) for pence in (stood, stood, stood, *[stood + by] * 3)]

    assert all_news(earlier.play(source, days)) == {3: [moved(label(source), stood, stood + by)]}


@pytest.mark.parametrize("more_failures", [0, 1, 3])
def test_a_trouble_that_was_reported_before_ends_with_one_recovery(
    earlier: Watching, more_failures: int
) -> None:
    well = shelf(subject("giffgaff", STANDS["giffgaff"]))

    earlier.sell("giffgaff", well)
    scrapes = earlier.play("giffgaff", [*["500"] * more_failures, well, well])

    assert [len(scrape.messages) for scrape in scrapes] == [*[0] * more_failures, 1, 0]
    assert len(scrapes[more_failures].recoveries) == 1
    assert all_news(scrapes) == {}
