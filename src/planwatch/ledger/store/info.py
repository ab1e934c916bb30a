"""What this ledger is: a real market, or a recorded one with a clock of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from planwatch.ledger.store.connection import Ledger

RECORDED = "recorded"
JOB_BEING_PRUNED: Final = "job_being_pruned."
"""With a job's id behind it: `prune` has removed a part of that job, and has not ended it yet."""

COST_RULES: Final = "cost_rules"
"""The digest of the rise rules by which every stored cost is computed."""

_LIVE_PROOF: Final = "checked_live."


def get_info(ledger: Ledger, name: str) -> str | None:
    row = ledger.query_one("SELECT value FROM ledger_info WHERE name = ?", (name,))
    return None if row is None else str(row["value"])


def set_info(ledger: Ledger, name: str, value: str) -> None:
    """Set a value; the caller may hold a transaction."""
    ledger.execute(
        "INSERT INTO ledger_info (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def delete_info(ledger: Ledger, name: str) -> None:
    """Remove a value; the caller may hold a transaction."""
    ledger.execute("DELETE FROM ledger_info WHERE name = ?", (name,))


def is_recorded(ledger: Ledger) -> bool:
    """Tell whether the ledger holds the recorded market of `planwatch demo`."""
    return get_info(ledger, "market") == RECORDED


def market_instant(ledger: Ledger) -> str | None:
    """Return the clock of a recorded market, None for a real one."""
    return get_info(ledger, "market_now")


def live_proof(ledger: Ledger, source_id: str) -> dict[str, Any] | None:
    """Return the newest proof of a parser by `doctor --live`: `at`, `against`, `plans`.

    `against` is `live`, or `replica` for what stood in for the site; None before the first proof.
    """
    text = get_info(ledger, _LIVE_PROOF + source_id)
    return None if text is None else dict(json.loads(text))


def save_live_proof(ledger: Ledger, source_id: str, proof: Mapping[str, Any]) -> None:
    """Keep a proof; the caller may hold a transaction."""
    set_info(ledger, _LIVE_PROOF + source_id, json.dumps(dict(proof)))
