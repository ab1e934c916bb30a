"""The names of a market's plans: no two plans have the same, and most need no more than their size.

A page's own name ("100GB") may stand for several plans; these do not.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from planwatch.domain.brand import AGGREGATORS
from planwatch.domain.phrasing import name_plan_by, short_data

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What a plan's name is made of; data in MB, None for unlimited.

    Attributes:
        base_data_mb: the data without a promotion; that of the plan where it has none.
        plan_key: with the source it is the plan's own.
    """

    brand: str
    source: str
    plan_key: str
    data_mb: int | None
    term_months: int
    variant: str = ""
    condition: str | None = None
    max_speed_mbps: int | None = None
    base_data_mb: int | None = None
    retailer: str | None = None

    @property
    def name(self) -> str:
        """Return "O2 Classic 100 GB, 24 months", or "iD Mobile 100 GB, 24 months at Uswitch"."""
        name = name_plan_by(
            self.data_mb,
            self.term_months,
            self.variant,
            condition=self.condition,
            max_speed_mbps=self.max_speed_mbps,
        )
        seller = AGGREGATORS.get(self.source)
        return f"{self.brand} {name}{f' at {seller}' if seller else ''}"


def name_plans(plans: Mapping[Key, Naming]) -> dict[Key, str]:
    """Return a name for each plan; plans that would share one get what tells them apart."""
    names = {key: plan.name for key, plan in plans.items()}
    for find_detail in _DETAILS:
        for keys in _shared(names):
            details = {key: find_detail(plans[key]) for key in keys}
            if len(set(details.values())) > 1:
                names |= {key: f"{names[key]} ({said})" for key, said in details.items() if said}
    return names


def _shared(names: Mapping[Key, str]) -> list[list[Key]]:
    """Return the plans that share a name in any case, a list for each such name."""
    groups: dict[str, list[Key]] = {}
    for key, name in names.items():
        groups.setdefault(name.casefold(), []).append(key)
    return [keys for keys in groups.values() if len(keys) > 1]


def _say_base(plan: Naming) -> str:
    is_promoted = plan.base_data_mb != plan.data_mb
    return f"{short_data(plan.base_data_mb)} without its extra data" if is_promoted else ""


_DETAILS: Final[tuple[Callable[[Naming], str], ...]] = (
    _say_base,
    lambda plan: f"from {plan.retailer}" if plan.retailer else "",
    lambda plan: plan.variant,
    lambda plan: plan.source,
    lambda plan: plan.plan_key,
    lambda plan: f"{plan.source}:{plan.plan_key}",
)
