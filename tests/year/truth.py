"""What a ledger must hold after so many days, worked out from the calendar and the market alone.

A second telling of the rules in docs/explanation/outcomes.md, short enough to be read at a glance;
it shares no code with the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from planwatch.domain.plan import Plan
from tests.year.calendar import SALE, SOURCES, Day

Sells = Callable[[str, date, bool], Iterable[Plan]]
"""What a source sells on a day; True: at its sale."""

_FAILURES_TO_BE_BROKEN: Final = 2
_MANY: Final = 8


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """Something that is reported once: of a plan, or of a source whose `key` is empty."""

    day: str
    source: str
    kind: str
    key: str = ""
    before: int | None = None
    after: int | None = None


@dataclass(slots=True)
class _Standing:
    price_pence: int
    absences: int = 0
    is_gone: bool = False


@dataclass(slots=True)
class Expected:
    """What must have come of the days.

    Attributes:
        moves: headline prices that moved, plans withdrawn and relaunched.
        source_alerts: of sources: broken, recovered, big_move, fewer.
        outages: days on which no source gave a plan.
        scrapes: days with one.
        killed: days on which its worker is killed, and goes on a quarter of an hour later.
    """

    moves: list[Event] = field(default_factory=list)
    source_alerts: list[Event] = field(default_factory=list)
    outages: list[str] = field(default_factory=list)
    scrapes: list[str] = field(default_factory=list)
    killed: list[str] = field(default_factory=list)


def expect(days: Iterable[Day], sells: Sells) -> Expected:
    """Return what must have come of these days."""
    expected = Expected()
    sources = {source: _Source(source, sells, expected) for source in SOURCES}
    for day in days:
        if day.start == "off":
            continue
        at = day.day.isoformat()
        expected.scrapes.append(at)
        if day.start == "killed":
            expected.killed.append(at)
        good = [sources[source].live(day.day, day.faults.get(source)) for source in SOURCES]
        if not any(good):
            expected.outages.append(at)
    return expected


@dataclass(slots=True)
class _Source:
    """One source through the days."""

    source: str
    sells: Sells
    expected: Expected
    plans: dict[str, _Standing] | None = None
    state: str = "well"
    failures: int = 0

    def live(self, day: date, fault: str | None) -> bool:
        """Take one scrape; tell whether it was good."""
        at = day.isoformat()
        if fault is not None and fault != SALE:
            self.failures += 1
            if self.failures >= _FAILURES_TO_BE_BROKEN and self.state == "well":
                self.state = "broken"
                self.expected.source_alerts.append(Event(at, self.source, "broken"))
            return False
        self.failures = 0
        if self.state != "well":
            self.expected.source_alerts.append(Event(at, self.source, "recovered"))
            self.state = "well"
        prices = _cheapest(self.sells(self.source, day, fault == SALE))
        if self._is_big(prices):
            self.expected.source_alerts.append(Event(at, self.source, "big_move"))
        self._see(at, prices)
        return True

    def _is_big(self, prices: Mapping[str, int]) -> bool:
        """Tell whether most prices moved by more than 40 %, against what was seen last."""
        known = self.plans or {}
        common = [key for key in prices if key in known and not known[key].absences]
        moved = [
            key
            for key in common
            if abs(prices[key] - known[key].price_pence) > known[key].price_pence * 0.4
        ]
        return len(moved) * 2 > len(common)

    def _see(self, at: str, prices: Mapping[str, int]) -> None:
        if self.plans is None:
            self.plans = {key: _Standing(pence) for key, pence in prices.items()}
            return
        there = [key for key, plan in self.plans.items() if not plan.absences]
        missing = [key for key in there if key not in prices]
        if len(there) >= _MANY and len(missing) * 4 >= len(there):
            self.expected.source_alerts.append(Event(at, self.source, "fewer"))
        for key, pence in prices.items():
            plan = self.plans[key]  # the calendar launches nothing new
            if plan.is_gone:
                self._tell(at, "relaunched", key, None, pence)
            if plan.price_pence != pence:
                self._tell(at, "headline", key, plan.price_pence, pence)
            self.plans[key] = _Standing(pence)
        for key, plan in self.plans.items():
            if key in prices or plan.is_gone:
                continue
            plan.absences += 1
            if plan.absences == 2:
                plan.is_gone = True
                self._tell(at, "withdrawn", key, plan.price_pence, None)

    def _tell(self, at: str, kind: str, key: str, before: int | None, after: int | None) -> None:
        self.expected.moves.append(Event(at, self.source, kind, key, before, after))


def _cheapest(plans: Iterable[Plan]) -> dict[str, int]:
    """Return the headline of the cheapest offer of each plan, by its effective cost."""
    best: dict[str, Plan] = {}
    for plan in plans:
        known = best.get(plan.plan_key)
        if known is None or (plan.effective_pence, plan.price_pence) < (
            known.effective_pence,
            known.price_pence,
        ):
            best[plan.plan_key] = plan
    return {key: plan.price_pence for key, plan in best.items()}
