"""Cost of further data: each step of the focus brand's ladder, and the premium for unlimited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from planwatch.analysis.facts import Fact, ids_of
from planwatch.analysis.metrics.per_gb import LadderStep, find_premiums, ladder_steps
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.section import Part
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import brand_subject, plan_subject
from planwatch.domain.phrasing import format_pounds, name_plan, possessive

_STEP_COLUMNS: Final[tuple[Column, ...]] = (
    ("smaller", "From", "text"),
    ("larger", "To", "text"),
    ("more_pence", "More a month", "money_diff"),
    ("per_gb_pence", "Each further GB", "money_diff"),
)
_PREMIUM_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("premium_pence", "Unlimited − largest capped", "money_diff"),
)


def per_gb_part(study: Study) -> Part:
    """Return the part."""
    steps = ladder_steps(study.own)
    premiums = find_premiums(study.market.by_brand())
    return Part(
        sentences=_say_premium(premiums, study.focus),
        tables=[
            build_table("steps", "Cost of each further GB", _STEP_COLUMNS, map(_step_row, steps)),
            build_table(
                "premiums",
                "Unlimited premium",
                _PREMIUM_COLUMNS,
                [_premium_row(brand, pence) for brand, pence in premiums.items()],
            ),
        ],
        facts=[*_step_facts(steps), *_premium_facts(premiums)],
    )


def _step_row(step: LadderStep) -> Record:
    return {
        "smaller": name_plan(step.smaller.plan),
        "larger": name_plan(step.larger.plan),
        "more_pence": step.larger.monthly_pence - step.smaller.monthly_pence,
        "per_gb_pence": step.pence_per_gb,
        "ids": {
            "smaller": step.smaller.plan_id,
            **ids_of(plan_subject(step.larger), named="larger", per_gb_pence="marginal_per_gb"),
        },
    }


def _step_facts(steps: Iterable[LadderStep]) -> list[Fact]:
    return [
        Fact(
            kind="marginal_per_gb",
            label="cost of each further GB",
            value=step.pence_per_gb,
            unit="pence_per_gb",
            subject=plan_subject(step.larger),
            formula="Marginal £ per GB",
            plan_ids=(step.smaller.plan_id, step.larger.plan_id),
            base=plan_subject(step.smaller),
        )
        for step in steps
        if step.pence_per_gb is not None
    ]


def _premium_row(brand: str, pence: int) -> Record:
    return {
        "brand": brand,
        "premium_pence": pence,
        "ids": ids_of(brand_subject(brand), premium_pence="unlimited_premium"),
    }


def _premium_facts(premiums: Mapping[str, int]) -> list[Fact]:
    return [
        Fact(
            kind="unlimited_premium",
            label="effective cost of unlimited data minus that of the largest capped plan",
            value=pence,
            unit="pence_per_month",
            subject=brand_subject(brand),
            formula="Unlimited premium",
            base=f"the largest capped plan of {brand}",
        )
        for brand, pence in premiums.items()
    ]


def _say_premium(premiums: Mapping[str, int], focus: str) -> list[str]:
    """Return the unlimited premium of the focus, and the lowest one among its rivals."""
    if focus not in premiums:
        return []
    first = (
        f"{possessive(focus)} unlimited data costs {_say_more(premiums[focus])} a month "
        f"than its largest capped plan"
    )
    others = [brand for brand in premiums if brand != focus]
    if not others:
        return [f"{first}."]
    least = min(others, key=premiums.__getitem__)
    more = _say_more(premiums[least])
    return [f"{first}; at {least} it costs {more}, the lowest premium among rivals."]


def _say_more(pence: int) -> str:
    return f"{format_pounds(abs(pence))} {'less' if pence < 0 else 'more'}"
