"""Flexibility section: the cheapest plan of each data tier on a term of 1, 12 and 24 months."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from planwatch.analysis.facts import Fact, fact_id, ids_of
from planwatch.analysis.market.market import (
    DATA_TIERS,
    DataTier,
    Listing,
    Market,
    data_tier,
    find_cheapest,
)
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.section import Line, Part, Section
from planwatch.analysis.report.sections.white_space import TIER_WORDS, white_space_part
from planwatch.analysis.subjects import tier_subject
from planwatch.domain.job_kinds import ANALYSE
from planwatch.domain.phrasing import format_pounds, format_term

TERMS: Final = (1, 12, 24)


def flexibility_part(market: Market, focus: str) -> Part:
    """Return the part: the cheapest of each tier by longest acceptable term, and white space."""
    found = {
        (tier, who, term): find_cheapest(
            item
            for item in market.listings
            if data_tier(item.plan.allowance) == tier
            and item.plan.term_months <= term
            and (who == "market" or item.plan.brand == focus)
        )
        for tier in DATA_TIERS
        for who in ("market", "focus")
        for term in TERMS
    }
    rows = [
        {
            "tier": TIER_WORDS[tier],
            **{
                f"{who}_{term}_pence": item.monthly_pence if item else None
                for (of_tier, who, term), item in found.items()
                if of_tier == tier
            },
            "ids": _ids(tier, focus),
        }
        for tier in DATA_TIERS
    ]
    for row in rows:
        row["premium_pence"] = _premium(row, "market")
        row["focus_premium_pence"] = _premium(row, "focus")
    grid = white_space_part(market, [focus], "No brand")
    sentences = [*say_flexibility(rows, focus), *grid.sentences]
    return Part(
        sentences=sentences,
        tables=[
            build_table("flexibility", "Cheapest by longest term", _columns(focus), rows),
            *grid.tables,
        ],
        facts=[
            *(
                _cheapest_fact(tier, focus if who == "focus" else None, term, item)
                for (tier, who, term), item in found.items()
                if item
            ),
            *_premium_facts(rows, focus),
            *grid.facts,
        ],
        leads=[Line(30, sentences[0])],
    )


def _ids(tier: DataTier, focus: str) -> dict[str, str]:
    market, own = tier_subject(tier), tier_subject(tier, focus)
    return {
        **ids_of(market, premium_pence="flexibility_premium"),
        **ids_of(own, focus_premium_pence="flexibility_premium"),
        **{
            f"{who}_{term}_pence": fact_id("flexible", subject, f"{term}m")
            for who, subject in (("market", market), ("focus", own))
            for term in TERMS
        },
    }


def _columns(focus: str) -> tuple[Column, ...]:
    return (
        ("tier", "Data tier", "text"),
        *((f"market_{term}_pence", f"Up to {format_term(term)}", "money") for term in TERMS),
        ("premium_pence", "1 month − 24", "money_diff"),
        *((f"focus_{term}_pence", f"{focus}, {format_term(term)}", "money") for term in TERMS),
        ("focus_premium_pence", f"{focus}, 1 month − 24", "money_diff"),
    )


def _premium(row: Record, who: str) -> int | None:
    short, long = row[f"{who}_1_pence"], row[f"{who}_24_pence"]
    return None if short is None or long is None else short - long


def say_flexibility(rows: Sequence[Record], focus: str) -> list[str]:
    sentences = []
    premiums = [row for row in rows if row["premium_pence"]]
    if premiums:
        row = max(premiums, key=lambda row: row["premium_pence"])
        sentences.append(
            f"The freedom to leave each month costs most for {row['tier']}: "
            f"{format_pounds(row['market_1_pence'])}, {format_pounds(row['premium_pence'])} more "
            f"than on a term of up to 24 months ({format_pounds(row['market_24_pence'])})."
        )
    own = [row for row in rows if row["focus_premium_pence"]]
    if own:
        row = max(own, key=lambda row: row["focus_premium_pence"])
        sentences.append(
            f"At {focus} it costs most for {row['tier']}: {format_pounds(row['focus_1_pence'])} "
            f"against {format_pounds(row['focus_24_pence'])}, "
            f"{format_pounds(row['focus_premium_pence'])} more."
        )
    return sentences or ["A longer term is no cheaper in any data tier."]


def _cheapest_fact(tier: DataTier, brand: str | None, term: int, item: Listing) -> Fact:
    return Fact(
        kind="flexible",
        variant=f"{term}m",
        label=f"lowest effective cost in the {tier} data tier, term up to {format_term(term)}",
        value=item.monthly_pence,
        unit="pence_per_month",
        subject=tier_subject(tier, brand).seen_in(item),
        formula="Data tier",
        plan_ids=(item.plan_id,),
    )


def _premium_facts(rows: Sequence[Record], focus: str) -> list[Fact]:
    return [
        Fact(
            kind="flexibility_premium",
            label="cost on a term of 1 month minus that on a term of up to 24 months",
            value=row[key],
            unit="pence_per_month",
            subject=tier_subject(tier, brand).said(f"{brand or 'the market'}, {row['tier']}"),
            formula="Data tier",
            base="the cheapest with a term of up to 24 months",
        )
        for tier, row in zip(DATA_TIERS, rows, strict=True)
        for key, brand in (("premium_pence", None), ("focus_premium_pence", focus))
        if row[key] is not None
    ]


ANALYSED: Final = Section(
    report=ANALYSE,
    name="flexibility",
    title="Flexibility",
    place=50,
    build=lambda study: flexibility_part(study.market, study.focus),
)
