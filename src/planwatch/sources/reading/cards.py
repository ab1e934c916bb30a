"""Cards of plans on a rendered page, each read by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from planwatch.domain.normalise import parse_price_pence
from planwatch.domain.plan import Plan
from planwatch.errors import LayoutChanged, UnreadableText
from planwatch.sources.contract import Reading, Unreadable
from planwatch.sources.reading.document import lines_of
from planwatch.sources.reading.text import WAS, clean

if TYPE_CHECKING:
    from parsel import Selector


def read_cards(
    title: str, cards: Iterable[Selector], read: Callable[[Selector], Iterable[Plan]]
) -> Reading:
    """Read each card by itself, so that one that cannot be read costs only itself.

    The same offer twice is one; the same offer at two prices is one that cannot be read.

    Raises:
        LayoutChanged: there are cards, and none can be read.
    """
    plans: dict[tuple[str, str], Plan] = {}
    unreadable: list[Unreadable] = []
    for number, card in enumerate(cards, start=1):
        try:
            for plan in read(card):
                if plan.price_pence == 0:
                    raise UnreadableText("a price of £0 is a placeholder, not a price")
                first = plans.setdefault((plan.plan_key, plan.offer_key), plan)
                if first.prices_by_month() != plan.prices_by_month():
                    raise UnreadableText(
                        f"{plan.plan_key} at {plan.price_pence}p, and before at "
                        f"{first.price_pence}p: it is not known how they differ"
                    )
        except UnreadableText as error:
            where = clean(f"card {number}: {' '.join(lines_of(card)[:3])}")[:60]
            unreadable.append(Unreadable(where=where, reason=error.message))
    if unreadable and not plans:
        raise LayoutChanged(
            f"{title}: none of {len(unreadable)} cards can be read; "
            f"first {unreadable[0].where!r}: {unreadable[0].reason}",
            hint="the selectors at the top of the source's module no longer match the page",
        )
    return Reading(plans=tuple(plans.values()), unreadable=tuple(unreadable))


def find_was_price(card: Selector) -> int | None:
    """Return the price that a card calls a former one ("Was £24", struck out) in pence."""
    was = WAS.search(" ".join(lines_of(card)))
    if was:
        return parse_price_pence(was[1])
    struck = (clean(found.xpath("string(.)").get("")) for found in card.css("del, s"))
    prices = {parse_price_pence(text) for text in struck if "£" in text}
    return prices.pop() if len(prices) == 1 else None
