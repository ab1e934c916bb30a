"""Uswitch: answers of its GraphQL endpoint, a slice of the deals and the ads among them.

Traps kept: ads that hold a deal of their own, paging that counts ads, data as text in MB or the
word "Unlimited", 0 months for no contract, a discount at the start of the term, rises, a row of the
schedule after the contract, several retailers of one plan, gifts that are not taken off the bill.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from tests.support.market.offer import GB, UNLIMITED, LaterPrice, Offer, later_prices, month_after

PAGE_LIMIT = 15
_AD_EVERY = 14
_AD_AT = 3


def render(
    offers: Sequence[Offer],
    as_of: date,
    *,
    offset: int = 0,
    limit: int = PAGE_LIMIT,
    page_limit: int = PAGE_LIMIT,
) -> bytes:
    """Return the items from `offset` on; the site gives no more than `page_limit` an answer."""
    items = list(_items(offers, as_of))
    shown = items[offset : offset + min(limit, page_limit)]
    answer = {
        "data": {
            "dealsSimOnlyAndAds": {
                "__typename": "DealsSimOnlyAndAds",
                "metadata": {"total": len(items), "offset": offset},
                "items": shown,
            },
            "filterOptions": _filter_options(offers),
        }
    }
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def count_items(offers: Sequence[Offer], as_of: date) -> int:
    """Count the items that paging runs through, ads included."""
    return sum(1 for _ in _items(offers, as_of))


def _items(offers: Sequence[Offer], as_of: date) -> Iterator[dict[str, Any]]:
    for index, offer in enumerate(offers):
        if index % _AD_EVERY == _AD_AT:
            yield _ad(index, as_of)
        yield {"__typename": "DealSimOnly", **_deal(offer, as_of)}


def _ad(index: int, as_of: date) -> dict[str, Any]:
    """Return a paid place, whose deal is nowhere among the deals proper."""
    deal = Offer(
        ref=f"9900{index:02d}",
        brand="Lyca Mobile",
        retailer="Lyca Mobile",
        host_network="EE",
        data_mb=UNLIMITED,
        term_months=1,
        price_pence=100 + index,
    )
    return {"__typename": "Ad", "id": f"ad-{index}", "deal": _deal(deal, as_of)}


def _key(name: str) -> str:
    return name.lower().replace(" ", "-").replace(".", "-")


def _amount(pence: int) -> float | int:
    return pence / 100 if pence % 100 else pence // 100


def _deal(offer: Offer, as_of: date) -> dict[str, Any]:
    retailer = offer.retailer or offer.brand
    later = later_prices(offer, as_of)
    offers = [{"offerType": "GIFT", "characteristics": {"title": offer.incentive}}]
    return {
        "id": offer.ref,
        "version": 3,
        "seasonalType": None,
        "isESimCompatible": True,
        "isExclusive": False,
        "isUswitchPlus": False,
        "uswitchPlusOffer": None,
        "network": {
            "name": offer.brand,
            "key": _key(offer.brand),
            "mobileNetworkOperator": offer.host_network,
        },
        "retailer": {"key": _key(retailer), "name": retailer},
        "plan": {
            "is5G": True,
            "minutes": "Unlimited",
            "data": "Unlimited" if offer.data_mb is None else str(offer.data_mb),
            "roamingDestinations": ["EU"] if offer.eu_roaming_mb else [],
            "roamingAllowance": str(offer.eu_roaming_mb) if offer.eu_roaming_mb else None,
        },
        "costs": _costs(offer, as_of, later),
        "priceRise": None,
        "offers": offers if offer.incentive else [],
    }


def _costs(offer: Offer, as_of: date, later: tuple[LaterPrice, ...]) -> dict[str, Any]:
    rises = [step for step in later if not step.is_promotion_end]
    discounted = offer.promo_months or 0
    return {
        "contractLength": offer.term_months,
        "upfront": _amount(offer.upfront_pence),
        "total": _amount(_total(offer, later)),
        "deductions": 0,
        "monthly": {
            "total": _amount(offer.list_price_pence or offer.price_pence),
            "startOfTermDiscount": [
                {"discountMonth": month, "discountedPrice": _amount(offer.price_pence)}
                for month in range(1, discounted + 1)
            ],
        },
        "priceRises": [
            {
                "changeAmount": _amount(offer.rise.yearly_pence),
                "startDate": step.starts.isoformat(),
            }
            for step in rises
            if offer.rise
        ],
        "schedule": _schedule(offer, as_of, later),
    }


def _total(offer: Offer, later: tuple[LaterPrice, ...]) -> int:
    total, price = offer.upfront_pence, offer.price_pence
    by_month = {step.month: step.price_pence for step in later}
    for month in range(1, max(offer.term_months, 1) + 1):
        price = by_month.get(month, price)
        total += price
    return total


def _schedule(offer: Offer, as_of: date, later: tuple[LaterPrice, ...]) -> list[dict[str, Any]]:
    rows = [_row(as_of, offer.price_pence, 0, None)]
    price = offer.price_pence
    for step in later:
        kind = "discount-end" if step.is_promotion_end else "price-rise"
        rows[-1]["endDate"] = (step.starts - timedelta(days=1)).isoformat()
        rows.append(_row(step.starts, step.price_pence, step.price_pence - price, kind))
        price = step.price_pence
    if offer.term_months > 1:
        after = month_after(as_of, offer.term_months)
        rows[-1]["endDate"] = (after - timedelta(days=1)).isoformat()
        rows.append(_row(after, price, 0, None) | {"inContract": False})
    return rows


def _row(starts: date, price_pence: int, change_pence: int, kind: str | None) -> dict[str, Any]:
    return {
        "startDate": starts.isoformat(),
        "endDate": None,
        "monthlyCost": _amount(price_pence),
        "changeAmount": _amount(change_pence),
        "changeType": kind,
        "inContract": True,
    }


def _filter_options(offers: Sequence[Offer]) -> dict[str, Any]:
    brands = sorted({offer.brand for offer in offers})
    lengths = sorted({offer.term_months for offer in offers})
    return {
        "networks": [
            {
                "key": _key(brand),
                "name": brand,
                "total": sum(offer.brand == brand for offer in offers),
            }
            for brand in brands
        ],
        "contractLengths": [
            {"value": length, "total": sum(offer.term_months == length for offer in offers)}
            for length in lengths
        ],
        "dataAmounts": [
            {"value": "Unlimited", "total": sum(offer.data_mb is None for offer in offers)},
            {
                "value": str(100 * GB),
                "total": sum((offer.data_mb or 0) >= 100 * GB for offer in offers),
            },
        ],
    }
