"""A market of any size that looks like the real one, and a ledger that has watched it for 60 days.

Eight shops and one aggregator, whose offers are of the shops' plans and of twenty other brands;
many sizes, terms and tiers, printed rises, promotions, and features that some cards do not state.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any, Final

from planwatch.domain.plan import Plan, PriceStep
from planwatch.ledger.store.connection import Ledger
from tests.support.large_market import SHOPS, save_market
from tests.support.plans import make_plan

AGGREGATOR: Final = "uswitch"
OTHER_BRANDS: Final = tuple(f"Brand {letter}" for letter in "ABCDEFGHIJKLMNOPQRST")
_SIZES: Final = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 16, 20, 24, 25, 30, 32, 40, 45, 50, 60, 64, 75)
_LARGE_SIZES: Final = (80, 100, 110, 120, 125, 140, 150, 160, 180, 200, 220, 250, 300, 500, None)
_TERMS: Final = (0, 1, 12, 18, 24, 36)
_TIERS: Final = ("", "Lite", "Essentials", "Essentials Plus", "All Rounder", "Max")
_DAYS_OF_SCRAPES: Final = (60, 20, 5, 0)
"""How many days before the last one the market was scraped."""


def make_growing_market(number: int, day: date, seed: int = 1) -> list[Plan]:
    """Return so many plans as their pages show them on a day; the same for the same seed.

    Of 20 plans 11 are a shop's, 5 the aggregator's offers of shops' plans, 4 those of other brands.
    """
    chance = random.Random(seed)
    kinds = ("direct",) * 11 + ("offer",) * 5 + ("other",) * 4
    keys = {
        (kind, brand): _keys(chance, number)
        for kind, brands in (
            ("direct", [brand for brand, _ in SHOPS]),
            ("offer", [brand for brand, _ in SHOPS]),
            ("other", OTHER_BRANDS),
        )
        for brand in brands
    }
    plans = []
    for at in range(number):
        kind = kinds[at % len(kinds)]
        brand, source = SHOPS[at % len(SHOPS)]
        if kind == "other":
            brand = chance.choice(OTHER_BRANDS)
        gb, term, tier = next(keys[kind, brand])
        plans.append(
            make_plan(
                brand=brand,
                source=source if kind == "direct" else AGGREGATOR,
                gb=gb,
                term_months=term,
                variant=tier,
                name=f"{brand} {gb or 'unlimited'} {tier}".strip(),
                as_of=day,
                retailer=chance.choice((None, "Shop A", "Shop B")) if kind != "direct" else None,
                url=f"https://www.{source}.example/sim-only/plans?contract={term}&n={at}",
                source_ref=f"M{term}ALRUNL{at}",
                minutes="unlimited",
                texts="unlimited",
                incentives=("£40 gift card by post",) if at % 7 == 0 else (),
                extras=("Inclusive Extra",) if at % 5 == 0 else (),
                **_features(chance),
                **_prices(chance, gb or 400, term, day),
            )
        )
    return plans


def _keys(chance: random.Random, number: int) -> Iterator[tuple[int | None, int, str]]:
    """Yield size, term and tier of a brand's plans, each once; as many tiers as are needed."""
    tiers = [*_TIERS, *(f"Tier {at}" for at in range(number // 2_000))]
    every = list(product((*_SIZES, *_LARGE_SIZES), _TERMS, tiers))
    chance.shuffle(every)
    return iter(every)


def _features(chance: random.Random) -> dict[str, Any]:
    roaming = chance.choice((None, "none", "eu", "eu", "global"))
    return {
        "roaming": roaming,
        "roaming_mb": chance.choice((None, 12_000, 25_000))
        if roaming in ("eu", "global")
        else None,
        "generation": chance.choice((None, "4g", "5g", "5g")),
        "max_speed_mbps": chance.choice((None, None, None, 2, 10, 100)),
        "billing_days": 30 if chance.random() < 0.02 else None,
    }


def _prices(chance: random.Random, gb: int, term: int, day: date) -> dict[str, Any]:
    price = 500 + 6 * gb + 10 * chance.randrange(120) - 8 * term
    price = max(price, 300)
    if term < 12 or chance.random() < 0.4:
        return {"price_pence": price}
    rises = tuple(PriceStep(date(day.year + year, 4, 1), price + 180 * year) for year in (1, 2))
    if chance.random() < 0.5:
        return {"price_pence": price, "price_steps": rises}
    return {
        "price_pence": price,
        "list_price_pence": 2 * price,
        "promo_months": 6,
        "price_steps": (PriceStep(7, 2 * price),),
    }


def fill_ledger(ledger: Ledger, number: int, last: date) -> list[Plan]:
    """Record four scrapes of a market of so many plans; return the plans of the last.

    Of 20 plans one moves its price in each scrape; of 100 one is new and one withdrawn.
    """
    market = make_growing_market(number, last)
    seen: list[Plan] = []
    for turn, days in enumerate(_DAYS_OF_SCRAPES):
        day = last - timedelta(days=days)
        market = [_move(plan, at, turn) for at, plan in enumerate(market)]
        seen = [replace(plan, as_of=day) for at, plan in enumerate(market) if _is_sold(at, turn)]
        save_market(ledger, seen, day)
    return seen


def _is_sold(at: int, turn: int) -> bool:
    return not (at % 100 == 50 and turn == 0) and not (at % 100 == 99 and turn > 1)


def _move(plan: Plan, at: int, turn: int) -> Plan:
    if not turn or at % 20 != turn:
        return plan
    by = 100 if at % 3 else -100
    steps = tuple(replace(step, price_pence=step.price_pence + by) for step in plan.price_steps)
    return replace(plan, price_pence=plan.price_pence + by, price_steps=steps)
