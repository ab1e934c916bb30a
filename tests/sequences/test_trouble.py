"""Sources that cannot be read, or not in full: one trouble, one message, one recovery."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.sequences.heard import moved, shares_said
from tests.sequences.shops import Card
from tests.sequences.stock import label, others, shelf, subject, unreadable
from tests.sequences.watching import Scrape, Watching, all_news

PARTIAL = "partial"


def _shelf(source: str) -> tuple[Card, ...]:
    return shelf(subject(source, 1000), beside=9)


def _days(source: str, script: str) -> list[Sequence[Card] | str]:
    """Return what a shop shows: its shelf, the shelf with four plans spoilt, or a fault."""
    cards = _shelf(source)
    shown: dict[str, Sequence[Card]] = {"ok": cards, PARTIAL: unreadable(cards, 4)}
    return [shown.get(word, word) for word in script.split()]


def _troubles(scrapes: Sequence[Scrape], source: str) -> list[int]:
    """Return the scrapes after which the source was reported as not well: each time in one line."""
    told = [n for n, scrape in enumerate(scrapes) if scrape.troubles]
    for number in told:
        [line] = scrapes[number].troubles
        assert source in line.lower()
    return told


def _recoveries(scrapes: Sequence[Scrape], source: str) -> list[int]:
    told = [n for n, scrape in enumerate(scrapes) if scrape.recoveries]
    for number in told:
        [line] = scrapes[number].recoveries
        assert source in line.lower()
    return told


IN_TURN = {
    # what a shop shows, the failures after which it is reported, and when that is and ends
    "all that can happen": (
        "smarty",
        "ok ok ok 500 partial 403 few redesigned challenge truncated 500 partial reset ok ok",
        2,
        [4],
        [13],
    ),
    "cut pages, blocks and a new layout": (
        "giffgaff",
        "ok ok ok cut 403 redesigned 206 challenge few 404 truncated ok ok",
        2,
        [4],
        [11],
    ),
    "of a source that only the miner reads": (
        "acme",
        "ok ok ok few 403 redesigned 500 few challenge 500 ok",
        2,
        [4],
        [10],
    ),
    "suspicious first": ("smarty", "ok ok ok few 500 few 500 few ok", 2, [4], [8]),
    "partial first": ("smarty", "ok ok partial 500 partial 500 ok", 2, [3], [6]),
    "partial, and nothing but": (
        "giffgaff",
        "ok ok partial partial partial partial ok",
        2,
        [3],
        [6],
    ),
    "reported at once": ("smarty", "ok ok 500 partial 403 ok 403 ok", 1, [2, 6], [5, 7]),
    "reported after three": (
        "giffgaff",
        "ok ok 500 partial ok 403 partial 500 partial ok",
        3,
        [7],
        [9],
    ),
    "once and again": ("smarty", "ok 500 ok 403 ok partial ok 500 ok", 2, [], []),
    "two troubles": ("smarty", "ok 500 500 500 ok ok 403 partial 403 ok", 2, [2, 7], [4, 9]),
    "never read in full": ("smarty", "500 partial 500 ok", 2, [1], [3]),
    "a month": ("acme", "ok " + "500 403 challenge " * 9 + "ok", 2, [2], [28]),
}


BESIDE_ANOTHER = ("all that can happen", "partial first", "two troubles", "never read in full")


@pytest.mark.parametrize(
    ("name", "beside"),
    [*[(name, ()) for name in IN_TURN], *[(name, ("bolt",)) for name in BESIDE_ANOTHER]],
)
def test_failures_of_all_kinds_are_one_trouble(
    watch: Watching, monkeypatch: pytest.MonkeyPatch, name: str, beside: tuple[str, ...]
) -> None:
    """A cron entry for one source alone follows the same count as one for several."""
    source, script, after, told, well = IN_TURN[name]
    monkeypatch.setenv("PLANWATCH_ALARMS__AFTER_FAILURES", str(after))
    watch.sell("bolt", shelf(subject("bolt", 700)))

    scrapes = watch.play(source, _days(source, script), also=beside)

    assert (_troubles(scrapes, source), _recoveries(scrapes, source)) == (told, well)
    assert [n for n, scrape in enumerate(scrapes) if scrape.messages] == sorted(told + well)
    assert all(len(scrape.messages) <= 1 for scrape in scrapes)
    assert all(_lines_naming(scrape, source) <= 1 for scrape in scrapes)
    assert all_news(scrapes) == {}


def _lines_naming(scrape: Scrape, source: str) -> int:
    return sum(
        source in line.lower() for message in scrape.messages for line in message.body.splitlines()
    )


@pytest.mark.parametrize(
    ("source", "cards", "spoilt"), [("smarty", 10, 4), ("giffgaff", 12, 3), ("smarty", 8, 6)]
)
def test_a_partial_trouble_says_what_share_was_read(
    watch: Watching, source: str, cards: int, spoilt: int
) -> None:
    whole = others(cards)

    scrapes = watch.play(source, [whole, *[unreadable(whole, spoilt)] * 3, whole])

    assert (_troubles(scrapes, source), _recoveries(scrapes, source)) == ([2], [4])
    share = (cards - spoilt) / cards
    assert any(abs(said - share) < 0.01 for said in shares_said(scrapes[2].troubles[0]))


@pytest.mark.parametrize(
    ("source", "weeks", "spoilt"), [("smarty", 3, 4), ("giffgaff", 2, 5), ("smarty", 4, 2)]
)
def test_moves_during_weeks_of_partial_reads_are_reported_when_they_are_read(
    watch: Watching, source: str, weeks: int, spoilt: int
) -> None:
    """In the part that is read at once, in the other part with the first full read, as one move."""

    def cards(read: int, hidden: int) -> tuple[Card, ...]:
        return (*shelf(subject(source, read), beside=8), subject(source, hidden, gb=250))

    days = 7 * weeks
    read = [1000] * 6 + [850] * (days - 6)
    hidden = [1200] * 5 + [1100] * 3 + [900] * (days - 8)
    script: list[Sequence[Card]] = [cards(1000, 1200)] * 2
    script += [unreadable(cards(*now), spoilt) for now in zip(read, hidden, strict=True)]
    script += [cards(850, 900)] * 3

    scrapes = watch.play(source, script)

    assert all_news(scrapes) == {
        2 + 6: [moved(label(source), 1000, 850)],
        2 + days: [moved(label(source, gb=250), 1200, 900)],
    }
    assert (_troubles(scrapes, source), _recoveries(scrapes, source)) == ([3], [2 + days])


@pytest.mark.parametrize(
    ("rules", "name"),
    [('on = ["source"]', "source"), ('on = ["source", "job_failed"]', "both"), ("", "default")],
    ids=["source", "source and job_failed", "default"],
)
@pytest.mark.parametrize(
    "script", ["ok 500 ok", "ok 403 ok 500 ok partial ok", "ok ok ok few ok redesigned ok"]
)
def test_a_source_alone_in_its_job_that_fails_once_is_no_news(
    watch: Watching, rules: str, name: str, script: str
) -> None:
    watch.configure(f"[[notify.rules]]\n{rules}\n" if rules else "")

    scrapes = watch.play("smarty", _days("smarty", script))

    assert [scrape.text for scrape in scrapes if scrape.messages] == []


@pytest.mark.parametrize(
    ("sources", "script"),
    [
        (("acme", "bolt", "corner"), "500"),
        (("smarty", "giffgaff", "acme"), "403"),
        (("smarty", "acme"), "redesigned"),
    ],
)
def test_several_sources_in_trouble_at_once_are_one_message_a_job(
    watch: Watching, sources: tuple[str, ...], script: str
) -> None:
    watch.sell("corner", shelf(subject("corner", 1300)))
    for source in sources:
        watch.sell(source, shelf(subject(source, 1000)))
    asked = tuple({*sources, "corner"} if "corner" not in sources else {*sources})
    scrapes = [watch.scrape(*sorted(asked))]
    for source in sources:
        if source != "corner":
            watch.spoil(source, script)
    scrapes += [watch.scrape(*sorted(asked)) for _ in range(4)]
    for source in sources:
        watch.spoil(source, None)
    scrapes.append(watch.scrape(*sorted(asked)))

    broken = len([source for source in sources if source != "corner"])
    assert [len(scrape.messages) for scrape in scrapes] == [0, 0, 1, 0, 0, 1]
    assert [len(scrapes[n].troubles) for n in (2, 5)] == [broken, 0]
    assert len(scrapes[5].recoveries) == broken


@pytest.mark.parametrize(
    ("source", "fault"), [("smarty", "500"), ("giffgaff", "403"), ("acme", "redesigned")]
)
def test_a_move_while_a_source_was_down_comes_with_its_recovery_in_one_message(
    watch: Watching, source: str, fault: str
) -> None:
    days: list[Sequence[Card] | str] = [shelf(subject(source, 1000))] * 2
    days += [fault] * 5
    days += [shelf(subject(source, 850))] * 2

    scrapes = watch.play(source, days)

    assert all_news(scrapes) == {7: [moved(label(source), 1000, 850)]}
    assert (_troubles(scrapes, source), _recoveries(scrapes, source)) == ([3], [7])
    assert [len(scrape.messages) for scrape in scrapes] == [0, 0, 0, 1, 0, 0, 0, 1, 0]
