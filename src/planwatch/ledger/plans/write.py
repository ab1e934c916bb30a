"""The rows of a plan: itself, its versions, offers and changes. Write side, inside a transaction.

Only a change writes a new version. What is to be written is decided in `ledger/plans/sightings.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from planwatch.domain.change import ChangeKind, diff_plans
from planwatch.domain.london import london_day
from planwatch.domain.plan import Plan
from planwatch.domain.record import brief_content, plan_content, plan_from_content
from planwatch.ledger.plans.figures import PRESENCE, correct_figure, observe_move
from planwatch.ledger.plans.matching import Known
from planwatch.ledger.plans.read import StoredOffer, StoredPlan
from planwatch.ledger.store.connection import Ledger

_NOT_A_CHANGE: Final = frozenset(
    {"source_ref"}
)  # an id at a source may change while the plan stays


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One scrape as its rows need it: when, by which job, which capture showed which plan key.

    `is_good` is False when some cards were not read; `is_first` when the source was never read in
    full before, so that no plan of it is new; `is_correction` when only the parser has changed, so
    that what differs is no change of the market; `rereads` when pages that were read before are.
    """

    at: str
    job_id: str | None
    capture_ids: Mapping[str, int]
    is_good: bool
    is_first: bool
    is_correction: bool = False
    rereads: bool = False

    @property
    def day(self) -> date:
        return london_day(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What a further sighting of a plan came to.

    `is_rewritten` where anything but the day differs; `has_changed` where that is a recorded change
    of the market: another name that is no part of the key is none, and a misreading put right.
    """

    is_rewritten: bool
    has_changed: bool


def digest_of(plan: Plan) -> str:
    """Return what two sightings must share for nothing to have changed."""
    content = {key: value for key, value in plan_content(plan).items() if key not in _NOT_A_CHANGE}
    for name in ("extras", "incentives"):
        content[name] = sorted(content[name])  # a page may list them in any order
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def insert_plan(ledger: Ledger, key: str, group: Sequence[Plan], moment: Moment) -> None:
    """Write a plan that was never seen before.

    Args:
        group: its offers, the cheapest first.
    """
    plan = group[0]
    plan_id = ledger.insert(
        "INSERT INTO plans (source, plan_key, brand, source_ref, url, verified, first_seen,"
        " last_seen, effective_pence, printed_effective_pence, exit_price_pence, cost_rules)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            plan.source,
            key,
            plan.brand,
            plan.source_ref,
            plan.url,
            plan.verified,
            moment.at,
            moment.at,
            plan.effective_pence,
            plan.printed_effective_pence,
            plan.exit_price_pence,
            ledger.rules.digest,
        ),
    )
    version_id = _insert_version(ledger, plan_id, plan, moment, moment.capture_ids.get(key))
    ledger.execute("UPDATE plans SET version_id = ? WHERE plan_id = ?", (version_id, plan_id))
    if not moment.is_first:
        _add_change(ledger, plan_id, "new", None, plan.price_pence, moment, (None, version_id))
        _observe(ledger, plan_id, PRESENCE, False, True, moment, seen_at=moment.at)
    _save_offers(ledger, plan_id, group, moment)


def update_plan(
    ledger: Ledger, key: str, known: Known, group: Sequence[Plan], moment: Moment
) -> Update:
    """Write a further sighting.

    Where some cards were not read, the offers that were not seen stay in force, and the cheapest of
    all stands for the plan.
    """
    stored = known.stored
    gone = known.offers.keys() - {offer.offer_key for offer in group}
    kept = () if moment.is_good else [known.offers[offer_key] for offer_key in gone]
    standing = _find_standing(group, kept, moment)
    plan = standing.plan
    version_id, has_changed = _save_version(ledger, key, stored, standing, moment)
    if stored.withdrawn_at:
        versions = (stored.version_id, version_id)
        _add_change(ledger, stored.plan_id, "relaunched", None, plan.price_pence, moment, versions)
        seen_at = stored.withdrawn_at
        _observe(ledger, stored.plan_id, PRESENCE, False, True, moment, seen_at=seen_at)
        if moment.rereads:  # it was never gone
            ledger.execute(
                "UPDATE changes SET is_correction = 1"
                " WHERE plan_id = ? AND kind = 'withdrawn' AND changed_at = ?",
                (stored.plan_id, stored.withdrawn_at),
            )
    ledger.execute(
        "UPDATE plans SET plan_key = ?, brand = ?, version_id = ?, source_ref = ?, url = ?,"
        " verified = ?, last_seen = ?, absences = 0, withdrawn_at = NULL,"
        " effective_pence = ?, printed_effective_pence = ?, exit_price_pence = ?, cost_rules = ?"
        " WHERE plan_id = ?",
        (
            key,
            plan.brand,
            version_id,
            plan.source_ref,
            plan.url,
            plan.verified,
            standing.last_seen,
            plan.effective_pence,
            plan.printed_effective_pence,
            plan.exit_price_pence,
            ledger.rules.digest,
            stored.plan_id,
        ),
    )
    if moment.is_good:
        _withdraw_offers(ledger, stored.plan_id, gone, moment)
    _save_offers(ledger, stored.plan_id, group, moment)
    return Update(is_rewritten=version_id != stored.version_id, has_changed=has_changed)


def give_up_key(ledger: Ledger, stored: StoredPlan) -> None:
    """Take its key from a plan, for another one to have: a key is used once at a source."""
    ledger.execute(
        "UPDATE plans SET plan_key = ? WHERE plan_id = ?",
        (f"{stored.plan_key}~{stored.plan_id}", stored.plan_id),
    )


def count_absence(ledger: Ledger, stored: StoredPlan) -> None:
    """Write that a scrape did not show a plan."""
    ledger.execute(
        "UPDATE plans SET absences = ? WHERE plan_id = ?",
        (stored.absences + 1, stored.plan_id),
    )


def withdraw_plan(ledger: Ledger, known: Known, moment: Moment) -> None:
    """End a plan and its offers."""
    stored = known.stored
    ledger.execute(
        "UPDATE plans SET withdrawn_at = ? WHERE plan_id = ?", (moment.at, stored.plan_id)
    )
    _withdraw_offers(ledger, stored.plan_id, known.offers, moment)
    versions = (stored.version_id, None)
    price_pence = stored.plan.price_pence
    _add_change(ledger, stored.plan_id, "withdrawn", price_pence, None, moment, versions)
    _observe(ledger, stored.plan_id, PRESENCE, True, False, moment, seen_at=stored.last_seen)


def _find_standing(
    group: Sequence[Plan], kept: Iterable[StoredOffer], moment: Moment
) -> StoredOffer:
    seen = (StoredOffer(plan=offer, last_seen=moment.at) for offer in group)
    return min((*seen, *kept), key=lambda offer: offer.plan.cheapness_on(moment.day))


def _save_version(
    ledger: Ledger, key: str, stored: StoredPlan, standing: StoredOffer, moment: Moment
) -> tuple[int, bool]:
    """Return the version that stands now, and whether a change of the market led to it."""
    plan, is_seen = standing.plan, standing.last_seen == moment.at
    if digest_of(plan) in (stored.digest, digest_of(stored.plan)):
        if is_seen:
            ledger.execute(
                "UPDATE plan_versions SET last_seen = ? WHERE version_id = ?",
                (moment.at, stored.version_id),
            )
        return stored.version_id, False
    capture_id = moment.capture_ids.get(key) if is_seen else None
    version_id = _insert_version(ledger, stored.plan_id, plan, moment, capture_id)
    versions = (stored.version_id, version_id)
    changes = diff_plans(stored.plan, plan)
    for change in changes:
        _add_change(
            ledger, stored.plan_id, change.kind, change.before, change.after, moment, versions
        )
    misread = _correct_changes(ledger, stored, plan, version_id) if moment.rereads else ()
    for change in changes:
        _observe(
            ledger,
            stored.plan_id,
            change.kind,
            change.before,
            change.after,
            moment,
            seen_at=stored.last_seen,
            was_a_move=change.kind in misread,
        )
    return version_id, bool(changes) and not moment.is_correction


def _observe(
    ledger: Ledger,
    plan_id: int,
    figure: str,
    before: Any,
    after: Any,
    moment: Moment,
    *,
    seen_at: str,
    was_a_move: bool = True,
) -> None:
    """Write what the scrape says of a figure: a move of the market, or a misreading set right."""
    at, job_id = moment.at, moment.job_id
    if moment.is_correction:
        correct_figure(
            ledger,
            plan_id,
            figure,
            before,
            after,
            at=at,
            job_id=job_id,
            was_a_move=was_a_move,
        )
    else:
        observe_move(
            ledger,
            plan_id,
            figure,
            before,
            after,
            seen_at=seen_at,
            at=at,
            job_id=job_id,
            is_good=moment.is_good,
        )


def _correct_changes(
    ledger: Ledger, stored: StoredPlan, plan: Plan, version_id: int
) -> frozenset[str]:
    """Mark the changes to a misread version as corrections, and write the true ones instead.

    Each row keeps its day: the market changed then, if it changed at all.

    Returns:
        The kinds of the changes that were none.
    """
    kinds = ledger.query(
        "SELECT DISTINCT kind FROM changes WHERE after_version_id = ? AND NOT is_correction",
        (stored.version_id,),
    )
    misread = ledger.query(
        "SELECT DISTINCT c.changed_at, c.job_id, c.before_version_id, v.content"
        " FROM changes AS c JOIN plan_versions AS v ON v.version_id = c.before_version_id"
        " WHERE c.after_version_id = ? AND NOT c.is_correction",
        (stored.version_id,),
    )
    ledger.execute(  # the plan did come then, at another price
        "UPDATE changes SET after = ?, after_version_id = ? WHERE after_version_id = ?"
        " AND kind IN ('new', 'relaunched') AND NOT is_correction",
        (json.dumps(plan.price_pence), version_id, stored.version_id),
    )
    ledger.execute(
        "UPDATE changes SET is_correction = 1 WHERE after_version_id = ?", (stored.version_id,)
    )
    for row in misread:
        moment = Moment(
            at=row["changed_at"],
            job_id=row["job_id"],
            capture_ids={},
            is_good=True,
            is_first=False,
        )
        before = plan_from_content(
            json.loads(row["content"]),
            brand=plan.brand,
            source=plan.source,
            as_of=moment.day,
            rules=plan.rules,
        )
        for change in diff_plans(before, replace(plan, as_of=moment.day)):
            _add_change(
                ledger,
                stored.plan_id,
                change.kind,
                change.before,
                change.after,
                moment,
                (row["before_version_id"], version_id),
            )
    return frozenset(row["kind"] for row in kinds)


def _insert_version(
    ledger: Ledger, plan_id: int, plan: Plan, moment: Moment, capture_id: int | None
) -> int:
    return ledger.insert(
        "INSERT INTO plan_versions (plan_id, first_seen, last_seen, capture_id, digest, name,"
        " variant, data_mb, term_months, price_pence, list_price_pence, promo_months,"
        " effective_pence, cost_rules, content)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            plan_id,
            moment.at,
            moment.at,
            capture_id,
            digest_of(plan),
            plan.name,
            plan.variant,
            plan.allowance.data_mb,
            plan.term_months,
            plan.price_pence,
            plan.list_price_pence,
            plan.promo_months,
            plan.effective_pence,
            ledger.rules.digest,
            _content_of(plan),
        ),
    )


def _save_offers(ledger: Ledger, plan_id: int, group: Sequence[Plan], moment: Moment) -> None:
    for offer in reversed(group):  # the cheapest is written last and so stands for its key
        ledger.execute(
            "INSERT INTO offers (plan_id, offer_key, url, verified, first_seen, last_seen, content)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (plan_id, offer_key) DO UPDATE SET"
            " url = excluded.url, verified = excluded.verified, last_seen = excluded.last_seen,"
            " withdrawn_at = NULL, content = excluded.content",
            (
                plan_id,
                offer.offer_key,
                offer.url,
                offer.verified,
                moment.at,
                moment.at,
                _content_of(offer),
            ),
        )


def _withdraw_offers(
    ledger: Ledger, plan_id: int, offer_keys: Iterable[str], moment: Moment
) -> None:
    for offer_key in offer_keys:
        ledger.execute(
            "UPDATE offers SET withdrawn_at = ? WHERE plan_id = ? AND offer_key = ?",
            (moment.at, plan_id, offer_key),
        )


def _content_of(plan: Plan) -> str:
    return json.dumps(brief_content(plan), separators=(",", ":"), ensure_ascii=False)


def _add_change(
    ledger: Ledger,
    plan_id: int,
    kind: ChangeKind,
    before: Any,
    after: Any,
    moment: Moment,
    versions: tuple[int | None, int | None],
) -> None:
    ledger.execute(
        "INSERT INTO changes (plan_id, kind, before, after, changed_at, job_id,"
        " is_correction, before_version_id, after_version_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            plan_id,
            kind,
            json.dumps(before),
            json.dumps(after),
            moment.at,
            moment.job_id,
            moment.is_correction,
            *versions,
        ),
    )
