"""Obey robots.txt (RFC 9309): fetched once per scrape and host.

A missing file (4xx) allows everything; one that cannot be had for the moment (5xx, a fault of the
line) allows nothing until it can, so its error is that of the request. What a file says:
robots_rules.py.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import httpx

from planwatch.errors import CrawlDelay, RobotsDenied
from planwatch.fetch.http.robots_rules import RobotsRules

LONGEST_DELAY_S: Final = 300.0
_PATH: Final = "/robots.txt"


class Robots:
    """The rules of each host; may be shared by the threads of one scrape."""

    def __init__(self, longest_delay_s: float = LONGEST_DELAY_S) -> None:
        """Start without any rules.

        Args:
            longest_delay_s: the longest crawl delay that is kept; a longer one is an error.
        """
        self._longest_delay_s = longest_delay_s
        self._rules: dict[tuple[str, bytes], RobotsRules] = {}
        self._locks: dict[tuple[str, bytes], threading.Lock] = {}
        self._lock = threading.Lock()

    def check(self, url: httpx.URL, fetch: Callable[[httpx.URL], bytes]) -> float:
        """Make sure that `url` may be asked for; return the host's crawl delay in seconds.

        Args:
            fetch: brings the robots.txt of the host, the first time; empty where there is none.

        Raises:
            RobotsDenied: it forbids the address to us.
            CrawlDelay: it asks for a longer delay than is kept.
            FetchError: the file cannot be had for the moment.
        """
        rules = self._rules_of(url, fetch)
        if url.path != _PATH and not rules.allow(url.raw_path.decode("ascii")):
            raise RobotsDenied(
                f"{url.host}/robots.txt does not allow programs to fetch {url.path}",
                hint="planwatch obeys it; to read a page that you saved yourself: "
                "planwatch probe SOURCE --from FILE",
            )
        if rules.crawl_delay_s > self._longest_delay_s:
            raise _too_slow(url.host, rules.crawl_delay_s, self._longest_delay_s)
        return rules.crawl_delay_s

    def _rules_of(self, url: httpx.URL, fetch: Callable[[httpx.URL], bytes]) -> RobotsRules:
        authority = (url.scheme, url.netloc)
        with self._lock:
            lock = self._locks.setdefault(authority, threading.Lock())
        with lock:
            if authority not in self._rules:
                address = url.copy_with(path=_PATH, query=None, fragment=None)
                self._rules[authority] = RobotsRules(fetch(address))
            return self._rules[authority]


def _too_slow(host: str, delay_s: float, longest_s: float) -> CrawlDelay:
    return CrawlDelay(
        f"{host}/robots.txt asks for a Crawl-delay of {delay_s:g} s between two requests; "
        f"planwatch waits {longest_s:g} s at most",
        hint=f"to wait that long, set fetch.max_crawl_delay_s to {delay_s:g} and jobs.step_limit_s "
        f"to more than {delay_s:g} for each page of the source; or switch the source off",
    )
