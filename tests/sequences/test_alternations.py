"""Prices that go to and fro: reported once as such, and once more when they have come to rest."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.sequences.careful import by_pence, due_news
from tests.sequences.heard import News, alternates, moved, stands_again
from tests.sequences.stock import label, prices, shelf, subject
from tests.sequences.watching import DAY, FIRST, Scrape, Watching, all_news

TO_AND_FRO = {
    # source, first price, other price, scrapes of the alternation, price that stays
    "ten and twelve, ending at twelve": ("acme", 1000, 1200, 13, 1200),
    "ten and twelve, ending at ten": ("smarty", 1000, 1200, 14, 1000),
    "fifteen and eleven, ending at eleven": ("giffgaff", 1500, 1100, 9, 1100),
    "a month": ("smarty", 1899, 1999, 30, 1899),
}


def _instants(number: int, step: timedelta = DAY) -> list[datetime]:
    return [FIRST + step * place for place in range(number)]


@pytest.mark.parametrize("name", TO_AND_FRO)
def test_a_page_in_two_versions_is_reported_as_alternating_and_when_one_has_stayed(
    watch: Watching, name: str
) -> None:
    source, first, other, scrapes, end = TO_AND_FRO[name]
    values = [(first, other)[number % 2] for number in range(scrapes)]
    assert values[-1] != end
    values += [end] * 5
    plan = label(source)

    heard = all_news(watch.play(source, prices(source, values)))

    settled = moved(plan, first, end) if end != first else stands_again(plan, first)
    assert heard == {
        1: [moved(plan, first, other)],
        2: [moved(plan, other, first)],
        3: [alternates(plan, min(first, other), max(first, other))],
        scrapes + 2: [settled],
    }


IRREGULAR = {
    "two days each": ("acme", "aabbaabbaabbaabbbb"),
    "one and two days": ("smarty", "ababbaababbabaabbabbb"),
    "mostly one of them": ("giffgaff", "aabaabaabaabaaa"),
    "rest, and again three weeks later": ("smarty", "ababab" + "b" * 22 + "ababaaaa"),
}


@pytest.mark.parametrize("name", IRREGULAR)
def test_an_irregular_pattern_is_one_alternation_too(watch: Watching, name: str) -> None:
    source, pattern = IRREGULAR[name]
    values = [{"a": 1000, "b": 1250}[letter] for letter in pattern]

    heard = all_news(watch.play(source, prices(source, values)))

    assert heard == due_news(label(source), values, _instants(len(values)), by_pence(100))
    kinds = [news.kind for each in heard.values() for news in each]
    assert kinds.count("alternates") == (2 if "later" in name else 1)


TWICE_A_DAY = {
    "morning and evening": ("acme", 1000, 1200, timedelta(hours=12)),
    "three times a day": ("smarty", 1500, 1350, timedelta(hours=8)),
    "each hour": ("giffgaff", 800, 1000, timedelta(hours=1)),
}


@pytest.mark.parametrize("name", TWICE_A_DAY)
def test_two_prices_on_one_day_are_an_alternation_after_three_switches_at_the_latest(
    watch: Watching, name: str
) -> None:
    source, first, other, watch.step = TWICE_A_DAY[name]
    values = [(first, other)[number % 2] for number in range(15)] + [other] * 4
    plan = label(source)

    heard = all_news(watch.play(source, prices(source, values)))

    said = alternates(plan, min(first, other), max(first, other))
    when = [number for number, news in heard.items() if news == [said]]
    assert len(when) == 1
    assert when[0] <= 3
    assert _only_true_moves(heard, values, plan, before=when[0])
    # at rest with the third good scrape of the price that stays
    later = {number: news for number, news in heard.items() if number > when[0]}
    [(rest, [settled])] = later.items()
    assert rest == 17
    assert settled in (moved(plan, first, other), stands_again(plan, other))


def _only_true_moves(
    heard: dict[int, list[News]], values: list[int], plan: str, *, before: int
) -> bool:
    """Tell whether all that was said before a scrape were moves as they took place."""
    return all(
        news == [moved(plan, values[number - 1], values[number])]
        for number, news in heard.items()
        if number < before
    )


def test_a_single_move_between_two_scrapes_of_one_day_is_heard_of_with_both_prices(
    watch: Watching,
) -> None:
    watch.step = timedelta(hours=12)
    values = [1000] * 5 + [800] * 8

    heard = all_news(watch.play("acme", prices("acme", values)))

    plan = label("acme")
    assert heard in (
        {5: [moved(plan, 1000, 800)]},
        {5: [alternates(plan, 800, 1000)], 7: [moved(plan, 1000, 800)]},
    )


THREE_VALUES = {
    "in turn": ("acme", (1000, 1200, 1400)),
    "up and down": ("smarty", (1000, 1200, 1500, 1200)),
    "far apart": ("giffgaff", (900, 2000, 1400)),
}


@pytest.mark.parametrize("name", THREE_VALUES)
def test_three_prices_in_turn_fall_silent_within_a_week_and_their_end_is_news(
    watch: Watching, name: str
) -> None:
    source, turn = THREE_VALUES[name]
    values = [turn[number % len(turn)] for number in range(24)]
    values += [values[-1]] * 5
    plan = label(source)

    heard = all_news(watch.play(source, prices(source, values)))

    said = [n for n, news in heard.items() if any(each.kind == "alternates" for each in news)]
    assert len(said) == 1
    assert said[0] <= 7
    assert _only_true_moves(heard, values, plan, before=said[0])
    assert [n for n in heard if n > said[0]] == [25]


BELOW = {
    "fifty pence": ("acme", 1000, 1050, "min_pounds = 1"),
    "a penny less than a pound": ("smarty", 1000, 1099, "min_pounds = 1"),
    "less than the per cent": ("giffgaff", 2000, 2150, "min_percent = 10"),
}


@pytest.mark.parametrize("name", BELOW)
def test_an_alternation_below_the_threshold_is_nothing(watch: Watching, name: str) -> None:
    source, first, other, threshold = BELOW[name]
    watch.configure(f'[[notify.rules]]\non = ["changes"]\nkinds = ["headline"]\n{threshold}\n')
    values = [(first, other)[number % 2] for number in range(12)] + [first] * 4

    assert all_news(watch.play(source, prices(source, values))) == {}


@pytest.mark.parametrize(
    ("source", "pairs"),
    [
        ("acme", ((1000, 1200), (1700, 1500))),
        ("smarty", ((600, 800), (900, 700))),
        ("giffgaff", ((1000, 1300), (2000, 2500))),
    ],
)
def test_plans_that_alternate_together_have_a_line_each_in_the_same_messages(
    watch: Watching, source: str, pairs: tuple[tuple[int, int], ...]
) -> None:
    sizes = (12, 15)
    days = [
        shelf(
            *(
                subject(source, pair[number % 2], gb=gb)
                for gb, pair in zip(sizes, pairs, strict=True)
            )
        )
        for number in range(9)
    ]

    heard = all_news(watch.play(source, [*days, *[days[-1]] * 4]))

    plans = [label(source, gb=gb) for gb in sizes]
    named = list(zip(plans, pairs, strict=True))
    assert heard == {
        1: sorted(moved(plan, a, b) for plan, (a, b) in named),
        2: sorted(moved(plan, b, a) for plan, (a, b) in named),
        3: sorted(alternates(plan, min(pair), max(pair)) for plan, pair in named),
        10: sorted(stands_again(plan, a) for plan, (a, _) in named),
    }


@pytest.mark.parametrize(
    ("source", "end", "rest"),
    [
        ("acme", ["b", "500", "b", "500", "b"], 4),
        ("smarty", ["500", "b", "b", "403", "b"], 4),
        ("giffgaff", ["b", "b", "500", "b"], 3),
    ],
)
def test_only_good_scrapes_count_until_a_price_is_at_rest(
    watch: Watching, source: str, end: list[str], rest: int
) -> None:
    values = {"a": 1000, "b": 1200}
    days = [
        shelf(subject(source, values[day])) if day in values else day
        for day in [*"abababa", *end, "b", "b"]
    ]

    heard = all_news(watch.play(source, days))

    plan = label(source)
    assert heard == {
        1: [moved(plan, 1000, 1200)],
        2: [moved(plan, 1200, 1000)],
        3: [alternates(plan, 1000, 1200)],
        7 + rest: [moved(plan, 1000, 1200)],
    }


@pytest.mark.parametrize(("source", "later"), [("acme", 700), ("smarty", 1500), ("giffgaff", 1800)])
def test_a_third_price_that_ends_an_alternation_is_reported_once_it_has_stayed(
    watch: Watching, source: str, later: int
) -> None:
    values = [1000, 1200] * 4 + [later] * 5

    heard = all_news(watch.play(source, prices(source, values)))

    # at once, or with the third good scrape of it
    assert list(heard) in ([1, 2, 3, 8], [1, 2, 3, 10])
    assert list(heard.values())[-1] == [moved(label(source), 1000, later)]


def test_a_page_in_two_versions_never_makes_more_than_one_message_a_job(watch: Watching) -> None:
    watch.sell("bolt", shelf(subject("bolt", 900)))
    values = [1000, 1200] * 6

    scrapes: list[Scrape] = watch.play("acme", prices("acme", values), also=("bolt",))

    assert max(len(scrape.messages) for scrape in scrapes) == 1
