"""The counts and differences that a narrative tells, as facts: made from the rows that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from planwatch.analysis.facts import Fact, Unit, count_fact
from planwatch.analysis.report.sentences import LARGE_UPLIFT_PERCENT, Row
from planwatch.domain.brand import slug_of_brand
from planwatch.domain.phrasing import name_size


def pair_facts(computed: Row) -> list[Fact]:
    """Return how many sizes two brands both sell, and at how many each is the cheaper."""
    a, b = computed["brands"]
    rows = [row for row in computed["pairs"] if row["gap_pence"] is not None]
    both = f"{a} and {b}"
    facts = [count_fact("pairs", len(rows), "sizes that both brands sell", both)]
    for brand, sign in ((a, -1), (b, 1)):
        won = sum(row["gap_pence"] * sign > 0 for row in rows)
        slug = slug_of_brand(brand)
        facts.append(count_fact(f"pairs_won.{slug}", won, "sizes at which it is cheaper", brand))
    for row in rows:
        size = name_size(row["data_mb"], row["term_months"])
        name = f"{row['data_mb'] or 'unlimited'}-{row['term_months']}m"
        facts += _gap_facts(f"pair_gap.{name}", row, f"{a} {size}", f"{b} {size}", "Gap to a rival")
    return facts


def basket_count_facts(rows: Sequence[Row], brands: Sequence[str]) -> list[Fact]:
    """Return how many baskets there are, and how many each brand wins alone.

    Args:
        rows: of a comparison, with `winner`.
    """
    winners = [row["winner"] for row in rows]
    return [
        count_fact("baskets", len(rows), "usage baskets", "the baskets"),
        count_fact(
            "baskets_level", winners.count("level"), "baskets that are level", "the baskets"
        ),
        count_fact("baskets_unserved", winners.count(None), "baskets served by neither", "both"),
        *(
            count_fact(
                f"baskets_won.{slug_of_brand(brand)}", winners.count(brand), "baskets won", brand
            )
            for brand in brands
        ),
    ]


def basket_gap_facts(rows: Iterable[Row], brand: str, base: str | None = None) -> list[Fact]:
    """Return the gap of a brand's price of each basket to the rival's, or to the market's."""
    facts = []
    for row in rows:
        if row["gap_pence"]:
            against = base or row["winner"]
            name = row["basket_id"]
            subject = f"{row['basket']} at {brand}"
            facts += _gap_facts(f"basket_gap.{name}", row, subject, against, "Usage basket")
    return facts


def market_basket_facts(rows: Sequence[Row], focus: str) -> list[Fact]:
    """Return how many baskets the focus wins, shares and lacks, how many its best rival wins."""
    served = [row for row in rows if row["winner"]]
    alone = sum(row["winners"] == [focus] for row in served)
    shared = sum(focus in row["winners"] for row in served) - alone
    wins: dict[str, int] = {}
    for row in served:
        for brand in row["winners"]:
            wins[brand] = wins.get(brand, 0) + 1
    slug = slug_of_brand(focus)
    lacking = sum(row["focus_pence"] is None for row in served)
    room = [
        Fact(
            id=f"basket_room.{row['basket_id']}",
            label="best rival's price of the basket less the focus brand's",
            value=row["rival_pence"] - row["focus_pence"],
            unit="pence_per_month",
            subject=f"{row['basket']} at {focus}",
            formula="Usage basket",
            base=focus,
        )
        for row in served
        if row["winners"] == [focus] and row["rival_pence"] is not None
    ]
    win = [
        Fact(
            id=f"basket_win.{row['basket_id']}",
            label="cost that wins the basket",
            value=row["market_pence"] - 1,
            unit="pence_per_month",
            subject=f"{row['basket']} at {focus}",
            formula="Price to match",
        )
        for row in served
        if (row["gap_pence"] or 0) > 0
    ]
    return [
        count_fact("baskets_served", len(served), "baskets that somebody serves", "the market"),
        count_fact(f"baskets_shared.{slug}", shared, "baskets won level with others", focus),
        count_fact(f"baskets_alone.{slug}", alone, "baskets won alone", focus),
        count_fact(f"baskets_lacking.{slug}", lacking, "baskets that only others serve", focus),
        *(
            count_fact(f"baskets_won.{slug_of_brand(brand)}", number, "baskets won", brand)
            for brand, number in wins.items()
        ),
        *basket_gap_facts(served, focus),
        *room,
        *win,
    ]


def win_facts(rows: Iterable[Row], brand: str) -> list[Fact]:
    """Return the cost at which a brand wins each basket from its rival: the rival's less 1p."""
    return [
        Fact(
            id=f"basket_win.{row['basket_id']}",
            label="cost that wins the basket",
            value=row["b_pence"] - 1,
            unit="pence_per_month",
            subject=f"{row['basket']} at {brand}",
            formula="Price to match",
        )
        for row in rows
    ]


def domination_count_facts(rows: Sequence[Row], plans: Mapping[str, int]) -> list[Fact]:
    """Return of each brand its plans, those dominated for certain and those only perhaps."""
    facts = []
    for brand, number in plans.items():
        own = [row for row in rows if row["brand"] == brand]
        certain = sum(row["hangs_on"] is None for row in own)
        slug = slug_of_brand(brand)
        inner = sum(row["dominator_brand"] == brand for row in own)
        facts += [
            count_fact(f"plans.{slug}", number, "comparable plans", brand),
            count_fact(f"dominated_certain.{slug}", certain, "plans dominated for certain", brand),
            count_fact(
                f"dominated_perhaps.{slug}", len(own) - certain, "plans dominated perhaps", brand
            ),
            count_fact(f"dominated_by_own.{slug}", inner, "plans dominated by its own", brand),
        ]
        facts += [_cut_fact(row) for row in own]
    return facts


def _cut_fact(row: Row) -> Fact:
    return Fact(
        id=f"domination_cut.{row['plan_id']}",
        label="cut that ends the domination",
        value=row["effective_pence"] - row["ends_at_pence"],
        unit="pence_per_month",
        subject=row["plan"],
        formula="Domination",
        plan_ids=(row["plan_id"],),
        base=row["dominator"],
    )


def uplift_count_facts(rungs: Iterable[Row], brands: Sequence[str]) -> list[Fact]:
    """Return on how many plans of each brand the headline misleads."""
    large = [row for row in rungs if (row["uplift_percent"] or 0) >= LARGE_UPLIFT_PERCENT]
    return [
        count_fact(
            f"misleading.{slug_of_brand(brand)}",
            sum(row["brand"] == brand for row in large),
            f"plans whose effective cost is {LARGE_UPLIFT_PERCENT:g} % or more above the headline",
            brand,
        )
        for brand in brands
    ]


def tier_gap_facts(rows: Iterable[Row], focus: str) -> list[Fact]:
    """Return the rank and the gap of the focus brand in each data tier, and how many sell there."""
    facts = []
    for row in rows:
        tier = row["tier"]
        facts.append(
            count_fact(f"tier_brands.{tier}", row["brands"], "brands that sell there", tier)
        )
        if row["rank"] is None:
            continue
        subject = f"{focus} in the {tier} data tier"
        facts.append(
            _fact(f"tier_rank.{tier}", "rank by its cheapest plan", row["rank"], "rank", subject)
        )
        if row["gap_pence"]:
            facts += _gap_facts(f"tier_gap.{tier}", row, subject, row["market_plan"], "Data tier")
    return facts


def _fact(fact_id: str, label: str, value: Any, unit: Unit, subject: str) -> Fact:
    return Fact(
        id=fact_id, label=label, value=value, unit=unit, subject=subject, formula="Data tier"
    )


def _gap_facts(fact_id: str, row: Row, subject: str, base: str, formula: str) -> list[Fact]:
    figures: tuple[tuple[str, str, Any, Unit], ...] = (
        ("", "cost less the base's", row["gap_pence"], "pence_per_month"),
        ("_percent", "gap as a percentage of the base", row["gap_percent"], "percent"),
    )
    kind, _, rest = fact_id.partition(".")
    return [
        Fact(
            id=f"{kind}{suffix}.{rest}",
            label=label,
            value=value,
            unit=unit,
            subject=subject,
            formula=formula,
            base=base,
        )
        for suffix, label, value, unit in figures
        if value is not None
    ]
