"""What a page asks its shop for while it is visited: what is under way, and what failed.

A page whose data did not come is no page without plans. Trackers and other sites do not count.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import httpx

if TYPE_CHECKING:
    from playwright.async_api import Page as Tab
    from playwright.async_api import Request, Response

_DATA: Final = frozenset({"script", "xhr", "fetch"})
# the page gave a request up, or we did not let it pass
_GIVEN_UP: Final = ("ERR_ABORTED", "ERR_BLOCKED_BY_CLIENT")
_TOO_MANY_REQUESTS: Final = 429
_SERVER_ERRORS: Final = range(500, 600)


class Activity:
    """The requests of one tab for its page, and for scripts and data of the shop."""

    def __init__(self, tab: Tab, is_the_shops: Callable[[httpx.URL], bool]) -> None:
        self.failure: str | None = None  # the first, in words
        self.document: Response | None = None  # the answer that the tab shows, or is about to
        self._tab = tab
        self._is_the_shops = is_the_shops
        self._under_way: dict[Request, float] = {}
        tab.on("request", self._begin)
        tab.on("requestfinished", self._end)
        tab.on("requestfailed", self._fail)
        tab.on("response", self._answer)

    def is_busy(self, since: float) -> bool:
        """Tell whether anything is under way that was asked for after an instant (monotonic)."""
        return any(began >= since for began in self._under_way.values())

    def _begin(self, request: Request) -> None:
        if self._counts(request):
            self._under_way[request] = time.monotonic()

    def _end(self, request: Request) -> None:
        self._under_way.pop(request, None)

    def _fail(self, request: Request) -> None:
        self._end(request)
        reason = request.failure or "no reason given"
        if self._counts(request) and not any(word in reason for word in _GIVEN_UP):
            self._note(f"{_shown(request.url)} did not come ({reason})")

    def _answer(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == self._tab.main_frame:
            self.document = response
        is_failure = response.status in _SERVER_ERRORS or response.status == _TOO_MANY_REQUESTS
        if is_failure and self._counts(response.request):
            self._note(f"{_shown(response.url)} was answered with HTTP {response.status}")

    def _note(self, said: str) -> None:
        self.failure = self.failure or said

    def _counts(self, request: Request) -> bool:
        if request.resource_type not in _DATA:
            return False
        try:
            return self._is_the_shops(httpx.URL(request.url))
        except httpx.InvalidURL:
            return False


def _shown(url: str) -> str:
    return url.partition("?")[0]
