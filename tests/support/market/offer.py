"""What a shop of the market truly offers, and the later prices that its card prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

GB = 1000
UNLIMITED = None


@dataclass(frozen=True, slots=True)
class Rise:
    """A yearly rise in pence on a fixed day; a card prints `printed` of them, None means all."""

    yearly_pence: int
    month: int
    day: int
    printed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One offer of one plan; `data_mb` None is unlimited, `term_months` 0 is pay as you go.

    Attributes:
        ref: unique within the source and the same on every date; printed by some sources only.
        name: as the page prints it, "" where it prints none.
        list_price_pence: the former price, printed where the shop prints one.
        promo_months: how long `price_pence` stands instead of `list_price_pence`.
        base_data_mb: the allowance without a data promotion, where one runs.
        clubcard_pence: a second price for holders of the shop's card.
        incentive: a gift that is not taken off the bill.
    """

    ref: str
    brand: str
    data_mb: int | None
    term_months: int
    price_pence: int
    variant: str = ""
    name: str = ""
    list_price_pence: int | None = None
    promo_months: int | None = None
    base_data_mb: int | None = None
    upfront_pence: int = 0
    rise: Rise | None = None
    eu_roaming_mb: int | None = None
    max_speed_mbps: int | None = None
    perks: tuple[str, ...] = ()
    clubcard_pence: int | None = None
    retailer: str | None = None
    host_network: str | None = None
    incentive: str | None = None

    @property
    def is_promoted_to_the_end(self) -> bool:
        return self.promo_months == self.term_months


@dataclass(frozen=True, slots=True)
class LaterPrice:
    """From `starts` on the offer costs `price_pence`, for a contract signed on one day.

    `is_promotion_end` tells the end of a promotion from a rise, `month` is the month of the term.
    """

    starts: date
    month: int
    price_pence: int
    is_promotion_end: bool


def later_prices(offer: Offer, signed: date) -> tuple[LaterPrice, ...]:
    """Return the later prices within the minimum term, in order of date.

    A rise is halved while a half-price promotion runs, and a promotion that lasts to the end of the
    term counts as the price. A rolling plan has no later price.
    """
    promo_months = 0 if offer.is_promoted_to_the_end else offer.promo_months or 0
    full_pence = offer.price_pence
    if promo_months:
        assert offer.list_price_pence is not None, f"{offer.ref}: a promotion off which price?"
        full_pence = offer.list_price_pence
    share = offer.price_pence / full_pence
    found = []
    rises = 0
    for month in range(2, offer.term_months + 1):
        first = month_after(signed, month - 1)
        risen = _rise_billed_from(offer.rise, first)
        rises += risen is not None
        pence = full_pence + (offer.rise.yearly_pence * rises if offer.rise else 0)
        if month == promo_months + 1:
            found.append(LaterPrice(first, month, pence, is_promotion_end=True))
        elif risen:
            due = round(pence * share) if month <= promo_months else pence
            found.append(LaterPrice(risen, month, due, is_promotion_end=False))
    return tuple(found)


def printed_prices(offer: Offer, signed: date) -> tuple[LaterPrice, ...]:
    """Return those of the later prices that the card prints."""
    limit = offer.rise.printed if offer.rise else None
    return later_prices(offer, signed)[:limit]


def month_after(day: date, months: int) -> date:
    """Return the first day of the month that lies `months` after that of `day`."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)


def _rise_billed_from(rise: Rise | None, first: date) -> date | None:
    """Return the day of the rise whose first full month begins on `first`."""
    if rise is None:
        return None
    day = date(first.year, rise.month, rise.day)
    billed = day if day.day == 1 else month_after(day, 1)
    return day if billed == first else None
