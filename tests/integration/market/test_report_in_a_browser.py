"""A report as Chromium draws it: on a phone, in a window, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import pytest

from tests.support.cli import run_planwatch
from tests.support.market.browser import HAS_SANDBOX, find_program, why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=why_not() or "")

PHONE: Final = 390
PAGES: Final = {
    "analysis": ("show", "-o", "report.html"),
    "digest": ("digest", "--since", "14d", "-o", "report.html"),
    "plans": ("plans", "--grid", "-o", "report.html"),
}
OPEN: Final = "document.querySelectorAll('details').forEach(each => { each.open = true })"
BROKEN_DATES: Final = r"""() => {
  const broken = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, day = /\d{1,2}\s[A-Z][a-z]{2,8}\s\d{4}|\d{4}-\d\d-\d\d/g;
    for (let found; (found = day.exec(node.data)); ) {
      const range = document.createRange();
      range.setStart(node, found.index);
      range.setEnd(node, found.index + found[0].length);
      const lines = new Set([...range.getClientRects()].map(each => Math.round(each.top)));
      if (lines.size > 1) broken.push(found[0]);
    }
  }
  return broken;
}"""
UNLABELLED: Final = """() => [...document.querySelectorAll('tbody td')]
  .filter(each => each.offsetParent && !each.closest('.facts'))
  .filter(each => getComputedStyle(each, '::before').content === 'none')
  .map(each => each.outerHTML.slice(0, 80))"""
BESIDE_THEIR_LABEL: Final = """() => [...document.querySelectorAll('table:not(.facts) tbody td')]
  .filter(each => each.offsetParent)
  .filter(each => getComputedStyle(each, '::before').display !== 'block').length"""


@contextmanager
def _opened(
    width: int,
    scheme: Literal["light", "dark"] = "light",
    media: Literal["screen", "print"] = "screen",
) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_program(), chromium_sandbox=HAS_SANDBOX, args=["--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": width, "height": 1000})
        page.emulate_media(media=media, color_scheme=scheme)
        page.goto(Path("report.html").absolute().as_uri())
        try:
            yield page
        finally:
            browser.close()


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_cells_stand_below_their_labels_and_nothing_is_wider(name: str) -> None:
    assert run_planwatch(*PAGES[name]).returncode == 0

    with _opened(PHONE) as page:
        page.evaluate(OPEN)
        width = page.evaluate("document.documentElement.scrollWidth")
        unlabelled = page.evaluate(UNLABELLED)
        beside = page.evaluate(BESIDE_THEIR_LABEL)
        broken = page.evaluate(BROKEN_DATES)

    assert width == PHONE
    assert (unlabelled, beside, broken) == ([], 0, [])


@pytest.mark.usefixtures("demo_home")
def test_a_table_that_scrolls_has_an_edge_in_light_and_dark() -> None:
    run_planwatch(*PAGES["analysis"])
    edge = "getComputedStyle(document.documentElement).getPropertyValue('--edge')"

    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        with _opened(700, scheme) as page:
            page.evaluate(OPEN)
            scrolls = page.evaluate(
                "[...document.querySelectorAll('.scroll')]"
                ".some(each => each.scrollWidth > each.clientWidth)"
            )
            attached = page.evaluate(
                "getComputedStyle(document.querySelector('.scroll')).backgroundAttachment"
            )
            colour = page.evaluate(edge)
        assert scrolls
        assert attached == "local, local, scroll, scroll"
        assert colour.strip().startswith("rgb")


@pytest.mark.usefixtures("demo_home")
def test_tables_below_the_charts_are_closed_on_a_screen_and_open_on_paper() -> None:
    run_planwatch(*PAGES["analysis"])
    heights = """() => [...document.querySelectorAll('.charts ~ section:not(.appendix) table')]
      .map(each => each.checkVisibility({contentVisibilityAuto: true, opacityProperty: true})
        && each.getBoundingClientRect().height > 20)"""

    with _opened(1280) as page:
        on_screen = page.evaluate(heights)
        glance = page.evaluate("document.querySelector('.glance').offsetParent === null")
    with _opened(703, media="print") as page:
        on_paper = page.evaluate(heights)

    assert len(on_screen) > 10
    assert glance, "the printed summary is on no screen"
    assert not any(on_screen)
    assert all(on_paper)


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize(("name", "charts"), [("analysis", 4), ("digest", 2)])
def test_on_paper_two_charts_fit_a_page_after_a_summary_of_two(name: str, charts: int) -> None:
    run_planwatch(*PAGES[name])
    millimetre, page_mm, width_mm = 96 / 25.4, 297 - 14 - 16, 210 - 2 * 12
    height = "each => each.getBoundingClientRect().height"

    with _opened(int(width_mm * millimetre), media="print") as page:
        head, glance = page.locator(".charts"), page.locator(".glance")
        top_mm = page.evaluate("document.querySelector('.glance').offsetTop") / millimetre
        glance_mm = glance.evaluate(height) / millimetre
        figures = [each.evaluate(height) / millimetre for each in page.locator("figure").all()]
        breaks = [
            each.evaluate("each => getComputedStyle(each).breakBefore")
            for each in (glance, head, page.locator(".charts + section"))
        ]

    assert len(figures) == charts
    assert breaks == ["page", "page", "page"]
    assert top_mm <= page_mm, "the first page"
    assert glance_mm <= page_mm, "the second page"
    title_mm = 12.0
    for first, second in zip(figures[::2], figures[1::2], strict=True):
        assert title_mm + first + 5 + second <= page_mm


@pytest.mark.usefixtures("demo_home")
def test_a_page_sets_its_own_margins_so_that_no_browser_prints_the_file_address() -> None:
    run_planwatch(*PAGES["digest"])

    style = Path("report.html").read_text(encoding="utf-8")

    assert "@page {" in style
    for place in ("top-left", "top-center", "top-right", "bottom-left", "bottom-center"):
        assert f"@{place} {{ content:" in style
