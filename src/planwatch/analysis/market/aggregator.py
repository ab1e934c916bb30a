"""Match an aggregator's offer to the plan that the brand itself sells."""

from __future__ import annotations

from collections.abc import Iterable

from planwatch.domain.allowance import Allowance
from planwatch.domain.plan import Plan
from planwatch.domain.slug import slugify

Size = tuple[str, Allowance, int]
"""Brand, data and term: what an offer and its plan have in common."""


def size_of(plan: Plan) -> Size:
    return (plan.brand, plan.allowance, plan.term_months)


def group_alike(direct: Iterable[Plan]) -> dict[Size, list[Plan]]:
    """Return the plans by brand, data and term, each group in the given order."""
    groups: dict[Size, list[Plan]] = {}
    for plan in direct:
        groups.setdefault(size_of(plan), []).append(plan)
    return groups


def find_joined(offer: Plan, direct: Iterable[Plan]) -> Plan | None:
    """Return the direct plan that an aggregator's offer is an offer of.

    Brand, data and term agree, and only one variant does, or the offer names the variant.

    Source: docs/reference/formulas.md, "An aggregator's offer".
    """
    alike = [plan for plan in direct if size_of(plan) == size_of(offer)]
    if len(alike) > 1:
        alike = _keep_named(alike, offer)
    return alike[0] if len(alike) == 1 else None


def _keep_named(alike: list[Plan], offer: Plan) -> list[Plan]:
    """Keep the variants that the offer's words name; "Essentials Plus" does not name Essentials."""
    words = f"-{slugify(f'{offer.name} {offer.variant}')}-"
    named = [plan for plan in alike if plan.variant and f"-{slugify(plan.variant)}-" in words]
    return [plan for plan in named if not any(_is_part(plan, other) for other in named)]


def _is_part(plan: Plan, other: Plan) -> bool:
    short, long = slugify(plan.variant), slugify(other.variant)
    return short != long and f"-{short}-" in f"-{long}-"
