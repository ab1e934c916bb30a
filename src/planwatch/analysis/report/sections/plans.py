"""Plans considered section: every plan with its figures, and why a plan is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from planwatch.analysis.facts import Fact, count_fact, ids_of
from planwatch.analysis.inputs import Background
from planwatch.analysis.market.market import DataTier, LeftOut, Listing, build_market
from planwatch.analysis.metrics.horizon import HORIZONS, HorizonCost, horizon_cost
from planwatch.analysis.metrics.ladder import ladder_order, pence_per_gb
from planwatch.analysis.metrics.score import Score, TierPrices, score_plan, tier_prices
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.rises import say_steps
from planwatch.analysis.report.sections.section import Part, Section
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import MARKET, Subject, plan_subject
from planwatch.domain.job_kinds import ANALYSE, COMPARE
from planwatch.domain.phrasing import count_of, is_or_are, name_plan

_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("plan", "Plan", "text"),
    ("headline_pence", "Headline", "money"),
    ("effective_pence", "Effective", "money"),
    *((f"over_{months}_pence", f"Over {months} months", "money") for months in HORIZONS),
    ("per_gb_pence", "Per GB", "money"),
    ("score", "Score", "int"),
    ("coverage", "Weight known", "int"),
    ("efficient", "Efficient", "text"),
    ("steps", "Later prices", "text"),
    ("as_of", "Seen", "date"),
)
_ASSUMED: Final = ("goes_on", "cut_off")
_LEFT_OUT_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("name", "Plan", "text"),
    ("reason", "Reason", "text"),
)


def plans_part(study: Study) -> Part:
    """Return the part: scores are by the prices of the last 90 days of each data tier."""
    market, background = study.market, study.background
    past = build_market(background.past_plans, unverified=background.unverified)
    prices = tier_prices([*market.listings, *past.listings])
    dominated = {verdict.item.plan_id for verdict in study.dominated}
    considered = [
        _consider(item, background, prices, item.plan_id in dominated)
        for item in sorted(market.listings, key=_order)
    ]
    left_out = [_leave_out(item, background) for item in market.left_out]
    return Part(
        sentences=say_plans(considered, left_out),
        tables=[
            build_table("considered", "Considered", _COLUMNS, considered),
            build_table("left_out", "Left out", _LEFT_OUT_COLUMNS, left_out),
        ],
        facts=[
            count_fact("plans", len(considered), "plans considered", MARKET, "considered"),
            count_fact("plans", len(left_out), "plans left out", MARKET, "left_out"),
            *_assumption_facts(considered),
            *(fact for row in considered for fact in _facts(row)),
        ],
        document={
            "left_out": left_out,
            "considered": [{key: row[key] for key in _CONSIDERED} for row in considered],
        },
    )


def _order(item: Listing) -> tuple[Any, ...]:
    return (item.plan.brand.casefold(), *ladder_order(item))


def _consider(
    item: Listing,
    background: Background,
    prices: Mapping[DataTier, TierPrices],
    is_dominated: bool,
) -> Record:
    plan = item.plan
    score = score_plan(item, prices)
    costs = [horizon_cost(plan, months) for months in HORIZONS]
    capture = background.captures.get(item.plan_id)
    return {
        "slug": item.slug,
        "plan_id": item.plan_id,
        "brand": plan.brand,
        "plan": name_plan(plan),
        "headline_pence": plan.price_pence,
        "effective_pence": item.monthly_pence,
        **{f"over_{cost.months}_pence": cost.pence for cost in costs},
        "per_gb_pence": pence_per_gb(item.monthly_pence, plan.allowance),
        "score": score.value,
        "coverage": score.coverage_percent,
        "score_version": score.version,
        "marks": _round_marks(score),
        "efficient": None if is_dominated else "yes",
        "steps": say_steps(item),
        "derived_steps": [
            {"from": str(step.starts), "price_pence": step.price_pence}
            for step in plan.completion.derived
        ],
        "schedule_conflicts": [
            {
                "month": conflict.month,
                "printed_pence": conflict.printed_pence,
                "rule_pence": conflict.rule_pence,
                "source": conflict.source,
            }
            for conflict in plan.completion.conflicts
        ],
        "assumptions": _assumptions(costs),
        "as_of": plan.as_of.isoformat(),
        "captured_at": capture.captured_at if capture else None,
        "capture_sha256": capture.sha256 if capture else None,
        "url": capture.url if capture else plan.url,
        "ids": ids_of(
            plan_subject(item),
            named="plan",
            headline_pence="headline",
            effective_pence="effective",
            per_gb_pence="per_gb",
            score="score",
            coverage="score_coverage",
            **{f"over_{months}_pence": f"over_{months}m" for months in HORIZONS},
        ),
    }


def _leave_out(item: LeftOut, background: Background) -> Record:
    record = item.as_record()
    capture = background.captures.get(record["plan_id"])
    return {
        **record,
        "captured_at": capture.captured_at if capture else None,
        "capture_sha256": capture.sha256 if capture else None,
    }


def _round_marks(score: Score) -> dict[str, float | None]:
    return {name: None if mark is None else round(mark, 3) for name, mark in score.marks.items()}


def _assumptions(costs: Sequence[HorizonCost]) -> list[str]:
    return [
        f"over_{cost.months}_months_{assumption}"
        for cost in costs
        for assumption in cost.assumptions
    ]


def say_plans(considered: Sequence[Record], left_out: Sequence[Record]) -> list[str]:
    sentences = [f"{count_of(len(considered), 'plan')} {is_or_are(len(considered))} considered."]
    if left_out:
        sentences.append(
            f"{count_of(len(left_out), 'plan')} {is_or_are(len(left_out))} left out; "
            f"the table gives the reasons."
        )
    goes_on, cut_off = (_count_assumption(considered, name) for name in _ASSUMED)
    if goes_on or cut_off:
        sentences.append(
            f"Costs over {HORIZONS[0]} and {HORIZONS[1]} months assume that the last price of "
            f"{count_of(goes_on, 'shorter plan')} continues, and count only the first months of "
            f"{count_of(cut_off, 'longer plan')}."
        )
    scored = [row for row in considered if row["score"] is not None]
    if scored:
        best = max(scored, key=lambda row: (row["score"], row["coverage"], -row["effective_pence"]))
        sentences.append(
            f"{best['brand']} {best['plan']} has the highest competitiveness score: "
            f"{best['score']} of 100, with {best['coverage']} of 100 of its weight known."
        )
    return sentences


def _count_assumption(considered: Sequence[Record], name: str) -> int:
    return sum(any(one.endswith(name) for one in row["assumptions"]) for row in considered)


def _assumption_facts(considered: Sequence[Record]) -> list[Fact]:
    return [
        count_fact(
            "assumed",
            _count_assumption(considered, name),
            label,
            MARKET.said("the plans considered"),
            name,
        )
        for name, label in zip(
            _ASSUMED,
            (
                "plans whose last price is assumed to continue",
                "plans counted by their first months",
            ),
            strict=True,
        )
    ]


def _facts(row: Record) -> list[Fact]:
    subject = Subject(
        kind="plan",
        key=row["slug"],
        words=f"{row['brand']} {row['plan']}",
        brand=row["brand"],
        plan_id=row["plan_id"],
    )
    figures: list[tuple[str, str, Any, Any, str]] = [
        (
            "effective",
            "effective cost",
            row["effective_pence"],
            "pence_per_month",
            "Comparable monthly cost",
        ),
        *(
            (
                f"over_{months}m",
                f"cost over {months} months",
                row[f"over_{months}_pence"],
                "pence_per_month",
                "Common horizon",
            )
            for months in HORIZONS
        ),
        ("per_gb", "cost of a GB", row["per_gb_pence"], "pence_per_gb", "£ per GB"),
        ("score", "competitiveness score", row["score"], "points", "Competitiveness score"),
        (
            "score_coverage",
            "weight of the score's components that are known",
            row["coverage"],
            "points",
            "Competitiveness score",
        ),
    ]
    return [
        Fact(
            kind=kind,
            label=label,
            value=value,
            unit=unit,
            subject=subject,
            formula=formula,
            plan_ids=(row["plan_id"],),
        )
        for kind, label, value, unit, formula in figures
        if value is not None
    ]


_CONSIDERED: Final = (
    "plan_id",
    "brand",
    "plan",
    "effective_pence",
    "score",
    "coverage",
    "score_version",
    "marks",
    "derived_steps",
    "schedule_conflicts",
    "assumptions",
    "as_of",
    "captured_at",
    "capture_sha256",
    "url",
)
"""What docs/reference/json.md has of each plan considered."""

_TITLE: Final = "Plans considered"
COMPARED: Final = Section(report=COMPARE, name="market", title=_TITLE, place=120, build=plans_part)
ANALYSED: Final = Section(report=ANALYSE, name="market", title=_TITLE, place=100, build=plans_part)
