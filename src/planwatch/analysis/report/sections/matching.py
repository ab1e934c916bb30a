"""Price to match section: the cut, promotion or data that would match a rival or win a basket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from planwatch.analysis.facts import Fact, Unit, fact_id, ids_of, percent_of
from planwatch.analysis.market.market import Listing
from planwatch.analysis.metrics.baskets import MarketPrice
from planwatch.analysis.metrics.frontier import is_dominated
from planwatch.analysis.metrics.gap import Gap, find_gaps
from planwatch.analysis.metrics.price_to_match import (
    cut_to_match_pence,
    data_to_match,
    price_to_win_pence,
    promotion_to_match_pence,
)
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import basket_subject, brand_subject, plan_subject
from planwatch.domain.job_kinds import ANALYSE, COMPARE
from planwatch.domain.phrasing import (
    count_of,
    format_data,
    format_pounds,
    name_plan_of_brand,
)

PROMO_MONTHS: Final = (3, 6, 12)
MOST_SAID: Final = 3
NONE_IS_ENOUGH: Final = "no amount"
_PLAN_COLUMNS: Final[tuple[Column, ...]] = (
    ("plan", "Plan", "text"),
    ("effective_pence", "Effective", "money"),
    ("rival", "Rival", "text"),
    ("rival_pence", "Rival effective", "money"),
    ("cut_pence", "Cut each month", "money"),
    *(
        (f"promo_{months}_pence", f"or off first {months} months", "money")
        for months in PROMO_MONTHS
    ),
    ("data", "or data at same price", "text"),
)
_BASKET_COLUMNS: Final[tuple[Column, ...]] = (
    ("basket", "Basket", "text"),
    ("own_pence", "Own price", "money"),
    ("best_pence", "Best rival", "money"),
    ("rival", "Rival", "text"),
    ("win_pence", "Wins at", "money"),
    ("cut_pence", "Cut to win", "money"),
)


def matching_part(
    brand: str,
    gaps: Sequence[Gap],
    priced: Sequence[MarketPrice],
    rivals: Sequence[Listing],
) -> Part:
    """Return the part for one brand.

    Args:
        gaps: of the brand's plans to their rivals.
        priced: the baskets at every brand compared.
        rivals: plans that may dominate the brand's.
    """
    # rivals that lack nothing come first, then the narrowest gap
    behind = sorted(
        (gap for gap in gaps if gap.pence > 0),
        key=lambda gap: (bool(gap.rival_lacks), gap.pence),
    )
    rows = [_plan_row(gap, rivals) for gap in behind]
    baskets = [row for price in priced if (row := _basket_row(price, brand)) is not None]
    return Part(
        sentences=say_matching(rows, baskets, brand),
        tables=[
            build_table("match", f"To match the rival of each {brand} plan", _PLAN_COLUMNS, rows),
            build_table("win", f"What {brand} needs to win each basket", _BASKET_COLUMNS, baskets),
        ],
        facts=[
            *(
                fact
                for gap, row in zip(behind, rows, strict=True)
                for fact in _plan_facts(gap, row)
            ),
            *(fact for row in baskets for fact in _basket_facts(row, brand)),
        ],
    )


def _plan_row(gap: Gap, rivals: Sequence[Listing]) -> Record:
    item, rival = gap.item, gap.rival
    plan, pence = item.plan, gap.pence or 0
    row: dict[str, Any] = {
        "plan": name_plan_of_brand(plan),
        "effective_pence": item.monthly_pence,
        "rival": name_plan_of_brand(rival.plan) if rival else None,
        "rival_pence": rival.monthly_pence if rival else None,
        "cut_pence": cut_to_match_pence(pence),
    }
    for months in PROMO_MONTHS:
        is_shorter = months < plan.term_months
        worth = promotion_to_match_pence(plan, pence, months) if is_shorter else None
        row[f"promo_{months}_pence"] = worth
    enough = data_to_match(item, rivals)
    row["data_mb"] = enough.data_mb if enough and is_dominated(item, rivals) else None
    row["data"] = _say_data(enough is None, row["data_mb"])
    row["rival_lacks"] = " and ".join(gap.rival_lacks) or None
    row["percent"] = percent_of(pence, rival.monthly_pence) if rival else None
    row["ids"] = {
        **ids_of(
            plan_subject(item),
            named="plan",
            effective_pence="effective",
            cut_pence="match_cut",
            data="match_data",
        ),
        **{
            f"promo_{months}_pence": fact_id("match_promo", plan_subject(item), f"{months}m")
            for months in PROMO_MONTHS
        },
    }
    if rival:
        row["ids"] |= ids_of(plan_subject(rival), named="rival", rival_pence="effective")
    return row


def _say_data(is_none_enough: bool, data_mb: int | None) -> str | None:
    if is_none_enough:
        return NONE_IS_ENOUGH
    return None if data_mb is None else format_data(data_mb)


def _basket_row(price: MarketPrice, brand: str) -> Record | None:
    """Return what would win a basket that the brand serves and does not win; None for others."""
    own = price.price_at(brand)
    others = {name: item for name, item in price.cheapest.items() if name != brand}
    if own is None or not others:
        return None
    rival = min(others.values(), key=lambda item: (item.monthly_pence, item.plan_id))
    win = price_to_win_pence(rival.monthly_pence)
    if win is None or own <= win:
        return None
    return {
        "basket_id": price.basket.id,
        "basket": price.basket.label,
        "own_pence": own,
        "best_pence": rival.monthly_pence,
        "rival": name_plan_of_brand(rival.plan),
        "win_pence": win,
        "cut_pence": own - win,
        "rival_brand": rival.plan.brand,
        "plan_ids": [price.cheapest[brand].plan_id, rival.plan_id],
        "ids": {
            "rival": rival.plan_id,
            **ids_of(
                basket_subject(price.basket.id, price.basket.label, brand),
                own_pence="win_own",
                win_pence="win",
                cut_pence="win_cut",
            ),
        },
    }


def say_matching(rows: Sequence[Record], baskets: Sequence[Record], brand: str) -> list[str]:
    if not rows and not baskets:
        return [f"Nothing to match: no rival is cheaper than {brand} anywhere."]
    sentences = [_say_plan(row) for row in rows[:MOST_SAID]]
    if len(rows) > MOST_SAID:
        sentences.append(
            "The table shows the same for every other plan that costs more than its rival."
        )
    if baskets:
        near = min(baskets, key=lambda row: row["cut_pence"])
        sentences.append(
            f"Closest basket to win: {near['basket']}, at {format_pounds(near['win_pence'])} a "
            f"month instead of {format_pounds(near['own_pence'])}, 1p below {near['rival']}."
        )
    return sentences


def _say_plan(row: Record) -> str:
    ways = [f"{row['plan']} could cut {format_pounds(row['cut_pence'])} off every month"]
    longest = [months for months in PROMO_MONTHS if row[f"promo_{months}_pence"] is not None]
    if longest:
        months = longest[0]
        worth = format_pounds(row[f"promo_{months}_pence"])
        ways.append(f"{worth} off each of the first {count_of(months, 'month')}")
    if row["data_mb"] is not None:
        ways.append(
            f"give {format_data(row['data_mb'])} at its present price, where no rival plan "
            "dominates it"
        )
    ways_said = ", or ".join(ways)
    lacks = f", which lacks {row['rival_lacks']}" if row["rival_lacks"] else ""
    return f"To match {row['rival']} at {format_pounds(row['rival_pence'])}{lacks}, {ways_said}."


def _plan_facts(gap: Gap, row: Record) -> list[Fact]:
    item, rival = plan_subject(gap.item), plan_subject(gap.rival) if gap.rival else None
    figures: list[tuple[str, str, str, Any, Unit]] = [
        (
            "match_cut",
            "",
            "cut off every month that matches the rival",
            row["cut_pence"],
            "pence_per_month",
        ),
        ("match_effective", "", "effective cost", row["effective_pence"], "pence_per_month"),
        (
            "match_rival",
            "",
            "effective cost of the rival",
            row["rival_pence"],
            "pence_per_month",
        ),
        *(
            (
                "match_promo",
                f"{months}m",
                f"reduction in each of the first {months} months that matches the rival",
                row[f"promo_{months}_pence"],
                "pence_per_month",
            )
            for months in PROMO_MONTHS
        ),
        ("match_data", "", "least data at its price that no rival dominates", row["data_mb"], "mb"),
    ]
    return [
        Fact(
            kind=kind,
            variant=variant,
            label=label,
            value=value,
            unit=unit,
            subject=item.said(row["rival"]) if kind == "match_rival" else item,
            formula="Price to match",
            plan_ids=tuple(each.plan_id for each in (gap.item, gap.rival) if each),
            base=rival,
        )
        for kind, variant, label, value, unit in figures
        if value is not None
    ]


def _basket_facts(row: Record, brand: str) -> list[Fact]:
    figures = [
        ("win", "cost that wins the basket", row["win_pence"]),
        ("win_cut", "cut that wins the basket", row["cut_pence"]),
        ("win_own", "own price of the basket", row["own_pence"]),
    ]
    return [
        Fact(
            kind=kind,
            label=label,
            value=value,
            unit="pence_per_month",
            subject=basket_subject(row["basket_id"], row["basket"], brand),
            formula="Price to match",
            plan_ids=tuple(row["plan_ids"]),
            base=brand_subject(row["rival_brand"]).said(row["rival"]),
        )
        for kind, label, value in figures
    ]


def _recommend(study: Study) -> Part:
    gaps = find_gaps(study.own, study.rivals)
    part = matching_part(study.focus, gaps.found, study.priced, study.rivals)
    return replace(part, leads=[Line(40, part.sentences[0])])


_TOLD: Final = frozenset(
    {
        *("match_cut", "match_effective", "match_rival", "match_promo", "match_data"),
        *("win", "win_cut", "win_own"),
    }
)
COMPARED: Final = Section(
    report=COMPARE,
    name="match",
    title="Price to match and to beat",
    place=100,
    build=lambda study: matching_part(study.focus, study.gaps.found, study.priced, study.rivals),
    told=_TOLD,
)
ANALYSED: Final = Section(
    report=ANALYSE,
    name="recommendations",
    title="Recommendations",
    place=90,
    build=_recommend,
    told=_TOLD | {"domination_cut", "basket_room"},
)
