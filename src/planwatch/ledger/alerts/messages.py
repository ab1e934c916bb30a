"""Messages: written in the transaction that marks what they report, kept until sent or given up.

Who sends holds the lock of senders (alerts/delivery.py), so that a message found in the state
`sending` is one whose sender died.
"""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from planwatch.ledger.store.connection import Ledger
from planwatch.ledger.store.short_transactions import run_in_short_transactions

MessageState = Literal["pending", "sending", "sent", "given_up"]
Severity = Literal["info", "success", "warning", "failure"]
"""What apprise knows: services show it as a colour or an icon."""
_COLUMNS: Final = (
    "message_id, recipient, about, job_id, severity, title, body, state, attempts, doubts,"
    " created_at, sent_at, error"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one recipient.

    Attributes:
        recipient: the name of a target in the settings, with a number for its second address.
        doubts: deliveries of which nobody knows whether they arrived.
        error: why the last attempt failed, without any secret.
    """

    message_id: int
    recipient: str
    about: str
    job_id: str | None
    severity: Severity
    title: str
    body: str
    state: MessageState
    attempts: int
    doubts: int
    created_at: str
    sent_at: str | None
    error: str | None

    def as_record(self) -> dict[str, Any]:
        """Return the documented JSON of a message."""
        record = asdict(self)
        del record["doubts"]
        return {"id": record.pop("message_id"), **record}


def add_message(
    ledger: Ledger,
    *,
    recipient: str,
    about: str,
    job_id: str | None,
    severity: Severity,
    title: str,
    body: str,
    at: str,
) -> bool:
    """Write a message, inside a transaction; False when the recipient has one about it."""
    written = ledger.execute(
        "INSERT OR IGNORE INTO messages"
        " (recipient, about, job_id, severity, title, body, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (recipient, about, job_id, severity, title, body, at),
    )
    return written == 1


def has_message(ledger: Ledger, recipient: str, about: str) -> bool:
    row = ledger.query_one(
        "SELECT 1 FROM messages WHERE recipient = ? AND about = ?", (recipient, about)
    )
    return row is not None


def last_digest_at(ledger: Ledger, recipient: str, before: str) -> str | None:
    """Return up to when the last digest reports that a recipient got or will get, None without one.

    One that was given up may never have arrived. One from after `before` was written by a clock
    that ran ahead.
    """
    row = ledger.query_one(
        "SELECT max(created_at) FROM messages WHERE recipient = ? AND about GLOB 'digest:*'"
        " AND state <> 'given_up' AND created_at < ?",
        (recipient, before),
    )
    return None if row is None else row[0]


def list_messages(ledger: Ledger, *, limit: int) -> list[Message]:
    """Return the newest messages, the newest first."""
    rows = ledger.query(
        f"SELECT {_COLUMNS} FROM messages ORDER BY message_id DESC LIMIT ?",  # noqa: S608 - a constant
        (limit,),
    )
    return [Message(**dict(row)) for row in rows]


def open_messages(ledger: Ledger) -> list[Message]:
    """Return what is neither sent nor given up, the oldest first."""
    rows = ledger.query(
        f"SELECT {_COLUMNS} FROM messages WHERE state IN ('pending', 'sending')"  # noqa: S608 - a constant
        " ORDER BY message_id"
    )
    return [Message(**dict(row)) for row in rows]


def begin_sending(ledger: Ledger, message: Message) -> None:
    """Note, before it goes out, that it may arrive from now on."""
    with ledger.transaction():
        ledger.execute(
            "UPDATE messages SET state = 'sending', attempts = attempts + 1 WHERE message_id = ?",
            (message.message_id,),
        )


def end_sending(
    ledger: Ledger,
    message: Message,
    *,
    state: MessageState,
    at: str,
    error: str | None = None,
    in_doubt: bool = False,
) -> None:
    """Note the result of an attempt.

    Args:
        in_doubt: nobody knows whether it arrived.
    """
    with ledger.transaction():
        ledger.execute(
            "UPDATE messages SET state = ?, error = ?, doubts = doubts + ?,"
            " sent_at = CASE WHEN ? = 'sent' THEN ? END WHERE message_id = ?",
            (state, error, int(in_doubt), state, at, message.message_id),
        )


def give_up_waiting(ledger: Ledger, why: str) -> int:
    """Give up every message that waits, inside a transaction; return how many did."""
    return ledger.execute(
        "UPDATE messages SET state = 'given_up', error = ? WHERE state IN ('pending', 'sending')",
        (why,),
    )


def count_sent(ledger: Ledger) -> int:
    row = ledger.query_one("SELECT count(*) FROM messages WHERE state = 'sent'")
    return int(row[0]) if row else 0


# A job that is still running may be about to report the same thing: the message shows that it was
# reported.
# The next digest begins where the last one ended.
_DONE_BEFORE: Final = (
    "state IN ('sent', 'given_up') AND created_at < ? AND NOT EXISTS (SELECT 1 FROM jobs WHERE"
    " jobs.job_id = messages.job_id AND jobs.status IN ('pending', 'running'))"
    " AND message_id NOT IN (SELECT max(message_id) FROM messages"
    " WHERE about GLOB 'digest:*' AND state <> 'given_up' GROUP BY recipient)"
)


def count_done_messages(ledger: Ledger, before: str) -> int:
    """Return how many messages from before an instant were sent or given up."""
    row = ledger.query_one(
        f"SELECT count(*) FROM messages WHERE {_DONE_BEFORE}",  # noqa: S608 - a constant
        (before,),
    )
    return int(row[0]) if row else 0


def delete_done_messages(ledger: Ledger, before: str) -> int:
    """Delete such messages, in short transactions; return how many went."""
    rows = ledger.query(
        f"SELECT message_id FROM messages WHERE {_DONE_BEFORE}",  # noqa: S608 - a constant
        (before,),
    )
    gone = 0

    def delete(row: sqlite3.Row) -> None:
        nonlocal gone
        gone += ledger.execute(
            f"DELETE FROM messages WHERE message_id = ? AND {_DONE_BEFORE}",  # noqa: S608 - a constant
            (row["message_id"], before),
        )

    run_in_short_transactions(ledger, rows, delete)
    return gone


def count_by_state(ledger: Ledger) -> dict[str, int]:
    """Return how many messages are in each state that one is in."""
    rows = ledger.query("SELECT state, count(*) AS many FROM messages GROUP BY state")
    return {row["state"]: row["many"] for row in rows}
