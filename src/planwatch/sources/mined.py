"""Build a source from settings, read by the card miner: no parser, so nothing is verified.

Owns the identity of such plans and how a page of an unknown shop is visited. How the miner works:
docs/explanation/card-miner.md.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final

from planwatch.domain.page import Page, PageRequest
from planwatch.domain.visit import ScrollToEnd, Visit, WaitForQuiet
from planwatch.errors import NothingFound
from planwatch.sources.cards import mine_plans
from planwatch.sources.contract import Reading, Source
from planwatch.sources.own import OwnSource

CHECKED_AGAINST: Final = "nothing: read by the card miner as your settings say"
_MOST_TIER_WORDS: Final = 3
_FIGURES: Final = re.compile(
    r"[£€$]\s?[\d.,]{1,20}|[\d.,]{1,20}+\s?(?:[£€$]|GB\b|MB\b|TB\b|Go\b|Mo\b|p\b)"
    r"|\b\d{1,4}[\s-]?(?:months?|mths?|days?|years?|mois|monate?|tage?)\b|\S{0,30}\d\S*",
    re.I,
)
_WORD: Final = re.compile(r"[^\W\d_][\w'’]*|\+")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that every plan may have: they tell no two apart.
_PLAIN: Final = _set(
    "a all and any as at by calls card contract data deal deals each esim every for from gig gigs"
    " go in minutes mins mobile month monthly months of on only or our pay payg per phone plan"
    " plans price rolling sim simo sims sms tariff text texts the to uk unlimited up with you your"
    " das daten der die engagement et flat forfait la le les mit ohne sans tarif und"
)
# Words of a badge, which moves from card to card: a key must not move with it.
_BADGE: Final = _set(
    "best bestseller black christmas cyber exclusive favourite featured flash friday great half hot"
    " hurry just january limited monday most new now off offer offers online pick popular promo"
    " recommended sale save seller selling special summer top value was web winter xmas"
)
# A price and an allowance that somebody can see: cards, or their first.
_READY: Final = (
    r'body:has(:text-matches("\\d\\s*(GB|MB|Go)|unlimited", "i"):visible) '
    r':text-matches("[£€$₹₺¥]\\s*\\d|\\d\\s*([£€$]|kr|zł|Kč|Ft|lei|TL)|(CHF|R)\\s*\\d", "i")'
    ":visible"
)
# No consent dialog is answered: what the buttons of an unknown shop agree to is not known.
VISIT: Final = Visit(ready=_READY, steps=(WaitForQuiet(), ScrollToEnd(), WaitForQuiet()))


def build_mined(own: OwnSource) -> Source:
    """Return the source that an entry of the settings describes."""
    return Source(
        id=own.id,
        brand=own.name,
        title=own.name,
        requests=tuple(
            PageRequest(name=f"page-{number}", url=url, visit=VISIT if own.needs_browser else None)
            for number, url in enumerate(own.urls, start=1)
        ),
        parse=partial(_parse, own),
        rises="not_stated",
        checked_against=CHECKED_AGAINST,
        needs_browser=own.needs_browser,
        currency=own.currency,
        is_mined=True,
    )


def _parse(own: OwnSource, page: Page, as_of: date) -> Reading:
    """Read the plans that are shown; panels of tabs that nobody selected are not."""
    mined = mine_plans(
        page.text, currency=own.currency, as_of=as_of, url=page.url, brand=own.name, source=own.id
    )
    if not mined.found:
        raise NothingFound(
            f"the card miner finds no plan in {own.currency} on {page.url or page.name}",
            hint=_hint_for(own),
            source=own.id,
        )
    return Reading(
        plans=tuple(replace(plan, variant=find_tier(plan.name, own.name)) for plan in mined.plans)
    )


def _hint_for(own: OwnSource) -> str:
    if own.needs_browser:
        return f"look at the page, then see what is read from it: planwatch probe {own.id}"
    return (
        "look at the page; if its plans appear only after its scripts have run, set "
        f"sources.{own.id}.browser to true"
    )


def find_tier(name: str, brand: str) -> str:
    """Return the words of a plan's name that tell it apart, as "Lite"; "" without any.

    Figures, the brand and words of every plan are passed over, so that a new price or allowance
    makes no new tier. A badge or a sentence is no tier.
    """
    of_brand = {word.lower() for word in _WORD.findall(brand)}
    words = [
        word
        for word in _WORD.findall(_FIGURES.sub(" ", name))
        if word.lower() not in _PLAIN and word.lower() not in of_brand
    ]
    if len(words) > _MOST_TIER_WORDS or any(word.lower() in _BADGE for word in words):
        return ""
    return " ".join("Plus" if word == "+" else word for word in words)
