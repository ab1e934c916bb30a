"""Plans considered section: every plan with its figures, and why a plan is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planwatch.analysis.facts import Fact, Unit, count_fact, ids_of
from planwatch.analysis.inputs import Background, Capture
from planwatch.analysis.market.market import LeftOut, Listing, build_market
from planwatch.analysis.metrics.horizon import (
    HORIZONS,
    Assumption,
    HorizonCost,
    horizon_cost,
)
from planwatch.analysis.metrics.ladder import ladder_order, pence_per_gb
from planwatch.analysis.metrics.score import Score, score_plan, tier_prices
from planwatch.analysis.report.costs import cost_cells, cost_columns, cost_facts, cost_ids
from planwatch.analysis.report.document import Column, Record, build_table
from planwatch.analysis.report.sections.rises import say_steps
from planwatch.analysis.report.sections.section import Part, Section
from planwatch.analysis.report.study import Study
from planwatch.analysis.subjects import MARKET, plan_subject
from planwatch.domain.job_kinds import ANALYSE, COMPARE
from planwatch.domain.phrasing import count_of, is_or_are, name_plan, name_plan_of_brand

_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("plan", "Plan", "text"),
    ("headline_pence", "Headline", "money"),
    *cost_columns("effective_pence", "Effective"),
    *((f"over_{months}_pence", f"Over {months} months", "money") for months in HORIZONS),
    ("per_gb_pence", "Per GB", "money"),
    ("score", "Score", "int"),
    ("coverage", "Weight known", "int"),
    ("efficient", "Efficient", "text"),
    ("steps", "Later prices", "text"),
    ("as_of", "Seen", "date"),
)
_ASSUMED: Final[tuple[Assumption, ...]] = ("goes_on", "cut_off")
_LEFT_OUT_COLUMNS: Final[tuple[Column, ...]] = (
    ("brand", "Brand", "text"),
    ("name", "Plan", "text"),
    ("reason", "Reason", "text"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Considered:
    """A plan with what the market table shows of it; `costs` are over each of the horizons."""

    item: Listing
    score: Score
    costs: tuple[HorizonCost, ...]
    is_dominated: bool
    capture: Capture | None

    def assumes(self, assumption: Assumption) -> bool:
        return any(assumption in cost.assumptions for cost in self.costs)


def plans_part(study: Study) -> Part:
    """Return the part: scores are by the prices of the last 90 days of each data tier."""
    market, background = study.market, study.background
    considered = _consider(study)
    left_out = [_leave_out(item, background) for item in market.left_out]
    return Part(
        sentences=_say_plans(considered, len(left_out)),
        tables=[
            build_table("considered", "Considered", _COLUMNS, map(_row, considered)),
            build_table("left_out", "Left out", _LEFT_OUT_COLUMNS, left_out),
        ],
        facts=[
            count_fact("plans", len(considered), "plans considered", MARKET, "considered"),
            count_fact("plans", len(left_out), "plans left out", MARKET, "left_out"),
            *_assumption_facts(considered),
            *(fact for each in considered for fact in _facts(each)),
        ],
        document={"left_out": left_out, "considered": [_record(each) for each in considered]},
    )


def _order(item: Listing) -> tuple[Any, ...]:
    return (item.plan.brand.casefold(), *ladder_order(item))


def _consider(study: Study) -> list[_Considered]:
    market, background = study.market, study.background
    past = build_market(background.past_plans, unverified=background.unverified)
    prices = tier_prices([*market.listings, *past.listings])
    dominated = {verdict.item.plan_id for verdict in study.dominated}
    return [
        _Considered(
            item=item,
            score=score_plan(item, prices),
            costs=tuple(horizon_cost(item.plan, months) for months in HORIZONS),
            is_dominated=item.plan_id in dominated,
            capture=background.captures.get(item.plan_id),
        )
        for item in sorted(market.listings, key=_order)
    ]


def _row(considered: _Considered) -> Record:
    item, score = considered.item, considered.score
    plan = item.plan
    return {
        "brand": plan.brand,
        "plan": name_plan(plan),
        "headline_pence": plan.price_pence,
        **cost_cells(effective_pence=item),
        **{f"over_{cost.months}_pence": cost.pence for cost in considered.costs},
        "per_gb_pence": pence_per_gb(item.monthly_pence, plan.allowance),
        "score": score.value,
        "coverage": score.coverage_percent,
        "efficient": None if considered.is_dominated else "yes",
        "steps": say_steps(item),
        "as_of": plan.as_of.isoformat(),
        "ids": {
            **ids_of(
                plan_subject(item),
                named="plan",
                headline_pence="headline",
                per_gb_pence="per_gb",
                score="score",
                coverage="score_coverage",
                **{f"over_{months}_pence": f"over_{months}m" for months in HORIZONS},
            ),
            **cost_ids("effective_pence", item),
        },
    }


def _record(considered: _Considered) -> Record:
    """Return what docs/reference/json.md has of each plan considered."""
    item, score, capture = considered.item, considered.score, considered.capture
    marks = score.marks.items()
    return {
        "plan_id": item.plan_id,
        "brand": item.plan.brand,
        "plan": name_plan(item.plan),
        "effective_pence": item.plan.effective_pence,
        "printed_effective_pence": item.plan.printed_effective_pence,
        "comparable_pence": item.monthly_pence,
        "may_rise": item.plan.may_rise,
        "score": score.value,
        "coverage": score.coverage_percent,
        "score_version": score.version,
        "marks": {name: None if mark is None else round(mark, 3) for name, mark in marks},
        "derived_steps": [
            {"from": str(step.starts), "price_pence": step.price_pence}
            for step in item.plan.completion.derived
        ],
        "schedule_conflicts": [
            {
                "month": conflict.month,
                "printed_pence": conflict.printed_pence,
                "rule_pence": conflict.rule_pence,
                "source": conflict.source,
            }
            for conflict in item.plan.completion.conflicts
        ],
        "assumptions": [
            f"over_{cost.months}_months_{assumption}"
            for cost in considered.costs
            for assumption in cost.assumptions
        ],
        "as_of": item.plan.as_of.isoformat(),
        "captured_at": capture.captured_at if capture else None,
        "capture_sha256": capture.sha256 if capture else None,
        "url": capture.url if capture else item.plan.url,
    }


def _leave_out(item: LeftOut, background: Background) -> Record:
    record = item.as_record()
    capture = background.captures.get(record["plan_id"])
    return {
        **record,
        "captured_at": capture.captured_at if capture else None,
        "capture_sha256": capture.sha256 if capture else None,
    }


def _say_plans(considered: Sequence[_Considered], left_out: int) -> list[str]:
    sentences = [f"{count_of(len(considered), 'plan')} {is_or_are(len(considered))} considered."]
    if left_out:
        sentences.append(
            f"{count_of(left_out, 'plan')} {is_or_are(left_out)} left out; "
            f"the table gives the reasons."
        )
    goes_on, cut_off = (_count_assumption(considered, name) for name in _ASSUMED)
    if goes_on or cut_off:
        sentences.append(
            f"Costs over {HORIZONS[0]} and {HORIZONS[1]} months assume that the last price of "
            f"{count_of(goes_on, 'shorter plan')} continues, and count only the first months of "
            f"{count_of(cut_off, 'longer plan')}."
        )
    return [*sentences, *_say_best(considered)]


def _say_best(considered: Sequence[_Considered]) -> list[str]:
    """Return the highest score; of equals the one that is known best, then the cheapest."""
    scored = [(each.score.value, each) for each in considered if each.score.value is not None]
    if not scored:
        return []
    value, best = max(
        scored,
        key=lambda found: (
            found[0],
            found[1].score.coverage_percent,
            -found[1].item.monthly_pence,
        ),
    )
    return [
        f"{name_plan_of_brand(best.item.plan)} has the highest competitiveness score: "
        f"{value} of 100, with {best.score.coverage_percent} of 100 of its weight known."
    ]


def _count_assumption(considered: Iterable[_Considered], assumption: Assumption) -> int:
    return sum(each.assumes(assumption) for each in considered)


def _assumption_facts(considered: Sequence[_Considered]) -> list[Fact]:
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


def _facts(considered: _Considered) -> list[Fact]:
    item, score = considered.item, considered.score
    subject = plan_subject(item)
    each_gb = pence_per_gb(item.monthly_pence, item.plan.allowance)
    known = "weight of the score's components that are known"
    figures: list[tuple[str, str, float | None, Unit, str]] = [
        *(
            (
                f"over_{cost.months}m",
                f"cost over {cost.months} months",
                cost.pence,
                "pence_per_month",
                "Common horizon",
            )
            for cost in considered.costs
        ),
        ("per_gb", "cost of a GB", each_gb, "pence_per_gb", "£ per GB"),
        ("score", "competitiveness score", score.value, "points", "Competitiveness score"),
        ("score_coverage", known, score.coverage_percent, "points", "Competitiveness score"),
    ]
    return cost_facts(item) + [
        Fact(
            kind=kind,
            label=label,
            value=value,
            unit=unit,
            subject=subject,
            formula=formula,
            plan_ids=(item.plan_id,),
        )
        for kind, label, value, unit, formula in figures
        if value is not None
    ]


_TITLE: Final = "Plans considered"
COMPARED: Final = Section(report=COMPARE, name="market", title=_TITLE, place=120, build=plans_part)
ANALYSED: Final = Section(report=ANALYSE, name="market", title=_TITLE, place=100, build=plans_part)
