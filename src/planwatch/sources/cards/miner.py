"""From the bytes of a page to its plans: shown cards first, JSON where the page shows none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any, Final

from planwatch.domain.plan import Plan
from planwatch.errors import UnreadableText
from planwatch.printable import printable
from planwatch.sources.cards.amounts.allowances import read_sizes
from planwatch.sources.cards.amounts.figures import Figure
from planwatch.sources.cards.amounts.position import drop_rated
from planwatch.sources.cards.amounts.prices import read_money
from planwatch.sources.cards.find.card import Card
from planwatch.sources.cards.find.cards import find_cards
from planwatch.sources.cards.find.duplicates import drop_copies
from planwatch.sources.cards.find.eligibility import choose_plans
from planwatch.sources.cards.find.fields import (
    Setting,
    allowance_of,
    evidence_of,
    find_own_term,
    lines_of,
    read_plan,
)
from planwatch.sources.cards.find.inheritance import Inheritance
from planwatch.sources.cards.json.records import Found, read_records
from planwatch.sources.cards.page.embedded import ATTRIBUTES, find_json, parse_whole
from planwatch.sources.cards.page.outline import Outline
from planwatch.sources.cards.result import MinedPage, MinedPlan, Origin
from planwatch.sources.reading.markup import read_markup

_ENOUGH: Final = 2  # cards; a lone one may be an advertisement of the plans that JSON holds
_CHARSET: Final = re.compile(rb"charset=[\"']?([\w-]+)", re.I)


def mine_plans(
    body: bytes | str,
    *,
    currency: str = "GBP",
    as_of: date,
    url: str = "",
    brand: str = "",
    source: str = "",
) -> MinedPage:
    """Find the plans on a saved page.

    Args:
        body: HTML of any operator, or JSON.
        currency: ISO code; prices in another one are not seen.
        as_of: day of the capture.
        url: of the page; may tell a term ("contractMonths=24").
        brand: of all plans; "" where not known.

    Returns:
        Plans in order of the page, each offer once. Shown cards win over JSON.

    Raises:
        LayoutChanged: no shop writes such a page.
    """
    text = body if isinstance(body, str) else _decode(body)
    setting = Setting(brand, source, url, currency, as_of)
    whole = parse_whole(text)
    if whole is not None:
        return _page_of(_mine_json([("", whole)], setting))
    root = read_markup(text).root
    outline = Outline(root)
    shown = _mine_outline(outline, root, setting, "html")
    hidden: list[MinedPlan] = []
    if outline.hides_panels:
        known = {_offer_of(mined) for mined in shown}
        every = _mine_outline(Outline(root, panels=True), root, setting, "html")
        hidden = [mined for mined in every if _offer_of(mined) not in known]
    if len(shown) >= _ENOUGH:
        return _page_of(shown, hidden)
    spoken = _mine_outline(Outline(root, spoken=True), root, setting, "attributes")
    if len(spoken) <= len(shown):
        spoken = shown
    embedded = _mine_json(find_json(root), setting) if len(spoken) < _ENOUGH else []
    if not spoken or len(embedded) >= _ENOUGH:
        return _page_of(embedded or spoken, hidden)
    return _page_of(spoken, hidden)


def _page_of(found: list[MinedPlan], hidden: Iterable[MinedPlan] = ()) -> MinedPage:
    return MinedPage(
        found=tuple(found), origin=found[0].origin if found else None, hidden=tuple(hidden)
    )


def _offer_of(mined: MinedPlan) -> tuple[object, ...]:
    plan = mined.plan
    return (plan.allowance, plan.price_pence, plan.term_months, plan.name)


def _mine_json(values: Iterable[tuple[str, Any]], setting: Setting) -> list[MinedPlan]:
    """Return the plans of the JSON that holds the most; the others repeat it or hold less."""
    best: list[MinedPlan] = []
    for place, value in values:
        found: dict[tuple[object, ...], MinedPlan] = {}
        records = read_records(value, setting.currency)
        if len(records) == 1 and not (records[0].name or records[0].term):
            continue  # what a page tells of itself to those who count its visitors
        for record in records:
            with suppress(UnreadableText):
                mined = _plan_of_record(record, place, setting)
                found.setdefault((*_offer_of(mined), mined.path), mined)
        if len(found) > len(best):
            best = list(found.values())
    return best


def _plan_of_record(record: Found, place: str, setting: Setting) -> MinedPlan:
    plan = Plan(
        brand=setting.brand,
        source=setting.source,
        name=record.name or f"{allowance_of(record.data_mb)} SIM",
        allowance=allowance_of(record.data_mb),
        base_allowance=allowance_of(record.base_mb) if record.base_mb else None,
        term_months=record.term.months if record.term else 1,
        currency=setting.currency,
        price_pence=record.price,
        list_price_pence=record.was,
        upfront_pence=record.upfront,
        url=setting.url or None,
        as_of=setting.as_of,
        verified=False,
    )
    return MinedPlan(
        plan=plan,
        evidence=printable(record.evidence),
        path=f"{place}{record.path}",
        origin="attributes" if place == ATTRIBUTES else "json",
        term_stated=record.term is not None,
    )


def _decode(body: bytes) -> str:
    """Return the text of a page: UTF-8, or else the character set that it names."""
    with suppress(UnicodeDecodeError):
        return body.decode("utf-8-sig")
    named = _CHARSET.search(body[:4096])
    charset = named[1].decode("ascii") if named else "cp1252"
    with suppress(LookupError, ValueError):
        return body.decode(charset, errors="replace")
    return body.decode("utf-8", errors="replace")


def _mine_outline(outline: Outline, root: Any, setting: Setting, origin: Origin) -> list[MinedPlan]:
    money = read_money(outline, setting.currency)
    if not money:
        return []
    sizes = read_sizes(outline)
    drop_rated(outline, money, sizes)
    cards = choose_plans(outline, find_cards(outline, money, sizes))
    title = " ".join(" ".join(root.xpath("//head/title//text()")[:3]).split())
    inheritance = Inheritance(outline, [card.node for card in cards], title, setting.url)
    found = []
    for card in cards:
        for mined in _mine_card(outline, card, inheritance, (money, sizes), setting, origin):
            found.append((card, mined))
    return drop_copies(found)


def _mine_card(
    outline: Outline,
    card: Card,
    inheritance: Inheritance,
    figures: tuple[list[Figure], list[Figure]],
    setting: Setting,
    origin: Origin,
) -> Iterator[MinedPlan]:
    """Yield the plan of a card, and once more for a price that only some buyers get."""
    term = find_own_term(outline, card)
    if term is None or term.strength < 2:
        place = card.spans[0][0] if card.shape == "siblings" else None
        term = inheritance.term_of(card.node, place) or term
    with suppress(UnreadableText):
        plan = read_plan(outline, card, term, figures, setting)
        regular = MinedPlan(
            plan=plan,
            evidence=printable(evidence_of(lines_of(outline, card))),
            path=card.node.element.getroottree().getpath(card.node.element),
            origin=origin,
            term_stated=term is not None,
        )
        yield regular
        for figure in card.held_of(figures[0]):
            if figure.role == "conditional" and figure is not card.price:
                condition = figure.note or "conditional"
                cheaper = replace(plan, price_pence=figure.value or 0, condition=condition)
                yield replace(regular, plan=cheaper)
