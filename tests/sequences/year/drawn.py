"""A nasty year at two shops, drawn once from a seed: everything at once, day after day.

Some prices creep by pence, some stand in two versions of a page, some have sales; every week a shop
cannot be read for some days, each time in another way.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tests.sequences.shops import Card
from tests.sequences.watching import DAY, FIRST

TIERS: Final = {"smarty": "Basic", "acme": "Lite"}
SOURCES: Final = tuple(TIERS)
PARTIAL: Final = "partial"
UNREAD: Final = 4
"""Of a partial scrape the last so many plans are not read: those that may go to and fro."""
_FAULTS: Final[Mapping[str, tuple[str, ...]]] = {
    "smarty": ("500", "403", "few", "redesigned", "truncated", "challenge", PARTIAL, PARTIAL),
    "acme": ("500", "403", "few", "redesigned", "truncated", "challenge", "reset"),
}
_CREEPING: Final = (5, 12, 23, 34)
_OTHERS: Final = (45, 56, 67, 78)
_EVENING: Final = timedelta(hours=12)
_QUIET_DAYS: Final = 5
_LAST_DAYS: Final = 7
_LEAST_PENCE: Final = 700
_MOST_PENCE: Final = 3_500
_REST_DAYS: Final = 9
"""Enough for three good scrapes in the worst of weeks."""


Path = Sequence[tuple[int, int]]
"""For each day the price in the morning and in the evening."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One scrape: what each shop truly sells, in which order, and what is wrong with it."""

    at: datetime
    sells: Mapping[str, tuple[Card, ...]]
    faults: Mapping[str, str]


def draw_turns(days: int, seed: int) -> list[Turn]:
    """Return the scrapes of so many days; the last week is a quiet one."""
    drawn = random.Random(seed)
    paths = {
        source: {gb: _draw_path(gb, days, drawn) for gb in (*_CREEPING, *_OTHERS)}
        for source in SOURCES
    }
    faults = _draw_faults(days, drawn)
    turns = []
    for day in range(days):
        is_quiet = day < _QUIET_DAYS or day >= days - _LAST_DAYS
        chance = 0.5 if is_quiet else drawn.random()
        if chance < 0.03:
            continue  # the machine is off
        for half in range(2 if chance > 0.9 else 1):
            turns.append(
                Turn(
                    at=FIRST + day * DAY + half * _EVENING,
                    sells={
                        source: _cards(tier, paths[source], day, half)
                        for source, tier in TIERS.items()
                    },
                    faults=faults[day],
                )
            )
    return turns


def _cards(tier: str, paths: Mapping[int, Path], day: int, half: int) -> tuple[Card, ...]:
    return tuple(Card(tier=tier, gb=gb, pence=path[day][half]) for gb, path in paths.items())


def _draw_path(gb: int, days: int, drawn: random.Random) -> Path:
    pence = gb * 20 + 800
    path = [(pence, pence)] * drawn.randint(_QUIET_DAYS, 2 * _QUIET_DAYS)
    draw = _draw_creep if gb in _CREEPING else _draw_restless
    while len(path) < days:
        path += draw(path[-1][1], drawn)
        pence = path[-1][1]
        path += [(pence, pence)] * drawn.randint(0 if gb in _CREEPING else _REST_DAYS, 20)
    pence = path[days - _LAST_DAYS][1]
    path[days - _LAST_DAYS :] = [(pence, pence)] * _LAST_DAYS
    return path[:days]


def _draw_creep(pence: int, drawn: random.Random) -> Iterator[tuple[int, int]]:
    """Yield a price that moves by some pence a day for weeks, or once by more."""
    step = drawn.choice((-60, -50, -20, -5, 5, 20, 50, 60, -130, 130, 250))
    for _ in range(1 if abs(step) > 100 else drawn.randint(5, 25)):
        if not _LEAST_PENCE <= pence + step <= _MOST_PENCE:
            step = -step
        pence += step
        yield pence, pence


def _draw_restless(pence: int, drawn: random.Random) -> list[tuple[int, int]]:
    """Return a sale of some days, or a page in two versions for some weeks."""
    by = drawn.choice((-300, -200, -150, 150, 200, 300))
    other = pence + (by if _LEAST_PENCE <= pence + by <= _MOST_PENCE else -by)
    if drawn.random() < 0.4:
        return [(other, other)] * drawn.randint(3, 6) + [(pence, pence)]
    values = (pence, other)
    shown: list[int] = []
    for _ in range(2 * drawn.randint(5, 20)):
        # never longer than two scrapes, so that it does not come to rest on its way
        again = shown[-1:] if shown[-2:] != shown[-1:] * 2 else []
        shown.append(drawn.choice([value for value in values if value not in shown[-1:]] + again))
    return list(zip(shown[::2], shown[1::2], strict=True))


def _draw_faults(days: int, drawn: random.Random) -> list[dict[str, str]]:
    faults: list[dict[str, str]] = [{} for _ in range(days)]
    for week in range(_QUIET_DAYS, days - _LAST_DAYS - 5, 7):
        source = drawn.choice(SOURCES)
        first = week + drawn.randint(0, 3)
        for day in range(first, first + drawn.randint(1, 3)):
            faults[day][source] = drawn.choice(_FAULTS[source])
    return faults
