"""SMARTY: the answer of its plans API.

Traps kept: 0 GB for unlimited, a data promotion beside the base allowance, names and slugs that
repeat across categories.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from tests.support.market.offer import GB, Offer

_CATEGORIES = {
    "classic": "Unlimited calls and texts",
    "data-only": "Data only",
    "data-discount": "Money back for data not used",
}


def render(offers: Sequence[Offer], as_of: date) -> bytes:
    """Return the answer; SMARTY prints no rises, so that the day does not matter."""
    answer = {
        "data": {
            "type": "plans",
            "attributes": {"plans": [_plan(offer) for offer in offers]},
        }
    }
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _plan(offer: Offer) -> dict[str, Any]:
    base_mb = offer.base_data_mb or offer.data_mb
    is_data_only = offer.variant == "data-only"
    data = "Unlimited Data" if base_mb is None else f"{base_mb // GB}GB Data"
    return {
        "id": offer.ref,
        "name": offer.name,
        "description": data if is_data_only else f"{data}, Unlimited Text, Unlimited Voice",
        "categoryName": _CATEGORIES[offer.variant],
        "categoryType": offer.variant,
        "finalPrice": {"value": _amount(offer.price_pence), "currency": "GBP"},
        "dataAllowanceGB": _gb(base_mb),
        "dataAllowanceWithPromosGB": _gb(offer.data_mb),
        "voiceAllowance": None if is_data_only else "Unlimited",
        "smsAllowance": None if is_data_only else "Unlimited",
        "planIsDataOnly": is_data_only,
        "slug": f"{offer.name.lower()}-data{'-only' if is_data_only else ''}",
        "voucher": _voucher(offer),
    }


def _amount(pence: int) -> float | int:
    return pence / 100 if pence % 100 else pence // 100


def _gb(data_mb: int | None) -> int:
    return 0 if data_mb is None else data_mb // GB


def _voucher(offer: Offer) -> dict[str, Any] | None:
    if offer.base_data_mb is None:
        return None
    promoted = _gb(offer.data_mb)
    return {
        "roundel_type": f"Now {promoted}GB for £{offer.price_pence // 100}",
        "applies_to": {"title": str(promoted)},
    }
