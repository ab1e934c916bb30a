"""Obey robots.txt (RFC 9309): fetched once per scrape and host.

A missing file (4xx) allows everything; one that cannot be had for the moment (5xx, a fault of the
line) allows nothing until it can, so its error is that of the request.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import httpx
from protego import Protego

from planwatch.domain.page import Page
from planwatch.errors import Blocked, HttpStatus, RobotsDenied

PRODUCT_TOKEN: Final = "planwatch"  # noqa: S105 - the name that robots.txt calls us by
_MISSING: Final = range(400, 500)
_TOO_MANY_REQUESTS: Final = 429


class Robots:
    """The rules of each host; may be shared by the threads of one scrape."""

    def __init__(self) -> None:
        self._rules: dict[str, Protego] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def check(self, url: httpx.URL, fetch: Callable[[httpx.URL], Page]) -> float:
        """Make sure that `url` may be asked for; return the host's crawl delay in seconds.

        Args:
            fetch: brings the robots.txt of the host, the first time.

        Raises:
            RobotsDenied: it forbids the address to us.
            FetchError: the file cannot be had for the moment.
        """
        rules = self._rules_of(url, fetch)
        if not rules.can_fetch(str(url), PRODUCT_TOKEN):
            raise RobotsDenied(
                f"{url.host}/robots.txt does not allow programs to fetch {url.path}",
                hint="planwatch obeys it; to read a page that you saved yourself: "
                "planwatch probe SOURCE --from FILE",
            )
        return float(rules.crawl_delay(PRODUCT_TOKEN) or 0.0)

    def _rules_of(self, url: httpx.URL, fetch: Callable[[httpx.URL], Page]) -> Protego:
        with self._lock:
            lock = self._locks.setdefault(url.host, threading.Lock())
        with lock:
            if url.host not in self._rules:
                address = url.copy_with(path="/robots.txt", query=None, fragment=None)
                self._rules[url.host] = Protego.parse(_text_of(address, fetch))
            return self._rules[url.host]


def _text_of(address: httpx.URL, fetch: Callable[[httpx.URL], Page]) -> str:
    try:
        return fetch(address).text
    except HttpStatus as error:
        if error.status in _MISSING and error.status != _TOO_MANY_REQUESTS:
            return ""
        raise
    except Blocked as error:
        if error.context.get("status") in _MISSING:
            return ""
        raise
