"""Promotion section: the share of each brand's plans on promotion, and how much they take off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from planwatch.analysis.facts import Fact, count_fact, ids_of
from planwatch.analysis.market.market import Market
from planwatch.analysis.metrics.promotions import promotion_intensity
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.rises import TOLD as TOLD_OF_RISES
from planwatch.analysis.report.sections.rises import rises_part
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import brand_subject
from planwatch.domain.job_kinds import ANALYSE, COMPARE
from planwatch.domain.phrasing import count_of, format_percent, is_or_are, join_words, possessive

_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("plans", "Plans", "int"),
    ("promoted", "On promotion", "int"),
    ("share_percent", "Share", "share"),
    ("weight_percent", "Off the list price over the term", "share"),
)


def promotions_part(market: Market, shown: Sequence[str], compared: Sequence[str]) -> Part:
    """Return the part: a sentence for each `shown` brand, a row for each `compared` one."""
    rows = [_row(market, brand) for brand in compared]
    return Part(
        sentences=say_promotions(rows, shown),
        tables=[build_table("promotions", "By brand", _COLUMNS, rows)],
        facts=[fact for row in rows for fact in _facts(row)],
    )


def _row(market: Market, brand: str) -> Record:
    listings = market.of_brand(brand)
    found = promotion_intensity(item.plan for item in listings)
    return {
        "brand": brand,
        "plans": found.plans,
        "promoted": found.promoted,
        "share_percent": found.share_percent,
        "weight_percent": found.weight_percent,
        "plan_ids": [item.plan_id for item in listings],
        "ids": ids_of(
            brand_subject(brand),
            plans="plans",
            promoted="promoted",
            share_percent="promo_share",
            weight_percent="promo_weight",
        ),
    }


def say_promotions(rows: Sequence[Record], shown: Sequence[str]) -> list[str]:
    by_brand = {row["brand"]: row for row in rows}
    sentences = [_say_brand(by_brand[brand]) for brand in shown]
    others = [row for row in rows if row["brand"] not in shown and row["promoted"]]
    if others:
        share = max(row["share_percent"] for row in others)
        most = [row for row in others if row["share_percent"] == share]
        plans = sum(row["plans"] for row in most)
        sentences.append(
            f"Of the others, {join_words([row['brand'] for row in most])} "
            f"{'promotes' if len(most) == 1 else 'promote'} the largest share: "
            f"{sum(row['promoted'] for row in most)} of {count_of(plans, 'plan')} "
            f"({format_percent(share)})."
        )
    return sentences


def _say_brand(row: Record) -> str:
    plans = f"of {possessive(row['brand'])} {count_of(row['plans'], 'plan')}"
    if not row["promoted"]:
        return f"None {plans} is on promotion."
    return (
        f"{row['promoted']} {plans} {is_or_are(row['promoted'])} on promotion "
        f"({format_percent(row['share_percent'])}), which takes "
        f"{format_percent(row['weight_percent'])} off the list price over the term on average."
    )


def _facts(row: Record) -> list[Fact]:
    brand, subject = row["brand"], brand_subject(row["brand"])
    shares = [
        ("promo_share", "plans on promotion", row["share_percent"], f"{brand}'s plans"),
        ("promo_weight", "reduction over the term", row["weight_percent"], "the list price"),
    ]
    return [
        count_fact("plans", row["plans"], "comparable plans", subject),
        count_fact("promoted", row["promoted"], "plans on promotion", subject),
        *(
            Fact(
                kind=kind,
                label=label,
                value=value,
                unit="percent",
                subject=subject,
                formula="Promotion intensity",
                plan_ids=tuple(row["plan_ids"]),
                base=base,
            )
            for kind, label, value, base in shares
            if value is not None
        ),
    ]


def _with_rises(study: Study) -> Part:
    market = study.market
    promotions = promotions_part(market, study.brands, market.brands)
    both = promotions.joined_with(rises_part(market, study.brands, market.brands))
    return replace(both, leads=[Line(10, promotions.sentences[0])])


TOLD: Final = frozenset({"promo_share", "promo_weight", "promoted", "plans"})
COMPARED: Final = Section(
    report=COMPARE,
    name="promotions",
    title="Promotion intensity",
    place=70,
    build=lambda study: promotions_part(study.market, study.brands, study.brands),
    told=TOLD,
)
ANALYSED: Final = Section(
    report=ANALYSE,
    name="promotions",
    title="Promotions and rises",
    place=70,
    build=_with_rises,
    told=TOLD | TOLD_OF_RISES,
)
