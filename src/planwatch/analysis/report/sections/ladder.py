"""Ladder section: headline and effective prices of two brands, size by size, and their uplift."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from planwatch.analysis.facts import Fact, count_fact, difference_facts, facts_of, ids_of
from planwatch.analysis.market.market import Listing
from planwatch.analysis.metrics.ladder import (
    Pair,
    annual_rise_pence,
    pair_ladders,
    pence_per_gb,
    promo_percent,
    sort_ladder,
    uplift_percent,
)
from planwatch.analysis.report.costs import cost_cells, cost_columns, cost_facts, cost_ids
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.sentences import (
    LARGE_UPLIFT_PERCENT,
    find_misleading,
    say_shortfall,
    say_uplift,
)
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import MARKET, brand_subject, plan_subject
from planwatch.domain.job_kinds import COMPARE
from planwatch.domain.phrasing import count_of, format_pounds, name_plan, name_size

MOST_FLIPS_SAID: Final = 3
_RUNG_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("plan", "Plan", "text"),
    ("headline_pence", "Headline", "money"),
    *cost_columns("effective_pence", "Effective"),
    ("exit_pence", "Exit price", "money"),
    ("uplift_percent", "Uplift", "percent"),
    ("promo_percent", "Promo depth", "percent"),
    ("promo_months", "Promo months", "months"),
    ("rise_pence", "Annual rise", "money"),
    ("per_gb_pence", "Per GB", "money"),
)


def _pair_columns(brand_a: str, brand_b: str) -> tuple[Column, ...]:
    """Return the columns of two ladders side by side."""
    return (
        ("data_mb", "Data", "data"),
        ("term_months", "Term", "months"),
        ("a_headline_pence", f"{brand_a} headline", "money"),
        ("b_headline_pence", f"{brand_b} headline", "money"),
        *cost_columns("a_effective_pence", f"{brand_a} effective"),
        *cost_columns("b_effective_pence", f"{brand_b} effective"),
        ("gap_pence", f"{brand_a} − {brand_b}", "money_diff"),
        ("gap_percent", f"% of {brand_b}", "percent"),
        ("rival_lacks", f"{brand_b} gives less", "text"),
    )


def _pair_row(pair: Pair, brand_a: str) -> Record:
    row: Record = {
        "data_mb": pair.allowance.data_mb,
        "term_months": pair.term_months,
        "gap_pence": pair.gap.pence if pair.gap else None,
        "gap_percent": pair.gap.percent if pair.gap else None,
        "rival_lacks": say_shortfall(pair.shortfall),
        **cost_cells(a_effective_pence=pair.a, b_effective_pence=pair.b),
        "ids": ids_of(
            brand_subject(brand_a),
            variant=pair_size(pair),
            gap_pence="pair_gap",
            gap_percent="pair_gap_percent",
        ),
    }
    for side, item in (("a", pair.a), ("b", pair.b)):
        row[f"{side}_headline_pence"] = item.plan.price_pence if item else None
    return row


def rung_table(ladder: Iterable[Listing]) -> Record:
    return build_table("rungs", "Every plan over its term", _RUNG_COLUMNS, map(_rung_row, ladder))


def _rung_row(item: Listing) -> Record:
    plan = item.plan
    return {
        "brand": plan.brand,
        "plan": name_plan(plan),
        "headline_pence": plan.price_pence,
        **cost_cells(effective_pence=item),
        "exit_pence": plan.exit_price_pence,
        "uplift_percent": uplift_percent(plan),
        "promo_percent": promo_percent(plan),
        "promo_months": plan.promo_months,
        "rise_pence": annual_rise_pence(plan),
        "per_gb_pence": pence_per_gb(item.monthly_pence, plan.allowance),
        "ids": {
            **ids_of(
                plan_subject(item),
                named="plan",
                headline_pence="headline",
                exit_pence="exit",
                uplift_percent="uplift",
                per_gb_pence="per_gb",
            ),
            **cost_ids("effective_pence", item),
        },
    }


def ladder_facts(ladder: Iterable[Listing]) -> list[Fact]:
    """Return headline, effective and exit price and uplift of each plan."""
    return [fact for item in ladder for fact in _rung_facts(item)]


def _rung_facts(item: Listing) -> list[Fact]:
    plan, subject, ids = item.plan, plan_subject(item), (item.plan_id,)
    prices = (
        ("headline", "headline price", plan.price_pence, "Headline price"),
        ("exit", "exit price", plan.exit_price_pence, "Exit price"),
    )
    above_first = "effective cost above the first month's price"
    return [
        *cost_facts(item),
        *(
            fact
            for kind, label, pence, formula in prices
            for fact in facts_of(
                subject, formula, (kind, label, pence, "pence_per_month"), plan_ids=ids
            )
        ),
        *facts_of(
            subject,
            "Uplift",
            ("uplift", above_first, uplift_percent(plan), "percent"),
            plan_ids=ids,
            base="its first month's price",
        ),
    ]


def pair_facts(brands: Sequence[str], pairs: Iterable[Pair]) -> list[Fact]:
    """Return how many sizes two brands both sell, and how many each sells for less."""
    a, b = brands
    gaps = [(pair, pair.gap) for pair in pairs if pair.gap]
    both = MARKET.said(f"{a} and {b}")
    facts = [count_fact("pairs", len(gaps), "sizes that both brands sell like for like", both)]
    for brand, sign in ((a, -1), (b, 1)):
        won = sum(gap.pence * sign > 0 for _, gap in gaps)
        label = "sizes at which it is cheaper"
        facts.append(count_fact("pairs_won", won, label, brand_subject(brand)))
    for pair, gap in gaps:
        size = name_size(pair.allowance.data_mb, pair.term_months)
        own, other = (brand_subject(brand).said(f"{brand} {size}") for brand in (a, b))
        facts += difference_facts("pair_gap", gap, own, other, "Gap to a rival", pair_size(pair))
    return facts


def pair_size(pair: Pair) -> str:
    """Return the size of a pair as it stands in the id of its gap: "25000-24m"."""
    return f"{pair.allowance.data_mb or 'unlimited'}-{pair.term_months}m"


def misleading_fact(plans: int, brand: str) -> Fact:
    """Return on how many plans of a brand the headline price misleads."""
    return count_fact(
        "misleading",
        plans,
        f"plans whose effective cost is {LARGE_UPLIFT_PERCENT:g} % or more above the headline",
        brand_subject(brand),
    )


def say_pairs(brands: Sequence[str], pairs: Iterable[Pair]) -> str:
    a, b = brands
    gaps = [pair.gap.pence for pair in pairs if pair.gap]
    if not gaps:
        return f"{a} and {b} have no plan with the same data and term, like for like."
    wins_a, wins_b = sum(gap < 0 for gap in gaps), sum(gap > 0 for gap in gaps)
    number = count_of(len(gaps), "like-for-like pair")
    if wins_a == wins_b == 0:
        return f"On effective cost, {a} and {b} tie in {number}."
    if wins_a == wins_b:
        return f"On effective cost, {a} and {b} are each cheaper in {wins_a} of {number}."
    lead, other = (a, b) if wins_a > wins_b else (b, a)
    if len(gaps) == 1:
        return f"On effective cost, {lead} is cheaper than {other} in the one like-for-like pair."
    more, fewer = max(wins_a, wins_b), min(wins_a, wins_b)
    return (
        f"On effective cost, {lead} is cheaper than {other} in {more} of {number} "
        f"and dearer in {fewer or 'none'}."
    )


def find_flips(pairs: Iterable[Pair]) -> list[tuple[Listing, Listing]]:
    """Return the pairs where one brand has the lower headline price but the higher effective cost.

    That brand's plan stands first; the widest gap in effective cost comes first.
    """
    both = (sorted((pair.a, pair.b), key=_cost) for pair in pairs if pair.a and pair.b and pair.gap)
    flips = [
        (dearer, cheaper)
        for cheaper, dearer in both
        if cheaper.monthly_pence < dearer.monthly_pence
        and cheaper.plan.price_pence > dearer.plan.price_pence
    ]
    return sorted(flips, key=lambda flip: flip[1].monthly_pence - flip[0].monthly_pence)


def _cost(item: Listing) -> int:
    return item.monthly_pence


def say_flip(seems: Listing, is_cheaper: Listing) -> str:
    """Return that a plan that seems cheaper is not."""
    name, other = seems.plan.brand, is_cheaper.plan.brand
    size = name_size(seems.plan.allowance.data_mb, seems.plan.term_months)
    return (
        f"At {size}, {name} is cheaper than {other} on headline price "
        f"({format_pounds(seems.plan.price_pence)} against "
        f"{format_pounds(is_cheaper.plan.price_pence)}) but dearer on effective cost "
        f"({format_pounds(seems.monthly_pence)} against "
        f"{format_pounds(is_cheaper.monthly_pence)}): compare effective costs."
    )


def _compared(study: Study) -> Part:
    a, b = study.brands
    own, rivals = sort_ladder(study.own), sort_ladder(study.rivals)
    pairs = pair_ladders(own, rivals)
    flips = [say_flip(seems, is_cheaper) for seems, is_cheaper in find_flips(pairs)]
    misleading = {a: find_misleading(own), b: find_misleading(rivals)}
    said_uplift = say_uplift(misleading[a], a)
    return Part(
        sentences=[
            say_pairs(study.brands, pairs),
            *flips[:MOST_FLIPS_SAID],
            *said_uplift,
            *say_uplift(misleading[b], b),
        ],
        tables=[
            build_table(
                "pairs",
                "Cheapest variant of each data and term, like for like",
                _pair_columns(a, b),
                [_pair_row(pair, a) for pair in pairs],
            ),
            rung_table([*own, *rivals]),
        ],
        facts=[
            *ladder_facts(sort_ladder(study.market.listings)),
            *pair_facts(study.brands, pairs),
            *(misleading_fact(len(found), brand) for brand, found in misleading.items()),
        ],
        verdict=[Line(10, say_pairs(study.brands, pairs))],
        findings=[
            *(Line(10, text) for text in flips[:1]),
            *(Line(40, text) for text in said_uplift),
        ],
    )


PRICES: Final = frozenset(
    {
        "headline",
        "effective",
        "comparable",
        "exit",
        "uplift",
        "gap",
        "gap_percent",
        "largest_uplift",
    }
)
"""Kinds of facts that a model is given for a ladder."""

COMPARED: Final = Section(
    report=COMPARE,
    name="ladder",
    title="Ladder",
    place=20,
    build=_compared,
    told=PRICES | {"misleading", "per_gb", "marginal_per_gb"},
)
