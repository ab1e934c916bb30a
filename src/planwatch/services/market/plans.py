"""The plans in force, filtered and sorted, as JSON records that are built when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from operator import itemgetter
from typing import Any, Final

from planwatch.clock import last_instant_of
from planwatch.domain.london import london_day, show_day
from planwatch.errors import UsageError
from planwatch.ledger.pages.health import SourceHealth, load_health
from planwatch.ledger.plans.counts import first_seen
from planwatch.ledger.plans.market_history import load_stored_plans_on
from planwatch.ledger.plans.read import (
    StoredPlan,
    load_offers,
    load_plans,
    stored_plan_record,
)
from planwatch.ledger.plans.selection import PlanFilter, select_plans
from planwatch.ledger.store.connection import Ledger
from planwatch.workflows.freshness import market_now

Record = dict[str, Any]
_AT_ONCE: Final = 500
"""Plans that are read from the ledger at a time."""


@dataclass(frozen=True, slots=True)
class FoundPlans:
    """Plans that pass a filter, in order.

    Attributes:
        total: how many.
        read: yields their records anew, while the ledger is open.
    """

    total: int
    read: Callable[[], Iterator[Record]]

    def first(self, number: int) -> list[Record]:
        """Return the records of the first so many; the others are not read."""
        return list(islice(self.read(), number))


def count_unstated(find: Callable[[PlanFilter], FoundPlans], wanted: PlanFilter) -> dict[str, int]:
    """Return how many plans would pass a filter but for not saying what it asks for.

    Args:
        find: finds the plans of a filter, such as `find_plans` of a ledger.

    Returns:
        A number under `roaming` and `generation`, where the filter asks for it.
    """
    asked = {
        "roaming": replace(wanted, roaming=(None,)) if wanted.roaming else None,
        "generation": replace(wanted, generations=(None,)) if wanted.generations else None,
    }
    return {what: find(unstated).total for what, unstated in asked.items() if unstated}


def find_plans(
    ledger: Ledger, wanted: PlanFilter, sort: str = "brand", signing: date | None = None
) -> FoundPlans:
    """Return the plans in force that pass the filter, in the shape of docs/reference/json.md.

    Args:
        sort: one of `SORTS`; equal ones keep the market's order.
        signing: day for which costs are computed; None is the day of each plan's last capture.
    """
    if signing is not None and (sort == "effective" or wanted.cost_pence_max is not None):
        ids = _select_signed(ledger, wanted, sort, signing)
    else:
        ids = select_plans(ledger, wanted, sort)
    return FoundPlans(len(ids), lambda: _read(ledger, ids, signing))


def _select_signed(ledger: Ledger, wanted: PlanFilter, sort: str, signing: date) -> list[int]:
    """Return the ids where the cost of another day decides: it is computed for every plan."""
    by_cost, most = sort == "effective", wanted.cost_pence_max
    ids = select_plans(ledger, replace(wanted, cost_pence_max=None), "brand" if by_cost else sort)
    costs = [
        (stored.plan.effective_pence_on(signing), stored.plan_id) for stored in _load(ledger, ids)
    ]
    if by_cost:
        costs.sort(key=itemgetter(0))  # equal ones keep the market's order
    return [plan_id for pence, plan_id in costs if most is None or pence <= most]


def _load(ledger: Ledger, ids: Sequence[int]) -> Iterator[StoredPlan]:
    for start in range(0, len(ids), _AT_ONCE):
        yield from load_plans(ledger, ids[start : start + _AT_ONCE])


def _read(ledger: Ledger, ids: Sequence[int], signing: date | None) -> Iterator[Record]:
    health = load_health(ledger)
    for start in range(0, len(ids), _AT_ONCE):
        batch = ids[start : start + _AT_ONCE]
        offers = load_offers(ledger, batch, signing)
        for stored in load_plans(ledger, batch):
            plan = stored if signing is None else _signed(stored, signing)
            yield {
                **stored_plan_record(plan, offers.get(plan.plan_id, [])),
                "source_outcome": _outcome_of(health.get(plan.plan.source)),
            }


def _outcome_of(health: SourceHealth | None) -> str | None:
    return None if health is None else health.outcome.value


def _signed(stored: StoredPlan, signing: date) -> StoredPlan:
    return replace(stored, plan=stored.plan.signed_on(signing))


def find_past_plans(
    ledger: Ledger, wanted: PlanFilter, day: date, sort: str = "brand"
) -> FoundPlans:
    """Return the plans that were in force at the end of a day, as they then were.

    Costs are for a signing on that day. The offers of each plan are those of one: the ledger keeps
    the cheapest of former days, no other.

    Raises:
        UsageError: the day is to come, or lies before the first scrape.
    """
    first, present = first_seen(ledger), london_day(market_now(ledger))
    if day > present:
        raise UsageError(
            f"--as-of {day} is in the future",
            hint=f"today is {present}; for future costs, use --signing",
        )
    if first is None:
        raise UsageError(
            f"nothing is known about {day}: there are no plans yet", hint="planwatch scrape --wait"
        )
    if day < london_day(first):
        raise UsageError(
            f"nothing is known about {day}: the first scrape was on {show_day(first)}",
            hint=f"name a day from {show_day(first)} to {present}",
        )
    at = last_instant_of(day)
    plans = [_signed(stored, day) for stored in load_stored_plans_on(ledger, at)]
    found = _sorted([stored for stored in plans if passes(stored, wanted)], sort)
    return FoundPlans(
        len(found),
        lambda: ({**stored_plan_record(stored, []), "source_outcome": None} for stored in found),
    )


def passes(stored: StoredPlan, wanted: PlanFilter) -> bool:
    """Tell whether a plan is one of those asked for."""
    plan = stored.plan
    data_mb = plan.allowance.data_mb
    return (
        (not wanted.brands or plan.brand in wanted.brands)
        and (wanted.source is None or plan.source == wanted.source)
        and (not wanted.unlimited or plan.allowance.unlimited)
        and (wanted.data_mb_min is None or data_mb is None or data_mb >= wanted.data_mb_min)
        and (wanted.term_months is None or plan.term_months == wanted.term_months)
        and (wanted.term_months_max is None or plan.term_months <= wanted.term_months_max)
        and (wanted.cost_pence_max is None or plan.effective_pence <= wanted.cost_pence_max)
        and (not wanted.roaming or plan.roaming in wanted.roaming)
        and (not wanted.generations or plan.generation in wanted.generations)
    )


def _sorted(plans: list[StoredPlan], sort: str) -> list[StoredPlan]:
    """Order plans by one of `SORTS`; equal ones keep the market's order."""
    keys: Mapping[str, Callable[[StoredPlan], float]] = {
        "price": lambda stored: stored.plan.price_pence,
        "effective": lambda stored: stored.plan.effective_pence,
        "data": lambda stored: -stored.plan.allowance.sort_key,
    }
    return sorted(plans, key=keys[sort]) if sort in keys else plans
