"""Judges what asking a source brought, before anything is stored.

A page that failed must never look like a market that moved. So a reading is held against what the
ledger knows (how many plans, at what prices), and against the card miner, which knows no layout.
The rules are those of docs/explanation/outcomes.md.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from planwatch.domain.outcome import Outcome
from planwatch.domain.plan import Plan
from planwatch.errors import NothingFound, ParseError
from planwatch.ledger.pages.baseline import Baseline
from planwatch.sources.contract import Reading, Source, group_offers
from planwatch.workflows.scrape.held_prices import HELD, held_error, hold_back
from planwatch.workflows.scrape.miner_check import Opinion

BIG_MOVE: Final = "big_move"

FEWER: Final = 0.3
FEWER_PLANS: Final = 3
MOVED: Final = 0.4
AGREES: Final = 0.9
UNIT_FACTOR: Final = 4.0
WITH_RISE: Final = 0.8
_COMPARABLE: Final = 3  # plans in common; of fewer, "most" says nothing
_SHOWN: Final = 50
_MINER_SEES: Final = 2  # cards; a lone one may be an advertisement
_YEAR: Final = 12
_APRIL: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a reading, or its failure, amounts to.

    Attributes:
        error: code, message and hint; None for a good outcome.
        detail: what the verdict rests on, as JSON.
        is_empty: the source sells nothing, which a person has accepted.
        reading: what of a reading may be stored; None where that is all of it.
    """

    outcome: Outcome
    error: Mapping[str, Any] | None = None
    flags: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    is_empty: bool = False
    reading: Reading | None = None


def judge_reading(
    source: Source,
    reading: Reading,
    opinion: Opinion | None,
    baseline: Baseline,
    as_of: date,
    *,
    is_part: bool = False,
) -> Verdict:
    """Return `ok`, `partial` or `suspicious` for pages that were read.

    Args:
        opinion: None where nothing is a second one: prices that moved then wait for a person.
        is_part: they may not be all pages of the source; the number of plans says nothing.
    """
    offers = group_offers(reading.plans)
    agreement = 0.0 if opinion is None else opinion.agreement(reading.plans)
    detail: dict[str, Any] = {
        **({} if opinion is None else {"miner": _record_opinion(opinion, reading, agreement)}),
        "coverage": coverage(reading, as_of),
    }
    if baseline.enough and not is_part:
        usual = statistics.median(baseline.counts)
        seen = len(offers) + len(reading.unreadable)
        detail["usual_plans"] = usual
        if usual - seen >= FEWER_PLANS and seen <= usual * (1 - FEWER):
            gone = sorted(baseline.prices.keys() - offers.keys())
            detail["missing"] = gone[:_SHOWN]
            return _suspicious(source, f"{seen} plans, where {usual:g} are usual", detail)
    prices = {key: group[0].price_pence for key, group in offers.items()}
    moved, factor = _moves(baseline.prices, prices)
    if moved:
        detail["moved"] = moved[:_SHOWN]
        said = f"{len(moved)} of {len(prices)} prices moved by more than {MOVED:.0%}"
        if not 1 / UNIT_FACTOR < factor < UNIT_FACTOR:
            return _suspicious(
                source, f"{said}, the median to {factor:.3g} times itself: a slip of units", detail
            )
        if opinion is None:
            return _suspicious(source, f"{said}, and nothing but the card miner reads it", detail)
        if agreement < AGREES:
            return _suspicious(
                source, f"{said}, and the card miner agrees with {agreement:.0%} of them", detail
            )
    flags = (BIG_MOVE,) if moved else ()
    kept, held = hold_back(reading, baseline)
    if held:
        flags = (*flags, HELD)
        detail["held"] = [each.as_record() for each in held]
    if reading.unreadable:
        error = _unreadable(reading)
        return Verdict(
            outcome=Outcome.PARTIAL, error=error, flags=flags, detail=detail, reading=kept
        )
    if held:
        error = held_error(source, held)
        return Verdict(
            outcome=Outcome.PARTIAL, error=error, flags=flags, detail=detail, reading=kept
        )
    rises = detail["coverage"]["rises"]
    if source.rises == "prints_rises" and rises is not None and rises < WITH_RISE:
        error = {
            "code": "rises_missing",
            "message": f"only {rises:.0%} of the contract plans of {source.title} print a price"
            " rise, and its cards are known to print them",
            "hint": "their cost may be too low; what was read is stored, nothing is withdrawn; "
            f"check a page: planwatch probe {source.id}",
        }
        return Verdict(outcome=Outcome.PARTIAL, error=error, flags=flags, detail=detail)
    return Verdict(outcome=Outcome.OK, flags=flags, detail=detail)


def _record_opinion(opinion: Opinion, reading: Reading, agreement: float) -> dict[str, Any]:
    beyond = opinion.beyond(reading.plans)
    return {
        "found": len(opinion.found),
        "fault": opinion.fault,
        "agreement": round(agreement, 3),
        # kept apart, by eye: no comparison ever sees them
        "unverified": [_brief(plan) for plan in beyond[:_SHOWN]],
    }


def judge_failure(
    source: Source, error: ParseError, opinion: Opinion | None, baseline: Baseline
) -> Verdict:
    """Return `broken_layout` or `suspicious` for pages that could not be read.

    An empty list is a fact only where a person has accepted it before, and never where the card
    miner alone has looked: it knows no shape, so it cannot tell an empty list from another page.
    """
    record = error.as_record()
    if opinion is None:
        if isinstance(error, NothingFound):
            record["code"] = "layout_changed"
        return Verdict(outcome=Outcome.BROKEN_LAYOUT, error=record)
    found = len(opinion.found)
    detail: dict[str, Any] = {"miner": {"found": found, "agreement": 0.0}}
    if found >= _MINER_SEES:
        record["message"] += f"; the card miner finds {found} plans there"
        if isinstance(error, NothingFound):
            record["code"] = "layout_changed"
            record["hint"] = _mend(source)
        return Verdict(outcome=Outcome.BROKEN_LAYOUT, error=record, detail=detail)
    if not isinstance(error, NothingFound):
        record["message"] += "; the card miner finds none there either"
        return Verdict(outcome=Outcome.BROKEN_LAYOUT, error=record, detail=detail)
    if baseline.counts[:1] == (0,):
        return Verdict(outcome=Outcome.OK, detail=detail, is_empty=True)
    detail["missing"] = sorted(baseline.prices)[:_SHOWN]
    return _suspicious(source, "an empty list, in the known shape", detail)


def coverage(reading: Reading, as_of: date) -> dict[str, Any]:
    """Return which share, 0 to 1, of a source's cards says what a plan must say.

    Returns:
        `read`: cards with a price, an allowance and a term; the others are unreadable.
        `rises`: contract plans over a 1 April that print a dated price; None without such plans.
    """
    cards = len(reading.plans) + len(reading.unreadable)
    contracts = [plan for plan in reading.plans if _spans_a_rise(plan, as_of)]
    with_rise = sum(_prints_rise(plan) for plan in contracts)
    return {
        "cards": cards,
        "read": round(len(reading.plans) / cards, 3) if cards else 0.0,
        "rises": round(with_rise / len(contracts), 3) if contracts else None,
    }


def _spans_a_rise(plan: Plan, as_of: date) -> bool:
    """Tell whether a term meets a rise after its first month: they come each April."""
    return plan.term_months > _YEAR or (plan.term_months == _YEAR and as_of.month != _APRIL)


def _prints_rise(plan: Plan) -> bool:
    return any(isinstance(step.starts, date) for step in plan.price_steps)


def _moves(
    before: Mapping[str, int], after: Mapping[str, int]
) -> tuple[list[dict[str, Any]], float]:
    """Return the moves beyond `MOVED`, if most prices moved so, and the median factor of all."""
    common = [key for key in after if before.get(key)]
    moved = [key for key in common if abs(after[key] - before[key]) > before[key] * MOVED]
    if len(common) < _COMPARABLE or len(moved) * 2 <= len(common):
        return [], 1.0
    factor = statistics.median(after[key] / before[key] for key in common)
    return [
        {"plan_key": key, "before": before[key], "after": after[key]} for key in sorted(moved)
    ], factor


def _suspicious(source: Source, what: str, detail: Mapping[str, Any]) -> Verdict:
    error = {
        "code": "suspicious",
        "message": f"{source.title}: {what}",
        "hint": "nothing of it is stored; check the site, then: "
        f"planwatch sources accept {source.id}",
    }
    return Verdict(outcome=Outcome.SUSPICIOUS, error=error, detail=detail)


def _brief(plan: Plan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "data_mb": plan.allowance.data_mb,
        "term_months": plan.term_months,
        "price_pence": plan.price_pence,
    }


def _mend(source: Source) -> str:
    return f"save the page and run: planwatch probe {source.id} --from FILE"


def _unreadable(reading: Reading) -> dict[str, Any]:
    first = reading.unreadable[0]
    cards: Sequence[Any] = (*reading.plans, *reading.unreadable)
    return {
        "code": "unreadable_cards",
        "message": f"{len(reading.unreadable)} of {len(cards)}"
        f" cards could not be read; first: {first.where}: {first.reason}",
        "hint": "what was read is stored and nothing is withdrawn",
    }
