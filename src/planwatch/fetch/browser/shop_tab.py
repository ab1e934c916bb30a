"""A shop's page in a tab: click, wait until it has changed, save.

A shop may be slow, and shows the old until the new has come: what does not change within
`browser.timeout_s` is an error, so that no card is saved under another choice than its own.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from planwatch.domain.page import Page, PageRequest
from planwatch.domain.visit import Click, Visit
from planwatch.errors import FetchTimeout
from planwatch.fetch.browser.scripts import HAS_CHANGED, MARK, SETTLE
from planwatch.fetch.http.answer import too_large

if TYPE_CHECKING:
    from playwright.async_api import Locator
    from playwright.async_api import Page as Tab

    from planwatch.fetch.browser.options import BrowserOptions

POLL_S: Final = 0.05
_CLICK_MS: Final = 3000
_QUIET_MS: Final = 250
_MOST_QUIET_MS: Final = 3000


class ShopTab:
    """One page of a shop, and what every step does with it."""

    def __init__(self, tab: Tab, request: PageRequest, options: BrowserOptions) -> None:
        assert request.visit is not None
        self.tab = tab
        self.name = request.name
        self.visit: Visit = request.visit
        self.timeout_s = options.timeout_s
        self._max_bytes = options.max_bytes

    async def settle(self) -> None:
        """Wait until nothing in the page has changed for a moment."""
        await self.tab.evaluate(SETTLE, [_QUIET_MS, _MOST_QUIET_MS])

    async def dismiss_dialogs(self) -> bool:
        """Answer the consent dialogs that are shown; return whether there was one."""
        clicked = [await self._try_click(click) for click in self.visit.consent]
        return any(clicked)

    async def _try_click(self, click: Click) -> bool:
        target = self.find(click)
        if not await target.is_visible():
            return False
        try:
            await target.click(timeout=_CLICK_MS)
        except Exception:  # noqa: BLE001 - gone or covered meanwhile: it is looked for again
            return False
        await self.settle()
        return True

    def find(self, click: Click) -> Locator:
        """Return what a click is for."""
        holder = self.tab.frame_locator(click.frame) if click.frame else self.tab
        return holder.locator(click.selector).first

    async def click(self, target: Locator) -> None:
        """Click, out of the way of a dialog that may have come meanwhile."""
        try:
            await target.click(timeout=_CLICK_MS)
        except Exception:  # noqa: BLE001 - the second try tells
            await self.dismiss_dialogs()
            await target.click(timeout=_CLICK_MS)
        await self.settle()

    async def mark(self, selector: str) -> str:
        """Remember what is shown now, for `has_changed`; return its text."""
        text: str = await self.tab.evaluate(MARK, selector)
        return text

    async def has_changed(self, selector: str, before: str, within_s: float) -> bool:
        """Wait until other elements, or another text, have come; tell whether they have.

        Args:
            before: what `mark` returned.
        """
        deadline = time.monotonic() + within_s
        while not await self.tab.evaluate(HAS_CHANGED, [selector, before]):
            if time.monotonic() >= deadline:
                return False
            await asyncio.sleep(POLL_S)
        await self.settle()
        return True

    def unchanged(self, what: str) -> FetchTimeout:
        """Return the error for a page that goes on showing what it showed before."""
        return FetchTimeout(
            f"{self.tab.url}: {what} was chosen, and the page had not changed after "
            f"{self.timeout_s:g} s",
            hint="the site is slow, so nothing of it is stored; try again, or raise "
            "browser.timeout_s",
        )

    async def save(self, name: str) -> Page:
        """Return the page as the browser shows it now.

        Raises:
            TooLarge: it is larger than a page may be.
        """
        size = await self.tab.evaluate("() => document.documentElement.outerHTML.length")
        if size > self._max_bytes:
            raise too_large(self.tab.url, self._max_bytes)
        html = await self.tab.content()
        return Page(
            body=html.encode(),
            url=self.tab.url,
            name=name,
            charset="utf-8",
            media_type="text/html",
        )
