"""Price ladder of a brand: headline, effective and exit price, uplift and rise of each plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from planwatch.analysis.facts import Fact, ids_of, percent_of
from planwatch.analysis.market.market import Listing, find_cheapest
from planwatch.analysis.market.sizes import group_sizes
from planwatch.analysis.subjects import Subject, plan_subject
from planwatch.domain.allowance import MB_PER_GB, Allowance
from planwatch.domain.phrasing import name_plan
from planwatch.domain.plan import Plan
from planwatch.domain.schedule import month_of_step


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The cheapest variant of each of two brands at one data and term; None where not sold."""

    allowance: Allowance
    term_months: int
    a: Listing | None
    b: Listing | None


def uplift_percent(plan: Plan) -> float | None:
    """Return by how much the effective cost lies above the first month's price, EMC/p(1) − 1.

    Returns:
        Per cent, negative where the price falls; None where the first month is free.

    Source: docs/reference/formulas.md, "Uplift".
    """
    first = plan.prices_by_month()[0]
    return percent_of(plan.effective_pence - first, first)


def promo_percent(plan: Plan) -> float | None:
    """Return the depth of the promotion, 1 − promo/list, in per cent; None without one.

    Source: docs/reference/formulas.md, "Promotion depth".
    """
    if plan.list_price_pence is None or plan.list_price_pence <= plan.price_pence:
        return None
    return percent_of(plan.list_price_pence - plan.price_pence, plan.list_price_pence)


def annual_rise_pence(plan: Plan) -> int | None:
    """Return the last yearly rise that is billed within the term, in pence a month.

    The end of a promotion is not a rise; a rise in the same month is measured from the list price.

    Returns:
        0 where the price does not rise; None where rise and promotion end cannot be told apart.

    Source: docs/reference/formulas.md, "Annual rise".
    """
    prices = plan.prices_by_month()
    ends = _months_of_promo_ends(plan)
    for month in range(len(prices), 1, -1):
        rise = prices[month - 1] - prices[month - 2]
        if rise > 0 and month not in ends:
            return rise
    return _rise_on_promo_end(plan, prices, ends)


def _rise_on_promo_end(plan: Plan, prices: Sequence[int], ends: set[int]) -> int | None:
    dated = {
        month_of_step(step, plan.as_of)
        for step in plan.all_steps
        if not isinstance(step.starts, int)
    }
    both = [month for month in ends & dated if 1 < month <= len(prices)]
    if not both:
        return 0
    if plan.list_price_pence is None:
        return None
    return max(prices[max(both) - 1] - plan.list_price_pence, 0)


def _months_of_promo_ends(plan: Plan) -> set[int]:
    ends = {step.starts for step in plan.all_steps if isinstance(step.starts, int)}
    return ends if plan.promo_months is None else ends | {plan.promo_months + 1}


def pence_per_gb(monthly_pence: int, allowance: Allowance) -> int | None:
    """Return the cost of a GB in pence, rounded half up; None for unlimited, never 0 for it.

    Source: docs/reference/formulas.md, "£ per GB".
    """
    if allowance.data_mb is None:
        return None
    return (2 * monthly_pence * MB_PER_GB + allowance.data_mb) // (2 * allowance.data_mb)


def ladder_rows(listings: Iterable[Listing]) -> list[dict[str, Any]]:
    """Return one row for each plan, by data (unlimited last), term and cost; raw values."""
    return [_row_of(item) for item in sorted(listings, key=ladder_order)]


def ladder_order(item: Listing) -> tuple[float, int, int, str]:
    """Order by data (unlimited last), term, cost."""
    plan = item.plan
    return (plan.allowance.sort_key, plan.term_months, item.monthly_pence, item.plan_id)


def _row_of(item: Listing) -> dict[str, Any]:
    plan = item.plan
    return {
        "brand": plan.brand,
        "plan_id": item.plan_id,
        "plan": name_plan(plan),
        "data_mb": plan.allowance.data_mb,
        "term_months": plan.term_months,
        "headline_pence": plan.price_pence,
        "effective_pence": item.monthly_pence,
        "exit_pence": plan.exit_price_pence,
        "uplift_percent": uplift_percent(plan),
        "promo_percent": promo_percent(plan),
        "promo_months": plan.promo_months,
        "rise_pence": annual_rise_pence(plan),
        "per_gb_pence": pence_per_gb(item.monthly_pence, plan.allowance),
        "ids": ids_of(
            plan_subject(item),
            named="plan",
            headline_pence="headline",
            effective_pence="effective",
            exit_pence="exit",
            uplift_percent="uplift",
            per_gb_pence="per_gb",
        ),
    }


def pair_ladders(a: Sequence[Listing], b: Sequence[Listing]) -> tuple[Pair, ...]:
    """Put two ladders side by side.

    Returns:
        One pair for each data and term that either sells, by data (unlimited last), then term:
        the cheapest variants, and of variants with a speed limit only where a brand has no other.
    """
    of_a, of_b = group_sizes(a), group_sizes(b)
    ordered = sorted({*of_a, *of_b}, key=lambda size: (size[0].sort_key, size[1]))
    return tuple(
        _pair_up(allowance, term, of_a.get((allowance, term), ()), of_b.get((allowance, term), ()))
        for allowance, term in ordered
    )


def _pair_up(
    allowance: Allowance, term_months: int, a: Sequence[Listing], b: Sequence[Listing]
) -> Pair:
    """Pair the cheapest variants; speed-limited ones are ignored where both brands have another."""
    full_a, full_b = (
        [item for item in side if item.plan.max_speed_mbps is None] for side in (a, b)
    )
    if full_a and full_b:
        a, b = full_a, full_b
    return Pair(
        allowance=allowance, term_months=term_months, a=find_cheapest(a), b=find_cheapest(b)
    )


def pair_row(pair: Pair) -> dict[str, Any]:
    """Return the row of a pair: both prices of both brands, and A − B where both sell."""
    row: dict[str, Any] = {
        "data_mb": pair.allowance.data_mb,
        "term_months": pair.term_months,
        "gap_pence": None,
        "gap_percent": None,
    }
    for side, item in (("a", pair.a), ("b", pair.b)):
        row[f"{side}_headline_pence"] = item.plan.price_pence if item else None
        row[f"{side}_effective_pence"] = item.monthly_pence if item else None
    if pair.a and pair.b:
        row["gap_pence"] = pair.a.monthly_pence - pair.b.monthly_pence
        row["gap_percent"] = percent_of(row["gap_pence"], pair.b.monthly_pence)
    return row


def ladder_facts(listings: Iterable[Listing]) -> list[Fact]:
    """Return headline, effective and exit price and uplift of each plan."""
    facts = []
    for item in sorted(listings, key=ladder_order):
        plan, subject = item.plan, plan_subject(item)
        amounts = [
            ("headline", "headline price", plan.price_pence, "Headline price"),
            ("effective", "effective cost", item.monthly_pence, "Comparable monthly cost"),
            ("exit", "exit price", plan.exit_price_pence, "Exit price"),
        ]
        facts += [
            Fact(
                kind=kind,
                label=label,
                value=value,
                unit="pence_per_month",
                subject=subject,
                formula=formula,
                plan_ids=(item.plan_id,),
            )
            for kind, label, value, formula in amounts
        ]
        facts += _uplift_fact(item, subject)
    return facts


def _uplift_fact(item: Listing, subject: Subject) -> list[Fact]:
    uplift = uplift_percent(item.plan)
    if uplift is None:
        return []
    return [
        Fact(
            kind="uplift",
            label="effective cost above the first month's price",
            value=uplift,
            unit="percent",
            subject=subject,
            formula="Uplift",
            plan_ids=(item.plan_id,),
            base="its first month's price",
        )
    ]
