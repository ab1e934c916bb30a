"""What a target is due to hear of the figures of plans: what stands now beside what it was told.

Reads no ledger. A figure that goes back and forth is reported once as such, and again when one
value has stood; any other one when it has moved far enough from the value last reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from planwatch.domain.moves import NEW_HIGH, NEW_LOW, PRESENCE_KINDS, PRICE_KINDS
from planwatch.ledger.alerts.baselines import Baseline, FigureKey, MovedFigure, PriceRange
from planwatch.ledger.plans.figures import PRESENCE

if TYPE_CHECKING:
    from planwatch.settings.notify import AlertRule

News = Mapping[str, Any]
"""A change record with `form`: how it is to be put into words; `extreme` where it is one."""
Form = Literal["move", "alternates", "stands"]
FindRange = Callable[[MovedFigure, int], "PriceRange | None"]
"""Given a figure and a number of days: the prices that it had in them, before it moved."""


@dataclass(frozen=True, slots=True)
class Extreme:
    """A price beyond all that a plan had in so many days, or since it was first seen, if later."""

    kind: str
    days: int
    watched_since: str | None


_PLAN: Final = ("brand", "source", "plan_key", "name", "plan", "verified", "currency", "by_rule")


@dataclass(frozen=True, slots=True)
class Due:
    """What a target is to hear, and what it will have been told then."""

    news: Sequence[News]
    baselines: Mapping[FigureKey, Baseline | None]


def find_due(
    moved: Sequence[MovedFigure],
    told: Mapping[FigureKey, Baseline],
    rules: Sequence[AlertRule],
    find_range: FindRange,
) -> Due:
    """Compare what stands with what a target was last told.

    Args:
        told: what it was told, where that is not the figure's own baseline.
        rules: those of the target that are about changes of plans.
    """
    news: list[News] = []
    baselines: dict[FigureKey, Baseline | None] = {}
    for figure in moved:
        base = told.get(figure.key, Baseline(value=figure.baseline))
        record, baseline = _compare(figure, base, rules, find_range)
        if record is not None:
            news.append(record)
        is_level = baseline == Baseline(value=figure.known.value)
        if not is_level or figure.key in told:
            baselines[figure.key] = None if is_level else baseline
    return Due(news, baselines)


def _compare(
    figure: MovedFigure, base: Baseline, rules: Sequence[AlertRule], find_range: FindRange
) -> tuple[News | None, Baseline]:
    """Return what is to be reported of a figure, and the baseline afterwards."""
    value, since = figure.known.value, figure.known.alternating_since
    level = Baseline(value=value)
    if since is not None:
        if base.alternation == since:
            return None, base
        record = _record(figure, "alternates", base.value, value)
        if _pass(_span(record), rules):
            return record, replace(base, alternation=since)
        return None, replace(base, alternation=None)
    if base.alternation is not None:
        form: Form = "move" if base.value != value else "stands"
        return _record(figure, form, base.value, value), level
    if base.value == value:
        return None, level
    record = _record(figure, "move", base.value, value)
    found = _find_extreme(figure, record, rules, find_range)
    if found is not None:
        return {**record, "extreme": found}, level
    if _pass([record], rules):
        return record, level
    # who asks for rises only measures them from the lowest price since the last one
    return None, base if _may_pass(record, rules) else level


def _record(figure: MovedFigure, form: Form, before: Any, after: Any) -> dict[str, Any]:
    kind = figure.figure
    if kind == PRESENCE:
        price_pence = figure.plan["price_pence"]
        if after:
            kind = "relaunched" if figure.plan["was_withdrawn"] else "new"
            before, after = None, price_pence
        else:
            kind, before, after = "withdrawn", price_pence, None
    return {
        **{key: figure.plan[key] for key in _PLAN},
        "plan_id": figure.plan_id,
        "kind": kind,
        "before": before,
        "after": after,
        "form": form,
        "values": figure.known.alternating,
        "changed_at": figure.changed_at,
        "job_id": figure.job_id,
    }


def _span(record: News) -> list[News]:
    """Return an alternation as the moves that it consists of, there and back."""
    if record["kind"] in PRESENCE_KINDS:
        return [{**record, "kind": kind} for kind in PRESENCE_KINDS]
    if record["kind"] not in PRICE_KINDS:
        return [record]
    low, high = min(record["values"]), max(record["values"])
    return [{**record, "before": low, "after": high}, {**record, "before": high, "after": low}]


def _pass(records: Sequence[News], rules: Sequence[AlertRule]) -> bool:
    return any(rule.move_filter.passes(record) for rule in rules for record in records)


def _may_pass(record: News, rules: Sequence[AlertRule]) -> bool:
    """Tell whether a further move the same way may make it one that a rule asks for."""
    return any(
        replace(wanted, kinds=kinds, min_pence=None, min_percent=None).passes(record)
        for rule in rules
        for wanted in (rule.move_filter,)
        for kinds in (wanted.possible_kinds, *_extremes_asked(record, rule))
    )


def _extremes_asked(record: News, rule: AlertRule) -> list[tuple[str, ...]]:
    """Return the kinds of price where a rule asks for an extreme on that side, else nothing."""
    return [PRICE_KINDS] if _extreme_of(record) in rule.kinds else []


def _extreme_of(record: News) -> str | None:
    if record["kind"] not in PRICE_KINDS:
        return None
    return NEW_LOW if record["after"] < record["before"] else NEW_HIGH


def _find_extreme(
    figure: MovedFigure, record: News, rules: Sequence[AlertRule], find_range: FindRange
) -> Extreme | None:
    kind = _extreme_of(record)
    if kind is None:
        return None
    for rule in rules:
        wanted = replace(rule.move_filter, kinds=PRICE_KINDS)
        if kind not in rule.kinds or not wanted.passes(record):
            continue
        known = find_range(figure, rule.within_days)
        if known is not None and (
            record["after"] < known.lowest if kind == NEW_LOW else record["after"] > known.highest
        ):
            return Extreme(kind, rule.within_days, known.watched_since)
    return None
