"""A machine whose clock is wrong: said as what it is, and no move lost or reported twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.sequences.heard import moved
from tests.sequences.stock import label, shelf, subject
from tests.sequences.watching import DAY, FIRST, Scrape, Watching, all_news

YEAR = timedelta(days=365)
GOOD = ("ok", "unchanged")
BEHIND = {
    "three days behind": ("acme", [3 * DAY], (1000, 850)),
    "a year behind": ("smarty", [YEAR], (1200, 1000)),
    "at 2001, where a board without a battery begins": (
        "giffgaff",
        [FIRST - datetime.fromisoformat("2001-01-01T00:10:00+00:00")],
        (1500, 1700),
    ),
    "two days behind for four scrapes": (
        "smarty",
        [6 * DAY, 6 * DAY, 6 * DAY, 6 * DAY],
        (900, 700),
    ),
    "six years behind for three scrapes": ("acme", [6 * YEAR] * 3, (2000, 1750)),
}


def _live(watch: Watching, name: str) -> tuple[list[Scrape], list[Scrape], list[Scrape]]:
    """Scrape four days by a right clock, some by a wrong one, four by the right one again.

    The price moves with the first scrape by the wrong clock.
    """
    source, behind, (before, after) = BEHIND[name]
    right = watch.play(source, [shelf(subject(source, before))] * 4)
    watch.sell(source, shelf(subject(source, after)))
    wrong = [
        watch.scrape(source, at=watch.at + number * DAY - by) for number, by in enumerate(behind)
    ]
    watch.at += len(behind) * DAY
    again = watch.play(source, [shelf(subject(source, after))] * 4)
    return right, wrong, again


@pytest.mark.parametrize("name", BEHIND)
def test_a_scrape_by_a_clock_that_is_behind_is_not_good_and_says_that_the_clock_is_off(
    watch: Watching, name: str
) -> None:
    source = BEHIND[name][0]

    _, wrong, _ = _live(watch, name)

    for scrape in wrong:
        assert scrape.outcome(source) not in GOOD
        assert "clock" in str(scrape.entries[source]["error"]).lower()


@pytest.mark.parametrize("name", BEHIND)
def test_the_next_scrape_by_a_right_clock_reports_the_move_as_a_move(
    watch: Watching, name: str
) -> None:
    source, _, (before, after) = BEHIND[name]

    _, wrong, again = _live(watch, name)

    assert all_news(wrong) == {}
    assert all_news(again) == {0: [moved(label(source), before, after)]}
    assert again[0].outcome(source) in GOOD


@pytest.mark.parametrize(
    ("source", "by"), [("acme", 2 * DAY), ("smarty", 3 * YEAR), ("giffgaff", 40 * DAY)]
)
def test_an_alert_about_a_wrong_clock_names_the_clock_and_comes_once(
    watch: Watching, monkeypatch: pytest.MonkeyPatch, source: str, by: timedelta
) -> None:
    monkeypatch.setenv("PLANWATCH_ALARMS__AFTER_FAILURES", "1")
    watch.play(source, [shelf(subject(source, 1000))] * 4)

    wrong = [watch.scrape(source, at=watch.at - DAY - by + n * DAY / 4) for n in range(3)]
    right = [watch.scrape(source) for _ in range(2)]

    assert [len(scrape.messages) for scrape in [*wrong, *right]] == [1, 0, 0, 1, 0]
    assert "clock" in wrong[0].text.lower()
    assert len(right[0].recoveries) == 1


@pytest.mark.parametrize("by", [timedelta(0), timedelta(seconds=1), timedelta(minutes=5)])
def test_two_scrapes_at_almost_the_same_time_are_no_wrong_clock(
    watch: Watching, by: timedelta
) -> None:
    watch.sell("acme", shelf(subject("acme", 1000)))

    scrapes = [watch.scrape("acme", at=FIRST + number * by) for number in range(3)]

    assert [scrape.outcome("acme") for scrape in scrapes] == ["ok", "unchanged", "unchanged"]
