"""What a source's new reading is held against: its last good counts, its prices, its pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from planwatch.domain.rise_table import RiseTable, load_rise_rules
from planwatch.ledger.pages.captures import last_good_hashes
from planwatch.ledger.store.connection import Ledger

LOOKED_BACK: Final = 5
ENOUGH: Final = 3
ACCEPTED: Final = "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What the ledger knows of a source.

    Attributes:
        counts: plans of the last good runs, the newest first; none before the newest one that a
            person accepted, which is the new normal.
        accepted: the oldest of `counts` is such a run.
        prices: headline prices in pence of the plans in force, by plan key.
        believed: those that a single price is held against; a price far from it waits for a person.
        list_prices: what the headline of some of them is a reduction of, in pence, by plan key.
        hashes: of the pages of the last good run.
        rules: rise rules, by which plans of this ledger are priced.
    """

    counts: tuple[int, ...] = ()
    accepted: bool = False
    prices: Mapping[str, int] = field(default_factory=dict)
    believed: Mapping[str, int] = field(default_factory=dict)
    list_prices: Mapping[str, int] = field(default_factory=dict)
    hashes: frozenset[str] = frozenset()
    rules: RiseTable = field(default_factory=load_rise_rules)

    @property
    def enough(self) -> bool:
        """Whether the counts are enough to call another one too small."""
        return len(self.counts) >= ENOUGH or self.accepted


def load_baseline(ledger: Ledger, source: str) -> Baseline:
    rows = ledger.query(
        "SELECT plans, flags FROM source_runs WHERE source = ?"
        " AND (outcome IN ('ok', 'unchanged') OR flags LIKE ?) ORDER BY run_id DESC LIMIT ?",
        (source, f'%"{ACCEPTED}"%', LOOKED_BACK),
    )
    counts: list[int] = []
    accepted = False
    for row in rows:
        counts.append(row["plans"])
        if ACCEPTED in json.loads(row["flags"]):
            accepted = True
            break
    prices = ledger.query(
        "SELECT plan_key, price_pence, list_price_pence FROM current_plans WHERE source = ?",
        (source,),
    )
    by_key = {row["plan_key"]: row["price_pence"] for row in prices}
    return Baseline(
        counts=tuple(counts),
        accepted=accepted,
        prices=by_key,
        believed=by_key,
        list_prices={
            row["plan_key"]: row["list_price_pence"] for row in prices if row["list_price_pence"]
        },
        hashes=last_good_hashes(ledger, source),
        rules=ledger.rules,
    )
