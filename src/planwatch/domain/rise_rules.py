"""The rule by which a brand's contract prices rise each year: dated data, handed in as a value.

Owns the shape of a rule and which rule holds for which plan. Refuses to guess: a brand without a
rule has none. What a rule does to a plan's price: `completion`. The table itself: `rise_table`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Literal, Protocol

from planwatch.domain.allowance import Allowance
from planwatch.domain.schedule import add_months
from planwatch.domain.slug import has_phrase

RiseKind = Literal["fixed", "stated", "variable"]
RISE_KINDS: Final[tuple[RiseKind, ...]] = ("fixed", "stated", "variable")

Misfit = Literal["signed_before", "signed_after", "data", "family", "condition"]

COMPLETION: Final = 1
"""Version of how rules complete a schedule: another one gives stored plans other costs."""
OLD_RULE_DAYS: Final = 180
"""A rule that was checked longer ago is marked: brands change theirs each year."""
SHORTEST_CONTRACT_MONTHS: Final = 12
"""Rules are about contracts of a year or more; shorter terms end before a rise is due."""


class Sold(Protocol):
    """What decides which rule holds for a plan."""

    @property
    def brand(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def variant(self) -> str: ...
    @property
    def condition(self) -> str | None: ...
    @property
    def allowance(self) -> Allowance: ...
    @property
    def as_of(self) -> date: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RiseRule:
    """One row of the table; None means *open*.

    Attributes:
        kind: `fixed`: the price does not rise within the term; `stated`: it rises each year by
            `pence_a_year`; `variable`: it may rise by an amount that nobody states.
        family: for a part of the brand: phrases of which the plan's name or variant has one
            ("Essential").
        condition: the same of the condition of the price ("Clubcard").
        signed_from: first day of signing for which it holds; `signed_to` the last.
        rises_from: first day of the rises meant; `rises_to` the last.
        data_mb_from: least data; `data_mb_below` is the first amount that is too much.
        month: of each stated rise, with `day`.
        halved: a month at half price has half the rise.
        source: where it was read; `checked` the day on which that was last done.
    """

    brand: str
    kind: RiseKind
    source: str
    checked: date
    note: str = ""
    pence_a_year: int = 0
    month: int | None = None
    day: int | None = None
    family: tuple[str, ...] = ()
    condition: tuple[str, ...] = ()
    signed_from: date | None = None
    signed_to: date | None = None
    rises_from: date | None = None
    rises_to: date | None = None
    data_mb_from: int = 0
    data_mb_below: int | None = None
    halved: bool = False

    def __post_init__(self) -> None:
        if self.kind not in RISE_KINDS:
            kinds = ", ".join(RISE_KINDS)
            raise ValueError(f"the kind of a rise rule is one of {kinds}, not {self.kind!r}")
        if not self.source:
            raise ValueError(f"a rise rule of {self.brand} has a source")
        if self.kind == "stated":
            if self.pence_a_year <= 0 or self.month is None or self.day is None:
                raise ValueError(f"a stated rise of {self.brand} has an amount, a month and a day")
        elif self.pence_a_year or self.month is not None or self.day is not None:
            raise ValueError(f"only a stated rise of {self.brand} has an amount and a day")

    def holds_for(self, plan: Sold) -> bool:
        """Tell whether a contract for the plan, signed on its day, is one that is meant."""
        return plan.brand == self.brand and next(self.find_misfits(plan), None) is None

    def find_misfits(self, plan: Sold) -> Iterator[Misfit]:
        """Yield in what a plan of the brand is not one that is meant; nothing where it is."""
        if self.signed_from is not None and plan.as_of < self.signed_from:
            yield "signed_before"
        if self.signed_to is not None and plan.as_of > self.signed_to:
            yield "signed_after"
        if not self._has_data(plan.allowance):
            yield "data"
        if not has_phrase(f"{plan.name} {plan.variant}", self.family):
            yield "family"
        if not has_phrase(plan.condition or "", self.condition):
            yield "condition"

    def is_old_on(self, day: date) -> bool:
        """Tell whether it was checked too long before the day to be relied on."""
        return (day - self.checked).days > OLD_RULE_DAYS

    @property
    def is_of_a_part(self) -> bool:
        """Tell whether it is about some plans of the brand, and goes before a general one."""
        return bool(self.family or self.condition)

    def _has_data(self, allowance: Allowance) -> bool:
        if allowance.data_mb is None:
            return self.data_mb_below is None
        below = self.data_mb_below
        return allowance.data_mb >= self.data_mb_from and (
            below is None or allowance.data_mb < below
        )

    def rise_days(self, signing: date, months: int) -> list[date]:
        """Return the days of the rises after `signing` that begin within `months` months."""
        if self.month is None or self.day is None or not self.pence_a_year:
            return []
        last = add_months(signing, months)
        days = [date(year, self.month, self.day) for year in range(signing.year, last.year + 1)]
        return [
            day
            for day in days
            if signing < day < last
            and (self.rises_from is None or day >= self.rises_from)
            and (self.rises_to is None or day <= self.rises_to)
        ]


def rule_record(rule: RiseRule, day: date) -> dict[str, Any]:
    """Return a rule in the documented JSON shape; see docs/reference/json.md.

    Args:
        day: the present, by which it is old or not.
    """
    record = {field.name: getattr(rule, field.name) for field in fields(rule)}
    return {
        **{name: _to_json(value) for name, value in record.items()},
        "pence_a_year": rule.pence_a_year if rule.kind == "stated" else None,
        "is_old": rule.is_old_on(day),
    }


def _to_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def find_rules(rules: Iterable[RiseRule], plan: Sold) -> tuple[RiseRule, ...]:
    """Return the rules that hold for such a contract, in the order of the table; () for none.

    A rule about a part of the brand's plans stands in place of those about all of them.
    """
    found = tuple(rule for rule in rules if rule.holds_for(plan))
    return tuple(rule for rule in found if rule.is_of_a_part) or found


def parse_rules(table: Mapping[str, Any]) -> tuple[RiseRule, ...]:
    """Read the table.

    Raises:
        ValueError: a row without kind, source or day of checking, or with a key that no rule has.
    """
    rows: Sequence[Mapping[str, Any]] = table["rule"]
    try:
        return tuple(RiseRule(**_values_of(row)) for row in rows)
    except TypeError as error:
        raise ValueError(f"a rise rule is not in shape: {error}") from error


def _values_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
