"""Filter the requests of a page in the browser: no images, no fonts, no trackers.

With PLANWATCH_ORIGIN each request is answered from there, so that a page keeps its true address.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import httpx

from planwatch.errors import FetchError
from planwatch.fetch.http.address import Origin, find_redirect, site_of
from planwatch.fetch.http.answer import too_large

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Request, Route

_ORIGIN_TIMEOUT_S: Final = 60.0
_NOT_LOADED: Final = frozenset(
    {"image", "media", "font", "texttrack", "ping", "beacon", "manifest"}
)
# Those who count and follow visitors, by what stands in their hosts; no plan depends on one.
_TRACKERS: Final = (
    "adobedtm", "adsrvr", "amazon-adsystem", "analytics", "bat.bing", "branch.io", "clarity.ms",
    "contentsquare", "criteo", "decibelinsight", "demdex", "doubleclick", "dynatrace",
    "everesttech", "facebook", "fullstory", "go-mpulse", "googleadservices", "googlesyndication",
    "googletagmanager", "hotjar", "linkedin", "medallia", "mouseflow", "mpulse", "newrelic",
    "nr-data", "omtrdc", "outbrain", "pinterest", "qualtrics", "quantserve", "quantummetric",
    "ruxit", "scorecardresearch", "segment.io", "sentry", "snapchat", "taboola", "tealium",
    "tiktok", "trustpilot", "tvsquared", "twitter", "yimg",
)  # fmt: skip
_HOP_BY_HOP: Final = frozenset(
    {"host", "connection", "content-length", "accept-encoding", "transfer-encoding"}
)
_NOT_HANDED_ON: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_FAULTS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (httpx.TimeoutException, "timedout"),
    (httpx.ConnectError, "connectionrefused"),
    (httpx.ReadError, "connectionreset"),
    (httpx.RemoteProtocolError, "connectionclosed"),
)


class Traffic:
    """Guards the requests of one visit."""

    def __init__(
        self, url: httpx.URL, hosts: Sequence[str], origin: Origin | None, max_bytes: int
    ) -> None:
        self.redirect: httpx.URL | None = None  # where the page sends us: the browser does not go
        self.fault: FetchError | None = None
        self._hosts = frozenset(hosts)
        self._site = site_of(url.host)
        self._origin = origin
        self._max_bytes = max_bytes
        self._client: httpx.AsyncClient | None = None

    def take_redirect(self) -> httpx.URL | None:
        """Return where the last navigation was sent, once."""
        target, self.redirect = self.redirect, None
        return target

    async def guard(self, context: BrowserContext) -> None:
        """Take over every request of a context."""
        if self._origin is not None:
            self._client = httpx.AsyncClient(
                trust_env=False, timeout=_ORIGIN_TIMEOUT_S, follow_redirects=False
            )
        await context.route("**/*", self._handle)

    async def close(self) -> None:
        """Let go of the connections to the origin."""
        if self._client is not None:
            await self._client.aclose()

    def is_the_shops(self, url: httpx.URL) -> bool:
        """Tell whether an address is one of the shop's, or of a host that it cannot do without."""
        return site_of(url.host) == self._site or url.host in self._hosts

    def is_wanted(self, url: httpx.URL, resource_type: str) -> bool:
        """Tell whether a request is one that plans may depend on."""
        if resource_type in _NOT_LOADED or url.scheme not in ("http", "https", "data", "blob"):
            return False
        if self.is_the_shops(url):
            return True
        return not any(tracker in url.host for tracker in _TRACKERS)

    async def _handle(self, route: Route, request: Request) -> None:
        try:
            url = httpx.URL(request.url)
        except httpx.InvalidURL:
            await route.abort("addressunreachable")
            return
        if not self.is_wanted(url, request.resource_type):
            await route.abort("blockedbyclient")
            return
        if self._origin is None or self._client is None or url.scheme not in ("http", "https"):
            await route.continue_()
            return
        try:
            await self._answer(route, request, self._client, self._origin)
        except FetchError as error:
            if request.is_navigation_request():
                self.fault = error
            await route.abort("failed")
        except httpx.HTTPError as error:
            reasons = (name for kind, name in _FAULTS if isinstance(error, kind))
            await route.abort(next(reasons, "failed"))

    async def _answer(
        self, route: Route, request: Request, client: httpx.AsyncClient, origin: Origin
    ) -> None:
        url = httpx.URL(request.url)
        headers = {
            name: value
            for name, value in (await request.all_headers()).items()
            if name.lower() not in _HOP_BY_HOP and not name.startswith(":")
        }
        sent = client.build_request(
            request.method, origin.stand_in(url), headers=headers, content=request.post_data_buffer
        )
        response = await client.send(sent, stream=True)
        try:
            target = find_redirect(response, url, origin)
            if target is not None:
                # a browser would follow it out of our sight, to the web
                if request.is_navigation_request():
                    self.redirect = target
                await route.abort("aborted")
                return
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > self._max_bytes:
                    raise too_large(request.url, self._max_bytes)
        finally:
            await response.aclose()
        handed_on: dict[str, str] = {}
        for name, value in response.headers.multi_items():
            if name.lower() not in _NOT_HANDED_ON:
                handed_on[name] = f"{handed_on[name]}\n{value}" if name in handed_on else value
        await route.fulfill(status=response.status_code, headers=handed_on, body=bytes(body))
