"""Promotion section: the share of each brand's plans on promotion, and how much they take off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from planwatch.analysis.facts import Fact, count_fact, ids_of
from planwatch.analysis.market.market import Market
from planwatch.analysis.metrics.promotions import PromotionIntensity, promotion_intensity
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
    found = {
        brand: promotion_intensity(item.plan for item in market.of_brand(brand))
        for brand in compared
    }
    rows = [_row(brand, each) for brand, each in found.items()]
    return Part(
        sentences=_say_promotions(found, shown),
        tables=[build_table("promotions", "By brand", _COLUMNS, rows)],
        facts=[fact for brand, each in found.items() for fact in _facts(market, brand, each)],
    )


def _row(brand: str, found: PromotionIntensity) -> Record:
    return {
        "brand": brand,
        "plans": found.plans,
        "promoted": found.promoted,
        "share_percent": found.share_percent,
        "weight_percent": found.weight_percent,
        "ids": ids_of(
            brand_subject(brand),
            plans="plans",
            promoted="promoted",
            share_percent="promo_share",
            weight_percent="promo_weight",
        ),
    }


def _say_promotions(found: Mapping[str, PromotionIntensity], shown: Sequence[str]) -> list[str]:
    sentences = [_say_brand(brand, found[brand]) for brand in shown]
    shares = {
        brand: each.share_percent
        for brand, each in found.items()
        if brand not in shown and each.promoted and each.share_percent is not None
    }
    if shares:
        share = max(shares.values())
        most = [brand for brand in shares if shares[brand] == share]
        plans = sum(found[brand].plans for brand in most)
        sentences.append(
            f"Of the others, {join_words(most)} "
            f"{'promotes' if len(most) == 1 else 'promote'} the largest share: "
            f"{sum(found[brand].promoted for brand in most)} of {count_of(plans, 'plan')} "
            f"({format_percent(share)})."
        )
    return sentences


def _say_brand(brand: str, found: PromotionIntensity) -> str:
    plans = f"of {possessive(brand)} {count_of(found.plans, 'plan')}"
    if found.share_percent is None or found.weight_percent is None:
        return f"None {plans} is on promotion."
    return (
        f"{found.promoted} {plans} {is_or_are(found.promoted)} on promotion "
        f"({format_percent(found.share_percent)}), which takes "
        f"{format_percent(found.weight_percent)} off the list price over the term on average."
    )


def _facts(market: Market, brand: str, found: PromotionIntensity) -> list[Fact]:
    subject = brand_subject(brand)
    shares = [
        ("promo_share", "plans on promotion", found.share_percent, f"{brand}'s plans"),
        ("promo_weight", "reduction over the term", found.weight_percent, "the list price"),
    ]
    return [
        count_fact("plans", found.plans, "comparable plans", subject),
        count_fact("promoted", found.promoted, "plans on promotion", subject),
        *(
            Fact(
                kind=kind,
                label=label,
                value=value,
                unit="percent",
                subject=subject,
                formula="Promotion intensity",
                plan_ids=tuple(item.plan_id for item in market.of_brand(brand)),
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
