"""What is known of each figure of a plan that has moved: written in the scrape's transaction.

A figure is a kind of change, or `presence`: whether the plan is in force. What a person is told of
it is decided later, in alerts, by comparing what stands with what was last reported.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Final

from planwatch.domain.alternation import Figure, Spell, correct, observe
from planwatch.ledger.plans.read import VERSION_COLUMNS, plan_of_row
from planwatch.ledger.store.connection import Ledger

PRESENCE: Final = "presence"
_COST: Final = "effective"


def observe_move(
    ledger: Ledger,
    plan_id: int,
    figure: str,
    before: Any,
    after: Any,
    *,
    seen_at: str,
    at: str,
    job_id: str | None,
    is_good: bool,
) -> None:
    """Write that a scrape showed another value than the one before.

    Args:
        seen_at: when the value before was seen last.
        is_good: False where some cards of the source were not read.
    """
    row = _load(ledger, plan_id, figure)
    if row is None:
        known, baseline = Figure(spells=(Spell(at=seen_at, value=before),)), json.dumps(before)
    else:
        if figure == _COST:
            row = _follow_calendar(ledger, row, before, at)
        known, baseline = figure_of_row(row), row["baseline"]
    seen = observe(
        known,
        after,
        at,
        seen_at=seen_at,
        is_good=is_good,
        may_flip_in_a_day=figure != PRESENCE,
    )
    _save(ledger, plan_id, figure, seen, baseline=baseline, at=at, job_id=job_id)


def observe_unmoved(
    ledger: Ledger, source: str, *, at: str, job_id: str | None, is_good: bool
) -> None:
    """Write that figures that alternate showed the same value once more.

    Call it when all moves of the scrape are written. A plan that was not seen, and is not withdrawn
    yet, shows nothing.
    """
    rows = ledger.query(
        "SELECT f.*, p.withdrawn_at FROM plan_figures AS f JOIN plans AS p USING (plan_id)"
        " WHERE f.alternating_since IS NOT NULL AND p.source = :source AND f.changed_at < :at"
        " AND ((p.withdrawn_at IS NULL AND p.last_seen = :at)"
        "  OR (p.withdrawn_at < :at AND f.figure = :presence))",
        {"source": source, "at": at, "presence": PRESENCE},
    )
    for row in rows:
        known = figure_of_row(row)
        value = known.value if row["figure"] != PRESENCE else row["withdrawn_at"] is None
        seen = observe(known, value, at, seen_at=at, is_good=is_good, may_flip_in_a_day=False)
        if seen.alternating_since is None:
            _save(
                ledger,
                row["plan_id"],
                row["figure"],
                seen,
                baseline=row["baseline"],
                at=at,
                job_id=job_id,
            )
        elif seen != known:
            ledger.execute(
                "UPDATE plan_figures SET stood = ? WHERE plan_id = ? AND figure = ?",
                (seen.stood, row["plan_id"], row["figure"]),
            )


def correct_figure(
    ledger: Ledger,
    plan_id: int,
    figure: str,
    before: Any,
    after: Any,
    *,
    at: str,
    job_id: str | None,
    was_a_move: bool,
) -> None:
    """Write that the present value was misread: the market did not move.

    Args:
        was_a_move: the misread value had come as a move. Whoever was told of it must hear the
            right one; otherwise nobody hears anything.
    """
    row = _load(ledger, plan_id, figure)
    if row is None:
        return  # it never moved, so that nobody was ever told
    if not was_a_move:
        old, new = json.dumps(before), json.dumps(after)
        where = (new, plan_id, figure, old)
        ledger.execute(
            "UPDATE plan_figures SET baseline = ?"
            " WHERE plan_id = ? AND figure = ? AND baseline = ?",
            where,
        )
        ledger.execute(
            "UPDATE alert_baselines SET value = ? WHERE plan_id = ? AND figure = ? AND value = ?",
            where,
        )
    right = correct(figure_of_row(row), after)
    _save(ledger, plan_id, figure, right, baseline=row["baseline"], at=at, job_id=job_id)


def _follow_calendar(ledger: Ledger, row: sqlite3.Row, before: int, at: str) -> sqlite3.Row:
    """Write the known costs as those of a contract signed at `at`, where months have passed.

    A contract that is signed later meets its dated rises earlier, so that the same plan costs more.
    """
    spells = json.loads(row["spells"])
    if spells[-1][1] == before:
        return row
    passed = before - spells[-1][1]
    now = {cost: _cost_on(ledger, row["plan_id"], began, at) for began, cost in spells[:-1]}
    now[spells[-1][1]] = before

    def follow(value: str) -> str:
        cost = json.loads(value)
        return json.dumps(now.get(cost, cost + passed))

    moved = json.dumps([[began, now[cost]] for began, cost in spells])
    key = (row["plan_id"], row["figure"])
    ledger.execute(
        "UPDATE plan_figures SET spells = ?, baseline = ? WHERE plan_id = ? AND figure = ?",
        (moved, follow(row["baseline"]), *key),
    )
    for told in ledger.query(
        "SELECT target, value FROM alert_baselines WHERE plan_id = ? AND figure = ?", key
    ):
        ledger.execute(
            "UPDATE alert_baselines SET value = ? WHERE target = ? AND plan_id = ? AND figure = ?",
            (follow(told["value"]), told["target"], *key),
        )
    return _load(ledger, *key) or row


def follow_rules(ledger: Ledger, plan_id: int) -> None:
    """Write the known costs of a plan as the rise rules of today make them, and what was told."""
    row = _load(ledger, plan_id, _COST)
    if row is not None:
        stands_since = json.loads(row["spells"])[-1][0]
        signed = row["changed_at"]
        _follow_calendar(ledger, row, _cost_on(ledger, plan_id, stands_since, signed), signed)


def _cost_on(ledger: Ledger, plan_id: int, at: str, signed: str) -> int:
    """Return what the version that stood at an instant costs, signed at another, in pence.

    A clock that ran ahead dates the first version later than its price was then seen.
    """
    versions = ledger.query(
        f"SELECT v.version_id, v.first_seen, {VERSION_COLUMNS} FROM plan_versions AS v"  # noqa: S608 - a constant
        " JOIN plans AS p USING (plan_id) WHERE plan_id = ? ORDER BY v.version_id",
        (plan_id,),
    )
    until_then = (version for version in versions if version["first_seen"] <= at)
    stood = max(
        until_then,
        key=lambda version: (version["first_seen"], version["version_id"]),
        default=versions[0],
    )
    return plan_of_row(stood, signed, ledger.rules).effective_pence


def _load(ledger: Ledger, plan_id: int, figure: str) -> sqlite3.Row | None:
    return ledger.query_one(
        "SELECT * FROM plan_figures WHERE plan_id = ? AND figure = ?", (plan_id, figure)
    )


def figure_of_row(row: sqlite3.Row) -> Figure:
    """Return the figure of a row of `plan_figures`."""
    return Figure(
        spells=tuple(Spell(at=at, value=value) for at, value in json.loads(row["spells"])),
        alternating_since=row["alternating_since"],
        stood=row["stood"],
    )


def _save(
    ledger: Ledger,
    plan_id: int,
    figure: str,
    known: Figure,
    *,
    baseline: str,
    at: str,
    job_id: str | None,
) -> None:
    ledger.execute(
        "INSERT INTO plan_figures (plan_id, figure, spells, alternating_since, stood, baseline,"
        " changed_at, job_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (plan_id, figure) DO UPDATE SET spells = excluded.spells,"
        " alternating_since = excluded.alternating_since, stood = excluded.stood,"
        " changed_at = excluded.changed_at, job_id = excluded.job_id, is_looked_at = 0",
        (
            plan_id,
            figure,
            json.dumps([[spell.at, spell.value] for spell in known.spells]),
            known.alternating_since,
            known.stood,
            baseline,
            at,
            job_id,
        ),
    )
