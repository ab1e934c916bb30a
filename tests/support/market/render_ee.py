"""EE: the answers of its GraphQL endpoint, one for pay monthly and one for pay as you go.

Traps kept: prices in pounds, data in MB with -1 for unlimited, minutes and texts beside the data
with -1 too, a roaming entitlement in MB, prices after each rise, promotion labels with figures in
their text, null terms and prices.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from tests.support.market.offer import Offer, later_prices

Kind = Literal["pay-monthly", "pay-as-you-go"]


def render(offers: Sequence[Offer], as_of: date, *, kind: Kind) -> bytes:
    """Return the answer for one of the two SIM bundles."""
    is_payg = kind == "pay-as-you-go"
    combinations = [
        _payg(offer) if is_payg else _pay_monthly(offer, as_of)
        for offer in offers
        if (offer.term_months == 0) == is_payg
    ]
    answer = {
        "data": {
            "simBundle": {
                "__typename": "SimBundle",
                "productPlanCombinations": combinations,
            }
        }
    }
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _amount(pence: int | None) -> float | int | None:
    if pence is None:
        return None
    return pence / 100 if pence % 100 else pence // 100


def _pay_monthly(offer: Offer, as_of: date) -> dict[str, Any]:
    later = later_prices(offer, as_of)
    return {
        "__typename": "ProductPlanCombination",
        "plan": {
            "code": offer.ref,
            "name": offer.name,
            "price": {
                "payMonthlyPrice": _amount(offer.price_pence),
                "futurePayMonthlyPrice": _amount(later[0].price_pence) if later else None,
                "payTodayPrice": 0,
                "wasPayTodayPrice": None,
                "subscriptionTermInMonths": offer.term_months,
                "futurePrices": [
                    {
                        "price": _amount(step.price_pence),
                        "appliedDate": step.starts.isoformat(),
                        "isTloApplied": False,
                    }
                    for step in later
                ],
            },
            "planFamily": {
                "title": offer.variant,
                "type": offer.variant.upper().replace(" ", "_"),
                "description": f"{offer.variant} on our network, 5G included",
                "features": [_feature(text) for text in _features(offer)],
            },
            "entitlements": _entitlements(offer.data_mb),
            "labels": _labels(offer),
        },
    }


def _payg(offer: Offer) -> dict[str, Any]:
    return {
        "__typename": "ProductPlanCombination",
        "plan": {
            "code": offer.ref,
            "name": offer.name,
            "price": {
                "payMonthlyPrice": None,
                "futurePayMonthlyPrice": None,
                "payTodayPrice": _amount(offer.price_pence),
                "wasPayTodayPrice": _amount(offer.list_price_pence),
                "subscriptionTermInMonths": None,
                "futurePrices": [],
            },
            "planFamily": {
                "title": offer.variant,
                "type": "PAYG",
                "description": "Buy a plan when you need one",
                "features": [_feature("Unlimited minutes and texts"), _feature("Spend cap")],
            },
            "entitlements": _entitlements(offer.data_mb),
            "labels": [],
        },
    }


def _features(offer: Offer) -> list[str]:
    features = ["Unlimited minutes and texts"]
    if offer.max_speed_mbps:
        features.append(f"Max speed {offer.max_speed_mbps}Mbps")
    if offer.eu_roaming_mb:
        features.append(f"EU roaming up to {offer.eu_roaming_mb // 1000}GB")
    return [*features, *offer.perks]


def _feature(text: str) -> dict[str, str]:
    return {"name": text, "richName": f"<p>{text}</p>"}


def _entitlements(data_mb: int | None) -> list[dict[str, Any]]:
    return [
        {"name": "Minutes", "quantity": -1, "unit": "MIN"},
        {"name": "Data", "quantity": -1 if data_mb is None else data_mb, "unit": "MB"},
        {"name": "Texts", "quantity": -1, "unit": "SMS"},
    ]


def _labels(offer: Offer) -> list[dict[str, Any]]:
    if offer.incentive is None:
        return []
    return [
        {
            "__typename": "PromotionLabel",
            "type": "PROMOTION",
            "text": offer.incentive,
            "title": offer.incentive,
            "subTitle": "Sent 60 days after the start",
            "isWide": False,
            "position": 1,
            "endDateTime": None,
        }
    ]
