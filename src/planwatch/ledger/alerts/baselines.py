"""Figures that moved since messages were last written, and what each target was last told."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from planwatch.clock import format_instant, parse_instant
from planwatch.domain.alternation import Figure
from planwatch.ledger.alerts.unreported import job_has_ended
from planwatch.ledger.plans.changes import CURRENCY
from planwatch.ledger.plans.figures import figure_of_row
from planwatch.ledger.plans.names import load_plan_names
from planwatch.ledger.store.connection import Ledger

FigureKey = tuple[int, str]
"""A plan's id and the name of its figure."""
_PRICE_COLUMNS: Final = {"headline": "price_pence", "effective": "effective_pence"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedFigure:
    """A figure that is to be compared with what was last reported of it.

    Attributes:
        figure: a kind of change, or `presence`.
        baseline: the value that a target without a baseline of its own was last told.
        plan: brand, source, plan_key, name, verified, currency, price_pence of its plan as it
            stands, `plan`: what the plan is called everywhere, and `was_withdrawn`: whether it ever
            was before.
        changed_at: when it last moved, or was seen to stand; `job_id` names the scrape.
    """

    plan_id: int
    figure: str
    known: Figure
    baseline: Any
    plan: Mapping[str, Any]
    changed_at: str
    job_id: str | None

    @property
    def key(self) -> FigureKey:
        return (self.plan_id, self.figure)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRange:
    """The prices that a plan had in the days before an instant, in pence.

    Attributes:
        watched_since: when it was first seen, where that was within those days; else None.
    """

    lowest: int
    highest: int
    watched_since: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a target was last told: a value, and the alternation that it was told of, if any."""

    value: Any
    alternation: str | None = None


def load_moved(ledger: Ledger) -> list[MovedFigure]:
    """Return the figures that nobody has looked at since they moved, of jobs that have ended."""
    rows = ledger.query(
        "SELECT f.*, p.brand, p.source, p.plan_key, p.verified, v.name, v.price_pence,"  # noqa: S608 - constants
        f" {CURRENCY} AS currency,"
        " p.effective_pence IS NOT coalesce(p.printed_effective_pence, p.effective_pence)"
        "  AS by_rule,"
        " EXISTS (SELECT 1 FROM changes AS c WHERE c.plan_id = f.plan_id"
        "  AND c.kind = 'withdrawn' AND NOT c.is_correction) AS was_withdrawn"
        " FROM (SELECT * FROM plan_figures WHERE NOT is_looked_at"
        f"  AND {job_has_ended('plan_figures')}) AS f"
        " JOIN plans AS p USING (plan_id) JOIN plan_versions AS v ON v.version_id = p.version_id"
        " ORDER BY f.changed_at, f.plan_id"
    )
    names = load_plan_names(ledger, {row["plan_id"] for row in rows})
    return [
        MovedFigure(
            plan_id=row["plan_id"],
            figure=row["figure"],
            known=figure_of_row(row),
            baseline=json.loads(row["baseline"]),
            plan={**dict(row), "plan": names[row["plan_id"]]},
            changed_at=row["changed_at"],
            job_id=row["job_id"],
        )
        for row in rows
    ]


def load_baselines(ledger: Ledger, target: str) -> dict[FigureKey, Baseline]:
    """Return what a target was last told, where that is not the figure's own baseline."""
    rows = ledger.query(
        "SELECT b.plan_id, b.figure, b.value, b.alternation FROM alert_baselines AS b"
        " JOIN plan_figures AS f USING (plan_id, figure) WHERE b.target = ? AND NOT f.is_looked_at",
        (target,),
    )
    return {
        (row["plan_id"], row["figure"]): Baseline(
            value=json.loads(row["value"]), alternation=row["alternation"]
        )
        for row in rows
    }


def save_baselines(
    ledger: Ledger, target: str, baselines: Mapping[FigureKey, Baseline | None]
) -> None:
    """Write what a target has been told by now; None where it knows the present value."""
    for (plan_id, figure), baseline in baselines.items():
        key = (target, plan_id, figure)
        if baseline is None:
            ledger.execute(
                "DELETE FROM alert_baselines WHERE target = ? AND plan_id = ? AND figure = ?", key
            )
            continue
        ledger.execute(
            "INSERT INTO alert_baselines (target, plan_id, figure, value, alternation)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (target, plan_id, figure)"
            " DO UPDATE SET value = excluded.value, alternation = excluded.alternation",
            (*key, json.dumps(baseline.value), baseline.alternation),
        )


def forget_other_targets(ledger: Ledger, targets: Collection[str]) -> None:
    """Forget what targets were told that are set up no longer: set up again, they begin anew."""
    ledger.execute(
        "DELETE FROM alert_baselines WHERE target NOT IN (SELECT value FROM json_each(?))",
        (json.dumps(list(targets)),),
    )


def mark_looked_at(ledger: Ledger, moved: Iterable[MovedFigure]) -> None:
    """Take what stands now as the baseline of whoever has none of their own."""
    for each in moved:
        ledger.execute(
            "UPDATE plan_figures SET is_looked_at = 1, baseline = ?"
            " WHERE plan_id = ? AND figure = ?",
            (json.dumps(each.known.value), each.plan_id, each.figure),
        )


def price_range(
    ledger: Ledger, plan_id: int, figure: str, *, before: str, days: int
) -> PriceRange | None:
    """Return the lowest and the highest price of a plan in the days before an instant.

    Versions whose price was misread do not count: only corrections lead from it to another one.
    None where the plan was not known then.
    """
    column = _PRICE_COLUMNS[figure]
    first = format_instant(parse_instant(before) - timedelta(days=days))
    row = ledger.query_one(
        f"SELECT min(v.{column}) AS lowest, max(v.{column}) AS highest, p.first_seen"  # noqa: S608 - constants
        " FROM plan_versions AS v JOIN plans AS p USING (plan_id)"
        " WHERE v.plan_id = ? AND v.first_seen < ? AND v.last_seen >= ? AND NOT EXISTS (SELECT 1"
        "  FROM changes AS c WHERE c.before_version_id = v.version_id AND c.kind = ?"
        "  GROUP BY c.before_version_id HAVING min(c.is_correction))",
        (plan_id, before, first, figure),
    )
    if row is None or row["lowest"] is None:
        return None
    return PriceRange(
        lowest=row["lowest"],
        highest=row["highest"],
        watched_since=row["first_seen"] if row["first_seen"] > first else None,
    )
