"""Several jobs, several sources, other processes, and ledgers that were there before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.sequences.heard import alternates, moved, stands_again
from tests.sequences.stock import label, prices, shelf, subject
from tests.sequences.watching import RULES, Watching, all_news


def _without_alerts(watch: Watching, days: int, source: str, values: Sequence[int]) -> None:
    """Scrape for some days with nobody to be told."""
    for day in range(days):
        watch.sell(source, shelf(subject(source, values[day % len(values)])))
        watch.scrape(source)


@pytest.mark.parametrize(
    ("source", "values", "days"),
    [("acme", (1000, 850), 12), ("smarty", (2000, 1900, 1800, 1700), 4), ("giffgaff", (900,), 3)],
    ids=["that alternated", "that crept", "that stood"],
)
def test_alerts_that_are_set_up_later_report_nothing_that_stands(
    watch: Watching, monkeypatch: pytest.MonkeyPatch, source: str, values: Sequence[int], days: int
) -> None:
    """Nobody was told for a while: what stands then is what is compared with."""
    urls = watch.silence(monkeypatch)
    _without_alerts(watch, days, source, values)
    last = values[(days - 1) % len(values)]
    monkeypatch.setenv("PLANWATCH_NOTIFY__URLS", urls)

    quiet = watch.play(source, [shelf(subject(source, last))] * 4)
    news = watch.play(source, [shelf(subject(source, last + 150))] * 2)

    assert [scrape.text for scrape in quiet if scrape.messages] == []
    assert all_news(news) == {0: [moved(label(source), last, last + 150)]}


@pytest.mark.parametrize("every", [1, 2, 5])
def test_another_process_for_each_scrape_knows_what_was_reported(
    watch: Watching, every: int
) -> None:
    values = [2000 - 50 * day for day in range(8)] + [1650] * 3
    heard = {}
    for number, cards in enumerate(prices("acme", values)):
        if number % every == 0:
            watch.reopen()
        watch.sell("acme", cards)
        heard[number] = watch.scrape("acme").news

    plan = label("acme")
    assert {number: news for number, news in heard.items() if news} == {
        2: [moved(plan, 2000, 1900)],
        4: [moved(plan, 1900, 1800)],
        6: [moved(plan, 1800, 1700)],
    }


@pytest.mark.parametrize("every", [1, 3])
def test_an_alternation_outlives_the_process_that_saw_it_begin(watch: Watching, every: int) -> None:
    values = [1000, 1200] * 5 + [1000] * 4
    heard = {}
    for number, cards in enumerate(prices("smarty", values)):
        if number % every == 0:
            watch.reopen()
        watch.sell("smarty", cards)
        heard[number] = watch.scrape("smarty").news

    plan = label("smarty")
    assert {number: news for number, news in heard.items() if news} == {
        1: [moved(plan, 1000, 1200)],
        2: [moved(plan, 1200, 1000)],
        3: [alternates(plan, 1000, 1200)],
        12: [stands_again(plan, 1000)],
    }


@pytest.mark.parametrize("apart", [timedelta(seconds=20), timedelta(minutes=5), timedelta(hours=1)])
@pytest.mark.parametrize("source", ["acme", "smarty"])
def test_two_jobs_in_a_short_time_report_a_move_once(
    watch: Watching, apart: timedelta, source: str
) -> None:
    watch.sell(source, shelf(subject(source, 1000)))
    watch.scrape(source)
    watch.sell(source, shelf(subject(source, 850)))

    at = watch.at
    scrapes = [watch.scrape(source, at=at + number * apart) for number in range(3)]

    assert all_news(scrapes) == {0: [moved(label(source), 1000, 850)]}


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 0), (1, 1)])
def test_two_jobs_that_end_before_either_has_told_report_a_move_once(
    watch: Watching, order: tuple[int, int]
) -> None:
    """Whichever of their workers comes first, and if one is killed before it reports."""
    watch.sell("acme", shelf(subject("acme", 1000)))
    watch.scrape("acme")
    watch.sell("acme", shelf(subject("acme", 850)))
    at = watch.at
    ended = [watch.run("acme", at=at + timedelta(minutes=number)) for number in range(2)]

    scrapes = [watch.report(*ended[number]) for number in order]
    scrapes.append(watch.scrape("acme", at=at + timedelta(hours=1)))

    assert all_news(scrapes) == {0: [moved(label("acme"), 1000, 850)]}


SEVERAL = ("acme", "bolt", "smarty", "giffgaff")


@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_job_with_several_sources_is_one_message_however_much_there_is_to_tell(
    watch: Watching, number: int
) -> None:
    sources = SEVERAL[:number]
    for source in sources:
        watch.sell(source, shelf(subject(source, 1000, gb=12), subject(source, 1500, gb=15)))
    watch.scrape(*sources)
    for source in sources:
        watch.sell(source, shelf(subject(source, 850, gb=12), subject(source, 1700, gb=15)))

    scrape = watch.scrape(*sources)

    assert len(scrape.messages) == 1
    # two own sources call their plans alike: compared as lists
    assert scrape.news == sorted(
        news
        for source in sources
        for news in (
            moved(label(source, gb=12), 1000, 850),
            moved(label(source, gb=15), 1500, 1700),
        )
    )


@pytest.mark.parametrize("hours", [24, 30, 48])
def test_sources_in_jobs_of_their_own_are_told_each_with_its_own_job(
    watch: Watching, hours: int
) -> None:
    """Cron may have a line for each source: none speaks of another's plans."""
    watch.step = timedelta(hours=hours)
    values = [1000, 900, 900, 1100]
    heard: dict[str, list[int]] = {"acme": [], "smarty": []}
    for number, pence in enumerate(values):
        for source in heard:
            watch.sell(source, shelf(subject(source, pence)))
            scrape = watch.scrape(source)
            assert len(scrape.messages) <= 1
            if scrape.news:
                [news] = scrape.news
                assert (news.before, news.after) == (values[number - 1], pence)
                heard[source].append(number)

    assert heard == {"acme": [1, 3], "smarty": [1, 3]}


@pytest.mark.parametrize(
    ("rules", "targets"),
    [
        (RULES + '\n[[notify.rules]]\non = ["changes"]\nkinds = ["headline"]\n', 1),
        (RULES + RULES, 1),
        (RULES + '\n[[notify.rules]]\non = ["changes"]\nmin_pounds = 0.5\n', 1),
    ],
    ids=["two rules for a price", "twice the same rules", "two thresholds"],
)
def test_several_rules_of_one_target_make_one_line_a_plan(
    watch: Watching, rules: str, targets: int
) -> None:
    watch.configure(rules)
    values = [1000, 1000, 850, 850, 1000, 1000]

    scrapes = watch.play("acme", prices("acme", values))

    told = [n for n, (before, after) in enumerate(pairwise(values), 1) if before != after]
    assert [len(scrape.messages) for scrape in scrapes] == [int(n in told) for n in range(6)]
    assert all(len(scrapes[n].news) == targets for n in told)
