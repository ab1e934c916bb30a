"""What was asked of a language model, what it answered, and what that cost."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from planwatch.ledger.store.connection import Ledger
from planwatch.ledger.store.info import get_info, set_info
from planwatch.ledger.store.short_transactions import run_in_short_transactions

_USAGE: Final = (
    "SELECT max(model) AS model, max(host) AS host, count(*) AS requests,"
    " coalesce(sum(prompt_tokens), 0) AS prompt_tokens,"
    " coalesce(sum(answer_tokens), 0) AS answer_tokens, max(latency_s) AS slowest_s,"
    " sum(cost_millionths) / 1e6 AS cost FROM model_answers"
)
_PRUNED: Final = {"prompt": "pruned_prompt_tokens", "answer": "pruned_answer_tokens"}
# Of no job and of no analysis: the words are written, and nothing else is waiting for them.
_UNUSED: Final = (
    "asked_at < :before AND NOT EXISTS (SELECT 1 FROM jobs AS j WHERE j.job_id = a.job_id"
    " AND (j.status IN ('pending', 'running') OR j.created_at >= :before))"
    " AND NOT EXISTS (SELECT 1 FROM analyses AS w WHERE w.job_id = a.job_id)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAsked:
    """One request, before it is sent.

    Attributes:
        key: hash of everything that the answer hangs on.
        purpose: the section that the words are for.
        host: address of the server, without credentials.
        most_millionths: what the request may cost at most.
    """

    key: str
    job_id: str
    purpose: str
    host: str
    model: str
    most_millionths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """An answer as it came; tokens are None where the server did not count them."""

    text: str
    finish_reason: str | None
    prompt_tokens: int | None
    answer_tokens: int | None


def reserve_answer(
    ledger: Ledger, asked: ModelAsked, *, at: str, budget_millionths: int | None
) -> int | None:
    """Write a request that is about to be sent, in one transaction with the look at the budget.

    Args:
        budget_millionths: limit of the day (UTC) of `at`; None is no limit.

    Returns:
        The row's id; None where the day's costs and this request may exceed the budget.
    """
    with ledger.transaction():
        if budget_millionths is not None:
            spent = spent_on(ledger, day=at[:10])
            if spent + asked.most_millionths > budget_millionths:
                return None
        return ledger.insert(
            "INSERT INTO model_answers (answer_key, job_id, purpose, host, model, asked_at,"
            " cost_millionths) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                asked.key,
                asked.job_id,
                asked.purpose,
                asked.host,
                asked.model,
                at,
                asked.most_millionths,
            ),
        )


def save_answer(
    ledger: Ledger,
    answer_id: int,
    answer: StoredAnswer,
    *,
    raw: str,
    dialect: Mapping[str, Any],
    latency_s: float,
    cost_millionths: int,
    at: str,
) -> None:
    """Write what came, at once: an answer that was paid for outlives its step and its worker."""
    with ledger.transaction():
        ledger.execute(
            "UPDATE model_answers SET text = ?, raw = ?, finish_reason = ?, prompt_tokens = ?,"
            " answer_tokens = ?, dialect = ?, latency_s = ?, cost_millionths = ?, answered_at = ?"
            " WHERE answer_id = ?",
            (
                answer.text,
                raw,
                answer.finish_reason,
                answer.prompt_tokens,
                answer.answer_tokens,
                json.dumps(dialect, sort_keys=True),
                latency_s,
                cost_millionths,
                at,
                answer_id,
            ),
        )


def save_failure(
    ledger: Ledger, answer_id: int, error: Mapping[str, Any], *, has_cost: bool, at: str
) -> None:
    """Write that no answer came; what the server cannot have billed is given back to the budget."""
    with ledger.transaction():
        ledger.execute(
            "UPDATE model_answers SET error = ?, answered_at = ?,"
            " cost_millionths = CASE WHEN ? THEN cost_millionths ELSE 0 END WHERE answer_id = ?",
            (json.dumps(error), at, has_cost, answer_id),
        )


def find_answer(ledger: Ledger, key: str, *, job_id: str | None = None) -> StoredAnswer | None:
    """Return the newest answer to exactly this request, None without one.

    Args:
        job_id: look at the answers that this job got, and no others.
    """
    row = ledger.query_one(
        "SELECT text, finish_reason, prompt_tokens, answer_tokens FROM model_answers"
        " WHERE answer_key = :key AND text IS NOT NULL AND (:job IS NULL OR job_id = :job)"
        " ORDER BY answer_id DESC LIMIT 1",
        {"key": key, "job": job_id},
    )
    if row is None:
        return None
    return StoredAnswer(
        text=row["text"],
        finish_reason=row["finish_reason"],
        prompt_tokens=row["prompt_tokens"],
        answer_tokens=row["answer_tokens"],
    )


def find_dialect(ledger: Ledger, *, host: str, model: str) -> dict[str, Any]:
    """Return what this server last understood of this model's requests; empty before the first."""
    row = ledger.query_one(
        "SELECT dialect FROM model_answers WHERE host = ? AND model = ? AND dialect IS NOT NULL"
        " ORDER BY answer_id DESC LIMIT 1",
        (host, model),
    )
    return {} if row is None else dict(json.loads(row["dialect"]))


def spent_on(ledger: Ledger, *, day: str) -> int:
    """Return the millionths that a day (UTC) has cost, requests under way at their most."""
    row = ledger.query_one(
        "SELECT coalesce(sum(cost_millionths), 0) FROM model_answers"
        " WHERE asked_at >= ? AND asked_at < ? || 'U'",
        (day, day),
    )
    return int(row[0]) if row else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What the words of one job took: requests, tokens, the slowest answer, the cost.

    `cost` is in the currency of the prices in the settings; tokens count those that were told.
    """

    model: str
    host: str
    requests: int
    prompt_tokens: int
    answer_tokens: int
    slowest_s: float | None
    cost: float

    def as_record(self) -> dict[str, Any]:
        return asdict(self)


def usage_of_job(ledger: Ledger, job_id: str | None) -> Usage | None:
    """Return what a job asked of a model; None where it asked nothing."""
    row = ledger.query_one(f"{_USAGE} WHERE job_id = ?", (job_id,))
    return _usage_in(row)


def usage_since(ledger: Ledger, since: str) -> Usage | None:
    """Return what was asked of models from an instant on; None where that is nothing.

    `model` and `host` are those of one request where there were several.
    """
    row = ledger.query_one(f"{_USAGE} WHERE asked_at >= ?", (since,))
    return _usage_in(row)


def _usage_in(row: sqlite3.Row | None) -> Usage | None:
    return None if row is None or not row["requests"] else Usage(**dict(row))


def count_unused_answers(ledger: Ledger, before: str) -> int:
    """Return how many requests from before an instant no analysis and no active job refers to."""
    row = ledger.query_one(
        f"SELECT count(*) FROM model_answers AS a WHERE {_UNUSED}",  # noqa: S608 - a constant
        {"before": before},
    )
    return int(row[0]) if row else 0


def delete_unused_answers(ledger: Ledger, before: str) -> int:
    """Delete what `count_unused_answers` counts, in short transactions; return how many went.

    Their tokens stay counted, by the transaction in which they go.
    """
    found = ledger.query(
        f"SELECT a.answer_id FROM model_answers AS a WHERE {_UNUSED}",  # noqa: S608 - a constant
        {"before": before},
    )
    gone = 0

    def delete(row: sqlite3.Row) -> None:
        nonlocal gone
        deleted = ledger.query(
            f"DELETE FROM model_answers AS a WHERE a.answer_id = :answer_id AND {_UNUSED}"  # noqa: S608 - a constant
            " RETURNING coalesce(prompt_tokens, 0) AS prompt, coalesce(answer_tokens, 0) AS answer",
            {"before": before, "answer_id": row["answer_id"]},
        )
        for answer in deleted:
            gone += 1
            for kind, tokens in pruned_tokens(ledger).items():
                set_info(ledger, _PRUNED[kind], str(tokens + answer[kind]))

    run_in_short_transactions(ledger, found, delete)
    return gone


def pruned_tokens(ledger: Ledger) -> dict[str, int]:
    """Return the tokens (`prompt`, `answer`) of the requests that were deleted."""
    return {kind: int(get_info(ledger, name) or 0) for kind, name in _PRUNED.items()}
