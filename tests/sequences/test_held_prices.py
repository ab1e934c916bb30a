"""A single price that moves by a factor of four or more waits until a person confirms it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from planwatch.views.jobs.ended import print_ended
from tests.sequences.heard import moved
from tests.sequences.shops import Card
from tests.sequences.stock import label, shelf, subject
from tests.sequences.watching import Scrape, Watching, all_news
from tests.support.cli import run_planwatch
from tests.support.ledgers import value

SLIPS = {
    "a hundredth": ("acme", 1500, 15),
    "a hundredth of a JSON price": ("smarty", 1200, 12),
    "a hundredth of a JSON-LD price": ("giffgaff", 1800, 18),
    "a tenth": ("smarty", 1500, 150),
    "exactly a quarter": ("acme", 2000, 500),
    "four times": ("smarty", 700, 2800),
    "ten times": ("acme", 900, 9000),
    "fourteen times": ("giffgaff", 1400, 19900),
}


def _price(watch: Watching, gb: int = 12) -> int:
    """Return the price that is in force, by the view that everybody reads."""
    sql = "SELECT price_pence FROM current_plans WHERE data_mb = ?"
    return int(value(watch.home.root, sql, gb * 1000))


def _said_once(scrapes: Sequence[Scrape], pence: int) -> bool:
    """Tell whether the price was said to be unconfirmed, once, by the second scrape that had it."""
    said = [n for n, scrape in enumerate(scrapes) if scrape.unconfirmed]
    return len(said) == 1 and said[0] <= 1 and set(scrapes[said[0]].unconfirmed) == {pence}


def _moves(scrapes: Sequence[Scrape]) -> dict[int, list[object]]:
    """Return what was said of plans but that a price is unconfirmed."""
    kept = {
        number: [news for news in scrape.news if news.kind != "unconfirmed"]
        for number, scrape in enumerate(scrapes)
    }
    return {number: list(news) for number, news in kept.items() if news}


def _hold(watch: Watching, source: str, before: int, slip: int) -> list[Scrape]:
    """Show the right price for three days, then the slip for four; return those four."""
    watch.play(source, [shelf(subject(source, before))] * 3)
    return watch.play(source, [shelf(subject(source, slip))] * 4)


@pytest.mark.parametrize("name", SLIPS)
def test_a_price_that_slips_is_held_and_called_unconfirmed_once(watch: Watching, name: str) -> None:
    source, before, slip = SLIPS[name]

    held = _hold(watch, source, before, slip)

    assert [scrape.outcome(source) for scrape in held] == ["partial"] * 4
    assert all("held" in scrape.entries[source]["flags"] for scrape in held)
    assert _said_once(held, slip)
    assert _moves(held) == {}
    assert _price(watch) == before


@pytest.mark.parametrize("name", ["a hundredth", "a tenth", "four times"])
def test_a_held_price_that_recovers_by_itself_leaves_no_move(watch: Watching, name: str) -> None:
    source, before, slip = SLIPS[name]
    held = _hold(watch, source, before, slip)

    well = watch.play(source, [shelf(subject(source, before))] * 3)

    assert _said_once(held, slip)
    assert [len(scrape.recoveries) for scrape in well] in ([0, 0, 0], [1, 0, 0])
    assert all_news([*held, *well][4:]) == {}
    assert _price(watch) == before


@pytest.mark.parametrize("name", ["a hundredth of a JSON price", "exactly a quarter", "ten times"])
def test_a_held_price_that_a_person_accepts_is_a_move(watch: Watching, name: str) -> None:
    source, before, slip = SLIPS[name]
    held = _hold(watch, source, before, slip)

    accepted = run_planwatch("sources", "accept", source)
    later = watch.play(source, [shelf(subject(source, slip))] * 3)

    assert (accepted.returncode, _said_once(held, slip)) == (0, True)
    assert _price(watch) == slip
    assert _moves(later) == {0: [moved(label(source), before, slip)]}
    assert [scrape.outcome(source) in ("ok", "unchanged") for scrape in later] == [True] * 3
    assert [scrape.unconfirmed for scrape in later] == [[], [], []]


@pytest.mark.parametrize("source", ["acme", "smarty", "giffgaff"])
def test_the_other_plans_of_a_source_with_a_held_price_are_stored_and_reported(
    watch: Watching, source: str
) -> None:
    def cards(pence: int, other: int) -> tuple[Card, ...]:
        return shelf(subject(source, pence), subject(source, other, gb=15))

    watch.play(source, [cards(1500, 1000)] * 3)
    held = watch.play(source, [cards(15, 1000), cards(15, 850), cards(15, 850)])

    assert _moves(held) == {1: [moved(label(source, gb=15), 1000, 850)]}
    assert (_price(watch), _price(watch, 15)) == (1500, 850)


@pytest.mark.parametrize(
    ("source", "before", "after"),
    [
        ("acme", 1560, 400),
        ("smarty", 400, 1560),
        ("giffgaff", 2000, 513),
        ("smarty", 1000, 2500),
    ],
    ids=["divided by 3.9", "times 3.9", "divided by 3.9 at giffgaff", "times 2.5"],
)
def test_a_move_by_less_than_four_is_a_move(
    watch: Watching, source: str, before: int, after: int
) -> None:
    days = [shelf(subject(source, pence)) for pence in (before, before, before, after, after)]

    scrapes = watch.play(source, days)

    assert all_news(scrapes) == {3: [moved(label(source), before, after)]}
    assert [scrape.outcome(source) for scrape in scrapes][-2:] == ["ok", "unchanged"]


@pytest.mark.parametrize(
    ("before", "promoted"), [(2000, 500), (1500, 100), (2400, 480)], ids=["4", "15", "5"]
)
def test_a_promotion_that_its_card_states_is_a_move_whatever_its_factor(
    watch: Watching, before: int, promoted: int
) -> None:
    sale = subject("acme", promoted, was_pence=before)
    days = [shelf(subject("acme", before))] * 3 + [shelf(sale)] * 3

    scrapes = watch.play("acme", days)

    assert all_news(scrapes) == {3: [moved(label("acme"), before, promoted)]}
    assert _price(watch) == promoted


@pytest.mark.parametrize("name", ["a hundredth", "ten times", "a hundredth of a JSON price"])
def test_who_waits_for_a_scrape_sees_a_held_price_on_each_run(
    watch: Watching, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    source, before, slip = SLIPS[name]
    held = _hold(watch, source, before, slip)

    for scrape in held:
        job = {
            "id": "j",
            "kind": "scrape",
            "status": scrape.status,
            "finished_at": scrape.at.isoformat(),
            "error": None,
            "result": {"sources": list(scrape.entries.values()), "plans_total": 6},
        }
        capsys.readouterr()
        print_ended(None, job, note=None, present=scrape.at)
        shown = capsys.readouterr()
        lines = [line for line in shown.err.splitlines() if line.startswith("planwatch: held: ")]
        assert len(lines) == 1
        assert f"unconfirmed: £{slip / 100:.2f}" in lines[0]
        assert f"planwatch sources accept {source}" in lines[0]
