"""Tells a value that moved from one that goes back and forth: an A/B test, a page that flaps.

Pure: what was seen of one figure of one plan goes in, what is known of it comes out. Values are
JSON values and are compared as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

WINDOW: Final = timedelta(days=14)
"""Switches further apart are no alternation."""
_DAY: Final = len("2026-11-16")
_SWITCHES: Final = 3
_MOST_VALUES: Final = 3
SCRAPES_TO_END: Final = 3
"""Good scrapes in a row that must show one value for an alternation to have ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A value and the instant of the scrape that first showed it."""

    at: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What is known of one figure of one plan.

    Attributes:
        spells: the values of the last 14 days in the order in which they were seen; the last one
            stands now. One at least.
        alternating_since: when the scrape saw that it alternates; None where the value stands.
        stood: good scrapes in a row that showed the present value, counted while it alternates.
    """

    spells: tuple[Spell, ...]
    alternating_since: str | None = None
    stood: int = 0

    @property
    def value(self) -> Any:
        return self.spells[-1].value

    @property
    def alternating(self) -> tuple[Any, ...]:
        """Return the different values of `spells`, in the order of their first one."""
        values: list[Any] = []
        for spell in self.spells:
            if spell.value not in values:
                values.append(spell.value)
        return tuple(values)


def observe(
    figure: Figure, value: Any, at: str, *, seen_at: str, is_good: bool, may_flip_in_a_day: bool
) -> Figure:
    """Return what is known after one more scrape has shown a value.

    A first return to an earlier value is a move like any other. The third switch between the same
    values within 14 days begins an alternation, and so do two values on one day. It ends when one
    value has stood for three good scrapes, or with a value that is none of those that alternate.

    Args:
        at: instant of the scrape; not before those seen earlier.
        seen_at: when the value that stood until now was seen last.
        is_good: False where the source was not read in full: such a scrape cannot end one.
        may_flip_in_a_day: two values on one day are an alternation without any return.
    """
    if value == figure.value:
        return _stand(figure, is_good=is_good)
    recent = _within_window(figure.spells, at)
    new = Spell(at=at, value=value)
    spells = (*recent, new)
    since = figure.alternating_since
    if since is None or all(spell.value != value for spell in recent):
        begin = _find_begin(spells)
        if begin is None and may_flip_in_a_day and seen_at[:_DAY] == at[:_DAY]:
            begin = len(spells) - 2
        since = None if begin is None else at
        spells = spells[begin or 0 :]
    return Figure(spells=spells, alternating_since=since, stood=int(is_good) if since else 0)


def correct(figure: Figure, value: Any) -> Figure:
    """Return the figure whose present value was misread: it did not move."""
    *earlier, last = figure.spells
    if earlier and earlier[-1].value == value:
        return replace(figure, spells=tuple(earlier))
    return replace(figure, spells=(*earlier, replace(last, value=value)))


def _stand(figure: Figure, *, is_good: bool) -> Figure:
    if figure.alternating_since is None or not is_good:
        return figure
    stood = figure.stood + 1
    if stood < SCRAPES_TO_END:
        return replace(figure, stood=stood)
    return Figure(spells=figure.spells[-1:])


def _within_window(spells: Sequence[Spell], at: str) -> tuple[Spell, ...]:
    """Leave out the spells that had ended 14 days before an instant."""
    first = datetime.fromisoformat(at) - WINDOW
    ends = [datetime.fromisoformat(after.at) for after in spells[1:]]
    recent = [spell for spell, end in zip(spells, ends, strict=False) if end >= first]
    return (*recent, spells[-1])


def _find_begin(spells: Sequence[Spell]) -> int | None:
    """Return the spell with which the alternation began that the last one shows, None without one.

    Two values alternate with the third switch between them; three with a switch made again. A price
    that creeps down and back makes many switches, and each of them twice at most.
    """
    switches = [(before.value, after.value) for before, after in pairwise(spells)]
    last = switches[-1]
    same_pair = [place for place, each in enumerate(switches) if each in (last, last[::-1])]
    if len(same_pair) >= _SWITCHES:
        return same_pair[-_SWITCHES]
    again = [place for place in same_pair[:-1] if switches[place] == last]
    if again and len(Figure(spells=tuple(spells[again[-1] :])).alternating) <= _MOST_VALUES:
        return again[-1]
    return None
