"""Prices beyond belief: held back until a person accepts them, while all else is stored.

A price that slips by a factor of 100 on one card must neither stand nor raise an alarm as a move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from planwatch.domain.phrasing import count_of, format_money, join_some, name_plan_of_brand
from planwatch.domain.plan import Plan
from planwatch.ledger.alerts.source_alerts import HELD_CODE
from planwatch.ledger.pages.baseline import Baseline
from planwatch.sources.contract import Reading, Source, group_offers

HELD: Final = "held"
FACTOR: Final = 4
_NAMED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPrice:
    """A price that was read and is not stored, and the one that stays in force; in pence.

    Attributes:
        plan: what the plan is called everywhere; `name` is what its card calls it.
    """

    plan_key: str
    name: str
    plan: str
    currency: str
    before: int
    after: int

    def as_record(self) -> dict[str, Any]:
        return {
            "plan_key": self.plan_key,
            "name": self.name,
            "plan": self.plan,
            "currency": self.currency,
            "before": self.before,
            "after": self.after,
        }


def hold_back(reading: Reading, baseline: Baseline) -> tuple[Reading, tuple[HeldPrice, ...]]:
    """Take out the offers whose price is a quarter of what the plan costs, or four times it.

    A card that states a promotion may have such a price, and so may one whose promotion has ended.
    Of several offers of a plan the next cheapest is looked at then: it may be the usual one.
    """
    held: list[HeldPrice] = []
    out: set[int] = set()
    for key, group in group_offers(reading.plans).items():
        before = baseline.believed.get(key)
        if before is None:
            continue
        for offer in group:
            if not _is_beyond_belief(offer, before, baseline.list_prices.get(key)):
                break
            out.add(id(offer))
            held.append(
                HeldPrice(
                    plan_key=key,
                    name=offer.name,
                    plan=name_plan_of_brand(offer),
                    currency=offer.currency,
                    before=before,
                    after=offer.price_pence,
                )
            )
    if not held:
        return reading, ()
    kept = [place for place, plan in enumerate(reading.plans) if id(plan) not in out]
    return (
        replace(
            reading,
            plans=tuple(reading.plans[place] for place in kept),
            page_names=tuple(reading.page_names[place] for place in kept),
        ),
        tuple(held),
    )


def _is_beyond_belief(offer: Plan, before: int, list_price: int | None) -> bool:
    after = offer.price_pence
    is_promoted = offer.promo_months is not None or offer.list_price_pence is not None
    is_usual = after in (before, list_price)
    is_far = after >= FACTOR * before or before >= FACTOR * after
    return is_far and not is_promoted and not is_usual


def describe_held(held: Iterable[Mapping[str, Any]]) -> str:
    """Return the prices that are held back, in words."""
    return join_some(
        [
            f"{each['plan']} unconfirmed: {format_money(each['after'], each['currency'])},"
            f" was {format_money(each['before'], each['currency'])}"
            for each in held
        ],
        _NAMED,
    )


def held_error(source: Source, held: Sequence[HeldPrice]) -> dict[str, Any]:
    """Return code, message and hint of a run that lacks nothing but prices held back."""
    records = [each.as_record() for each in held]
    return {
        "code": HELD_CODE,
        "message": f"{source.title}: {count_of(len(held), 'price')} moved by a factor of {FACTOR}"
        f" or more without a promotion: {describe_held(records)}",
        "hint": "the old price stays and everything else is stored; if the site is right:"
        f" planwatch sources accept {source.id}",
    }
