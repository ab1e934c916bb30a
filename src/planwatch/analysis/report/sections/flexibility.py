"""Flexibility section: the cheapest plan of each data tier on a term of 1, 12 and 24 months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from planwatch.analysis.facts import Fact, fact_id
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
from planwatch.analysis.subjects import Subject, tier_subject
from planwatch.domain.job_kinds import ANALYSE
from planwatch.domain.phrasing import format_pounds, format_term

TERMS: Final = (1, 12, 24)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Freedom:
    """The cheapest plan of a data tier by longest acceptable term.

    Attributes:
        brand: whose plans they are; None for the whole market's.
        cheapest: by term; None where no plan is as short.
    """

    tier: DataTier
    brand: str | None
    cheapest: Mapping[int, Listing | None]

    @property
    def premium(self) -> _Premium | None:
        """What leaving each month costs; None where only one of both terms is sold."""
        short, long = self.cheapest[TERMS[0]], self.cheapest[TERMS[-1]]
        return _Premium(self.tier, short, long) if short and long else None

    @property
    def subject(self) -> Subject:
        return tier_subject(self.tier, self.brand)


@dataclass(frozen=True, slots=True)
class _Premium:
    """The cheapest plan on a term of one month beside that on any term."""

    tier: DataTier
    short: Listing
    long: Listing

    @property
    def pence(self) -> int:
        return self.short.monthly_pence - self.long.monthly_pence


def flexibility_part(market: Market, focus: str) -> Part:
    """Return the part: the cheapest of each tier by longest acceptable term, and white space."""
    every = [_find_freedom(market.listings, tier, None) for tier in DATA_TIERS]
    own = [_find_freedom(market.of_brand(focus), tier, focus) for tier in DATA_TIERS]
    both = list(zip(every, own, strict=True))
    grid = white_space_part(market, [focus], "No brand")
    sentences = [*_say_flexibility(every, own, focus), *grid.sentences]
    return Part(
        sentences=sentences,
        tables=[
            build_table(
                "flexibility",
                "Cheapest by longest term",
                _columns(focus),
                [_row(of_market, of_focus) for of_market, of_focus in both],
            ),
            *grid.tables,
        ],
        facts=[
            *(fact for pair in both for each in pair for fact in _cheapest_facts(each)),
            *(fact for pair in both for each in pair for fact in _premium_facts(each)),
            *grid.facts,
        ],
        leads=[Line(30, sentences[0])],
    )


def _find_freedom(listings: Iterable[Listing], tier: DataTier, brand: str | None) -> _Freedom:
    of_tier = [item for item in listings if data_tier(item.plan.allowance) == tier]
    return _Freedom(
        tier=tier,
        brand=brand,
        cheapest={
            term: find_cheapest(item for item in of_tier if item.plan.term_months <= term)
            for term in TERMS
        },
    )


def _row(of_market: _Freedom, of_focus: _Freedom) -> Record:
    row: Record = {"tier": TIER_WORDS[of_market.tier], "ids": {}}
    for who, premium, found in (
        ("market", "premium_pence", of_market),
        ("focus", "focus_premium_pence", of_focus),
    ):
        for term, item in found.cheapest.items():
            row[f"{who}_{term}_pence"] = item.monthly_pence if item else None
            row["ids"][f"{who}_{term}_pence"] = fact_id("flexible", found.subject, f"{term}m")
        row[premium] = found.premium.pence if found.premium else None
        row["ids"][premium] = fact_id("flexibility_premium", found.subject)
    return row


def _columns(focus: str) -> tuple[Column, ...]:
    return (
        ("tier", "Data tier", "text"),
        *((f"market_{term}_pence", f"Up to {format_term(term)}", "money") for term in TERMS),
        ("premium_pence", "1 month − 24", "money_diff"),
        *((f"focus_{term}_pence", f"{focus}, {format_term(term)}", "money") for term in TERMS),
        ("focus_premium_pence", f"{focus}, 1 month − 24", "money_diff"),
    )


def _say_flexibility(every: Iterable[_Freedom], own: Iterable[_Freedom], focus: str) -> list[str]:
    sentences = []
    dearest = _find_dearest(every)
    if dearest:
        sentences.append(
            f"The freedom to leave each month costs most for {TIER_WORDS[dearest.tier]}: "
            f"{format_pounds(dearest.short.monthly_pence)}, {format_pounds(dearest.pence)} more "
            f"than on a term of up to 24 months ({format_pounds(dearest.long.monthly_pence)})."
        )
    dearest = _find_dearest(own)
    if dearest:
        sentences.append(
            f"At {focus} it costs most for {TIER_WORDS[dearest.tier]}: "
            f"{format_pounds(dearest.short.monthly_pence)} against "
            f"{format_pounds(dearest.long.monthly_pence)}, {format_pounds(dearest.pence)} more."
        )
    return sentences or ["A longer term is no cheaper in any data tier."]


def _find_dearest(found: Iterable[_Freedom]) -> _Premium | None:
    premiums = (each.premium for each in found)
    return max(
        (premium for premium in premiums if premium and premium.pence),
        key=lambda premium: premium.pence,
        default=None,
    )


def _cheapest_facts(found: _Freedom) -> list[Fact]:
    return [
        Fact(
            kind="flexible",
            variant=f"{term}m",
            label=(
                f"lowest effective cost in the {found.tier} data tier, "
                f"term up to {format_term(term)}"
            ),
            value=item.monthly_pence,
            unit="pence_per_month",
            subject=found.subject.seen_in(item),
            formula="Data tier",
            plan_ids=(item.plan_id,),
        )
        for term, item in found.cheapest.items()
        if item
    ]


def _premium_facts(found: _Freedom) -> list[Fact]:
    if found.premium is None:
        return []
    return [
        Fact(
            kind="flexibility_premium",
            label="cost on a term of 1 month minus that on a term of up to 24 months",
            value=found.premium.pence,
            unit="pence_per_month",
            subject=found.subject.said(f"{found.brand or 'the market'}, {TIER_WORDS[found.tier]}"),
            formula="Data tier",
            base="the cheapest with a term of up to 24 months",
        )
    ]


ANALYSED: Final = Section(
    report=ANALYSE,
    name="flexibility",
    title="Flexibility",
    place=50,
    build=lambda study: flexibility_part(study.market, study.focus),
)
