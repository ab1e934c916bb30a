"""Many plans that vanish at once, and pages that came only in part."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sequences.heard import News, shares_said
from tests.sequences.shops import SHOPS, Card
from tests.sequences.stock import others
from tests.sequences.watching import Watching, all_news
from tests.support.ledgers import value
from tests.support.server import page

LOSSES = {
    "two of eight": ("acme", 8, 2),
    "three of twelve": ("smarty", 12, 3),
    "four of sixteen": ("giffgaff", 16, 4),
    "three of eleven": ("acme", 11, 3),
    "five of eighteen": ("smarty", 18, 5),
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_quarter_of_the_plans_lost_at_once_is_reported_at_once(
    watch: Watching, name: str
) -> None:
    source, plans, lost = LOSSES[name]
    cards = others(plans)

    scrapes = watch.play(source, [cards] * 3 + [cards[lost:]] * 4)

    assert [scrape.outcome(source) for scrape in scrapes[3:5]] == ["ok", "unchanged"]
    assert [n for n, scrape in enumerate(scrapes) if scrape.troubles] == [3]
    [said] = scrapes[3].troubles
    assert source in said.lower()
    assert str(lost) in said or lost / plans in shares_said(said)
    gone = sorted(News("withdrawn", SHOPS[source].label(card)) for card in cards[:lost])
    assert all_news(scrapes) == {4: gone}


@pytest.mark.parametrize(
    ("source", "plans", "lost"),
    [("acme", 8, 1), ("smarty", 12, 2), ("giffgaff", 6, 2), ("smarty", 7, 2), ("acme", 17, 4)],
)
def test_fewer_than_a_quarter_or_of_fewer_than_eight_is_no_alert_of_the_source(
    watch: Watching, source: str, plans: int, lost: int
) -> None:
    cards = others(plans)

    scrapes = watch.play(source, [cards] * 3 + [cards[lost:]] * 3)

    assert [scrape.troubles for scrape in scrapes] == [[]] * 6
    assert len(scrapes[4].news) == lost


@pytest.mark.parametrize("source", ["acme", "smarty", "giffgaff"])
def test_plans_that_leave_one_by_one_are_no_loss_at_once(watch: Watching, source: str) -> None:
    cards = others(12)
    days = [cards[gone:] for gone in (0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4)]

    scrapes = watch.play(source, days)

    assert [scrape.troubles for scrape in scrapes] == [[]] * len(days)


@pytest.mark.parametrize(
    ("source", "plans", "lost"), [("acme", 8, 2), ("smarty", 12, 3), ("giffgaff", 16, 4)]
)
def test_plans_that_were_missing_once_come_back_without_a_word_of_each(
    watch: Watching, source: str, plans: int, lost: int
) -> None:
    cards = others(plans)

    scrapes = watch.play(source, [cards, cards, cards, cards[lost:], cards, cards])

    assert [n for n, scrape in enumerate(scrapes) if scrape.troubles] == [3]
    assert all_news(scrapes) == {}


CUT = {
    "an own source in the middle": ("acme", "cut"),
    "an own source before its end": ("acme", "cut_late"),
    "giffgaff in the middle": ("giffgaff", "cut"),
    "an own source in part (206)": ("bolt", "206"),
    "SMARTY in part (206)": ("smarty", "206"),
    "giffgaff in part (206)": ("giffgaff", "206"),
    "an own source with fewer bytes than announced": ("acme", "truncated"),
    "SMARTY with fewer bytes than announced": ("smarty", "truncated"),
}


@pytest.mark.parametrize("name", CUT)
def test_a_page_that_came_only_in_part_is_a_fault_of_the_network_and_costs_no_plan(
    watch: Watching, name: str
) -> None:
    source, fault = CUT[name]
    cards = others(9)
    days: list[tuple[Card, ...] | str] = [cards, cards, cards, *[fault] * 4, cards, cards]

    scrapes = watch.play(source, days)

    assert [scrape.outcome(source) for scrape in scrapes[3:7]] == ["network"] * 4
    assert all_news(scrapes) == {}
    assert [n for n, scrape in enumerate(scrapes) if scrape.messages] == [4, 7]
    assert value(watch.home.root, "SELECT count(*) FROM current_plans") == len(cards)


WHOLE: dict[str, Callable[[str], str]] = {
    "without an end of html": lambda text: text.replace("</html>", ""),
    "without an end of body": lambda text: text.replace("</body>", ""),
    "without html and body": lambda text: text.split("<body>")[1].split("</body>")[0],
    "with a remark behind its end": lambda text: text + "<!-- served by cache 7 -->\n",
    "in capitals": lambda text: text.replace("html>", "HTML>").replace("body>", "BODY>"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_page_that_is_only_written_carelessly_is_whole(watch: Watching, name: str) -> None:
    cards = others(6)
    text = SHOPS["acme"].render(cards).decode()
    watch.sell("acme", cards)
    watch.server.routes[SHOPS["acme"].route] = page(WHOLE[name](text))

    scrape = watch.scrape("acme")

    assert (scrape.outcome("acme"), scrape.entries["acme"]["plans"]) == ("ok", 6)
