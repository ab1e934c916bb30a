"""What a scrape of one source saw, written in one transaction: versions, offers, changes, absences.

Only a change writes a new version; a plan is withdrawn after two good scrapes without it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planwatch.domain.change import diff_plans
from planwatch.domain.outcome import GOOD_OUTCOMES, Outcome
from planwatch.domain.plan import Plan
from planwatch.domain.record import offer_record, plan_content
from planwatch.ledger.connection import Ledger
from planwatch.ledger.plans import StoredPlan, load_plans_of_source

ABSENCES_TO_WITHDRAW: Final = 2
_NOT_A_CHANGE: Final = frozenset({"source_ref"})  # ids at a source may change without any news


@dataclass(frozen=True, slots=True)
class Sightings:
    """How many plans were seen for the first time, withdrawn, and changed."""

    new: int
    withdrawn: int
    changed: int


@dataclass(frozen=True, slots=True)
class _Moment:
    at: str
    job_id: str | None
    capture_ids: Mapping[str, int]
    is_first_scrape: bool


def save_sightings(
    ledger: Ledger,
    *,
    source: str,
    offers: Mapping[str, Sequence[Plan]],
    outcome: Outcome,
    at: str,
    job_id: str | None,
    capture_ids: Mapping[str, int],
) -> Sightings:
    """Write what was seen, inside a transaction.

    Args:
        offers: by plan key, the cheapest first, as `group_offers` gives them.
        outcome: only a good one counts the plans that were not seen as absent.
        capture_ids: by plan key, the capture of the page that showed it.

    The plans of the very first scrape of a source are no news, so no changes are written then.
    """
    known = {stored.plan_key: stored for stored in load_plans_of_source(ledger, source)}
    moment = _Moment(at, job_id, capture_ids, is_first_scrape=not known)
    vanished = [
        stored for key, stored in known.items() if key not in offers and not stored.withdrawn_at
    ]
    renamed: dict[str, StoredPlan] = {}
    if outcome in GOOD_OUTCOMES:
        appeared = {key: group[0] for key, group in offers.items() if key not in known}
        renamed = match_renamed(vanished, appeared)
    new = changed = 0
    for key, group in offers.items():
        stored = known.get(key) or renamed.get(key)
        if stored is None:
            plan_id = _insert_plan(ledger, key, group[0], moment)
            new += 1
        else:
            plan_id = stored.plan_id
            changed += _update_plan(ledger, key, stored, group[0], moment)
        _save_offers(ledger, plan_id, group, moment)
    withdrawn = 0
    if outcome in GOOD_OUTCOMES:
        gone = {stored.plan_id for stored in renamed.values()}
        missing = [stored for stored in vanished if stored.plan_id not in gone]
        withdrawn = sum(_note_absence(ledger, stored, moment) for stored in missing)
    return Sightings(new, withdrawn, changed)


def match_renamed(
    vanished: Sequence[StoredPlan], appeared: Mapping[str, Plan]
) -> dict[str, StoredPlan]:
    """Pair plans that changed their allowance or term: one change, not withdrawn and new.

    A pair has the same id at the source, or the same brand, variant, price and one of term and
    data; it must be the only such pair on both sides.

    Returns:
        The stored plan by its new key.
    """
    pairs: dict[str, StoredPlan] = {}
    for identity in (_same_ref, _same_offer_other_data, _same_offer_other_term):
        left = [stored for stored in vanished if stored not in pairs.values()]
        right = {key: plan for key, plan in appeared.items() if key not in pairs}
        before = _unique({id(stored): identity(stored.plan) for stored in left})
        after = _unique({key: identity(plan) for key, plan in right.items()})
        by_id = {id(stored): stored for stored in left}
        for value, key in after.items():
            if value in before:
                pairs[str(key)] = by_id[int(before[value])]
    return pairs


def _same_ref(plan: Plan) -> tuple[Any, ...] | None:
    return None if plan.source_ref is None else ("ref", plan.source_ref)


def _same_offer_other_data(plan: Plan) -> tuple[Any, ...]:
    return ("data", plan.brand, plan.variant, plan.term_months, plan.price_pence)


def _same_offer_other_term(plan: Plan) -> tuple[Any, ...]:
    base = plan.base_allowance or plan.allowance
    return ("term", plan.brand, plan.variant, base.slug, plan.price_pence)


def _unique(identities: Mapping[Any, tuple[Any, ...] | None]) -> dict[tuple[Any, ...], Any]:
    counted: dict[tuple[Any, ...], list[Any]] = {}
    for key, identity in identities.items():
        if identity is not None:
            counted.setdefault(identity, []).append(key)
    return {identity: keys[0] for identity, keys in counted.items() if len(keys) == 1}


def digest_of(plan: Plan) -> str:
    """Return what two sightings must share for nothing to have changed."""
    content = {key: value for key, value in plan_content(plan).items() if key not in _NOT_A_CHANGE}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _insert_plan(ledger: Ledger, key: str, plan: Plan, moment: _Moment) -> int:
    plan_id = ledger.insert(
        "INSERT INTO plans (source, plan_key, brand, url, verified, first_seen, last_seen,"
        " effective_pence, exit_price_pence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            plan.source,
            key,
            plan.brand,
            plan.url,
            plan.verified,
            moment.at,
            moment.at,
            plan.effective_pence,
            plan.exit_price_pence,
        ),
    )
    version_id = _insert_version(ledger, plan_id, key, plan, moment)
    ledger.execute("UPDATE plans SET version_id = ? WHERE plan_id = ?", (version_id, plan_id))
    if not moment.is_first_scrape:
        _add_change(ledger, plan_id, "new", None, plan.price_pence, moment, (None, version_id))
    return plan_id


def _update_plan(ledger: Ledger, key: str, stored: StoredPlan, plan: Plan, moment: _Moment) -> bool:
    """Write a further sighting; tell whether anything but the day has changed."""
    version_id = stored.version_id
    moved = digest_of(plan) != stored.digest
    if moved:
        version_id = _insert_version(ledger, stored.plan_id, key, plan, moment)
        for change in diff_plans(stored.plan, plan):
            _add_change(
                ledger,
                stored.plan_id,
                change.kind,
                change.before,
                change.after,
                moment,
                (stored.version_id, version_id),
            )
    else:
        ledger.execute(
            "UPDATE plan_versions SET last_seen = ? WHERE version_id = ?", (moment.at, version_id)
        )
    if stored.withdrawn_at:
        _add_change(
            ledger,
            stored.plan_id,
            "relaunched",
            None,
            plan.price_pence,
            moment,
            (stored.version_id, version_id),
        )
    ledger.execute(
        "UPDATE plans SET plan_key = ?, version_id = ?, url = ?, verified = ?, last_seen = ?,"
        " absences = 0, withdrawn_at = NULL, effective_pence = ?, exit_price_pence = ?"
        " WHERE plan_id = ?",
        (
            key,
            version_id,
            plan.url,
            plan.verified,
            moment.at,
            plan.effective_pence,
            plan.exit_price_pence,
            stored.plan_id,
        ),
    )
    return moved


def _note_absence(ledger: Ledger, stored: StoredPlan, moment: _Moment) -> bool:
    """Count one absence; tell whether it withdrew the plan."""
    absences = stored.absences + 1
    is_gone = absences >= ABSENCES_TO_WITHDRAW
    ledger.execute(
        "UPDATE plans SET absences = ?, withdrawn_at = ? WHERE plan_id = ?",
        (absences, moment.at if is_gone else None, stored.plan_id),
    )
    if is_gone:
        _add_change(
            ledger,
            stored.plan_id,
            "withdrawn",
            stored.plan.price_pence,
            None,
            moment,
            (stored.version_id, None),
        )
    return is_gone


def _insert_version(ledger: Ledger, plan_id: int, key: str, plan: Plan, moment: _Moment) -> int:
    return ledger.insert(
        "INSERT INTO plan_versions (plan_id, first_seen, last_seen, capture_id, digest, name,"
        " variant, data_mb, term_months, price_pence, list_price_pence, promo_months,"
        " effective_pence, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            plan_id,
            moment.at,
            moment.at,
            moment.capture_ids.get(key),
            digest_of(plan),
            plan.name,
            plan.variant,
            plan.allowance.data_mb,
            plan.term_months,
            plan.price_pence,
            plan.list_price_pence,
            plan.promo_months,
            plan.effective_pence,
            json.dumps(plan_content(plan), separators=(",", ":")),
        ),
    )


def _save_offers(ledger: Ledger, plan_id: int, group: Sequence[Plan], moment: _Moment) -> None:
    for offer in reversed(group):  # the cheapest is written last and so stands for its key
        ledger.execute(
            "INSERT INTO offers (plan_id, offer_key, record, first_seen, last_seen)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (plan_id, offer_key)"
            " DO UPDATE SET record = excluded.record, last_seen = excluded.last_seen",
            (plan_id, offer.offer_key, json.dumps(offer_record(offer)), moment.at, moment.at),
        )


def _add_change(
    ledger: Ledger,
    plan_id: int,
    kind: str,
    before: Any,
    after: Any,
    moment: _Moment,
    versions: tuple[int | None, int | None],
) -> None:
    ledger.execute(
        "INSERT INTO changes (plan_id, kind, before, after, changed_at, job_id,"
        " before_version_id, after_version_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (plan_id, kind, json.dumps(before), json.dumps(after), moment.at, moment.job_id, *versions),
    )
