"""O2: one page a contract length, each a list of cards that hold nothing but lines of text.

Cards nest, so only the outermost counts. The price stands after the word MONTHLY, the data before
the word Data, the tier before the data. Leaves out what O2 sells to Virgin Media's customers only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from parsel import Selector

from planwatch.domain.badges import without_badges
from planwatch.domain.normalise import parse_allowance, parse_price_pence
from planwatch.domain.page import Page, PageRequest
from planwatch.domain.plan import Plan, PriceStep
from planwatch.domain.visit import Click, ClickUntilGone, Visit
from planwatch.errors import NothingFound, UnreadableText
from planwatch.sources.contract import Reading, Source
from planwatch.sources.reading.cards import find_was_price, read_cards
from planwatch.sources.reading.document import (
    find_shown,
    find_unfinished,
    layout_changed,
    lines_of,
    read_document,
)
from planwatch.sources.reading.features import read_features
from planwatch.sources.reading.text import find_price_steps, find_term_months

TITLE: Final = "O2"
URL: Final = "https://www.o2.co.uk/shop/sim-cards/sim-only-deals"
CONTRACT_MONTHS: Final = (24, 12, 1)

CARD: Final = '[data-role="card"]'
OTHER_CUSTOMERS: Final = "are you a virgin media broadband customer"
MORE_BUTTON: Final = "View all results"
PRICE_LABEL: Final = "monthly"
DATA_LABEL: Final = "data"
RISE_LABEL: Final = "increasing to"

_PRICE_LINE: Final = re.compile(r"£\s?[0-9]")
_TIER_LINE: Final = re.compile(r"[A-Za-z][A-Za-z +&-]*")


def parse(page: Page, as_of: date) -> Reading:
    """Read one list; see `Source.parse`."""
    document = read_document(TITLE, page.text)
    cards = [card for card in find_shown(document, CARD) if not _is_nested(card)]
    if not cards:
        raise layout_changed(TITLE, document, CARD)
    plan_cards = [card for card in cards if _is_plan(lines_of(card))]
    if not plan_cards:
        raise NothingFound(
            f"{TITLE}: none of {len(cards)} cards at {CARD} is a plan for everybody",
            hint="open the page in a browser; an empty list is not taken as a fact",
        )
    reading = read_cards(TITLE, plan_cards, lambda card: [_read_plan(card, as_of, page.url)])
    return Reading(
        plans=reading.plans,
        unreadable=reading.unreadable + find_unfinished(document, MORE_BUTTON),
    )


def _is_nested(card: Selector) -> bool:
    return bool(card.xpath('ancestor::*[@data-role="card"]'))


def _is_plan(lines: Sequence[str]) -> bool:
    """Tell a plan from a banner; a plan that lost its price or its data is still one."""
    if OTHER_CUSTOMERS in " ".join(lines).lower():
        return False
    words = {line.lower() for line in lines}
    return PRICE_LABEL in words or DATA_LABEL in words


def _read_plan(card: Selector, as_of: date, url: str) -> Plan:
    lines = lines_of(card, skip=("button",))
    data, monthly = _places_of(DATA_LABEL, lines), _places_of(PRICE_LABEL, lines)
    size = _read_only({lines[place - 1] for place in data if place})
    term_months = find_term_months(lines)
    if term_months is None:
        raise UnreadableText("no line states the contract length")
    tier = _read_tier(lines[: data[0]])
    features = [
        line for line in lines[data[0] + 1 : monthly[0]] if find_term_months([line]) is None
    ]
    return Plan(
        brand=TITLE,
        source="o2",
        name=f"{tier} {size}",
        variant=tier,
        allowance=parse_allowance(size),
        term_months=term_months,
        price_pence=parse_price_pence(
            _read_only({_price_below(lines[place:]) for place in monthly})
        ),
        list_price_pence=find_was_price(card),
        price_steps=_read_steps(lines[monthly[0] :]),
        url=url or URL,
        as_of=as_of,
        **read_features(features),
    )


def _places_of(label: str, lines: Sequence[str]) -> list[int]:
    """Return where the label stands; a card within the card repeats it."""
    places = [index for index, line in enumerate(lines) if line.lower() == label]
    if not places:
        raise UnreadableText(f"no line {label.upper()!r}")
    return places


def _read_only(texts: set[str]) -> str:
    if len(texts) != 1:
        raise UnreadableText(f"one card, but not one value: {sorted(texts)}")
    return texts.pop()


def _price_below(lines: Sequence[str]) -> str:
    for line in lines:
        if _PRICE_LINE.match(line):
            return line
    raise UnreadableText(f"no price below {PRICE_LABEL.upper()!r}")


def _read_tier(before_data: Sequence[str]) -> str:
    """Read the tier from the line above the data ("CLASSIC", "ALL ROUNDER PLAN"), no badge."""
    words = list(filter(None, map(without_badges, before_data[:-1])))
    line = words[-1] if words else ""
    if not _TIER_LINE.fullmatch(line):
        raise UnreadableText(f"no tier above the data, but {line!r}")
    return line.title().removesuffix(" Plan")


def _read_steps(after_price: Sequence[str]) -> tuple[PriceStep, ...]:
    text = " ".join(after_price)
    steps = find_price_steps(text)
    if not steps and RISE_LABEL in text.lower():
        raise UnreadableText(f"a rise is announced, and {text[-80:]!r} holds none")
    return tuple(dict.fromkeys(steps))


VISIT: Final = Visit(
    ready=CARD,
    consent=(Click(selector="#pref_optin"),),
    steps=(ClickUntilGone(selector=f'button:has-text("{MORE_BUTTON}")'),),
    cookies={"optimizely_vmo2_upper": "dfe"},  # the front end whose cards are known here
)
SOURCE: Final = Source(
    id="o2",
    brand=TITLE,
    title=TITLE,
    requests=tuple(
        PageRequest(
            name=f"{months}-months", url=URL, params={"contractMonths": str(months)}, visit=VISIT
        )
        for months in CONTRACT_MONTHS
    ),
    parse=parse,
    rises="prints_rises",
    checked_against="a page rebuilt from descriptions",
    needs_browser=True,
)
