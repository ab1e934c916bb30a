"""Sky Mobile: a list of cards that all carry the id `data-plan`, and benefits of the whole page.

Every card prints its price twice. No card states the minimum term: it is read from the page's own
words about its SIM plans, and where the page has none, the cards are unreadable, not 12 months.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from parsel import Selector

from planwatch.domain.normalise import parse_allowance, parse_price_pence
from planwatch.domain.page import Page, PageRequest
from planwatch.domain.plan import Plan
from planwatch.domain.visit import Click, ScrollToEnd, Visit
from planwatch.errors import UnreadableText
from planwatch.sources.contract import Reading, Source
from planwatch.sources.reading.cards import find_was_price, read_cards
from planwatch.sources.reading.document import (
    find_shown,
    layout_changed,
    lines_of,
    no_cards,
    read_document,
)
from planwatch.sources.reading.features import Features, read_features
from planwatch.sources.reading.text import find_term_months

BRAND: Final = "Sky Mobile"
URL: Final = "https://www.sky.com/shop/mobile/plans"

CARD: Final = '[id="data-plan"]'
BENEFITS: Final = '[data-testid="data-plan-benefits"]'
MAIN: Final = "main"
DATA_LABEL: Final = "data plan"

_PRICE_LINE: Final = re.compile(
    r"£\s?[0-9]+(?:\.[0-9]{2})?(?:\s?(?:(?:a|per)\smonth|/\s?month))?", re.IGNORECASE
)
_ABOUT_PLANS: Final = re.compile(r"\b(?:SIM|plans?|contracts?)\b", re.IGNORECASE)
_NOT_SIM_ONLY: Final = re.compile(
    r"\b(?:phones?|handsets?|tablets?|laptops?|watch(?:es)?|swap|broadband|TV)\b", re.IGNORECASE
)


def parse(page: Page, as_of: date) -> Reading:
    """Read the list; see `Source.parse`."""
    document = read_document(BRAND, page.text)
    cards, benefits = find_shown(document, CARD), find_shown(document, BENEFITS)
    if not (cards or benefits):
        raise layout_changed(BRAND, document, f"{CARD} and {BENEFITS}")
    if not cards:
        raise no_cards(BRAND, (find_shown(document, MAIN) or [document])[0], CARD)
    features = read_features(_benefit_lines(benefits))
    page_lines = [line for line in lines_of(document) if _is_about_sim_plans(line)]
    return read_cards(
        BRAND, cards, lambda card: [_read_plan(card, page_lines, features, as_of, page.url)]
    )


def _is_about_sim_plans(line: str) -> bool:
    return bool(_ABOUT_PLANS.search(line)) and not _NOT_SIM_ONLY.search(line)


def _benefit_lines(benefits: Sequence[Selector]) -> list[str]:
    headings = ("h1", "h2", "h3", "h4")
    return [line for found in benefits for line in lines_of(found, skip=headings)]


def _read_plan(
    card: Selector, page_lines: Sequence[str], features: Features, as_of: date, url: str
) -> Plan:
    lines = lines_of(card)
    data = _read_data(lines)
    return Plan(
        brand=BRAND,
        source="sky",
        name=f"{data} data plan",
        allowance=parse_allowance(data),
        term_months=_read_term(lines, page_lines),
        price_pence=_read_price(lines),
        list_price_pence=find_was_price(card),
        url=url or URL,
        as_of=as_of,
        **features,
    )


def _read_data(lines: Sequence[str]) -> str:
    """Read "100 MB" from "100 MB data plan" or from the line above "data plan"."""
    for index, line in enumerate(lines):
        if line.lower().endswith(DATA_LABEL):
            return line[: -len(DATA_LABEL)].strip() or " ".join(lines[max(index - 1, 0) : index])
    raise UnreadableText(f"no line {DATA_LABEL!r}")


def _read_term(lines: Sequence[str], page_lines: Sequence[str]) -> int:
    stated = find_term_months(lines)
    if stated is None:
        stated = find_term_months(page_lines)
    if stated is None:
        raise UnreadableText("neither the card nor the page states a minimum term")
    return stated


def _read_price(lines: Sequence[str]) -> int:
    texts = [line for line in lines if _PRICE_LINE.fullmatch(line)]
    prices = {parse_price_pence(text) for text in texts}
    if len(prices) != 1:
        raise UnreadableText(f"not one monthly price: {texts}")
    return prices.pop()


SIM_ONLY_TAB: Final = '[role="tab"]:has-text("SIM only")'
VISIT: Final = Visit(
    ready=f"{SIM_ONLY_TAB}, {CARD}",
    # the dialog is a document of its own; its number changes
    consent=(Click(selector='button[title="Accept all"]', frame='[id^="sp_message_iframe"]'),),
    steps=(Click(selector=SIM_ONLY_TAB, ready=f"{CARD}, {BENEFITS}"), ScrollToEnd()),
)
SOURCE: Final = Source(
    id="sky",
    brand=BRAND,
    title=BRAND,
    requests=(PageRequest(name="plans", url=URL, visit=VISIT),),
    parse=parse,
    rises="not_stated",
    checked_against="a page rebuilt from descriptions",
    needs_browser=True,
)
