"""What goes by age: jobs that have ended, with their steps. Plans and analyses stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from planwatch.ledger.store.connection import Ledger
from planwatch.ledger.store.info import JOB_BEING_PRUNED, delete_info, set_info
from planwatch.ledger.store.short_transactions import run_in_short_transactions

# also the job of which an interrupted prune has removed a part
_REMOVABLE: Final = (
    "(status NOT IN ('pending', 'running') AND finished_at < :before"
    " OR EXISTS (SELECT 1 FROM ledger_info WHERE name = :mark || job_id))"
)
_PIECE: Final = 100
_HAS_MORE_THAN_A_PIECE: Final = (
    "SELECT 1 WHERE"
    " EXISTS (SELECT 1 FROM attempts WHERE job_id = :job_id LIMIT 1 OFFSET :piece)"
    " OR EXISTS (SELECT 1 FROM steps WHERE job_id = :job_id LIMIT 1 OFFSET :piece)"
)
_DELETE_A_PIECE: Final = (
    "DELETE FROM attempts WHERE job_id = :job_id AND (name, occurrence, attempt) IN"
    " (SELECT name, occurrence, attempt FROM attempts WHERE job_id = :job_id LIMIT :piece)",
    "DELETE FROM steps WHERE job_id = :job_id AND (name, occurrence) IN"
    " (SELECT name, occurrence FROM steps WHERE job_id = :job_id LIMIT :piece)",
)


def old_jobs(ledger: Ledger, before: str) -> frozenset[str]:
    """Return the ids of jobs that ended before an instant."""
    return frozenset(_load_old_jobs(ledger, before))


def _load_old_jobs(ledger: Ledger, before: str) -> list[str]:
    rows = ledger.query(
        # steps lie in the order of these ids: neighbours share pages, and each is written once
        f"SELECT job_id FROM jobs WHERE {_REMOVABLE} ORDER BY job_id",  # noqa: S608 - a constant
        {"before": before, "mark": JOB_BEING_PRUNED},
    )
    return [row["job_id"] for row in rows]


def delete_old_jobs(ledger: Ledger, before: str) -> frozenset[str]:
    """Delete jobs that ended before an instant, in short transactions; return their ids.

    A job goes with its steps in one transaction. One that has very many goes piece by piece: it is
    marked, so that nobody resumes what is left of it, and the next prune ends what this one began.
    """
    done: set[str] = set()
    removed: set[str] = set()

    def delete(job_id: str) -> None:
        if _begin_pieces(ledger, job_id, before):
            return
        done.add(job_id)
        if _delete_job(ledger, job_id, before):
            removed.add(job_id)

    run_in_short_transactions(ledger, _until_done(_load_old_jobs(ledger, before), done), delete)
    return frozenset(removed)


def _until_done(job_ids: Iterable[str], done: set[str]) -> Iterator[str]:
    for job_id in job_ids:
        while job_id not in done:
            yield job_id


def _begin_pieces(ledger: Ledger, job_id: str, before: str) -> bool:
    """Delete a piece of a job that is too long for one transaction; False for any other."""
    piece = {
        "job_id": job_id,
        "piece": _PIECE,
        "before": before,
        "mark": JOB_BEING_PRUNED,
    }
    if not ledger.query(_HAS_MORE_THAN_A_PIECE, piece) or not ledger.query(
        f"SELECT 1 FROM jobs WHERE job_id = :job_id AND {_REMOVABLE}",  # noqa: S608 - a constant
        piece,
    ):
        return False
    set_info(ledger, f"{JOB_BEING_PRUNED}{job_id}", before)
    for sql in _DELETE_A_PIECE:
        ledger.execute(sql, piece)
    return True


def _delete_job(ledger: Ledger, job_id: str, before: str) -> bool:
    """Delete a job with its steps; False where somebody has resumed it, or it is gone already."""
    touched = ledger.execute(
        f"DELETE FROM jobs WHERE job_id = :job_id AND {_REMOVABLE}",  # noqa: S608 - a constant
        {"job_id": job_id, "before": before, "mark": JOB_BEING_PRUNED},
    )
    delete_info(ledger, f"{JOB_BEING_PRUNED}{job_id}")
    return touched == 1


def known_jobs(ledger: Ledger) -> frozenset[str]:
    """Return the ids of all jobs."""
    return frozenset(row["job_id"] for row in ledger.query("SELECT job_id FROM jobs"))
