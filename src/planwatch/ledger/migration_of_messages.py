"""The outbox: what somebody is to be told, and what of the ledger was made into messages."""

from __future__ import annotations

from typing import Final

import sqlite_utils


def m0005_messages(db: sqlite_utils.Database) -> None:
    """Keep messages until they are sent; what older rows say is no news any more."""
    for statement in _MESSAGES:
        db.execute(statement)


def m0007_severity_of_messages(db: sqlite_utils.Database) -> None:
    """Say of a message whether it is good news or bad; what is there already goes out as before."""
    db.execute(
        "ALTER TABLE messages ADD COLUMN severity TEXT NOT NULL DEFAULT 'info' CHECK"
        " (severity IN ('info', 'success', 'warning', 'failure'))"
    )


_MESSAGES: Final = (
    # One message to one recipient: the name of a target in the settings and, where the target has
    # several addresses, a number; never an address. `about` is what it tells of: a job's end with
    # its generation, a job beyond its time, the digest of a week. `doubts` counts deliveries of
    # which nobody knows whether they arrived.
    """
    CREATE TABLE messages (
        message_id INTEGER PRIMARY KEY,
        recipient TEXT NOT NULL,
        about TEXT NOT NULL,
        job_id TEXT,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending' CHECK (
            state IN ('pending', 'sending', 'sent', 'given_up')),
        attempts INTEGER NOT NULL DEFAULT 0,
        doubts INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        sent_at TEXT,
        error TEXT,
        UNIQUE (recipient, about)
    ) STRICT
    """,
    "CREATE INDEX messages_open ON messages (message_id) WHERE state IN ('pending', 'sending')",
    # NULL: not looked at yet by whoever makes messages.
    "ALTER TABLE changes ADD COLUMN told_at TEXT",
    "UPDATE changes SET told_at = changed_at",
    "CREATE INDEX changes_untold ON changes (change_id) WHERE told_at IS NULL",
    "ALTER TABLE alarms ADD COLUMN told_at TEXT",
    "UPDATE alarms SET told_at = raised_at",
    "CREATE INDEX alarms_untold ON alarms (alarm_id) WHERE told_at IS NULL",
    # The generation in which the job had ended when its end was looked at.
    "ALTER TABLE jobs ADD COLUMN told_generation INTEGER",
    "UPDATE jobs SET told_generation = generation WHERE status NOT IN ('pending', 'running')",
    "CREATE INDEX jobs_untold ON jobs (turn) WHERE told_generation IS NOT generation",
)
