"""robots.txt is asked for once a host and scrape, and obeyed."""

from __future__ import annotations

import pytest

from planwatch.domain.page import Page, PageRequest
from planwatch.errors import Blocked, HttpStatus, RobotsDenied
from planwatch.fetch.client import HttpFetcher
from tests.support import server as answers
from tests.support.server import LoopbackServer

URL = "https://www.o2.co.uk/shop/plans"
PATH = "/www.o2.co.uk/shop/plans"
ROBOTS = "/www.o2.co.uk/robots.txt"
PLANS = "<html><body>25GB £10 a month</body></html>"


def _rules(text: str) -> answers.Answer:
    return answers.page(text, "text/plain")


def _fetcher(server: LoopbackServer, **changes: object) -> HttpFetcher:
    values = {"user_agent": "planwatch/0.1", "origin": server.origin, "pace_s": 0.0, **changes}
    return HttpFetcher(**values)  # type: ignore[arg-type] # each test changes what it names


def _fetch(fetcher: HttpFetcher, *urls: str) -> list[Page]:
    wanted = [PageRequest(name=str(number), url=url) for number, url in enumerate(urls or (URL,))]
    return fetcher.fetch_pages("o2", wanted, None, needs_browser=False)


@pytest.mark.parametrize(
    "rules",
    [
        "User-agent: *\nDisallow: /shop\n",
        "User-agent: planwatch\nDisallow: /\n\nUser-agent: *\nAllow: /\n",
        "user-agent: *\ndisallow: /*/plans$\n",
    ],
)
def test_what_robots_txt_forbids_is_not_asked_for(rules: str) -> None:
    with LoopbackServer({PATH: answers.page(PLANS), ROBOTS: _rules(rules)}) as server:
        with pytest.raises(RobotsDenied) as caught:
            _fetch(_fetcher(server))

        assert server.asked == []
    assert (
        "www.o2.co.uk/robots.txt does not allow programs to fetch /shop/plans"
        in caught.value.message
    )


@pytest.mark.parametrize(
    "rules",
    [
        "",
        "User-agent: *\nDisallow: /account\n",
        "User-agent: otherbot\nDisallow: /\n",
        "User-agent: *\nDisallow: /\n\nUser-agent: planwatch\nAllow: /\n",
    ],
)
def test_what_robots_txt_allows_is_asked_for(rules: str) -> None:
    with LoopbackServer({PATH: answers.page(PLANS), ROBOTS: _rules(rules)}) as server:
        assert [page.text for page in _fetch(_fetcher(server))] == [PLANS]


@pytest.mark.parametrize("code", [401, 403, 404, 410])
def test_a_host_without_robots_txt_allows_everything(code: int) -> None:
    with LoopbackServer({PATH: answers.page(PLANS), ROBOTS: answers.status(code)}) as server:
        assert len(_fetch(_fetcher(server))) == 1


def test_a_robots_txt_that_cannot_be_had_stops_the_scrape() -> None:
    with LoopbackServer({PATH: answers.page(PLANS), ROBOTS: answers.status(503)}) as server:
        with pytest.raises(HttpStatus) as caught:
            _fetch(_fetcher(server))

        assert server.asked == []
    assert caught.value.status == 503


def test_a_challenge_in_place_of_robots_txt_is_a_block() -> None:
    challenge = answers.page("<html><title>Just a moment...</title></html>")
    with LoopbackServer({PATH: answers.page(PLANS), ROBOTS: challenge}) as server:
        with pytest.raises(Blocked):
            _fetch(_fetcher(server))

        assert server.asked == []


def test_robots_txt_is_asked_for_once_a_host() -> None:
    with LoopbackServer({PATH: answers.page(PLANS), ROBOTS: _rules("")}) as server:
        fetcher = _fetcher(server)
        _fetch(fetcher, URL, URL)
        _fetch(fetcher)

        assert [asked.path for asked in server.asked_robots] == [ROBOTS]


def test_a_redirect_into_forbidden_ground_is_not_followed() -> None:
    routes = {
        PATH: answers.redirect("https://www.o2.co.uk/secret"),
        "/www.o2.co.uk/secret": answers.page(PLANS),
        ROBOTS: _rules("User-agent: *\nDisallow: /secret\n"),
    }
    with LoopbackServer(routes) as server:
        with pytest.raises(RobotsDenied):
            _fetch(_fetcher(server))

        assert [asked.path for asked in server.asked] == [PATH]


def test_the_pace_is_the_longer_of_ours_and_the_hosts() -> None:
    clock = [0.0]
    pauses: list[float] = []

    def sleep(pause_s: float) -> None:
        pauses.append(pause_s)
        clock[0] += pause_s

    rules = _rules("User-agent: *\nCrawl-delay: 7\n")
    with LoopbackServer({PATH: answers.page(PLANS), ROBOTS: rules}) as server:
        fetcher = _fetcher(server, pace_s=2.0, sleep=sleep, monotonic=lambda: clock[0])
        _fetch(fetcher, URL, URL)

    assert pauses == [7.0, 7.0]
