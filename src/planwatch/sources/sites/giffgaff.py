"""giffgaff: one page that holds its plans twice, as JSON-LD and as the JSON of its own front end.

The JSON-LD leads: it was proved on true values, and its names carry data, price and term. The front
end's JSON (pence, and KB at 1024 × 1024 a GB; -1 is unlimited) adds ids, stands in for a plan that
the other lacks, and refuses a plan on which the two disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from parsel import Selector

from planwatch.domain.allowance import MB_PER_GB, UNLIMITED, Allowance
from planwatch.domain.normalise import parse_allowance, parse_price_pence, parse_term_months
from planwatch.domain.page import Page, PageRequest
from planwatch.domain.plan import Plan
from planwatch.errors import LayoutChanged, UnreadableText
from planwatch.sources.contract import Reading, Source, Unreadable
from planwatch.sources.reading.json_page import (
    allowance_of_mb,
    find,
    parse_json,
    pence_of_pounds,
    read_items,
    require_any,
    take,
)
from planwatch.sources.reading.markup import read_markup
from planwatch.sources.reading.text import clean

JSON_LD: Final = 'script[type="application/ld+json"]::text'
RELATED: Final = ("isRelatedTo", "isSimilarTo")
RANGE_PAGE: Final = 'script[data-hypernova-key="RangePage"]::text'
PLANS: Final = "plans"
PRICE: Final = "priceInPence"
DATA_TYPE: Final = "DATA"

UNLIMITED_KB: Final = -1
KB_PER_GB: Final = 1024 * 1024
ALWAYS_ON: Final = "Always On"
_CONTRACT_TAG: Final = re.compile(r"contract_([0-9]{1,2})")
_END_OF_PAGE: Final = "</html>"
_POUNDS: Final = re.compile(r"[0-9]{1,4}(?:\.[0-9]+)?")


def parse(page: Page, as_of: date) -> Reading:
    document = read_markup(page.text or " ")
    related = _find_related(document)
    script = document.css(RANGE_PAGE).get()
    if related is None and script is None:
        raise LayoutChanged(
            f"giffgaff: neither {JSON_LD} with {RELATED[0]} nor {RANGE_PAGE} on the page",
            hint="open the page in a browser; a challenge page has no plans either",
        )
    leading = read_items(
        related or (), "JSON-LD", lambda item: _parse_product(item, as_of), ref="name"
    )
    if script is None:
        if _END_OF_PAGE not in page.text:
            leading = _add_lost(leading, "the page is cut short before it")
        return require_any(leading, "JSON-LD")
    try:
        items = take(parse_json(_unwrap(script), "RangePage"), PLANS, dict)
    except LayoutChanged as error:
        if not leading.plans:
            raise
        return _add_lost(leading, error.message)
    checking = read_items(
        items.values(), "RangePage", lambda item: _parse_range_plan(item, as_of), ref="id"
    )
    return require_any(_merge(leading, checking), f"JSON-LD and RangePage {PLANS}")


def _add_lost(leading: Reading, reason: str) -> Reading:
    lost = Unreadable(where="RangePage", reason=reason)
    return replace(leading, unreadable=(*leading.unreadable, lost))


def _find_related(document: Selector) -> list[Any] | None:
    """Return the products beside the first Product; None if the page has no such JSON-LD."""
    for script in document.css(JSON_LD).getall():
        try:
            product = parse_json(script, "JSON-LD")
        except LayoutChanged:
            continue  # another block of the page; without any the page is refused by the caller
        lists = [find(product, key, list) for key in RELATED]
        if any(found is not None for found in lists):
            return [item for found in lists for item in found or ()]
    return None


def _unwrap(script: str) -> str:
    """Take the JSON out of its HTML comment; hypernova writes > and & as entities in it."""
    text = script.strip().removeprefix("<!--").removesuffix("-->")
    return text.replace("&gt;", ">").replace("&amp;", "&")


def _parse_product(item: Any, as_of: date) -> Plan:
    name = clean(take(item, "name", str))
    price_pence = _parse_offer_price(item)
    if parse_price_pence(name) != price_pence:
        raise UnreadableText(f"the name says {name!r}, the offer {price_pence} pence")
    unlimited_calls = "unlimited calls and text" in (find(item, "description", str) or "").lower()
    return Plan(
        brand="giffgaff",
        source="giffgaff",
        name=name,
        variant=_parse_variant(name),
        allowance=parse_allowance(name),
        term_months=parse_term_months(name),
        price_pence=price_pence,
        as_of=as_of,
        minutes="unlimited" if unlimited_calls else None,
        texts="unlimited" if unlimited_calls else None,
        url=find(item, "url", str),
    )


def _parse_offer_price(item: Any) -> int:
    currency = find(item, "offers.priceCurrency", str) or "GBP"
    pounds = take(item, "offers.price", str)
    if currency != "GBP" or not _POUNDS.fullmatch(pounds):
        raise UnreadableText(f"offers.price: {pounds!r} {currency} is not a price in pounds")
    return pence_of_pounds(Decimal(pounds), "offers.price")


def _parse_range_plan(item: Any, as_of: date) -> Plan:
    name = clean(take(item, "name", str))
    if not name:
        raise UnreadableText("name is empty")
    return Plan(
        brand="giffgaff",
        source="giffgaff",
        name=name,
        variant=_parse_variant(name),
        allowance=_parse_range_allowance(item),
        term_months=_parse_range_term(item),
        price_pence=pence_of_pounds(Decimal(take(item, PRICE, int)) / 100, PRICE),
        as_of=as_of,
        source_ref=take(item, "id", str),
    )


def _parse_range_allowance(item: Any) -> Allowance:
    found = {
        take(row, "allocation", int)
        for row in take(item, "allowance", list)
        if take(row, "type", str) == DATA_TYPE
    }
    if len(found) != 1:
        raise UnreadableText(f"allowance: {len(found)} rows of {DATA_TYPE}, expected one")
    data_kb = found.pop()
    if data_kb == UNLIMITED_KB:
        return UNLIMITED
    return allowance_of_mb(Decimal(data_kb) * MB_PER_GB / KB_PER_GB, "allowance")


def _parse_range_term(item: Any) -> int:
    """Return the term by its tag, else by the first words of the description."""
    tags = [tag for tag in find(item, "tags", list) or () if isinstance(tag, str)]
    months = {int(found[1]) for tag in tags if (found := _CONTRACT_TAG.fullmatch(tag))}
    if len(months) == 1:
        return months.pop()
    description = clean(take(item, "description", str))
    if description.lower().startswith("pay as you go"):
        return 0  # whatever it says next, such as "30 days"
    return parse_term_months(description)


def _parse_variant(name: str) -> str:
    return ALWAYS_ON if ALWAYS_ON.lower() in name.lower() else ""


def _merge(leading: Reading, checking: Reading) -> Reading:
    """Put the two together: what agrees takes the id, what contradicts is refused."""
    left = list(checking.plans)
    plans: list[Plan] = []
    doubtful: list[Plan] = []
    for plan in leading.plans:
        twin = next((other for other in left if _facts(other) == _facts(plan)), None)
        if twin:
            left.remove(twin)
            variant = plan.variant or twin.variant
            plans.append(replace(plan, source_ref=twin.source_ref, variant=variant))
        else:
            doubtful.append(plan)
    plans += _without_rival(doubtful, left) + _without_rival(left, doubtful)
    refused = tuple(
        Unreadable(
            where=f"JSON-LD and RangePage, {plan.name!r}",
            reason=f"{plan.price_pence} pence in one, "
            f"{', '.join(str(rival.price_pence) for rival in _rivals(plan, left))} in the other",
        )
        for plan in doubtful
        if _rivals(plan, left)
    )
    return Reading(
        plans=tuple(plans), unreadable=leading.unreadable + checking.unreadable + refused
    )


def _facts(plan: Plan) -> tuple[Allowance, int, int]:
    return (plan.allowance, plan.term_months, plan.price_pence)


def _rivals(plan: Plan, others: Iterable[Plan]) -> list[Plan]:
    return [other for other in others if _facts(other)[:2] == _facts(plan)[:2]]


def _without_rival(plans: Iterable[Plan], others: list[Plan]) -> list[Plan]:
    return [plan for plan in plans if not _rivals(plan, others)]


SOURCE: Final = Source(
    id="giffgaff",
    brand="giffgaff",
    title="giffgaff",
    requests=(PageRequest(name="sim-only-deals", url="https://www.giffgaff.com/sim-only-deals"),),
    parse=parse,
    rises="fixed_price",
    checked_against="true values of September 2025 in a rebuilt JSON (22 plans)",
)
