"""Promotion intensity of a brand: share of plans on promotion, and what they take off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from planwatch.analysis.facts import percent_of
from planwatch.analysis.rounding import round_tenth
from planwatch.domain.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionIntensity:
    """How many of a set of plans are on promotion, and how much the promotions take off.

    Attributes:
        share_percent: plans on promotion; None without plans.
        weight_percent: mean of depth × months / term over those on promotion: the part of the list
            price that a promotion takes off over the term; None where none is on promotion.
    """

    plans: int
    promoted: int
    share_percent: float | None
    weight_percent: float | None


def promo_months_in_term(plan: Plan) -> int | None:
    """Return for how many months of the term a lower price holds; None without a promotion.

    A reduction without an end holds for the whole term.

    Source: docs/reference/formulas.md, "Promotion depth".
    """
    if not is_promoted(plan):
        return None
    term = max(plan.term_months, 1)
    return term if plan.promo_months is None else min(plan.promo_months, term)


def is_promoted(plan: Plan) -> bool:
    """Tell whether the headline is a reduction of a list price."""
    return plan.list_price_pence is not None and plan.list_price_pence > plan.price_pence


def promo_weight(plan: Plan) -> Fraction:
    """Return depth × months / term, as a part of 1; 0 without a promotion."""
    months = promo_months_in_term(plan)
    if months is None or plan.list_price_pence is None:
        return Fraction(0)
    depth = Fraction(plan.list_price_pence - plan.price_pence, plan.list_price_pence)
    return depth * months / max(plan.term_months, 1)


def promotion_intensity(plans: Iterable[Plan]) -> PromotionIntensity:
    """Return the share of plans promoted, and the mean weight of their promotions.

    Source: docs/reference/formulas.md, "Promotion intensity".
    """
    every = list(plans)
    promoted = [plan for plan in every if is_promoted(plan)]
    total = sum((promo_weight(plan) for plan in promoted), Fraction(0))
    return PromotionIntensity(
        plans=len(every),
        promoted=len(promoted),
        share_percent=percent_of(len(promoted), len(every)),
        weight_percent=round_tenth(100 * total / len(promoted)) if promoted else None,
    )
