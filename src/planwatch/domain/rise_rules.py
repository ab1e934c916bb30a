"""The rule by which a brand's contract prices rise each year: dated data, handed in as a value.

Owns the shape of a rule and which rule holds for which plan. Refuses to guess: a brand without a
rule has none. What a rule does to a plan's price: `completion`. The table itself:
`planwatch.analysis.market.rise_table`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from planwatch.domain.allowance import Allowance
from planwatch.domain.schedule import add_months

SHORTEST_CONTRACT_MONTHS: Final = 12
"""Rules are about contracts of a year or more; shorter terms end before a rise is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiseRule:
    """One row of the table; None means *open*.

    Attributes:
        signed_from: first day of signing for which it holds; `signed_to` the last.
        rises_from: first day of the rises meant; `rises_to` the last.
        data_mb_from: least data; `data_mb_below` is the first amount that is too much.
        pence_a_year: 0 says that the price does not rise within the term.
        month: of each rise, with `day`; None only where there is no rise.
        halved: a month at half price has half the rise.
    """

    brand: str
    pence_a_year: int
    source: str
    note: str
    month: int | None = None
    day: int | None = None
    signed_from: date | None = None
    signed_to: date | None = None
    rises_from: date | None = None
    rises_to: date | None = None
    data_mb_from: int = 0
    data_mb_below: int | None = None
    halved: bool = False

    def __post_init__(self) -> None:
        if self.pence_a_year < 0:
            raise ValueError(f"a rise of {self.brand} is not negative")
        if self.pence_a_year and (self.month is None or self.day is None):
            raise ValueError(f"a rise of {self.brand} has a month and a day")

    def holds_for(self, brand: str, allowance: Allowance, signing: date) -> bool:
        """Tell whether a contract signed on that day, with that data, is one that is meant."""
        return (
            brand == self.brand
            and (self.signed_from is None or signing >= self.signed_from)
            and (self.signed_to is None or signing <= self.signed_to)
            and self._has_data(allowance)
        )

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


def find_rules(
    rules: Iterable[RiseRule], brand: str, allowance: Allowance, signing: date
) -> tuple[RiseRule, ...]:
    """Return the rules that hold for such a contract, in the order of the table; () for none."""
    return tuple(rule for rule in rules if rule.holds_for(brand, allowance, signing))


def parse_rules(table: Mapping[str, Any]) -> tuple[RiseRule, ...]:
    """Read the table.

    Raises:
        ValueError: a row without amount, source or note, or with a key that no rule has.
    """
    rows: Sequence[Mapping[str, Any]] = table["rule"]
    try:
        return tuple(RiseRule(**row) for row in rows)
    except TypeError as error:
        raise ValueError(f"a rise rule is not in shape: {error}") from error
