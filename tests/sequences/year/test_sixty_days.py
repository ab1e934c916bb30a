"""Sixty drawn days of creeping, alternating and outages at once; `make year` lives a year."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.sequences.careful import Listener, by_pence
from tests.sequences.heard import Message, News
from tests.sequences.shops import SHOPS, Card, pounds
from tests.sequences.watching import Scrape
from tests.sequences.year.drawn import PARTIAL, SOURCES, UNREAD, Turn, draw_turns
from tests.sequences.year.due import WORTH_PENCE, find_faults
from tests.sequences.year.lived import live


@pytest.fixture
def own_environment() -> Iterator[None]:
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sixty_nasty_days_are_reported_once_each_in_time_and_in_one_message_a_job(
    home: Path, own_environment: None, seed: int
) -> None:
    lived = live(home, 60, seed)

    assert lived.faults == []
    assert lived.counts["moves"] >= 30
    assert lived.counts["alternations"] >= 3
    assert lived.counts["troubles"] >= 2
    assert lived.counts["recoveries"] == lived.counts["troubles"]


def _as_careful_people_say(turns: Sequence[Turn], *, is_hasty: bool = False) -> list[Scrape]:
    """Return the scrapes with the messages of somebody who makes no mistake."""
    listeners: dict[str, Listener] = {}
    failures = dict.fromkeys(SOURCES, 0)
    scrapes = []
    for turn in turns:
        sources, plans = [], []
        for source, cards in turn.sells.items():
            fault = turn.faults.get(source)
            if fault is None and failures[source] > 1:
                sources.append(f"- {source} works again")
            failures[source] = failures[source] + 1 if fault else 0
            if failures[source] == 2:
                sources.append(f"- {source} failed twice in a row")
            for card in _read_cards(cards, fault):
                label = SHOPS[source].label(card)
                listener = listeners.setdefault(
                    label, Listener(label, by_pence(WORTH_PENCE), is_hasty)
                )
                plans += [_say(news) for news in listener.see(turn.at, card.pence)]
        body = ["Sources:", *sources] * bool(sources) + ["Changes:", *plans] * bool(plans)
        messages = (Message("planwatch: news", "\n".join(body)),) if body else ()
        labels = frozenset(
            SHOPS[source].label(card) for source, cards in turn.sells.items() for card in cards
        )
        scrapes.append(Scrape(turn.at, "completed", {}, messages, labels))
    return scrapes


def _read_cards(cards: Sequence[Card], fault: str | None) -> Sequence[Card]:
    if fault == PARTIAL:
        return cards[:-UNREAD]
    return () if fault else cards


def _say(news: News) -> str:
    before, after = pounds(news.before or 0), pounds(news.after or 0)
    said = {
        "moved": f"{before} → {after}",
        "alternates": f"alternates between {before} and {after}",
        "stands again": f"stands at {after} again",
    }[news.kind]
    return f"- {news.plan}: {said}"


@pytest.mark.parametrize("is_hasty", [False, True], ids=["three switches", "or two on one day"])
@pytest.mark.parametrize("seed", range(1, 9))
def test_the_oracle_is_content_with_somebody_who_makes_no_mistake(
    seed: int, is_hasty: bool
) -> None:
    turns = draw_turns(200, seed)

    said = _as_careful_people_say(turns, is_hasty=is_hasty)

    assert list(find_faults(turns, said)) == []
    kinds = {news.kind for scrape in said for news in scrape.news}
    assert kinds == {"moved", "alternates", "stands again"}


Harm = Callable[[list[Scrape], int], None]


def _lose(scrapes: list[Scrape], number: int) -> None:
    scrapes[number] = replace(scrapes[number], messages=())


def _repeat(scrapes: list[Scrape], number: int) -> None:
    scrapes[number + 1] = replace(scrapes[number + 1], messages=scrapes[number].messages)


def _double(scrapes: list[Scrape], number: int) -> None:
    scrapes[number] = replace(scrapes[number], messages=scrapes[number].messages * 2)


def _delay(scrapes: list[Scrape], number: int) -> None:
    _repeat(scrapes, number)
    _lose(scrapes, number)


def _misprint(scrapes: list[Scrape], number: int) -> None:
    [message] = scrapes[number].messages
    wrong = message.body.replace("£1", "£6").replace("£2", "£7").replace("£9", "£8")
    scrapes[number] = replace(scrapes[number], messages=(Message(message.title, wrong),))


@pytest.mark.parametrize("kind", ["moved", "alternates", "stands again", "trouble", "recovery"])
@pytest.mark.parametrize("harm", [_lose, _repeat, _double, _delay])
def test_the_oracle_sees_what_is_lost_repeated_doubled_or_late(kind: str, harm: Harm) -> None:
    turns = draw_turns(120, 4)
    said = _as_careful_people_say(turns)
    number = next(n for n, scrape in enumerate(said[:-2]) if _is_of(scrape, kind))

    harm(said, number)

    assert list(find_faults(turns, said))


@pytest.mark.parametrize("kind", ["moved", "alternates", "stands again"])
def test_the_oracle_sees_a_wrong_price(kind: str) -> None:
    turns = draw_turns(120, 4)
    said = _as_careful_people_say(turns)

    _misprint(said, next(n for n, scrape in enumerate(said) if _is_of(scrape, kind)))

    assert list(find_faults(turns, said))


def _is_of(scrape: Scrape, kind: str) -> bool:
    if kind == "trouble":
        return bool(scrape.troubles)
    if kind == "recovery":
        return bool(scrape.recoveries)
    return any(news.kind == kind for news in scrape.news)
