"""Run the steps that a source declares for its page, and save what the browser then shows.

A page on which no plan appears is saved all the same: its parser says what is wrong with it, unless
it shows that we were refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Iterator, Sequence
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
    Visit,
    WaitForQuiet,
)
from planwatch.errors import FetchError
from planwatch.fetch.browser.traffic import Traffic
from planwatch.fetch.http.address import MOST_REDIRECTS, endless_redirects, site_of
from planwatch.fetch.http.answer import blocked_page, status_fault, too_large

if TYPE_CHECKING:
    from playwright.async_api import Locator, Response
    from playwright.async_api import Page as Tab

    from planwatch.fetch.browser.options import BrowserOptions

_CHECK_BLOCKED_AFTER_S: Final = 8.0  # a browser that is to pass by itself has passed by then
_LOOK_S: Final = 0.2
_POLL_S: Final = 0.05
_CHANGES_WITHIN_S: Final = 3.0
_CLICK_MS: Final = 3000
_QUIET_MS: Final = 250
_MOST_QUIET_MS: Final = 3000
_MOST_SCROLLS: Final = 100
_STAYS_FOR_S: Final = 1.0
_MOST_CLICKS_A_COMBINATION: Final = 8

# Resolves once nothing in the page has changed for a while.
_SETTLE: Final = """
([quiet, most]) => new Promise((done) => {
  let timer = setTimeout(end, quiet);
  const again = () => { clearTimeout(timer); timer = setTimeout(end, quiet); };
  const watch = new MutationObserver(again);
  const limit = setTimeout(end, most);
  function end() { watch.disconnect(); clearTimeout(timer); clearTimeout(limit); done(); }
  watch.observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
})
"""
_SCROLL: Final = """
() => { window.scrollTo(0, document.body.scrollHeight); return document.body.scrollHeight; }
"""
_READ_TEXT: Final = """
(shown) => [...document.querySelectorAll(shown)].map((one) => one.textContent).join("\\n")
"""
# Of each group of options: which is selected, which are disabled.
_READ_CHOICES: Final = """
([groups, options, selected, disabled]) => [...document.querySelectorAll(groups)].map((group) =>
  [...group.querySelectorAll(options)].map((option) => ({
    selected: option.matches(selected) || option.querySelector(selected) !== null,
    disabled: option.matches(disabled) || option.querySelector(disabled) !== null,
  })))
"""
_APPEND: Final = """
(panels) => {
  const place = document.createElement("section");
  place.setAttribute("data-planwatch", "collected");
  place.innerHTML = panels.join("\\n");
  document.body.append(place);
}
"""


async def visit_page(
    tab: Tab,
    request: PageRequest,
    url: httpx.URL,
    traffic: Traffic,
    options: BrowserOptions,
) -> list[Page]:
    """Open the page, bring it to show its plans, save it.

    Raises:
        FetchError: the page did not come, is another site's, too large, or refuses us.
    """
    assert request.visit is not None
    response = await _go(tab, url, traffic)
    _check_arrival(response, url, tab.url)
    visitor = Visitor(tab, request, options)
    pages = await visitor.visit()
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

    def __init__(self, tab: Tab, request: PageRequest, options: BrowserOptions) -> None:
        assert request.visit is not None
        self._tab = tab
        self._name = request.name
        self._visit: Visit = request.visit
        self._options = options
        self._pages: list[Page] = []

    async def visit(self) -> list[Page]:
        """Do the steps; return what was saved, at least the page as it stands."""
        if await self._wait_until_ready():
            for step in self._visit.steps:
                await self._do(step)
        if not self._pages:
            self._pages.append(await self._save(self._name))
        return self._pages

    async def _wait_until_ready(self) -> bool:
        started = time.monotonic()
        deadline, look_at = started + self._options.timeout_s, started + _CHECK_BLOCKED_AFTER_S
        ready = self._tab.locator(self._visit.ready).first
        while time.monotonic() < deadline:
            had_dialog = await self._dismiss_dialogs()
            if not had_dialog and await ready.is_visible():
                await self._settle()
                await self._dismiss_dialogs()
                return True
            if time.monotonic() > look_at:
                if blocked_page(await self._save(self._name)) is not None:
                    return False  # blocked: waiting longer does not help
                look_at += _CHECK_BLOCKED_AFTER_S
            await asyncio.sleep(_LOOK_S)
        return False

    async def _dismiss_dialogs(self) -> bool:
        """Answer the consent dialogs that are shown; return whether there was one."""
        clicked = [await self._try_click(click) for click in self._visit.consent]
        return any(clicked)

    async def _try_click(self, click: Click) -> bool:
        target = self._find(click)
        if not await target.is_visible():
            return False
        try:
            await target.click(timeout=_CLICK_MS)
        except Exception:  # noqa: BLE001 - gone or covered meanwhile: it is looked for again
            return False
        await self._settle()
        return True

    def _find(self, click: Click) -> Locator:
        holder = self._tab.frame_locator(click.frame) if click.frame else self._tab
        return holder.locator(click.selector).first

    async def _click_step(self, step: Click) -> None:
        """Click what is there, and wait for what that brings: the page may be slow."""
        target = self._find(step)
        if not await target.is_visible():
            return
        await self._click(target)
        if step.ready is not None:
            # what does not come is missed by the parser; a browser that is gone tells below
            with contextlib.suppress(Exception):
                await self._tab.locator(step.ready).first.wait_for(state="visible")

    async def _settle(self) -> None:
        await self._tab.evaluate(_SETTLE, [_QUIET_MS, _MOST_QUIET_MS])

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
                await self._save_each(step)
            case CollectEach():
                await self._collect_each(step)

    async def _click_until_gone(self, step: ClickUntilGone) -> None:
        for _ in range(step.most):
            button = self._tab.locator(step.selector).first
            if not await self._is_offered(button):
                return
            await self._click(button)

    async def _is_offered(self, button: Locator) -> bool:
        """Tell whether a button is there to be clicked; one that is busy is waited for."""
        deadline = time.monotonic() + _CHANGES_WITHIN_S
        while await button.is_visible() and time.monotonic() < deadline:
            if await button.is_enabled():
                return True
            await asyncio.sleep(_POLL_S)
        return False

    async def _click(self, target: Locator) -> None:
        """Click, out of the way of a dialog that may have come meanwhile."""
        try:
            await target.click(timeout=_CLICK_MS)
        except Exception:  # noqa: BLE001 - the second try tells
            await self._dismiss_dialogs()
            await target.click(timeout=_CLICK_MS)
        await self._settle()

    async def _scroll_to_end(self) -> None:
        height, since = 0, time.monotonic()
        for _ in range(_MOST_SCROLLS):
            now = await self._tab.evaluate(_SCROLL)
            await self._settle()
            if now != height:
                height, since = now, time.monotonic()
            elif time.monotonic() - since > _STAYS_FOR_S:
                return

    async def _wait_for_quiet(self, step: WaitForQuiet) -> None:
        # late is no fault: a page that polls is never quiet; a browser that is gone tells below
        with contextlib.suppress(Exception):
            await self._tab.wait_for_load_state("networkidle", timeout=step.most_s * 1000)
        await self._settle()

    async def _save_each(self, step: SaveEach) -> None:
        count = await self._count_options(step)
        for number in range(count):
            option = self._tab.locator(step.options).nth(number)
            if step.opener is not None and not await option.is_visible():
                await self._click(self._tab.locator(step.opener).first)
            name = (await option.inner_text()).strip() or await option.get_attribute("id")
            before = await self._read_text(step.ready)
            is_chosen = await option.get_attribute("aria-selected") == "true"
            await self._click(option)
            if not is_chosen:
                await self._wait_for_change(step.ready, before)
            await self._tab.locator(step.ready).first.wait_for(state="visible")
            self._pages.append(await self._save(f"{self._name}: {name or number + 1}"))

    async def _read_text(self, selector: str) -> str:
        text: str = await self._tab.evaluate(_READ_TEXT, selector)
        return text

    async def _wait_for_change(self, selector: str, before: str) -> None:
        """Wait until what is shown is another one: a shop shows the old until the new has come."""
        deadline = time.monotonic() + _CHANGES_WITHIN_S
        while time.monotonic() < deadline:
            if await self._read_text(selector) != before:
                await self._settle()
                return
            await asyncio.sleep(_POLL_S)

    async def _count_options(self, step: SaveEach) -> int:
        if step.opener is not None and not await self._tab.locator(step.options).first.is_visible():
            await self._click(self._tab.locator(step.opener).first)
        return await self._tab.locator(step.options).count()

    async def _collect_each(self, step: CollectEach) -> None:
        choices = await self._read_choices(step)
        panels = {await self._read_panel(step): None}
        targets = list(
            itertools.islice(_combinations([len(group) for group in choices]), step.most)
        )
        for target in targets:
            await self._choose(step, target)
            panels[await self._read_panel(step)] = None
        await self._tab.evaluate(_APPEND, [panel for panel in panels if panel])

    async def _choose(self, step: CollectEach, target: Sequence[int]) -> None:
        """Click towards a combination; the site may refuse it, and answer with another."""
        for _ in range(_MOST_CLICKS_A_COMBINATION):
            choices = await self._read_choices(step)
            wrong = [
                place
                for place, wanted in enumerate(target)
                if wanted < len(choices[place]) and not choices[place][wanted]["selected"]
            ]
            free = [place for place in wrong if not choices[place][target[place]]["disabled"]]
            if not free:
                return
            group = self._tab.locator(step.groups).nth(free[0])
            before = await self._read_text(step.panel)
            await self._click(group.locator(step.options).nth(target[free[0]]))
            await self._wait_for_change(step.panel, before)

    async def _read_choices(self, step: CollectEach) -> list[list[dict[str, bool]]]:
        choices: list[list[dict[str, bool]]] = await self._tab.evaluate(
            _READ_CHOICES, [step.groups, step.options, step.selected, step.disabled]
        )
        return choices

    async def _read_panel(self, step: CollectEach) -> str:
        panel = self._tab.locator(step.panel).first
        if not await panel.is_visible():
            return ""
        html: str = await panel.evaluate("(panel) => panel.outerHTML")
        return html

    async def _save(self, name: str) -> Page:
        size = await self._tab.evaluate("() => document.documentElement.outerHTML.length")
        if size > self._options.max_bytes:
            raise too_large(self._tab.url, self._options.max_bytes)
        html = await self._tab.content()
        return Page(
            body=html.encode(),
            url=self._tab.url,
            name=name,
            charset="utf-8",
            media_type="text/html",
        )


def _combinations(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield every combination of indices; from one to the next a single index changes."""
    if not sizes:
        yield ()
        return
    forward = True
    for first in range(sizes[0]):
        rest = list(_combinations(sizes[1:]))
        for tail in rest if forward else reversed(rest):
            yield (first, *tail)
        forward = not forward


def _check_arrival(response: Response | None, wanted: httpx.URL, arrived: str) -> None:
    if response is None:
        raise FetchError(f"{wanted}: the browser got no answer")
    fault = status_fault(
        str(wanted), response.status, response.status_text, httpx.Headers(response.headers)
    )
    if fault is not None:
        raise fault
    host = httpx.URL(arrived).host
    if site_of(host) != site_of(wanted.host):
        raise FetchError(
            f"{wanted}: the site redirects to another site, {host}",
            hint="if the shop has moved, its source needs the new address",
        )
