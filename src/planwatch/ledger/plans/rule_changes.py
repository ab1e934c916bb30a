"""When other rise rules changed stored costs. Read side; imports no plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from planwatch.domain.phrasing import count_of, short_date
from planwatch.ledger.store.connection import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """A time that stored costs were computed anew.

    Attributes:
        at: instant on which it was done.
        plans: those in force then.
        changed: of them those whose cost is another one since.
    """

    at: str
    plans: int
    changed: int

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON; see docs/reference/json.md."""
        return {"changed_at": self.at, "plans": self.plans, "plans_changed": self.changed}

    def __str__(self) -> str:
        have = "has" if self.changed == 1 else "have"
        return (
            f"On {short_date(self.at)} the rise rules changed: {self.changed} of "
            f"{count_of(self.plans, 'plan')} {have} another effective cost since; "
            "that is no move of price."
        )


def load_rule_changes(ledger: Ledger, since: str, until: str | None) -> list[RuleChange]:
    """Return when other rules changed costs of plans in force within a period, the newest first.

    Args:
        since, until: instants; the first is within the period, the last is not. None: no end.
    """
    rows = ledger.query(
        "SELECT finished_at, plans, plans_changed FROM cost_rule_changes"
        " WHERE finished_at >= :since AND (:until IS NULL OR finished_at < :until)"
        " AND plans_changed > 0 ORDER BY change_id DESC",
        {"since": since, "until": until},
    )
    return [
        RuleChange(at=row["finished_at"], plans=row["plans"], changed=row["plans_changed"])
        for row in rows
    ]
