"""A plan as JSON: the record that people and programs read, and the content that versions keep.

The record resolves month numbers to dates by the day of capture; the content keeps them, so that a
promotion of six months reads the same on every day and only a real change makes a new version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

from planwatch.domain.allowance import Allowance
from planwatch.domain.per_gb import per_gb_tenths
from planwatch.domain.plan import Plan
from planwatch.domain.rise_rules import RiseRule
from planwatch.domain.schedule import PriceStep, add_months

_NOT_CONTENT: Final = frozenset(
    {"as_of", "url", "verified", "source", "brand", "rules", "_completion"}
)
_TUPLES: Final = frozenset({"extras", "incentives"})


def plan_record(plan: Plan) -> dict[str, Any]:
    """Return the plan in the documented JSON shape; see docs/reference/json.md."""
    return {
        **read_record(plan),
        "derived_steps": _step_records(plan.completion.derived, plan.as_of),
        "may_rise": plan.may_rise,
        "per_gb_pence": per_gb_tenths(plan.effective_pence, plan.allowance.data_mb),
        "printed_effective_pence": plan.printed_effective_pence,
    }


def read_record(plan: Plan) -> dict[str, Any]:
    """Return the same without what only the rise rules say: what a parser reads of a page."""
    base = plan.base_allowance or plan.allowance
    return {
        "brand": plan.brand,
        "source": plan.source,
        "name": plan.name,
        "variant": plan.variant,
        "plan_key": plan.plan_key,
        "data_mb": plan.allowance.data_mb,
        "base_data_mb": base.data_mb,
        "unlimited": plan.allowance.unlimited,
        "term_months": plan.term_months,
        "plan_kind": plan.plan_kind,
        "price_pence": plan.price_pence,
        "currency": plan.currency,
        "list_price_pence": plan.list_price_pence,
        "upfront_pence": plan.upfront_pence,
        "credit_pence": plan.credit_pence,
        "price_steps": _step_records(plan.price_steps, plan.as_of),
        "effective_pence": plan.effective_pence,
        "exit_price_pence": plan.exit_price_pence,
        "promo_ends": plan.promo_ends.isoformat() if plan.promo_ends else None,
        "as_of": plan.as_of.isoformat(),
        "roaming": plan.roaming,
        "roaming_mb": plan.roaming_mb,
        "generation": plan.generation,
        "max_speed_mbps": plan.max_speed_mbps,
        "minutes": plan.minutes,
        "texts": plan.texts,
        "host_network": plan.host_network,
        "condition": plan.condition,
        "extras": list(plan.extras),
        "incentives": list(plan.incentives),
        "retailer": plan.retailer,
        "source_ref": plan.source_ref,
        "url": plan.url,
        "verified": plan.verified,
    }


def _step_records(steps: Iterable[PriceStep], as_of: date) -> list[dict[str, Any]]:
    return [
        {"from": _date_of(step, as_of).isoformat(), "price_pence": step.price_pence}
        for step in steps
    ]


def offer_record(plan: Plan) -> dict[str, Any]:
    """Return one of several offers of a plan: who sells it, on what condition, at what price."""
    return {
        "retailer": plan.retailer,
        "condition": plan.condition,
        "price_pence": plan.price_pence,
        "upfront_pence": plan.upfront_pence,
        "effective_pence": plan.effective_pence,
        "incentives": list(plan.incentives),
        "source_ref": plan.source_ref,
        "url": plan.url,
    }


def plan_content(plan: Plan) -> dict[str, Any]:
    """Return what a version of a plan keeps: all that is not the day, the place or the source."""
    content: dict[str, Any] = {}
    for field in fields(plan):
        if field.name in _NOT_CONTENT:
            continue
        content[field.name] = _to_json(getattr(plan, field.name))
    return content


def brief_content(plan: Plan) -> dict[str, Any]:
    """Return `plan_content` without what every plan has unless it says otherwise: half as long.

    `plan_from_content` reads both.
    """
    usual = {field.name: field.default for field in fields(plan)}
    content = plan_content(plan)
    return {name: value for name, value in content.items() if getattr(plan, name) != usual[name]}


def plan_from_content(
    content: Mapping[str, Any],
    *,
    brand: str,
    source: str,
    as_of: date,
    rules: tuple[RiseRule, ...],
    url: str | None = None,
    verified: bool = True,
) -> Plan:
    """Rebuild the plan that `plan_content` was made from, with its brand's rise rules."""
    values = dict(content)
    for name in ("allowance", "base_allowance"):
        if values.get(name) is not None:
            values[name] = Allowance(**values[name])
    for name in _TUPLES:
        values[name] = tuple(values.get(name) or ())
    values["price_steps"] = tuple(_step_from(step) for step in values.get("price_steps") or ())
    return Plan(
        brand=brand, source=source, as_of=as_of, rules=rules, url=url, verified=verified, **values
    )


def _date_of(step: PriceStep, as_of: date) -> date:
    return step.starts if isinstance(step.starts, date) else add_months(as_of, step.starts - 1)


def _to_json(value: Any) -> Any:
    if isinstance(value, Allowance):
        return {"data_mb": value.data_mb, "unlimited": value.unlimited}
    if isinstance(value, tuple):
        return [_to_json(item) for item in value]
    if isinstance(value, PriceStep):
        if isinstance(value.starts, date):
            return {"date": value.starts.isoformat(), "price_pence": value.price_pence}
        return {"month": value.starts, "price_pence": value.price_pence}
    return value


def _step_from(step: Mapping[str, Any]) -> PriceStep:
    starts = step["month"] if "month" in step else date.fromisoformat(step["date"])
    return PriceStep(starts, step["price_pence"])
