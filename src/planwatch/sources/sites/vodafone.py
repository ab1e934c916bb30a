"""Vodafone: a list of cards with test ids, one page saved for each choice of contract length.

The contract length comes from the card where it stands there, else from the choice shown in the
dropdown; where neither says it, the card is unreadable. The modal behind a card is not needed.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from parsel import Selector

from planwatch.domain.normalise import parse_allowance, parse_price_pence, parse_term_months
from planwatch.domain.page import Page, PageRequest
from planwatch.domain.plan import Plan, PriceStep
from planwatch.domain.visit import Click, SaveEach, Visit
from planwatch.errors import UnreadableText
from planwatch.sources.contract import Reading, Source
from planwatch.sources.reading.cards import find_was_price, read_cards
from planwatch.sources.reading.document import (
    find_shown,
    layout_changed,
    lines_of,
    no_cards,
    read_document,
    text_of,
)
from planwatch.sources.reading.features import read_features
from planwatch.sources.reading.text import (
    clean,
    find_price_steps,
    find_term_months,
    without_was_price,
)

TITLE: Final = "Vodafone"
URL: Final = "https://www.vodafone.co.uk/mobile/best-sim-only-deals"

LIST: Final = '[data-testid="plan-list-content"]'
CARD: Final = '[data-testid="plan-list-content"] [data-testid="plan-card-item"]'
HEADING: Final = "h2"
PRICE: Final = '[data-testid="price-wrapper"]'
RISE: Final = '[data-testid="price-rise-text"]'
BENEFIT: Final = '[data-testid="common-benefit-item"]'
LENGTH_CHOICE: Final = "#contractLength"
LENGTH_OPTION: Final = 'li[id$=" Months"]'
LENGTH_CHOSEN: Final = (
    '#contractLength [aria-selected="true"], #contractLength .selected,'
    ' #contractLength option[selected], li[id$=" Months"][aria-selected="true"]'
)

_SPEED_LINE: Final = re.compile(r"[0-9]\s?Mbps\b", re.IGNORECASE)
# What is left of "Unlimited Max" or "20GB data" without the allowance is the tier.
_ALLOWANCE_WORDS: Final = re.compile(
    r"\b(?:unlimited|data|sim(?:\s|-)only|sim|plan)\b|[0-9][0-9.,]{0,12}\s?[GM]B\b", re.IGNORECASE
)


def parse(page: Page, as_of: date) -> Reading:
    """Read one list; see `Source.parse`."""
    document = read_document(TITLE, page.text)
    lists, cards = find_shown(document, LIST), find_shown(document, CARD)
    if not lists:
        raise layout_changed(TITLE, document, LIST)
    if not cards:
        raise no_cards(TITLE, lists[0], CARD)
    chosen = _find_chosen_length(document)
    return read_cards(TITLE, cards, lambda card: [_read_plan(card, chosen, as_of, page.url)])


def _find_chosen_length(document: Selector) -> str | None:
    """Return the contract length that the dropdown shows as chosen, None if it shows none."""
    chosen = document.css(LENGTH_CHOSEN)
    if chosen:
        return clean(chosen[0].xpath("string(.)").get("")) or chosen[0].attrib.get("id")
    shown = find_shown(document, LENGTH_CHOICE)
    return " ".join(lines_of(shown[0], skip=("li", "option"))) or None if shown else None


def _read_plan(card: Selector, chosen: str | None, as_of: date, url: str) -> Plan:
    heading = text_of(card, HEADING)
    return Plan(
        brand=TITLE,
        source="vodafone",
        name=heading,
        variant=_find_tier(heading),
        allowance=parse_allowance(heading),
        term_months=_read_term(card, chosen),
        price_pence=_read_price(card),
        list_price_pence=find_was_price(card),
        price_steps=_read_steps(card),
        url=url or URL,
        as_of=as_of,
        **read_features([*_speed_lines(card), *_benefits(card)]),
    )


def _benefits(card: Selector) -> list[str]:
    return [" ".join(lines_of(benefit)) for benefit in find_shown(card, BENEFIT)]


def _speed_lines(card: Selector) -> list[str]:
    """Return what the block around the heading says about the speed ("up to 10Mbps")."""
    block = card.css(HEADING).xpath("..")
    return [line for line in lines_of(block[0]) if _SPEED_LINE.search(line)]


def _find_tier(heading: str) -> str:
    """Return the tier in the heading ("Max", "Lite"), "" for a plan that has none."""
    return clean(_ALLOWANCE_WORDS.sub(" ", heading))


def _read_term(card: Selector, chosen: str | None) -> int:
    stated = find_term_months(lines_of(card))
    if stated is not None:
        return stated
    if chosen is None:
        raise UnreadableText(f"no contract length on the card, none chosen at {LENGTH_CHOICE}")
    return parse_term_months(chosen)


def _read_price(card: Selector) -> int:
    texts = [without_was_price(" ".join(lines_of(found))) for found in find_shown(card, PRICE)]
    prices = {parse_price_pence(text) for text in texts}
    if len(prices) != 1:
        raise UnreadableText(f"not one price at {PRICE}: {texts}")
    return prices.pop()


def _read_steps(card: Selector) -> tuple[PriceStep, ...]:
    text = " ".join(" ".join(lines_of(found)) for found in find_shown(card, RISE))
    steps = find_price_steps(text)
    if len(steps) != text.count("£"):
        raise UnreadableText(f"a rise without its price or date: {text!r}")
    return steps


VISIT: Final = Visit(
    ready=CARD,
    consent=(
        Click(selector="#onetrust-accept-btn-handler"),
        Click(selector='button:has-text("Accept all cookies")'),
    ),
    steps=(SaveEach(opener=LENGTH_CHOICE, options=LENGTH_OPTION, ready=CARD),),
)
SOURCE: Final = Source(
    id="vodafone",
    brand=TITLE,
    title=TITLE,
    requests=(PageRequest(name="sim-only", url=URL, visit=VISIT),),
    parse=parse,
    rises="prints_rises",
    checked_against="a page rebuilt from descriptions",
    needs_browser=True,
)
