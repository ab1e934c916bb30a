"""Plans for tests: an ordinary one, of which a test says only what matters to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.plan import Plan, PriceStep

AS_OF: Final = date(2025, 11, 21)

_ORDINARY: Final = Plan(
    brand="O2",
    source="o2",
    name="O2 SIM",
    allowance=Allowance.of_gb(25),
    term_months=24,
    price_pence=1000,
    as_of=AS_OF,
    roaming="eu",
    generation="5g",
)


def make_plan(**overrides: Any) -> Plan:
    """Return an O2 plan of 25 GB for 24 months at £10.00, EU roaming and 5G, with `overrides`.

    `gb` is short for the allowance (None: unlimited); `source` follows `brand` unless given.
    """
    if "gb" in overrides:
        gb = overrides.pop("gb")
        overrides["allowance"] = UNLIMITED if gb is None else Allowance.of_gb(gb)
    if "brand" in overrides and "source" not in overrides:
        overrides["source"] = overrides["brand"].split()[0].lower()
    return replace(_ORDINARY, **overrides)


def make_three_plan(**overrides: Any) -> Plan:
    """Return Three's 25 GB card of November 2025: half price for six months, rises each April."""
    card: dict[str, Any] = {
        "brand": "Three",
        "price_pence": 700,
        "list_price_pence": 1400,
        "promo_months": 6,
        "price_steps": (
            PriceStep(date(2026, 4, 1), 795),
            PriceStep(7, 1590),
            PriceStep(date(2027, 4, 1), 1780),
        ),
    }
    return make_plan(**(card | overrides))
