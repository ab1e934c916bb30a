"""What a parser must read from the pages of a date: the market's offers as plans.

Where a page prints neither name nor id, the true plan has none: see `NAMELESS` for the names that a
parser makes up. Addresses are not part of the truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from planwatch.domain.allowance import UNLIMITED, Allowance
from planwatch.domain.plan import Plan, PriceStep, Roaming
from tests.support.market.offer import Offer, printed_prices
from tests.support.market.plans import offers_on

NAMELESS = frozenset({"o2", "uswitch"})


@dataclass(frozen=True, slots=True)
class Printed:
    """What every card of a source prints beside the offer itself."""

    minutes: str | None = "unlimited"
    texts: str | None = "unlimited"
    generation: Literal["5g"] | None = None
    perks: tuple[str, ...] = ()
    has_ref: bool = False


_PRINTED = {
    "o2": Printed(),
    "vodafone": Printed(generation="5g"),
    "three": Printed(generation="5g", perks=("Three+ Rewards",), has_ref=True),
    "ee": Printed(has_ref=True),
    "giffgaff": Printed(has_ref=True),
    "sky": Printed(generation="5g", perks=("Unused data rolls over",)),
    "tesco": Printed(generation="5g"),
    "smarty": Printed(has_ref=True),
    "uswitch": Printed(texts=None, generation="5g", has_ref=True),
}
_DATA_ONLY = Printed(minutes="0", texts="0", has_ref=True)


def plans_on(source: str, day: date) -> tuple[Plan, ...]:
    """Return the true plans of `source` on `day`; an offer with a second price gives two."""
    return plans_of(source, offers_on(source, day), day)


def plans_of(source: str, offers: Iterable[Offer], day: date) -> tuple[Plan, ...]:
    """Return the true plans of these offers of `source`, on sale on `day`."""
    return tuple(plan for offer in offers for plan in _plans(source, offer, day))


def as_printed(plan: Plan) -> Plan:
    """Return a plan that was read without what its page does not print, to compare it by."""
    return replace(
        plan,
        name="" if plan.source in NAMELESS else plan.name,
        url=None,
        base_allowance=plan.base_allowance or plan.allowance,
    )


def _plans(source: str, offer: Offer, day: date) -> Iterator[Plan]:
    printed = _DATA_ONLY if offer.variant == "data-only" else _PRINTED[source]
    regular = Plan(
        brand=offer.brand,
        source=source,
        name=offer.name,
        variant=offer.variant,
        allowance=_allowance(offer.data_mb),
        base_allowance=_allowance(offer.base_data_mb or offer.data_mb),
        term_months=offer.term_months,
        price_pence=offer.price_pence,
        list_price_pence=offer.list_price_pence,
        promo_months=offer.promo_months,
        upfront_pence=offer.upfront_pence,
        price_steps=_steps(offer, day),
        max_speed_mbps=offer.max_speed_mbps,
        roaming=_roaming(offer.eu_roaming_mb),
        roaming_mb=offer.eu_roaming_mb or None,
        generation=printed.generation,
        minutes=printed.minutes,
        texts=printed.texts,
        extras=offer.perks + printed.perks,
        incentives=(offer.incentive,) if offer.incentive else (),
        host_network=offer.host_network,
        retailer=offer.retailer,
        source_ref=offer.ref if printed.has_ref else None,
        as_of=day,
    )
    yield regular
    if offer.clubcard_pence is not None:
        yield replace(regular, price_pence=offer.clubcard_pence, condition="Clubcard")


def _allowance(data_mb: int | None) -> Allowance:
    return UNLIMITED if data_mb is None else Allowance(data_mb)


def _roaming(eu_roaming_mb: int | None) -> Roaming | None:
    if eu_roaming_mb is None:
        return None
    return "eu" if eu_roaming_mb else "none"


def _steps(offer: Offer, day: date) -> tuple[PriceStep, ...]:
    """Return the printed steps; the end of a promotion is the number of a month."""
    return tuple(
        PriceStep(later.month if later.is_promotion_end else later.starts, later.price_pence)
        for later in printed_prices(offer, day)
    )
