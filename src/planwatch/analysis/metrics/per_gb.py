"""Marginal cost of each further GB on a ladder, and the premium for unlimited data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from planwatch.analysis.market.market import Listing, find_cheapest
from planwatch.analysis.rounding import round_half_up
from planwatch.domain.allowance import MB_PER_GB, Allowance


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """From one size to the next larger of a brand at one term, each at its cheapest.

    Attributes:
        pence_per_gb: of the further GB; None where the larger is unlimited. Below 0 where more
            data costs less.
    """

    smaller: Listing
    larger: Listing
    pence_per_gb: int | None


def marginal_pence_per_gb(smaller: Listing, larger: Listing) -> int | None:
    """Return what each further GB costs a month, rounded half up; None for unlimited.

    Raises:
        ValueError: the larger has no more data.

    Source: docs/reference/formulas.md, "Marginal £ per GB".
    """
    less, more = smaller.plan.allowance.data_mb, larger.plan.allowance.data_mb
    if less is None or (more is not None and more <= less):
        raise ValueError(f"{larger.plan_id} has no more data than {smaller.plan_id}")
    if more is None:
        return None
    return round_half_up(
        Fraction((larger.monthly_pence - smaller.monthly_pence) * MB_PER_GB, more - less)
    )


def ladder_steps(listings: Sequence[Listing]) -> tuple[LadderStep, ...]:
    """Return the steps of one brand's ladder, by term, then data; () of one size a term."""
    return tuple(
        LadderStep(
            smaller=smaller, larger=larger, pence_per_gb=marginal_pence_per_gb(smaller, larger)
        )
        for term in sorted({item.plan.term_months for item in listings})
        for smaller, larger in pairwise(
            _cheapest_of_sizes(item for item in listings if item.plan.term_months == term)
        )
    )


def _cheapest_of_sizes(listings: Iterable[Listing]) -> list[Listing]:
    by_size: dict[Allowance, list[Listing]] = {}
    for item in listings:
        by_size.setdefault(item.plan.allowance, []).append(item)
    sizes = sorted(by_size, key=lambda allowance: allowance.sort_key)
    return [best for size in sizes if (best := find_cheapest(by_size[size])) is not None]


def unlimited_premium_pence(listings: Iterable[Listing]) -> int | None:
    """Return the cheapest unlimited plan's cost less that of the largest capped one.

    Of several capped plans of that size the cheapest counts. None without one of the two.

    Source: docs/reference/formulas.md, "Unlimited premium".
    """
    sizes = _cheapest_of_sizes(listings)
    if len(sizes) < 2 or not sizes[-1].plan.allowance.unlimited:
        return None
    return sizes[-1].monthly_pence - sizes[-2].monthly_pence


def find_premiums(by_brand: Mapping[str, Sequence[Listing]]) -> dict[str, int]:
    """Return the unlimited premium of each brand that sells unlimited and capped plans."""
    premiums = {brand: unlimited_premium_pence(items) for brand, items in by_brand.items()}
    return {brand: pence for brand, pence in premiums.items() if pence is not None}
