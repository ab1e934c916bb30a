"""Choose each option of a shop's page in turn, and keep what it then shows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Final

from planwatch.domain.page import Page
from planwatch.domain.visit import CollectEach, SaveEach
from planwatch.fetch.browser.scripts import APPEND, IS_CHOSEN, READ_CHOICES
from planwatch.fetch.browser.shop_tab import ShopTab

_MOST_CLICKS_A_COMBINATION: Final = 8
# An option that is not marked as chosen by then was refused: the panel stays, and is right.
_REFUSED_AFTER_S: Final = 5.0


async def save_each(shop: ShopTab, step: SaveEach) -> list[Page]:
    """Return the page once for each option.

    Raises:
        FetchTimeout: an option was chosen, and what is shown stayed that of another one.
    """
    pages = []
    for number in range(await _count_options(shop, step)):
        option = shop.tab.locator(step.options).nth(number)
        if step.opener is not None and not await option.is_visible():
            await shop.click(shop.tab.locator(step.opener).first)
        name = (await option.inner_text()).strip() or await option.get_attribute("id")
        name = name or str(number + 1)
        was_chosen = await _is_chosen(shop, step, number)
        before = await shop.mark(step.ready)
        await shop.click(option)
        if not was_chosen and not await shop.has_changed(step.ready, before, shop.timeout_s):
            raise shop.unchanged(name)
        await shop.tab.locator(step.ready).first.wait_for(state="visible")
        pages.append(await shop.save(f"{shop.name}: {name}"))
    return pages


async def _count_options(shop: ShopTab, step: SaveEach) -> int:
    if step.opener is not None and not await shop.tab.locator(step.options).first.is_visible():
        await shop.click(shop.tab.locator(step.opener).first)
    return await shop.tab.locator(step.options).count()


async def _is_chosen(shop: ShopTab, step: SaveEach, number: int) -> bool:
    """Tell whether an option is the one that is shown: by its mark, or by what the opener says."""
    if await shop.tab.evaluate(IS_CHOSEN, [step.options, number]):
        return True
    if step.opener is None:
        return False
    name = (await shop.tab.locator(step.options).nth(number).text_content() or "").strip()
    shown = (await shop.tab.locator(step.opener).first.text_content() or "").strip()
    return bool(name) and name == shown


async def collect_each(shop: ShopTab, step: CollectEach) -> None:
    """Put into the page what its panel says for each combination of options.

    Raises:
        FetchTimeout: an option was chosen, and the panel stayed that of another one.
    """
    choices = await _read_choices(shop, step)
    panels = {await _read_panel(shop, step): None}
    combinations = _combinations([len(group) for group in choices])
    for target in list(itertools.islice(combinations, step.most)):
        await _choose(shop, step, target)
        panels[await _read_panel(shop, step)] = None
    await shop.tab.evaluate(APPEND, [panel for panel in panels if panel])


async def _choose(shop: ShopTab, step: CollectEach, target: Sequence[int]) -> None:
    """Click towards a combination; the site may refuse it, and answer with another."""
    refused: set[int] = set()
    for _ in range(_MOST_CLICKS_A_COMBINATION):
        choices = await _read_choices(shop, step)
        wrong = [
            place
            for place, wanted in enumerate(target)
            if place not in refused
            and wanted < len(choices[place])
            and not choices[place][wanted]["selected"]
        ]
        free = [place for place in wrong if not choices[place][target[place]]["disabled"]]
        if not free:
            return
        place = free[0]
        option = shop.tab.locator(step.groups).nth(place).locator(step.options).nth(target[place])
        before = await shop.mark(step.panel)
        await shop.click(option)
        refused_s = min(_REFUSED_AFTER_S, shop.timeout_s)
        if await shop.has_changed(step.panel, before, refused_s):
            continue
        if not await _is_selected(shop, step, place, target[place]):
            refused.add(place)
            continue
        if not await shop.has_changed(step.panel, before, shop.timeout_s - refused_s):
            raise shop.unchanged(" ".join((await option.inner_text()).split()))


async def _is_selected(shop: ShopTab, step: CollectEach, place: int, option: int) -> bool:
    groups = await _read_choices(shop, step)
    group = groups[place] if place < len(groups) else []
    return option < len(group) and group[option]["selected"]


async def _read_choices(shop: ShopTab, step: CollectEach) -> list[list[dict[str, bool]]]:
    choices: list[list[dict[str, bool]]] = await shop.tab.evaluate(
        READ_CHOICES, [step.groups, step.options, step.selected, step.disabled]
    )
    return choices


async def _read_panel(shop: ShopTab, step: CollectEach) -> str:
    panel = shop.tab.locator(step.panel).first
    if not await panel.is_visible():
        return ""
    html: str = await panel.evaluate("(panel) => panel.outerHTML")
    return html


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
