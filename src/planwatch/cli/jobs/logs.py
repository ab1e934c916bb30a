"""Print or follow the log of a job's workers."""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path
from typing import Final

from planwatch.cli.exit_codes import INTERRUPTED
from planwatch.cli.jobs.follow import why_stuck
from planwatch.cli.session import Session, resume_jobs
from planwatch.engine.lock import is_held
from planwatch.errors import HomeError
from planwatch.ledger.jobs.jobs import load_job
from planwatch.ownership import refuse_foreign
from planwatch.printable import printable
from planwatch.views.output.streams import flush, print_line, print_message

_POLL_S: Final = 0.25


def show_log(session: Session, job_id: str, *, lines: int | None, follow: bool) -> int:
    """Print a job's log; with `follow` until the job has ended.

    Returns:
        The exit code: 0, or 130 after Ctrl-C.

    Raises:
        HomeError: the log cannot be read, or others may write to it.
    """
    path = session.home.log_of(job_id)
    refuse_foreign(path)
    if not path.exists() and not follow:
        print_message(f"planwatch: job {job_id} has no log yet: no worker has started.")
        return 0
    try:
        if follow:
            _follow(session, job_id, path, lines)
        else:
            _print_tail(path, 0, lines, is_whole=True)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _follow(session: Session, job_id: str, path: Path, lines: int | None) -> None:
    position, tail, has_said = 0, lines, False
    while True:
        session.ledger.check_in_place()
        resume_jobs(session)
        job = load_job(session.ledger, job_id)
        # before the last look at the log; the worker still writes to it while it has the lock
        is_active = job.is_active or is_held(session.home.lock_of(job_id))
        if path.exists():
            position = _print_tail(path, position, tail, is_whole=not is_active)
            tail = None
            flush()
        if not is_active:
            return
        stuck = why_stuck(session, job) if job.is_active else None
        if stuck:
            print_message(f"planwatch: {stuck}.")
            return
        if not path.exists() and not has_said:
            has_said = True
            print_message(f"planwatch: job {job_id} has not started; its log follows when it does.")
        time.sleep(_POLL_S)


def _print_tail(path: Path, position: int, lines: int | None, *, is_whole: bool) -> int:
    """Print the lines from a position on, or only the last of them; return the next position.

    Args:
        is_whole: nothing is going to be written any more, so a last line may lack its end.
    """
    try:
        with path.open("rb") as log:
            log.seek(position)
            text = log.read()
    except OSError as error:
        raise HomeError(
            f"cannot read {path} ({error.strerror})", hint="check the permissions of that file"
        ) from error
    whole = text if is_whole else text[: text.rfind(b"\n") + 1]
    for line in deque(whole.decode("utf-8", "replace").splitlines(), maxlen=lines):
        print_line(printable(line))  # a log may quote a page
    return position + len(whole)
