"""Which plans have a price of so much, now or in a former version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from planwatch.ledger.plans.changes import CURRENCY
from planwatch.ledger.store.connection import Ledger

_FIGURES: Final = {
    "effective": "p.effective_pence",
    "headline": "v.price_pence",
    "exit": "p.exit_price_pence",
}
"""What an amount may be of a plan in force, and where the ledger has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerPrice:
    """A price that a plan had at a source in a version that is no longer its own."""

    plan_id: int
    first_seen: str
    figures: tuple[str, ...]


def select_plans_at(
    ledger: Ledger, pence: int, currency: str | None = None
) -> list[tuple[int, tuple[str, ...]]]:
    """Return the plans in force with a price of so much: the id, and which of its figures are."""
    rows = ledger.query(
        f"SELECT p.plan_id, {_named_figures()} FROM plans AS p"  # noqa: S608 - constants
        " JOIN plan_versions AS v USING (version_id) WHERE p.withdrawn_at IS NULL"
        f" AND :pence IN ({', '.join(_FIGURES.values())})"
        f" AND (:currency IS NULL OR {CURRENCY} = :currency)"
        " ORDER BY p.brand, v.data_mb IS NULL, v.data_mb, v.term_months, p.plan_id",
        {"pence": pence, "currency": currency},
    )
    return [(row["plan_id"], _equal_to(row, pence)) for row in rows]


def select_former_prices(
    ledger: Ledger, pence: int, currency: str | None = None
) -> list[FormerPrice]:
    """Return the former versions of plans that had a price of so much, the newest first."""
    rows = ledger.query(
        "SELECT v.plan_id, v.first_seen, v.effective_pence AS effective, v.price_pence AS headline"  # noqa: S608 - a constant
        " FROM plan_versions AS v JOIN plans AS p USING (plan_id)"
        " WHERE :pence IN (v.effective_pence, v.price_pence)"
        " AND (v.version_id <> p.version_id OR p.withdrawn_at IS NOT NULL)"
        f" AND (:currency IS NULL OR {CURRENCY} = :currency)"
        " ORDER BY v.first_seen DESC, v.plan_id",
        {"pence": pence, "currency": currency},
    )
    return [
        FormerPrice(
            plan_id=row["plan_id"], first_seen=row["first_seen"], figures=_equal_to(row, pence)
        )
        for row in rows
    ]


def find_nearest_amounts(ledger: Ledger, pence: int, currency: str, most: int) -> list[int]:
    """Return the nearest amounts that a plan in force has, the nearest first; [] without plans."""
    parts = [
        f"SELECT {column} AS pence FROM plans AS p JOIN plan_versions AS v USING (version_id)"  # noqa: S608 - constants
        f" WHERE p.withdrawn_at IS NULL AND {CURRENCY} = :currency"
        for column in _FIGURES.values()
    ]
    rows = ledger.query(
        f"SELECT pence FROM ({' UNION '.join(parts)}) WHERE pence IS NOT NULL"  # noqa: S608 - constants
        " ORDER BY abs(pence - :pence), pence LIMIT :most",
        {"pence": pence, "currency": currency, "most": most},
    )
    return [row["pence"] for row in rows]


def _named_figures() -> str:
    return ", ".join(f"{column} AS {name}" for name, column in _FIGURES.items())


def _equal_to(row: Any, pence: int) -> tuple[str, ...]:
    return tuple(name for name in _FIGURES if name in row.keys() and row[name] == pence)  # noqa: SIM118 - a row has no `in`
