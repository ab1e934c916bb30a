"""Fetch pages over HTTP with one client: limited in time and size, at a polite pace.

Obeys robots.txt. Refuses what would hide trouble: a challenge page is `Blocked`, a cut answer is a
fault, another site's page an error. Retries are the engine's. Where a request goes:
fetch/http/address.py. What an answer is: fetch/http/answer.py. What a browser does:
fetch/browser/chromium.py.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from typing import Final, NamedTuple

import httpx

from planwatch.domain.page import NextRequest, Page, PageRequest, Recall
from planwatch.errors import ConnectionFault, FetchError, FetchTimeout, SettingsError
from planwatch.fetch.browser.chromium import ChromiumFetcher
from planwatch.fetch.browser.executable import find_executable
from planwatch.fetch.browser.options import BrowserOptions
from planwatch.fetch.http.address import (
    MOST_REDIRECTS,
    MOST_ROBOTS_REDIRECTS,
    Origin,
    endless_redirects,
    find_redirect,
    full_address,
    shown,
)
from planwatch.fetch.http.answer import read_page, read_robots
from planwatch.fetch.http.deadline import Deadline
from planwatch.fetch.http.faults import fault_of
from planwatch.fetch.http.pace import Pace
from planwatch.fetch.http.robots import LONGEST_DELAY_S, Robots

MOST_PAGES: Final = 50
_HEADERS: Final = {
    "Accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.9",
}


class _Session(NamedTuple):
    """The connections of one call; a source's cookies stay with it."""

    client: httpx.Client
    sockets: list[socket]
    recall: Recall | None = None


class HttpFetcher:
    """A `Fetcher` over HTTP. Several threads may use it; each call has connections of its own."""

    def __init__(
        self,
        *,
        user_agent: str,
        timeout_s: float = 20.0,
        deadline_s: float = 60.0,
        max_bytes: int = 20_000_000,
        pace_s: float = 1.0,
        max_crawl_delay_s: float = LONGEST_DELAY_S,
        origin: str | None = None,
        proxy: str | None = None,
        ca_file: str | Path | None = None,
        max_pages: int = MOST_PAGES,
        executable: str | None = None,
        browser_timeout_s: float = 30.0,
        browser_deadline_s: float = 300.0,
        browser_at_once: int = 3,
        browser_sandbox: bool = True,
        sleep: Callable[[float], object] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Check the settings; nothing is opened yet.

        Args:
            user_agent: names the program and a contact; no request's own header replaces it.
            timeout_s: the longest silence, in connecting and in reading.
            deadline_s: the longest time for one whole answer.
            max_bytes: the largest page, after decompression.
            pace_s: the least pause between an answer of a host and the next request to it.
            max_crawl_delay_s: the longest crawl delay of a robots.txt that is kept.
            origin: PLANWATCH_ORIGIN, a loopback server that stands for every host.
            max_pages: the most pages that one listing may have.
            executable: the browser; None looks for one when a source needs it.
            browser_timeout_s: the longest wait for a page, and for its plans to appear.
            browser_deadline_s: the longest time for one page with all its clicks.
            browser_at_once: the most pages open in the browser at one time.
            browser_sandbox: Chromium keeps its sandbox; as root it has none, and is not started.

        Raises:
            SettingsError: an origin that is not on loopback, an unusable proxy or CA file.
        """
        self._ours = {"User-Agent": user_agent, "Accept-Encoding": "gzip"}
        self._timeout_s = timeout_s
        self._deadline_s = deadline_s
        self._max_bytes = max_bytes
        self._max_pages = max_pages
        self._origin = Origin.parse(origin) if origin else None
        self._proxy = None if self._origin else _proxy_at(proxy)
        self._certificates = _certificates_in(ca_file)
        self._pace = Pace(pace_s, sleep, monotonic)
        self._robots = Robots(max_crawl_delay_s)
        self._executable = executable
        self._browser_timeout_s = browser_timeout_s
        self._browser_deadline_s = browser_deadline_s
        self._browser_at_once = browser_at_once
        self._browser_sandbox = browser_sandbox
        self._lock = threading.Lock()
        self._browser: ChromiumFetcher | None = None

    def fetch_pages(
        self,
        source_id: str,
        requests: Sequence[PageRequest],
        next_request: NextRequest | None,
        *,
        needs_browser: bool,
        recall: Recall | None = None,
    ) -> list[Page]:
        """Return the pages of one source in order, the following ones of a listing included.

        A page that `recall` knows is asked for with its ETag and Last-Modified; where the answer
        is 304, the page is the recalled one. A page with a body to send or for a browser never is.

        Raises:
            FetchError: see the tree in errors.py; its context names the source and the request.
            MachineError: this machine lacks what fetching needs.
        """
        if needs_browser:
            return self._fetch_in_browser(source_id, requests)
        pages: list[Page] = []
        with self._open_client() as client:
            session = _Session(client, [], recall)
            for first in requests:
                try:
                    pages += self._fetch_listing(session, first, next_request)
                except FetchError as error:
                    error.context.setdefault("source", source_id)
                    error.context.setdefault("request", first.name)
                    raise
        return pages

    def _fetch_in_browser(self, source_id: str, requests: Sequence[PageRequest]) -> list[Page]:
        """Return what a browser saved; robots.txt and the pace hold for it, too."""
        pages: list[Page] = []
        browser = self._get_browser()
        browser.check_sandbox()
        with self._open_client() as client:
            session = _Session(client, [])
            for request in requests:
                url = full_address(request.url, request.params)
                try:
                    self._obey(session, url)
                    self._pace.wait(url.host)
                    try:
                        pages += browser.fetch(request)
                    finally:
                        self._pace.mark(url.host)
                except FetchError as error:
                    error.context.setdefault("source", source_id)
                    error.context.setdefault("request", request.name)
                    raise
        return pages

    def _get_browser(self) -> ChromiumFetcher:
        with self._lock:
            if self._browser is None:
                self._browser = ChromiumFetcher(
                    BrowserOptions(
                        executable=find_executable(self._executable),
                        user_agent=self._ours["User-Agent"],
                        timeout_s=self._browser_timeout_s,
                        deadline_s=self._browser_deadline_s,
                        max_bytes=self._max_bytes,
                        at_once=self._browser_at_once,
                        sandbox=self._browser_sandbox,
                        origin=self._origin,
                        proxy=None if self._proxy is None else str(self._proxy.url),
                    )
                )
            return self._browser

    def close(self) -> None:
        """End the browser, where one was started."""
        with self._lock:
            browser, self._browser = self._browser, None
        if browser is not None:
            browser.close()

    def _open_client(self) -> httpx.Client:
        return httpx.Client(
            http2=True,
            timeout=self._timeout_s,
            headers=_HEADERS,
            verify=self._certificates,
            proxy=self._proxy,
            trust_env=self._origin is None,  # a proxy of the environment never sees loopback
        )

    def _fetch_listing(
        self, session: _Session, first: PageRequest, next_request: NextRequest | None
    ) -> list[Page]:
        pages: list[Page] = []
        request: PageRequest | None = first
        while request is not None:
            if len(pages) == self._max_pages:
                raise FetchError(
                    f"{first.url}: the listing continues after {self._max_pages} pages",
                    hint="the parser misses the end of the listing, or the site repeats its pages",
                )
            pages.append(self._fetch_page(session, request))
            request = next_request(pages[-1], request) if next_request else None
        return pages

    def _fetch_page(self, session: _Session, request: PageRequest) -> Page:
        """Return the page that answers `request`, if robots.txt allows it, redirects included."""
        url = full_address(request.url, request.params)
        return self._follow(session, request, url, lambda url: self._obey(session, url))

    def _obey(self, session: _Session, address: httpx.URL) -> None:
        """Make sure that robots.txt allows an address, and keep to the pace that it asks for."""

        def fetch(robots: httpx.URL) -> bytes:
            return self._fetch_robots(session, robots)

        self._pace.slow_down(address.host, self._robots.check(address, fetch))

    def _fetch_robots(self, session: _Session, url: httpx.URL) -> bytes:
        """Return a robots.txt, wherever five redirects lead; beyond them there is none."""
        for _ in range(MOST_ROBOTS_REDIRECTS + 1):
            with self._exchange(session, url, None, {}) as response:
                target = find_redirect(response, url, self._origin, leaves_site=True)
                if target is None:
                    return read_robots(response, str(url))
            url = target
        return b""

    def _follow(
        self,
        session: _Session,
        request: PageRequest,
        url: httpx.URL,
        obey: Callable[[httpx.URL], None],
    ) -> Page:
        """Return the page where redirects from `url` lead, each allowed by `obey`."""
        body: object = request.json_body
        for _ in range(MOST_REDIRECTS + 1):
            obey(url)
            known = _recall_page(session, request, url, body)
            headers = {**request.headers, **_validators_of(known)}
            with self._exchange(session, url, body, headers) as response:
                if known is not None and response.status_code == httpx.codes.NOT_MODIFIED:
                    return known
                target = find_redirect(response, url, self._origin)
                if target is None:
                    return read_page(response, str(url), request.name, self._max_bytes)
                keeps_body = response.status_code in (307, 308)
            url, body = target, body if keeps_body else None
        raise endless_redirects(request.url)

    @contextmanager
    def _exchange(
        self, session: _Session, url: httpx.URL, body: object, headers: Mapping[str, str]
    ) -> Iterator[httpx.Response]:
        """Send one request, at its pace; the block reads the answer within the deadline."""
        self._pace.wait(url.host)
        with Deadline(self._deadline_s, session.sockets) as deadline:
            try:
                message = session.client.build_request(
                    "GET" if body is None else "POST",
                    self._origin.stand_in(url) if self._origin else url,
                    headers=headers,
                    json=body,
                    extensions={"trace": deadline.watch},
                )
                message.headers.update(self._ours)
                response = session.client.send(message, stream=True)
                try:
                    yield response
                finally:
                    response.close()
            except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ConnectionFault) as error:
                if deadline.has_passed:
                    raise self._timeout_error(url) from error
                raise fault_of(error, url) from error
            finally:
                self._pace.mark(url.host)
            if deadline.has_passed:  # an answer of unknown length seems to end where it is cut
                raise self._timeout_error(url)

    def _timeout_error(self, url: httpx.URL) -> FetchTimeout:
        return FetchTimeout(
            f"{shown(url)}: no complete answer within {self._deadline_s:g} s",
            hint="the site or the network is slow; try again, or raise fetch.deadline_s",
        )


def _recall_page(
    session: _Session, request: PageRequest, url: httpx.URL, body: object
) -> Page | None:
    if session.recall is None or body is not None:
        return None
    return session.recall(request.name, str(url))


def _validators_of(known: Page | None) -> dict[str, str]:
    """Return the headers that ask for a page only if it has changed (RFC 9110, 13.1)."""
    headers = {}
    if known is not None and known.etag and known.etag.isascii():
        headers["If-None-Match"] = known.etag
    if known is not None and known.last_modified and known.last_modified.isascii():
        headers["If-Modified-Since"] = known.last_modified
    return headers


def _proxy_at(proxy: str | None) -> httpx.Proxy | None:
    if not proxy:
        return None
    try:
        return httpx.Proxy(proxy)
    except (httpx.InvalidURL, ValueError) as error:
        # not shown: the address of a proxy may hold a password
        raise SettingsError(
            "the configured proxy cannot be used",
            hint="set fetch.proxy to an address such as http://proxy.example:3128",
        ) from error


def _certificates_in(ca_file: str | Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise SettingsError(
            f"cannot read certificates from {ca_file}: {error.strerror or error}",
            hint="set fetch.ca_file to a file of PEM certificates",
        ) from error
