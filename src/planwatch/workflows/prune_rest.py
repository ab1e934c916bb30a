"""What prune removes besides jobs and pages: old answers of models, and a log that only grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from planwatch.errors import HomeError
from planwatch.home import Home
from planwatch.ledger.connection import Ledger
from planwatch.ledger.model_answers import count_unused_answers, delete_unused_answers

_AT_ONCE: Final = 200
_GROWING: Final = "cron.log"


@dataclass(frozen=True, slots=True)
class PrunedRest:
    """Answers of models that went, or would, and the bytes cut from the head of cron.log."""

    answers: int
    cron_log_bytes: int

    def as_record(self) -> dict[str, Any]:
        return {"answers": self.answers, "cron_log_bytes": self.cron_log_bytes}


def prune_rest(
    ledger: Ledger, home: Home, before: str, most_log_bytes: int, *, dry_run: bool
) -> PrunedRest:
    """Remove answers from before an instant that no analysis and no young job refers to.

    Their tokens stay counted. Of cron.log the end stays, from the beginning of a line.

    Raises:
        HomeError: the log cannot be cut.
    """
    if dry_run:
        answers = count_unused_answers(ledger, before)
    else:
        answers = 0
        while gone := delete_unused_answers(ledger, before, limit=_AT_ONCE):
            answers += gone
    return PrunedRest(answers, _cut_log(home, most_log_bytes, dry_run=dry_run))


def _cut_log(home: Home, most_bytes: int, *, dry_run: bool) -> int:
    path = home.logs / _GROWING
    try:
        size = path.stat().st_size
        if size <= most_bytes:
            return 0
        # in place: a scrape under way appends to this very file
        with path.open("rb" if dry_run else "r+b") as file:
            file.seek(size - most_bytes)
            file.readline()
            kept = file.read()
            if not dry_run:
                file.seek(0)
                file.write(kept)
                file.truncate()
        return size - len(kept)
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise HomeError(
            f"cannot cut {path} ({error.strerror})", hint="mend its permissions, then prune again"
        ) from error
