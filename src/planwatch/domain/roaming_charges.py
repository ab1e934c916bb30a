"""What days in the EU cost with a plan: dated data, for costs with so many days abroad.

It answers that one question. What a plan's own page says of roaming goes before it, and nothing
here fills or changes `Plan.roaming`. Where nothing is known, the charge is None, never 0.
"""

from __future__ import annotations

import pkgutil
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, Literal

from planwatch.domain.plan import Plan
from planwatch.domain.slug import has_phrase

ChargeKind = Literal["included", "daily", "pass"]
CHARGE_KINDS: Final[tuple[ChargeKind, ...]] = ("included", "daily", "pass")
_PACKAGED: Final = "data/roaming_charges.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoamingCharge:
    """One row of the table: what a brand takes for the use of a plan in the EU.

    Attributes:
        kind: `included`: nothing; `daily`: `pence_a_day`; `pass`: `pence_a_pass` for each
            `pass_days` days. An amount that is None is not known.
        holds_from: first day of the charge; `holds_to` the last, None where it still holds.
        family: for a part of the brand: phrases of which the plan's name or variant has one.
        cap_mb: data that may be used in the EU; None where that is not stated.
        source: where it was read; `checked` the day on which that was last done.
    """

    brand: str
    kind: ChargeKind
    holds_from: date
    source: str
    checked: date
    holds_to: date | None = None
    family: tuple[str, ...] = ()
    pence_a_day: int | None = None
    pence_a_pass: int | None = None
    pass_days: int | None = None
    cap_mb: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.kind not in CHARGE_KINDS:
            kinds = ", ".join(CHARGE_KINDS)
            raise ValueError(f"the kind of a roaming charge is one of {kinds}, not {self.kind!r}")
        if not self.source:
            raise ValueError(f"a roaming charge of {self.brand} has a source")
        if self.holds_to is not None and self.holds_to < self.holds_from:
            raise ValueError(f"a roaming charge of {self.brand} ends before it begins")
        if self.pence_a_day is not None and (self.kind != "daily" or self.pence_a_day <= 0):
            raise ValueError(f"only a daily charge of {self.brand} has an amount a day, above 0")
        if (self.kind == "pass") != (self.pass_days is not None and self.pass_days > 0):
            raise ValueError(f"a pass of {self.brand}, and nothing else, is for a number of days")
        if self.pence_a_pass is not None and (self.kind != "pass" or self.pence_a_pass <= 0):
            raise ValueError(f"only a pass of {self.brand} has an amount, above 0")

    def holds_for(self, plan: Plan, day: date) -> bool:
        """Tell whether it is about the plan, and in force on the day."""
        return (
            plan.brand == self.brand
            and self.holds_from <= day
            and (self.holds_to is None or day <= self.holds_to)
            and has_phrase(f"{plan.name} {plan.variant}", self.family)
        )

    def pence_for(self, days: int) -> int | None:
        """Return what so many days cost in pence; None where the amount is not known."""
        if self.kind == "included":
            return 0
        if self.kind == "daily":
            return None if self.pence_a_day is None else days * self.pence_a_day
        if self.pence_a_pass is None or self.pass_days is None:
            return None
        return -(-days // self.pass_days) * self.pence_a_pass


def find_charge(plan: Plan, day: date, charges: Iterable[RoamingCharge]) -> RoamingCharge | None:
    """Return the charge for the plan on a day; None where the table has none.

    One about a part of the brand stands in place of those about all of it; of two that hold, the
    one that began later is meant.
    """
    found = [charge for charge in charges if charge.holds_for(plan, day)]
    return max(found, key=lambda each: (bool(each.family), each.holds_from), default=None)


def trip_pence(
    plan: Plan, days: int, day: date, charges: Iterable[RoamingCharge] | None = None
) -> int | None:
    """Return what so many days in the EU cost on top of the plan, in pence.

    Args:
        day: on which the charges are those in force.
        charges: the table that comes with the package by default.

    Returns:
        0 where the plan's page says that it roams there; None where no charge is known, or where
        the table says "included" of a plan whose page says that it does not roam.

    Source: docs/reference/formulas.md, "Days in the EU".
    """
    if plan.roaming in ("eu", "global"):
        return 0
    charge = find_charge(plan, day, load_roaming_charges() if charges is None else charges)
    if charge is None or (charge.kind == "included" and plan.roaming == "none"):
        return None
    return charge.pence_for(days)


def parse_charges(table: Mapping[str, Any]) -> tuple[RoamingCharge, ...]:
    """Read the table.

    Raises:
        ValueError: a row without kind, day, source or day of checking, or with an unknown key.
    """
    try:
        return tuple(
            RoamingCharge(**{**row, "family": tuple(row.get("family", ()))})
            for row in table["charge"]
        )
    except TypeError as error:
        raise ValueError(f"a roaming charge is not in shape: {error}") from error


@cache
def load_roaming_charges() -> tuple[RoamingCharge, ...]:
    """Return the charges that come with the package, each with its source."""
    text = pkgutil.get_data("planwatch.domain", _PACKAGED) or b""
    return parse_charges(tomllib.loads(text.decode()))
