"""Remove old model answers and sent messages, and cut cron.log to its limit."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO, Final

from planwatch.clock import format_instant, now
from planwatch.errors import HomeError
from planwatch.home import Home
from planwatch.ledger.alerts.messages import count_done_messages, delete_done_messages
from planwatch.ledger.reports.model_answers import count_unused_answers, delete_unused_answers
from planwatch.ledger.store.connection import Ledger

_CRON_LOG: Final = "cron.log"
# this week's digest counts as sent because of its message
_MESSAGES_KEPT: Final = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class PrunedRest:
    """Answers of models and messages that went, or would; the bytes cut from cron.log's head."""

    answers: int
    cron_log_bytes: int
    messages: int = 0

    def as_record(self) -> dict[str, Any]:
        return {
            "answers": self.answers,
            "messages": self.messages,
            "cron_log_bytes": self.cron_log_bytes,
        }


def prune_rest(
    ledger: Ledger, home: Home, before: str, most_log_bytes: int, *, dry_run: bool
) -> PrunedRest:
    """Remove answers from before an instant that no analysis and no young job refers to.

    Their tokens stay counted. Messages of that age go, too, once they were sent or given up, and
    not before they are eight days old; the last digest stays, because the next one begins where it
    ended. Of cron.log the end stays, from the beginning of a line.

    Raises:
        HomeError: the log cannot be cut.
    """
    messages_before = min(before, format_instant(now() - _MESSAGES_KEPT))
    if dry_run:
        answers = count_unused_answers(ledger, before)
        messages = count_done_messages(ledger, messages_before)
    else:
        answers = delete_unused_answers(ledger, before)
        messages = delete_done_messages(ledger, messages_before)
    return PrunedRest(answers, _cut_log(home, most_log_bytes, dry_run=dry_run), messages)


def _keep_what_came(file: BinaryIO, end: int, length: int) -> None:
    """Move what was appended meanwhile to where the kept part ends, and cut the rest."""
    while True:
        file.seek(end)
        came = file.read()
        file.seek(length)
        file.write(came)
        file.flush()
        end, length = end + len(came), length + len(came)
        if os.fstat(file.fileno()).st_size <= end:
            file.truncate(length)
            return


def _cut_log(home: Home, most_bytes: int, *, dry_run: bool) -> int:
    path = home.logs / _CRON_LOG
    try:
        size = path.stat().st_size
        if size <= most_bytes:
            return 0
        # in place: a scrape under way appends to this very file
        with path.open("rb" if dry_run else "r+b") as file:
            file.seek(size - most_bytes)
            file.readline()
            kept = file.read()
            cut = file.tell() - len(kept)
            if not dry_run:
                end = file.tell()
                file.seek(0)
                file.write(kept)
                _keep_what_came(file, end, len(kept))
        return cut
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise HomeError(
            f"cannot cut {path} ({error.strerror})", hint="fix its permissions, then prune again"
        ) from error
