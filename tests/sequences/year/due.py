"""What had to be heard of in a drawn year, and what must not be: from what the shops truly sold.

Knows scrapes, prices and outages; shares no code with planwatch. `heard.py` reads the messages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from tests.sequences.heard import News
from tests.sequences.shops import SHOPS, pounds
from tests.sequences.watching import Scrape
from tests.sequences.year.drawn import PARTIAL, SOURCES, UNREAD, Turn

WORTH_PENCE: Final = 100
_SWITCHES: Final = 3
_WITHIN: Final = timedelta(days=14)
_AT_REST: Final = 3
_AFTER_FAILURES: Final = 2


@dataclass
class Price:
    """One price: what it truly was at each reading, and what was heard of it.

    Attributes:
        heard: the price that a reader of all messages believes in.
        is_said_to_alternate: it was reported as alternating, and not yet as at rest.
    """

    heard: int | None = None
    is_said_to_alternate: bool = False
    _seen: list[tuple[datetime, int]] = field(default_factory=list)
    _is_excused: bool = False
    _rests: int = 0

    def take(self, at: datetime, value: int | None, news: Sequence[News]) -> Iterator[str]:
        """Take a reading, None where there was none, and what was said; yield what is wrong."""
        if value is None:
            yield from (f"{each} of what was not read" for each in news)
            return
        self._seen.append((at, value))
        if self.heard is None:
            self.heard = value
        if len(news) > 1:
            yield f"{len(news)} lines"
        must_alternate = self._has_switched_enough(self._rests)
        may_alternate = self._may_alternate()
        for each in news:
            yield from self._judge(each, value, may_alternate)
        if abs(value - self.heard) >= WORTH_PENCE and not may_alternate:
            yield f"{pounds(self.heard)} → {pounds(value)} is not reported"
        if must_alternate and not self.is_said_to_alternate:
            yield "is not said to alternate"
        if self.is_said_to_alternate and self._is_at_rest():
            yield f"is not said to be at rest at {pounds(value)}"
        if self._is_at_rest():
            self._rests = len(self._seen) - 1

    def _judge(self, news: News, value: int, may_alternate: bool) -> Iterator[str]:
        if news.kind == "alternates":
            if self.is_said_to_alternate or not may_alternate:
                yield f"{news} is said falsely, or twice"
            if {news.before, news.after} - {seen for _, seen in self._lately()}:
                yield f"{news}: it never had one of these prices"
            self.is_said_to_alternate = True
            return
        is_rest = self.is_said_to_alternate and self._is_at_rest()
        if news.kind not in ("moved", "stands again"):
            yield f"{news} is said falsely"
        elif (news.before, news.after) != (self.heard, value):
            yield f"{news}, where {self.heard} → {value} is true"
        elif news.kind == "stands again" and not is_rest:
            yield f"{news} is said falsely"
        elif self.is_said_to_alternate and not is_rest:
            yield f"{news} is said while it alternates"
        elif not is_rest and abs(value - (news.before or 0)) < WORTH_PENCE:
            yield f"{news} is not worth a word"
        self.heard = value
        self.is_said_to_alternate = False

    def _lately(self) -> list[tuple[datetime, int]]:
        last = self._seen[-1][0]
        return [(at, value) for at, value in self._seen if last - at <= _WITHIN]

    def _has_switched_enough(self, since: int = 0) -> bool:
        """Tell whether three switches between two prices end here, within fourteen days.

        Args:
            since: the reading from which on they count.
        """
        seen = self._seen[since:]
        switches = [
            (later[0], frozenset({before[1], later[1]}))
            for before, later in pairwise(seen)
            if before[1] != later[1]
        ][-_SWITCHES:]
        return (
            len(switches) == _SWITCHES
            and len({pair for _, pair in switches}) == 1
            and switches[-1][0] == seen[-1][0]
            and switches[-1][0] - switches[0][0] <= _WITHIN
        )

    def _may_alternate(self) -> bool:
        """Tell whether an alternation lasts: it has begun, and no price has come to rest since.

        Two prices on one day are enough; so are switches before the price last came to rest.
        """
        on_the_day = {value for at, value in self._seen if at.date() == self._seen[-1][0].date()}
        begins = self._has_switched_enough() or len(on_the_day) > 1
        self._is_excused = not self._is_at_rest() and (self._is_excused or begins)
        return self._is_excused

    def _is_at_rest(self) -> bool:
        values = [value for _, value in self._seen[-_AT_REST:]]
        return len(values) == _AT_REST and len(set(values)) == 1


@dataclass
class Health:
    """One source: the scrapes in a row that did not read it in full, and whether that was said."""

    failures: int = 0
    is_said: bool = False

    def take(self, is_good: bool, troubles: int, recoveries: int) -> Iterator[str]:
        """Take a scrape and the lines about the source after it; yield what is wrong."""
        due = (0, 0)
        self.failures = 0 if is_good else self.failures + 1
        if self.failures == _AFTER_FAILURES:
            due, self.is_said = (1, 0), True
        elif is_good and self.is_said:
            due, self.is_said = (0, 1), False
        if (troubles, recoveries) != due:
            yield f"{troubles} troubles and {recoveries} recoveries, {due} are due"


def find_faults(turns: Sequence[Turn], scrapes: Sequence[Scrape]) -> Iterator[str]:
    """Yield a sentence for all that was not reported, reported twice, late, or falsely."""
    prices: dict[str, Price] = {}
    health: dict[str, Health] = defaultdict(Health)
    for turn, scrape in zip(turns, scrapes, strict=True):
        when = turn.at.isoformat(timespec="minutes")
        if len(scrape.messages) > 1:
            yield f"{when}: {len(scrape.messages)} messages"
        said = _by_plan(scrape)
        for source in SOURCES:
            fault = turn.faults.get(source)
            told = health[source].take(
                fault is None,
                sum(source in line.lower() for line in scrape.troubles),
                sum(source in line.lower() for line in scrape.recoveries),
            )
            yield from (f"{when}: {source}: {wrong}" for wrong in told)
            for plan, value in _read(turn, source).items():
                price = prices.setdefault(plan, Price())
                wrongs = price.take(turn.at, value, said.pop(plan, []))
                yield from (f"{when}: {plan}: {wrong}" for wrong in wrongs)
        yield from (f"{when}: {news} is of no plan" for news in said.values())


def _by_plan(scrape: Scrape) -> dict[str, list[News]]:
    found: dict[str, list[News]] = defaultdict(list)
    for news in scrape.news:
        found[news.plan].append(news)
    return found


def _read(turn: Turn, source: str) -> dict[str, int | None]:
    """Return by label what a scrape read of a source; None where it could not."""
    cards = turn.sells[source]
    fault = turn.faults.get(source)
    read = 0 if fault else len(cards)
    if fault == PARTIAL:
        read = len(cards) - UNREAD
    return {
        SHOPS[source].label(card): card.pence if place < read else None
        for place, card in enumerate(cards)
    }
