"""Fetch pages that need scripts to show their plans, with one shared Chromium.

One thread runs Playwright's async API; the threads of steps submit to it and wait. A browser or a
driver that has ended is replaced before the next visit. What a page is brought to is data
(domain/visit.py). The browser names itself as planwatch does everywhere.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from planwatch.domain.page import Page, PageRequest
from planwatch.errors import BrowserLost, FetchError, FetchTimeout, PlanwatchError
from planwatch.fetch.browser.faults import (
    browser_fault_of,
    no_sandbox,
    start_fault_of,
    tab_crashed,
)
from planwatch.fetch.browser.options import BrowserOptions
from planwatch.fetch.browser.traffic import Traffic
from planwatch.fetch.browser.visit import visit_page
from planwatch.fetch.http.address import full_address

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright
    from playwright.async_api import Page as Tab

_T = TypeVar("_T")
_CLOSE_S: Final = 5.0
_START_S: Final = 30.0
# No first-run work, no updates, no reports: a visit asks for the site's pages and for nothing else.
_FLAGS: Final = (
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-breakpad",
    "--no-first-run",
    "--no-pings",
    "--mute-audio",
    "--disable-features=Translate,OptimizationHints,MediaRouter,InterestFeedContentSuggestions,"
    "AutofillServerCommunication,CertificateTransparencyComponentUpdater",
    "--renderer-process-limit=2",
)
# With an origin on loopback nothing may go to the web, whatever escapes the guard of the traffic.
_NO_NAMES: Final = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


class _Running(NamedTuple):
    """The driver, and the browser that it started; they are replaced together."""

    playwright: Playwright
    browser: Browser


class ChromiumFetcher:
    """One Chromium, started by the first visit and closed by `close`; threads may share it."""

    def __init__(self, options: BrowserOptions) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._running: _Running | None = None
        self._starting: asyncio.Lock | None = None
        self._free = threading.BoundedSemaphore(options.at_once)

    def check_sandbox(self) -> None:
        """Make sure, before any site is asked, that Chromium can keep its sandbox.

        Raises:
            NoSandbox: planwatch runs as root, and the setting does not give the sandbox up.
        """
        if self._options.sandbox and os.geteuid() == 0:
            raise no_sandbox("planwatch runs as root, for whom Chromium has no sandbox")

    def fetch(self, request: PageRequest) -> list[Page]:
        """Visit one page in a context of its own; return what was saved, in order.

        Waits while as many pages are open as may be; that is no part of the deadline.

        Raises:
            FetchError: as for a page over HTTP; time-outs of the page are `FetchTimeout`.
            MachineError: the browser did not start, or ended; the next visit starts another one.
        """
        if request.visit is None:
            raise FetchError(f"{request.url}: no visit is declared for a browser")
        with self._free:
            future = self._submit(self._fetch(request))
            try:
                return future.result(self._options.deadline_s + _START_S)
            except TimeoutError as error:
                future.cancel()
                raise self._timeout_error(request) from error

    async def _fetch(self, request: PageRequest) -> list[Page]:
        running = await self._start()
        context: BrowserContext | None = None
        try:
            async with asyncio.timeout(self._options.deadline_s):
                async with asyncio.timeout(_START_S):
                    context = await self._new_context(running.browser)
                return await self._visit(context, request)
        except TimeoutError as error:
            await self._discard_if_dead(running)
            raise self._timeout_error(request) from error
        except PlanwatchError:
            raise
        except Exception as error:
            fault = browser_fault_of(error, request.url)
            if isinstance(fault, BrowserLost):
                await self._discard_if_dead(running)
            raise fault from error
        finally:
            if context is not None:
                await _close_quietly(context.close())

    async def _visit(self, context: BrowserContext, request: PageRequest) -> list[Page]:
        assert request.visit is not None
        url = full_address(request.url, request.params)
        traffic = Traffic(url, request.visit.hosts, self._options.origin, self._options.max_bytes)
        await traffic.guard(context)
        if request.visit.cookies:
            await context.add_cookies(
                [
                    {"name": name, "value": value, "url": f"https://{url.host}/"}
                    for name, value in request.visit.cookies.items()
                ]
            )
        try:
            async with asyncio.timeout(_START_S):
                tab = await context.new_page()
            return await _unless_crashed(tab, visit_page(tab, request, url, traffic, self._options))
        finally:
            await _close_quietly(traffic.close())

    async def _new_context(self, browser: Browser) -> BrowserContext:
        context = await browser.new_context(
            user_agent=self._options.user_agent,
            locale="en-GB",
            timezone_id="Europe/London",
            viewport={"width": 1920, "height": 1080},
            service_workers="block",
            accept_downloads=False,
        )
        context.set_default_timeout(self._options.timeout_s * 1000)
        return context

    async def _start(self) -> _Running:
        self._starting = self._starting or asyncio.Lock()
        async with self._starting:
            if self._running is not None and not self._running.browser.is_connected():
                await self._discard(self._running)
            if self._running is None:
                self._running = await self._launch()
            return self._running

    async def _launch(self) -> _Running:
        # 0.1 s to import; only a source that needs a browser needs it
        from playwright.async_api import async_playwright

        playwright: Playwright | None = None
        try:
            async with asyncio.timeout(_START_S):
                playwright = await async_playwright().start()
                browser = await playwright.chromium.launch(
                    executable_path=self._options.executable,
                    args=[*_FLAGS, *([_NO_NAMES] if self._options.origin else [])],
                    chromium_sandbox=self._options.sandbox,
                    proxy=None if self._options.proxy is None else {"server": self._options.proxy},
                    timeout=_START_S * 1000,
                    handle_sigint=False,
                    handle_sigterm=False,
                    handle_sighup=False,
                )
                return _Running(playwright, browser)
        except Exception as error:
            if playwright is not None:
                await _close_quietly(playwright.stop())
            raise start_fault_of(error) from error

    async def _discard_if_dead(self, running: _Running) -> None:
        """Let go of a browser that no longer opens anything; other visits may be using it."""
        try:
            async with asyncio.timeout(_CLOSE_S):
                context = await running.browser.new_context()
                await context.close()
        except Exception:  # noqa: BLE001 - whatever it is, the next visit shall not meet it
            await self._discard(running)

    async def _discard(self, running: _Running) -> None:
        if self._running is running:
            self._running = None
        await _close_quietly(running.browser.close())
        await _close_quietly(running.playwright.stop())

    def _submit(self, work: Coroutine[Any, Any, _T]) -> Future[_T]:
        try:
            with self._lock:
                if self._loop is None:
                    self._loop, self._thread = _start_loop()
                return asyncio.run_coroutine_threadsafe(work, self._loop)
        except BaseException:
            work.close()
            raise

    def close(self) -> None:
        """End the browser and its thread; may be called twice."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is None:
            return
        closing = asyncio.run_coroutine_threadsafe(self._close(), loop)
        try:
            closing.result(2 * _CLOSE_S)
        except TimeoutError:
            closing.cancel()
        loop.call_soon_threadsafe(loop.stop)
        if self._thread is not None:
            self._thread.join(_CLOSE_S)
            if not self._thread.is_alive():
                loop.close()

    async def _close(self) -> None:
        if self._running is not None:
            await self._discard(self._running)

    def _timeout_error(self, request: PageRequest) -> FetchTimeout:
        return FetchTimeout(
            f"{request.url}: not finished within {self._options.deadline_s:g} s in the browser",
            hint="the site or the network is slow; try again, or raise browser.deadline_s",
        )


def _start_loop() -> tuple[asyncio.AbstractEventLoop, threading.Thread]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="browser", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        loop.close()
        raise
    return loop, thread


async def _unless_crashed(tab: Tab, visit: Coroutine[Any, Any, _T]) -> _T:
    """Return what a visit gives; some waits would never hear that the tab has crashed.

    Raises:
        BrowserLost: it has.
    """
    crashed = asyncio.Event()
    tab.once("crash", lambda _tab: crashed.set())
    visiting = asyncio.ensure_future(visit)
    crash = asyncio.ensure_future(crashed.wait())
    try:
        await asyncio.wait((visiting, crash), return_when=asyncio.FIRST_COMPLETED)
        if not visiting.done() or (crashed.is_set() and visiting.exception() is not None):
            raise tab_crashed(tab.url)
        return visiting.result()
    finally:
        visiting.cancel()
        crash.cancel()


async def _close_quietly(closing: Coroutine[Any, Any, None]) -> None:
    """Close what may be gone already: how a visit ended is told by its own error."""
    try:
        async with asyncio.timeout(_CLOSE_S):
            await closing
    except Exception:  # noqa: BLE001, S110 - the process ends what does not close
        pass
