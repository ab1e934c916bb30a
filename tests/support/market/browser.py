"""A real Chromium that sees the replica market under its true addresses, and walks its pages.

Playwright is an extra of the project and Chromium a program of the machine: `why_not` says what is
missing. What a page needs, step by step, is written down here once, for the tests of the market;
planwatch's own browser has its own steps.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from planwatch.domain.page import Page
from planwatch.extras import install_line
from tests.support.market.replica import ReplicaMarket

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
# for root Chromium has no sandbox; it opens nothing here but pages of the tests
HAS_SANDBOX: Final = os.geteuid() != 0
ENVIRONMENT: Final[Mapping[str, str]] = (
    {} if HAS_SANDBOX else {"PLANWATCH_BROWSER__SANDBOX": "false"}
)
"""What lets planwatch's own browser start here."""
_ARGUMENTS: Final = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    # Playwright does not see what a redirect asks for: without names it ends here
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-first-run",
    "--no-pings",
)
_WAIT_MS: Final = 120_000
# they speak of the bytes on the line, which httpx has unpacked already
_OF_THE_LINE: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_REPLACED: Final = "node => !node.isConnected"


def why_not() -> str | None:
    """Return why no browser can be driven here, None if one can."""
    if importlib.util.find_spec("playwright") is None:
        return f"playwright is not installed: {install_line('browser')}"
    if find_program() is None:
        return f"no browser on this machine: none of {', '.join(PROGRAMS)} is on the PATH"
    return None


def find_program() -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextmanager
def open_browser() -> Iterator[Any]:
    """Start Chromium; see `why_not` before."""
    library: Any = importlib.import_module("playwright.sync_api")  # an extra: it may be missing
    with library.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_program(),
            args=list(_ARGUMENTS),
            chromium_sandbox=HAS_SANDBOX,
            timeout=_WAIT_MS,
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(
    browser: Any, market: ReplicaMarket, *, unwanted: frozenset[str] = frozenset()
) -> Iterator[Any]:
    """Open a tab with a memory of its own, whose requests are answered by the market.

    Args:
        unwanted: kinds of resources, as Playwright calls them, and hosts that are not loaded.
    """
    context = browser.new_context(
        viewport={"width": 1920, "height": 1080}, locale="en-GB", timezone_id="Europe/London"
    )
    context.set_default_timeout(_WAIT_MS)
    # verify: there is no TLS on loopback, and reading certificates takes as long as a page
    with httpx.Client(timeout=_WAIT_MS / 1000, trust_env=False, verify=False) as client:
        context.route("**/*", lambda route: _answer(route, market, client, unwanted))
        try:
            yield context.new_page()
        finally:
            context.close()


def walk(tab: Any, source: str) -> list[Page]:
    """Take the steps that a source needs, and return its pages as they stand in the end."""
    return WALKS[source](tab)


def _answer(
    route: Any, market: ReplicaMarket, client: httpx.Client, unwanted: frozenset[str]
) -> None:
    request = route.request
    address = urlsplit(request.url)
    if request.resource_type in unwanted or address.netloc in unwanted:
        route.abort()
        return
    query = f"?{address.query}" if address.query else ""
    try:
        answer = client.request(
            request.method,
            f"{market.origin}/{address.netloc}{address.path}{query}",
            headers=request.all_headers(),
            content=request.post_data_buffer,
        )
    except httpx.HTTPError:
        route.abort("connectionfailed")
        return
    headers = {name: value for name, value in answer.headers.items() if name not in _OF_THE_LINE}
    route.fulfill(status=answer.status_code, headers=headers, body=answer.content)


def _walk_o2(tab: Any) -> list[Page]:
    pages: list[Page] = []
    for months in (24, 12, 1):
        tab.goto(
            f"https://www.o2.co.uk/shop/sim-cards/sim-only-deals?contractMonths={months}",
            wait_until="domcontentloaded",
        )
        if not pages:  # a visitor is asked once
            tab.click("#pref_optin")
        tab.wait_for_selector('[data-role="card"]')
        more = tab.locator("button", has_text="View all results")
        if more.count():
            more.click()
            more.wait_for(state="detached")
        pages.append(_save(tab, f"{months}-months"))
    return pages


def _walk_vodafone(tab: Any) -> list[Page]:
    tab.goto("https://www.vodafone.co.uk/mobile/best-sim-only-deals", wait_until="load")
    tab.get_by_role("button", name="Accept all cookies").click()
    card = '[data-testid="plan-card-item"]'
    first = tab.wait_for_selector(card)
    pages = [_save(tab, "24-months")]
    for months in (12, 1):
        tab.click("#contractLength")
        tab.click(f"li[id='{months} Months']")
        tab.wait_for_function(_REPLACED, arg=first)
        first = tab.wait_for_selector(card)
        pages.append(_save(tab, f"{months}-months"))
    return pages


def _walk_three(tab: Any) -> list[Page]:
    """Take every combination that the configurator offers, from the left to the right."""
    open_three(tab)
    pages: list[Page] = []
    for length in _options(tab, "Contract length"):
        choose(tab, "Contract length", length)
        for size in _options(tab, "Data"):
            choose(tab, "Data", size)
            for tier in _options(tab, "Plan type"):
                choose(tab, "Plan type", tier)
                pages.append(_save(tab, f"{length}-{size}-{tier}"))
    return pages


def open_three(tab: Any) -> None:
    tab.goto("https://www.three.co.uk/shop/sim-only/pay-monthly", wait_until="domcontentloaded")
    tab.click("#onetrust-accept-btn-handler")
    tab.wait_for_selector(".plan-details-section")


def choose(tab: Any, title: str, label: str) -> None:
    """Click an option, available or not, and wait for the panel that answers it."""
    panel = tab.query_selector(".plan-details-section")
    _group(tab, title).get_by_text(label, exact=True).click()
    tab.wait_for_function(_REPLACED, arg=panel)
    tab.wait_for_selector(".plan-details-section")


def _options(tab: Any, title: str) -> list[str]:
    available = _group(tab, title).locator(".choice-card-single-container:not(.disabled)")
    labels: list[str] = available.locator(".choice-card-content").all_inner_texts()
    return labels


def _group(tab: Any, title: str) -> Any:
    heading = tab.locator(".plan-categories").get_by_text(title, exact=True)
    return tab.locator(".filter-wrapper").filter(has=heading)


def _walk_sky(tab: Any) -> list[Page]:
    tab.goto("https://www.sky.com/shop/mobile/plans", wait_until="domcontentloaded")
    dialog = tab.frame_locator("#sp_message_iframe_474555")
    dialog.locator('button[title="Accept all"]').click()
    tab.locator('[role="tab"]', has_text="SIM only").click()
    tab.wait_for_selector('[data-testid="data-plan-benefits"]')
    end = tab.locator(".c-sentinel")
    while end.count():
        tab.evaluate("scrollTo(0, document.body.scrollHeight)")
        tab.wait_for_timeout(100)
    return [_save(tab, "plans")]


def _walk_tesco(tab: Any) -> list[Page]:
    tab.goto(
        "https://www.tescomobile.com/shop/sim-only-deals/sim-only-contracts",
        wait_until="domcontentloaded",
    )
    tab.click("#onetrust-accept-btn-handler")
    tab.wait_for_selector(".product-item.simo")
    while more := tab.query_selector('button:has-text("Show more")'):
        more.click()
        tab.wait_for_function(_REPLACED, arg=more)
    return [_save(tab, "sim-only-contracts")]


def _save(tab: Any, name: str) -> Page:
    return Page(body=tab.content().encode(), url=tab.url, name=name, media_type="text/html")


WALKS: Final[Mapping[str, Callable[[Any], list[Page]]]] = {
    "o2": _walk_o2,
    "vodafone": _walk_vodafone,
    "three": _walk_three,
    "sky": _walk_sky,
    "tesco": _walk_tesco,
}
