"""Which plan of the ledger each plan on a page is, when keys move. Pure: plans in, pairs out.

An id at the source names a plan before its key does: where two plans swap their allowances the
keys stay on the page and mean the other plan. Written by `ledger/plans/sightings.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from planwatch.domain.brand import slug_of_brand
from planwatch.domain.plan import Plan
from planwatch.domain.slug import slugify
from planwatch.ledger.plans.read import StoredOffer, StoredPlan

Offers = Mapping[str, Sequence[Plan]]


@dataclass(frozen=True, slots=True)
class Known:
    """A plan of the ledger with its offers in force by offer key; a withdrawn plan has none."""

    stored: StoredPlan
    offers: Mapping[str, StoredOffer]

    @property
    def plan_id(self) -> int:
        return self.stored.plan_id


Pairs = dict[str, Known]


def match_plans(known: Sequence[Known], offers: Offers, *, is_good: bool) -> Pairs:
    """Find the known plan of each key on the page; a key without one is a new plan's.

    Plans in force come before withdrawn ones, and of each an id at the source (of the same brand,
    naming one plan on both sides) before a key. Where everything was read, one plan that vanished
    and one that appeared are a pair too when brand and price agree, and two of data, term and
    variant: renamed, or with other data, or for another term. Of several nothing is guessed.

    Args:
        known: every plan that the source ever showed.
        offers: what was read, by plan key, the cheapest of each first.
        is_good: False when some cards were not read, so that a missing plan may be on one of them.
    """
    in_force = [plan for plan in known if not plan.stored.withdrawn_at]
    pairs: Pairs = {}
    for plans in (in_force, known):
        _add(pairs, _by_key_and_ref(plans, offers))
        _add(pairs, _by_ref(plans, offers, is_good=is_good))
        _add(pairs, _by_key(plans, offers))
        _add(pairs, _by_key_of_today(plans, offers))
    if is_good:
        for identity in (_same_figures, _same_offer_other_data, _same_offer_other_term):
            _add(pairs, _by_identity(_left(in_force, pairs), _right(offers, pairs), identity))
    return pairs


def _add(pairs: Pairs, further: Iterable[tuple[str, Known]]) -> None:
    taken = {plan.plan_id for plan in pairs.values()}
    for key, plan in further:
        if key not in pairs and plan.plan_id not in taken:
            pairs[key] = plan


def _left(plans: Iterable[Known], pairs: Pairs) -> list[Known]:
    taken = {plan.plan_id for plan in pairs.values()}
    return [plan for plan in plans if plan.plan_id not in taken]


def _right(offers: Offers, pairs: Pairs) -> Offers:
    return {key: group for key, group in offers.items() if key not in pairs}


def _by_key_and_ref(plans: Iterable[Known], offers: Offers) -> list[tuple[str, Known]]:
    """Keep the plan of several offers whose key still shows one of them."""
    return [
        (key, plan) for key, plan in _by_key(plans, offers) if _refs_of(plan) & _refs(offers[key])
    ]


def _by_ref(plans: Sequence[Known], offers: Offers, *, is_good: bool) -> list[tuple[str, Known]]:
    holders: dict[Hashable, list[Known]] = defaultdict(list)
    for plan in plans:
        for ref in _refs_of(plan):
            holders[ref].append(plan)
    keys: dict[Hashable, list[str]] = defaultdict(list)
    for key, group in offers.items():
        for ref in _refs(group):
            keys[ref].append(key)
    found = {
        (keys[ref][0], holders[ref][0].plan_id): holders[ref][0]
        for ref in keys
        if len(keys[ref]) == 1 and len(holders[ref]) == 1
    }
    by_key = Counter(key for key, _ in found)
    by_plan = Counter(plan_id for _, plan_id in found)
    return [
        (key, plan)
        for (key, plan_id), plan in found.items()
        if by_key[key] == by_plan[plan_id] == 1 and (is_good or _is_whole(plan, offers[key]))
    ]


def _is_whole(plan: Known, group: Sequence[Plan]) -> bool:
    """Tell whether every offer of a plan was read: else the others may stand at its old key."""
    return plan.offers.keys() <= {offer.offer_key for offer in group}


def _by_key(plans: Iterable[Known], offers: Offers) -> list[tuple[str, Known]]:
    return [(plan.stored.plan_key, plan) for plan in plans if plan.stored.plan_key in offers]


def _by_key_of_today(plans: Iterable[Known], offers: Offers) -> list[tuple[str, Known]]:
    """Find plans whose key was made of a name with a badge, those seen last first."""
    newest = sorted(plans, key=lambda plan: plan.stored.last_seen, reverse=True)
    return [
        (key, plan)
        for plan in newest
        if plan.stored.has_own_key and (key := plan.stored.plan.plan_key) in offers
    ]


def _by_identity(
    plans: Sequence[Known], offers: Offers, identity: Callable[[Plan], Hashable]
) -> list[tuple[str, Known]]:
    before = Counter(identity(plan.stored.plan) for plan in plans)
    after = Counter(identity(group[0]) for group in offers.values())
    alone = {identity(plan.stored.plan): plan for plan in plans}
    return [
        (key, alone[value])
        for key, group in offers.items()
        if before[value := identity(group[0])] == 1 and after[value] == 1
    ]


def _refs_of(plan: Known) -> set[Hashable]:
    return _refs([plan.stored.plan, *(offer.plan for offer in plan.offers.values())])


def _refs(offers: Iterable[Plan]) -> set[Hashable]:
    return {
        (slug_of_brand(offer.brand), offer.source_ref)
        for offer in offers
        if offer.source_ref is not None
    }


def _same_figures(plan: Plan) -> Hashable:
    return (*_seller_and_price(plan), _data_of(plan), plan.term_months)


def _same_offer_other_data(plan: Plan) -> Hashable:
    return (*_seller_and_price(plan), slugify(plan.variant), plan.term_months)


def _same_offer_other_term(plan: Plan) -> Hashable:
    return (*_seller_and_price(plan), slugify(plan.variant), _data_of(plan))


def _seller_and_price(plan: Plan) -> tuple[Hashable, ...]:
    return (slug_of_brand(plan.brand), plan.currency, plan.price_pence)


def _data_of(plan: Plan) -> str:
    return (plan.base_allowance or plan.allowance).slug
