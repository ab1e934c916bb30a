"""What happened in the market on a day, beside prices that moved: dated data, each with its source.

The days on which a brand's prices rise, and those from which new contracts rise by another amount,
follow from the rise rules (`rise_rules`) and are not written down a second time.
"""

from __future__ import annotations

import pkgutil
import tomllib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, Literal

from planwatch.domain.phrasing import format_date, format_pounds
from planwatch.domain.rise_rules import RiseRule
from planwatch.domain.rise_table import load_rise_rules
from planwatch.domain.schedule import add_months

EventKind = Literal["rise_announced", "rise", "free_exit", "regulation", "merger", "charter"]
EVENT_KINDS: Final[tuple[EventKind, ...]] = (
    "rise_announced",
    "rise",
    "free_exit",
    "regulation",
    "merger",
    "charter",
)
_PACKAGED: Final = "data/market_events.toml"
_LONGEST_CONTRACT_MONTHS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketEvent:
    """Something that happened, or will.

    Attributes:
        day: the day, or the first of a period; `last_day` is the last of it, None for one day.
        brands: whom it is about; () is the whole market.
        source: where it was read; `checked` the day on which that was last done.
    """

    day: date
    kind: EventKind
    text: str
    source: str
    checked: date
    last_day: date | None = None
    brands: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in EVENT_KINDS:
            kinds = ", ".join(EVENT_KINDS)
            raise ValueError(f"the kind of an event is one of {kinds}, not {self.kind!r}")
        if not self.source or not self.text:
            raise ValueError(f"the event of {self.day} has a text and a source")
        if self.last_day is not None and self.last_day < self.day:
            raise ValueError(f"the event of {self.day} ends before it begins")

    def is_in(self, since: date, until: date) -> bool:
        """Tell whether a day of it is in the period, which ends before `until`."""
        return self.day < until and since <= (self.last_day or self.day)


def events_between(
    since: date,
    until: date,
    brands: Collection[str] = (),
    *,
    recorded: Iterable[MarketEvent] | None = None,
    rules: Sequence[RiseRule] | None = None,
) -> list[MarketEvent]:
    """Return the events of a period, the earliest first.

    Args:
        since: first day; `until` is the first day after the period.
        brands: whose events are wanted; those of the whole market always are. Empty: everybody's.
        recorded: the events of the table, by default of the one that comes with the package.
        rules: the rise rules that others follow from; likewise.
    """
    table = load_market_events() if recorded is None else recorded
    ruled = load_rise_rules().rules if rules is None else rules
    found = [
        event
        for event in (*table, *_rule_changes(ruled), *_yearly_rises(ruled, since, until))
        if event.is_in(since, until)
        and (not brands or not event.brands or any(brand in brands for brand in event.brands))
    ]
    return sorted(found, key=lambda event: (event.day, event.brands, event.text))


def mark_events(since: date, until: date, brands: Collection[str] = ()) -> list[tuple[date, str]]:
    """Return the events of `events_between` for a chart: each day of the period, and the text."""
    return [(max(event.day, since), event.text) for event in events_between(since, until, brands)]


def _yearly_rises(rules: Iterable[RiseRule], since: date, until: date) -> Iterator[MarketEvent]:
    """Yield the day of each year on which the contracts of a brand rise, with the amounts."""
    due: dict[tuple[date, str], list[RiseRule]] = defaultdict(list)
    for rule in rules:
        if rule.is_of_a_part or rule.month is None or rule.day is None:
            continue
        for year in range(since.year, until.year + 1):
            day = date(year, rule.month, rule.day)
            if _has_contracts(rule, day):
                due[day, rule.brand].append(rule)
    for (day, brand), found in due.items():
        yield _ruled("rise", day, brand, f"yearly rise of {_amounts(found)} a month", found)


def _has_contracts(rule: RiseRule, day: date) -> bool:
    """Tell whether the rule raises, on a day, contracts that may still run."""
    end = rule.signed_to and add_months(rule.signed_to, _LONGEST_CONTRACT_MONTHS)
    return (
        (rule.signed_from is None or rule.signed_from < day)
        and (end is None or day < end)
        and (rule.rises_from is None or day >= rule.rises_from)
        and (rule.rises_to is None or day <= rule.rises_to)
    )


def _rule_changes(rules: Iterable[RiseRule]) -> Iterator[MarketEvent]:
    """Yield the days from which a brand's contracts rise by other amounts than before."""
    by_brand: dict[str, list[RiseRule]] = defaultdict(list)
    for rule in rules:
        if rule.kind == "stated" and not rule.is_of_a_part:
            by_brand[rule.brand].append(rule)
    for brand, stated in by_brand.items():
        for what, span in _SPANS.items():
            for day in sorted({start for rule in stated if (start := span(rule)[0])}):
                new = [rule for rule in stated if span(rule)[0] == day]
                old = [rule for rule in stated if _ends_before(span(rule)[1], day)]
                if old:
                    text = (
                        f"{what} {format_date(day)}: {_amounts(new)} a month more each year"
                        f" (before: {_amounts(old)})"
                    )
                    yield _ruled("rise_announced", day, brand, text, new)


_Span = Callable[[RiseRule], tuple[date | None, date | None]]
_SPANS: Final[Mapping[str, _Span]] = {
    "contracts signed from": lambda rule: (rule.signed_from, rule.signed_to),
    "rises from": lambda rule: (rule.rises_from, rule.rises_to),
}


def _ends_before(end: date | None, day: date) -> bool:
    """Tell whether the last day of a rule is the one before another day."""
    return end is not None and (day - end).days == 1


def _ruled(
    kind: EventKind, day: date, brand: str, text: str, rules: Sequence[RiseRule]
) -> MarketEvent:
    return MarketEvent(
        day=day,
        kind=kind,
        text=f"{brand}: {text}",
        source="; ".join(dict.fromkeys(rule.source for rule in rules)),
        checked=min(rule.checked for rule in rules),
        brands=(brand,),
    )


def _amounts(rules: Iterable[RiseRule]) -> str:
    pence = sorted({rule.pence_a_year for rule in rules})
    least, most = format_pounds(pence[0]), format_pounds(pence[-1])
    return least if least == most else f"{least} to {most}"


def parse_events(table: Mapping[str, Any]) -> tuple[MarketEvent, ...]:
    """Read the table.

    Raises:
        ValueError: a row without day, kind, text, source or day of checking, or with another key.
    """
    try:
        return tuple(
            MarketEvent(**{**row, "brands": tuple(row.get("brands", ()))}) for row in table["event"]
        )
    except TypeError as error:
        raise ValueError(f"a market event is not in shape: {error}") from error


@cache
def load_market_events() -> tuple[MarketEvent, ...]:
    """Return the events that come with the package, each with its source."""
    text = pkgutil.get_data("planwatch.domain", _PACKAGED) or b""
    return parse_events(tomllib.loads(text.decode()))
