"""Plans whose cost moved within a period, each with its steps: what a chart of history shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from planwatch.domain.london import london_day
from planwatch.domain.plan import Plan
from planwatch.ledger.plans.read import plan_of_row
from planwatch.ledger.store.connection import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceMoves:
    """The cost of one plan over a period.

    Attributes:
        plan: as it was last seen in the period.
        steps: (day, effective pence) from which on each cost held, the earliest first;
            the first is not before the period. Two at least, each differs from the one before.
        last_seen: last day of the period on which a page showed it.
    """

    plan: Plan
    steps: tuple[tuple[date, int], ...]
    last_seen: date


def load_price_moves(ledger: Ledger, since: str, until: str) -> list[PriceMoves]:
    """Return the plans with more than one effective cost after `since` and not after `until`."""
    rows = ledger.query(
        "SELECT v.plan_id, v.first_seen, v.last_seen, v.effective_pence, v.content,"
        " p.source, p.brand, p.source_ref, p.url, p.verified"
        " FROM plan_versions AS v JOIN plans AS p USING (plan_id)"
        " WHERE v.last_seen >= :since AND v.first_seen <= :until AND v.plan_id IN ("
        "  SELECT plan_id FROM plan_versions"
        "  WHERE last_seen >= :since AND first_seen <= :until"
        "  GROUP BY plan_id HAVING min(effective_pence) < max(effective_pence))"
        " ORDER BY v.plan_id, v.first_seen, v.version_id",
        {"since": since, "until": until},
    )
    moves = []
    for _, group in groupby(rows, key=lambda row: row["plan_id"]):
        versions = list(group)
        newest = versions[-1]
        last_seen = london_day(min(newest["last_seen"], until))
        plan = plan_of_row(newest, last_seen.isoformat(), ledger.rules)
        seen = [
            (london_day(max(row["first_seen"], since)), int(row["effective_pence"]))
            for row in versions
        ]
        moves.append(PriceMoves(plan=plan, steps=_join_level(seen), last_seen=last_seen))
    return moves


def _join_level(seen: Sequence[tuple[date, int]]) -> tuple[tuple[date, int], ...]:
    """Leave out versions that changed something else than the cost."""
    return tuple(
        step for place, step in enumerate(seen) if not place or step[1] != seen[place - 1][1]
    )
