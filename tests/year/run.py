"""A number of simulated days from their drawing to the oracle's word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from planwatch.domain.plan import Plan
from tests.support.market.faults import hold_a_sale
from tests.support.market.server import run_market
from tests.support.market.truth import plans_of
from tests.year.alerts import RULES, Received, find_unreported, run_receivers
from tests.year.calendar import FIRST, Day, Prices, draw_days
from tests.year.oracle import find_faults, sizes
from tests.year.simulation import Life
from tests.year.truth import Expected, expect

_HASTY: Final = {
    "PLANWATCH_FETCH__PACE_S": "0",
    "PLANWATCH_FETCH__RETRY_WAIT_S": "0",
    "PLANWATCH_FETCH__ATTEMPTS": "2",
    "PLANWATCH_FETCH__DEADLINE_S": "5",
}


@dataclass(frozen=True, slots=True)
class Lived:
    """What came of it; `faults` is empty when all is well."""

    home: Path
    received: Received
    expected: Expected
    faults: list[str]
    counts: dict[str, float]


def run_days(
    folder: Path, count: int, seed: int, *, tell: Callable[[Day], None] = lambda _: None
) -> Lived:
    """Live through so many days in a home below the folder, and examine what is left."""
    days, prices = list(draw_days(count, seed)), Prices(count, seed)

    def sells(source: str, day: date, on_sale: bool) -> tuple[Plan, ...]:
        offers = prices.offers_on(source, day)
        return plans_of(source, hold_a_sale(offers) if on_sale else offers, day)

    home = folder / "ein Jahr, geprüft" / "home"
    home.mkdir(parents=True, mode=0o700)
    config = home / "config.toml"
    config.write_text(RULES)
    config.chmod(0o600)
    with run_market(FIRST) as market, run_receivers() as received:
        market.offers = prices.offers_on
        life = Life(home, market, received, {**_HASTY, **received.settings})
        life.live(days, tell=tell)
    expected = expect(days, sells)
    faults = [
        *life.surprises,
        *find_faults(home, expected),
        *find_unreported(home, received, expected),
    ]
    counts = {
        "days": float(count),
        "scrapes": float(len(expected.scrapes)),
        "killed": float(life.killed),
        "commands": float(life.commands),
        "moves": float(len(expected.moves)),
        "source_alerts": float(len(expected.source_alerts)),
        "outages": float(len(expected.outages)),
        "messages": float(sum(map(len, received.messages.values()))),
        "digests": float(len(received.digests)),
        "pings": float(len(received.pings)),
        "deaf": float(received.deaf),
        **sizes(home),
    }
    return Lived(home, received, expected, faults, counts)
