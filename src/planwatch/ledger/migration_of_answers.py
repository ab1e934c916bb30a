"""The tables of the language model. A module of its own, since migrations.py is long enough."""

from __future__ import annotations

from typing import Final

import sqlite_utils


def m0004_model_answers(db: sqlite_utils.Database) -> None:
    """Keep what was asked of a model, and whose words an analysis was made for."""
    for statement in _MODEL_ANSWERS:
        db.execute(statement)


_MODEL_ANSWERS: Final = (
    # One row a request, made before it is sent, so that its most possible cost counts for the
    # budget while the answer is under way, also if the worker dies. `raw` is NULL until the answer
    # is there, and for ever where none came. Costs are millionths of the currency of the prices in
    # the settings. `answer_key` is a hash of facts, prompt, schema, model, host and gate version.
    """
    CREATE TABLE model_answers (
        answer_id INTEGER PRIMARY KEY,
        answer_key TEXT NOT NULL,
        job_id TEXT,
        purpose TEXT NOT NULL,
        host TEXT NOT NULL,
        model TEXT NOT NULL,
        dialect TEXT,
        asked_at TEXT NOT NULL,
        answered_at TEXT,
        text TEXT,
        raw TEXT,
        finish_reason TEXT,
        prompt_tokens INTEGER,
        answer_tokens INTEGER,
        latency_s REAL,
        cost_millionths INTEGER NOT NULL,
        error TEXT
    ) STRICT
    """,
    "CREATE INDEX model_answers_by_key ON model_answers (answer_key)",
    "CREATE INDEX model_answers_by_time ON model_answers (asked_at)",
    # NULL: the template's words. An analysis stands only for who asks for the same writer.
    "ALTER TABLE analyses ADD COLUMN writer TEXT",
)
