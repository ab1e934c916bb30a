"""`status --watch`: follows active jobs, shows a lost worker and resumes its job.

Reads the ledger when its `data_version` moves, tests the workers' locks each time it looks, and
lets clocks tick from memory.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from planwatch.cli.session import Session, resume_jobs
from planwatch.clock import now
from planwatch.engine.report import JobState, load_state, record_of
from planwatch.ledger.jobs import active_jobs, load_job
from planwatch.views.frame import Frame
from planwatch.views.output import flush, print_line, print_message
from planwatch.workflows.freshness import market_note
from planwatch.workflows.so_far import Finished, finished_so_far

_TRY_LATER: Final = 75
_INTERRUPTED: Final = 130
_A_SECOND: Final = 1.0


@dataclass(slots=True)
class Watched:
    """What is known of the jobs; read anew only when something was committed."""

    session: Session
    wanted: str | None
    kind: str | None
    states: list[JobState] = field(default_factory=list)
    finished: dict[str, Sequence[Finished]] = field(default_factory=dict)
    ended: dict[str, JobState] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    _version: int | None = None

    def look(self, *, anew: bool) -> bool:
        """Read what has changed; tell whether anything has."""
        ledger = self.session.ledger
        version = ledger.data_version()
        if version == self._version and not anew:
            return self._test_locks()
        self._version = version
        active = active_jobs(ledger)
        before = [state.job.job_id for state in self.states]
        if self.wanted is not None and not before and self.wanted not in self.ended:
            before = [self.wanted]
        self.states = [
            load_state(ledger, job, active, with_attempts=self.wanted is not None)
            for job in active
            if (self.wanted is None or job.job_id == self.wanted)
            and (self.kind is None or job.kind == self.kind)
        ]
        self.finished = {
            state.job.job_id: finished_so_far(ledger, state.job) for state in self.states
        }
        for job_id in set(before) - {state.job.job_id for state in self.states}:
            self.ended[job_id] = load_state(ledger, load_job(ledger, job_id), active)
        return True

    def _test_locks(self) -> bool:
        """A death makes no commit: only the lock tells."""
        ledger = self.session.ledger
        active = [state.job for state in self.states]
        lost = [
            load_state(ledger, state.job, active).is_lost if not state.is_lost else True
            for state in self.states
        ]
        if lost == [state.is_lost for state in self.states]:
            return False
        return self.look(anew=True)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing is active that this home can move."""
        return all(state.is_elsewhere for state in self.states)

    def frame(self) -> Frame:
        """Return what is to be shown at this moment."""
        present = now()
        return Frame(
            active=[record_of(state, present, with_steps=True) for state in self.states],
            finished=self.finished,
            ended=[record_of(state, present, with_steps=False) for state in self.ended.values()],
            notices=self.notices[-3:],
        )


def watch(
    session: Session,
    wanted: str | None,
    *,
    kind: str | None,
    interval_s: float,
    timeout_s: float | None,
    keep_open: bool,
) -> int:
    """Show active jobs until there are none; without a terminal a line a change.

    Args:
        wanted: only this job.
        keep_open: stay when nothing is active.

    Returns:
        The exit code: 0, 75 when the time is up, 130 after Ctrl-C.
    """
    watched = Watched(session, wanted, kind)
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    try:
        with ExitStack() as stack:
            show = _drawing(stack, session) if sys.stdout.isatty() else _telling()
            is_over = _loop(
                watched, show, interval_s=interval_s, deadline=deadline, keep_open=keep_open
            )
    except KeyboardInterrupt:
        print_message("planwatch: no longer watching; the jobs go on.")
        return _INTERRUPTED
    if sys.stdout.isatty():
        _print_ends(session, watched)
    return 0 if is_over else _TRY_LATER


def _loop(
    watched: Watched,
    show: Callable[[Frame], None],
    *,
    interval_s: float,
    deadline: float | None,
    keep_open: bool,
) -> bool:
    """Look, show, resume, pause; return whether it ended because nothing is active."""
    anew, shown_at = True, 0.0
    while True:
        has_news = watched.look(anew=anew)
        if has_news or time.monotonic() - shown_at >= _A_SECOND:
            shown_at = time.monotonic()
            show(watched.frame())
        if watched.is_over and not keep_open:
            return True
        if deadline is not None and time.monotonic() >= deadline:
            return False
        # after it was shown: a person is to see that a worker was lost
        anew = bool(resume_jobs(watched.session, watched.notices.append))
        left_s = interval_s if deadline is None else max(0.0, deadline - time.monotonic())
        time.sleep(min(interval_s, left_s))


def _drawing(stack: ExitStack, session: Session) -> Callable[[Frame], None]:
    from planwatch.views.watch import WatchDisplay

    display = stack.enter_context(WatchDisplay(market_note(session.ledger)))
    return lambda frame: display.show(frame, now())


def _telling() -> Callable[[Frame], None]:
    from planwatch.views.watch import news_of

    told: dict[str, tuple[object, ...]] = {}
    notices: list[str] = []

    def tell(frame: Frame) -> None:
        for notice in frame.notices:
            if notice not in notices:
                notices.append(notice)
                print_message(notice)
        for record in (*frame.ended, *frame.active):
            key, line = news_of(record)
            if told.get(record["id"]) != key:
                told[record["id"]] = key
                print_line(line)
        flush()

    return tell


def _print_ends(session: Session, watched: Watched) -> None:
    """Leave on the screen what came of the jobs that ended while they were watched."""
    from planwatch.views.watch import print_ends

    frame = watched.frame()
    print_ends(frame, note=market_note(session.ledger))
