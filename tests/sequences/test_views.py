"""What commands show after a nasty week: net moves, every change, the age of what stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.sequences.shops import Card, pounds
from tests.sequences.stock import others, prices, shelf, subject, unreadable
from tests.sequences.watching import Watching
from tests.support.cli import read_json, run_planwatch

WEEKS = {
    # prices by day; the net move of the period, None without one
    "there and further": ("acme", [1000, 1200, 1100, 1300], (1000, 1300)),
    "there and back": ("smarty", [1000, 800, 1000], None),
    "creeping": ("giffgaff", [1500, 1450, 1400, 1350, 1300], (1500, 1300)),
    "to and fro, ending elsewhere": ("acme", [1000, 1200, 1000, 1200, 1000, 1200], (1000, 1200)),
    "to and fro, ending where it began": ("smarty", [900, 1100, 900, 1100, 900], None),
}


def _lines_of_subject(text: str) -> list[str]:
    """Return the lines about the plan of the test: the only one of 12 GB."""
    return [line for line in text.splitlines() if re.search(r"(?<![\w.])12 GB", line)]


def _wide(*command: str) -> str:
    done = run_planwatch(*command, env={"COLUMNS": "220"})
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", WEEKS)
def test_the_table_of_changes_has_one_net_line_a_plan_and_json_every_change(
    watch: Watching, name: str
) -> None:
    source, values, net = WEEKS[name]
    watch.play(source, prices(source, values))

    table = _wide("changes", source, "--since", "30d", "--kind", "headline")
    recorded = read_json("changes", source, "--since", "30d", "--kind", "headline")["changes"]

    assert len(recorded) == len(values) - 1
    lines = [line for line in table.splitlines() if "£" in line]
    if net is None:
        assert lines == []
    else:
        [line] = lines
        assert [pounds(pence) in line for pence in net] == [True, True]


@pytest.mark.parametrize("name", WEEKS)
def test_the_digest_shows_net_moves_and_its_json_every_change(watch: Watching, name: str) -> None:
    source, values, net = WEEKS[name]
    if source == "acme":
        source = "smarty"  # the digest is about plans that a parser has read
    watch.play(source, prices(source, values))

    text = _wide("digest", "--since", "30d")
    document = read_json("digest", "--since", "30d")

    headlines = [change for change in document["changes"] if change["kind"] == "headline"]
    assert len(headlines) == len(values) - 1
    between = {pounds(pence) for pence in values} - {pounds(pence) for pence in net or ()}
    # the first screen says it once more
    listed = text.partition("Largest first")[2]
    lines = [line for line in _lines_of_subject(listed) if "→" in line]
    assert len(lines) == (0 if net is None else 1)
    for line in lines:
        assert not [price for price in between if price in line]


@pytest.mark.parametrize(
    ("source", "fault", "days"),
    [("smarty", "partial", 4), ("giffgaff", "500", 6), ("acme", "403", 3)],
)
def test_plans_of_a_source_that_is_not_read_in_full_show_their_age(
    watch: Watching, source: str, fault: str, days: int
) -> None:
    cards = others(8)
    spoilt: Sequence[Card] | str = unreadable(cards, 4) if fault == "partial" else fault
    watch.sell("bolt", cards)
    watch.play(source, [cards, cards], also=("bolt",))
    before = _wide("plans")
    watch.play(source, [spoilt] * days, also=("bolt",))

    after = _wide("plans")

    age = re.compile(rf"\b{days} d(ays)?\b|\b24 Nov")
    assert not age.search(before)
    assert age.search(after)
    unread = [line for line in after.splitlines() if source in line.lower()]
    assert unread


@pytest.mark.parametrize("hours", [1, 24])
def test_a_rename_keeps_the_history_of_the_plan(watch: Watching, hours: int) -> None:
    watch.step = timedelta(hours=hours)
    old, new = Card(tier="Lite", gb=12, pence=900), Card(tier="Essential", gb=12, pence=900)
    watch.play("acme", [shelf(subject("acme", 1000)), shelf(old), shelf(new), shelf(new)])

    history = read_json("history", "acme", "12gb")

    text = str(history)
    assert "1000" in text
    assert "900" in text
    kinds = [change["kind"] for change in read_json("changes", "acme", "--since", "30d")["changes"]]
    assert not {"new", "withdrawn"} & set(kinds)
