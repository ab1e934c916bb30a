"""What this ledger is: a real market, or a recorded one with a clock of its own."""

from __future__ import annotations

from planwatch.ledger.connection import Ledger

RECORDED = "recorded"


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


def is_recorded(ledger: Ledger) -> bool:
    """Tell whether the ledger holds the recorded market of `planwatch demo`."""
    return get_info(ledger, "market") == RECORDED


def market_instant(ledger: Ledger) -> str | None:
    """Return the clock of a recorded market, None for a real one."""
    return get_info(ledger, "market_now")
