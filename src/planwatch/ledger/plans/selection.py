"""Which plans in force pass a filter, and in which order: found by SQL, before any plan is built.

A market may be large, and the screen shows a few rows of it. The plans: `ledger/plans/read.py`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planwatch.domain.london import show_day
from planwatch.domain.plan import Generation, Roaming
from planwatch.ledger.plans.counts import known_brands
from planwatch.ledger.store.connection import Ledger

ROAMING_AT_LEAST: Final[Mapping[str, Sequence[Roaming]]] = {
    "none": ("none",),
    "eu": ("eu", "global"),
    "global": ("global",),
}
"""The roaming of the plans that --roaming lets pass, by its value."""
SORTS: Final[Mapping[str, str]] = {
    "brand": "by brand, data and term",
    "price": "headline price",
    "effective": "effective monthly cost",
    "data": "most data first",
}
_FIRST: Final = {
    "brand": "",
    "price": "v.price_pence,",
    "effective": "p.effective_pence,",
    "data": "v.data_mb IS NOT NULL, v.data_mb DESC,",
}
_MARKET_ORDER: Final = (
    "b.place, v.data_mb IS NULL, v.data_mb, v.term_months, p.effective_pence,"
    " p.source || ':' || p.plan_key"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFilter:
    """Which plans to show; None and empty mean any. Data in MB, costs in pence a month.

    Attributes:
        cost_pence_max: of the effective cost.
        roaming, generations: those that pass; None among them is *not stated*.
    """

    brands: Sequence[str] = ()
    source: str | None = None
    data_mb_min: int | None = None
    unlimited: bool = False
    term_months: int | None = None
    term_months_max: int | None = None
    cost_pence_max: int | None = None
    roaming: Sequence[Roaming | None] = ()
    generations: Sequence[Generation | None] = ()


def select_plans(ledger: Ledger, wanted: PlanFilter, sort: str = "brand") -> list[int]:
    """Return the ids of the plans in force that pass, in one of `SORTS`, then the market's order.

    Costs are those of the day on which each plan was last seen.
    """
    return [row["plan_id"] for row in _select(ledger, wanted, sort)]


def select_versions(ledger: Ledger) -> list[tuple[int, str]]:
    """Return the version of each plan in force and the day it was last seen, in market order."""
    rows = _select(ledger, PlanFilter(), "brand")
    return [(row["version_id"], show_day(row["last_seen"])) for row in rows]


def _select(ledger: Ledger, wanted: PlanFilter, sort: str) -> list[sqlite3.Row]:
    conditions, parameters = _conditions_of(wanted)
    return ledger.query(
        # brands are ordered here: SQLite's own lower() knows ASCII alone
        "WITH b (brand, place) AS (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]')"  # noqa: S608 - constants
        " FROM json_each(:brands))"
        " SELECT p.plan_id, p.version_id, p.last_seen"
        " FROM plans AS p JOIN plan_versions AS v USING (version_id) JOIN b USING (brand)"
        f" WHERE p.withdrawn_at IS NULL {conditions} ORDER BY {_FIRST[sort]} {_MARKET_ORDER}",
        {**parameters, "brands": json.dumps(_place_brands(known_brands(ledger), wanted.brands))},
    )


def _place_brands(known: Sequence[str], wanted: Sequence[str]) -> list[tuple[str, int]]:
    """Return the brands asked for, each with its place; two that differ in case share one."""
    chosen = [brand for brand in known if not wanted or brand in wanted]
    places = {name: place for place, name in enumerate(sorted({name.lower() for name in chosen}))}
    return [(brand, places[brand.lower()]) for brand in chosen]


def _conditions_of(wanted: PlanFilter) -> tuple[str, dict[str, Any]]:
    parts = {
        "p.source = :source": ("source", wanted.source),
        "v.data_mb IS NULL AND :unlimited": ("unlimited", wanted.unlimited or None),
        "(v.data_mb IS NULL OR v.data_mb >= :data_mb_min)": ("data_mb_min", wanted.data_mb_min),
        "v.term_months = :term_months": ("term_months", wanted.term_months),
        "v.term_months <= :term_months_max": ("term_months_max", wanted.term_months_max),
        "p.effective_pence <= :cost_pence_max": ("cost_pence_max", wanted.cost_pence_max),
        _one_of("roaming"): ("roaming", _listed(wanted.roaming)),
        _one_of("generation"): ("generation", _listed(wanted.generations)),
    }
    given = {part: named for part, named in parts.items() if named[1] is not None}
    return "".join(f" AND {part}" for part in given), dict(given.values())


def _one_of(field: str) -> str:
    """Return the condition that a field of a version's content is one of those listed."""
    stated = f"coalesce(json_extract(v.content, '$.{field}'), '')"
    return f"{stated} IN (SELECT value FROM json_each(:{field}))"  # noqa: S608 - constants


def _listed(values: Sequence[str | None]) -> str | None:
    """Return values as a list in JSON, '' for what is not stated; None where any passes."""
    return json.dumps([value or "" for value in values]) if values else None
