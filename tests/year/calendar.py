"""What happens on each day of a simulated year, drawn once from a seed and then fixed.

Prices move, plans go and come back, sources break for some days, workers are killed, commands are
started twice and the machine is off now and then.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

from tests.support.market.faults import at_price
from tests.support.market.offer import Offer
from tests.support.market.plans import BASE

SOURCES: Final = ("ee", "giffgaff", "smarty", "uswitch")
FIRST: Final = date(2026, 11, 23)
FAILURES: Final = ("500", "403", "renamed", "challenge", "login", "robots_500", "truncated")
DOUBTS: Final = ("half", "empty", "times_ten")
SALE: Final = "sale"
_QUIET_DAYS: Final = 4  # a baseline of good days before the first fault
_MOVES_A_DAY: Final = 0.02
_STEPS_PENCE: Final = (-300, -200, -100, 100, 200, 300)
_LEAST_PENCE: Final = 400
_MOST_PENCE: Final = 6_000

Start = Literal["once", "twice", "killed", "off"]


@dataclass(frozen=True, slots=True)
class Day:
    """One day.

    Attributes:
        start: how the scrape is started; "off" is a day without one.
        faults: what is wrong with a source, by its id.
    """

    day: date
    start: Start
    faults: dict[str, str]


class Prices:
    """What each source sells on each day; the recorded market on the first, then it moves."""

    def __init__(self, days: int, seed: int) -> None:
        self._by_day: dict[date, dict[str, tuple[Offer, ...]]] = {}
        drawn = random.Random(seed)
        gone: dict[str, dict[str, tuple[Offer, int]]] = {source: {} for source in SOURCES}
        stock = {source: {offer.ref: offer for offer in BASE[source]} for source in SOURCES}
        for number in range(days):
            if number:
                for source in SOURCES:
                    _move(stock[source], gone[source], source, drawn)
            self._by_day[FIRST + timedelta(number)] = {
                source: tuple(sorted(offers.values(), key=lambda offer: offer.ref))
                for source, offers in stock.items()
            }

    def offers_on(self, source: str, day: date) -> tuple[Offer, ...]:
        return self._by_day[day][source]


def _move(
    stock: dict[str, Offer], gone: dict[str, tuple[Offer, int]], source: str, drawn: random.Random
) -> None:
    """Move some offers; what was taken from sale comes back after its days."""
    for ref, (offer, left) in list(gone.items()):
        if left:
            gone[ref] = (offer, left - 1)
        else:
            stock[ref] = offer
            del gone[ref]
    for ref in list(stock):
        chance = drawn.random()
        if chance < _MOVES_A_DAY:
            stock[ref] = _reprice(stock[ref], drawn.choice(_STEPS_PENCE))
        elif chance > 1 - _MOVES_A_DAY / 10 and source != "uswitch" and len(gone) < 2:
            gone[ref] = (stock.pop(ref), drawn.randint(3, 20))


def _reprice(offer: Offer, by_pence: int) -> Offer:
    if offer.promo_months is not None or offer.list_price_pence is not None:
        return offer
    to_pence = offer.price_pence + by_pence
    if not _LEAST_PENCE <= to_pence <= _MOST_PENCE:
        return offer
    moved = at_price(offer, lambda pence: pence + by_pence)
    return replace(moved, clubcard_pence=offer.clubcard_pence)


def draw_days(count: int, seed: int) -> Iterator[Day]:
    """Yield the days in order; the last is a good one."""
    drawn = random.Random(seed + 1)
    ill: dict[str, tuple[str, int]] = {}
    for number in range(count):
        day = FIRST + timedelta(number)
        is_calm = number < _QUIET_DAYS or number == count - 1
        for source in list(ill):
            fault, left = ill.pop(source)
            if left:
                ill[source] = (fault, left - 1)
        if is_calm:
            ill.clear()
        else:
            _fall_ill(ill, number, drawn)
        start: Start = "once" if is_calm else _draw_start(drawn)
        yield Day(day, start, {source: fault for source, (fault, _) in ill.items()})


def _fall_ill(ill: dict[str, tuple[str, int]], number: int, drawn: random.Random) -> None:
    for source in SOURCES:
        if source not in ill and drawn.random() < 1 / 14:
            fault = drawn.choice((*FAILURES, *FAILURES, *DOUBTS))
            ill[source] = (fault, drawn.choice((0, 0, 1, 2, 4)))
    if number % 90 == 8:  # nobody answers for two days
        ill.update(dict.fromkeys(SOURCES, ("500", 1)))
    if number % 120 == 15:
        ill["giffgaff"] = (SALE, 3)


def _draw_start(drawn: random.Random) -> Start:
    chance = drawn.random()
    if chance < 0.06:
        return "killed"
    if chance < 0.12:
        return "twice"
    return "off" if chance < 0.14 else "once"
