"""What a careful person would want to hear of one price, worked out from the true prices alone.

Such a person remembers the price that was last reported. A move is worth a word once it is large
enough against that price. A price that goes to and fro between two values is worth one word, and
another when it has come to rest. Shares no code with planwatch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from tests.sequences.heard import News, alternates, moved, stands_again

Enough = Callable[[int, int], bool]
"""Whether a move from one price to another is worth a word."""

SWITCHES: Final = 3
WITHIN: Final = timedelta(days=14)
AT_REST: Final = 3


def by_pence(least: int) -> Enough:
    return lambda before, after: abs(after - before) >= least


def by_percent(least: float) -> Enough:
    return lambda before, after: abs(after - before) * 100 >= least * before


def due_moves(plan: str, values: Sequence[int], is_enough: Enough) -> dict[int, list[News]]:
    """Return what is due of a price that never goes to and fro, by the number of the scrape."""
    due: dict[int, list[News]] = {}
    reported = values[0]
    for number, value in enumerate(values):
        if value != reported and is_enough(reported, value):
            due[number] = [moved(plan, reported, value)]
            reported = value
    return due


@dataclass
class Listener:
    """Somebody who follows one price through good scrapes.

    Attributes:
        is_hasty: two prices on one day are enough to speak of an alternation.
        reported: the price that was last reported, or the first one seen.
        is_alternating: the price goes to and fro, and has been reported as doing so.
    """

    plan: str
    is_enough: Enough
    is_hasty: bool = False
    reported: int | None = None
    is_alternating: bool = False
    _values: list[int] = field(default_factory=list)
    _seen_at: list[datetime] = field(default_factory=list)
    _switches: list[tuple[datetime, frozenset[int]]] = field(default_factory=list)

    def see(self, at: datetime, value: int) -> list[News]:
        """Take the price of a good scrape; return what is worth a word now."""
        self._note_switch(at, value)
        self._values.append(value)
        self._seen_at.append(at)
        if self.reported is None:
            self.reported = value
            return []
        if self.is_alternating:
            return self._come_to_rest(value) if self._is_at_rest() else []
        pair = self._pair_between(at)
        if pair and value in pair and self.is_enough(min(pair), max(pair)):
            self.is_alternating = True
            return [alternates(self.plan, min(pair), max(pair))]
        if value != self.reported and self.is_enough(self.reported, value):
            before, self.reported = self.reported, value
            return [moved(self.plan, before, value)]
        return []

    def _note_switch(self, at: datetime, value: int) -> None:
        if self._values and self._values[-1] != value:
            self._switches.append((at, frozenset({self._values[-1], value})))

    def _pair_between(self, at: datetime) -> frozenset[int] | None:
        """Return the two prices between which the last switches within the time took place."""
        if not self._switches or self._switches[-1][0] != at:
            return None
        if self.is_hasty and self._seen_at[-2].date() == at.date():
            return self._switches[-1][1]
        last = self._switches[-SWITCHES:]
        pairs = {pair for _, pair in last}
        if len(last) < SWITCHES or len(pairs) > 1 or at - last[0][0] > WITHIN:
            return None
        return pairs.pop()

    def _is_at_rest(self) -> bool:
        return len(set(self._values[-AT_REST:])) == 1

    def _come_to_rest(self, value: int) -> list[News]:
        self.is_alternating = False
        self._switches.clear()
        assert self.reported is not None
        before, self.reported = self.reported, value
        return (
            [stands_again(self.plan, value)]
            if before == value
            else [moved(self.plan, before, value)]
        )


def due_news(
    plan: str, values: Sequence[int], instants: Sequence[datetime], is_enough: Enough
) -> dict[int, list[News]]:
    """Return what is due of a price that may go to and fro, by the number of the scrape."""
    listener = Listener(plan, is_enough)
    due = {
        number: listener.see(at, value)
        for number, (at, value) in enumerate(zip(instants, values, strict=True))
    }
    return {number: news for number, news in due.items() if news}
