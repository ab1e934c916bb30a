"""Tesco Mobile: a list of search hits, many with two prices, the regular and the Clubcard one.

A card with both yields two offers of one plan; the Clubcard offer keeps its condition. Hits that
are no SIM-only plan (phones, accessories) are passed over.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Final

from parsel import Selector

from planwatch.domain.normalise import parse_allowance, parse_price_pence
from planwatch.domain.page import Page, PageRequest
from planwatch.domain.plan import Plan
from planwatch.domain.visit import Click, ClickUntilGone, ScrollToEnd, Visit
from planwatch.errors import UnreadableText
from planwatch.sources.contract import Reading, Source
from planwatch.sources.reading.cards import find_was_price, read_cards
from planwatch.sources.reading.document import (
    find_shown,
    find_unfinished,
    layout_changed,
    lines_of,
    no_cards,
    read_document,
    text_of,
)
from planwatch.sources.reading.features import read_features
from planwatch.sources.reading.text import find_term_months, without_was_price

BRAND: Final = "Tesco Mobile"
URL: Final = "https://www.tescomobile.com/shop/sim-only-deals/sim-only-contracts"

LIST: Final = ".ais-InfiniteHits"
CARD: Final = ".product-item"
SIM_ONLY_CLASS: Final = "simo"
NAME: Final = ".result-title"
REGULAR_PRICE: Final = ".regular-price-wrapper"
ANY_PRICE: Final = ".price-wrapper"
CLUBCARD_PRICE: Final = ".clubcard-price-wrapper"
CLUBCARD: Final = "Clubcard"
MORE_BUTTON: Final = "Show more"

_SIM: Final = re.compile(r"\bSIM\b", re.IGNORECASE)
_CLUBCARD_TEXT: Final = re.compile(r"\bClubcard\sPrice:?\s(£\s?[0-9.]+)", re.IGNORECASE)
_CLUBCARD_LABEL: Final = re.compile(r"\bClubcard\sPrice\b(?!\s(?:is\s)?frozen)", re.IGNORECASE)
_FEATURE: Final = re.compile(
    r"\broam|\b[45]G\b|\bfrozen\b|\b(?:minutes|calls|texts)\b|[0-9]\s?Mbps\b", re.IGNORECASE
)


def parse(page: Page, as_of: date) -> Reading:
    """Read the list; see `Source.parse`."""
    document = read_document(BRAND, page.text)
    lists, cards = find_shown(document, LIST), find_shown(document, CARD)
    if not (lists or cards):
        raise layout_changed(BRAND, document, f"{LIST} and {CARD}")
    plan_cards = [card for card in cards if _is_sim_only(card)]
    if not plan_cards:
        raise no_cards(BRAND, lists[0] if lists else document, f"{CARD}.{SIM_ONLY_CLASS}")
    reading = read_cards(BRAND, plan_cards, lambda card: _read_offers(card, as_of, page.url))
    return Reading(
        plans=reading.plans,
        unreadable=reading.unreadable + find_unfinished(document, MORE_BUTTON),
    )


def _is_sim_only(card: Selector) -> bool:
    marked = SIM_ONLY_CLASS in card.attrib.get("class", "").split()
    return marked or bool(_SIM.search(" ".join(card.css(f"{NAME} ::text").getall())))


def _read_offers(card: Selector, as_of: date, url: str) -> list[Plan]:
    """Read the regular offer and, where the card prints one, the Clubcard offer."""
    name, lines = text_of(card, NAME), lines_of(card, skip=("button", "a"))
    term_months = find_term_months(lines)
    if term_months is None:
        raise UnreadableText("no line states the contract length")
    features = [line for line in lines if _FEATURE.search(line) and line != name]
    for_all = [line for line in features if CLUBCARD.lower() not in line.lower()]
    regular = Plan(
        brand=BRAND,
        source="tesco",
        name=name,
        allowance=parse_allowance(name),
        term_months=term_months,
        price_pence=_read_regular_price(card),
        list_price_pence=find_was_price(card),
        url=url or URL,
        as_of=as_of,
        **read_features(for_all),
    )
    clubcard_pence = _find_clubcard_price(card)
    if clubcard_pence is None:
        return [regular]
    clubcard = replace(
        regular,
        price_pence=clubcard_pence,
        list_price_pence=None,
        condition=CLUBCARD,
        **read_features(features),
    )
    return [regular, clubcard]


def _read_regular_price(card: Selector) -> int:
    found = find_shown(card, REGULAR_PRICE) or find_shown(card, ANY_PRICE)
    for_all = [price for price in found if not _is_for_clubcard(price)]
    texts = [
        without_was_price(_CLUBCARD_TEXT.sub(" ", " ".join(lines_of(price)))) for price in for_all
    ]
    prices = {parse_price_pence(text) for text in texts}
    if len(prices) != 1:
        raise UnreadableText(f"not one regular price at {REGULAR_PRICE} or {ANY_PRICE}: {texts}")
    return prices.pop()


def _is_for_clubcard(price: Selector) -> bool:
    return bool(price.xpath('ancestor-or-self::*[contains(@class, "clubcard-price")]'))


def _find_clubcard_price(card: Selector) -> int | None:
    marked = find_shown(card, CLUBCARD_PRICE)
    if marked:
        return parse_price_pence(without_was_price(" ".join(lines_of(marked[0]))))
    text = " ".join(lines_of(card))
    printed = _CLUBCARD_TEXT.search(text)
    if printed:
        return parse_price_pence(printed[1])
    if _CLUBCARD_LABEL.search(text):
        raise UnreadableText(f"a Clubcard price without a readable amount: {text[:60]!r}")
    return None


VISIT: Final = Visit(
    ready=CARD,
    consent=(
        Click(selector="#onetrust-accept-btn-handler"),
        Click(selector='button:has-text("Accept all")'),
    ),
    steps=(ScrollToEnd(), ClickUntilGone(selector=f'button:has-text("{MORE_BUTTON}")')),
)
SOURCE: Final = Source(
    id="tesco",
    brand=BRAND,
    title=BRAND,
    requests=(PageRequest(name="sim-only-contracts", url=URL, visit=VISIT),),
    parse=parse,
    rises="not_stated",
    checked_against="a page rebuilt from descriptions",
    needs_browser=True,
)
