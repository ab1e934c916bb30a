"""robots.txt is asked for once a host and scrape, and obeyed."""

from __future__ import annotations

import pytest

from planwatch.domain.page import Page, PageRequest
from planwatch.errors import Blocked, CrawlDelay, FetchError, HttpStatus, RobotsDenied
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


@pytest.mark.parametrize(
    "page",
    [
        answers.page("<html><body>\nUser-agent: *\nDisallow: /\n</body></html>"),
        answers.page("<!DOCTYPE html><form><input type=password></form>"),
        answers.page("<html><p>half of a page that is no robots.txt"),
        answers.status(404, b"<html><title>Just a moment...</title></html>"),
        answers.status(403, b"", Cf_Mitigated="challenge"),
        answers.status(204),
    ],
)
def test_a_page_in_place_of_robots_txt_forbids_nothing(page: answers.Answer) -> None:
    with LoopbackServer({PATH: answers.page(PLANS), ROBOTS: page}) as server:
        assert len(_fetch(_fetcher(server))) == 1


@pytest.mark.parametrize(
    "answer",
    [
        answers.status(500),
        answers.status(501),
        answers.status(599),
        answers.too_many("900"),
        answers.status(206, b"User-agent: *\nAllow: /\n"),
        answers.truncated(b"User-agent: *\nAllow: /\n", missing=40),
        answers.reset,
        answers.redirect("/broken"),
    ],
)
def test_what_cannot_be_had_for_the_moment_allows_nothing(answer: answers.Answer) -> None:
    routes = {
        PATH: answers.page(PLANS),
        ROBOTS: answer,
        "/www.o2.co.uk/broken": answers.status(500),
    }
    with LoopbackServer(routes) as server:
        with pytest.raises(FetchError) as caught:
            _fetch(_fetcher(server))

        assert PATH not in [asked.path for asked in server.asked]
    assert not isinstance(caught.value, RobotsDenied)


def _hops(count: int, last: answers.Answer) -> dict[str, answers.Answer]:
    """Return routes by which so many redirects, from host to host, lead to a robots.txt."""
    hosts = ["www.o2.co.uk", *(f"host{number}.example" for number in range(1, count + 1))]
    routes = {
        f"/{host}/robots.txt": answers.redirect(f"https://{after}/robots.txt", code)
        for host, after, code in zip(hosts, hosts[1:], (301, 302, 307, 308, 303, 301), strict=False)
    }
    return {PATH: answers.page(PLANS), **routes, f"/{hosts[-1]}/robots.txt": last}


@pytest.mark.parametrize("count", [1, 2, 5])
def test_five_redirects_of_robots_txt_are_followed_to_whatever_host(count: int) -> None:
    forbidding = _rules("User-agent: *\nDisallow: /shop\n")

    with LoopbackServer(_hops(count, forbidding)) as server, pytest.raises(RobotsDenied):
        _fetch(_fetcher(server))


def test_beyond_five_redirects_there_is_no_robots_txt() -> None:
    forbidding = _rules("User-agent: *\nDisallow: /\n")

    with LoopbackServer(_hops(6, forbidding)) as server:
        assert len(_fetch(_fetcher(server))) == 1
        assert len(server.asked_robots) == 6


def test_of_an_endless_robots_txt_the_beginning_counts() -> None:
    rules = b"User-agent: *\nDisallow: /shop\n" + b"# more\n" * 400_000

    with (
        LoopbackServer(
            {PATH: answers.page(PLANS), ROBOTS: answers.page(rules, "text/plain")}
        ) as it,
        pytest.raises(RobotsDenied),
    ):
        _fetch(_fetcher(it, max_bytes=1_000_000))


@pytest.mark.parametrize(("delay", "limit_s"), [("301", 300.0), ("86400", 3600.0), ("8", 7.5)])
def test_a_crawl_delay_that_is_too_long_is_told_at_once(delay: str, limit_s: float) -> None:
    paused: list[float] = []
    rules = _rules(f"User-agent: planwatch\nCrawl-delay: {delay}\n")
    with LoopbackServer({PATH: answers.page(PLANS), ROBOTS: rules}) as server:
        with pytest.raises(CrawlDelay) as caught:
            _fetch(_fetcher(server, max_crawl_delay_s=limit_s, sleep=paused.append))

        assert server.asked == []
    assert paused == []
    assert f"asks for a Crawl-delay of {delay} s" in caught.value.message
    assert f"fetch.max_crawl_delay_s to {delay}" in caught.value.hint
    assert not caught.value.is_transient


def test_a_crawl_delay_that_a_person_accepts_is_kept() -> None:
    paused: list[float] = []
    rules = _rules("User-agent: *\nCrawl-delay: 900\n")
    with LoopbackServer({PATH: answers.page(PLANS), ROBOTS: rules}) as server:
        fetcher = _fetcher(
            server, max_crawl_delay_s=900.0, sleep=paused.append, monotonic=lambda: 0.0
        )
        assert len(_fetch(fetcher)) == 1

    assert paused == [900.0]


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
