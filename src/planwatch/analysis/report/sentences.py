"""The sentences that a comparison and a market report share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from planwatch.analysis.facts import Difference
from planwatch.analysis.market.like_for_like import Shortfall
from planwatch.analysis.market.market import Listing
from planwatch.analysis.metrics.frontier import Domination, count_uncertain
from planwatch.analysis.metrics.gap import Gap
from planwatch.analysis.metrics.ladder import uplift_percent
from planwatch.domain.brand import AGGREGATORS
from planwatch.domain.phrasing import (
    count_of,
    format_percent,
    format_pounds,
    is_or_are,
    join_words,
    name_plan,
    name_plan_of_brand,
    possessive,
)

LARGE_UPLIFT_PERCENT: Final = 15.0


def say_difference(found: Difference) -> str:
    """Return "£3.00 (19 %) more than" or "… less than"; the sentence goes on with the base."""
    share = "" if found.percent is None else f" ({format_percent(found.percent)})"
    more = "less" if found.pence < 0 else "more"
    return f"{format_pounds(abs(found.pence))}{share} {more} than"


def find_misleading(ladder: Iterable[Listing]) -> list[tuple[Listing, float]]:
    """Return the plans whose effective cost is far above their headline price, with the uplift."""
    uplifts = [(item, uplift_percent(item.plan) or 0) for item in ladder]
    return [(item, uplift) for item, uplift in uplifts if uplift >= LARGE_UPLIFT_PERCENT]


def say_uplift(misleading: Sequence[tuple[Listing, float]], brand: str) -> list[str]:
    """Return one sentence where the brand's headline price misleads, none where it does not.

    Args:
        misleading: what `find_misleading` found of the brand; of equal uplifts the first is named.
    """
    if not misleading:
        return []
    worst, uplift = max(misleading, key=lambda found: found[1])
    return [
        f"The headline price misleads on {count_of(len(misleading), f'{brand} plan')}, "
        f"{'most of all on ' if len(misleading) > 1 else ''}{name_plan(worst.plan)}: it starts at "
        f"{format_pounds(worst.plan.price_pence)} but costs "
        f"{format_pounds(worst.monthly_pence)} a month over the term "
        f"(+{format_percent(uplift)}). Quote the effective cost."
    ]


def say_elsewhere(cheaper: Sequence[tuple[Listing, Listing]]) -> list[str]:
    """Return one sentence on plans that cost less at another seller; none without such plans.

    Args:
        cheaper: each plan with the cheaper offer of it, the widest gap first.
    """
    if not cheaper:
        return []
    own, offer = cheaper[0]
    less = own.monthly_pence - offer.monthly_pence
    first = (
        f"{name_plan_of_brand(own.plan)} costs {format_pounds(offer.monthly_pence)} a month at "
        f"{name_seller(offer)}, {format_pounds(less)} below {possessive(own.plan.brand)} own price"
    )
    if len(cheaper) == 1:
        return [f"{first}."]
    return [f"{first}; other plans are cheaper at another seller, too."]


def name_seller(offer: Listing) -> str:
    """Return who sells an aggregator's offer: a retailer, or the aggregator itself."""
    return offer.plan.retailer or AGGREGATORS[offer.plan.source]


def find_dearest(gaps: Iterable[Gap]) -> Gap | None:
    """Return the plan with the widest gap above its rival; None where no plan is dearer."""
    dearer = [gap for gap in gaps if gap.pence > 0]
    return max(dearer, key=lambda gap: gap.pence, default=None)


def say_shortfall(shortfall: Shortfall) -> str | None:
    """Return what a rival gives less of, such as "lacks EU roaming"; None for nothing."""
    parts = []
    if shortfall.lacks:
        parts.append(f"lacks {join_words(shortfall.lacks)}")
    if shortfall.unstated:
        parts.append(f"does not state {join_words(shortfall.unstated)}")
    return "; ".join(parts) or None


def say_widest_gap(gaps: Iterable[Gap], brand: str, rival: str) -> list[str]:
    """Return one sentence on the brand's dearest plan against its rival; none if none is dearer.

    Args:
        rival: whose plans the gaps are measured against: "Vodafone", "the cheapest rival".
    """
    gap = find_dearest(gaps)
    if gap is None:
        return []
    return [
        f"Like for like, {possessive(brand)} widest gap above {rival} is on "
        f"{name_plan(gap.item.plan)}: {say_beside_rival(gap)}; cutting "
        f"{format_pounds(gap.pence)} off every month would match it{_say_cheaper(gap)}."
    ]


def _say_cheaper(gap: Gap) -> str:
    """Return what a buyer of the plan may take instead, where it costs still less."""
    if gap.cheaper is None:
        return ""
    cost = format_pounds(gap.cheaper.monthly_pence)
    return f", but {name_plan_of_brand(gap.cheaper.plan)} would still be cheaper at {cost}"


def say_widest_lead(gaps: Iterable[Gap], brand: str, rival: str) -> list[str]:
    """Return one sentence on the plan that is cheapest against a rival of the same size."""
    cheaper = [gap for gap in gaps if gap.basis == "same" and gap.pence < 0]
    if not cheaper:
        return []
    gap = min(cheaper, key=lambda gap: gap.pence)
    return [
        f"{possessive(brand)} widest gap below {rival} is on {name_plan(gap.item.plan)}: "
        f"{say_beside_rival(gap)}; its price could rise by that much before the two tie."
    ]


def say_beside_rival(gap: Gap) -> str:
    """Return "£5.00, which is £1.00 (25 %) more than EE 5 GB at £4.00"."""
    return (
        f"{format_pounds(gap.item.monthly_pence)}, which is {say_difference(gap)} "
        f"{name_plan_of_brand(gap.rival.plan)} at {format_pounds(gap.rival.monthly_pence)}"
    )


def say_dominated_count(verdicts: Sequence[Domination], total: int, brand: str, rival: str) -> str:
    """Return how many plans of a brand are dominated, and how many may be.

    Args:
        rival: who sells the dominators, as a clause: "Vodafone has one that costs no more and
            offers no less".
    """
    perhaps = count_uncertain(verdicts)
    certain = len(verdicts) - perhaps
    plans = f"of {possessive(brand)} {count_of(total, 'plan')}"
    if not perhaps:
        return f"{certain} {plans} {is_or_are(certain)} dominated: {rival}."
    state = "its page does" if perhaps == 1 else "their pages do"
    doubt = f"may be dominated: {state} not state roaming or speed"
    if not certain:
        return f"None {plans} is clearly dominated; {perhaps} {doubt}."
    return f"{certain} {plans} {is_or_are(certain)} dominated: {rival}. {perhaps} more {doubt}."


def find_widest_domination(verdicts: Iterable[Domination]) -> Domination | None:
    """Return the one with the widest gap, of those that are certain if there are any."""
    return max(verdicts, key=lambda found: (not found.depends_on, found.gap_pence), default=None)


def say_domination(verdict: Domination) -> str:
    """Return which plan dominates a plan, at what cost, and the cut after which it no longer does.

    What the plan does not state, and the verdict depends on, is named.
    """
    item, dominator, ends_at = verdict.item, verdict.dominator, verdict.ends_at_pence
    unstated = " or ".join(verdict.depends_on)
    doubt = f", unless its {unstated} (not stated) is better" if unstated else ""
    return (
        f"{name_plan_of_brand(item.plan)} at {format_pounds(item.monthly_pence)} a month is "
        f"dominated by {name_plan_of_brand(dominator.plan)} at "
        f"{format_pounds(dominator.monthly_pence)}{doubt}; after a cut of "
        f"{format_pounds(item.monthly_pence - ends_at)} a month, to {format_pounds(ends_at)}, it "
        f"is no longer dominated by that plan."
    )
