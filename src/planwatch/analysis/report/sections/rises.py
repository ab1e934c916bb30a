"""Rise exposure section: what price rises add to a year's bill, by brand and contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from planwatch.analysis.facts import Fact, Unit, count_fact, ids_of
from planwatch.analysis.market.market import Listing, Market
from planwatch.analysis.metrics.ladder import annual_rise_pence, ladder_order
from planwatch.analysis.metrics.rises import rise_burden_percent, rise_exposure
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.section import Part, Section
from planwatch.analysis.rounding import round_half_up
from planwatch.analysis.subjects import Subject, brand_subject, plan_subject
from planwatch.domain.job_kinds import COMPARE
from planwatch.domain.phrasing import (
    count_of,
    format_percent,
    format_pounds,
    join_words,
    name_plan,
    name_plan_of_brand,
    possessive,
)
from planwatch.domain.rise_rules import SHORTEST_CONTRACT_MONTHS

_PLAN_COLUMNS: Final[tuple[Column, ...]] = (
    ("plan", "Contract", "text"),
    ("rise_pence", "Yearly rise", "money"),
    ("burden_percent", "% of first price", "share"),
    ("exposure_pence", "More a year", "money"),
    ("exposure_percent", "% of bill", "share"),
    ("steps", "Later prices", "text"),
)
_BRAND_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("contracts", "Contracts", "int"),
    ("rising", "With rises", "int"),
    ("mean_pence", "More a year, mean", "money"),
    ("most_pence", "Most", "money"),
    ("most_percent", "% of its bill", "share"),
    ("most_plan", "Contract", "text"),
)


def rises_part(market: Market, shown: Sequence[str], compared: Sequence[str]) -> Part:
    """Return the part.

    Args:
        shown: brands whose contracts are listed one by one, the first of them the focus.
        compared: brands that have a row.
    """
    rows = [_brand_row(brand, _contracts(market.of_brand(brand))) for brand in compared]
    rows = [row for row in rows if row["contracts"]]
    listed = [item for brand in shown for item in _contracts(market.of_brand(brand))]
    return Part(
        sentences=say_rises(rows, shown),
        tables=[
            build_table("rises_by_brand", "By brand", _BRAND_COLUMNS, rows),
            build_table("rises", "By contract", _PLAN_COLUMNS, map(_plan_row, listed)),
        ],
        facts=[
            *(fact for row in rows for fact in _brand_facts(row)),
            *(fact for item in listed for fact in _plan_facts(item)),
        ],
    )


def _contracts(listings: Sequence[Listing]) -> list[Listing]:
    long = [item for item in listings if item.plan.term_months >= SHORTEST_CONTRACT_MONTHS]
    return sorted(long, key=ladder_order)


def _plan_row(item: Listing) -> Record:
    exposure = rise_exposure(item.plan)
    return {
        "plan": name_plan_of_brand(item.plan),
        "rise_pence": annual_rise_pence(item.plan),
        "burden_percent": rise_burden_percent(item.plan),
        "exposure_pence": exposure.pence_a_year,
        "exposure_percent": exposure.percent,
        "steps": say_steps(item),
        "ids": ids_of(
            plan_subject(item),
            named="plan",
            burden_percent="rise_burden",
            exposure_pence="rise_exposure",
            exposure_percent="rise_exposure_percent",
        ),
    }


def say_steps(item: Listing) -> str:
    """Return whether the later prices of a plan are printed on its page or follow a rise rule."""
    plan, completion = item.plan, item.plan.completion
    if completion.derived:
        return "printed, then by rule" if plan.price_steps else "by rule"
    if plan.price_steps:
        return "printed"
    return {"variable": "may rise", None: "none shown"}.get(completion.kind, "none, by rule")


def _brand_row(brand: str, contracts: Sequence[Listing]) -> Record:
    exposures = [(rise_exposure(item.plan), item) for item in contracts]
    total = sum(exposure.pence_a_year for exposure, _ in exposures)
    most, item = max(
        exposures,
        key=lambda pair: (pair[0].pence_a_year, pair[0].percent or 0),
        default=(None, None),
    )
    return {
        "brand": brand,
        "contracts": len(contracts),
        "rising": sum(exposure.pence_a_year > 0 for exposure, _ in exposures),
        "mean_pence": round_half_up(Fraction(total, len(contracts))) if contracts else None,
        "unknown": sum(say_steps(item) in ("none shown", "may rise") for item in contracts),
        "most_pence": most.pence_a_year if most else None,
        "most_percent": most.percent if most else None,
        "most_plan": name_plan(item.plan) if item else None,
        "plan_ids": [item.plan_id for item in contracts],
        "ids": {
            **({"most_plan": item.plan_id} if item else {}),
            **ids_of(
                brand_subject(brand),
                contracts="contracts",
                rising="rising",
                mean_pence="rise_mean",
                most_pence="rise_most",
                most_percent="rise_most_percent",
            ),
        },
    }


def say_rises(rows: Sequence[Record], shown: Sequence[str]) -> list[str]:
    by_brand = {row["brand"]: row for row in rows}
    sentences = [_say_brand(by_brand[brand]) for brand in shown if brand in by_brand]
    risen = [row for row in rows if row["mean_pence"]]
    if len(risen) > 1:
        most = max(row["mean_pence"] for row in risen)
        worst = join_words([row["brand"] for row in risen if row["mean_pence"] == most])
        sentences.append(
            f"Contracts from {worst} rise most: by the end of the term a year costs "
            f"{format_pounds(most)} more on average."
        )
    return sentences or ["No brand here sells a contract of 12 months or more."]


def _say_brand(row: Record) -> str:
    contracts = count_of(row["contracts"], "contract")
    if not row["rising"] and row["unknown"]:
        return (
            f"{row['unknown']} of {possessive(row['brand'])} {contracts} "
            f"{'does' if row['unknown'] == 1 else 'do'} not mention a rise, so whether there will "
            "be one is not known."
        )
    if not row["rising"]:
        return f"None of {possessive(row['brand'])} {contracts} rises within its term."
    share = "" if row["most_percent"] is None else f" ({format_percent(row['most_percent'])})"
    return (
        f"{row['rising']} of {possessive(row['brand'])} {contracts} "
        f"{'rises' if row['rising'] == 1 else 'rise'} within the term; by its end a year costs "
        f"{format_pounds(row['mean_pence'])} more than at the start, averaged over all contracts, "
        f"and at most {format_pounds(row['most_pence'])}{share} more, on {row['most_plan']}."
    )


def _brand_facts(row: Record) -> list[Fact]:
    brand = brand_subject(row["brand"])
    most = replace(
        brand.said(f"{row['brand']} {row['most_plan']}"), plan_id=row["ids"]["most_plan"]
    )
    amounts: list[tuple[str, str, Any, Unit, Subject]] = [
        ("rise_mean", "mean yearly rise exposure", row["mean_pence"], "pence_per_year", brand),
        ("rise_most", "largest yearly rise exposure", row["most_pence"], "pence_per_year", most),
        ("rise_most_percent", "largest rise exposure", row["most_percent"], "percent", most),
    ]
    return [
        count_fact("contracts", row["contracts"], "contracts of a year or more", brand),
        count_fact("rising", row["rising"], "contracts with a price rise", brand),
        *(
            Fact(
                kind=kind,
                label=label,
                value=value,
                unit=unit,
                subject=subject,
                formula="Rise exposure",
                plan_ids=tuple(row["plan_ids"]),
                base="its yearly bill before rises" if unit == "percent" else None,
            )
            for kind, label, value, unit, subject in amounts
            if value is not None
        ),
    ]


def _plan_facts(item: Listing) -> list[Fact]:
    exposure = rise_exposure(item.plan)
    burden = rise_burden_percent(item.plan)
    figures: list[tuple[str, str, Any, Any, str, str | None]] = [
        (
            "rise_exposure",
            "yearly bill at the end of the term minus that after the promotion",
            exposure.pence_a_year,
            "pence_per_year",
            "Rise exposure",
            None,
        ),
        (
            "rise_exposure_percent",
            "rise exposure",
            exposure.percent,
            "percent",
            "Rise exposure",
            "its yearly bill before rises",
        ),
        ("rise_burden", "yearly rise", burden, "percent", "Rise burden", "its first price"),
    ]
    return [
        Fact(
            kind=kind,
            label=label,
            value=value,
            unit=unit,
            subject=plan_subject(item),
            formula=formula,
            plan_ids=(item.plan_id,),
            base=base,
        )
        for kind, label, value, unit, formula, base in figures
        if value is not None
    ]


TOLD: Final = frozenset(
    {
        *("rise_exposure", "rise_exposure_percent", "rise_burden", "contracts", "rising"),
        *("rise_mean", "rise_most", "rise_most_percent"),
    }
)
COMPARED: Final = Section(
    report=COMPARE,
    name="rises",
    title="Rise exposure",
    place=60,
    build=lambda study: rises_part(study.market, study.brands, study.brands),
    told=TOLD,
)
