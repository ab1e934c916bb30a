"""Rise exposure section: what price rises add to a year's bill, by brand and contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from planwatch.analysis.facts import Fact, Unit, count_fact, ids_of
from planwatch.analysis.market.market import Listing, Market
from planwatch.analysis.metrics.ladder import annual_rise_pence, sort_ladder
from planwatch.analysis.metrics.rises import (
    BrandExposure,
    brand_exposure,
    rise_burden_percent,
    rise_exposure,
)
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.section import Part, Section
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
    found = {
        brand: brand_exposure(contracts)
        for brand in compared
        if (contracts := _contracts(market.of_brand(brand)))
    }
    listed = [item for brand in shown for item in _contracts(market.of_brand(brand))]
    return Part(
        sentences=_say_rises(found, shown),
        tables=[
            build_table(
                "rises_by_brand",
                "By brand",
                _BRAND_COLUMNS,
                [_brand_row(brand, exposure) for brand, exposure in found.items()],
            ),
            build_table("rises", "By contract", _PLAN_COLUMNS, map(_plan_row, listed)),
        ],
        facts=[
            *(fact for brand, each in found.items() for fact in _brand_facts(brand, each)),
            *(fact for item in listed for fact in _plan_facts(item)),
        ],
    )


def _contracts(listings: Sequence[Listing]) -> list[Listing]:
    long = [item for item in listings if item.plan.term_months >= SHORTEST_CONTRACT_MONTHS]
    return sort_ladder(long)


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
        return "printed, may rise" if plan.may_rise else "printed"
    return {"variable": "may rise", None: "none shown"}.get(completion.kind, "none, by rule")


def _brand_row(brand: str, found: BrandExposure) -> Record:
    return {
        "brand": brand,
        "contracts": len(found.contracts),
        "rising": found.rising,
        "mean_pence": found.mean_pence,
        "most_pence": found.most.pence_a_year,
        "most_percent": found.most.percent,
        "most_plan": name_plan(found.largest.plan),
        "ids": {
            "most_plan": found.largest.plan_id,
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


def _say_rises(found: Mapping[str, BrandExposure], shown: Sequence[str]) -> list[str]:
    sentences = [_say_brand(brand, found[brand]) for brand in shown if brand in found]
    risen = {brand: each.mean_pence for brand, each in found.items() if each.mean_pence}
    if len(risen) > 1:
        most = max(risen.values())
        worst = join_words([brand for brand, pence in risen.items() if pence == most])
        sentences.append(
            f"Contracts from {worst} rise most: by the end of the term a year costs "
            f"{format_pounds(most)} more on average."
        )
    return sentences or ["No brand here sells a contract of 12 months or more."]


def _say_brand(brand: str, found: BrandExposure) -> str:
    contracts = count_of(len(found.contracts), "contract")
    unknown = sum(say_steps(item) in ("none shown", "may rise") for item in found.contracts)
    if not found.rising and unknown:
        return (
            f"{unknown} of {possessive(brand)} {contracts} "
            f"{'does' if unknown == 1 else 'do'} not mention a rise, so whether there will "
            "be one is not known."
        )
    if not found.rising:
        return f"None of {possessive(brand)} {contracts} rises within its term."
    most = found.most
    share = "" if most.percent is None else f" ({format_percent(most.percent)})"
    return (
        f"{found.rising} of {possessive(brand)} {contracts} "
        f"{'rises' if found.rising == 1 else 'rise'} within the term; by its end a year costs "
        f"{format_pounds(found.mean_pence)} more than at the start, averaged over all contracts, "
        f"and at most {format_pounds(most.pence_a_year)}{share} more, on "
        f"{name_plan(found.largest.plan)}."
    )


def _brand_facts(brand: str, found: BrandExposure) -> list[Fact]:
    own = brand_subject(brand)
    largest = own.seen_in(found.largest)
    amounts: list[tuple[str, str, float | None, Unit, Subject]] = [
        ("rise_mean", "mean yearly rise exposure", found.mean_pence, "pence_per_year", own),
        (
            "rise_most",
            "largest yearly rise exposure",
            found.most.pence_a_year,
            "pence_per_year",
            largest,
        ),
        ("rise_most_percent", "largest rise exposure", found.most.percent, "percent", largest),
    ]
    return [
        count_fact("contracts", len(found.contracts), "contracts of a year or more", own),
        count_fact("rising", found.rising, "contracts with a price rise", own),
        *(
            Fact(
                kind=kind,
                label=label,
                value=value,
                unit=unit,
                subject=subject,
                formula="Rise exposure",
                plan_ids=tuple(item.plan_id for item in found.contracts),
                base="its yearly bill before rises" if unit == "percent" else None,
            )
            for kind, label, value, unit, subject in amounts
            if value is not None
        ),
    ]


def _plan_facts(item: Listing) -> list[Fact]:
    exposure = rise_exposure(item.plan)
    burden = rise_burden_percent(item.plan)
    figures: list[tuple[str, str, float | None, Unit, str, str | None]] = [
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
