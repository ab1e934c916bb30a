"""Uswitch: an aggregator's deals by GraphQL, page by page, with advertisements among them.

Pounds, and MB as text at 1000 a GB. The printed schedule of costs leads; where a deal has none, it
is put together from the discount at the start and the rises. Nothing to claim is subtracted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.brand import AGGREGATORS, USWITCH, display_name
from planwatch.domain.page import Page, PageRequest
from planwatch.domain.plan import Plan, PriceStep, Roaming
from planwatch.domain.schedule import month_of_step, months_between
from planwatch.domain.slug import slugify
from planwatch.errors import LayoutChanged, UnreadableText
from planwatch.sources.contract import Reading, Source
from planwatch.sources.reading.json_page import (
    allowance_of_mb,
    find,
    parse_day,
    parse_json,
    parse_term,
    pence_of_pounds,
    read_items,
    require_any,
    take,
)
from planwatch.sources.reading.text import clean

ITEMS: Final = "data.dealsSimOnlyAndAds.items"
TOTAL: Final = "data.dealsSimOnlyAndAds.metadata.total"
KIND: Final = "__typename"
DEAL: Final = "DealSimOnly"
AD: Final = "Ad"
ID: Final = "id"
BRAND: Final = "network.name"
HOST_NETWORK: Final = "network.mobileNetworkOperator"
RETAILER: Final = "retailer.name"
DATA_MB: Final = "plan.data"
MINUTES: Final = "plan.minutes"
IS_5G: Final = "plan.is5G"
ROAMING_PLACES: Final = "plan.roamingDestinations"
ROAMING_MB: Final = "plan.roamingAllowance"
TERM: Final = "costs.contractLength"
UPFRONT: Final = "costs.upfront"
DEDUCTIONS: Final = "costs.deductions"
MONTHLY: Final = "costs.monthly.total"
DISCOUNTS: Final = "costs.monthly.startOfTermDiscount"
SCHEDULE: Final = "costs.schedule"
RISES: Final = "costs.priceRises"
RISE: Final = "price-rise"
OFFERS: Final = "offers"
MEMBERS_ONLY: Final = "isUswitchPlus"

PAGE_SIZE: Final = 100
MOST_ITEMS: Final = 2000
MOST_PROMO_MONTHS: Final = 60
LISTING: Final = "https://www.uswitch.com/mobiles/compare/sim_only_deals/"
_DIGITS: Final = re.compile(r"[0-9]{1,8}")
_EUROPE: Final = re.compile(r"\b(?:EU|Europe\w*)\b", re.IGNORECASE)
_WORLD: Final = re.compile(r"\b(?:world\w*|global)\b", re.IGNORECASE)

QUERY: Final = """
query SimOnlyPageDeals(
  $limit: Int!, $offset: Int, $positioningProfile: String, $sortBy: DEAL_SORT_BY!,
  $filterSelection: DealFilterSelection!, $adsSlug: String!
) {
  dealsSimOnlyAndAds {
    metadata(input: {
      limit: $limit, positioningProfile: $positioningProfile, sortBy: $sortBy,
      filterSelection: $filterSelection
    }) { total }
    items(
      dealInput: {
        limit: $limit, offset: $offset, positioningProfile: $positioningProfile,
        sortBy: $sortBy, filterSelection: $filterSelection
      }
      adsInput: {slug: $adsSlug, positions: [4]}
    ) {
      __typename
      ... on DealSimOnly {
        id
        isUswitchPlus
        network { name mobileNetworkOperator }
        retailer { name }
        plan { data minutes is5G roamingDestinations roamingAllowance }
        costs {
          contractLength
          upfront
          deductions
          monthly { total startOfTermDiscount { discountMonth discountedPrice } }
          schedule { startDate monthlyCost changeType inContract }
          priceRises: schedule(filterSelection: {includeByType: ["price-rise"]}) {
            startDate
            changeAmount
          }
        }
        offers(filterSelection: {excludeByType: ["discount"]}) {
          offerType
          characteristics { title }
        }
      }
    }
  }
}
"""


class _Prices(NamedTuple):
    first_pence: int
    steps: tuple[PriceStep, ...]


def parse(page: Page, as_of: date) -> Reading:
    answer = parse_json(page.text, "Uswitch's answer")
    take(answer, TOTAL, int)  # without it nobody knows where the listing ends
    items = take(answer, ITEMS, list)
    reading = read_items(items, ITEMS, lambda item: _parse_item(item, as_of), ref=ID)
    return require_any(reading, ITEMS)


def next_request(page: Page, request: PageRequest) -> PageRequest | None:
    """Return the request for the page that follows, None at the end of the listing.

    The offset counts every item, advertisements too. The total may count deals alone, so that a
    full page which reaches it is followed by one more. A page that cannot be read ends the listing
    here; `parse` says what is wrong with it.

    Raises:
        LayoutChanged: the listing goes on for ever.
    """
    try:
        answer = parse_json(page.text, "Uswitch's answer")
        count, total = len(take(answer, ITEMS, list)), take(answer, TOTAL, int)
    except LayoutChanged:
        return None
    offset = request.offset + min(count, PAGE_SIZE)  # more than asked for: ads on top of the deals
    is_last = offset >= total and (count < PAGE_SIZE or request.offset >= total)
    if not count or is_last:
        return None
    if offset >= MOST_ITEMS:
        raise LayoutChanged(f"{TOTAL}: {total}, and no end after {offset} items", path=TOTAL)
    return _request(offset)


def _parse_item(item: Any, as_of: date) -> Plan | None:
    kind = take(item, KIND, str)
    if kind == AD:
        return None
    if kind != DEAL:
        raise UnreadableText(f"{KIND}: {kind!r} is neither {DEAL} nor {AD}")
    brand = display_name(_parse_label(item, BRAND))
    allowance = _parse_allowance(item)
    term_months = parse_term(take(item, TERM, int), TERM)
    promotion = _find_promotion(item)
    prices = _parse_prices(item, promotion, term_months, as_of)
    prices, credit_pence = _without_free_months(prices, as_of)
    regular = pence_of_pounds(take(item, MONTHLY, Decimal), MONTHLY)
    host_network = find(item, HOST_NETWORK, str)
    return Plan(
        brand=brand,
        source=USWITCH,
        name=f"{brand} {allowance}, {_words_of_term(term_months)}",
        variant=_find_limited_minutes(item),
        allowance=allowance,
        term_months=term_months,
        price_pence=prices.first_pence,
        list_price_pence=regular if promotion and regular > prices.first_pence else None,
        promo_months=len(promotion) or None,
        upfront_pence=pence_of_pounds(take(item, UPFRONT, Decimal), UPFRONT, may_be_zero=True),
        credit_pence=credit_pence,
        price_steps=prices.steps,
        as_of=as_of,
        roaming=_find_roaming(item),
        roaming_mb=_find_roaming_mb(item),
        generation="5g" if take(item, IS_5G, bool) else "4g",
        minutes=(find(item, MINUTES, str) or "").lower() or None,
        host_network=display_name(host_network) if host_network else None,
        condition=_find_condition(item),
        incentives=_find_incentives(item),
        retailer=_parse_label(item, RETAILER),
        source_ref=_parse_label(item, ID),
        url=LISTING,
    )


def _parse_label(item: Any, path: str) -> str:
    text = clean(take(item, path, str))
    if not text:
        raise UnreadableText(f"{path} is empty")
    return text


def _parse_allowance(item: Any) -> Allowance:
    text = take(item, DATA_MB, str)
    if text.lower() == "unlimited":
        return UNLIMITED
    if not _DIGITS.fullmatch(text):
        raise UnreadableText(f"{DATA_MB}: {text!r} is neither a number of MB nor unlimited")
    return allowance_of_mb(Decimal(text), DATA_MB)


def _words_of_term(term_months: int) -> str:
    if term_months == 0:
        return "no contract"
    return "1 month" if term_months == 1 else f"{term_months} months"


def _find_limited_minutes(item: Any) -> str:
    minutes = find(item, MINUTES, str) or ""
    return f"{minutes} minutes" if _DIGITS.fullmatch(minutes) else ""


def _find_roaming(item: Any) -> Roaming | None:
    places = " | ".join(str(place) for place in find(item, ROAMING_PLACES, list) or ())
    if _WORLD.search(places):
        return "global"
    return "eu" if _EUROPE.search(places) else None


def _find_roaming_mb(item: Any) -> int | None:
    text = find(item, ROAMING_MB, str) or ""
    return int(text) if _DIGITS.fullmatch(text) and int(text) > 0 else None


def _find_condition(item: Any) -> str | None:
    return "Uswitch Plus member" if find(item, MEMBERS_ONLY, bool) else None


def _find_incentives(item: Any) -> tuple[str, ...]:
    """Return what is offered beside the bill. Deductions may be a cashback to claim: shown only."""
    titles = [find(offer, "characteristics.title", str) for offer in find(item, OFFERS, list) or ()]
    deducted = find(item, DEDUCTIONS, Decimal)
    if deducted:
        titles.append(f"£{deducted:.2f} of deductions, not taken off here")
    return tuple(clean(title) for title in titles if title)


def _find_promotion(item: Any) -> tuple[int, ...]:
    """Return the price of each month of a discount at the start in pence, () without one.

    A row holds for the months after the row before it, up to its own: one row of month 6 means six
    months, six rows of months 1 to 6 mean the same.
    """
    prices: list[int] = []
    rows = find(item, DISCOUNTS, list) or ()
    for row in sorted(rows, key=lambda row: take(row, "discountMonth", int)):
        month = take(row, "discountMonth", int)
        price = pence_of_pounds(take(row, "discountedPrice", Decimal), DISCOUNTS, may_be_zero=True)
        if not len(prices) < month <= MOST_PROMO_MONTHS:
            raise UnreadableText(f"{DISCOUNTS}: month {month} after month {len(prices)}")
        prices += [price] * (month - len(prices))
    return tuple(prices)


def _parse_prices(item: Any, promotion: Sequence[int], term_months: int, as_of: date) -> _Prices:
    regular = pence_of_pounds(take(item, MONTHLY, Decimal), MONTHLY)
    lasts = term_months > 1 and len(promotion) >= term_months
    rows = [
        row
        for row in find(item, SCHEDULE, list) or ()
        if find(row, "inContract", bool) is not False
    ]
    if not rows:
        return _compose_prices(item, regular, promotion, lasts, as_of)
    prices = _parse_schedule(rows, promotion[0] if promotion else regular, len(promotion), as_of)
    ends = len(promotion) + 1
    if promotion and not lasts and all(step.starts != ends for step in prices.steps):
        raise UnreadableText(f"{SCHEDULE}: no end of a discount of {len(promotion)} months")
    return prices


def _parse_schedule(rows: list[Any], first_pence: int, promo_months: int, as_of: date) -> _Prices:
    """Read the printed schedule; its first row is the price now unless that is a rise already."""
    rows = sorted(rows, key=lambda row: parse_day(take(row, "startDate", str), SCHEDULE))
    signed = as_of
    if not _is_rise(rows[0]):
        cost = take(rows[0], "monthlyCost", Decimal)
        if pence_of_pounds(cost, SCHEDULE, may_be_zero=True) != first_pence:
            raise UnreadableText(f"{SCHEDULE}: begins at £{cost}, the deal at {first_pence} pence")
        signed = parse_day(take(rows[0], "startDate", str), SCHEDULE)
        rows = rows[1:]
    return _Prices(first_pence, tuple(_parse_step(row, promo_months, signed) for row in rows))


def _parse_step(row: Any, promo_months: int, signed: date) -> PriceStep:
    day = parse_day(take(row, "startDate", str), SCHEDULE)
    price = pence_of_pounds(take(row, "monthlyCost", Decimal), SCHEDULE)
    ends_promotion = promo_months and months_between(signed, day) == promo_months
    if ends_promotion and not _is_rise(row):
        return PriceStep(promo_months + 1, price)
    return PriceStep(day, price)


def _is_rise(row: Any) -> bool:
    """Tell a rise, which is spelt "price-rise" in a filter and may be PRICE_RISE in an answer."""
    return slugify(find(row, "changeType", str) or "") == RISE


def _compose_prices(
    item: Any, regular: int, promotion: Sequence[int], lasts: bool, as_of: date
) -> _Prices:
    """Put the prices together where no schedule is printed.

    Args:
        lasts: the discount covers the whole term, so that rises come on top of its price.
    """
    if promotion and max(promotion) >= regular:
        raise UnreadableText(f"{DISCOUNTS}: {max(promotion)} pence is not a discount off {regular}")
    first = promotion[0] if promotion else regular
    covered = 1 if lasts or not promotion else len(promotion)
    price = after = promotion[-1] if lasts else regular
    rises: list[PriceStep] = []
    for day, change in _find_rises(item):
        price += change
        rises.append(PriceStep(day, price))
        month = month_of_step(rises[-1], as_of)
        if month <= covered:
            raise UnreadableText(f"{RISES}: what {day} means within the first {covered} months")
        after = price if month == covered + 1 else after
    steps = [
        PriceStep(month + 1, pence)
        for month, pence in enumerate(promotion)
        if month and pence != promotion[month - 1]
    ]
    if promotion and not lasts:
        steps.append(PriceStep(len(promotion) + 1, after))
    return _Prices(first, (*steps, *rises))


def _find_rises(item: Any) -> list[tuple[date, int]]:
    return sorted(
        (
            parse_day(take(row, "startDate", str), RISES),
            pence_of_pounds(take(row, "changeAmount", Decimal), RISES),
        )
        for row in find(item, RISES, list) or ()
    )


def _without_free_months(prices: _Prices, as_of: date) -> tuple[_Prices, int]:
    """Return the prices from the first month that costs, and the free months before as a credit."""
    if prices.first_pence:
        return prices, 0
    if not prices.steps:
        raise UnreadableText(f"{DISCOUNTS}: £0 in every month is not a price that a buyer can have")
    due, *later = sorted(prices.steps, key=lambda step: month_of_step(step, as_of))
    free_months = month_of_step(due, as_of) - 1
    return _Prices(due.price_pence, tuple(later)), free_months * due.price_pence


def _request(offset: int) -> PageRequest:
    return PageRequest(
        name=f"offset-{offset}",
        url="https://www.uswitch.com/mobiles/graphql",
        headers={
            "content-type": "application/json",
            "origin": "https://www.uswitch.com",
            "referer": LISTING,
            "x-usw-csrf": "1",
        },
        json_body={
            "operationName": "SimOnlyPageDeals",
            "query": clean(QUERY),
            "variables": {
                "offset": offset,
                "limit": PAGE_SIZE,
                "sortBy": "PROMOTED",
                "positioningProfile": "simonly",
                "adsSlug": "mobiles/compare/sim-only-deals",
                "filterSelection": {},
            },
        },
        offset=offset,
    )


SOURCE: Final = Source(
    id=USWITCH,
    brand=None,
    title=AGGREGATORS[USWITCH],
    requests=(_request(0),),
    parse=parse,
    next_request=next_request,
    rises="not_stated",
    checked_against="an answer rebuilt from descriptions",
)
