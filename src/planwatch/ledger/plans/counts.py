"""How many plans are in force, and whose, without reading them: a dispatch must not wait."""

from __future__ import annotations

import json
from collections.abc import Collection

from planwatch.domain.phrasing import MARKET_CURRENCY
from planwatch.ledger.plans.changes import CURRENCY
from planwatch.ledger.store.connection import Ledger


def count_current_plans(ledger: Ledger) -> int:
    row = ledger.query_one("SELECT count(*) FROM plans WHERE withdrawn_at IS NULL")
    return int(row[0]) if row else 0


def known_brands(ledger: Ledger) -> list[str]:
    """Return the display names of brands with plans in force."""
    rows = ledger.query(
        "SELECT DISTINCT brand FROM plans WHERE withdrawn_at IS NULL ORDER BY brand"
    )
    return [row["brand"] for row in rows]


def brands_ever(ledger: Ledger) -> list[str]:
    """Return the display names of brands that ever had a plan."""
    rows = ledger.query("SELECT DISTINCT brand FROM plans ORDER BY brand")
    return [row["brand"] for row in rows]


def first_seen(
    ledger: Ledger, source: str | None = None, brands: Collection[str] = ()
) -> str | None:
    """Return when the first plan was seen, of a source or brands or of any; None before that."""
    row = ledger.query_one(
        "SELECT min(first_seen) FROM plans WHERE (:source IS NULL OR source = :source)"
        " AND (:brands = '[]' OR brand IN (SELECT value FROM json_each(:brands)))",
        {"source": source, "brands": json.dumps(list(brands))},
    )
    return row[0] if row else None


def first_seen_by_source(ledger: Ledger) -> dict[str, str]:
    """Return when the first plan of each source was seen."""
    rows = ledger.query(
        "SELECT source, min(first_seen) FROM plans GROUP BY source ORDER BY min(first_seen), source"
    )
    return dict(tuple(row) for row in rows)


def unverified_brands(ledger: Ledger) -> list[str]:
    """Return the brands whose plans in force are unverified, all of them."""
    rows = ledger.query(
        "SELECT brand FROM plans WHERE withdrawn_at IS NULL"
        " GROUP BY brand HAVING max(verified) = 0 ORDER BY brand"
    )
    return [row["brand"] for row in rows]


def brand_by_source(ledger: Ledger, sources: Collection[str]) -> dict[str, str]:
    """Return the brand that each of these sources has plans in force of."""
    rows = ledger.query(
        "SELECT source, min(brand) FROM plans WHERE withdrawn_at IS NULL GROUP BY source"
    )
    return {row[0]: row[1] for row in rows if row[0] in sources}


def count_by_source(ledger: Ledger) -> dict[str, tuple[int, int]]:
    """Return of each source how many plans are in force, and how many of them were absent lately.

    A source without any is left out.
    """
    rows = ledger.query(
        "SELECT source, count(*), sum(absences > 0) FROM plans"
        " WHERE withdrawn_at IS NULL GROUP BY source"
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def find_currency(ledger: Ledger, source: str) -> str:
    """Return what the plans of a source are priced in, also where the settings lack it now."""
    row = ledger.query_one(
        f"SELECT {CURRENCY} FROM plans AS p JOIN plan_versions AS v USING (version_id)"  # noqa: S608 - a constant
        " WHERE p.source = ? LIMIT 1",
        (source,),
    )
    return row[0] if row else MARKET_CURRENCY
