"""Recipients whose newest messages did not arrive: since when, and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from planwatch.ledger.store.connection import Ledger

# What was tried, or refused before it was tried, after the last message that arrived. One that was
# refused while later ones arrived says nothing about its recipient.
_UNREACHED: Final = """
    WITH arrivals AS (
        SELECT recipient, max(sent_at) AS last_at FROM messages WHERE state = 'sent'
        GROUP BY recipient
    )
    SELECT failed.recipient, coalesce(arrivals.last_at, min(failed.created_at)) AS since,
        arrivals.last_at IS NOT NULL AS has_been_reached,
        sum(failed.state = 'given_up') AS given_up, sum(failed.state <> 'given_up') AS waiting,
        -- SQLite takes a bare column from the row of the maximum
        failed.error, max(failed.message_id)
    FROM messages AS failed LEFT JOIN arrivals USING (recipient)
    WHERE failed.state <> 'sent' AND (failed.attempts > 0 OR failed.state = 'given_up')
        AND (arrivals.last_at IS NULL OR failed.created_at > arrivals.last_at)
    GROUP BY failed.recipient ORDER BY since, failed.recipient
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """One recipient that the newest messages did not reach.

    Attributes:
        since: when the last message arrived; where none is known to have, when the oldest that
            did not was written.
        error: why the newest did not arrive.
    """

    recipient: str
    since: str
    has_been_reached: bool
    given_up: int
    waiting: int
    error: str | None

    def as_record(self) -> dict[str, Any]:
        """Return the documented JSON."""
        return asdict(self)


def find_unreached(ledger: Ledger) -> list[Unreached]:
    """Return the recipients that nothing has reached of late, the longest unreached first."""
    return [
        Unreached(
            recipient=row["recipient"],
            since=row["since"],
            has_been_reached=bool(row["has_been_reached"]),
            given_up=row["given_up"],
            waiting=row["waiting"],
            error=row["error"],
        )
        for row in ledger.query(_UNREACHED)
    ]
