"""What a scrape of one source saw, written in one transaction: versions, offers, changes, absences.

A plan is withdrawn after two good scrapes without it. Which plan is which is decided in
`ledger/plans/matching.py`, how its rows are written in `ledger/plans/write.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from planwatch.domain.outcome import GOOD_OUTCOMES, Outcome
from planwatch.domain.plan import Plan
from planwatch.ledger.pages.health import has_good_run, newest_stored_at
from planwatch.ledger.plans.figures import observe_unmoved
from planwatch.ledger.plans.matching import Known, Pairs, match_plans
from planwatch.ledger.plans.read import load_offers_of_source, load_plans_of_source
from planwatch.ledger.plans.write import (
    Moment,
    count_absence,
    give_up_key,
    insert_plan,
    update_plan,
    withdraw_plan,
)
from planwatch.ledger.store.connection import Ledger

ABSENCES_TO_WITHDRAW: Final = 2


@dataclass(frozen=True, slots=True)
class Sightings:
    """How many plans were seen for the first time, withdrawn, and changed.

    Attributes:
        changed: those with a change that `changes` lists.
        rewritten: those of which anything but the day is another than before.
    """

    new: int
    withdrawn: int
    changed: int
    rewritten: int = field(default=0, compare=False)


def save_sightings(
    ledger: Ledger,
    *,
    source: str,
    offers: Mapping[str, Sequence[Plan]],
    outcome: Outcome,
    at: str,
    job_id: str | None,
    capture_ids: Mapping[str, int],
    is_correction: bool = False,
    rereads: bool = False,
) -> Sightings:
    """Write what was seen, inside a transaction, before the source's run is recorded.

    Pages that are older than those of an earlier run change nothing: the ledger knows better.
    Until a source was read in full once, its plans are not new, and make no change `new`.

    Args:
        offers: by plan key, the cheapest first, as `group_offers` gives them.
        outcome: only a good one counts the plans that were not seen as absent.
        capture_ids: by plan key, the capture of the page that showed it.
        is_correction: only the parser has changed, so that what differs was never a change.
        rereads: the pages of that instant were read before; a plan that was seen then and is not
            on them after all is withdrawn at once, and no absence counts twice.
    """
    newest = newest_stored_at(ledger, source)
    if newest is not None and at < newest:
        return Sightings(0, 0, 0)
    moment = Moment(
        at=at,
        job_id=job_id,
        capture_ids=capture_ids,
        is_good=outcome in GOOD_OUTCOMES,
        is_first=not has_good_run(ledger, source),
        is_correction=is_correction,
        rereads=rereads,
    )
    offers = _with_rules(ledger, offers)
    known = _load_known(ledger, source)
    pairs = match_plans(known, offers, is_good=moment.is_good)
    _free_keys(ledger, known, pairs, offers)
    new = changed = rewritten = 0
    for key, group in offers.items():
        if key in pairs:
            update = update_plan(ledger, key, pairs[key], group, moment)
            changed += update.has_changed
            rewritten += update.is_rewritten
        else:
            insert_plan(ledger, key, group, moment)
            new += 1
    withdrawn = 0
    if moment.is_good:
        end = _withdraw_misread if rereads else _note_absences
        withdrawn = end(ledger, known, pairs, moment)
    if not moment.is_correction:
        observe_unmoved(ledger, source, at=at, job_id=job_id, is_good=moment.is_good)
    return Sightings(new, withdrawn, changed, rewritten)


def count_newly_missing(ledger: Ledger, source: str, at: str) -> tuple[int, int]:
    """Count what a good scrape, once written, lacks of the plans that the one before showed.

    Returns:
        The plans that are absent for the first time, and all that were there before.
    """
    row = ledger.query_one(
        "SELECT count(*) FILTER (WHERE absences = 1), count(*) FROM plans"
        " WHERE source = ? AND withdrawn_at IS NULL AND first_seen < ?",
        (source, at),
    )
    return (0, 0) if row is None else (row[0], row[1])


def _load_known(ledger: Ledger, source: str) -> list[Known]:
    offers = load_offers_of_source(ledger, source)
    return [
        Known(stored, offers.get(stored.plan_id, {}))
        for stored in load_plans_of_source(ledger, source)
    ]


def _with_rules(ledger: Ledger, offers: Mapping[str, Sequence[Plan]]) -> dict[str, list[Plan]]:
    """Return the offers with the rules of their brands, each key's cheapest over its term first."""
    return {
        key: sorted(
            (plan.with_rules(ledger.rules.of(plan.brand)) for plan in group),
            key=lambda plan: plan.cheapness_on(plan.as_of),
        )
        for key, group in offers.items()
    }


def _free_keys(
    ledger: Ledger, known: Iterable[Known], pairs: Pairs, offers: Mapping[str, Sequence[Plan]]
) -> None:
    """Take away each key that now means another plan, before any plan gets its new one."""
    for plan in known:
        key = plan.stored.plan_key
        if key in offers and pairs.get(key) is not plan:
            give_up_key(ledger, plan.stored)


def _withdraw_misread(ledger: Ledger, known: Iterable[Known], pairs: Pairs, moment: Moment) -> int:
    """End the plans that were believed to be on the pages of this moment, and are not."""
    seen = {plan.plan_id for plan in pairs.values()}
    misread = [
        plan
        for plan in known
        if plan.plan_id not in seen
        and not plan.stored.withdrawn_at
        and plan.stored.last_seen == moment.at
    ]
    for plan in misread:
        withdraw_plan(ledger, plan, moment)
    return len(misread)


def _note_absences(ledger: Ledger, known: Iterable[Known], pairs: Pairs, moment: Moment) -> int:
    """Count the plans in force that were not seen; return how many of them that withdrew."""
    seen = {plan.plan_id for plan in pairs.values()}
    withdrawn = 0
    for plan in known:
        stored = plan.stored
        if plan.plan_id in seen or stored.withdrawn_at:
            continue
        count_absence(ledger, stored)
        if stored.absences + 1 >= ABSENCES_TO_WITHDRAW:
            withdraw_plan(ledger, plan, moment)
            withdrawn += 1
    return withdrawn
