"""Three: three cards of popular plans and a configurator whose panel prices one combination.

A page shows the popular plans and the plan chosen in the panel; the options beside the panel have
no price and are no plans. The site may answer a click with its closest match, so the panel's own
text counts, never the options that look selected. Refuses to guess a tier or an end of a promotion.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from parsel import Selector

from planwatch.domain.normalise import parse_allowance, parse_price_pence, parse_term_months
from planwatch.domain.page import Page, PageRequest
from planwatch.domain.plan import Plan, PriceStep
from planwatch.domain.visit import Click, CollectEach, Visit
from planwatch.errors import UnreadableText
from planwatch.sources.contract import Reading, Source, Unreadable
from planwatch.sources.reading.cards import read_cards
from planwatch.sources.reading.document import (
    find_shown,
    layout_changed,
    lines_of,
    no_cards,
    read_document,
    text_of,
)
from planwatch.sources.reading.features import read_features
from planwatch.sources.reading.text import clean, parse_date, promotion_end

TITLE: Final = "Three"
URL: Final = "https://www.three.co.uk/shop/sim-only/pay-monthly"

POPULAR: Final = ".simo-top-ranking-plans"
CARD: Final = ".simo-top-ranking-plans .plans-card-root-redesign"
CARD_DATA: Final = ".plan-card-plan-data"
CARD_TERM_AND_TIER: Final = r".pb-\[15px\]"
CARD_PRICE: Final = ".dox-price .visually-hidden"  # the digits beside it hold a footnote mark
CARD_WAS: Final = ".grey-lower-text"
CARD_FEATURES: Final = ".plan-standard-features-redesign p"

PANEL: Final = ".plan-details-section"
PANEL_DATA: Final = ".plan-data-text"
PANEL_TERM: Final = ".plan-cost-monthly:has(.plan-data-text) .plan-cost-monthly-text"
PANEL_TIER: Final = ".aem-plan-features-txt"
PANEL_PRICE: Final = ".plan-cost-monthly-number"
PANEL_WAS: Final = ".was-price .visually-hidden"
PANEL_FEATURES: Final = ".standard-aem-feature .plan-parameter-item, .elevalted-tiered-txt"

CTA: Final = "button[value]"  # its value names data, tier and term; its id repeats on every card
BADGE: Final = ".offer-indicator"
RISE: Final = ".ofcom-text"

_TIER_IN_CARD: Final = re.compile(r"\bmonths?\s(\S.{0,80}?)\splan\b", re.IGNORECASE)
_TIER_IN_PANEL: Final = re.compile(r"^(\S.{0,80}?)\splan\sfeatures\b", re.IGNORECASE)
_MONTHS_IN_BADGE: Final = re.compile(r"\b([0-9]{1,2})\smonths?\b", re.IGNORECASE)
_SAVING_IN_BADGE: Final = re.compile(r"\bsave\s(£[0-9.,]+)", re.IGNORECASE)
_ANNOUNCES_RISES: Final = re.compile(r"\bincreasing\sto\b", re.IGNORECASE)


def parse(page: Page, as_of: date) -> Reading:
    """Read the popular plans and the panel; see `Source.parse`."""
    document = read_document(TITLE, page.text)
    popular, panels = find_shown(document, POPULAR), find_shown(document, PANEL)
    if not (popular or panels):
        raise layout_changed(TITLE, document, f"{POPULAR} and {PANEL}")
    cards = find_shown(document, CARD)
    if popular and not cards and not panels:
        raise no_cards(TITLE, popular[0], CARD)
    reading = read_cards(TITLE, [*cards, *panels], lambda card: [_read_plan(card, as_of, page.url)])
    missing = [css for css, found in ((CARD, cards), (PANEL, panels)) if not found]
    return Reading(
        plans=reading.plans,
        unreadable=(
            *reading.unreadable,
            *(Unreadable(where=css, reason="not on the page") for css in missing),
        ),
    )


def _read_plan(card: Selector, as_of: date, url: str) -> Plan:
    in_panel = "plan-details-section" in card.attrib.get("class", "").split()
    data = text_of(card, PANEL_DATA if in_panel else CARD_DATA)
    term = text_of(card, PANEL_TERM if in_panel else CARD_TERM_AND_TIER)
    price_pence = parse_price_pence(text_of(card, PANEL_PRICE if in_panel else CARD_PRICE))
    list_price_pence = _find_list_price(card, PANEL_WAS if in_panel else CARD_WAS)
    term_months = parse_term_months(term)
    promo_months = _find_promo_months(card, price_pence, list_price_pence, term_months)
    source_ref = card.css(CTA).attrib.get("value")
    features = _panel_features(card) if in_panel else _card_features(card)
    return Plan(
        brand=TITLE,
        source="three",
        name=source_ref or f"{data}, {term}",
        variant=_read_tier(_TIER_IN_PANEL, text_of(card, PANEL_TIER))
        if in_panel
        else _read_tier(_TIER_IN_CARD, term),
        allowance=parse_allowance(data),
        term_months=term_months,
        price_pence=price_pence,
        list_price_pence=list_price_pence,
        promo_months=promo_months,
        price_steps=_read_steps(card, promo_months, as_of),
        source_ref=source_ref,
        url=url or URL,
        as_of=as_of,
        **read_features(features),
    )


def _read_tier(pattern: re.Pattern[str], text: str) -> str:
    tier = pattern.search(text)
    if not tier:
        raise UnreadableText(f"no tier in {text!r}")
    return tier[1]


def _find_list_price(card: Selector, css: str) -> int | None:
    was = card.css(css)
    return parse_price_pence(" ".join(lines_of(was[0]))) if was else None


def _find_promo_months(
    card: Selector, price_pence: int, list_price_pence: int | None, term_months: int
) -> int | None:
    """Return the months of "6 months half price"; a saving over the whole term is the term."""
    if list_price_pence is None:
        return None
    badge = " ".join(" ".join(lines_of(found)) for found in card.css(BADGE))
    months, saving = _MONTHS_IN_BADGE.search(badge), _SAVING_IN_BADGE.search(badge)
    if months:
        return int(months[1])
    off_term_pence = (list_price_pence - price_pence) * term_months
    lasts = saving and parse_price_pence(saving[1]) == off_term_pence
    return term_months if lasts else None


def _read_steps(card: Selector, promo_months: int | None, as_of: date) -> tuple[PriceStep, ...]:
    rises = [" ".join(lines_of(rise)) for rise in card.css(RISE)]
    if not rises and _ANNOUNCES_RISES.search(" ".join(lines_of(card))):
        raise UnreadableText(f"rises are announced, and nothing is at {RISE}")
    return tuple(_read_step(rise, promo_months, as_of) for rise in rises)


def _read_step(text: str, promo_months: int | None, as_of: date) -> PriceStep:
    """Read "£22.30 from 1 Apr 26", a rise, or "£15.90 from May 26", which may end a promotion."""
    price, _, day = map(clean, text.partition(" from "))
    price_pence, starts = parse_price_pence(price), parse_date(day)
    if day[:1].isdigit():
        return PriceStep(starts, price_pence)
    return promotion_end(starts, price_pence, promo_months, as_of)


def _card_features(card: Selector) -> list[str]:
    text = clean(" ".join(" ".join(lines_of(found)) for found in card.css(CARD_FEATURES)))
    return [clean(part) for part in text.rpartition(":")[2].split(",") if clean(part)]


def _panel_features(card: Selector) -> list[str]:
    return [line for found in card.css(PANEL_FEATURES) for line in lines_of(found)]


VISIT: Final = Visit(
    ready=f"{POPULAR}, {PANEL}",
    consent=(Click(selector="#onetrust-accept-btn-handler"),),
    steps=(
        CollectEach(
            groups=".filter-wrapper",
            options=".choice-card-single-container",
            selected=".choice-card.selected",
            disabled=".disabled",
            panel=PANEL,
        ),
    ),
)
SOURCE: Final = Source(
    id="three",
    brand=TITLE,
    title=TITLE,
    requests=(PageRequest(name="pay-monthly", url=URL, visit=VISIT),),
    parse=parse,
    rises="prints_rises",
    checked_against="a real capture of November 2025 (3 plans)",
    needs_browser=True,
)
