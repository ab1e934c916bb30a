"""What moved, as it was written down. Read side; a correction is no move and is left out.

Imports no plan: `planwatch changes` runs from cron and must start like `status`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from planwatch.ledger.store.connection import Ledger

MONEY_KINDS: Final = ("headline", "effective")
"""Kinds with an amount: a price before and a price after."""

_BEFORE: Final = "CAST(c.before AS INTEGER)"
_BY_PENCE: Final = f"CAST(c.after AS INTEGER) - {_BEFORE}"
_FROM: Final = (
    " FROM changes AS c JOIN plans AS p USING (plan_id)"
    " JOIN plan_versions AS v ON v.version_id = p.version_id"
    " WHERE NOT c.is_correction AND "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilter:
    """Which changes to give; None and empty mean any.

    Attributes:
        since, until: instants, both included.
        min_pence, min_percent: least amount of a change, in either direction; both must be reached.
        direction: changes that made a plan dearer (`up`) or cheaper (`down`).
    """

    since: str = ""
    until: str | None = None
    brands: Sequence[str] = ()
    kinds: Sequence[str] = ()
    source: str | None = None
    min_pence: float | None = None
    min_percent: float | None = None
    direction: Literal["up", "down"] | None = None

    @property
    def wants_amount(self) -> bool:
        """Tell whether only changes with an amount can pass."""
        return not (self.min_pence is None and self.min_percent is None and self.direction is None)

    @property
    def has_any(self) -> bool:
        """Tell whether it asks for more than a period."""
        return bool(self.brands or self.kinds or self.source or self.wants_amount)


def load_changes(ledger: Ledger, wanted: ChangeFilter) -> list[dict[str, Any]]:
    """Return what moved, the newest first, in the shape of docs/reference/json.md."""
    conditions, parameters = zip(*_conditions(wanted), strict=True)
    rows = ledger.query(
        "SELECT c.changed_at, p.brand, p.source, p.plan_key, v.name, c.kind, c.before, c.after"
        f"{_FROM}{' AND '.join(conditions)}"
        " ORDER BY c.changed_at DESC, c.change_id",
        [value for values in parameters for value in values],
    )
    return [_record(row) for row in rows]


def _conditions(wanted: ChangeFilter) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield each condition as SQL, with its parameters."""
    yield "c.changed_at >= ?", (wanted.since,)
    if wanted.until is not None:
        yield "c.changed_at <= ?", (wanted.until,)
    if wanted.brands:
        yield "p.brand IN (SELECT value FROM json_each(?))", (json.dumps(list(wanted.brands)),)
    if wanted.kinds:
        yield "c.kind IN (SELECT value FROM json_each(?))", (json.dumps(list(wanted.kinds)),)
    if wanted.source is not None:
        yield "p.source = ?", (wanted.source,)
    if wanted.wants_amount:
        yield "c.kind IN (?, ?)", MONEY_KINDS
    if wanted.direction is not None:
        yield f"{_BY_PENCE} {'>' if wanted.direction == 'up' else '<'} 0", ()
    if wanted.min_pence is not None:
        yield f"abs({_BY_PENCE}) >= ?", (wanted.min_pence,)
    if wanted.min_percent is not None:
        # of a plan that cost nothing before, no rise is a percentage
        yield (
            f"{_BEFORE} > 0 AND abs({_BY_PENCE}) * 100.0 >= round(? * {_BEFORE}, 6)",
            (wanted.min_percent,),
        )


def _record(row: Any) -> dict[str, Any]:
    before, after = json.loads(row["before"]), json.loads(row["after"])
    by_pence = by_percent = None
    if row["kind"] in MONEY_KINDS:
        by_pence = after - before
        by_percent = round(by_pence * 100 / before, 2) if before else None
    return {
        **dict(row),
        "before": before,
        "after": after,
        "by_pence": by_pence,
        "by_percent": by_percent,
    }
