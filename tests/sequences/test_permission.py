"""robots.txt as sites really serve it: what it forbids is not asked for, and is said by name."""

from __future__ import annotations

import re

import pytest

from tests.sequences.shops import SHOPS
from tests.sequences.stock import others
from tests.sequences.watching import Scrape, Watching, all_news
from tests.support.server import Answer, page, redirect, status

ALL = "Disallow: /\n"
TEXT = "text/plain"
FORBIDS: dict[str, Answer] = {
    "for everybody": page(f"User-agent: *\n{ALL}", TEXT),
    "with a byte order mark": page(f"\ufeffUser-agent: *\n{ALL}", TEXT),
    "for us by name": page(f"User-agent: *\nDisallow:\n\nUser-agent: planwatch\n{ALL}", TEXT),
    "for us in capitals": page(f"User-agent: PlanWatch\n{ALL}", TEXT),
    "for us with a version": page(f"User-agent: planwatch/0.1\n{ALL}", TEXT),
    "with carriage returns": page(f"User-agent: *\r{ALL}".replace("\n", "\r"), TEXT),
    "behind a redirect": redirect("https://www.acme.example/robots-of-today.txt", 301),
}
ALLOWS: dict[str, Answer] = {
    "none at all": status(404, b"none"),
    "an HTML page in its place": page(
        f"<!doctype html><html><body><pre>\nUser-agent: *\n{ALL}</pre></body></html>"
    ),
    "for a name that begins like ours": page(f"User-agent: planwatchbot\n{ALL}", TEXT),
    "for the beginning of our name": page(f"User-agent: plan\n{ALL}", TEXT),
    "us, by name, and nobody else": page(
        f"User-agent: *\n{ALL}\nUser-agent: planwatch\nAllow: /\n", TEXT
    ),
    "everything, with a byte order mark": page("\ufeffUser-agent: *\nDisallow:\n", TEXT),
}


def _scrapes(watch: Watching, robots: Answer, number: int = 1) -> list[Scrape]:
    """Scrape once without robots.txt, then so often with it."""
    watch.sell("acme", others(6))
    watch.scrape("acme")
    watch.server.routes["/www.acme.example/robots-of-today.txt"] = FORBIDS["for everybody"]
    watch.server.routes[SHOPS["acme"].robots_route] = robots
    return [watch.scrape("acme") for _ in range(number)]


@pytest.mark.parametrize("name", FORBIDS)
def test_what_robots_txt_forbids_is_not_asked_for(watch: Watching, name: str) -> None:
    scrapes = _scrapes(watch, FORBIDS[name], 3)

    assert [scrape.outcome("acme") for scrape in scrapes] == ["robots_denied"] * 3
    asked = [asked.path for asked in watch.server.asked if asked.path == SHOPS["acme"].route]
    assert len(asked) == 1
    assert all_news(scrapes) == {}
    assert [len(scrape.messages) for scrape in scrapes] == [0, 1, 0]


@pytest.mark.parametrize("name", ALLOWS)
def test_what_robots_txt_does_not_forbid_is_read(watch: Watching, name: str) -> None:
    [scrape] = _scrapes(watch, ALLOWS[name])

    assert scrape.outcome("acme") in ("ok", "unchanged")


@pytest.mark.parametrize("code", [500, 502, 503])
def test_a_robots_txt_that_its_server_cannot_give_forbids_everything(
    watch: Watching, code: int
) -> None:
    scrapes = _scrapes(watch, status(code, b"no"), 3)

    assert {scrape.outcome("acme") for scrape in scrapes} <= {"robots_denied", "network"}
    asked = [asked.path for asked in watch.server.asked if asked.path == SHOPS["acme"].route]
    assert len(asked) == 1
    assert [len(scrape.messages) for scrape in scrapes] == [0, 1, 0]


@pytest.mark.parametrize("delay_s", [301, 3_600, 86_400])
def test_a_crawl_delay_beyond_five_minutes_is_said_at_once_with_the_setting_that_accepts_it(
    watch: Watching, delay_s: int
) -> None:
    watch.step_limit_s = 3.0

    first, second = _scrapes(watch, page(f"User-agent: *\nCrawl-delay: {delay_s}\n", TEXT), 2)

    assert first.outcome("acme") not in ("ok", "unchanged")
    [message] = first.messages
    assert "crawl-delay" in message.text.lower()
    setting = re.compile(r"\b(fetch|sources)\.[a-z_.]+")
    assert setting.search(f"{message.text} {first.entries['acme']['error']}")
    assert second.messages == ()
