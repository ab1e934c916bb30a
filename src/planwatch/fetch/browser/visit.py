"""Run the steps that a source declares for its page, and save what the browser then shows.

A page on which no plan appears is saved all the same: its parser says what is wrong with it, unless
it shows that we were refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Final

import httpx

from planwatch.domain.page import Page, PageRequest
from planwatch.domain.visit import (
    BrowserStep,
    Click,
    ClickUntilGone,
    CollectEach,
    SaveEach,
    ScrollToEnd,
    WaitForQuiet,
)
from planwatch.errors import ConnectionFault, FetchError, FetchTimeout
from planwatch.fetch.browser.activity import Activity
from planwatch.fetch.browser.choices import collect_each, save_each
from planwatch.fetch.browser.scripts import OFFER, SCROLL
from planwatch.fetch.browser.shop_tab import POLL_S, ShopTab
from planwatch.fetch.browser.traffic import Traffic
from planwatch.fetch.http.address import MOST_REDIRECTS, endless_redirects, site_of
from planwatch.fetch.http.answer import blocked_page, check_whole, status_fault

if TYPE_CHECKING:
    from playwright.async_api import Locator, Response
    from playwright.async_api import Page as Tab

    from planwatch.fetch.browser.options import BrowserOptions

_CHECK_BLOCKED_AFTER_S: Final = 8.0  # a browser that is to pass by itself has passed by then
_LOOK_S: Final = 0.2
_MOST_SCROLLS: Final = 100
_STAYS_FOR_S: Final = 2.5


async def visit_page(
    tab: Tab,
    request: PageRequest,
    url: httpx.URL,
    traffic: Traffic,
    options: BrowserOptions,
) -> list[Page]:
    """Open the page, bring it to show its plans, save it.

    Raises:
        FetchError: the page did not come whole, is another site's, too large, or refuses us.
    """
    activity = Activity(tab, traffic.is_the_shops)
    response = await _go(tab, url, traffic)
    await _check_documents(tab, url, response, activity, options.timeout_s)
    pages = await Visitor(ShopTab(tab, request, options), activity).visit_all()
    for page in pages:
        refusal = blocked_page(page)
        if refusal is not None:
            raise refusal
    return pages


async def _go(tab: Tab, url: httpx.URL, traffic: Traffic) -> Response | None:
    """Open an address, and where it leads; what the guard of the traffic met comes first."""
    for _ in range(MOST_REDIRECTS + 1):
        try:
            return await tab.goto(str(url), wait_until="domcontentloaded")
        except Exception as error:
            if traffic.fault is not None:
                raise traffic.fault from error
            target = traffic.take_redirect()
            if target is None:
                raise
            url = target
    raise endless_redirects(url)


class Visitor:
    """One visit in one tab."""

    def __init__(self, shop: ShopTab, activity: Activity) -> None:
        self._shop = shop
        self._activity = activity
        self._pages: list[Page] = []

    async def visit_all(self) -> list[Page]:
        """Do the steps; return what was saved, at least the page as it stands.

        Raises:
            ConnectionFault: no plan appeared, since what the page asked its shop for did not come.
        """
        if await self._wait_until_ready():
            for step in self._shop.visit.steps:
                await self._do(step)
        elif await self._blocked() is None:
            self._check_data_came()
        if not self._pages:
            self._pages.append(await self._shop.save(self._shop.name))
        return self._pages

    def _check_data_came(self) -> None:
        """Make sure that it is the page on which something is missing, and not the line.

        Raises:
            FetchError: what the page asked its shop for did not come, or is still under way.
        """
        if self._activity.failure is not None:
            raise ConnectionFault(
                f"{self._shop.tab.url}: no plan appeared: {self._activity.failure}",
                hint="the page did not come whole; another attempt may succeed",
            )
        if self._activity.is_busy(0.0):
            raise FetchTimeout(
                f"{self._shop.tab.url}: the data of its plans had not come after "
                f"{self._shop.timeout_s:g} s",
                hint="the site is slow; try again, or raise browser.timeout_s",
            )

    async def _blocked(self) -> FetchError | None:
        return blocked_page(await self._shop.save(self._shop.name))

    async def _wait_until_ready(self) -> bool:
        started = time.monotonic()
        deadline, look_at = started + self._shop.timeout_s, started + _CHECK_BLOCKED_AFTER_S
        ready = self._shop.tab.locator(self._shop.visit.ready).first
        while time.monotonic() < deadline:
            had_dialog = await self._shop.dismiss_dialogs()
            if not had_dialog and await ready.is_visible():
                await self._shop.settle()
                await self._shop.dismiss_dialogs()
                return True
            if time.monotonic() > look_at:
                if await self._blocked() is not None:
                    return False  # blocked: waiting longer does not help
                look_at += _CHECK_BLOCKED_AFTER_S
            await asyncio.sleep(_LOOK_S)
        return False

    async def _click_step(self, step: Click) -> None:
        """Click what is there, and wait for what that brings: the page may be slow."""
        target = self._shop.find(step)
        if not await target.is_visible():
            return
        await self._shop.click(target)
        if step.ready is not None:
            try:
                await self._shop.tab.locator(step.ready).first.wait_for(state="visible")
            except Exception:  # noqa: BLE001 - the parser misses it; a lost browser tells below
                self._check_data_came()

    async def _do(self, step: BrowserStep) -> None:
        match step:
            case Click():
                await self._click_step(step)
            case ClickUntilGone():
                await self._click_until_gone(step)
            case ScrollToEnd():
                await self._scroll_to_end()
            case WaitForQuiet():
                await self._wait_for_quiet(step)
            case SaveEach():
                self._pages += await save_each(self._shop, step)
            case CollectEach():
                await collect_each(self._shop, step)

    async def _click_until_gone(self, step: ClickUntilGone) -> None:
        buttons = self._shop.tab.locator(step.selector)
        for _ in range(step.most):
            if not await self._is_offered(buttons):
                return
            await self._shop.click(buttons.first)

    async def _is_offered(self, buttons: Locator) -> bool:
        """Tell whether a button is there to be clicked; one that is busy is waited for."""
        deadline = time.monotonic() + self._shop.timeout_s
        while (state := await buttons.evaluate_all(OFFER)) == "busy":
            if time.monotonic() >= deadline:
                return False
            await asyncio.sleep(POLL_S)
        return bool(state == "there")

    async def _scroll_to_end(self) -> None:
        """Scroll until the page stays as it is, and nothing that it asked for is under way.

        Raises:
            FetchTimeout: what it asked for does not come.
        """
        height, grew, scrolls = 0, time.monotonic(), 0
        while scrolls < _MOST_SCROLLS:
            began, now = time.monotonic(), await self._shop.tab.evaluate(SCROLL)
            await self._shop.settle()
            unchanged_s = time.monotonic() - grew
            if now != height:
                height, grew, scrolls = now, began, scrolls + 1
            elif unchanged_s > self._shop.timeout_s:
                raise FetchTimeout(
                    f"{self._shop.tab.url}: the end of the list had not come after "
                    f"{self._shop.timeout_s:g} s",
                    hint="the site is slow; try again, or raise browser.timeout_s",
                )
            elif unchanged_s > _STAYS_FOR_S and not self._activity.is_busy(grew):
                return

    async def _wait_for_quiet(self, step: WaitForQuiet) -> None:
        # late is no fault: a page that polls is never quiet; a browser that is gone tells below
        with contextlib.suppress(Exception):
            await self._shop.tab.wait_for_load_state("networkidle", timeout=step.most_s * 1000)
        await self._shop.settle()


async def _check_documents(
    tab: Tab,
    wanted: httpx.URL,
    response: Response | None,
    activity: Activity,
    timeout_s: float,
) -> None:
    """Check the answer that the tab shows; a page may go on to another one, or load itself anew."""
    for _ in range(MOST_REDIRECTS + 1):
        try:
            async with asyncio.timeout(timeout_s):
                await _check_arrival(response, wanted, tab.url)
                return
        except FetchError:
            raise
        except Exception as error:  # its bytes have gone with it; a lost browser tells below
            if activity.document in (None, response):
                if isinstance(error, TimeoutError):
                    raise FetchTimeout(
                        f"{tab.url}: the page had not come after {timeout_s:g} s",
                        hint="the site is slow; try again, or raise browser.timeout_s",
                    ) from error
                return  # it was too large to be kept, and cannot be judged
            response = activity.document
    raise endless_redirects(wanted)


async def _check_arrival(response: Response | None, wanted: httpx.URL, arrived: str) -> None:
    if response is None:
        raise FetchError(f"{wanted}: the browser got no answer")
    headers = httpx.Headers(response.headers)
    fault = status_fault(str(wanted), response.status, response.status_text, headers)
    if fault is not None:
        raise fault
    host = httpx.URL(arrived).host
    if site_of(host) != site_of(wanted.host):
        raise FetchError(
            f"{wanted}: the site redirects to another site, {host}",
            hint="if the shop has moved, its source needs the new address",
        )
    # as it came: what the browser makes of it is closed, however early it was cut
    await response.finished()
    page = Page(
        body=await response.body(),
        url=arrived,
        charset=headers.encoding,
        media_type=headers.get("Content-Type", "").partition(";")[0].strip().lower(),
    )
    if blocked_page(page) is None:
        check_whole(page)
