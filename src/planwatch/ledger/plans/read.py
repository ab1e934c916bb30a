"""Plans as they stand, and as they were: read side. Writing is in `ledger/plans/write.py`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from planwatch.domain.london import london_day
from planwatch.domain.plan import Plan
from planwatch.domain.record import offer_record, plan_from_content, plan_record
from planwatch.domain.rise_table import RiseTable
from planwatch.ledger.store.connection import Ledger

_SELECT: Final = (
    "SELECT p.plan_id, p.plan_key, p.source, p.brand, p.source_ref, p.url, p.verified,"
    " p.first_seen, p.last_seen, p.absences, p.withdrawn_at,"
    " v.version_id, v.content, v.digest"
    " FROM plans AS p JOIN plan_versions AS v USING (version_id)"
)
_SELECT_OFFERS: Final = (
    "SELECT o.plan_id, o.offer_key, o.content, o.url, o.verified, o.last_seen, p.source, p.brand"
    " FROM offers AS o JOIN plans AS p USING (plan_id)"
)
VERSION_COLUMNS: Final = "v.content, p.source, p.brand, p.source_ref, p.url, p.verified"
"""What `plan_of_row` needs of a version and its plan, which `v` and `p` name in a query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlan:
    """A plan with its history in the ledger, as its cheapest offer in force has it.

    `last_seen` and `plan.as_of` are when that offer was last seen.
    """

    plan: Plan
    plan_id: int
    version_id: int
    plan_key: str
    digest: str
    first_seen: str
    last_seen: str
    absences: int
    withdrawn_at: str | None

    @property
    def ref(self) -> str:
        """The id by which analyses and facts name the plan: source and key."""
        return f"{self.plan.source}:{self.plan_key}"

    @property
    def has_own_key(self) -> bool:
        """Tell whether its key still means it: another plan may have taken it."""
        return "~" not in self.plan_key


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOffer:
    """One offer in force of a plan; `plan.as_of` is the day it was last seen."""

    plan: Plan
    last_seen: str


def load_current_plans(ledger: Ledger) -> list[StoredPlan]:
    """Return the plans in force, by brand, data and term; those withdrawn are left out."""
    rows = ledger.query(f"{_SELECT} WHERE p.withdrawn_at IS NULL")
    return sort_plans(stored_plan(row, ledger.rules) for row in rows)


def load_plans(ledger: Ledger, plan_ids: Sequence[int]) -> list[StoredPlan]:
    """Return plans by their ids, in that order; one that is gone is left out."""
    rows = ledger.query(
        f"{_SELECT} WHERE p.plan_id IN (SELECT value FROM json_each(?))",  # noqa: S608 - a constant
        (json.dumps(list(plan_ids)),),
    )
    by_id = {row["plan_id"]: row for row in rows}
    return [stored_plan(by_id[plan_id], ledger.rules) for plan_id in plan_ids if plan_id in by_id]


def sort_plans(plans: Iterable[StoredPlan]) -> list[StoredPlan]:
    """Order plans by brand, data and term."""
    return sorted(
        plans,
        key=lambda stored: (
            stored.plan.brand.lower(),
            stored.plan.allowance.sort_key,
            stored.plan.term_months,
            stored.plan.effective_pence,
            stored.ref,
        ),
    )


def load_plans_of_source(ledger: Ledger, source: str) -> list[StoredPlan]:
    """Return every plan that a source ever showed, those withdrawn included."""
    rows = ledger.query(f"{_SELECT} WHERE p.source = ?", (source,))
    return [stored_plan(row, ledger.rules) for row in rows]


def load_versions(ledger: Ledger, snapshot: Sequence[tuple[int, str]]) -> list[Plan]:
    """Return the plans of a snapshot: (version id, day of capture) pairs, in that order."""
    wanted = json.dumps([version_id for version_id, _ in snapshot])
    rows = ledger.query(
        f"SELECT v.version_id, {VERSION_COLUMNS}"  # noqa: S608 - a constant
        " FROM plan_versions AS v JOIN plans AS p USING (plan_id)"
        " WHERE v.version_id IN (SELECT value FROM json_each(?))",
        (wanted,),
    )
    by_id = {row["version_id"]: row for row in rows}
    return [plan_of_row(by_id[version_id], as_of, ledger.rules) for version_id, as_of in snapshot]


def load_offers_of_source(ledger: Ledger, source: str) -> dict[int, dict[str, StoredOffer]]:
    """Return the offers in force of a source, by plan id and offer key."""
    rows = ledger.query(
        f"{_SELECT_OFFERS} WHERE p.source = ? AND o.withdrawn_at IS NULL", (source,)
    )
    offers: dict[int, dict[str, StoredOffer]] = {}
    for row in rows:
        offer = StoredOffer(plan=_offer(row, ledger.rules), last_seen=row["last_seen"])
        offers.setdefault(row["plan_id"], {})[row["offer_key"]] = offer
    return offers


def load_offers(
    ledger: Ledger, plan_ids: Sequence[int], signing: date | None = None
) -> dict[int, list[dict[str, Any]]]:
    """Return the offers in force of each of these plans that has more, the cheapest first.

    Args:
        signing: day for which costs are computed; None is the day each offer was last seen.
    """
    rows = ledger.query(
        f"{_SELECT_OFFERS} WHERE o.withdrawn_at IS NULL AND o.plan_id IN (SELECT plan_id"  # noqa: S608 - a constant
        " FROM offers WHERE withdrawn_at IS NULL AND plan_id IN (SELECT value FROM json_each(?))"
        " GROUP BY plan_id HAVING count(*) > 1)",
        (json.dumps(list(plan_ids)),),
    )
    offers: dict[int, list[Plan]] = {}
    for row in rows:
        offer = _offer(row, ledger.rules)
        signed = offer if signing is None else offer.signed_on(signing)
        offers.setdefault(row["plan_id"], []).append(signed)
    return {
        plan_id: [
            offer_record(offer)
            for offer in sorted(group, key=lambda offer: offer.cheapness_on(offer.as_of))
        ]
        for plan_id, group in offers.items()
    }


def stored_plan_record(stored: StoredPlan, offers: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the documented JSON of a plan in the ledger."""
    return {
        **plan_record(stored.plan),
        "plan_key": stored.plan_key,
        "offers": offers,
        "first_seen": stored.first_seen,
        "last_seen": stored.last_seen,
    }


def stored_plan(row: sqlite3.Row, rules: RiseTable) -> StoredPlan:
    return StoredPlan(
        plan=plan_of_row(row, row["last_seen"], rules),
        plan_id=row["plan_id"],
        version_id=row["version_id"],
        plan_key=row["plan_key"],
        digest=row["digest"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        absences=row["absences"],
        withdrawn_at=row["withdrawn_at"],
    )


def plan_of_row(row: sqlite3.Row, seen: str, rules: RiseTable) -> Plan:
    """Return the plan of a version's row, with the plan's columns beside `content`.

    Args:
        seen: the instant, or the day, for which it is.
        rules: by which its schedule is completed.
    """
    # the id at the source may change without a new version
    content = {**json.loads(row["content"]), "source_ref": row["source_ref"]}
    return _rebuild(row, content, seen, rules)


def _offer(row: sqlite3.Row, rules: RiseTable) -> Plan:
    return _rebuild(row, json.loads(row["content"]), row["last_seen"], rules)


def _rebuild(row: sqlite3.Row, content: dict[str, Any], seen: str, rules: RiseTable) -> Plan:
    return plan_from_content(
        content,
        brand=row["brand"],
        source=row["source"],
        as_of=london_day(seen),
        rules=rules.of(row["brand"]),
        url=row["url"],
        verified=bool(row["verified"]),
    )
